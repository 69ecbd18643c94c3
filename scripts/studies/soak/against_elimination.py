"""Special problems solved as commands solve them, each compared with elimination that is called on its own, and with more where more
is known.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from critscape.algebra.critical.result import versions
from critscape.algebra.elimination import msolve
from critscape.algebra.elimination.degree import dimension_modulo
from critscape.problems.files.problem_file import document
from critscape.problems.problem.problem import Problem, loss
from critscape.scripts.studies.answer import Answer, solve
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.progress import silent
from critscape.scripts.studies.soak.component_comparison import differs_from_closed_form, differs_from_elimination, missed_by_rows
from critscape.scripts.studies.soak.special import COMMON_RIDGE, NO_RIDGE, special_problem

SECONDS = 60.0
"""An answer that takes longer needs a reason; elimination is given up after as long."""
DESCENDED = 10
"""Of every so many problems with one common ridge one is compared with descents, too."""
MOST_REAL_POINTS = 225
"""Sets with more complex points are eliminated modulo primes only."""


@dataclass(frozen=True)
class Comparison:
    """What became of one problem: the answer's status, engine and reason (None where it is complete), its seconds, and how it differs
    from elimination (None where it does not), with the problem.
    """

    kind: str
    seed: int
    status: str
    engine: str | None
    reason: str | None
    seconds: float
    difference: str | None
    problem: dict

    @property
    def late(self) -> bool:
        """Whether it took long and says nothing about it."""
        return self.seconds > SECONDS and self.reason is None


def compared(task: tuple[str, int]) -> Comparison:
    """The problem of a kind and a seed, solved and eliminated; an exception is a difference."""
    kind, seed = task
    problem, began = special_problem(kind, seed), time.perf_counter()
    try:
        with silent():
            answer = solve(problem, Options(seed=seed, components=kind in (COMMON_RIDGE, NO_RIDGE)))
    except Exception as error:  # noqa: BLE001 (what the comparison looks for)
        raised = f"{type(error).__name__}: {' '.join(str(error).split())}"
        return Comparison(kind, seed, "error", None, None, time.perf_counter() - began, raised, document(problem))
    seconds, result = time.perf_counter() - began, answer.document
    differs = difference(result["status"], result["counts"], problem) or further(kind, seed, answer)
    return Comparison(
        kind, seed, result["status"], result["engine"]["name"], result.get("reason"), seconds, differs, document(problem)
    )  # fmt: skip


def further(kind: str, seed: int, answer: Answer) -> str | None:
    """How the table of components differs from what is known beside it; None when it does not, or there is no table."""
    problem, table = answer.problem, answer.table
    if kind not in (COMMON_RIDGE, NO_RIDGE) or (table is None and answer.document["status"] != "not-finite"):
        return None
    if table is None:
        return f"no table: {answer.document['reason']}"
    try:
        found = differs_from_elimination(problem, table, SECONDS)
    except msolve.MsolveError as error:
        return f"no elimination: {error}"
    if found is None and kind == NO_RIDGE:
        return differs_from_closed_form(problem, table)
    return missed_by_rows(problem, table, seed) if found is None and seed % DESCENDED == 0 else found


def difference(status: str, counts: dict, problem: Problem) -> str | None:
    """How an answer and elimination differ, one sentence; None when they agree, or the answer is incomplete and says so."""
    exact = loss(problem)
    try:
        dimensions = [dimension_modulo(exact, prime, SECONDS)[0] for prime in msolve.PRIMES]
        if min(dimensions) > 0:
            return None if status != "complete" else f"elimination has dimension {dimensions[0]}, the answer {counts['complex']} points"
        if status == "not-finite":
            return f"elimination has dimension {max(dimensions)}, the answer is not finite"
        found = {msolve.quotient_dimension(exact, prime, SECONDS)[1] for prime in msolve.PRIMES}
        if status == "complete" and found != {counts["complex"]}:
            return f"elimination has {', '.join(map(str, sorted(found)))} complex points, the answer {counts['complex']}"
        if status != "complete" or max(found) > MOST_REAL_POINTS:
            return None
        real = len(msolve.real_boxes(exact, SECONDS))
    except msolve.MsolveError as error:
        return f"no elimination: {error}"
    return None if real == counts["real"] else f"elimination has {real} real points, the answer {counts['real']}"


def summary(found: Sequence[Comparison]) -> dict:
    """The document of a run, JSON-ready."""
    return {
        "problems": len(found),
        "kinds": dict(Counter(record.kind for record in found)),
        "statuses": dict(Counter(record.status for record in found)),
        "engines": dict(Counter(record.engine for record in found if record.engine)),
        "longest": round(max((record.seconds for record in found), default=0.0), 3),
        "versions": versions(),
        "differences": [asdict(record) for record in found if record.difference],
        "incomplete": [asdict(record) for record in found if record.status == "incomplete"],
        "late": [asdict(record) for record in found if record.late],
    }
