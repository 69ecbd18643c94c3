"""The result document (JSON) of the critical points of a regression: the fields of any finite critical set.

Counts of complex points are null: the loss is no polynomial, and only real weights were searched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from critscape.algebra.boxes.critical_points import CriticalPoints
from critscape.algebra.critical.counts import NAMES
from critscape.algebra.critical.result import FORMAT, real_entry, versions
from critscape.algebra.points.classification import Kind, RealPoint
from critscape.algebra.points.closed_form import ClosedForm
from critscape.algebra.tracking.homotopy import Outcome as PathOutcome

ENGINE = "branch and prune"


def reordered(point: RealPoint, order: Sequence[int]) -> RealPoint:
    """The point with its coordinates in another order: ``order`` has the old position of each."""
    ball, centre = (tuple(old[a] for a in order) for old in (point.point.ball, point.point.centre))
    return replace(point, point=replace(point.point, ball=ball, centre=centre))


def form_reordered(form: ClosedForm | None, order: Sequence[int]) -> ClosedForm | None:
    """The closed form with its coordinates in another order."""
    return form and ClosedForm(tuple(form.coordinates[a] for a in order), form.loss)


def counts(found: CriticalPoints) -> dict[str, int | dict[str, int] | None]:
    """Every count by its name; those of minima that need all critical points are None where some may be missing."""
    spurious = found.count(Kind.SPURIOUS_MINIMUM)
    judged = found.complete and not found.count(Kind.LOCAL_MINIMUM)
    known: dict[str, int | dict[str, int] | None] = {
        "real": len(found.points),
        "by_index": {str(index): number for index, number in found.by_index.items()},
        "degenerate": 0 if found.complete else None,
        "local_minima": sum(point.index == 0 for point in found.points),
        "global_minima": found.count(Kind.GLOBAL_MINIMUM) if judged else None,
        "spurious_minima": spurious if judged else spurious or None,
    }
    return {name: known.get(name) for name in NAMES}


def document(
    found: CriticalPoints, forms: Sequence[ClosedForm | None], order: Sequence[int], problem: dict, seed: int, seconds: dict
) -> dict:
    """The JSON-ready result; ``order`` has, for each weight of the problem, its position in the points, ``forms`` their closed forms."""
    numbers = counts(found)
    level = "proved" if found.complete else "numerical"
    sizes = Counter(Counter(found.orbit_of).values())
    return {
        "format": FORMAT,
        "problem": problem,
        "status": "complete" if found.complete else "incomplete",
        **({"reason": found.reason} if found.reason else {}),
        "counts": numbers,
        "levels": {name: None if number is None else level for name, number in numbers.items()},
        "critical_points": [
            real_entry(reordered(point, order), form_reordered(form, order), orbit)
            for point, form, orbit in zip(found.points, forms, found.orbit_of)
        ],
        "paths": {"tracked": 0, **{outcome.name.lower(): 0 for outcome in PathOutcome}, "representatives": 0, "homotopies": 0},
        "bounds": {},
        "boxes": {"examined": found.examined, "left": len(found.left), "volume_left": found.share},
        "evidence": {e.name: {"holds": e.holds, "measured": e.measured} for e in found.evidence},
        "symmetry": {"order": found.symmetries.order, "orbits": {str(size): number for size, number in sorted(sizes.items())}},
        "engine": {"name": ENGINE, "seed": seed, "versions": versions()},
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
    }
