"""The counts of a critical set: what nobody decided is None, never 0."""

from __future__ import annotations

from critscape.algebra.critical.critical_set import CriticalSet, Status
from critscape.algebra.critical.ends import DegeneratePoint
from critscape.algebra.points.classification import Kind

NAMES = ("complex", "complex_torus", "real", "by_index", "degenerate", "local_minima", "global_minima", "spurious_minima")
VERDICTS = {"global_minima": Kind.GLOBAL_MINIMUM, "spurious_minima": Kind.SPURIOUS_MINIMUM}


def counts(critical: CriticalSet) -> dict[str, int | dict[str, int] | None]:
    """Every count by its name, in the order of NAMES.

    None: the critical set is not finite; for the minima also that a degenerate point may be one; for the global ones also that the
    verdict on one of them is open, or that minima may be missing. ``spurious_minima`` counts those that are proved not to be global:
    where the verdict on others is open (``global_minima`` is None) it is a lower bound, and None rather than 0.
    """
    enumeration = critical.enumeration
    if critical.status is Status.NOT_FINITE:
        return dict.fromkeys(NAMES)
    minima = critical.minima_known
    judged = minima and critical.status is Status.COMPLETE and not critical.count(Kind.LOCAL_MINIMUM)
    found = {name: critical.count(kind) if judged else None for name, kind in VERDICTS.items()}
    if minima and critical.status is Status.COMPLETE and not judged:
        found["spurious_minima"] = critical.count(Kind.SPURIOUS_MINIMUM) or None
    return {
        "complex": len(enumeration.points) + len(enumeration.degenerate),
        "complex_torus": critical.torus_count,
        "real": len(critical.real) + sum(map(looks_real, enumeration.degenerate)),
        "by_index": {str(index): number for index, number in critical.by_index.items()},
        "degenerate": len(enumeration.degenerate),
        "local_minima": sum(point.index == 0 for point in critical.real) if minima else None,
        **found,
    }


def looks_real(point: DegeneratePoint) -> bool:
    """Whether a degenerate point is real; as far as its approximation tells, unless it is known exactly."""
    if point.exact:
        return point.exact.real
    return bool(abs(point.approximation.imag).max() < 1e-6 * (1 + abs(point.approximation).max()))
