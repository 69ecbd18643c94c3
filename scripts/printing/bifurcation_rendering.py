"""Bifurcation documents as text, Markdown, CSV, LaTeX or JSON. Works from the document alone."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from critscape.problems.files.problem_file import read
from critscape.problems.files.writing import json_text
from critscape.scripts.printing.latex import latex_cell, latex_number, latex_table
from critscape.scripts.printing.text_table import text_table
from critscape.scripts.printing.writing import csv_text
from critscape.scripts.studies.tally import tally

HEADINGS = ("s", "type", "loss", "points", "N_R before", "N_R after", "by index before", "by index after", "level")
IMPORTANT = ("s", "type", "N_R before", "N_R after", "level", "loss")
"""What a narrow terminal shows first: no count without what it rests on."""
LATEX_HEADINGS = (
    "$s$", "type", "$L$", "points", r"$N_{\mathbb{R}}$ before", r"$N_{\mathbb{R}}$ after", "by index before", "by index after", "level",
)  # fmt: skip
ALIGNMENT = ("right", "left", "right", "right", "right", "right", "left", "left", "left")
DIGITS, CSV_DIGITS = 13, 15
LISTED = 3
"""Of values of s that share a reason, those that text lists."""


def render(document: dict, style: str) -> str:
    """The bifurcation values, then what is not known; CSV has the values alone."""
    if style == "json":
        return json_text(document)
    if style == "csv":
        return csv_text([HEADINGS, *rows(document, CSV_DIGITS)])
    title = f"{read(document['problem']).network.title}, ridge scaled by s"
    if style == "latex":
        return latex(document, title)
    markdown = style == "markdown"
    lines = [("### " if markdown else "") + title]
    table = rows(document, DIGITS)
    if table:
        style = "github" if markdown else "simple"
        lines.append(text_table(HEADINGS, table, ALIGNMENT, style, IMPORTANT))
    elif document["values"]:
        lines.append(no_bifurcation(document))
    bullet = "- " if markdown else "  "
    return "\n\n".join([*lines, "\n".join(bullet + note for note in notes(document))]) + "\n"


def rows(document: dict, digits: int) -> list[list]:
    """One row of HEADINGS for each point at which real critical points meet, symmetric copies as one."""
    table = []
    for event in document["events"]:
        before, after = event["before"], event["after"]
        counts = [before["real"], after["real"], tally(before["by_index"]), tally(after["by_index"])]
        for point in event["meeting"]:
            loss = f"{float(point['loss']):.{min(digits, 12)}g}"
            table.append([f"{float(point['s']):.{digits}g}", point["type"], loss, point["points"], *counts, event["level"]])
    return table


def no_bifurcation(document: dict) -> str:
    """What is said where there is none."""
    first, last = document["values"][0], document["values"][-1]
    return f"no bifurcation of real critical points between s = {first['s']} and s = {last['s']}: N_R = {first['real']}"


def notes(document: dict) -> list[str]:
    """What is not known, one line each, then what was computed."""
    doubts: dict[str, list[str]] = {}
    for entry in document["not_complete"]:
        doubts.setdefault(entry["reason"], []).append(str(entry["s"]))
    found = [f"s = {listed(values)}: the set of critical points is not complete ({reason})" for reason, values in doubts.items()]
    for gap in document["not_connected"]:
        low, high = (float(Fraction(gap[end])) for end in ("from", "to"))
        found.append(f"s from {low:.9g} to {high:.9g}: {gap['reason']}")
    found += [f"s = {float(entry['s']):.12g}: {entry['reason']}" for entry in document["not_typical"]]
    found += [
        f"s = {float(event['s']):.12g}: the counts on either side could not be certified"
        for event in document["events"]
        if event["level"] == "numerical"
    ]
    connected = ", connected by continuation" * document["complete"]
    return [*found, f"complete sets at {len(document['values'])} values of s{connected}"]


def listed(values: Sequence[str]) -> str:
    """The values, or the first few of many.

    >>> listed(["1", "2"]), listed(["1", "2", "3", "4", "5"])
    ('1, 2', '1, 2, 3, … (5 values)')
    """
    return ", ".join(values) if len(values) <= LISTED + 1 else ", ".join(values[:LISTED]) + f", … ({len(values)} values)"


def latex(document: dict, title: str) -> str:
    """A table to paste, with what is not known below it."""
    cells = [
        [latex_number(s), latex_cell(kind), latex_number(loss), *(latex_cell(str(cell)) for cell in rest)]
        for s, kind, loss, *rest in rows(document, DIGITS)
    ]
    said = "\n\n".join(rf"\noindent {latex_cell(note)}." for note in notes(document))
    table = latex_table("rlrrrrlll", LATEX_HEADINGS, cells, f"Bifurcations of real critical points: {latex_cell(title)}.")
    return f"% Needs \\usepackage{{booktabs,amsmath,amssymb,graphicx}}.\n\n{table if cells else latex_cell(no_bifurcation(document))}\n\n{said}\n"
