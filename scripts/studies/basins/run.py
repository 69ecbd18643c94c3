"""The work of a basin experiment, spread over processes: what has no record is followed, what arrives is recorded at once."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from critscape.algebra.landscape.arrival import End, Outcome, Targets, ends, targets, trapping_neighbourhoods
from critscape.algebra.landscape.basin import Basin, holds
from critscape.algebra.landscape.gradient_descent import descent
from critscape.algebra.landscape.gradient_flow import flow
from critscape.algebra.landscape.surface import Surface, heights
from critscape.problems.files.problem_file import document
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.network import Architecture
from critscape.problems.recipes.starting_points import StartingPoints
from critscape.scripts.studies.basins.records import Records, Run
from critscape.scripts.studies.complete_points import KnownPoints
from critscape.scripts.studies.counting import counting
from critscape.scripts.studies.executors import Workers, interruptible, spread
from critscape.scripts.studies.records import fingerprint

FLOW, DESCENT = "flow", "descent"
TOLERANCE, TIGHTER = 1e-6, 1e-9
"""Errors of one step of the flow, relative to the largest weight: of all runs, and of those that are checked."""
CHECKED = 100
"""Runs that are followed a second time, at the tighter tolerance."""
BATCH = 500
"""Runs that are followed side by side: what an interruption costs at most."""
MOST_STEPS = {FLOW: 20_000, DESCENT: 1_000_000}
"""Steps of one run, unless something else is asked for."""


@dataclass(frozen=True)
class Experiment:
    """A method (FLOW, or DESCENT with a fixed ``step``), the distribution of its starting points, and their ``seed``."""

    method: str
    step: float | None
    starts: StartingPoints
    seed: int
    most_steps: int

    def __post_init__(self) -> None:
        """Refuses another method, and a step that does not go with it.

        Raises
        ------
        BadInput : naming the parameter.
        """
        if self.method not in (FLOW, DESCENT):
            raise BadInput("method", f"{FLOW} or {DESCENT}", self.method)
        if self.method == FLOW and self.step is not None:
            raise BadInput("step", "the method descent with it: the flow chooses its own steps", self.step)
        if self.method == DESCENT and (self.step is None or not 0 < self.step < math.inf):
            raise BadInput("step", "a positive number, the step of gradient descent", "none" if self.step is None else self.step)

    @property
    def tolerance(self) -> float:
        """That of all runs; 0 for descent, which has none."""
        return TOLERANCE if self.method == FLOW else 0.0

    def document(self) -> dict:
        """The experiment as a JSON-ready object."""
        how = {"tolerance": TOLERANCE} if self.method == FLOW else {"step": self.step}
        return {"method": self.method, **how, "starts": self.starts.document(), "seed": self.seed, "most_steps": self.most_steps}


def identity(known: KnownPoints, experiment: Experiment) -> dict:
    """What records rest on, JSON-ready: code, problem, the critical points in their order, and the experiment."""
    places = [[repr(z.real) for z in point.point.midpoint] for point in known.points]
    code = fingerprint("basins")
    return {"code": code, "problem": document(known.problem), "points": places, "experiment": experiment.document()}


def run(known: KnownPoints, experiment: Experiment, count: int, workers: Workers | None, records: Records) -> None:
    """Records runs 0, …, ``count`` − 1, and for the flow the first CHECKED of them at the tighter tolerance too.

    Raises
    ------
    Interrupted : by the keyboard, or because workers were lost.
    """
    if not missing_runs(experiment, count, records)[1]:
        return
    neighbourhoods = trapping_neighbourhoods(known.loss, known.points)
    known_targets = targets(known.points, neighbourhoods)
    work = partial(followed, experiment, known.problem.network, known.loss, known_targets)
    record = partial(recorded, known.loss, neighbourhoods)
    follow(experiment, known.problem.network.title, count, workers, records, work, record)


def missing_runs(experiment: Experiment, count: int, records: Records) -> tuple[list[tuple[float, list[int]]], int]:
    """The numbers of the runs that have no record, by tolerance, and how many these are."""
    plan = {experiment.tolerance: count, **({TIGHTER: min(count, CHECKED)} if experiment.method == FLOW else {})}
    missing = []
    for tolerance, number in plan.items():
        done = {record.number for record in records.runs(tolerance, number)}
        missing.append((tolerance, [k for k in range(number) if k not in done]))
    return missing, sum(len(numbers) for _, numbers in missing)


def follow(
    experiment: Experiment,
    title: str,
    count: int,
    workers: Workers | None,
    records: Records,
    work: Callable[[tuple[float, Sequence[int]]], list[End]],
    record: Callable[[int, float, End], Run],
) -> None:
    """Follows what has no record by ``work`` on pieces (a tolerance, numbers of runs), and records each end."""
    missing, left = missing_runs(experiment, count, records)
    total = count + (min(count, CHECKED) if experiment.method == FLOW else 0)

    def batches() -> Iterator[tuple[float, list[int]]]:
        for tolerance, numbers in missing:
            yield from ((tolerance, numbers[k : k + BATCH]) for k in range(0, len(numbers), BATCH))

    with interruptible("basin run"), counting("basins", total, total - left) as tell:
        tell(title, 0)
        for (tolerance, numbers), found in spread(work, batches(), workers):
            records.add([record(k, tolerance, end) for k, end in zip(numbers, found)])
            tell(title, len(numbers))


def followed(experiment: Experiment, network: Architecture, loss: Surface, known: Targets, piece: tuple[float, Sequence[int]]) -> list[End]:
    """The ends of the runs of a piece of work: a tolerance and numbers of runs."""
    tolerance, numbers = piece
    starts = experiment.starts.points(network, experiment.seed, numbers)
    runs = flow(loss, starts, tolerance) if experiment.step is None else descent(loss, starts, experiment.step)
    return ends(runs, len(starts), known, experiment.most_steps, experiment.step)


def recorded(loss: Surface, neighbourhoods: Mapping[int, Basin], number: int, tolerance: float, end: End) -> Run:
    """The record of a run, with the proof that it is trapped where it is said to be."""
    proved = end.outcome is Outcome.TRAPPED and holds(loss, neighbourhoods[end.position], end.point)
    with np.errstate(over="ignore", invalid="ignore"):
        height = float(heights(loss, list(end.point)))
    known_height = height if math.isfinite(height) else None
    return Run(number, tolerance, end.outcome.name, end.position, proved, json.dumps(end.point.tolist()), known_height, end.steps)
