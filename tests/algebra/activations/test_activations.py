"""Jets of activations: against mpmath, against each other, and what is known of them exactly."""

from fractions import Fraction
from functools import lru_cache

import flint
import mpmath
import numpy as np
import pytest
import sympy
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.algebra.activations.logistic import Logistic
from critscape.algebra.activations.named import NAMED
from critscape.algebra.activations.polynomial import Polynomial
from critscape.algebra.activations.tanh import Tanh

QUARTIC = Polynomial(tuple(map(Fraction, ("1/2", "-3", "0", "2/7", "5"))))
ALL = (Logistic(), Tanh(), QUARTIC)
ORDER = 4


@lru_cache
def symbolic(activation):
    """The derivatives as SymPy has them, evaluated by mpmath."""
    t = sympy.Symbol("t")
    return [sympy.lambdify(t, sympy.diff(activation.expression(t), t, k), "mpmath") for k in range(ORDER + 1)]


@pytest.mark.parametrize("activation", ALL, ids=lambda a: a.name)
@given(x=st.fractions(-60, 60, max_denominator=1000))
@settings(max_examples=20, deadline=None)
def test_jets_contain_symbolic_derivatives_and_floats_agree(activation, x):
    with flint.ctx.workprec(300):
        balls = activation.jet(arb(flint.fmpq(x.numerator, x.denominator)), ORDER)
    floats = activation.floats(np.array(float(x)), ORDER)
    for k, right in enumerate(symbolic(activation)):
        with mpmath.workdps(120):
            value = mpmath.mpf(right(mpmath.mpf(x.numerator) / x.denominator))
            text = mpmath.nstr(value, 110)
        with flint.ctx.workprec(300):
            assert abs(balls[k] - arb(text)) < arb(2) ** -200 * (1 + abs(arb(text)))
        assert float(floats[k]) == pytest.approx(float(value), rel=1e-9, abs=1e-13)


@pytest.mark.parametrize("activation", ALL, ids=lambda a: a.name)
@pytest.mark.parametrize("middle", [-40, -3, 0, "1/3", 7])
def test_jets_of_wide_balls_contain_those_of_their_points(activation, middle):
    middle = Fraction(middle)
    wide = arb(float(middle), 0.75)
    enclosures = activation.jet(wide, ORDER)
    for part in np.linspace(-0.75, 0.75, 31):
        for enclosure, value in zip(enclosures, activation.jet(arb(float(middle)) + arb(float(part)), ORDER)):
            assert enclosure.overlaps(value)


@pytest.mark.parametrize("activation", NAMED.values(), ids=lambda a: a.name)
def test_exact_constants_bound_what_they_bound(activation):
    x = np.linspace(-30, 30, 4001)
    values, slopes = activation.floats(x, 1)
    assert np.abs(slopes).max() == pytest.approx(float(activation.steepest), rel=1e-12)
    assert np.abs(values).max() <= float(activation.largest)
    assert activation.odd == bool(np.allclose(values, -values[::-1]))


def test_polynomials_say_what_they_are():
    assert Polynomial((Fraction(0), Fraction(3, 2))).steepest == Fraction(3, 2)
    assert QUARTIC.steepest is None and QUARTIC.largest is None and not QUARTIC.odd
    assert Polynomial((Fraction(0), Fraction(1), Fraction(0), Fraction(-2))).odd
    assert Polynomial(()).exact_jet(Fraction(2), 2) == [0, 0, 0]
