"""Stationary points of networks with piecewise linear units as text, Markdown, CSV, LaTeX or JSON, from the document alone."""

from __future__ import annotations

from collections.abc import Sequence

from critscape.problems.files.problem_file import read_any
from critscape.problems.files.writing import json_text
from critscape.problems.networks.network import matrices, variables
from critscape.problems.problem.regression import Regression
from critscape.scripts.printing.components import number_latex
from critscape.scripts.printing.latex import block_symbol, latex_cell, latex_long_table, latex_table, matrix_of
from critscape.scripts.printing.numbers import short_number, shown
from critscape.scripts.printing.sentence import counted
from critscape.scripts.printing.text_table import text_table
from critscape.scripts.printing.weights import blocks_text
from critscape.scripts.printing.writing import UNKNOWN, csv_text

COUNTS = {
    "clarke": "Clarke", "directional": "directional", "local_minima": "local min.", "global_minima": "global", "spurious_minima": "spurious",
    "on_faces": "on faces", "attracting_non_minima": "attracting",
}  # fmt: skip
HEADINGS = ("architecture", "m", "N", *COUNTS.values(), "Euler sum", "status", "level")
IMPORTANT = (
    "architecture", "Clarke", "local min.", "spurious", "attracting", "status", "level", "m", "N", "directional", "on faces", "Euler sum",
)  # fmt: skip
SIDES = ("left", *("right",) * 10, "left", "left")
COLUMNS = {
    "kind": "type", "loss": "loss", "index": "index", "dimension": "dim", "dead_units": "dead", "kinks": "kinks", "copies": "copies",
    "attracting": "attracts",
}  # fmt: skip
YES_OR_NO = {True: "yes", False: "no"}
IMPORTANT_COLUMNS = ("type", "loss", "index", "weights", "attracts", "dim", "dead", "kinks", "copies")
ELSE = {"zero_outgoing": "v = 0", "cells": "cells"}
"""Columns that only some documents have."""
CROSSING = (
    "Descent with fixed steps keeps crossing the kinks of the minimum that it comes to, so its loss stays above that of the row, the less so the "
    "shorter the steps are."
)
MINIMA_NOTE = (
    "Sets of local minima without a ridge, drawn together by loss, dimension and numbers of kinks, of dead units and of v_j = 0. Copies: sets on different faces or "
    "of different signs, with permutations of units; cells: on how many products of open cells, with a sign for each v_j ≠ 0, they lie. Dead "
    "units: w_j·x_i = 0 on every sample, whatever v_j; kinks: samples on which another unit is zero. v = 0: units with v_j = 0, where what they would compute can only raise the loss; w_j is free on a cell. "
    f"{CROSSING}"
)
NOTE = (
    "Counts are of sets of stationary points: a set of dimension p is all the ways in which units that see the same samples share their "
    "strength. Dead units have zero weights; kinks are samples on which an alive unit is zero; copies are images under permutations of "
    "units with equal ridges. Attracting: no local minima, and yet the subgradient flow ends there from an open set of starting points, since "
    "units die. Index: 1 − χ of the directions in which the loss goes down; with the sign (−1)^dim the indices sum to 1. "
    f"{CROSSING}"
)


def render(document: dict, style: str) -> str:
    """The document in a format; CSV has the rows, all digits that are known."""
    if style == "json":
        return json_text(document)
    problem = problem_of(document)
    if style == "csv":
        return rows_csv(document, problem)
    if style == "latex":
        return latex(document, problem)
    form = "github" if style == "markdown" else "simple"
    parts = [sentence(document), text_table(HEADINGS, [counts_row(document, problem)], SIDES, form, IMPORTANT)]
    if "reason" in document:
        parts.append(f"Open: {document['reason']}.")
    if document["stationary"]:
        parts.append(rows_text(document, problem, form))
    parts += [MINIMA_NOTE if "not_covered" in document else NOTE, *evidence(document)]
    return "\n\n".join(parts) + "\n"


def problem_of(document: dict) -> Regression:
    """The problem of a document."""
    found = read_any(document["problem"])
    assert isinstance(found, Regression)
    return found


def sentence(document: dict) -> str:
    """What was found, in one sentence.

    >>> sentence({"status": "complete", "counts": {"clarke": 3, "local_minima": 2, "spurious_minima": 1}})
    '2 local minima, 1 of them spurious. 3 Clarke-stationary points or sets: each proved, and that there are no more.'
    """
    counts = document["counts"]
    if "not_covered" in document and document["status"] == "complete":
        spurious = f"{counts['spurious_minima']:,} of them spurious" if counts["spurious_minima"] else "none of them spurious"
        return f"{counted(counts['local_minima'], 'set')} of local minima, {spurious}: proved. Not covered: {document['not_covered']}."
    if document["status"] != "complete":
        return f"Not complete: {counted(len(document['stationary']), 'row')} of stationary points found; more may exist."
    spurious = counts["spurious_minima"]
    which = f"{spurious:,} of them spurious" if spurious else "none of them spurious"
    found = f"{counted(counts['local_minima'], 'local minimum', 'local minima')}, {which}{attracting(counts)}. "
    points = counted(counts["clarke"], "Clarke-stationary point or set", "Clarke-stationary points or sets")
    return f"{found}{points}: each proved, and that there are no more."


def attracting(counts: dict) -> str:
    """How many sets attract descent although they are no minima, where that is known."""
    found = counts.get("attracting_non_minima")
    return f"; {counted(found, 'set')} of saddles where descent ends as well" if found else ""


def level(document: dict) -> str:
    """The level of the counts."""
    return "proved" if document["status"] == "complete" else "–"


