"""A hill climb over data and ridge for many real critical points or many spurious minima, from the best draws of an ensemble.

The counts are piecewise constant, so ties are broken by what leads to the next change of them: how close two complex conjugate
critical points have come to meeting and becoming a real pair. The climb runs in double precision; its record is certified.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial

import numpy as np

from critscape.algebra.critical.critical_set import Status
from critscape.algebra.critical.numerical_set import NumericalSet
from critscape.problems.files.problem_file import document, read
from critscape.problems.problem.problem import Problem
from critscape.problems.recipes.ensemble import Ensemble
from critscape.problems.recipes.neighbour import neighbour
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.counting import counting
from critscape.scripts.studies.ensembles.draw import Draw, code, in_doubles
from critscape.scripts.studies.ensembles.records import Climbed, Records
from critscape.scripts.studies.ensembles.run import make_ready, same_code
from critscape.scripts.studies.executors import Workers, interruptible, spread
from critscape.scripts.studies.options import Options

GOALS = ("real", "spurious")
STARTS = 4
"""Climbs, each from another draw."""


def value(found: NumericalSet, goal: str) -> tuple[float, ...] | None:
    """What a climb compares, most important first; None when the numbers cannot be relied on."""
    if found.doubts:
        return None
    if goal == "real":
        return float(len(found.index)), -found.apart
    if found.spurious is None:
        return None
    return float(found.spurious), float(len(found.minima)), float(len(found.index)), -found.apart


def best_draws(rows: Sequence[Draw], goal: str, count: int) -> list[Draw]:
    """The complete draws with the largest counts, the first ones of equals."""
    known = [row for row in rows if row.status == Status.COMPLETE.value and (goal == "real" or row.spurious is not None)]

    def order(row: Draw) -> tuple[int, ...]:
        # All of them are known of a complete draw.
        numbers = (row.real,) if goal == "real" else (row.spurious, row.minima, row.real)
        return tuple(-number for number in numbers if number is not None)

    return sorted(known, key=order)[:count]


def climbed(ensemble: Ensemble, seed: int, most_paths: int, goal: str, steps: int, number: int) -> tuple[str, list[Climbed]]:
    """The climb from one draw, fixed by all its arguments; and the code that it was made with."""
    rng = np.random.default_rng([seed, number, 1 + GOALS.index(goal)])
    here = ensemble.problem(seed, number)
    reached = measured(here, goal, seed, most_paths)
    for _ in range(steps):
        there = neighbour(here, ensemble.recipe, rng)
        tried = measured(there, goal, seed, most_paths)
        if tried is not None and (reached is None or tried >= reached):
            here, reached = there, tried
    return code(), [Climbed(goal, number, steps, json.dumps(reached), json.dumps(document(here)))]


def measured(problem: Problem, goal: str, seed: int, most_paths: int) -> tuple[float, ...] | None:
    """The value of a problem."""
    return value(in_doubles(problem, seed, most_paths), goal)


def climb(
    ensemble: Ensemble,
    seed: int,
    rows: Sequence[Draw],
    goal: str,
    steps: int,
    workers: Workers | None,
    most_paths: int,
    records: Records,
) -> tuple[dict, dict | None]:
    """Climbs from the best of ``rows``, then certifies the best that was reached; what is recorded is not done again.

    Returns the entry of the summary, JSON-ready, and the problem (as a document) of the record, None when none was certified.

    Raises
    ------
    Interrupted : by the keyboard, or because workers were lost.
    """
    starts = [row.number for row in best_draws(rows, goal, STARTS)]
    done = records.climbs(goal, steps)
    missing = [number for number in starts if number not in done]
    with interruptible("climb"):
        if missing:
            make_ready(ensemble, seed, most_paths)
            with counting(f"climb for {goal}", len(starts), len(starts) - len(missing)) as tell:
                tell(ensemble.title, 0)
                for _, (theirs, made) in spread(partial(climbed, ensemble, seed, most_paths, goal, steps), missing, workers):
                    same_code(theirs)
                    records.add(made)
                    tell(ensemble.title, 1)
        climbs = records.climbs(goal, steps)
        order = sorted((climbs[number] for number in starts), key=lambda c: json.loads(c.value) or [], reverse=True)
        reached = {c.number: (json.loads(c.value) or [None])[0] for c in order}
        entry = {"goal": goal, "steps": steps, "starts": starts, "reached": reached}
        for candidate in order:
            result = solve(read(json.loads(candidate.problem)), Options(engine="batch", seed=seed, max_paths=most_paths)).document
            figures = {"start": candidate.number, "status": result["status"], "counts": result["counts"]}
            if result["status"] == Status.COMPLETE.value:
                return {**entry, "record": figures}, result["problem"]
        return {**entry, "record": None}, None
