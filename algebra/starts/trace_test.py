"""The trace test: whether a set of solutions of the tilted gradient system is complete.

Over a line c + s·d of generic tilts the sum of all solutions of ∇L(w) + c + s·d = 0 is a polynomial in s; the sum over a proper subset
is not when monodromy permutes the solutions doubly transitively (Sommese–Verschelde–Wampler 2002; Leykin–Rodriguez–Sottile 2018;
transitivity alone is not enough: for A(u) + B(v) the sum over a diagonal is affine too). The mean of a polynomial of degree less than N over
the N-th roots of unity is its value at 0: Σ_s Σw(s) − N Σw(0) = 0. N = 2 is enough where solutions grow no faster than s. Where some grow
like a power of s the sum has higher degree, and a larger N decides.

The sum's difference is measured against those of single solutions: what a missing one would leave is not known, but those
that are there show the size to expect.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import mpmath
import numpy as np

from critscape.algebra.polynomial.evaluation import generic_vector
from critscape.algebra.polynomial.loss import Family
from critscape.algebra.tracking.homotopy import Member, Outcome, Tracker, tilt_segment

PASSED = 1e-8
"""Complete sets leave rounding errors, relative to the largest change of a solution along the line."""
SIGNAL = 1e-2
"""The difference of the sum must be below this part of the smallest difference of a single solution."""
LENGTH = 2.0
"""Size of s·d where |s| = 1, in natural units, in which the generic member and its branch points have size one."""
TILTS = (2, 6, 10)
"""Numbers N of tilts; more where the difference of the sum is far below what is typical of single solutions, and at last."""
TRIES = 3
"""Directions that are tried while paths get lost."""


@dataclass(frozen=True)
class TraceLine:
    """A line of tilts c + s·``direction`` (n,) with the solutions ``ends`` (N, P, n) at the N-th roots of unity s."""

    direction: np.ndarray
    ends: np.ndarray

    @property
    def steps(self) -> np.ndarray:
        """The steps s·d (N, n) from the member's tilt to the others."""
        return steps(self.direction, len(self.ends))


@dataclass(frozen=True)
class Trace:
    """The outcome of one trace test.

    ``residual`` is the largest entry of the difference Σ_s Σw(s) − N Σw(0) of the sum, ``weakest`` the smallest and ``typical`` the median one
    of a single solution, all divided by the largest change of a single solution along the line; ``lost`` counts those of the ``tracked``
    paths that did not arrive (the test is then void and ``line`` is None).
    """

    residual: float
    weakest: float
    typical: float
    tracked: int
    lost: int
    line: TraceLine | None

    @property
    def passed(self) -> bool:
        return self.lost == 0 and self.residual < min(PASSED, SIGNAL * self.weakest)

    @property
    def near(self) -> bool:
        """Whether less is left than a typical missing solution would leave."""
        return self.lost == 0 and self.residual < SIGNAL * self.typical


VOID = Trace(float("inf"), 0.0, 0.0, 0, 0, None)
"""No test was made."""


def trace_test(
    tracker: Tracker, family: Family, member: Member, solutions: np.ndarray, rng: np.random.Generator, last: bool = False
) -> Trace:
    """The trace test for ``solutions`` (P, n) of a tilted member, along a random direction; along another when paths are lost.

    The ``last`` one asks for more tilts whatever two of them say.
    """
    tracked = lost = 0
    for _ in range(TRIES):
        direction = LENGTH * generic_vector(rng, len(member.tilt))
        for count in TILTS:
            ways = [tilt_segment(family, member.parameters, member.tilt, member.tilt + step) for step in steps(direction, count)]
            every = tracker.track_all([(way, solutions) for way in ways])
            lost = sum(path.outcome is not Outcome.FINISHED for paths in every for path in paths)
            tracked += count * len(solutions)
            if lost:
                break
            trace = judged(solutions, TraceLine(direction, np.array([[path.end for path in paths] for paths in every])), tracked)
            if trace.passed or count == TILTS[-1] or not (trace.near or last):
                return trace
    return replace(VOID, tracked=tracked, lost=lost)


def judged(solutions: np.ndarray, line: TraceLine, tracked: int = 0) -> Trace:
    """The trace test on solutions (P, n) at s = 0 and those along a line."""
    single = np.sum(line.ends, axis=0) - len(line.ends) * solutions
    change = float(np.abs(line.ends - solutions).max())
    if not change > 0:  # NaN: says nothing.
        return Trace(float("inf"), 0.0, 0.0, tracked, 0, line)
    residual = float(np.abs(single.sum(axis=0)).max()) / change
    sizes = np.abs(single).max(axis=1) / change
    # A single solution is complete when it moves along a straight line itself.
    weakest = float(sizes.min()) if len(solutions) > 1 else float("inf")
    return Trace(residual, weakest, float(np.median(sizes)), tracked, 0, line)


def steps(direction: np.ndarray, count: int) -> np.ndarray:
    """The ``direction`` (n,) times the roots of unity of order ``count``, (count, n).

    >>> steps(np.array([2.0]), 2)
    array([[ 2.+0.j],
           [-2.+0.j]])
    """
    return np.outer([complex(mpmath.expjpi(mpmath.mpf(2 * k) / count)) for k in range(count)], direction)
