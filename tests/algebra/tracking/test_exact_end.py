"""Ends of paths on families whose Puiseux series at t = 0 are known in closed form."""

from fractions import Fraction

import numpy as np
import pytest
from flint import acb

from critscape.algebra.polynomial.loss import Family, Loss, exact
from critscape.algebra.tracking import exact_end
from critscape.algebra.tracking.exact_end import ExactEnd, followed_to_the_end
from critscape.algebra.tracking.homotopy import Outcome


def end_of(variables, formula, rows, tilt=None):
    """The homotopy p(t) = Σ_k rows[k] t^k with exact rows, and the tilt Σ_k tilt[k] t^k."""
    family = Family(tuple(variables), tuple(f"p{k}" for k in range(len(rows[0]))), formula)
    loss = Loss(family, tuple(map(Fraction, rows[0])))

    def curve():
        return [[acb(exact(Fraction(value))) for value in row] for row in rows]

    return ExactEnd(loss, curve, np.zeros((1, len(variables)), dtype=complex) if tilt is None else np.array(tilt, dtype=complex))


def power(exponent):
    """L with the gradient p0·x^exponent − 1."""
    return lambda w, p: p[0] * w[0] ** (exponent + 1) / (exponent + 1) - w[0]


def square(w, p):
    """L with the gradient (x − p1)² − p0."""
    return (w[0] - p[1]) ** 3 / 3 - p[0] * w[0]


@pytest.mark.parametrize("decade", [3, 6, 9])
@pytest.mark.parametrize("exponent", [1, 2, 3, 5, 9, 11])
def test_a_path_to_infinity(exponent, decade):
    # t x^k = 1: x = t^(−1/k), on every branch.
    for turn in range(exponent):
        start = 10 ** (decade / exponent) * np.exp(2j * np.pi * turn / exponent)
        ending = followed_to_the_end(end_of("x", power(exponent), [[0], [1]]), np.array([start]), decade)
        assert (ending.outcome, ending.end) == (Outcome.AT_INFINITY, None)
        # From 10 on 1/m is rounded to an integer.
        assert exponent > 9 or ending.winding == exponent


def test_a_path_to_infinity_along_a_power_of_t():
    # t² x = 1, with a second coordinate that stays finite and a third that goes to zero: y x = 1, z = 1 + t.
    def formula(w, p):
        return p[0] * w[0] ** 2 / 2 - w[0] + (w[1] * p[1] - 1) ** 2 / 2 + (w[2] - p[1]) ** 2 / 2

    ending = followed_to_the_end(end_of("xyz", formula, [[0, 1], [0, 1], [1, 0]]), np.array([1e6, 1 / 1.001, 1.001]), 3)
    assert (ending.outcome, ending.winding) == (Outcome.AT_INFINITY, 1)


def test_where_digits_do_not_suffice_more_are_used(monkeypatch):
    # ((x y − 1)², y = t): the Hessian of large x that cancels takes four digits for each decade.
    def formula(w, p):
        return 10**9 * (w[0] * w[1] - 1) ** 4 / 4 + (w[1] - p[0]) ** 2 / 2 + (w[0] * w[1] - 1) ** 2 / 2

    def outcome(*bits):
        monkeypatch.setattr(exact_end, "BITS_PER_DECADE", bits)
        return followed_to_the_end(end_of("xy", formula, [[0], [1]]), np.array([1e3, 1e-3]), 3).outcome

    assert outcome(3) is Outcome.FAILED
    assert outcome(3, 22) is outcome(11, 22) is Outcome.AT_INFINITY


@pytest.mark.parametrize("decade", [3, 6, 9])
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("delta", ["1e-11", "1e-20", "1e-30"])
def test_a_finite_end_behind_a_branch_point_looks_like_infinity_only_from_afar(delta, sign, decade):
    # (t + δ) x² = 1: for t ≫ δ as if x = t^(−1/2), but x(0) = δ^(−1/2).
    delta = Fraction(delta)
    start = sign / np.sqrt(10.0**-decade + float(delta))
    ending = followed_to_the_end(end_of("x", power(2), [[delta], [1]]), np.array([start]), decade)
    assert (ending.outcome, ending.winding) == (Outcome.FINISHED, 1)
    assert ending.end[0] == pytest.approx(sign / np.sqrt(float(delta)), rel=1e-14)


