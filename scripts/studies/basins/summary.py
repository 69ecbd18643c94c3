"""What basin runs found, as a document.

Shares are of all runs, findings included. Critical points have the numbers that the tables of ``critscape solve`` give them.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence

from scipy.stats import chisquare

from critscape.algebra.critical.critical_set import failures
from critscape.algebra.critical.evidence import Evidence, orbits
from critscape.algebra.critical.result import coordinate, decimal, versions
from critscape.algebra.landscape.arrival import EXPECTED, Outcome
from critscape.algebra.points.classification import Kind
from critscape.algebra.symmetry.finite import SymmetryGroup
from critscape.problems.files.documents import stamped
from critscape.problems.files.problem_file import document as problem_document
from critscape.problems.recipes.starting_points import StartingPoints
from critscape.scripts.studies.basins.records import Records, Run
from critscape.scripts.studies.basins.run import CHECKED, FLOW, TIGHTER, Experiment
from critscape.scripts.studies.complete_points import KnownPoints
from critscape.scripts.studies.confidence import CONFIDENCE, quantiles, share

LEAST_PROBABILITY = 1e-6
"""Shares of symmetric minima are called unequal below this p-value: a chance that no user will meet."""
LEAST_EXPECTED = 5
"""Runs expected in each minimum of an orbit that the chi-square test needs (Cochran, "Some methods for strengthening the common χ²
tests", Biometrics 10, 1954)."""
EVERY_RUN = "every run ends in an enumerated minimum"


def summary(known: KnownPoints, experiment: Experiment, records: Records, count: int) -> dict:
    """The JSON-ready document of the first ``count`` runs."""
    runs = records.runs(experiment.tolerance, count)
    checked = records.runs(TIGHTER, min(count, CHECKED)) if experiment.method == FLOW else []
    arrived = Counter(run.position for run in runs if expected(run))
    minima = [k for k, point in enumerate(known.points) if point.index == 0]
    symmetric = orbits_of_minima(known, known.group)
    orbit_of = {k: number for number, orbit in enumerate(symmetric, start=1) for k in orbit}
    evidence = (
        every_run(runs),
        *([same_at_tighter(runs, checked)] if experiment.method == FLOW else []),
        equal_shares(known, experiment.starts, arrived),
    )
    reason = "; ".join(failures(evidence)) or None
    return stamped(
        "basins",
        {
            "problem": problem_document(known.problem),
            "status": "complete" if reason is None else "incomplete",
            **({} if reason is None else {"reason": reason}),
            "source": known.source,
            "level": known.level,
            **experiment.document(),
            "runs": len(runs),
            "outcomes": {outcome.value: number for outcome in Outcome if (number := sum(run.outcome == outcome.name for run in runs))},
            "arrivals": {
                "proved": sum(run.proved for run in runs),
                "in_double_precision": sum(expected(run) and not run.proved for run in runs),
            },
            "confidence": {"level": CONFIDENCE, "method": "Wilson score interval"},
            "minima": [
                {
                    "number": k + 1,
                    "orbit": orbit_of[k],
                    "kind": known.points[k].kind.value,
                    "loss": decimal(known.points[k].loss),
                    "point": [coordinate(z, True) for z in known.points[k].point.ball],
                    "runs": arrived[k],
                    **share(arrived[k], len(runs)),
                }
                for k in minima
            ],
            "orbits": [
                {
                    "number": number,
                    "kind": known.points[orbit[0]].kind.value,
                    "loss": decimal(known.points[orbit[0]].loss),
                    "minima": [k + 1 for k in orbit],
                    "runs": (total := sum(arrived[k] for k in orbit)),
                    **share(total, len(runs)),
                }
                for number, orbit in enumerate(symmetric, start=1)
            ],
            "spurious": share_of_spurious(known, minima, arrived, len(runs)),
            "findings": [finding(run, known) for run in runs if not expected(run)],
            "steps": quantiles(run.steps for run in runs),
            "evidence": {e.name: e.document() for e in evidence},
            "evidence_of_points": {e.name: e.document() for e in known.evidence},
            "engine": known.engine,
            "versions": versions(),
        },
    )


def expected(run: Run) -> bool:
    """Whether a run ends in an enumerated minimum."""
    return Outcome[run.outcome] in EXPECTED


def finding(run: Run, known: KnownPoints) -> dict:
    """A run that does not end in an enumerated minimum, with where it was last."""
    nearest = [float(z.real) for z in known.points[run.position].point.midpoint]
    point = json.loads(run.point)
    return {
        "run": run.number,
        "outcome": Outcome[run.outcome].value,
        "nearest": run.position + 1,
        "distance": math.dist(point, nearest),
        "loss": run.loss,
        "point": point,
        "steps": run.steps,
    }


def orbits_of_minima(known: KnownPoints, group: SymmetryGroup) -> list[list[int]]:
    """The positions of the local minima as orbits of a group of symmetries of the loss, in increasing loss."""
    found = orbits([point.point for point in known.points], group) or [[k] for k in range(len(known.points))]
    return sorted(sorted(orbit) for orbit in found if known.points[orbit[0]].index == 0)


def every_run(runs: Sequence[Run]) -> Evidence:
    """Whether all runs end in enumerated minima, and how that is known."""
    arrived = [run for run in runs if expected(run)]
    proved = sum(run.proved for run in arrived)
    doubts = f", {len(arrived) - proved} in double precision" if proved < len(arrived) else ""
    return Evidence(EVERY_RUN, len(arrived) == len(runs), f"{len(arrived):,} of {len(runs):,}, {proved:,} arrivals proved{doubts}")


def same_at_tighter(runs: Sequence[Run], checked: Sequence[Run]) -> Evidence:
    """Whether runs end in the same minimum when each step is a thousand times as accurate."""
    others = sum((a.position, expected(a)) != (b.position, expected(b)) for a, b in zip(runs, checked))
    measured = f"{others} of the first {len(checked)} runs end elsewhere at {TIGHTER:g}"
    return Evidence("ends unchanged at a tighter tolerance", not others, measured)


def equal_shares(known: KnownPoints, starts: StartingPoints, arrived: Counter) -> Evidence:
    """Pearson's chi-square test that minima exchanged by symmetries of loss and distribution have equal shares.

    Descent commutes with these symmetries, so that the basins of such minima have the same probability.
    """
    name = "equal shares of symmetric minima"
    kept = tuple(g for g in known.group.generators if starts.invariant(g, known.problem.network))
    found = [[arrived[k] for k in orbit] for orbit in orbits_of_minima(known, SymmetryGroup(kept, known.group.order))]
    tested = [counts for counts in found if len(counts) > 1 and sum(counts) >= LEAST_EXPECTED * len(counts)]
    if not tested:
        return Evidence(name, None, "no orbit of several minima with enough runs under the symmetries of the distribution")
    means = [sum(counts) / len(counts) for counts in tested for _ in counts]
    # The total of each orbit is given, not only that of all.
    test = chisquare([count for counts in tested for count in counts], means, ddof=len(tested) - 1)
    freedom = sum(len(counts) - 1 for counts in tested)
    measured = f"χ² = {test.statistic:.2f}, {freedom} degrees of freedom, p = {test.pvalue:.3g}"
    return Evidence(name, bool(test.pvalue >= LEAST_PROBABILITY), measured)


def share_of_spurious(known: KnownPoints, minima: Sequence[int], arrived: Mapping[int, int], runs: int) -> dict:
    """How many of the minima are spurious, and the runs that end there; None where the verdict on one of them is open."""
    kinds = [known.points[k].kind for k in minima]
    if Kind.LOCAL_MINIMUM in kinds:
        return {"minima": None, "runs": None, **share(None, 0)}
    total = sum(arrived[k] for k, kind in zip(minima, kinds) if kind is Kind.SPURIOUS_MINIMUM)
    return {"minima": kinds.count(Kind.SPURIOUS_MINIMUM), "runs": total, **share(total, runs)}
