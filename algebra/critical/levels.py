"""What each count of a result rests on.

- *proved*: every point is proved, and they are as many as an upper bound that is exact: none can be missing.
- *certified*: every point is proved, so the count is a proved lower bound; that none is missing rests on the trace test and the
  account of all paths, or on elimination modulo primes.
- *numerical*: anything less.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from critscape.algebra.critical.critical_set import CriticalSet, Status
from critscape.algebra.points.classification import Kind


class Level(Enum):
    """How well a count is known."""

    PROVED = "proved"
    CERTIFIED = "certified"
    NUMERICAL = "numerical"


def levels(critical: CriticalSet) -> dict[str, Level]:
    """The level of every count of :func:`critscape.algebra.critical.result.counts` that is asked; none when the critical set is not finite."""
    if critical.status is Status.NOT_FINITE:
        return {}
    overall = _completeness(critical)
    found = dict.fromkeys(("complex", "real", "by_index", "degenerate"), overall)
    found["complex_torus"] = Level.NUMERICAL if None in critical.zero_patterns else overall
    if critical.minima_known:
        found["local_minima"] = overall
        if critical.coercive and not critical.count(Kind.LOCAL_MINIMUM):
            found |= dict.fromkeys(("global_minima", "spurious_minima"), overall)
    return found


def _completeness(critical: CriticalSet) -> Level:
    enumeration = critical.enumeration
    if critical.status is not Status.COMPLETE or any(point.exact is None for point in enumeration.degenerate):
        return Level.NUMERICAL
    bound = least_exact(critical.bounds)
    return Level.PROVED if not enumeration.degenerate and bound == len(enumeration.points) else Level.CERTIFIED


def least_exact(bounds: Sequence) -> int | None:
    """The least of the upper bounds that are exact."""
    return min((bound.value for bound in bounds if bound.exact), default=None)
