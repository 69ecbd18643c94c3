"""The pieces of work behind a table, each a task for a process: the answer for one data set, a mixed volume, some draws.

What they return is JSON-ready, so that it can be kept from one run to the next.
"""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from critscape.algebra.bounds.root_counts import best_multihomogeneous_bezout, mixed_volume_in_closed_form
from critscape.algebra.critical.critical_set import Status
from critscape.algebra.critical.levels import Level
from critscape.algebra.critical.real_points import of_regular_ends
from critscape.algebra.phcpack.engine import HOW_TO_INSTALL, PhcpyUnavailable, available, mixed_volume
from critscape.algebra.phcpack.processes import PhcpyError
from critscape.algebra.points.classification import Kind
from critscape.algebra.starts.start_set import StartSet
from critscape.problems.files.problem_file import document
from critscape.problems.networks.network import Architecture, block_partition
from critscape.problems.networks.reading import ACTIVATED
from critscape.problems.problem.problem import Problem, loss
from critscape.problems.problem.regression import Regression
from critscape.problems.recipes.data_recipe import Recipe
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.engines import EngineUnavailable, TooLarge, batch
from critscape.scripts.studies.executors import serve_parent
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.parameter_homotopy import certified_ends
from critscape.scripts.studies.progress import silent
from critscape.scripts.studies.solution import solution
from critscape.scripts.studies.spurious import decided_spurious
from critscape.scripts.studies.start_sets import start_set

GRACE = 0.5
"""Seconds that a process has to end its children."""


@dataclass(frozen=True)
class Setting:
    """What all data sets of a row share, and how they are solved."""

    network: Architecture
    samples: int
    recipe: Recipe
    options: Options

    @property
    def polynomial(self) -> bool:
        """Whether the network is polynomial in its weights."""
        return self.network.family not in ACTIVATED

    def problem(self, number: int) -> Problem:
        """Draw ``number`` of the row, where the network is polynomial."""
        network: Any = self.network
        return self.recipe.problem(network, self.samples, self.options.seed, number)

    def any_problem(self, number: int) -> Problem | Regression:
        """Draw ``number`` of the row, whatever the network."""
        return self.recipe.any_problem(self.network, self.samples, self.options.seed, number)


def counted(setting: Setting) -> dict:
    """Counts and levels of the first draw, from the certified answer; or ``reason`` when there is none."""
    try:
        with silent():
            result = solve(setting.problem(0), setting.options).document
    except (TooLarge, EngineUnavailable, PhcpyUnavailable, PhcpyError) as error:
        return {"reason": str(error)}
    return {name: result[name] for name in ("status", "counts", "levels", "bounds", "problem")} | {"why": result.get("reason")}


def listed(setting: Setting) -> dict:
    """The components of the first draw and what became of its paths; or ``reason`` when they are not known.

    Where the critical set is finite they are its real points.
    """
    try:
        with silent():
            result = solve(setting.problem(0), replace(setting.options, components=True)).document
    except (TooLarge, EngineUnavailable, PhcpyUnavailable, PhcpyError) as error:
        return {"reason": str(error)}
    if result["status"] == Status.COMPLETE.value:
        return listed_points(result, setting.problem(0).dimension)
    if "components" not in result:
        return {"reason": result["reason"]}
    fields = ("loss", "exact_loss", "dimension", "dimension_bound", "inertia", "inertia_bound", "kind", "level")
    rows = [{name: row[name] for name in fields} for row in result["components"]]
    failing = [name for name, entry in result["evidence"].items() if entry["holds"] is False]
    return {"account": result["account"], "components": rows, "failing": failing}


