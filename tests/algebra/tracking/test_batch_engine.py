"""The batch engine on families with known numbers of critical points: nothing lost, nothing twice, every path accounted for."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import numpy as np
import pytest

from critscape.algebra.polynomial.loss import Family
from critscape.algebra.polynomial.straight_line import evaluate, programs
from critscape.algebra.tracking.batch_engine import CAUTIONS, BatchTracker
from critscape.algebra.tracking.flow import Flow, units
from critscape.algebra.tracking.homotopy import Homotopy, Outcome, tilt_segment
from tests.algebra.polynomial.test_straight_line import LinearMoments

TRACKER = BatchTracker()


def gradient(family, weights, parameters):
    return np.array(evaluate(programs(family).gradient, list(weights), list(parameters)), dtype=complex)


def complex_normal(rng, size):
    return rng.standard_normal(size) + 1j * rng.standard_normal(size)


def distinct(points, tolerance=1e-8):
    kept = np.empty((0, points.shape[1]), dtype=complex)
    for point in points:
        if not len(kept) or np.min(np.max(np.abs(kept - point), axis=1)) > tolerance * (1 + np.max(np.abs(point))):
            kept = np.vstack([kept, point])
    return kept


def ends(paths):
    return np.array([path.end for path in paths if path.outcome is Outcome.FINISHED])


@lru_cache
def generic_member(widths, goal):
    """A generic complex member and all its critical points, by monodromy of the tilt from one seed."""
    family = LinearMoments(widths).family()
    n, q = len(family.variables), len(family.parameters)
    rng = np.random.default_rng(11)
    parameters, seed = complex_normal(rng, q), complex_normal(rng, n)
    base = -gradient(family, seed, parameters)
    # Loops must be wide: at the size of the seed's own tilt, half of the branch points stay outside.
    size = 4 * np.abs(base).mean()
    points = seed[None]
    for _ in range(80):
        first, second, moved = size * complex_normal(rng, n), size * complex_normal(rng, n), points
        for a, b in ((base, first), (first, second), (second, base)):
            moved = ends(TRACKER.track(tilt_segment(family, parameters, a, b), moved))
        points = distinct(np.vstack([points, moved]))
        if len(points) >= goal:
            break
    # The trace test: the sum of all solutions is affine along a line of tilts.
    direction = size * complex_normal(rng, n)
    sums = [points.sum(axis=0)]
    for s in (0.5, 1.0):
        paths = TRACKER.track(tilt_segment(family, parameters, base, base + s * direction), points)
        sums.append(ends(paths).sum(axis=0))
    assert np.max(np.abs(sums[0] - 2 * sums[1] + sums[2])) < 1e-8 * (1 + np.max(np.abs(sums[0] - sums[2])))
    paths = TRACKER.track(tilt_segment(family, parameters, base, np.zeros(n)), points)
    return family, parameters, ends(paths)


@pytest.mark.parametrize(("widths", "count"), [((1, 1, 1, 1), 17), ((2, 1, 2), 17), ((1, 1, 2, 1), 33), ((1, 2, 1), 9), ((2, 2, 2), 225)])
def test_generic_counts(widths, count):
    family, parameters, points = generic_member(widths, count)
    assert len(distinct(points)) == count
    for point in points:
        assert np.max(np.abs(gradient(family, point, parameters))) < 1e-11 * (1 + np.max(np.abs(point))) ** 3


def real_target(rng, parameters, widths, samples):
    d, e = widths[0], widths[-1]
    x, y = rng.integers(-4, 5, (d, samples)), rng.integers(-4, 5, (e, samples))
    moments = (x @ x.T)[np.triu_indices(d)]
    ridge = rng.integers(10, 60, len(parameters) - len(moments) - d * e) / 25
    return np.concatenate([moments, (y @ x.T).ravel(), ridge]).astype(complex)


def bent(rng, start, end):
    bend = np.abs(start) * complex_normal(rng, start.size)
    return np.array([end, start - end + bend, -bend])


@pytest.mark.parametrize("seed", range(8))
def test_real_members_of_2_2_2(seed):
    family, parameters, points = generic_member((2, 2, 2), 225)
    rng = np.random.default_rng(seed)
    target = real_target(rng, parameters, (2, 2, 2), 5)
    paths = TRACKER.track(Homotopy(family, bent(rng, parameters, target), np.zeros((1, 8))), points)
    found = ends(paths)
    assert len(found) == len(distinct(found)) == 225
    assert sum(np.max(np.abs(end.imag)) < 1e-9 for end in found) % 2 == 1
    # The set is closed under conjugation.
    assert len(distinct(np.vstack([found, found.conj()]), 1e-7)) == 225


def test_one_sample_sends_192_paths_to_infinity():
    family, parameters, points = generic_member((2, 2, 2), 225)
    rng = np.random.default_rng(3)
    target = real_target(rng, parameters, (2, 2, 2), 1)
    paths = TRACKER.track(Homotopy(family, bent(rng, parameters, target), np.zeros((1, 8))), points)
    assert Counter(path.outcome for path in paths) == {Outcome.FINISHED: 33, Outcome.AT_INFINITY: 192}
    assert len(distinct(ends(paths))) == 33


def test_equal_ridges_on_one_unit():
    family, parameters, points = generic_member((2, 2, 2), 225)
    rng = np.random.default_rng(4)
    target = real_target(rng, parameters, (2, 2, 2), 5)
    # W2 is stored row by row: its first column, the weights out of hidden unit 1, are variables 4 and 6.
    target[7 + 6] = target[7 + 4]
    paths = TRACKER.track(Homotopy(family, bent(rng, parameters, target), np.zeros((1, 8))), points)
    assert Counter(path.outcome for path in paths)[Outcome.FAILED] == 0
    assert len(distinct(ends(paths))) == 205


CUBE = Family(("x",), ("a", "b"), lambda w, p: w[0] ** 4 / 4 - p[0] * w[0] ** 2 / 2 + p[1] * w[0])


def test_winding_number_of_a_cube_root():
    # x³ + t = 0: three paths meet at 0.
    roots = -np.exp(2j * np.pi * np.arange(3) / 3)
    paths = TRACKER.track(Homotopy(CUBE, np.array([[0, 0], [0, 1]]), np.zeros((1, 1))), roots[:, None])
    assert [path.outcome for path in paths] == [Outcome.SINGULAR] * 3
    assert [path.winding for path in paths] == [3] * 3
    assert max(abs(path.end[0]) for path in paths) < 1e-8


def test_a_constant_zero_path_is_finished():
    # x³ − (1 + t) x = 0 has the constant solution 0.
    paths = TRACKER.track(Homotopy(CUBE, np.array([[1, 0], [1, 0]]), np.zeros((1, 1))), np.array([[0], [2**0.5], [-(2**0.5)]]))
    assert [path.outcome for path in paths] == [Outcome.FINISHED] * 3
    assert np.allclose([path.end[0] for path in paths], [0, 1, -1], atol=1e-14)


def test_infinity():
    # t x − 1 = 0.
    family = Family(("x",), ("a",), lambda w, p: p[0] * w[0] ** 2 / 2 - w[0])
    (path,) = TRACKER.track(Homotopy(family, np.array([[0], [1]]), np.zeros((1, 1))), np.array([[1.0]]))
    assert path.outcome is Outcome.AT_INFINITY and path.end is None


def test_a_start_that_is_no_solution_fails():
    (path,) = TRACKER.track(Homotopy(CUBE, np.array([[1, 0], [1, 0]]), np.zeros((1, 1))), np.array([[0.5]]))
    assert path.outcome is Outcome.FAILED


def test_threads_and_empty_input():
    family, parameters, points = generic_member((2, 2, 2), 225)
    homotopy = Homotopy(family, bent(np.random.default_rng(1), parameters, parameters.conj()), np.zeros((1, 8)))
    one, two = BatchTracker().track(homotopy, points), BatchTracker(jobs=2).track(homotopy, points)
    assert all(np.allclose(a.end, b.end, rtol=1e-10) for a, b in zip(one, two))
    assert TRACKER.track(homotopy, points[:0]) == []


@pytest.mark.parametrize("caution", CAUTIONS[:2])
def test_a_path_does_not_depend_on_the_paths_beside_it(caution):
    family, parameters, points = generic_member((2, 2, 2), 225)
    rng = np.random.default_rng(3)
    # With one sample 192 paths go to infinity: lanes are given up, lost and taken over by others all the time.
    homotopy = Homotopy(family, bent(rng, parameters, real_target(rng, parameters, (2, 2, 2), 1)), np.zeros((1, 8)))
    flow = Flow.of(homotopy, points, 1)

    def followed(chosen):
        ones, zeros = np.ones(len(chosen), dtype=complex), np.zeros(len(chosen), dtype=complex)
        return flow.advance(points[chosen], ones, zeros, 1e-6, caution)

    together, order = followed(np.arange(len(points))), rng.permutation(len(points))[:40]
    apart = followed(order)
    for field in ("points", "t", "arrived", "lost", "steps"):
        np.testing.assert_array_equal(getattr(apart, field), getattr(together, field)[order])


def test_shapes_are_checked():
    with pytest.raises(ValueError, match="starts"):
        TRACKER.track(Homotopy(CUBE, np.zeros((1, 2)), np.zeros((1, 1))), np.zeros((2, 3)))


def test_units_and_presets():
    assert np.array_equal(units(np.array([[1000.0, 0.0], [900.0, 0.0]])), [1024.0, 1024.0])
    assert [caution.extended for caution in CAUTIONS] == [False, True, True]
