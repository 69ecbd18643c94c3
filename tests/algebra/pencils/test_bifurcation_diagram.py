"""Bifurcation values of small families whose critical points are known in closed form."""

from dataclasses import replace
from fractions import Fraction
from math import nan, sqrt

import numpy as np
import pytest

from critscape.algebra.pencils.bifurcation import Pencil, Type, bifurcation_point, hessian_rate
from critscape.algebra.pencils.diagram import MOST_SLICES, Crossing, Link, Slice, branches, crossing, diagram, linked, orbit_numbers
from critscape.algebra.polynomial.evaluation import float_derivatives_at
from critscape.algebra.polynomial.loss import Family
from critscape.algebra.symmetry.finite import SignedPermutation
from critscape.algebra.tracking.batch_engine import BatchTracker
from critscape.algebra.tracking.homotopy import Outcome, Path

PLAIN = (SignedPermutation((0, 1), (1, 1)),)
FLIP = (*PLAIN, SignedPermutation((0, 1), (-1, 1)))
UNITS = np.ones(2, dtype=complex)


def cubic(w, p):
    # ∂L/∂x = x³ + p₀ x² + p₁ x + p₂, so the critical points are the roots of a cubic polynomial in x, with y = 0.
    return w[0] ** 4 / 4 + p[0] * w[0] ** 3 / 3 + p[1] * w[0] ** 2 / 2 + p[2] * w[0] + w[1] ** 2 / 2


def two_wells(w, p):
    # ∂L/∂x = x³ + p₀ x, ∂L/∂y = 2 y³ + p₀ y.
    return w[0] ** 4 / 4 + p[0] * w[0] ** 2 / 2 + w[1] ** 4 / 2 + p[0] * w[1] ** 2 / 2


def sextic(w, p):
    # ∂L/∂x = x⁵ + 2 x³ + p₀ x.
    return w[0] ** 6 / 6 + w[0] ** 4 / 2 + p[0] * w[0] ** 2 / 2 + w[1] ** 2 / 2


def pencil(formula, base, slope, symmetries=PLAIN, degree=4):
    parameters = tuple(f"p{k}" for k in range(len(base)))
    return Pencil(Family(("x", "y"), parameters, formula), np.array(base), np.array(slope), UNITS, symmetries, degree, 1.0)


def slice_of(losses, s, points, doubts=()):
    """The slice of given complex points, their indices by the eigenvalues of the Hessian."""
    points = np.array(points, dtype=complex)
    real = np.abs(points.imag).max(axis=1) < 1e-12
    _, hessians = float_derivatives_at(losses.family, losses.parameters(float(s)), points)
    index = np.where(real, (np.linalg.eigvalsh(hessians.real) < 0).sum(axis=1), -1)
    values = losses.family.formula(list(points.T), list(losses.parameters(float(s)))).real
    return Slice(s, points, real, index, np.where(real, values, nan), orbit_numbers(losses, points), doubts)


def cubic_slices(losses):
    def slice_at(s):
        return slice_of(losses, s, [[root, 0] for root in np.roots([1, *losses.parameters(float(s))])])

    return slice_at


def grid(*values):
    return [Fraction(value) for value in values]


def test_a_fold_is_located_to_all_digits():
    # x³ − x + s: two of three real roots meet at s = 2/√27, in x = 1/√3.
    losses = pencil(cubic, [0, -1, 0], [0, 0, 1])
    found = diagram(losses, BatchTracker(), cubic_slices(losses), grid("1/10", "1/5", 1, 3))
    assert found.complete and not found.doubtful and not found.gaps
    (event,) = found.events
    (point,) = event.points
    assert point.type is Type.FOLD and point.real and len(point.orbit) == 1
    assert abs(point.s - 2 / sqrt(27)) < 1e-14 and np.abs(point.orbit[0] - [1 / sqrt(3), 0]).max() < 1e-12
    assert abs(point.loss - (1 / 36 - 1 / 6 + 2 / 9)) < 1e-13
    assert (event.link.left.by_index, event.link.right.by_index) == ({0: 2, 1: 1}, {0: 1})
    assert [len(group) for group in (event.left[0], event.right[0])] == [2, 2]