def listed_points(result: dict, weights: int) -> dict:
    """The real points of a finite critical set as components of dimension 0: one row for all of a loss, an inertia and a kind."""
    points = [point for point in result["critical_points"] if point["real"]]
    if any(point["index"] is None or point["loss"] is None for point in points):
        return {"reason": "the critical set is finite, and the loss or the index of a degenerate point is not known"}
    rows: dict[tuple, dict] = {}
    for point in points:
        flat = point.get("nullity", 0)
        exact = point.get("closed_form", {}).get("loss")
        row = {
            "loss": exact or point["loss"],
            "exact_loss": exact is not None,
            "dimension": 0,
            "dimension_bound": "exact",
            "inertia": {"positive": weights - point["index"] - flat, "negative": point["index"], "zero": flat},
            "inertia_bound": "exact",
            "kind": point["kind"],
            "level": result["levels"]["real"],
        }
        # Copies under symmetries differ in their last digits, if at all.
        rows.setdefault((f"{float(point['loss']):.9g}", point["index"], flat, point["kind"]), row)
    fates = result["paths"]
    account = {"paths": fates["tracked"], "finite": fates["finished"] + fates["singular"], "at_infinity": fates["at_infinity"]}
    # Elimination follows none.
    told = account if fates["tracked"] else dict.fromkeys(account)
    failing = [name for name, entry in result["evidence"].items() if entry["holds"] is False]
    return {"account": told, "components": list(rows.values()), "failing": failing}


def volume(setting: Setting, seconds: float) -> dict:
    """The mixed volume of the row, if PHCpack finds it in so many ``seconds``; else ``reason``."""
    closed = mixed_volume_in_closed_form(loss(setting.problem(0)))
    if closed is not None:
        return {"value": closed, "proved": True}
    if not available():
        return {"reason": HOW_TO_INSTALL}
    try:
        return {"value": mixed_volume(loss(setting.problem(0)), seconds)}
    except PhcpyError as error:
        return {"reason": f"the mixed volume was not found ({error})"}


def drawn(setting: Setting, first: int, last: int) -> dict:
    """Draws ``first`` to ``last`` − 1: counts of each, and how well they are known."""
    try:
        with silent():
            return {"draws": [draw(setting, number) for number in range(first, last)]}
    except TooLarge as error:
        return {"reason": str(error)}


def draw(setting: Setting, number: int) -> dict:
    """The counts of one draw, certified.

    Where the ends of all paths are proved simple zeros, as many as the generic member of the family has, and the Euler sum is
    right, these are all; elsewhere the whole answer is asked.
    """
    problem = setting.any_problem(number)
    if isinstance(problem, Regression):
        result = solution(problem, setting.options)
    else:
        quick = all_regular(problem, setting)
        if quick is not None:
            return quick
        result = solve(problem, setting.options).document
    counts = result["counts"]
    return {
        "status": result["status"],
        "level": result["levels"]["real"] or Level.NUMERICAL.value,
        "complex": counts["complex"],
        "real": counts["real"],
        "minima": counts["local_minima"],
        "spurious": decided_spurious(counts),
        **({} if result["status"] == "complete" else {"problem": document(problem), "why": result.get("reason")}),
    }


def all_regular(problem: Problem, setting: Setting) -> dict | None:
    """The counts of one data set whose paths all end at regular points; None when they do not, or a test fails."""
    starts = shared_start_set(setting)
    if not starts.complete:
        return None
    points = certified_ends(problem, starts)
    real = of_regular_ends(loss(problem), points, len(starts.solutions), problem.shape)
    if real is None:
        return None
    # An exact bound for the family's supports holds for every data set.
    proved = upper_bound(setting) == len(points)
    kinds = [point.kind for point in real]
    return {
        "status": "complete",
        "level": (Level.PROVED if proved else Level.CERTIFIED).value,
        "complex": len(points),
        "real": len(real),
        "minima": sum(point.index == 0 for point in real),
        "spurious": None if Kind.LOCAL_MINIMUM in kinds else kinds.count(Kind.SPURIOUS_MINIMUM),
    }


@lru_cache(maxsize=4)
def shared_start_set(setting: Setting) -> StartSet:
    """The start set of a row, verified once in each process."""
    return start_set(setting.problem(0), batch(1), setting.options.seed, setting.options.max_paths, lambda stage, count: None)


@lru_cache(maxsize=4)
def upper_bound(setting: Setting) -> int:
    """The least multihomogeneous Bézout number of a row."""
    return best_multihomogeneous_bezout(loss(setting.problem(0)), [block_partition(setting.network)])[0]


def prepare_process() -> None:
    """A process for tasks leaves interruptions to its parent and ends with it; PHCpack's process ends with this one."""

    def leave(number: int, frame: object) -> None:
        # A second signal ends the process at once; this one lets what has children end them.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        raise SystemExit

    def leave_in_time() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE)
        os._exit(1)

    signal.signal(signal.SIGTERM, leave)
    serve_parent(leave_in_time)
