"""What an ensemble found, as a document."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from critscape.algebra.critical.critical_set import Status
from critscape.algebra.critical.result import versions
from critscape.problems.files.documents import stamped
from critscape.problems.recipes.ensemble import Ensemble
from critscape.scripts.studies.confidence import CONFIDENCE, quantiles, share
from critscape.scripts.studies.ensembles.draw import CERTIFIED, NUMERICAL, Draw
from critscape.scripts.studies.tally import counted

KEPT = 3
"""Extreme draws of each kind."""


def summary(ensemble: Ensemble, seed: int, rows: Sequence[Draw]) -> dict:
    """The document of the draws, JSON-ready; shares are among the draws whose answer is complete."""
    known = [row for row in rows if row.status == Status.COMPLETE.value]
    decided = [row for row in known if row.spurious is not None]
    spurious = [row.spurious for row in known if row.spurious is not None]
    with_spurious = sum(number > 0 for number in spurious) if spurious else None
    # Where the critical set is not finite there are no points to count.
    points = [row for row in known if row.real is not None]
    indices = sorted({int(index) for row in known for index in json.loads(row.by_index)})
    losses = {row.number: json.loads(row.losses) for row in decided}
    return stamped(
        "ensemble summary",
        {
            "ensemble": ensemble.document(),
            "title": ensemble.title,
            "seed": seed,
            "draws": len(rows),
            "levels": {level: sum(row.level == level for row in rows) for level in (NUMERICAL, CERTIFIED)},
            "statuses": dict(Counter(row.status for row in rows)),
            "doubts": dict(Counter(row.doubts for row in rows if row.doubts).most_common()),
            "not_complete": [
                {"number": row.number, "status": row.status, "reason": row.reason} for row in rows if row.status != Status.COMPLETE.value
            ],
            "confidence": {"level": CONFIDENCE, "method": "Wilson score interval"},
            "complex": counted(row.complex for row in points),
            "real": distribution(row.real for row in known if row.real is not None),
            "by_index": {str(i): counted(json.loads(row.by_index).get(str(i), 0) for row in points) for i in indices},
            "local_minima": distribution(row.minima for row in known if row.minima is not None),
            "spurious_minima": distribution(spurious),
            "spurious_undecided": len(known) - len(decided),
            "with_spurious_minima": {"draws": with_spurious, **share(with_spurious, len(decided))},
            "least_eigenvalue": quantiles(row.eigenvalue for row in known if row.eigenvalue is not None),
            "least_loss": quantiles(losses[row.number][0] for row in decided if losses[row.number]),
            "spurious_excess": quantiles(losses[row.number][-1] - losses[row.number][0] for row in decided if row.spurious),
            "extremes": extremes(known),
            "versions": versions(),
            "seconds": {"of one core": round(sum(row.seconds for row in rows), 1)},
        },
    )


def distribution(values: Iterable[int]) -> list[dict]:
    """Each value with its number of draws, their share and its confidence interval."""
    counts = Counter(values)
    return [{"value": value, "draws": counts[value], **share(counts[value], counts.total())} for value in sorted(counts)]


def extremes(known: Sequence[Draw]) -> dict[str, list[dict]]:
    """Kind → the most extreme complete draws, the first ones of equals."""
    return {
        "most real points": largest((row.real, row.number) for row in known if row.real is not None),
        "most spurious minima": largest((row.spurious, row.number) for row in known if row.spurious),
        "nearly degenerate": picked(sorted((row.eigenvalue, row.number) for row in known if row.eigenvalue is not None)),
    }


def largest(found: Iterable[tuple[float, int]]) -> list[dict]:
    """The largest of values with the numbers of their draws."""
    return picked(sorted(found, key=lambda pair: (-pair[0], pair[1])))


def picked(found: Sequence[tuple[float, int]]) -> list[dict]:
    return [{"number": number, "value": value} for value, number in found[:KEPT]]
