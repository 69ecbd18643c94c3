"""The trace test: whether a set of solutions of the tilted gradient system is complete.

Over a line c + s·d of generic tilts the sum of all solutions of ∇L(w) + c + s·d = 0 is affine in s, if none escapes to infinity at finite s
and none grows faster than s; the sum over a proper subset is not when monodromy permutes the solutions doubly transitively
(Sommese–Verschelde–Wampler 2002; Leykin–Rodriguez–Sottile 2018; transitivity alone is not enough: for A(u) + B(v) the sum over a diagonal is
affine too). Three values of s decide: Σw(1) + Σw(−1) − 2 Σw(0) = 0.

Where some solutions grow like a higher power of s the sum may be a polynomial of higher degree. On a shorter line its terms beyond s² are
nothing beside those of lower degree; a missing solution leaves its second derivative on a line of any length.

The sum's second difference is measured against those of single solutions: what a missing one would leave is not known, but those
that are there show the size to expect.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from critscape.algebra.polynomial.evaluation import generic_vector
from critscape.algebra.polynomial.loss import Family
from critscape.algebra.tracking.homotopy import Member, Outcome, Tracker, tilt_segment

PASSED = 1e-8
"""Complete sets leave rounding errors, relative to the largest change of a solution along the line; on a shorter one in proportion to its
length, as a second derivative does.
"""
SIGNAL = 1e-2
"""The second difference of the sum must be below this part of the smallest second difference of a single solution."""
LENGTHS = (2.0, 2.0**-4)
"""Half the length of the line, in natural units, in which the generic member and its branch points have size one; the short one where less is
left on the long one than a typical missing solution would leave.
"""
TRIES = 3
"""Directions that are tried while paths get lost, for each length."""


@dataclass(frozen=True)
class TraceLine:
    """A line of tilts c + s·``direction`` (n,) with the solutions at s = 1, ``forward``, and at s = −1, ``backward`` (P, n)."""

    direction: np.ndarray
    forward: np.ndarray
    backward: np.ndarray

    @property
    def part(self) -> float:
        """How long the line is, of a long one that is 1 at most."""
        return min(1.0, float(np.sqrt(np.mean(np.abs(self.direction) ** 2))) / LENGTHS[0])


@dataclass(frozen=True)
class Trace:
    """The outcome of one trace test.

    ``residual`` is the largest entry of the second difference of the sum, ``weakest`` the smallest and ``typical`` the median second
    difference of a single solution, all divided by the largest change of a single solution along the line; ``tracked`` counts the paths
    along all lines and ``lost`` those that did not arrive along the last (the test is then void and ``line`` is None).
    """

    residual: float
    weakest: float
    typical: float
    tracked: int
    lost: int
    line: TraceLine | None

    @property
    def passed(self) -> bool:
        return self.lost == 0 and self.line is not None and self.residual < min(PASSED * self.line.part, SIGNAL * self.weakest)

    @property
    def far(self) -> bool:
        """Whether as much is left as a typical missing solution would leave."""
        return self.lost == 0 and not self.residual < SIGNAL * self.typical


VOID = Trace(float("inf"), 0.0, 0.0, 0, 0, None)
"""No test was made."""


def trace_test(tracker: Tracker, family: Family, member: Member, solutions: np.ndarray, rng: np.random.Generator) -> Trace:
    """The trace test for ``solutions`` (P, n) of a tilted member, along a random direction; along another when paths are lost."""
    trace = VOID
    for length in LENGTHS:
        trace = along(length, tracker, family, member, solutions, rng, trace.tracked)
        if trace.passed or trace.far:
            break
    return trace


def along(
    length: float, tracker: Tracker, family: Family, member: Member, solutions: np.ndarray, rng: np.random.Generator, tracked: int
) -> Trace:
    """The same along lines of one length; ``tracked`` paths were followed before."""
    for _ in range(TRIES):
        direction = length * generic_vector(rng, len(member.tilt))
        segments = [tilt_segment(family, member.parameters, member.tilt, member.tilt + step) for step in (direction, -direction)]
        both = tracker.track_all([(segment, solutions) for segment in segments])
        tracked += 2 * len(solutions)
        lost = sum(path.outcome is not Outcome.FINISHED for paths in both for path in paths)
        if lost == 0:
            forward, backward = (np.array([path.end for path in paths]) for paths in both)
            return judged(solutions, TraceLine(direction, forward, backward), tracked)
    return replace(VOID, tracked=tracked, lost=lost)


def judged(solutions: np.ndarray, line: TraceLine, tracked: int = 0) -> Trace:
    """The trace test on solutions (P, n) at s = 0 and those at the ends of a line."""
    single = line.forward + line.backward - 2 * solutions
    change = max(float(np.abs(end - solutions).max()) for end in (line.forward, line.backward))
    if not change > 0:  # NaN: says nothing.
        return Trace(float("inf"), 0.0, 0.0, tracked, 0, line)
    residual = float(np.abs(single.sum(axis=0)).max()) / change
    sizes = np.abs(single).max(axis=1) / change
    # A single solution is complete when it moves along a straight line itself.
    weakest = float(sizes.min()) if len(solutions) > 1 else float("inf")
    return Trace(residual, weakest, float(np.median(sizes)), tracked, 0, line)
