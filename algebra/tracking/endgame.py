"""The end of a path at t = 0 that plain tracking does not reach: winding numbers, singular end points and infinity.

Near t = 0 a path is a Laurent series in u = t^{1/m}, m its winding number. One closed loop around t = 0 (m turns) samples it, and
a discrete Fourier transform gives its coefficients: negative powers mean infinity, otherwise the constant term is the end point
(Cauchy's integral; Morgan, Sommese and Wampler, "Computing singular solutions to nonlinear analytic systems", Numer. Math. 58
(1991)). Another branch point inside the loop shows in the same transform, as negative powers or a slow decay: then the loop
shrinks. All paths go around together, so that an engine with lanes stays busy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from critscape.algebra.tracking.homotopy import Outcome

SAMPLES = 8
MAX_WINDING = 12
SHRINK = 0.05
SMALLEST_RADIUS = 1e-12
# Infinity is believed only when it shows on loops below this radius, or when the path cannot be followed any further: a finite
# end point with a branch point at distance δ looks like infinity, or like a singular point, on all loops wider than δ.
INFINITY_RADIUS = 1e-6


@dataclass(frozen=True)
class Segment:
    """Paths after a piece of the way: ``points`` (P, n), ``t`` (P,) where they are, ``arrived`` and ``lost`` (P,) flags."""

    points: np.ndarray
    t: np.ndarray
    arrived: np.ndarray
    lost: np.ndarray
    steps: np.ndarray


class Ending(NamedTuple):
    """What became of one path (a tuple, as there are many); ``end`` is None at infinity and when the endgame could not decide (FAILED)."""

    outcome: Outcome
    end: np.ndarray | None = None
    winding: int | None = None
    t: float = 0.0
    steps: int = 0


# advance(points, froms, tos, stall): follow each path on the segment from one t to the other (complex); with stall > 0 give up
# below |t| = stall·|from| unless t = 0 is one step away.
Advance = Callable[[np.ndarray, np.ndarray, np.ndarray, float], Segment]
# regular(points): Newton's method at t = 0; the limits and whether each is a regular zero close to where it started.
Regular = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


def finish(advance: Advance, regular: Regular, unit: np.ndarray, points: np.ndarray, radii: np.ndarray) -> list[Ending]:
    """The endings of paths that are at ``points`` (P, n) for t = ``radii`` (P,), real and positive. ``unit``: sizes near 1 (n,)."""
    endings: list[Ending] = [Ending(Outcome.FAILED, t=float(radius)) for radius in radii]
    hint = np.zeros(len(points), dtype=bool)
    steps = np.zeros(len(points), dtype=int)
    points, radii = points.copy(), np.array(radii, dtype=float)
    active = np.arange(len(points))
    while len(active):
        loops = _loops(advance, unit, points[active], radii[active])
        undecided = []
        for index, (samples, cost) in zip(active, loops):
            steps[index] += cost
            ending, at_infinity = _judged(samples, unit, regular, radii[index])
            if at_infinity and (hint[index] and radii[index] <= INFINITY_RADIUS):
                ending = Ending(Outcome.AT_INFINITY)
            hint[index] |= at_infinity
            if ending is None:
                undecided.append(index)
            else:
                endings[index] = ending
        active = np.array(undecided, dtype=int)
        if not len(active):
            break
        segment = advance(points[active], radii[active].astype(complex), np.zeros(len(active), dtype=complex), SHRINK)
        steps[active] += segment.steps
        limits, good = regular(segment.points)
        going = []
        for k, index in enumerate(active):
            if segment.arrived[k]:
                if good[k]:
                    endings[index] = Ending(Outcome.FINISHED, limits[k], 1)
            elif not segment.lost[k] and segment.t[k].real > SMALLEST_RADIUS:
                points[index], radii[index] = segment.points[k], segment.t[k].real
                going.append(index)
            elif hint[index] and radii[index] <= 10 * INFINITY_RADIUS:
                endings[index] = Ending(Outcome.AT_INFINITY, t=float(radii[index]))
        active = np.array(going, dtype=int)
    return [Ending(e.outcome, e.end, e.winding, e.t, int(count)) for e, count in zip(endings, steps)]


def _loops(advance: Advance, unit: np.ndarray, points: np.ndarray, radii: np.ndarray) -> list[tuple[np.ndarray | None, int]]:
    """Samples (m·SAMPLES, n) on the closed loop of each path, or None when it does not close or gets lost; and the steps taken."""
    found: list[np.ndarray | None] = [None] * len(points)
    steps = np.zeros(len(points), dtype=int)
    samples = [[point] for point in points]
    active = np.arange(len(points))
    here = points.copy()
    turn = np.exp(2j * np.pi * np.arange(SAMPLES + 1) / SAMPLES)
    turn[-1] = 1.0
    for _ in range(MAX_WINDING):
        for k in range(SAMPLES):
            segment = advance(here[active], radii[active] * turn[k], radii[active] * turn[k + 1], 0.0)
            steps[active] += segment.steps
            here[active] = segment.points
            active = active[segment.arrived]
            for index in active:
                samples[index].append(here[index].copy())
        open_still = []
        for index in active:
            spread = np.max(np.abs(np.array(samples[index])), axis=0) + unit
            if np.max(np.abs(here[index] - points[index]) / spread) < 1e-6:
                found[index] = np.array(samples[index][:-1])
            else:
                open_still.append(index)
        active = np.array(open_still, dtype=int)
        if not len(active):
            break
    return [(loop, int(count)) for loop, count in zip(found, steps)]


def _judged(samples: np.ndarray | None, unit: np.ndarray, regular: Regular, radius: float) -> tuple[Ending | None, bool]:
    """The ending that a loop proves, if any, and whether the loop looks like infinity."""
    if samples is None:
        return None, False
    count = len(samples)
    coefficients = np.abs(np.fft.fft(samples, axis=0)) / count
    power = np.fft.fftfreq(count, 1 / count).astype(int)
    size = np.maximum(coefficients.max(axis=0), unit)
    # The highest powers, positive and negative, must have died out: else another branch point is near.
    tail = np.max(coefficients[np.abs(power) >= 3 * count // 8] / size)
    negative = np.max(coefficients[(power < 0) & (np.abs(power) < 3 * count // 8)] / size, initial=0.0)
    if tail > 1e-3:
        return None, False
    if negative > 1e-3:
        # Divergence is a coordinate whose leading term has a negative power; lesser ones come from branch points inside the loop.
        leading = power[np.argmax(coefficients, axis=0)]
        return None, bool(np.any((leading < 0) & (coefficients.max(axis=0) > unit)))
    if negative > 1e-8 or tail > 1e-8:
        return None, False
    end = samples.mean(axis=0)
    limit, good = regular(end[None])
    if good[0] and count == SAMPLES:
        return Ending(Outcome.FINISHED, limit[0], 1), False
    if good[0]:
        # Several branches and yet a regular point: the loop encloses branch points away from t = 0.
        return None, False
    return Ending(Outcome.SINGULAR, end, count // SAMPLES), False
