"""Convexity on ℝ: known polynomials on both sides of each line, Sturm sequences of SymPy, dense rational values."""

import random
from fractions import Fraction
from itertools import pairwise

import pytest
import sympy
from flint import fmpq_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.algebra.polynomial.convexity import convexity, isolated_roots, sample_points, simplest_between
from critscape.algebra.polynomial.loss import exact
from critscape.problems.input.expression import univariate

EPSILON = Fraction(1, 10**12)


def of(text):
    return convexity(univariate(text, "r", "residual"))


def second_derivative(coefficients, r):
    return sum(k * (k - 1) * c * r ** (k - 2) for k, c in enumerate(coefficients) if k > 1)


def value(coefficients, r):
    return sum(c * r**k for k, c in enumerate(coefficients))


@pytest.mark.parametrize(
    ("text", "verdicts"),
    # convex, strictly, strongly, bounded below, ℓ ≥ ℓ(0), ℓ = ℓ(0) at 0 alone
    [
        ("r^2/2", "111111"), ("r^4", "110111"), ("r^3", "000000"), ("-r^2", "000000"), ("r^6 - r^4", "000100"),
        ("r", "100000"), ("5r^2 + r", "111100"), ("r^4/4 + r^3/3 + r^2/2", "111111"), ("(r^2 - 1)^2", "000100"),
        ("r^2 (r - 1)^2", "000110"), ("r^2 - r^3", "000000"), ("r^2/2 - r^4/4 + 3r^6/40", "110111"), ("r^4 - r + 5", "110100"),
        ("r^60 + r^2", "111111"), ("(r - 1)^4", "110100"), ("r^2 + 10^30", "111111"), ("r^3 + r^2", "000000"),
    ],
)  # fmt: skip
def test_verdicts(text, verdicts):
    found = of(text)
    flags = found.convex, found.strict, found.strong, found.bounded_below, found.least_at_zero, found.only_at_zero
    assert flags == tuple(map(bool, map(int, verdicts)))


@pytest.mark.parametrize(
    ("coefficients", "strong_at_threshold"),
    [
        # r²/2 + ε r⁴ from ε = 0.
        (lambda epsilon: (0, 0, Fraction(1, 2), 0, epsilon), True),
        # ℓ″ = (1 − 3r²/2)² at ε = 0.
        (lambda epsilon: (0, 0, Fraction(1, 2), 0, Fraction(-1, 4), 0, Fraction(3, 40) + epsilon), False),
        # ℓ″ = (r − 1/3)² + ε, far from integers.
        (lambda epsilon: (0, 0, Fraction(1, 18) + epsilon / 2, Fraction(-1, 9), Fraction(1, 12)), False),
        # ℓ″ = (r² − 2)² + ε has its double roots at irrational points.
        (lambda epsilon: (0, 0, 2 + epsilon / 2, 0, Fraction(-1, 3), 0, Fraction(1, 30)), False),
    ],
)
@pytest.mark.parametrize("size", [Fraction(1, 1000), EPSILON, EPSILON**3])
def test_thresholds_are_exact(coefficients, strong_at_threshold, size):
    at, above, below = (convexity(coefficients(epsilon)) for epsilon in (0 * size, size, -size))
    assert (at.convex, at.strict, at.strong) == (True, True, strong_at_threshold)
    assert (above.convex, above.strong) == (True, True)
    assert not below.convex and second_derivative(coefficients(-size), below.witness) < 0


def test_witnesses_are_simple():
    assert of("r^2/2 - r^4/100").witness == 3
    assert of("r^2/2 - r^4/4 + (3/40 - 1/1000) r^6").witness == Fraction(4, 5)
    assert of("r^3").witness == -1 and of("-r^2").witness == 0


def test_constants_are_convex():
    for coefficients in ((3,), (0,), ()):
        found = convexity(coefficients)
        assert (found.convex, found.strict, found.bounded_below, found.least_at_zero, found.only_at_zero) == (
            True,
            False,
            True,
            True,
            False,
        )


