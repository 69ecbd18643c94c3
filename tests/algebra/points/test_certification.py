"""Krawczyk's test, inertia and coincidence on losses whose critical points are known in closed form."""

from fractions import Fraction

import flint
import numpy as np
import pytest
from flint import acb, arb, arb_mat

from critscape.algebra.critical.enumeration import union
from critscape.algebra.points.certification import CertifiedPoint, Undecided, certify, loss_value, same_zero
from critscape.algebra.points.classification import Kind, classify, inertia, ldl_pivots
from critscape.algebra.points.global_minima import equal_losses, judged
from critscape.algebra.points.positive_dimension import generic_rank_deficient, witness
from critscape.algebra.polynomial.loss import Family, Loss
from critscape.algebra.polynomial.shape import Shape
from critscape.algebra.symmetry.coincidence import match, merged


def constant_loss(variables, formula):
    """A loss without parameters."""
    return Loss(Family(tuple(variables), ("p",), formula), (Fraction(1),))


DOUBLE_WELL = constant_loss("x", lambda w, p: w[0] ** 4 / 4 - p[0] * w[0] ** 2 / 2)  # critical at −1, 0, 1
QUARTIC = constant_loss("x", lambda w, p: p[0] * w[0] ** 4)  # degenerate at 0
NO_REAL = constant_loss("x", lambda w, p: w[0] ** 3 / 3 + p[0] * w[0])  # critical at ±i
SADDLE = constant_loss("xyz", lambda w, p: p[0] * w[0] * w[1] + w[2] ** 2 - w[0] ** 2 / 3)
CIRCLE = constant_loss("xy", lambda w, p: (w[0] ** 2 + w[1] ** 2 - p[0]) ** 2)


def test_simple_zeros_are_enclosed_to_thirty_digits():
    point = certify(DOUBLE_WELL, [1 + 1e-5j])
    assert isinstance(point, CertifiedPoint) and point.real
    assert point.ball[0].real.contains(1) and point.ball[0].real.rad() < arb("1e-30")
    with flint.ctx.workprec(256):
        assert loss_value(DOUBLE_WELL, point).contains(arb(-1) / 4)


def test_a_zero_off_the_real_line_is_proved_so():
    point = certify(NO_REAL, [0.9j])
    assert isinstance(point, CertifiedPoint) and not point.real and point.ball[0].imag.contains(1)


def test_a_degenerate_point_is_never_certified():
    assert isinstance(certify(QUARTIC, [1e-3]), Undecided)
    assert isinstance(certify(QUARTIC, [0]), Undecided)
    assert isinstance(certify(CIRCLE, [0.6, 0.8]), Undecided)


def test_points_closer_than_double_precision_are_told_apart():
    # Critical points at ±10⁻²⁰ and 0.
    gap = Fraction(1, 10**20)
    close = Loss(Family(("x",), ("p",), lambda w, p: w[0] ** 4 / 4 - p[0] * w[0] ** 2 / 2), (gap**2,))
    points = [certify(close, [acb(x)]) for x in (float(gap), 0.0, -float(gap))]
    assert all(isinstance(point, CertifiedPoint) and point.real for point in points)
    assert len(union([], points)) == 3 and not same_zero(points[0], points[2])


def test_the_same_zero_from_two_sides_is_one():
    one, other = certify(DOUBLE_WELL, [1.001]), certify(DOUBLE_WELL, [0.999 + 1e-4j])
    assert same_zero(one, other) and len(union([one], [other])) == 1


def test_indices_are_those_of_the_closed_form():
    (index, eigenvalue) = inertia(SADDLE, certify(SADDLE, [0.1, 0.1, 0.1]))
    # Eigenvalues 2 and −1/3 ± √(1/9 + 1).
    assert index == 1 and eigenvalue == pytest.approx(np.sqrt(1 / 9 + 1) - 1 / 3)


def test_kinds_of_a_double_well():
    points = [certify(DOUBLE_WELL, [x]) for x in (-1.1, 0.1, 0.9)]
    typed, growing = classify(DOUBLE_WELL, points), Shape(coercive="x^4")
    assert [point.kind for point in typed] == [Kind.LOCAL_MINIMUM, Kind.LOCAL_MINIMUM, Kind.MAXIMUM]
    tied = judged(typed, growing, True, equal_losses([0, 0, 1]))
    assert [point.kind for point in tied] == [Kind.GLOBAL_MINIMUM, Kind.GLOBAL_MINIMUM, Kind.MAXIMUM]
    # Without the symmetry, enclosures that overlap do not prove equal losses; without all points nothing is global.
    assert judged(typed, growing, True, [0, 1, 2]) == judged(typed, growing, False, [0, 0, 1]) == tuple(typed)
    assert judged(typed, Shape(), True, [0, 0, 1]) == tuple(typed)
    # A proved value below makes both spurious, and convexity would make both global.
    assert {point.kind for point in judged(typed, Shape(), False, [0, 1, 2], values=[arb(-1)])[:2]} == {Kind.SPURIOUS_MINIMUM}
    assert {point.kind for point in judged(typed, Shape(convex="says who"), False, [0, 1, 2])[:2]} == {Kind.GLOBAL_MINIMUM}


def test_ldl_pivots_refuse_a_singular_matrix():
    assert ldl_pivots(arb_mat([[1, 1], [1, 1]])) is None
    assert [pivot < 0 for pivot in ldl_pivots(arb_mat([[1, 2], [2, 1]]))] == [False, True]


def test_a_curve_of_critical_points_has_a_witness_on_a_random_line():
    point = witness(CIRCLE, np.random.default_rng(0))
    assert point is not None
    x, y = map(complex, point)
    assert abs(x * x + y * y - 1) < 1e-12
    assert witness(DOUBLE_WELL, np.random.default_rng(0)) is None


def test_a_loss_that_ignores_a_weight_is_singular_everywhere():
    assert generic_rank_deficient(constant_loss("xy", lambda w, p: p[0] * w[0] ** 4))
    assert not generic_rank_deficient(CIRCLE)


def test_coinciding_points_are_matched():
    known = np.array([[1.0, 2.0], [3.0, 4.0]], dtype=complex)
    new = np.array([[3.0, 4.0 + 1e-12j], [1.0, 2.1], [1.0, 2.1]])
    assert match(new, known).tolist() == [1, -1, -1]
    result, positions = merged(known, new)
    assert len(result) == 3 and positions.tolist() == [1, 2, 2]


@pytest.mark.parametrize("stiffness", [10**12, 10**17, 10**22])
def test_zeros_on_the_floor_of_a_curved_valley_are_reached_from_its_sides(stiffness):
    """L = C/2 (s − x³)² + (x − 200)²/2: from beside the floor s = x³ the first step of Newton's method leads to it, the second, as long, along."""
    valley = Loss(Family(("x", "s"), ("C",), lambda w, p: (p[0] * (w[1] - w[0] ** 3) ** 2 + (w[0] - 200) ** 2) / 2), (Fraction(stiffness),))
    for off in (1e-9, 1e-6, -1e-9j):
        point = certify(valley, [200 * (1 + 1e-15), 200**3 + off])
        assert isinstance(point, CertifiedPoint) and point.real
        assert point.ball[0].real.contains(200) and point.ball[1].real.contains(200**3)
