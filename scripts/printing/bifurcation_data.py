"""How a bifurcation diagram prints: JSON with everything, CSV and text with the bifurcation values."""

from __future__ import annotations

from tabulate import tabulate

from critscape.algebra.pencils.diagram import Crossing
from critscape.problems.files.writing import json_text
from critscape.problems.input.rational import written
from critscape.scripts.printing.writing import csv_text
from critscape.scripts.studies.bifurcations.document import CERTIFIED, NUMERICAL, content
from critscape.scripts.studies.bifurcations.scan import Scan
from critscape.scripts.studies.tally import tally

HEADINGS = ("s", "type", "loss", "points", "N_R before", "N_R after", "by index before", "by index after", "level")
LISTED = 3
"""Of values of s that share a reason, those that text lists."""


def rows(found: Scan, digits: int) -> list[list]:
    """One row of HEADINGS for each point at which real critical points meet, symmetric copies as one."""
    table = []
    for crossing, certified in zip(found.diagram.events, found.certified):
        left, right = crossing.link.left, crossing.link.right
        for point in (point for point in crossing.points if point.real):
            numbers = [left.count, right.count, tally(left.by_index), tally(right.by_index)]
            level = NUMERICAL if certified is None else CERTIFIED
            where = [f"{point.s:.{digits}g}", point.type.value, f"{point.loss:.{min(digits, 12)}g}", len(point.orbit)]
            table.append([*where, *numbers, level])
    return table


def listed(values: list[str]) -> str:
    """The values, or the first few of many.

    >>> listed(["1", "2"]), listed(["1", "2", "3", "4", "5"])
    ('1, 2', '1, 2, 3, … (5 values)')
    """
    return ", ".join(values) if len(values) <= LISTED + 1 else ", ".join(values[:LISTED]) + f", … ({len(values)} values)"


def render_json(found: Scan) -> str:
    return json_text(content(found))


def render_csv(found: Scan) -> str:
    return csv_text([HEADINGS, *rows(found, 15)])


def render_text(found: Scan) -> str:
    """The bifurcation values, then what is not known."""
    diagram = found.diagram
    lines = [f"{found.problem.network.title}, ridge scaled by s"]
    if diagram.events:
        align = ("right", "left", "right", "right", "right", "right", "left", "left", "left")
        lines.append(tabulate(rows(found, 13), HEADINGS, tablefmt="simple", disable_numparse=True, colalign=align))
    elif diagram.slices:
        ends = f"s = {written(diagram.slices[0].s)} and s = {written(diagram.slices[-1].s)}"
        lines.append(f"no bifurcation of real critical points between {ends}: N_R = {diagram.slices[0].count}")
    doubts: dict[str, list[str]] = {}
    for slice_ in diagram.open:
        doubts.setdefault("; ".join(slice_.doubts), []).append(str(written(slice_.s)))
    notes = [f"s = {listed(values)}: the set of critical points is not complete ({reason})" for reason, values in doubts.items()]
    notes += [f"s from {float(gap.left.s):.9g} to {float(gap.right.s):.9g}: {gap.reason}" for gap in diagram.gaps]
    notes += [f"s = {piece.s:.12g}: {piece.reason}" for piece in diagram.pieces if isinstance(piece, Crossing) and piece.reason]
    notes += [
        f"s = {crossing.s:.12g}: the counts on either side could not be certified"
        for crossing, certified in zip(diagram.events, found.certified)
        if certified is None
    ]
    checked = f"complete sets at {len(diagram.slices)} values of s" + ", connected by continuation" * (found.complete)
    return "\n\n".join([*lines, "\n".join(f"  {note}" for note in [*notes, checked])]) + "\n"
