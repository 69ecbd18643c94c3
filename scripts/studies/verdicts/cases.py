"""Verdicts on many cases, spread over processes; what is done is kept for the next run."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from critscape.algebra.critical.result import versions
from critscape.problems.files.documents import format_of
from critscape.problems.files.problem_file import document
from critscape.problems.input.bad_input import BadInput
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.problems.recipes.verdict_cases import Case
from critscape.scripts.studies.counting import counting
from critscape.scripts.studies.engines import TooLarge
from critscape.scripts.studies.executors import interruptible, spread, workers_of
from critscape.scripts.studies.kept import keep, kept, place
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.progress import silent
from critscape.scripts.studies.records import fingerprint
from critscape.scripts.studies.verdicts.instance import Instance
from critscape.scripts.studies.verdicts.run import theorem, verified_on


def verdict_table(title: str, cases: Sequence[Case], options: Options) -> dict:
    """The verdicts on all cases, as a document; a case that could not be answered has a ``reason``.

    Raises
    ------
    BadInput : a theorem that there is not.
    Interrupted : by the keyboard, or because workers were lost; what is done is kept.
    """
    for case in cases:
        theorem(case.theorem)
    began = time.monotonic()
    files = [cache_file(case, options) for case in cases]
    done = {k: found for k, file in enumerate(files) if (found := kept(file)) is not None}
    missing = [k for k in range(len(cases)) if k not in done]
    with interruptible("table"), counting("verdicts", len(cases), len(done)) as tell:
        for numbers, found in spread(partial(judged, tuple(cases), options), by_problem(cases, missing), workers_of(None, options.jobs)):
            for k, one in zip(numbers, found):
                done[k] = one
                keep(files[k], one)
                tell(named(cases[k]), 1)
    return {
        "format": format_of("verdict table"),
        "title": title,
        "verdicts": [
            {
                "theorem": case.theorem,
                "case": case.name,
                **({} if case.draw is None else {"draw": case.draw}),
                "problem": document(case.problem),
                **done[k],
            }
            for k, case in enumerate(cases)
        ],
        "seconds": round(time.monotonic() - began, 1),
        "seed": options.seed,
        "versions": versions(),
    }


def named(case: Case) -> str:
    """A case as progress names it."""
    return f"{case.theorem}, {case.name}" + ("" if case.draw is None else f", draw {case.draw}")


def by_problem(cases: Sequence[Case], numbers: Iterable[int]) -> list[tuple[int, ...]]:
    """The numbers of cases, those with one problem together: it is solved once for all of its theorems."""
    groups: dict[Problem | Regression, list[int]] = {}
    for k in numbers:
        groups.setdefault(cases[k].problem, []).append(k)
    return [tuple(group) for group in groups.values()]


def judged(cases: Sequence[Case], options: Options, numbers: Sequence[int]) -> list[dict]:
    """The verdicts on cases with one problem, or why there are none."""
    instance = Instance(cases[numbers[0]].problem, options)
    return [one_judged(instance, cases[k].theorem) for k in numbers]


def one_judged(instance: Instance, name: str) -> dict:
    """The verdict of a theorem, or why there is none."""
    try:
        with silent():
            return {"verdict": verified_on(instance, name)}
    except (BadInput, TooLarge) as error:
        return {"reason": str(error)}


def cache_file(case: Case, options: Options) -> Path:
    """Where a verdict is kept: its name rests on what was asked and on the code."""
    code = fingerprint("verdicts", "landscapes", "basins")
    flags = [options.engine, options.seed, options.max_paths]
    what = {"code": code, "theorem": case.theorem, "problem": document(case.problem), "flags": flags}
    return place("verdicts", what)


def all_answered(table: dict) -> bool:
    """Whether each case has a verdict that is decided, and none contradicts its theorem."""
    for row in table["verdicts"]:
        if "verdict" not in row or row["verdict"]["conclusion"]["verdict"] == "undecided":
            return False
        if row["verdict"]["conclusion"]["verdict"] == "fails" and all(h["holds"] for h in row["verdict"]["hypotheses"]):
            return False
    return True