def test_a_pair_that_lives_between_two_values_is_found():
    # x³ − 0.03 x + s − 1 has three real roots for |s − 1| < 0.002 only.
    losses = pencil(cubic, [0, -0.03, -1], [0, 0, 1])
    found = diagram(losses, BatchTracker(), cubic_slices(losses), grid("1/2", "9/10", "11/10", 2))
    assert found.complete
    assert np.abs(np.array([event.s for event in found.events]) - [0.998, 1.002]).max() < 1e-13
    assert [(event.link.left.count, event.link.right.count) for event in found.events] == [(1, 3), (3, 1)]
    curves = branches(found)
    assert sorted((round(c.s[0], 3), round(c.s[-1], 3), c.index) for c in curves) == [
        (0.5, 1.002, 0), (0.998, 1.002, 1), (0.998, 2.0, 0),
    ]  # fmt: skip


def test_a_pitchfork_is_regular_in_the_fixed_space():
    # x³ + (s − 1) x with x → −x.
    losses = pencil(cubic, [0, -1, 0], [0, 1, 0], FLIP)
    # The value itself is on the grid: a degenerate point is there as it should be.
    roots = cubic_slices(losses)
    empty = np.empty(0)
    degenerate = Slice(Fraction(1), empty.reshape(0, 2), empty, empty, empty, empty, ("degenerate",))
    found = diagram(losses, BatchTracker(), lambda s: degenerate if s == 1 else roots(s), grid("1/4", 1, 4))
    (event,) = found.events
    (point,) = event.points
    assert point.type is Type.PITCHFORK and abs(point.s - 1) < 1e-14 and np.abs(point.orbit).max() < 1e-12
    assert found.complete and found.doubtful and not found.open
    assert sorted((c.index, c.size, round(c.s[0], 9), round(c.s[-1], 9)) for c in branches(found)) == [
        (0, 1, 1.0, 4.0), (0, 2, 0.25, 1.0), (1, 1, 0.25, 1.0),
    ]  # fmt: skip


def test_newton_leaves_the_branch_that_breaks_the_symmetry():
    # From (√(1 − s), 0), whose isotropy group is trivial.
    losses = pencil(cubic, [0, -1, 0], [0, 1, 0], FLIP)
    point = bifurcation_point(losses, np.array([sqrt(0.1), 0], dtype=complex), 0.9)
    assert point.type is Type.PITCHFORK and abs(point.s - 1) < 1e-13


def test_points_that_are_not_real_meet_without_an_event():
    # x (x⁴ + 2 x² + s): x² = −1 ± √(1 − s), two pairs on the imaginary axis until they meet at s = 1.
    losses = pencil(sextic, [0], [1], FLIP, degree=6)

    def slice_at(s):
        squares = [-1 + sign * np.sqrt(1 - complex(s)) for sign in (1, -1)]
        return slice_of(losses, s, [[0, 0], *([sign * np.sqrt(z), 0] for z in squares for sign in (1, -1))])

    found = diagram(losses, BatchTracker(), slice_at, grid("1/4", "1/2", 4))
    assert found.complete and not found.events and all(slice_.count == 1 for slice_ in found.slices)
    (met,) = (piece for piece in found.pieces if isinstance(piece, Crossing))
    assert abs(met.s - 1) < 1e-14 and met.points[0].type is Type.FOLD and len(met.points[0].orbit) == 2


def test_a_value_that_is_not_real_is_no_bifurcation_value():
    # x³ + x + s has double roots at s = ±2i/√27 alone.
    losses = pencil(cubic, [0, 1, 0], [0, 0, 1])
    assert all(bifurcation_point(losses, point, 0.1) is None for point in cubic_slices(losses)(Fraction(1, 10)).points)


def test_a_bifurcation_does_not_excuse_a_lost_point():
    losses = pencil(cubic, [0, -1, 0], [0, 0, 1])
    whole = cubic_slices(losses)
    left, right = whole(Fraction(38, 100)), whole(Fraction(39, 100))
    near = [[k for k in range(3) if slice_.points[k].real[0] > 0] for slice_ in (left, right)]
    point = bifurcation_point(losses, left.points[near[0][0]], 0.38)
    assert crossing([point], Link(left, right, (), tuple(near[0]), tuple(near[1]))).reason is None
    fewer = Link(left, right, (), tuple(near[0]), (near[1][0],))
    assert "2 critical points meet on one side and 1" in crossing([point], fewer).reason
    far = next(k for k in range(3) if k not in near[1])
    assert "not near" in crossing([point], Link(left, right, (), tuple(near[0]), (*near[1], far))).reason


def test_two_paths_to_one_point_are_no_link():
    losses = pencil(cubic, [0, -1, 0], [0, 0, 1])
    left, right = (cubic_slices(losses)(s) for s in grid("1/10", "1/5"))

    class Jumping:
        """A tracker whose paths all end at the first point."""

        name, loops = "jumping", False

        def track(self, homotopy, starts, thorough=True):
            return [Path(start, right.points[0], Outcome.FINISHED) for start in starts]

    link = linked(losses, Jumping(), left, right)
    assert link.pairs == () and len(link.lost_left) == len(link.lost_right) == 3
    assert len(linked(losses, BatchTracker(), left, right).pairs) == 3


