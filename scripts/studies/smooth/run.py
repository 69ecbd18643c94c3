"""All critical points of a network with one hidden layer of smooth units: the search with its estimate, and the result document."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from critscape.algebra.boxes.certificate import box_certificate
from critscape.algebra.boxes.critical_points import CriticalPoints, critical_points
from critscape.algebra.boxes.document import document as result_document
from critscape.algebra.boxes.document import reordered
from critscape.algebra.boxes.estimate import estimated_boxes
from critscape.algebra.boxes.exact_origin import closed_forms
from critscape.algebra.boxes.region import BeyondDoublePrecision
from critscape.algebra.boxes.regression import Regression as ExactRegression
from critscape.algebra.boxes.search import BUDGET, Outcome, divided, examined, first_pieces, together, without_rest
from critscape.algebra.certificates.box_claims import read_box_claims
from critscape.algebra.certificates.box_proof import first_failure
from critscape.algebra.certificates.flint_intervals import FlintIntervals
from critscape.problems.files.plain_layers import plain_layers
from critscape.problems.files.problem_file import document
from critscape.problems.files.writing import json_text, write
from critscape.problems.input.bad_input import BadInput
from critscape.problems.problem.hidden_layer import regression
from critscape.problems.problem.regression import Regression
from critscape.scripts.studies.engines import TooLarge
from critscape.scripts.studies.executors import interruptible, spread, workers_of
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.progress import announce, reporting
from critscape.scripts.studies.smooth.records import Records, records_of

MOST_INNER_WEIGHTS = 4
"""Inner weights, biases among them, that boxes can cover at all."""
UNASKED = 3
"""Inner weights up to which a search starts without being asked for with --boxes."""
MOST_BOXES = 20_000_000
"""Boxes that are examined at most unless --boxes says otherwise."""
MOST_EXAMINED = 10_000
"""Boxes of the largest search whose certificate says that there are no other points."""
CELLS_EACH, CELL_RATE = 4, 800
"""Cells of the certificate for each box of the search, and cells a second, about, in an estimate of time."""
RATE = 25_000
"""Boxes a second and process, about, in an estimate of time."""

Progress = Callable[[str, int], None]


def answered(problem: Regression, options: Options, certificate: Path | None) -> dict:
    """The result document of a problem; its certificate is written to ``certificate``, if given, once the checker has proved all of it.

    Raises
    ------
    BadInput : a ridge that is zero somewhere, numbers beyond double precision.
    TooLarge : more inner weights than boxes can cover.
    Interrupted : by the user; what is done is kept.
    """
    if options.spectra:
        raise BadInput("--spectra", f"nothing: the family {problem.network.family} has no spectra")
    search = critical_points_of(problem, options)
    exact, order, found = search.exact, search.order, search.found
    forms = closed_forms(exact, found.points)
    result = result_document(found, forms, order, document(problem), options.seed, search.seconds)
    return result if certificate is None else certified(result, found, order, certificate)


@dataclass(frozen=True)
class Search:
    """What the search for the critical points of ``exact`` found, ``order`` the position there of each weight; ``seconds`` by stage."""

    exact: ExactRegression
    order: tuple[int, ...]
    found: CriticalPoints
    seconds: dict[str, float]


def critical_points_of(problem: Regression, options: Options) -> Search:
    """All critical points of a problem, with an estimate first; raises what ``answered`` does."""
    exact, order = regression(problem)
    began = time.perf_counter()
    try:
        prospect(problem.title, exact, options)
        with reporting(problem.title) as progress, interruptible(problem.title):
            outcome = searched(exact, options, progress)
            searching = time.perf_counter()
            progress("proofs", len(outcome.cells))
            found = critical_points(exact, outcome)
    except BeyondDoublePrecision as error:
        raise BadInput("data", f"numbers that double precision can tell apart from zero and infinity ({error})") from None
    ended = time.perf_counter()
    seconds = {"search": searching - began, "proofs": ended - searching, "total": ended - began}
    return Search(exact, order, found, seconds)


def certified(result: dict, found: CriticalPoints, order: tuple[int, ...], path: Path) -> dict:
    """The result; a certificate of the points is written to ``path`` once the checker has proved all of it, or the result says why not."""
    real = [reordered(point, order) for point in found.points]
    title, small = plain_layers(result["problem"])
    complete = found.complete and found.examined <= MOST_EXAMINED
    cells = CELLS_EACH * found.examined
    if complete and cells > CELL_RATE * 10:
        announce(title, f"about {cells:,} cells that hold no other points are found and checked, {duration(2 * cells / CELL_RATE)}")
    with reporting(title) as progress, interruptible(title):
        made = box_certificate(real, small, result["problem"], complete, progress)
        failure = first_failure(small, read_box_claims(made, small), FlintIntervals(), progress)
    if found.complete and made["cover"] is None:
        announce(
            title,
            f"the certificate claims the points, not that there are no others: that took {found.examined:,} boxes, too many for a file",
        )
    if failure is None:
        write(path, json_text(made))
        return result
    refused = f"no certificate was written, as the checker refuses it ({failure})"
    return {**result, "status": "incomplete", "reason": "; ".join(filter(None, (result.get("reason"), refused)))}


def prospect(title: str, exact: ExactRegression, options: Options) -> None:
    """Says how long a search of three inner weights or more will take, about.

    Raises
    ------
    TooLarge : more inner weights than boxes can cover, or than are covered without being asked.
    """
    n = exact.inner_weights
    if n > MOST_INNER_WEIGHTS:
        raise TooLarge(
            f"{n} inner weights (biases among them) are more than the {MOST_INNER_WEIGHTS} that branch and prune can cover; single critical points "
            "of larger networks are proved by `critscape split`"
        )
    if n < UNASKED:
        return
    boxes = estimated_boxes(exact, options.seed)
    estimate = f"about {boxes:.1g} boxes, {duration(boxes / RATE / options.jobs)} on {options.jobs} process{'es' * (options.jobs > 1)}"
    if n > UNASKED and options.boxes is None:
        raise TooLarge(
            f"{n} inner weights: {estimate}, by an estimate from random descents; `critscape solve --boxes N` asks for it, N boxes at most, and other commands read its result"
        )
    announce(title, f"{estimate}, by an estimate from random descents that is often a few times off")


def duration(seconds: float) -> str:
    """A time for people.

    >>> duration(40), duration(70), duration(400), duration(40000)
    ('less than a minute', '1 minute', '7 minutes', '11 hours')
    """
    if seconds < 60:
        return "less than a minute"
    number, unit = (round(seconds / 60), "minute") if seconds < 5400 else (round(seconds / 3600), "hour")
    return f"{number:,} {unit}{'s' * (number > 1)}"


def searched(exact: ExactRegression, options: Options, progress: Progress) -> Outcome:
    """The outcome of the whole search. Pieces come in rounds, so that it depends on nothing but the problem and the number of boxes."""
    progress("kernels (compiled once on a machine, half a minute)", 0)
    records = records_of(exact) if exact.inner_weights >= UNASKED else Records(None)
    most = MOST_BOXES if options.boxes is None else options.boxes
    pieces, first = first_pieces(exact)
    outcomes, total, round_ = [first], first.examined, 0
    progress("boxes", total)
    workers = workers_of(options.cluster, options.jobs if exact.inner_weights >= UNASKED else 1)
    while pieces and total < most:
        budget = max(1, min(BUDGET, (most - total) // len(pieces)))
        numbered = {(round_, k, budget): piece for k, piece in enumerate(pieces)}
        done = {number: outcome for number in numbered if (outcome := records.find(number)) is not None}
        todo = [(number, piece) for number, piece in numbered.items() if number not in done]
        work = partial(piece_outcome, exact)
        for (number, _), outcome in spread(work, todo, workers):
            records.keep(number, outcome)
            done[number] = outcome
            progress("boxes", total + sum(each.examined for each in done.values()))
        in_order = [done[number] for number in sorted(done)]
        total += sum(each.examined for each in in_order)
        outcomes += [without_rest(each) for each in in_order]
        pieces = [portion for each in in_order for portion in divided(each.rest)]
        round_ += 1
    if pieces:
        outcomes.append(Outcome(np.concatenate(pieces), first.cells[:0], first.left[:0], 0))
    records.forget()
    return together(outcomes, exact.inner_weights)


def piece_outcome(exact: ExactRegression, piece: tuple[tuple[int, int, int], np.ndarray]) -> Outcome:
    """What becomes of a piece with its number (round, place, budget)."""
    return examined(exact, piece[1], piece[0][2])
