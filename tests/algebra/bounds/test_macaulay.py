"""Proved upper bounds: their mathematics on small ideals, what claims cannot get away with."""

from dataclasses import replace
from fractions import Fraction
from math import comb

import flint
import pytest

from critscape.algebra.bounds import macaulay
from critscape.algebra.bounds.macaulay import Unproved, UpperBound, degree_falls, macaulay_matrix, proved_bound
from critscape.algebra.bounds.packed_polynomials import degree_of, packed
from critscape.algebra.polynomial.loss import Family, Loss
from critscape.problems.networks.families.linear import Linear
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem

MERSENNE = 2**31 - 1


def of(formula, variables, *values):
    parameters = tuple(f"p{i}" for i in range(len(values)))
    return Loss(Family(tuple(variables), parameters, formula), tuple(map(Fraction, values)))


CHAIN = of(lambda w, p: (w[0] * w[1] * w[2] - p[0]) ** 2 / 2 + (w[0] ** 2 + w[1] ** 2 + w[2] ** 2) / 8, "abc", Fraction(5, 4))
CHAIN_CLAIM = UpperBound(17, MERSENNE, ((6, 2),), 5)


def test_the_chain_of_width_one_has_at_most_17():
    # Known: 17, in closed form.
    assert proved_bound(CHAIN, CHAIN_CLAIM) == 17


def test_the_bound_of_a_claim_is_not_taken_on_trust():
    assert proved_bound(CHAIN, replace(CHAIN_CLAIM, bound=3)) == 17


@pytest.mark.parametrize("prime", [65521, 1073741789, 2**61 - 1])
def test_every_prime_that_proves_a_bound_proves_the_same(prime):
    assert proved_bound(CHAIN, replace(CHAIN_CLAIM, prime=prime)) == 17


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"prime": 2**31 - 3}, "not a prime"),
        ({"prime": 2**64 + 13}, "not a prime below"),
        ({"prime": -7}, "not a prime"),
        ({"falls": ()}, "do not have all forms"),
        ({"degree": 4}, "do not have all forms"),
        ({"degree": -2}, "too large|do not have"),
        ({"degree": 10**9}, "too large"),
        ({"falls": ((10**9, 2),)}, "too large"),
        ({"falls": ((5, 2),)}, "fall to degree 2"),
        ({"falls": ((6, 2), (6, 2))}, "fall to degree 2"),
        ({"falls": ((6, 2),) * 41}, "more than 40 steps"),
    ],
)
def test_what_proves_nothing_is_refused(change, message):
    with pytest.raises(Unproved, match=message):
        proved_bound(CHAIN, replace(CHAIN_CLAIM, **change))


def test_a_root_lost_modulo_the_prime_is_not_lost_in_the_bound():
    # x(1 − 7x) has two zeros over ℚ and one modulo 7: leading forms modulo 7 prove nothing here.
    lossy = of(lambda w, p: w[0] ** 2 / 2 - 7 * w[0] ** 3 / 3, "x")
    assert proved_bound(lossy, UpperBound(2, 5, (), 1)) == 2
    for degree in range(6):
        with pytest.raises(Unproved):
            proved_bound(lossy, UpperBound(1, 7, (), degree))


def test_a_fall_is_computed_over_the_rationals():
    # 8x² + y − 8(x² + y − 1) = 8 − 7y, which modulo 7 is a constant.
    f, g = {packed((2, 0)): 1, packed((0, 1)): 1, packed((0, 0)): -1}, {packed((2, 0)): 8, packed((0, 1)): 1}
    assert degree_falls(macaulay_matrix([f, g], 2, 2, []), 1, 7) == [{packed((0, 1)): -7, packed((0, 0)): 8}]


def test_a_fall_modulo_the_prime_alone_is_refused():
    # The difference, 7x + 7y + 1, is of degree 0 modulo 7 only; taken for an element of the ideal it would leave no zero at all.
    f = {packed((2, 0)): 1, packed((1, 0)): 1}
    g = {packed((2, 0)): 1, packed((1, 0)): 8, packed((0, 1)): 7, packed((0, 0)): 1}
    with pytest.raises(Unproved, match="none over the rationals"):
        degree_falls(macaulay_matrix([f, g], 2, 2, []), 0, 7)


def test_the_balance_of_two_layers_is_a_degree_fall():
    # W2ᵀ(Λ2∘W2) = (Λ1∘W1)W1ᵀ on the critical set: one quadric for widths 2-1-2.
    problem = random_problem(Linear((2, 1, 2)), 2, 5)
    exact = loss(problem)
    found = degree_falls(macaulay_matrix(macaulay.generators(exact), 4, 4, macaulay.parity_masks(exact)), 2, MERSENNE)
    balance = {packed([2 * (i == j) for i in range(4)]): int(50 * problem.ridge[j]) * (-1 if j < 2 else 1) for j in range(4)}
    assert rank([*found, balance]) == rank(found) == len(found) == 3
    assert all(degree_of(g) == 2 for g in found)


def rank(polynomials):
    columns = sorted(set().union(*polynomials))
    return flint.fmpz_mat([[g.get(c, 0) for c in columns] for g in polynomials]).rank()


def test_a_line_of_critical_points_has_no_bound():
    line = of(lambda w, p: (w[0] * w[1] - 1) ** 2 / 2, "xy")
    for degree in range(8):
        with pytest.raises(Unproved):
            proved_bound(line, UpperBound(1, MERSENNE, (), degree))


def test_multiplicities_count():
    # x⁴ has one critical point, of multiplicity 3.
    assert proved_bound(of(lambda w, p: w[0] ** 4, "x"), UpperBound(3, MERSENNE, (), 2)) == 3


def test_parity_blocks_hold_every_multiple_once():
    exact = loss(random_problem(Linear((1, 2, 1)), 1, 5))
    blocks = macaulay_matrix(macaulay.generators(exact), 4, 5, macaulay.parity_masks(exact))
    assert len(blocks) == 4
    assert sum(len(block.columns) for block in blocks) == comb(9, 4)
    assert sum(len(block.rows) for block in blocks) == 4 * comb(6, 4)
    assert all(set(row) <= set(block.columns) for block in blocks for row in block.rows)
