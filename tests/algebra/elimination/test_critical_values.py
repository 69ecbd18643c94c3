"""Critical values by elimination: finitely many on sets of any dimension."""

from fractions import Fraction

import pytest

from critscape.algebra.elimination import msolve
from critscape.algebra.elimination.critical_values import dimension_at, values_modulo
from critscape.algebra.polynomial.loss import Family, Loss

PRIME = 1034819407
pytestmark = pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)


def loss(formula, names=("x", "y")):
    return Loss(Family(names, (), formula), ())


@pytest.mark.parametrize(
    "formula, values",
    [
        # A circle of minima at 0, the maximum 1.
        (lambda w, p: (w[0] ** 2 + w[1] ** 2 - 1) ** 2, {0: 1, 1: 0}),
        # The hyperbola, the origin.
        (lambda w, p: (w[0] * w[1] - 1) ** 2, {0: 1, 1: 0}),
        # One value although the critical points are many; the line x = 0 counts twice.
        (lambda w, p: w[0] ** 2 * w[1], {0: 1}),
        (lambda w, p: w[0] ** 3 / 3 - w[0] + w[1] ** 2, {Fraction(-2, 3): 0, Fraction(2, 3): 0}),
        (lambda w, p: w[0] + w[1] ** 2, {}),
    ],
)
def test_values_and_the_dimension_at_each(formula, values):
    found = values_modulo(loss(formula), PRIME, 60)
    assert found.degree() == len(values)
    for value, dimension in values.items():
        value = Fraction(value)
        assert found(value.numerator * pow(value.denominator, -1, PRIME)) == 0
        assert dimension_at(loss(formula), value, PRIME, 60) == dimension
    assert dimension_at(loss(formula), Fraction(5, 7), PRIME, 60) == -1


def test_values_that_are_not_rational_count_too():
    """x⁴/4 − x² + x/3 has three critical values, zeros of an irreducible cubic."""
    quartic = loss(lambda w, p: w[0] ** 4 / 4 - w[0] ** 2 + w[0] / 3 + w[1] ** 2)
    assert values_modulo(quartic, PRIME, 60).degree() == 3
