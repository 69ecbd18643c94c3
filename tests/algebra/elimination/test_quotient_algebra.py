"""Multiplicities of zeros, from ideals that are known by hand and from products of ideals in one variable."""

import flint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.algebra.elimination.quotient_algebra import characteristic_polynomial, multiplicity, standard_monomials

PRIME = 1073741789


def linear(value):
    return flint.nmod_poly([-value % PRIME, 1], PRIME)


def expanded(roots):
    total = flint.nmod_poly([1], PRIME)
    for root in roots:
        total = total * linear(root)
    return total


def in_variable(roots, i, n):
    """Π (x_i − root), leading term first."""
    coefficients = [int(c) for c in expanded(roots).coeffs()]
    return {tuple(k * (j == i) for j in range(n)): c for k, c in reversed([*enumerate(coefficients)]) if c}


ROOTS = st.lists(st.integers(-3, 3), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None)
@given(st.lists(ROOTS, min_size=1, max_size=3), st.lists(st.integers(1, 1000), min_size=3, max_size=3))
def test_zeros_of_products_have_sums_of_zeros(roots, form):
    n = len(roots)
    basis = [in_variable(r, i, n) for i, r in enumerate(roots)]
    sums = [0]
    for factor, r in zip(form, roots):
        sums = [s + factor * root for s in sums for root in r]
    found = characteristic_polynomial(basis, form[:n], PRIME)
    assert found == expanded(sums)
    assert all(multiplicity(found, linear(s)) == sums.count(s) for s in sums) and multiplicity(found, linear(10**6)) == 0


def test_tangent_curves_meet_twice():
    """y − x² = 0 and y = 0: x² = 0, y = 0."""
    basis = [{(2, 0): 1}, {(0, 1): 1}]
    assert characteristic_polynomial(basis, [5, 7], PRIME) == flint.nmod_poly([0, 0, 1], PRIME)
    # (x², x y, y²) is a point of multiplicity three.
    assert characteristic_polynomial([{(2, 0): 1}, {(1, 1): 1}, {(0, 2): 1}], [5, 7], PRIME).degree() == 3


def test_a_basis_whose_border_is_reduced_twice():
    """x y = 1 and x² + y² = 3 modulo p: four zeros; basis y³ − 3y + x, x² + y² − 3, x y − 1."""
    basis = [{(0, 3): 1, (1, 0): 1, (0, 1): -3 % PRIME}, {(2, 0): 1, (0, 2): 1, (0, 0): -3 % PRIME}, {(1, 1): 1, (0, 0): -1 % PRIME}]
    # (x + y)² = 5 and (x + y)² = 5 again from the other sign: t² = 5, each value for x, y and y, x.
    assert characteristic_polynomial(basis, [1, 1], PRIME) == flint.nmod_poly([25, 0, -10 % PRIME, 0, 1], PRIME)


def test_infinitely_many_zeros_are_refused():
    with pytest.raises(ValueError, match="zero-dimensional"):
        standard_monomials([(1, 1)], 2)
    assert standard_monomials([(0, 0)], 2) == []
