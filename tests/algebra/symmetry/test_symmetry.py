"""Signed permutations and continuous symmetries, against groups that are known."""

from fractions import Fraction
from itertools import product

import pytest

from critscape.algebra.polynomial.loss import Family, gradient, polynomial
from critscape.algebra.symmetry.continuous import infinitesimal_symmetries
from critscape.algebra.symmetry.finite import SignedPermutation, leaves_family_unchanged, leaves_unchanged, symmetry_group
from critscape.problems.criteria.squared import least_squares
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem

ONE = Fraction(1)


def weights(network):
    return sum(block.size for block in network.blocks)


def with_ridge(network, ridge):
    return loss(random_problem(network, 3, 1, ridge=(Fraction(ridge),) * weights(network)))


@pytest.mark.parametrize(
    ("network", "order"),
    [
        (Linear((2, 2, 2)), 2**2),
        (Linear((3, 3, 3)), 2**3),
        (Linear((2, 2, 2, 2)), 2**4),
        (Quadratic(2, 2, (ONE, ONE)), 2**2),
        (Quadratic(2, 1, None, norm_regressor=True), 2),
    ],
    ids=lambda x: getattr(x, "title", x),
)
def test_generic_ridges_leave_the_sign_flips_of_hidden_units(network, order):
    assert symmetry_group(loss(random_problem(network, 3, 1))).order == order


@pytest.mark.parametrize(
    ("network", "order"),
    [
        (Linear((2, 2, 2)), 2**2 * 2),
        (Linear((2, 3, 2)), 2**3 * 6),
        (Linear((2, 3, 3, 2)), 2**6 * 6 * 6),
        (Quadratic(2, 2, None), 2**2 * 2),
    ],
    ids=lambda x: getattr(x, "title", x),
)
def test_equal_ridges_add_the_permutations_of_hidden_units(network, order):
    assert symmetry_group(with_ridge(network, 1)).order == order


def test_a_width_one_chain_with_equal_ridge_has_the_signed_permutations_that_keep_the_product():
    chain = least_squares(Linear((1, 1, 1, 1)), ((ONE,),), ((Fraction(5, 4),),), (Fraction(1, 4),) * 3)
    assert symmetry_group(loss(chain)).order == 6 * 4


@pytest.mark.parametrize("network", [Linear((2, 3, 2)), Quadratic(2, 2, None, True)], ids=lambda n: n.title)
def test_generators_leave_the_polynomial_unchanged(network):
    exact_loss = with_ridge(network, 1)
    expanded = polynomial(exact_loss)
    for generator in symmetry_group(exact_loss).generators:
        assert expanded.compose(*generator(list(expanded.context().gens()))) == expanded


@pytest.mark.parametrize(
    ("network", "ridge", "parameters"),
    [
        (Linear((2, 2, 2)), 1, 1),  # so(2)
        (Linear((2, 3, 2)), 1, 3),  # so(3)
        (Linear((2, 2, 2)), 0, 4),  # gl(2)
        (Linear((2, 1, 2)), 0, 1),  # gl(1)
        (Linear((2, 1, 2)), 1, 0),
        (Quadratic(2, 2, (ONE, ONE)), 1, 1),
    ],
    ids=lambda x: getattr(x, "title", x),
)
def test_continuous_symmetries(network, ridge, parameters):
    exact_loss = with_ridge(network, ridge)
    fields = infinitesimal_symmetries(exact_loss)
    assert len(fields) == parameters
    variables = polynomial(exact_loss).context().gens()
    for field in fields:
        moved = field(variables)
        assert sum(m * slope for m, slope in zip(moved, gradient(exact_loss))) == 0


def test_generic_ridges_leave_no_continuous_symmetry():
    assert infinitesimal_symmetries(loss(random_problem(Linear((2, 3, 2)), 3, 1))) == ()


@pytest.mark.parametrize(
    "network", [Linear((2, 2, 2)), Linear((1, 2, 1)), Quadratic(2, 2, None), Quadratic(2, 1, None, True)], ids=lambda n: n.title
)
def test_changes_of_sign_that_a_formula_shows_are_all_there_are(network):
    exact = loss(random_problem(network, 2, seed=1))
    n = exact.dimension
    for sign in product((1, -1), repeat=n):
        element = SignedPermutation(tuple(range(n)), sign)
        assert leaves_family_unchanged(element, exact.family) == leaves_unchanged(element, exact)


def test_what_a_formula_does_not_show_is_not_claimed():
    flip = SignedPermutation((0,), (-1,))
    for formula, seen in (
        (lambda w, p: (w[0] + p[0]) ** 2 - 2 * p[0] * w[0], False),
        (lambda w, p: w[0] ** 3 - p[0] * w[0], False),
        (lambda w, p: 1 + w[0] * w[0] / 2 - p[0] * w[0] ** 4, True),
        (lambda w, p: -w[0] * (w[0] - 3 * w[0]) + sum([w[0] ** 2]), True),
        (lambda w, p: p[0] * w[0], False),
        (lambda w, p: 5, True),
    ):
        assert leaves_family_unchanged(flip, Family(("x",), ("a",), formula)) is seen
    assert not leaves_family_unchanged(SignedPermutation((1, 0), (1, 1)), Family(("x", "y"), (), lambda w, p: w[0] + w[1]))
