"""The trace test: whether a set of solutions of the tilted gradient system is complete.

Over a line c + s·d of generic tilts the sum of all solutions of ∇L(w) + c + s·d = 0 is affine in s; the sum over a proper subset
is not, as monodromy permutes all solutions transitively (Sommese–Verschelde–Wampler 2002; Leykin–Rodriguez–Sottile 2018). Three
values of s decide: Σw(1) + Σw(−1) − 2 Σw(0) = 0.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from algebra.evaluation import generic_vector
from algebra.loss import Family
from algebra.tracking import Outcome, Tracker, tilt_segment

PASSED = 1e-8
"""Complete sets leave rounding errors (measured below 1e-10), proper subsets at least 1e-6 of the scale."""
LENGTH = 10.0
"""Half the length of the line, in units of the tilt or of the natural unit, whichever is larger."""
TRIES = 3
"""Directions that are tried while paths get lost."""


@dataclass(frozen=True)
class Trace:
    """The outcome of one trace test.

    ``residual`` is the largest entry of the second difference divided by the largest change of a single solution along the
    line; ``lost`` counts those of the ``tracked`` paths that did not arrive (the test is then void).
    """

    residual: float
    tracked: int
    lost: int

    @property
    def passed(self) -> bool:
        return self.lost == 0 and self.residual < PASSED


def trace_test(
    tracker: Tracker, family: Family, parameters: np.ndarray, tilt: np.ndarray, solutions: np.ndarray, direction: np.ndarray
) -> Trace:
    """The trace test for ``solutions`` (P, n) of the system at ``tilt`` along ``direction`` (both length n, generic complex)."""
    sums, lost, change = -2 * solutions.sum(axis=0), 0, 0.0
    for end in (tilt + direction, tilt - direction):
        paths = tracker.track(tilt_segment(family, parameters, tilt, end), solutions)
        arrived = [path for path in paths if path.outcome is Outcome.FINISHED]
        lost += len(paths) - len(arrived)
        if arrived:
            sums = sums + np.sum([path.end for path in arrived], axis=0)
            change = max(change, max(float(np.abs(path.end - path.start).max()) for path in arrived))
    return Trace(float(np.abs(sums).max() / change) if change else float("inf"), 2 * len(solutions), lost)


def repeated_trace_test(
    tracker: Tracker, family: Family, parameters: np.ndarray, tilt: np.ndarray, solutions: np.ndarray, unit: np.ndarray, rng
) -> Trace:
    """The trace test along a random direction of natural size, repeated along another one when paths were lost."""
    tracked = 0
    # A line much shorter than the tilt itself would make every sum look affine.
    length = LENGTH * max(1.0, float(np.median(np.abs(tilt) / unit)))
    for _ in range(TRIES):
        direction = length * unit * generic_vector(rng, len(unit))
        trace = trace_test(tracker, family, parameters, tilt, solutions, direction)
        tracked += trace.tracked
        if trace.lost == 0:
            break
    return replace(trace, tracked=tracked)
