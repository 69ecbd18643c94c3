"""Basins of piecewise linear networks: runs of the subgradient flow, or of subgradient descent, end in stationary sets."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from flint import arb

from critscape.algebra.cells.arrival import arrived, below_all_others, exact_loss, target
from critscape.algebra.cells.document import flat
from critscape.algebra.cells.one_layer import OneLayer
from critscape.algebra.cells.strata import Strata, strata
from critscape.algebra.cells.subgradient_descent import subgradient_descent
from critscape.algebra.cells.subgradient_flow import FlowEnd, Rest, float_layer, subgradient_flow
from critscape.algebra.cells.table import Kind, Row
from critscape.algebra.critical.critical_set import failures
from critscape.algebra.critical.evidence import Evidence
from critscape.algebra.critical.result import decimal, versions
from critscape.algebra.landscape.arrival import End, Outcome
from critscape.algebra.landscape.landscape import NotApplicable
from critscape.problems.files.documents import stamped
from critscape.problems.files.problem_file import document as problem_document
from critscape.problems.networks.activated.piecewise_linear import PiecewiseLinear
from critscape.problems.problem.one_layer import one_layer, with_ridge
from critscape.problems.problem.regression import Regression
from critscape.scripts.studies.basins.records import Records, Run, opened
from critscape.scripts.studies.basins.run import CHECKED, FLOW, TIGHTER, Experiment, follow
from critscape.scripts.studies.basins.verdict import Verdict, alone, arrivals, outcomes
from critscape.scripts.studies.cells.answer import Enumerated, enumerated
from critscape.scripts.studies.confidence import CONFIDENCE, quantiles, share
from critscape.scripts.studies.executors import Workers
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.records import fingerprint

EVERY_SET = "every run ends in a listed stationary set"
OUTCOMES = {
    Rest.SETTLED: Outcome.SETTLED, Rest.SADDLE: Outcome.SADDLE, Rest.UNFINISHED: Outcome.UNFINISHED, Rest.LOST: Outcome.DIVERGED,
}  # fmt: skip
MINIMA = (Kind.GLOBAL_MINIMUM, Kind.SPURIOUS_MINIMUM, Kind.LOCAL_MINIMUM)


def basins(problem: Regression, options: Options, experiment: Experiment, count: int, workers: Workers | None, file: Path) -> dict:
    """What runs 0, …, ``count`` − 1 of an experiment find; their records are kept in ``file``.

    Raises
    ------
    NotApplicable : without a ridge, or where the stationary sets are not all known.
    BadInput, TooLarge : as :func:`critscape.scripts.studies.cells.answer.answered`.
    Interrupted : what is done is kept; the same call goes on from there.
    """
    experiment.starts.deviations(problem.network)
    if not any(problem.ridge) or not with_ridge(problem):
        raise NotApplicable(
            "this needs a positive ridge on every hidden weight: without it descent also ends at points with some v_j = 0, which are not all "
            "listed; a small ridge will do"
        )
    found = enumerated(problem, options)
    if found.reasons:
        raise NotApplicable(f"this needs all stationary points, and they are not complete: {'; '.join(found.reasons)}")
    code = fingerprint("basins")
    identity = {"code": code, "problem": problem_document(problem), "experiment": experiment.document()}
    with opened(file, identity) as kept:
        work = partial(followed, experiment, problem)
        follow(experiment, problem.title, count, workers, kept, work, partial(recorded, problem))
        return summary(problem, found, experiment, kept, count)


@lru_cache(maxsize=1)
def places_of(problem: Regression) -> tuple[OneLayer, Strata]:
    """The layer of a problem and its strata, once in each process."""
    layer = one_layer(problem)
    return layer, strata(layer)


def followed(experiment: Experiment, problem: Regression, piece: tuple[float, Sequence[int]]) -> list[End]:
    """The ends of the runs of a piece of work: a tolerance and numbers of runs."""
    tolerance, numbers = piece
    layer, places = places_of(problem)
    starts = as_units(problem, experiment.starts.points(problem.network, experiment.seed, numbers))
    floats = float_layer(layer)
    if experiment.step is None:
        runs = subgradient_flow(floats, places, starts, tolerance, experiment.most_steps)
    else:
        runs = subgradient_descent(floats, places, starts, experiment.step, experiment.most_steps)
    return [End(OUTCOMES[end.rest], -1, np.concatenate([state_of(end), end.faces]), end.steps) for end in runs]


def as_units(problem: Regression, points: np.ndarray) -> np.ndarray:
    """Weights (P × n) in the order W, b, v, c as v, then w with the bias of each unit, then c."""
    network = problem.network
    assert isinstance(network, PiecewiseLinear)
    k, d, count = network.hidden, network.inputs, len(points)
    inward = points[:, : k * d].reshape(count, k, d)
    after = k * d
    if network.biases:
        inward = np.concatenate([inward, points[:, after : after + k, None]], axis=2)
        after += k
    return np.concatenate([points[:, after : after + k], inward.reshape(count, -1), points[:, after + k :]], axis=1)


def as_weights(problem: Regression, end: FlowEnd) -> list[float]:
    """The weights of the end of a run in the order W, b, v, c."""
    network = problem.network
    assert isinstance(network, PiecewiseLinear)
    biases = end.incoming[:, network.inputs :].ravel()
    output = [end.output_bias] if network.output_bias else []
    return [*end.incoming[:, : network.inputs].ravel().tolist(), *biases.tolist(), *end.outgoing.tolist(), *output]


def state_of(end: FlowEnd) -> np.ndarray:
    return np.concatenate([end.outgoing, end.incoming.ravel(), [end.output_bias]])


def end_of(run: Run, layer: OneLayer) -> FlowEnd:
    """The end of a recorded run."""
    k, d = len(layer.units), layer.inputs
    values = np.array(json.loads(run.point))
    state, faces = values[: k + k * d + 1], values[k + k * d + 1 :].astype(int)
    rest = next(rest for rest, outcome in OUTCOMES.items() if outcome.name == run.outcome)
    return FlowEnd(rest, state[:k], state[k:-1].reshape(k, d), float(state[-1]), faces, run.steps)


def recorded(problem: Regression, number: int, tolerance: float, end: End) -> Run:
    """The record of a run; what is proved of its end is decided when it is read."""
    layer, _ = places_of(problem)
    run = Run(number, tolerance, end.outcome.name, -1, False, json.dumps(end.point.tolist()), None, end.steps)
    if not np.isfinite(end.point).all() or np.abs(end.point).max() > math.sqrt(np.finfo(float).max):
        return run
    return Run(**{**vars(run), "loss": float(exact_loss(layer, end_of(run, layer)))})


def summary(problem: Regression, found: Enumerated, experiment: Experiment, records: Records, count: int) -> dict:
    """The JSON-ready document of the first ``count`` runs."""
    rows, flows = found.table.rows, experiment.method == FLOW
    layer, places = places_of(problem)
    targets = [target(layer, row) for row in rows]

    def judged(run: Run) -> Verdict:
        outcome = Outcome[run.outcome]
        if outcome not in (Outcome.SETTLED, Outcome.SADDLE):
            return Verdict(run, outcome, None, None, False)
        end = end_of(run, layer)
        arrival = arrived(layer, places, targets, end)
        if arrival is None:
            return Verdict(run, Outcome.UNKNOWN, None, None, False)
        kind = rows[arrival.row].kind
        proved = flows and kind is Kind.GLOBAL_MINIMUM and below_all_others(layer, rows, end)
        known = Outcome.TRAPPED if proved else Outcome.SETTLED if kind in MINIMA else Outcome.SADDLE
        return Verdict(run, known, arrival.row, arrival.distance, proved)

    verdicts = [judged(run) for run in records.runs(experiment.tolerance, count)]
    checked = [judged(run) for run in records.runs(TIGHTER, min(count, CHECKED))] if flows else []
    evidence = [every_run(verdicts)]
    if flows:
        others = sum(a.place != b.place for a, b in zip(verdicts, checked))
        measured = f"{others} of the first {len(checked)} runs end elsewhere at {TIGHTER:g}"
        evidence.append(Evidence("ends unchanged at a tighter tolerance", not others, measured))
    by_place = Counter(v.place for v in verdicts if v.place is not None)
    listed = [k for k, row in enumerate(rows) if row.kind in MINIMA or by_place[k]]
    network = problem.network
    assert isinstance(network, PiecewiseLinear)
    entries = [
        {
            "number": k + 1,
            "orbit": k + 1,
            "kind": rows[k].kind.value,
            "loss": decimal(rows[k].stationary.solution.loss),
            "point": [decimal(arb(value)) for value in flat(rows[k].point, network.biases)],
            "dimension": rows[k].stationary.dimension,
            "distance": max((v.distance for v in verdicts if v.place == k and v.distance is not None), default=None),
            "runs": by_place[k],
            **share(by_place[k], len(verdicts)),
        }
        for k in listed
    ]
    reason = "; ".join(failures(evidence)) or None
    return stamped(
        "basins",
        {
            "problem": problem_document(problem),
            "status": "complete" if reason is None else "incomplete",
            **({} if reason is None else {"reason": reason}),
            "source": "problem",
            "level": "proved",
            **experiment.document(),
            "runs": len(verdicts),
            "outcomes": outcomes(verdicts),
            "arrivals": arrivals(verdicts),
            "confidence": {"level": CONFIDENCE, "method": "Wilson score interval"},
            "sets": True,
            "minima": entries,
            "orbits": alone(entries),
            "spurious": spurious(rows, by_place, len(verdicts)),
            "findings": [finding(v, problem, rows) for v in verdicts if v.place is None],
            "steps": quantiles(v.run.steps for v in verdicts),
            "evidence": {e.name: e.document() for e in evidence},
            "evidence_of_points": {"Euler sum": {"holds": True, "measured": "1"}},
            "engine": {"name": "cells", "seed": experiment.seed},
            "versions": versions(),
        },
    )


def every_run(verdicts: Sequence[Verdict]) -> Evidence:
    """Whether all runs end in listed sets, and how that is known."""
    placed = [v for v in verdicts if v.place is not None]
    proved = sum(v.proved for v in placed)
    measured = (
        f"{len(placed):,} of {len(verdicts):,}: {proved:,} proved to end in a global minimum, {len(placed) - proved:,} in double precision"
    )
    return Evidence(EVERY_SET, len(placed) == len(verdicts), measured)


def spurious(rows: Sequence[Row], by_place: Counter, count: int) -> dict:
    """How many sets of minima are spurious, and the runs that end there; None where the verdict on one of them is open."""
    if any(row.kind is Kind.LOCAL_MINIMUM for row in rows):
        return {"minima": None, "runs": None, **share(None, 0)}
    chosen = [k for k, row in enumerate(rows) if row.kind is Kind.SPURIOUS_MINIMUM]
    total = sum(by_place[k] for k in chosen)
    return {"minima": sum(rows[k].stationary.copies for k in chosen), "runs": total, **share(total, count)}


def finding(found: Verdict, problem: Regression, rows: Sequence[Row]) -> dict:
    """A run that ends in no listed set, with where it was last; ``nearest`` is the row of the nearest loss."""
    height = found.run.loss if found.run.loss is not None else math.inf
    nearest = min(range(len(rows)), key=lambda k: abs(float(rows[k].stationary.solution.loss.mid()) - height))
    return {
        "run": found.run.number,
        "outcome": found.outcome.value,
        "nearest": nearest + 1,
        "distance": found.distance,
        "loss": found.run.loss,
        "point": as_weights(problem, end_of(found.run, one_layer(problem))),
        "steps": found.run.steps,
    }
