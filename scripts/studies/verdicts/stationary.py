"""The real critical points of an answer as theorems ask for them: enclosures, kinds, levels, whether the critical set is finite or not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from flint import arb, arb_mat, fmpq, fmpq_mat

from critscape.algebra.components.component import Kind, Reason
from critscape.algebra.components.document import listed_losses
from critscape.algebra.critical.critical_set import Status
from critscape.algebra.critical.levels import Level, levels
from critscape.algebra.critical.result import decimal
from critscape.algebra.polynomial.loss import exact
from critscape.problems.networks.network import Network, matrices
from critscape.scripts.studies.answer import Answer
from critscape.scripts.studies.components_run import too_large
from critscape.scripts.studies.verdicts.extent import NONE_MISSING
from critscape.scripts.studies.verdicts.remedies import DEGENERATE, Remedy, other_choices, other_engine, other_points, unlisted

LONG_DECIMAL = re.compile(r"-?\d+\.\d{10,}(e[-+]?\d+)?")
"""Losses with more decimals are printed to nine digits: `critscape solve` has all of them."""
LONGEST = 16
"""Closed forms of losses with more characters are printed as decimals."""
MINIMA = (Kind.GLOBAL_MINIMUM.value, Kind.SPURIOUS_MINIMUM.value, Kind.LOCAL_MINIMUM.value)
UNDECIDED = (Kind.LOCAL_MINIMUM.value, Kind.DEGENERATE.value)


@dataclass(frozen=True)
class Stationary:
    """A real critical point, or one of a component of them.

    ``weights`` enclose it (n balls; None: its existence is not proved), ``rational`` are its coordinates where they are, ``loss``
    encloses L, ``text`` is the loss as tables print it. ``level`` is that of the point with its kind; ``flat`` says whether the
    gradient in function space is proved to vanish; ``dimension`` is that of the critical set there, as far as it is known.
    """

    weights: tuple[arb, ...] | None
    rational: tuple[fmpq, ...] | None
    loss: arb
    text: str
    kind: str
    level: Level
    dimension: int
    flat: bool
    row: dict

    @property
    def minimal(self) -> bool:
        return self.kind in MINIMA

    @property
    def open(self) -> str:
        """What is not known of a point whose kind is not decided."""
        if self.weights is None:
            return "that there is a critical point is not proved"
        if self.kind == Kind.LOCAL_MINIMUM.value:
            return "a local minimum, and whether it is global is not"
        return self.row.get("undecided", "its kind is not")

    @property
    def level_text(self) -> str:
        """The level of what a row says; a dash where its kind is not decided."""
        return "–" if self.kind == Kind.DEGENERATE.value else self.level.value

    @property
    def dimension_text(self) -> str:
        """The dimension, or the lower bound that is known."""
        return ("≥ " if self.row.get("dimension_bound") == "at least" else "") + str(self.dimension)


@dataclass(frozen=True)
class Coverage:
    """Whether an enumeration is complete as far as it says: ``level`` (None: it is not), and a sentence, of what was enumerated or of what
    is missing; then what may mend it. ``complete`` says in a clause of which rows none is missing.
    """

    level: Level | None
    sentence: str
    remedy: Remedy | None = None
    complete: str = NONE_MISSING


@dataclass(frozen=True)
class Missing:
    """Why no claim about all critical points follows, and what may have what is missing; ``some`` says whether any point is listed."""

    because: str
    remedy: Remedy
    some: bool = True

    def next(self, theorem: str) -> str:
        """What to try, in a sentence without its stop."""
        listed = "`critscape solve PROBLEM.json` shows all that was found; " if self.some else ""
        return listed + self.remedy.text(theorem)


@dataclass(frozen=True)
class Enumerated:
    """All real critical points that an answer has, in increasing loss, and what is said of others."""

    answer: Answer
    points: tuple[Stationary, ...]
    coverage: Coverage

    @property
    def minima(self) -> tuple[Stationary, ...]:
        return tuple(point for point in self.points if point.minimal)

    @property
    def spurious(self) -> tuple[Stationary, ...]:
        return tuple(point for point in self.points if point.kind == Kind.SPURIOUS_MINIMUM.value)

    def covered(self, what: str) -> str:
        """What was enumerated of a problem, which sentences call ``what``, and its level where that is all."""
        if self.coverage.level is not None:
            return f"{what}, {self.coverage.level.value}: {self.coverage.sentence}"
        if not self.points:
            return f"{what}: only its hypotheses, not the conclusion"
        return f"{what}: the hypotheses, and {len(self.points)} real critical points or components of them, which need not be all"

    @property
    def missing(self) -> Missing | None:
        """Why no claim about all critical points follows; None if it does."""
        if self.coverage.level is None:
            assert self.coverage.remedy is not None  # What is not complete says so.
            return Missing(self.coverage.sentence, self.coverage.remedy, bool(self.points))
        partly = self.answer.table.partly_seen if self.answer.table is not None else ()
        if partly:
            because = (
                f"pieces of the critical set (at loss {listed_losses(partly)}) are seen from some centres only, so others may be missing"
            )
            return Missing(because, other_choices(self.answer))
        undecided = [point for point in self.points if point.kind in UNDECIDED or point.weights is None]
        if undecided:
            listed = "; ".join(sorted({f"loss {point.text}: {point.open}" for point in undecided}))
            return Missing(f"{len(undecided)} of {len(self.points)} rows are not decided ({listed})", other_points(self.answer))
        return None


def enumerated(answer: Answer) -> Enumerated:
    """The critical points of an answer, with its components where they are not finite."""
    return Enumerated(answer, *(_of_components(answer) if answer.table is not None else _of_points(answer)))


def _of_components(answer: Answer) -> tuple[tuple[Stationary, ...], Coverage]:
    table = answer.table
    assert table is not None  # Asked by the caller.
    points = []
    for row, entry in zip(table.rows, answer.document["components"]):
        found = row.component
        weights = None if found.proved is None else tuple(z.real for z in found.proved.ball)
        # Of the inertia, on which the level of the row of `critscape solve` rests too, nothing is said here.
        level = Level.NUMERICAL if found.proved is None else Level.PROVED if found.kind_proved else Level.CERTIFIED
        text = text_of(entry["loss"], found.loss)
        points.append(
            Stationary(
                weights, found.rational, found.loss, text, found.kind.value, level, found.dimension,
                found.global_by is Reason.FUNCTION_SPACE, entry,
            )
        )  # fmt: skip
    if not table.settled:
        failing = [f"{name} ({e['measured']})" for name, e in answer.document["evidence"].items() if e["holds"] is False]
        listed = "; ".join(failing) or "its evidence is not decided"
        return tuple(points), Coverage(None, f"the table of components is not settled: {listed}", other_choices(answer))
    centres = len(table.accounts)
    paths = sum(len(account.limits) for account in table.accounts)
    return tuple(points), Coverage(
        Level.CERTIFIED,
        f"the limits, as ε → 0, of the {paths} critical points that were found of L + ½ε Σ Λ_i (w_i − z_i)², the sum over all weights, for "
        f"{centres} random centres z; these being all, every component of global minima and every closed component of local minima has one (a "
        "piece of a critical set that is not closed may have none); a proof that they are all is not tried, other centres (--seed) are more "
        "evidence",
        complete="every component of global minima and every closed component of local minima has a row",
    )


def text_of(text: str, loss: arb) -> str:
    """A loss with its text as verdicts print it: a closed form if it is short, else nine digits.

    >>> text_of("25/32", arb(25) / 32), text_of("(70528 - 1280√2)/16655", (70528 - 1280 * arb(2).sqrt()) / 16655)
    ('25/32', '4.12595657')
    """
    return printed(text if len(text) <= LONGEST else decimal(loss))


def printed(loss: str) -> str:
    """A loss as verdicts print it.

    >>> printed("0.905751593022470466"), printed("59/12")
    ('0.905751593', '59/12')
    """
    return f"{float(loss):.9g}" if LONG_DECIMAL.fullmatch(loss) else loss


def _of_points(answer: Answer) -> tuple[tuple[Stationary, ...], Coverage]:
    critical, document = answer.critical, answer.document
    entries = [entry for entry in document["critical_points"] if entry["real"] and entry["kind"] != Kind.DEGENERATE.value]
    found = levels(critical)
    overall = found.get("complex")
    patterns = {id(point): zeros or () for point, zeros in zip(critical.enumeration.points, critical.zero_patterns)}
    points = []
    for real, form, entry in zip(critical.real, critical.closed_forms, entries):
        level = Level.PROVED
        if real.kind.value == Kind.GLOBAL_MINIMUM.value and not critical.shape.convex and overall is not None:
            level = overall
        zeros = patterns.get(id(real.point), ())
        weights = tuple(arb(0) if i in zeros else z.real for i, z in enumerate(real.point.ball))
        text = text_of(form.loss.text if form is not None and form.loss is not None else entry["loss"], real.loss)
        points.append(Stationary(weights, None, real.loss, text, real.kind.value, level, 0, False, entry))
    if critical.status is Status.NOT_FINITE:
        return tuple(points), Coverage(None, not_listed(answer), unlisted(answer))
    degenerate = sum(entry["real"] and entry["kind"] == Kind.DEGENERATE.value for entry in document["critical_points"])
    if critical.status is not Status.COMPLETE or degenerate or overall is None:
        reason = document.get("reason") or f"{degenerate} degenerate points"
        remedy = DEGENERATE if critical.status is Status.COMPLETE and degenerate else other_engine(answer)
        return tuple(points), Coverage(None, f"not all critical points are known and typed ({reason})", remedy)
    number = document["counts"]["complex"]
    return tuple(points), Coverage(overall, f"all {number} complex critical points, {len(points)} of them real")


def not_listed(answer: Answer) -> str:
    """Why components are not listed of a critical set that is not finite, and why it is not."""
    large, reason = too_large(answer.problem), answer.critical.reason
    if large is None:
        return f"the critical set is not finite, and its components are not listed ({answer.document.get('reason', reason)})"
    return f"critical points were not enumerated ({large})" + (
        "" if reason is None else f"; isolated ones are not to be expected, as {reason}"
    )


def counterexample(point: Stationary, cells: dict[str, str]) -> dict:
    """A point that refutes a claim: its ``cells`` in the table of the verdict, and its coordinates as the result has them."""
    return {**cells, "point": point.row.get("representative") or point.row.get("point")}


def end_to_end(network: Network, weights: Sequence[Any]) -> list[list[Any]]:
    """The coefficients c_α(w) of the function, one row per output; for linear networks the end-to-end matrix."""
    return network.coefficients(matrices(network, list(weights)))


def rank_at_least(matrix: Sequence[Sequence[arb]]) -> int:
    """A proved lower bound for the rank: the largest minor whose enclosure excludes zero."""
    rows, columns = len(matrix), len(matrix[0])
    for r in range(min(rows, columns), 0, -1):
        for chosen in combinations(range(rows), r):
            for others in combinations(range(columns), r):
                if not arb_mat([[arb(matrix[i][j]) for j in others] for i in chosen]).det().contains(0):
                    return r
    return 0


def rank(network: Network, point: Stationary, inputs: Sequence[Sequence[Fraction]] = ()) -> tuple[int, int]:
    """Bounds for the rank of the end-to-end matrix M from below and above, equal where they meet; with ``inputs`` of that of MX, these being
    the columns of X: what fewer samples than inputs see of M.
    """
    seen = fmpq_mat([[exact(v) for v in row] for row in inputs]).transpose() if inputs else None
    if point.rational is not None:
        matrix = fmpq_mat([[fmpq(0) + entry for entry in row] for row in end_to_end(network, point.rational)])
        found = (matrix if seen is None else matrix * seen).rank()
        return found, found
    most = min(network.outputs, network.inputs, *_inner_widths(network), *([] if seen is None else [seen.rank()]))
    if point.weights is None:
        return 0, most
    enclosure = arb_mat([[arb(0) + entry for entry in row] for row in end_to_end(network, point.weights)])
    if seen is not None:
        enclosure = enclosure * arb_mat(seen)
    entries = enclosure.tolist()
    return rank_at_least(entries), 0 if all(entry.is_zero() for row in entries for entry in row) else most


def _inner_widths(network: Network) -> tuple[int, ...]:
    return tuple(getattr(network, "widths", ())[1:-1])
