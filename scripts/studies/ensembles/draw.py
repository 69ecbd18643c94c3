"""One draw of an ensemble as a record: in double precision where its evidence holds, else certified as ``critscape solve`` does."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from critscape.algebra.components.component import Kind
from critscape.algebra.components.table import Components
from critscape.algebra.critical.critical_set import Status
from critscape.algebra.critical.numerical_set import NumericalSet, numerical_set
from critscape.algebra.starts.start_set import StartSet
from critscape.algebra.tracking.batch_engine import BatchTracker
from critscape.problems.objectives.objective import Objective
from critscape.problems.problem.continuation import continuation
from critscape.problems.problem.problem import Problem, loss
from critscape.problems.problem.regression import Regression
from critscape.problems.recipes.ensemble import Ensemble
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.engines import batch
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.parameter_homotopy import paths_to
from critscape.scripts.studies.progress import silent
from critscape.scripts.studies.records import fingerprint
from critscape.scripts.studies.solution import solution
from critscape.scripts.studies.spurious import decided_spurious
from critscape.scripts.studies.start_sets import start_set

MINIMA = (Kind.GLOBAL_MINIMUM, Kind.SPURIOUS_MINIMUM)
NUMERICAL, CERTIFIED = "numerical", "certified"
ERROR = "error"
"""The status of a draw that could not be answered at all."""

_alone = threading.Lock()
"""FLINT's precision is global: two threads of a cluster's worker take turns."""


@dataclass(frozen=True)
class Draw:
    """What is known of one draw.

    ``level`` says how it was decided, ``doubts`` why double precision was not enough (empty if it was), ``status`` and ``reason``
    are those of a result, or ERROR. N_C, N_R, the number of real points of each index (JSON), of local minima, of those that are
    spurious (None: not decided), the losses of the local minima (JSON, increasing), the least |eigenvalue| of the Hessian over the
    real points, the number of degenerate points, seconds.
    """

    number: int
    level: str
    status: str
    complex: int | None
    real: int | None
    by_index: str
    minima: int | None
    spurious: int | None
    losses: str
    eigenvalue: float | None
    degenerate: int | None
    doubts: str
    reason: str | None
    seconds: float


def draws(ensemble: Ensemble, seed: int, most_paths: int, numbers: Sequence[int]) -> tuple[str, list[Draw]]:
    """The records of several draws, and the code that they were made with."""
    with _alone:
        return code(), [drawn(ensemble, seed, most_paths, number) for number in numbers]


def code() -> str:
    """The code that the records of draws and climbs rest on."""
    return fingerprint("ensembles")


def drawn(ensemble: Ensemble, seed: int, most_paths: int, number: int) -> Draw:
    """The record of one draw; an exception becomes the status ERROR."""
    began = time.perf_counter()
    found, given = None, ensemble.any_problem(seed, number)
    try:
        with silent():
            if isinstance(given, Regression):
                result = solution(given, Options(seed=seed))
                seconds = time.perf_counter() - began
                return of_stationary(number, result, seconds) if "stationary" in result else of_result(number, result, (), seconds)
            problem = given
            found = in_doubles(problem, seed, most_paths)
            if not found.doubts:
                return of_numbers(number, found, time.perf_counter() - began)
            answer = solve(problem, Options(engine="batch", seed=seed, max_paths=most_paths, components=True))
    except Exception as error:  # noqa: BLE001 (a draw that fails is a record; the others go on)
        reason = f"{type(error).__name__}: {' '.join(str(error).split())}"
        doubts = "" if found is None else "; ".join(found.doubts)
        seconds = time.perf_counter() - began
        return Draw(number, CERTIFIED, ERROR, None, None, "{}", None, None, "[]", None, None, doubts, reason, seconds)
    seconds = time.perf_counter() - began
    if answer.table is not None and not answer.table.open_points:
        return of_components(number, answer.table, found.doubts, seconds)
    return of_result(number, answer.document, found.doubts, seconds)


def in_doubles(problem: Problem, seed: int, most_paths: int) -> NumericalSet:
    """The critical set of a problem in double precision.

    Raises
    ------
    TooLarge : the start set has more than ``most_paths`` solutions.
    """
    starts = kept_start_set(problem, seed, most_paths)
    expected = len(starts.solutions) if starts.complete else None
    return numerical_set(loss(problem), BatchTracker(), *paths_to(problem, starts), expected, problem.coercive)


_start_sets: dict[tuple[Objective, int], StartSet] = {}


def kept_start_set(problem: Problem, seed: int, most_paths: int) -> StartSet:
    """The start set of a problem, verified once in each process."""
    key = continuation(problem).objective, seed
    if key not in _start_sets:
        _start_sets[key] = start_set(problem, batch(1), seed, most_paths, lambda stage, count: None)
    return _start_sets[key]


def of_numbers(number: int, found: NumericalSet, seconds: float) -> Draw:
    """The record of a draw that double precision decided."""
    return Draw(
        number,
        NUMERICAL,
        Status.COMPLETE.value,
        found.complex,
        len(found.index),
        json.dumps(found.by_index),
        len(found.minima),
        found.spurious,
        json.dumps([shortened(value) for value in found.minima.tolist()]),
        float(f"{found.eigenvalues.min():.6e}") if len(found.eigenvalues) else None,
        0,
        "",
        None,
        seconds,
    )


def of_result(number: int, result: dict, doubts: Sequence[str], seconds: float) -> Draw:
    """The record of a draw that ``critscape solve`` would answer with this result."""
    counts = result["counts"]
    regular = [point for point in result["critical_points"] if point["real"] and point["kind"] != "degenerate"]
    minima = [point for point in regular if point["index"] == 0]
    return Draw(
        number,
        CERTIFIED,
        result["status"],
        counts["complex"],
        counts["real"],
        json.dumps(counts["by_index"]),
        counts["local_minima"],
        decided_spurious(counts),
        json.dumps(sorted(shortened(float(point["loss"])) for point in minima)),
        min((float(point["least_eigenvalue"]) for point in regular), default=None),
        counts["degenerate"],
        "; ".join(doubts),
        result.get("reason"),
        seconds,
    )


def of_components(number: int, table: Components, doubts: Sequence[str], seconds: float) -> Draw:
    """The record of a draw whose critical set is not finite: of its components the rows of local minima are counted."""
    minima = [row.component for row in table.rows if row.component.kind in MINIMA]
    return Draw(
        number,
        CERTIFIED,
        Status.COMPLETE.value,
        None,
        None,
        "{}",
        len(minima),
        sum(c.kind is Kind.SPURIOUS_MINIMUM for c in minima),
        json.dumps(sorted(shortened(float(c.loss.mid())) for c in minima)),
        None,
        None,
        "; ".join((*doubts, "components in the place of points, whose rows are counted")),
        None,
        seconds,
    )


def of_stationary(number: int, result: dict, seconds: float) -> Draw:
    """The record of a draw whose answer is a table of stationary points; of these only the local minima are counted here."""
    counts = result["counts"]
    losses = sorted(shortened(float(Fraction(row["loss"]))) for row in result["stationary"] if row["local_minimum"])
    return Draw(
        number,
        CERTIFIED,
        result["status"],
        None,
        None,
        "{}",
        counts["local_minima"],
        decided_spurious(counts),
        json.dumps(losses),
        None,
        None,
        "",
        result.get("reason"),
        seconds,
    )


def shortened(value: float) -> float:
    """A loss to the digits that every level has."""
    return float(f"{value:.9e}")