FRACTIONS = st.fractions(-9, 9, max_denominator=6)
POLYNOMIALS = st.one_of(
    st.lists(FRACTIONS, min_size=2, max_size=8),
    # Many that are convex or nearly so: ℓ″ is a square times a positive polynomial, plus something small or zero.
    st.tuples(FRACTIONS, FRACTIONS, st.sampled_from([0, EPSILON, -EPSILON, Fraction(1, 2)]), st.booleans()).map(
        lambda t: twice_integrated(t[0] ** 2 + t[2], -2 * t[0], 1) if t[3] else twice_integrated(t[1] ** 2 + t[2], 0, 2 * t[1], 0, 1)
    ),
)


def twice_integrated(*second):
    return [Fraction(0), Fraction(0), *(Fraction(c) / ((k + 1) * (k + 2)) for k, c in enumerate(second))]


def nowhere_negative(polynomial):
    """By Sturm sequences: an even degree, a positive leading coefficient, no real root of odd multiplicity."""
    if polynomial.is_zero:
        return True
    odd = [factor for factor, power in polynomial.sqf_list()[1] if power % 2]
    return polynomial.degree() % 2 == 0 and polynomial.LC() > 0 and not any(factor.count_roots() for factor in odd)


@settings(max_examples=150, deadline=None)
@given(POLYNOMIALS)
def test_sturm_sequences_agree(coefficients):
    found, r = convexity(coefficients), sympy.Symbol("r")
    polynomial = sympy.Poly([sympy.Rational(c.numerator, c.denominator) for c in reversed(coefficients)], r, domain="QQ")
    second, shifted = polynomial.diff().diff(), polynomial - polynomial.eval(0)
    assert found.convex == nowhere_negative(second)
    assert found.strong == (nowhere_negative(second) and not second.is_zero and second.count_roots() == 0)
    assert found.least_at_zero == nowhere_negative(shifted)
    assert found.only_at_zero == (found.least_at_zero and not shifted.is_zero and shifted.count_roots() == 1)
    if not found.convex:
        assert second_derivative(coefficients, found.witness) < 0


@settings(max_examples=100, deadline=None)
@given(POLYNOMIALS, st.integers(0, 10**9))
def test_verdicts_hold_at_rational_points(coefficients, seed):
    draw = random.Random(seed)
    points = [Fraction(draw.randint(-600, 600), draw.randint(1, 100)) for _ in range(200)]
    found = convexity(coefficients)
    assert not found.convex or all(second_derivative(coefficients, r) >= 0 for r in points)
    assert not found.strong or all(second_derivative(coefficients, r) > 0 for r in points)
    assert not found.least_at_zero or all(value(coefficients, r) >= coefficients[0] for r in points)
    assert not found.only_at_zero or all(value(coefficients, r) > coefficients[0] for r in points if r)
    if found.strict:
        left, right = sorted(points[:2])
        middle = value(coefficients, (left + right) / 2)
        assert left == right or 2 * middle < value(coefficients, left) + value(coefficients, right)


@settings(max_examples=100, deadline=None)
@given(st.fractions(-5, 5, max_denominator=200), st.fractions(-5, 5, max_denominator=200))
def test_the_simplest_rational_between_two(one, other):
    low, high = sorted((one, other))
    if low < high:
        found = simplest_between(low, high)
        assert low < found < high
        # No smaller denominator has a multiple strictly between.
        assert all(-(-high * d // 1) - 1 <= low * d // 1 for d in range(1, found.denominator))


def test_roots_that_are_close_are_told_apart():
    r = sympy.Symbol("r")
    close = sympy.Poly((r - 1) * (r - 1 - sympy.Rational(1, 10**60)) * (r**2 - 2) ** 2 * (r**2 + 1), r)
    polynomial = fmpq_poly([exact(Fraction(int(c.p), int(c.q))) for c in reversed(close.all_coeffs())])
    roots = isolated_roots(polynomial)
    assert len(roots) == 4 and all(left[1] < right[0] for left, right in pairwise(roots))
    assert [polynomial(exact(x)) > 0 for x in sample_points(polynomial)] == [True, True, False, True, True]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("r^2/2", "strongly convex"), ("r^4", "strictly convex on ℝ, not strongly"), ("r^3", "negative at r = -1; not bounded below"),
        ("r", "affine"), ("(r^2 - 1)^2", "its value at r = 0 is not its least"), ("r^2 (r - 1)^2", "at r = 0 and elsewhere"),
    ],
)  # fmt: skip
def test_sentences(text, words):
    assert words in of(text).sentence()
