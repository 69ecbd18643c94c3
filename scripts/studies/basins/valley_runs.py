"""Basins without ridge: runs end on a component of minima or run off towards a valley at infinity; each has its verdict."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from critscape.algebra.components.component import Component, Kind, component
from critscape.algebra.components.function_space import Knowledge
from critscape.algebra.critical.critical_set import failures
from critscape.algebra.critical.evidence import Evidence
from critscape.algebra.critical.result import decimal, versions
from critscape.algebra.landscape.arrival import EXPECTED, End, Outcome
from critscape.algebra.landscape.arrival_on_components import ends_on_components
from critscape.algebra.landscape.gradient_descent import descent
from critscape.algebra.landscape.gradient_flow import flow
from critscape.algebra.landscape.landscape import NotApplicable
from critscape.algebra.landscape.manifold_basin import manifold_basin
from critscape.algebra.polynomial.loss import Loss
from critscape.problems.files.documents import stamped
from critscape.problems.files.problem_file import document as problem_document
from critscape.problems.networks.network import Network
from critscape.problems.spaces.knowledge import knowledge
from critscape.scripts.studies.basins.records import Records, Run
from critscape.scripts.studies.basins.run import CHECKED, FLOW, TIGHTER, Experiment, follow
from critscape.scripts.studies.basins.verdict import Verdict, alone, arrivals, outcomes
from critscape.scripts.studies.confidence import CONFIDENCE, quantiles, share
from critscape.scripts.studies.executors import Workers
from critscape.scripts.studies.landscapes.valleys_document import decimals, kind_of, level_of
from critscape.scripts.studies.landscapes.valleys_run import ValleySurvey
from critscape.scripts.studies.records import fingerprint

EVERY_PLACE = "every run ends on a component of minima or runs off"
MINIMA = (Kind.GLOBAL_MINIMUM, Kind.SPURIOUS_MINIMUM, Kind.LOCAL_MINIMUM)
SAME_LOSS = 1e-7
"""A run that runs off is not below an infimum but for an error of this size, in units of the loss."""
NEAR_INFIMUM = 1e-2
"""A run that runs off goes towards the valley at infinity whose infimum is so close below its loss, in units of the loss."""


@dataclass(frozen=True)
class Place:
    """Where runs may end: a row of components of minima (``component``), or valleys at infinity with one infimum (None)."""

    kind: str
    loss: str
    height: float
    component: Component | None


def places(survey: ValleySurvey) -> list[Place]:
    """Components of minima in increasing loss, then valleys at infinity.

    Raises
    ------
    NotApplicable : the valleys are not listed.
    """
    if survey.found is None or survey.components is None:
        raise NotApplicable(f"where runs end is said of valleys that are listed, and {survey.unlisted}")
    rows = [row.component for row in survey.components.rows if row.component.kind in MINIMA and row.component.proved is not None]
    found = [Place(c.kind.value, decimal(c.loss), float(c.loss.mid()), c) for c in rows]
    unit = survey.found.units.loss
    infinite = {decimals(v.infimum.value, unit): v for v in survey.found.landscape.valleys if not v.attained}
    return found + [Place(kind_of(v), text, float(v.infimum.value.loss.mid()) * float(unit), None) for text, v in infinite.items()]


def identity(survey: ValleySurvey, experiment: Experiment) -> dict:
    """What records rest on, JSON-ready: code, problem, and the experiment."""
    code = fingerprint("basins", "landscapes")
    return {"code": code, "problem": problem_document(survey.problem), "experiment": experiment.document()}


def run(survey: ValleySurvey, experiment: Experiment, count: int, workers: Workers | None, records: Records) -> None:
    """Records runs 0, …, ``count`` − 1, and for the flow the first of them at the tighter tolerance too.

    Raises
    ------
    Interrupted : by the keyboard, or because workers were lost.
    """
    network = survey.problem.network
    work = partial(followed, experiment, network, survey.loss)
    follow(experiment, network.title, count, workers, records, work, partial(recorded, survey.loss))


def followed(experiment: Experiment, network: Network, loss: Loss, piece: tuple[float, Sequence[int]]) -> list[End]:
    """The ends of the runs of a piece of work: a tolerance and numbers of runs."""
    tolerance, numbers = piece
    starts = experiment.starts.points(network, experiment.seed, numbers)
    runs = flow(loss, starts, tolerance) if experiment.step is None else descent(loss, starts, experiment.step)
    return ends_on_components(runs, starts, experiment.most_steps)


def recorded(loss: Loss, number: int, tolerance: float, end: End) -> Run:
    """The record of a run; what is proved of its end is decided when it is read."""
    with np.errstate(over="ignore", invalid="ignore"):
        height = float(loss.family.formula(list(end.point), [float(value) for value in loss.values]))
    known = height if math.isfinite(height) else None
    return Run(number, tolerance, end.outcome.name, -1, False, json.dumps(end.point.tolist()), known, end.steps)


def verdict(loss: Loss, known: Knowledge, ends: Sequence[Place], unit: float, flows: bool, run: Run) -> Verdict:
    """What is known of the end of a run. That it is trapped is proved of the flow alone."""
    outcome = Outcome[run.outcome]
    point = np.array(json.loads(run.point))
    if outcome in (Outcome.SETTLED, Outcome.SADDLE):
        found = component(loss, known, point)
        if found.proved is not None:
            distance = float(np.linalg.norm(point - found.point))
            near = [k for k, place in enumerate(ends) if place.component is not None and alike(place.component, found)]
            if near:
                neighbourhood = manifold_basin(loss, found) if flows else None
                proved = neighbourhood is not None and neighbourhood.holds(loss, point)
                return Verdict(run, Outcome.TRAPPED if proved else Outcome.SETTLED, near[0], distance, proved)
            return Verdict(run, Outcome.SADDLE if found.inertia.negative else Outcome.UNKNOWN, None, distance, False)
    if outcome in (Outcome.RUNS_OFF, Outcome.SETTLED) and run.loss is not None:
        gaps = [(run.loss - p.height, k) for k, p in enumerate(ends) if p.component is None]
        close = [(gap, k) for gap, k in gaps if -SAME_LOSS * unit <= gap <= NEAR_INFIMUM * unit]
        if close:
            return Verdict(run, Outcome.RUNS_OFF, min(close)[1], None, False)
    return Verdict(run, Outcome.UNKNOWN if outcome in EXPECTED else outcome, None, None, False)


def alike(row: Component, found: Component) -> bool:
    """Whether a proved point may lie on the component of a row of minima: losses are compared by their enclosures."""
    return row.loss.overlaps(found.loss) and row.dimension == found.dimension and found.kind in MINIMA


def summary(survey: ValleySurvey, experiment: Experiment, records: Records, count: int) -> dict:
    """The JSON-ready document of the first ``count`` runs."""
    assert survey.found is not None  # Else there are no places.
    ends, flows = places(survey), experiment.method == FLOW
    judge = partial(verdict, survey.loss, knowledge(survey.problem), ends, float(survey.found.units.loss), flows)
    verdicts = [judge(one) for one in records.runs(experiment.tolerance, count)]
    checked = [judge(one) for one in records.runs(TIGHTER, min(count, CHECKED))] if flows else []
    arrived = Counter(v.place for v in verdicts if v.place is not None)
    evidence = [every_run(verdicts)]
    if flows:
        others = sum(a.place != b.place for a, b in zip(verdicts, checked))
        measured = f"{others} of the first {len(checked)} runs end elsewhere at {TIGHTER:g}"
        evidence.append(Evidence("ends unchanged at a tighter tolerance", not others, measured))
    reasons = [*failures(evidence), *([survey.found.reason] if survey.found.reason else [])]
    number = len(verdicts)
    entries = [
        {
            "number": k,
            "orbit": k,
            "kind": place.kind,
            "loss": place.loss,
            "point": [] if place.component is None else coordinates(place.component),
            "dimension": None if place.component is None else place.component.dimension,
            "distance": max((v.distance for v in verdicts if v.place == k - 1 and v.distance is not None), default=None),
            "runs": arrived[k - 1],
            **share(arrived[k - 1], number),
        }
        for k, place in enumerate(ends, start=1)
    ]
    return stamped(
        "basins",
        {
            "problem": problem_document(survey.problem),
            "status": "incomplete" if reasons else "complete",
            **({"reason": "; ".join(reasons)} if reasons else {}),
            "source": survey.source,
            "level": level_of(survey),
            **experiment.document(),
            "runs": number,
            "outcomes": outcomes(verdicts),
            "arrivals": arrivals(verdicts),
            "confidence": {"level": CONFIDENCE, "method": "Wilson score interval"},
            "components": True,
            "minima": entries,
            "orbits": alone(entries),
            "spurious": spurious(ends, arrived, number),
            "findings": [finding(v, ends) for v in verdicts if v.place is None],
            "steps": quantiles(v.run.steps for v in verdicts),
            "evidence": {e.name: {"holds": e.holds, "measured": e.measured} for e in evidence},
            "evidence_of_points": {e.name: {"holds": e.holds, "measured": e.measured} for e in survey.found.evidence},
            "engine": {"name": "batch", "seed": survey.seed},
            "versions": versions(),
        },
    )


def coordinates(found: Component) -> list[str]:
    """The proved point of a component."""
    assert found.proved is not None  # Rows without one are no places.
    return [decimal(z.real) for z in found.proved.ball]


def every_run(verdicts: Sequence[Verdict]) -> Evidence:
    """Whether every run ends on a component of minima or runs off towards a valley at infinity, and how that is known."""
    placed = [v for v in verdicts if v.place is not None]
    off = sum(v.outcome is Outcome.RUNS_OFF for v in placed)
    proved = sum(v.proved for v in placed)
    measured = f"{len(placed):,} of {len(verdicts):,}: {proved:,} proved to be trapped, {len(placed) - proved - off:,} on components in "
    return Evidence(EVERY_PLACE, len(placed) == len(verdicts), f"{measured}double precision, {off:,} run off")


def spurious(ends: Sequence[Place], arrived: Counter, number: int) -> dict:
    """The places that are spurious and the runs that end there; None where the verdict on one of them is open."""
    if any(place.kind == Kind.LOCAL_MINIMUM.value for place in ends):
        return {"minima": None, "runs": None, **share(None, 0)}
    chosen = [k for k, place in enumerate(ends) if place.kind.startswith("spurious")]
    total = sum(arrived[k] for k in chosen)
    return {"minima": len(chosen), "runs": total, **share(total, number)}


def finding(found: Verdict, ends: Sequence[Place]) -> dict:
    """A run without a place, with where it was last; ``nearest`` is the place of the nearest loss."""
    height = found.run.loss if found.run.loss is not None else math.inf
    nearest = min(range(len(ends)), key=lambda k: abs(ends[k].height - height))
    return {
        "run": found.run.number,
        "outcome": found.outcome.value,
        "nearest": nearest + 1,
        "distance": found.distance,
        "loss": found.run.loss,
        "point": json.loads(found.run.point),
        "steps": found.run.steps,
    }
