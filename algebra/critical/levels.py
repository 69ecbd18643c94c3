"""What each count of a result rests on.

- *proved*: every point is proved, and they are as many as an upper bound that is exact: none can be missing.
- *certified*: every point is proved, so the count is a proved lower bound; that none is missing rests on the trace test and the
  account of all paths, or on elimination modulo primes.
- *numerical*: anything less.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from critscape.algebra.bounds.root_counts import BEZOUT
from critscape.algebra.critical.counts import counts
from critscape.algebra.critical.critical_set import BY_RANKS, CriticalSet, Status


class Level(Enum):
    """How well a count is known."""

    PROVED = "proved"
    CERTIFIED = "certified"
    NUMERICAL = "numerical"


def levels(critical: CriticalSet) -> dict[str, Level | None]:
    """The level of every count of :func:`critscape.algebra.critical.counts.counts`; None for a count that is None."""
    overall = _completeness(critical)
    found: dict[str, Level | None] = {name: None if number is None else overall for name, number in counts(critical).items()}
    if None in critical.zero_patterns and found["complex_torus"] is not None:
        found["complex_torus"] = Level.NUMERICAL
    return found


def _completeness(critical: CriticalSet) -> Level:
    enumeration = critical.enumeration
    if critical.status is not Status.COMPLETE or any(point.exact is None for point in enumeration.degenerate):
        return Level.NUMERICAL
    bound = least_proving(critical.bounds, len(enumeration.points))
    return Level.PROVED if not enumeration.degenerate and bound == len(enumeration.points) else Level.CERTIFIED


def least_proving(bounds: Sequence, found: int) -> int | None:
    """The least of the exact upper bounds that prove that so many simple points are all there is.

    Ranks bound the dimension of ℂ[w]/(∇L), components of positive dimension included. Bézout's number does once it is met by simple
    points (refined Bézout: every further component would add to it); met by none it proves nothing, and multihomogeneous numbers
    count isolated points only.
    """
    proving = [bound.value for bound in bounds if bound.exact and (bound.name == BY_RANKS or (bound.name == BEZOUT and found))]
    return min(proving, default=None)