@pytest.mark.parametrize("centre", [0, 1, Fraction(1, 3)])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_double_root_is_singular(sign, centre):
    # (x − c)² = t.
    ending = followed_to_the_end(end_of("x", square, [[0, centre], [1, 0]]), np.array([float(centre) + sign * 1e-3]), 6)
    assert ending.outcome is Outcome.SINGULAR
    assert abs(ending.end[0] - float(centre)) < 1e-15
    if centre == 0:
        assert ending.winding == 2


@pytest.mark.parametrize("sign", [1, -1])
def test_a_double_root_is_singular_however_well_its_series_is_known(sign):
    # (x − 1)² = t beside y = x − 1, whose valuation ½ gives the winding number away.
    def formula(w, p):
        return (w[0] - 1) ** 3 / 3 - p[0] * w[0] + (w[1] - w[0] + 1) ** 2 / 2

    ending = followed_to_the_end(end_of("xy", formula, [[0], [1]]), np.array([1 + sign * 1e-3, sign * 1e-3]), 6)
    assert (ending.outcome, ending.winding) == (Outcome.SINGULAR, 2)
    assert np.abs(ending.end - [1, 0]).max() < 1e-15


def test_a_triple_root_is_singular():
    # x³ = t, with t in the tilt.
    end = end_of("x", lambda w, p: p[0] * w[0] ** 4 / 4, [[1]], tilt=[[0], [-1]])
    for turn in range(3):
        ending = followed_to_the_end(end, np.array([1e-2 * np.exp(2j * np.pi * turn / 3)]), 6)
        assert (ending.outcome, ending.winding) == (Outcome.SINGULAR, 3) and abs(ending.end[0]) < 1e-15


@pytest.mark.parametrize("centre", [0, 1])
@pytest.mark.parametrize("decade", [3, 9])
def test_two_simple_zeros_close_together_are_told_apart(centre, decade):
    # (x − c)² = t + δ² with δ = 5·10⁻¹¹: a double root to anything that stays away from t ≈ δ².
    delta = Fraction(5, 10**11)
    ends = []
    for sign in (1, -1):
        start = centre + sign * np.sqrt(10.0**-decade + float(delta) ** 2)
        ending = followed_to_the_end(end_of("x", square, [[delta**2, centre], [1, 0]]), np.array([start]), decade)
        assert (ending.outcome, ending.winding) == (Outcome.FINISHED, 1)
        ends.append(ending.end[0] - centre)
    assert ends == [pytest.approx(5e-11, rel=1e-5), pytest.approx(-5e-11, rel=1e-5)]


def test_the_end_is_the_exact_loss_not_its_rounding():
    # (x − 1/3)² = t + (1/3 − fl(1/3))²: the zeros are fl(1/3) and its mirror image; with rounded data they would be one.
    gap = Fraction(1, 3) - Fraction(1 / 3)
    ends = []
    for sign in (1, -1):
        end = end_of("xy", lambda w, p: square(w, p) + (w[1] - 10**16 * (w[0] - p[1])) ** 2 / 2, [[gap**2, Fraction(1, 3)], [1, 0]])
        ending = followed_to_the_end(end, np.array([1 / 3 + sign * 1e-3, sign * 1.001e13]), 6)
        assert ending.outcome is Outcome.FINISHED
        ends.append(ending.end[1])
    assert ends == [pytest.approx(1e16 * float(gap)), pytest.approx(-1e16 * float(gap))]


def test_a_constant_zero_path_is_finished():
    # x³ − (1 + t) x = 0.
    end = end_of("x", lambda w, p: w[0] ** 4 / 4 - p[0] * w[0] ** 2 / 2, [[1], [1]])
    ending = followed_to_the_end(end, np.zeros(1), 6)
    assert ending.outcome is Outcome.FINISHED and abs(ending.end[0]) < 1e-30


@pytest.mark.parametrize("decade", [3, 9])
def test_a_path_to_the_origin_is_finished(decade):
    # x = t.
    ending = followed_to_the_end(end_of("x", lambda w, p: (w[0] - p[0]) ** 2 / 2, [[0], [1]]), np.array([10.0**-decade]), decade)
    assert ending.outcome is Outcome.FINISHED and abs(ending.end[0]) < 1e-30


def test_where_there_is_no_path_there_is_no_end():
    # The gradient is constant; and t x = 1 has no solution near −10⁶ at t = 10⁻⁶.
    assert followed_to_the_end(end_of("x", lambda w, p: p[0] * w[0], [[1], [1]]), np.array([1.0]), 6).outcome is Outcome.FAILED
    assert followed_to_the_end(end_of("x", power(1), [[0], [1]]), np.array([-1e-3]), 6).outcome is Outcome.FAILED
