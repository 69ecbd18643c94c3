"""The real critical points of a result as a report shows them: one row per orbit of the symmetries, with its copies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from critscape.problems.networks.network import matrices, variables
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.scripts.pages.report_source import KINDS
from critscape.scripts.printing.formula import mathml
from critscape.scripts.printing.numbers import ranges, short
from critscape.scripts.printing.rendering import kind_text

Matrices = tuple[tuple[str, list[list]], ...]
"""Weight matrices by name; None stands for an entry that is not trained."""
SHORT = 12
"""Characters of a closed form that fits into the column of losses."""


@dataclass(frozen=True)
class Point:
    """One real critical point: its number in the tables of ``critscape solve`` and its weights, rounded."""

    number: int
    weights: Matrices


@dataclass(frozen=True)
class Orbit:
    """Points that symmetries of the loss exchange, or one alone.

    ``index`` and ``loss`` (all known digits) are None where they are not known, ``exact_loss`` and ``exact_weights`` (of the first
    point) where there is no closed form, the latter also where the rounded weights are exact; ``short_form`` says that the former
    fits below the loss. ``rank`` is the place of the loss among all, unknown ones last; ``digits`` are the names of the weights
    with all known digits of the first point.
    """

    key: str
    points: tuple[Point, ...]
    kind: str
    kind_text: str
    index: int | None
    loss: str | None
    rank: int
    eigenvalue: str | None
    certified: bool
    exact_loss: str | None
    short_form: bool
    exact_weights: Matrices | None
    digits: tuple[tuple[str, str], ...]

    @property
    def size(self) -> int:
        return len(self.points)

    @property
    def numbers(self) -> str:
        """The numbers of its points; a line breaks only between ranges."""
        return ranges([point.number for point in self.points]).replace("-", "\u2060–\u2060")


def orbits(result: dict, problem: Problem | Regression, prefix: str) -> list[Orbit]:
    """The orbits of real critical points in the order of their first points; ``prefix`` makes their keys unique on a page."""
    groups: dict[tuple, list[tuple[int, dict]]] = {}
    for number, entry in enumerate((point for point in result["critical_points"] if point["real"]), start=1):
        # What differs in what is said of it cannot be one row.
        alone = entry.get("orbit") is None or entry["kind"] == "degenerate"
        key = (number,) if alone else (entry["orbit"], entry["kind"], entry["index"], "orbit")
        groups.setdefault(key, []).append((number, entry))
    losses = sorted({Decimal(group[0][1]["loss"]) for group in groups.values() if group[0][1]["loss"] is not None})
    rank = {loss: k for k, loss in enumerate(losses)}
    return [orbit(group, rank, problem, f"{prefix}-{k}") for k, group in enumerate(groups.values(), start=1)]


def orbit(group: Sequence[tuple[int, dict]], rank: dict[Decimal, int], problem: Problem | Regression, key: str) -> Orbit:
    """One row."""
    first = group[0][1]
    loss, form = first["loss"], first.get("closed_form")
    rounded = [short(z) for z in first["point"]]
    return Orbit(
        key=key,
        points=tuple(Point(number, blocks(problem, [short(z) for z in entry["point"]])) for number, entry in group),
        kind=first["kind"],
        kind_text=kind_text(first),
        index=first["index"],
        loss=loss,
        rank=len(rank) if loss is None else rank[Decimal(loss)],
        eigenvalue=first.get("least_eigenvalue"),
        certified=all(entry["certified"] for _, entry in group),
        exact_loss=mathml(form["latex"]["loss"], form["loss"]) if form else None,
        short_form=form is not None and len(form["loss"]) <= SHORT,
        exact_weights=exact_weights(problem, form) if form and form["point"] != rounded else None,
        digits=tuple(zip(variables(problem.network), first["point"])),
    )


def exact_weights(problem: Problem | Regression, form: dict) -> Matrices:
    """The weights of a closed form as formulas."""
    return blocks(problem, [mathml(*pair) for pair in zip(form["latex"]["point"], form["point"])])


def blocks(problem: Problem | Regression, entries: Sequence) -> Matrices:
    """Entries of the weights as matrices by name."""
    return tuple((block.name, rows) for block, rows in zip(problem.network.blocks, matrices(problem.network, entries)))


def occurring(rows: Sequence[Orbit]) -> tuple[list[str], list[int]]:
    """The types and the indices that occur."""
    return [kind for kind in KINDS if any(row.kind == kind for row in rows)], sorted({row.index for row in rows if row.index is not None})
