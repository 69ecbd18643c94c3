"""Splits of units as text, Markdown, CSV, LaTeX or JSON. Works from the document alone; CSV is the path out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from critscape.problems.files.problem_file import read_any
from critscape.problems.files.writing import json_text
from critscape.problems.networks.network import Architecture, variables
from critscape.problems.networks.reading import architecture_from
from critscape.scripts.printing.latex import latex_cell, latex_table
from critscape.scripts.printing.numbers import short_number, shown
from critscape.scripts.printing.text_table import text_table
from critscape.scripts.printing.writing import UNKNOWN, csv_text

HEADINGS = ("copies", "point", "inertia (+, −, 0)", "family")
SIDES = ("left", "left", "left", "right")
LATEX_HEADINGS = ("copies", "point", "inertia $(+, -, 0)$", "family")
NAMES = {"λ": r"$\lambda$", "<": "$<$", ">": "$>$", "∂": r"$\partial$", "→": r"$\to$", "−": "$-$"}


def render(document: dict, style: str) -> str:
    """The critical point, the matrices of its units, what the copies make of it, and the way out."""
    if style == "json":
        return json_text(document)
    if style == "csv":
        return path_csv(document)
    title = heading(document)
    if style == "latex":
        return latex(document, title)
    markdown = style == "markdown"
    bullet = "- " if markdown else "  "
    table = text_table(HEADINGS, rows(document), SIDES, "github" if markdown else "simple")
    parts = [("### " if markdown else "") + title, "\n".join(bullet + line for line in facts(document)), table]
    return "\n\n".join([*parts, "\n".join(bullet + line for line in notes(document))]) + "\n"


def heading(document: dict) -> str:
    """What is split, and into how many copies."""
    units = [f"unit {split['unit']} of layer {split['layer']} into {len(split['shares'])} copies" for split in document["splits"]]
    return f"{read_any(document['problem']).title}: {', '.join(units)}"


def facts(document: dict) -> list[str]:
    """The critical point and the matrices, a line each."""
    point = document["point"]
    network = read_any(document["problem"]).network
    lines = [
        f"critical point ({point['level']}): {point['origin']}",
        f"{matrices_text(network, point['weights'])}",
        f"loss {loss_text(point['loss'])}, inertia of its Hessian {inertia_text(point['inertia'])}",
    ]
    for split in document["splits"]:
        name = f"layer {split['layer']}, unit {split['unit']}: " if len(document["splits"]) > 1 else ""
        lines.append(f"{name}B = {matrix_text(split['B']['entries'])}, {split['B']['sign'] or 'sign not decided'}")
        lines.append(name + split["D"]["because"])
    return lines


def loss_text(loss: object) -> str:
    """A loss; a dash where balls do not tell it from zero."""
    return UNKNOWN if loss is None else short_number(str(loss))


def matrices_text(network: Architecture, blocks: Sequence) -> str:
    """Weights block by block."""
    return "  ".join(f"{block.name} {matrix_text(rows)}" for block, rows in zip(network.blocks, blocks))


def matrix_text(rows: Sequence[Sequence]) -> str:
    """A matrix with its rows separated by semicolons; a dash for what balls do not tell from zero."""
    return "[" + "; ".join(" ".join(UNKNOWN if entry is None else short_number(str(entry)) for entry in row) for row in rows) + "]"


def inertia_text(inertia: Sequence[int] | None) -> str:
    """An inertia in parentheses, or a dash.

    >>> inertia_text([4, 0, 2]), inertia_text(None)
    ('(4, 0, 2)', '–')
    """
    return UNKNOWN if inertia is None else "(" + ", ".join(map(str, inertia)) + ")"


def rows(document: dict) -> list[list[str]]:
    """The shares that are asked for, then the parts of the line."""
    asked = "; ".join(", ".join(map(str, split["shares"])) for split in document["splits"])
    entries = [(f"shares {asked}", document["wide"]), *((entry["lambda"], entry) for entry in document["line"])]
    return [[name, shown(entry["kind"]), inertia_text(entry["inertia"]), str(entry["family"])] for name, entry in entries]


def notes(document: dict) -> list[str]:
    """The ridge, the path out, and what follows."""
    wide = document["wide"]
    found = [f"{'not decided' if wide['kind'] is None else wide['kind']}: {wide['because']}"]
    found += [document["ridge"]] if document["ridge"] else []
    way = document["path"]
    if way is not None:
        count = sum(vertex["stage"] == "segment" for vertex in way["vertices"])
        steps = f", then {count} segments" if count else ""
        found.append(
            f"path out, on which the loss never rises: along equal loss to shares {', '.join(map(str, way['shares']))}, down an arc{steps}, from loss "
            f"{loss_text(way['from_loss'])} to {loss_text(way['to_loss'])}, all proved (--output FILE.csv has its vertices)"
        )
    elif not document["ridge"] and wide["kind"] != "global minimum":
        found.append("no path out along equal loss: it needs one split unit, D = 0 and a B that is not zero")
    if document["spurious"]:
        found.append("the local minimum is spurious: the path leads strictly below it")
    if (unit := document["saturated"]) is not None:
        said = {True: "a local minimum at infinity", False: "no local minimum at infinity", None: "not decided"}[unit["minimum"]]
        weights = f"incoming {', '.join(map(str, unit['incoming']))}, outgoing {', '.join(map(str, unit['outgoing']))}"
        slope = UNKNOWN if unit["slope"] is None else short_number(str(unit["slope"]))
        found.append(
            f"one more unit of layer {unit['layer']} with bias b → ∞ ({weights}): {said}, ∂L/∂p = {slope} at p = 0, {unit['chart']}: {unit['because']}"
        )
    return found


def path_csv(document: dict) -> str:
    """The vertices of the path out, one a row, with the weights of the wider network; of no path, the asked for point alone."""
    names = variables(architecture_from(document["wide"]["architecture"]))
    if document["path"] is None:
        flat = [entry for block in document["wide"]["weights"] for row in block for entry in row]
        return csv_text([("stage", "loss", *names), ("point", document["wide"]["loss"], *flat)])
    vertices = document["path"]["vertices"]
    return csv_text([("stage", "loss", *names), *((vertex["stage"], vertex["loss"], *vertex["weights"]) for vertex in vertices)])


def latex(document: dict, title: str) -> str:
    """The table to paste, with the facts and notes below it."""
    cells = [[_set(cell) for cell in row] for row in rows(document)]
    table = latex_table("lllr", LATEX_HEADINGS, cells, f"Split units: {_set(title)}.")
    said = "\n\n".join(rf"\noindent {_set(line)}." for line in (*facts(document), *notes(document)))
    return f"% Needs \\usepackage{{booktabs,amsmath,amssymb,graphicx}}.\n\n{table}\n\n{said}\n"


def _set(text: str) -> str:
    text = latex_cell(text)
    for plain, mathematical in NAMES.items():
        text = text.replace(plain, mathematical)
    return re.sub(r"e\^\(([^)]*)\)", r"$e^{\1}$", text)