def counts_row(document: dict, problem: Regression) -> list[str]:
    """The table row of one document, in the order of HEADINGS."""
    counts = [shown(document["counts"].get(name)) for name in COUNTS]
    about = [problem.network.title, str(problem.samples), str(problem.dimension)]
    return [*about, *counts, shown(document["euler_sum"]), document["status"], level(document)]


def rows_text(document: dict, problem: Regression, form: str) -> str:
    """The table of stationary sets with one point of each."""
    present = COLUMNS | {name: heading for name, heading in ELSE.items() if name in document["stationary"][0]}
    columns = [
        (heading, "left" if name == "kind" else "right", [cell(row, name) for row in document["stationary"]])
        for name, heading in present.items()
    ]
    points = [blocks_text(problem.network, list(map(short_number, row["representative"])), " ") for row in document["stationary"]]
    names, sides, cells = zip(*columns, ("weights", "left", points))
    return text_table(names, list(zip(*cells)), sides, form, IMPORTANT_COLUMNS, "weights")


def cell(row: dict, name: str) -> str:
    """One entry of the table of stationary sets."""
    if name == "attracting":
        return UNKNOWN if row.get(name) is None else YES_OR_NO[row[name]]
    return short_number(row["loss"]) if name == "loss" else shown(row[name])


def evidence(document: dict) -> list[str]:
    """What was swept, and the check of the indices."""
    if "not_covered" in document:
        swept = document["sweep"]
        tried = f"{swept['sets']:,} ways to place the units on {swept['faces']:,} faces, with signs"
        return [
            *zero_outgoing(document),
            f"{tried}, decided over the rationals; {swept['cells']:,} on open cells; {document['seconds']['total']:.2f} s",
        ]
    swept, marks = document["sweep"], {True: "holds", False: "FAILS", None: "does not apply"}
    lines = [f"{name}: {marks[entry['holds']]} ({entry['measured']})" for name, entry in document["evidence"].items()]
    lines.append(
        f"{swept['sets']:,} sets of {swept['kernels']:,} kernels on {swept['faces']:,} faces swept, all but {swept['left']:,} proved empty in double "
        f"precision with bounds for its rounding, these in balls; {document['seconds']['total']:.2f} s"
    )
    return lines


def zero_outgoing(document: dict) -> list[str]:
    """What is said of minima without a ridge at which some v_j = 0.

    >>> zero_outgoing({"zero_outgoing": {"losses": ["1/3", "1/2"], "listed": True}})
    ['Local minima with some v_j = 0 have the losses 1/3, 1/2, all of which are listed above.']
    """
    found = document.get("zero_outgoing")
    if found is None:
        return []
    if not found["losses"]:
        return ["No local minimum has some v_j = 0." if found["listed"] else "Whether local minima have some v_j = 0 is not decided."]
    told = {
        True: ", all of which are listed above.",
        False: "; some of these are not listed above.",
        None: "; whether there are more is open.",
    }
    return [f"Local minima with some v_j = 0 have the losses {', '.join(found['losses'])}{told[found['listed']]}"]


def rows_csv(document: dict, problem: Regression) -> str:
    """One line for each row of stationary sets, with a column for each weight of its representative."""
    names = [
        "kind",
        "loss",
        "index",
        "dimension",
        "dead_units",
        "kinks",
        "copies",
        "clarke",
        "directional",
        "local_minimum",
        "attracting",
        "level",
    ]
    rows = [[*("" if row.get(name) is None else row[name] for name in names), *row["representative"]] for row in document["stationary"]]
    return csv_text([[*names, *variables(problem.network)], *rows])


def latex(document: dict, problem: Regression) -> str:
    """The counts and the stationary sets as tables to paste."""
    network = problem.network
    title = latex_cell(problem.title)
    counts = [latex_cell(entry) for entry in counts_row(document, problem)]
    headings = [f"${heading}$" if len(heading) == 1 else latex_cell(heading) for heading in HEADINGS]
    parts = [
        "% Needs \\usepackage{booktabs,amsmath,amssymb,graphicx,longtable}.",
        latex_table(
            "lrrrrrrrrrrll",
            headings,
            [counts],
            f"Stationary points of {title}. $m$: samples, $N$: weights; attracting: descent ends there, at no local minimum.",
        ),
    ]
    if "reason" in document:
        parts.append(f"\\noindent {title}: {latex_cell(document['status'])}, {latex_cell(document['reason'])}.")
    symbols = [f"${block_symbol(block.name)}$" for block in network.blocks]
    rows = [row_latex(row, problem) for row in document["stationary"]]
    if rows:
        caption = (
            f"Stationary points of {title}, each with a representative: loss, index, dimension of the set, dead units, kinks, copies under "
            "permutations of units, and whether descent ends there from an open set of starting points."
        )
        parts.append(
            latex_long_table(
                "lrrrrrrl" + "c" * len(symbols),
                ["type", "$L$", "index", "dim", "dead", "kinks", "copies", "attracts", *symbols],
                rows,
                caption,
            )
        )
    return "\n\n".join(parts) + "\n"


def row_latex(row: dict, problem: Regression) -> list[str]:
    """One row in LaTeX."""
    blocks = matrices(problem.network, list(map(short_number, row["representative"])))
    numbers: Sequence[str] = [cell(row, name) for name in COLUMNS if name not in ("kind", "loss")]
    return [
        latex_cell(row["kind"]),
        number_latex(short_number(row["loss"])),
        *(f"${entry}$" if entry.lstrip("-").isdecimal() else entry if entry in YES_OR_NO.values() else "--" for entry in numbers),
        *(matrix_of([[number_latex(entry)[1:-1] if entry else None for entry in line] for line in block]) for block in blocks),
    ]
