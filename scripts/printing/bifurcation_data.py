"""The numbers of a bifurcation diagram: JSON with everything, CSV and text with the bifurcation values."""

from __future__ import annotations

from tabulate import tabulate

from critscape.algebra.critical.result import versions
from critscape.algebra.pencils.diagram import Branch, Crossing, Slice, branches
from critscape.problems.files.problem_file import document
from critscape.problems.input.rational import written
from critscape.scripts.printing.rendering import tally
from critscape.scripts.printing.writing import csv_text, json_text
from critscape.scripts.studies.ridge_scan import Scan

HEADINGS = ("s", "type", "loss", "points", "N_R before", "N_R after", "by index before", "by index after", "level")
LISTED = 3
"""Of values of s that share a reason, those that text lists."""
CERTIFIED, NUMERICAL = "certified", "numerical"


def content(found: Scan) -> dict:
    """The scan, JSON-ready: ``s`` scales the ridge. Bifurcation values are numerical, the counts beside them as the level says."""
    diagram = found.diagram
    return {
        "problem": document(found.problem),
        "complete": found.complete,
        "events": [event(crossing, certified is not None) for crossing, certified in zip(diagram.events, found.certified)],
        "not_complete": [{"s": written(slice_.s), "reason": "; ".join(slice_.doubts)} for slice_ in diagram.open],
        "not_connected": [{"from": written(gap.left.s), "to": written(gap.right.s), "reason": gap.reason} for gap in diagram.gaps],
        "values": [value(slice_) for slice_ in diagram.slices],
        "branches": [branch(curve) for curve in branches(diagram)],
        "versions": versions(),
    }


def event(crossing: Crossing, certified: bool) -> dict:
    """One bifurcation value; ``error`` is the last Newton correction of s, ``meeting`` lists where critical points meet there."""
    real = [point for point in crossing.points if point.real]
    sides = crossing.link.left, crossing.link.right
    return {
        "s": f"{crossing.s:.15g}",
        "error": max(point.error for point in real),
        "meeting": [{"type": point.type.value, "points": len(point.orbit), "loss": f"{point.loss:.12g}"} for point in real],
        **dict(zip(("before", "after"), map(value, sides))),
        "level": CERTIFIED if certified else NUMERICAL,
        **({"reason": crossing.reason} if crossing.reason else {}),
    }


def value(slice_: Slice) -> dict:
    """The counts at one scale."""
    return {
        "s": written(slice_.s),
        "complex": len(slice_.points),
        "real": slice_.count,
        "by_index": {str(index): number for index, number in slice_.by_index.items()},
    }


def branch(curve: Branch) -> dict:
    """One curve of ``size`` critical points that symmetries exchange."""
    return {
        "index": curve.index,
        "size": curve.size,
        "s": [float(f"{s:.12g}") for s in curve.s],
        "loss": [float(f"{loss:.12g}") for loss in curve.losses],
    }


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