def test_what_is_neither_fold_nor_pitchfork_is_said():
    # x³ + x² + (s − 1) x: two branches cross at s = 1 without a symmetry.
    losses = pencil(cubic, [1, -1, 0], [0, 1, 0])
    found = diagram(losses, BatchTracker(), cubic_slices(losses), grid("1/2", "9/10", "6/5"))
    assert not found.complete
    assert found.gaps or any(isinstance(piece, Crossing) and piece.reason for piece in found.pieces)


def test_a_kernel_of_two_dimensions_is_located_and_said():
    group = tuple(SignedPermutation((0, 1), signs) for signs in ((1, 1), (-1, 1), (1, -1), (-1, -1)))
    losses = pencil(two_wells, [-1], [1], group)

    def slice_at(s):
        p = complex(losses.parameters(float(s))[0])
        return slice_of(losses, s, [[x, y] for x in (0, np.sqrt(-p), -np.sqrt(-p)) for y in (0, np.sqrt(-p / 2), -np.sqrt(-p / 2))])

    found = diagram(losses, BatchTracker(), slice_at, grid("1/4", "1/2", "3/2"))
    (event,) = found.events
    assert event.points[0].type is Type.OTHER and abs(event.s - 1) < 1e-12
    assert (event.link.left.count, event.link.right.count) == (9, 1)
    assert not found.complete and "neither" in event.reason


def test_pitchforks_too_close_to_tell_apart_are_not_called_degenerate():
    # x and y have pitchforks of their own at s = 1 and at s = 1 + 1e-9.
    group = tuple(SignedPermutation((0, 1), signs) for signs in ((1, 1), (-1, 1), (1, -1), (-1, -1)))

    def wells(w, p):
        return two_wells(w, p) + p[1] * w[1] ** 2 / 2

    found = bifurcation_point(pencil(wells, [-1, -1e-9], [1, 0], group), np.zeros(2, dtype=complex), 0.99)
    assert found is not None and abs(found.s - 1) < 2e-9 and found.type is Type.OTHER and "nearly" in found.type.value


def test_a_value_without_a_complete_set_is_bridged_and_reported():
    losses = pencil(cubic, [0, -1, 0], [0, 0, 1])
    whole = cubic_slices(losses)

    def slice_at(s):
        return replace(whole(s), doubts=("a path was lost",) if s == Fraction(1, 5) else ())

    found = diagram(losses, BatchTracker(), slice_at, grid("1/10", "1/5", "1/4", 1))
    assert not found.complete and [slice_.s for slice_ in found.open] == [Fraction(1, 5)]
    assert len(found.events) == 1 and not found.gaps


def test_a_lost_point_is_a_gap():
    # A set that claims to be complete but lacks a point cannot be connected.
    losses = pencil(cubic, [0, -1, 0], [0, 0, 1])
    whole = cubic_slices(losses)

    def slice_at(s):
        made = whole(s)
        return made if s != 2 else slice_of(losses, s, made.points[made.real])

    found = diagram(losses, BatchTracker(), slice_at, grid(1, 2))
    assert not found.complete and found.gaps


def test_paths_that_are_lost_everywhere_end_in_gaps():
    # Sets that lack a point at every other value: nothing can be connected, and no bifurcation explains it.
    losses = pencil(cubic, [0, -1, 0], [0, 0, 1])
    whole, calls = cubic_slices(losses), []

    def slice_at(s):
        calls.append(s)
        made = whole(s)
        return slice_of(losses, s, made.points[: 3 - len(calls) % 2])

    found = diagram(losses, BatchTracker(), slice_at, grid(1, 2))
    assert not found.complete and found.gaps and len(calls) <= 2 + MOST_SLICES


@pytest.mark.parametrize("direction", [(1.0, 0.0), (0.3, -2.0)])
def test_the_derivative_of_the_hessian(direction):
    losses = pencil(two_wells, [-1.0], [1.0])
    x, y = point = np.array([0.7, -1.3], dtype=complex)
    rate = hessian_rate(losses, point, losses.parameters(0.5), np.array(direction), np.array([0.0]))
    assert np.abs(rate - np.diag([6 * x * direction[0], 12 * y * direction[1]])).max() < 1e-13
    along = hessian_rate(losses, point, losses.parameters(0.5), np.zeros(2), losses.slope)
    assert np.abs(along - np.eye(2)).max() < 1e-13
