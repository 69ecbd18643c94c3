"""Tables of components of a critical set that is not finite: text, Markdown, LaTeX, CSV."""

from __future__ import annotations

from critscape.problems.networks.network import Architecture, coordinates_name, matrices, variables
from critscape.scripts.printing.latex import block_symbol, latex_cell, latex_long_table, matrix_of
from critscape.scripts.printing.numbers import short_loss, short_number
from critscape.scripts.printing.text_table import text_table
from critscape.scripts.printing.weights import blocks_text
from critscape.scripts.printing.writing import csv_text

IMPORTANT = ("type", "loss", "dim", "inertia", "level", "paths")
NOTE = (
    "Inertia: positive, negative and zero eigenvalues of the Hessian. A row is a component, or several that agree in loss, dimension, "
    "inertia and zeros; pieces of the critical set that are not closed may be missed."
)
BESIDE = "Minima at which no path ends, and on which there is no real limit, were found beside the others: on a piece that is not closed."


def components_text(result: dict, network: Architecture, markdown: bool) -> list[str]:
    """The lines of the table, with a representative of each row."""
    rows = result["components"]
    if not rows:
        return ["", "no real point among the limits"]
    last = coordinates_name(network)
    columns = [
        ("type", "left", [row["kind"] for row in rows]),
        ("loss", "right", [short_loss(row) for row in rows]),
        ("dim", "right", [dimension(row) for row in rows]),
        ("inertia", "left", [inertia(row) for row in rows]),
        ("paths", "right", [paths(row) for row in rows]),
        ("level", "left", [row["level"] for row in rows]),
        (last, "left", [blocks_text(network, [short_number(x) for x in row["representative"]], " ") for row in rows]),
    ]
    names, sides, cells = zip(*columns)
    form = "github" if markdown else "simple"
    lines = ["", text_table(names, list(zip(*cells)), sides, form, (*IMPORTANT, last), last)]
    for value in result["asymptotic_values"] or ():
        lines += ["", f"at infinity: the loss tends to {value['loss']} along paths that grow like ε^(-{value['growth']}) (numerical)"]
    reasons = {row["undecided"]: None for row in rows if "undecided" in row}
    if reasons:
        lines += ["", ("" if markdown else "  ") + f"Degenerate, which means that the kind is not decided: {'; '.join(reasons)}."]
    joined = ", ".join(f"{row['samples']} on {'?' if row['pieces'] is None else row['pieces']}" for row in rows)
    indent = "" if markdown else "  "
    notes = [NOTE, f"Real limits from all centres, row by row, on at most so many connected pieces: {joined}."]
    if any(not row["paths"] and not row["samples"] for row in rows):
        notes.append(BESIDE)
    return [*lines, "", *(indent + note for note in notes)]


def known(number: int | None) -> str:
    """A number, or nothing where it is not known."""
    return "" if number is None else str(number)


def dimension(row: dict) -> str:
    """The dimension, or its lower bound.

    >>> dimension({"dimension": 1, "dimension_bound": "exact"}), dimension({"dimension": 0, "dimension_bound": "at least"})
    ('1', '≥ 0')
    """
    return f"{row['dimension']}" if row["dimension_bound"] == "exact" else f"≥ {row['dimension']}"


def inertia(row: dict) -> str:
    """Positive, negative, zero; where the zeros are not proved to be zero the others are lower bounds."""
    signs = row["inertia"]
    text = f"{signs['positive']}, {signs['negative']}, {signs['zero']}"
    return text if row["inertia_bound"] == "exact" else f"≥ {text.rpartition(',')[0]}, ?"


def paths(row: dict) -> str:
    """The paths that end in the row, and how many of these at real points."""
    return f"{row['paths']} ({row['real_paths']} real)"


def components_latex(result: dict, network: Architecture, label: str) -> str:
    """A long table of the components."""
    headings = ("type", "$L$", "dim", "inertia", "level", *(f"${block_symbol(block.name)}$" for block in network.blocks))
    rows = [
        [
            latex_cell(row["kind"]),
            number_latex(short_loss(row)),
            dimension(row).replace("≥", r"$\ge$"),
            f"$({inertia(row)})$".replace("≥", r"\ge "),
            row["level"],
            *(
                matrix_of([[number_latex(x)[1:-1] if x else None for x in line] for line in block])
                for block in matrices(network, [short_number(x) for x in row["representative"]])
            ),
        ]
        for row in result["components"]
    ]
    caption = f"Components of the critical set, each with a representative: {label}. Inertia: positive, negative, zero eigenvalues."
    return latex_long_table("lrrll" + "c" * len(network.blocks), headings, rows, caption)


def number_latex(text: str) -> str:
    """A decimal, a fraction or a short closed form in mathematics.

    >>> number_latex("-7/3"), number_latex("2.5e-7"), number_latex("0")
    ('$-\\\\tfrac{7}{3}$', '$2.5\\\\cdot 10^{-7}$', '$0$')
    """
    sign, size = ("-", text[1:]) if text.startswith("-") else ("", text)
    numerator, slash, denominator = size.partition("/")
    if slash and numerator.isdecimal() and denominator.isdecimal():
        return rf"${sign}\tfrac{{{numerator}}}{{{denominator}}}$"
    mantissa, mark, exponent = text.partition("e")
    if mark and exponent.lstrip("+-").isdecimal():
        return rf"${mantissa}\cdot 10^{{{int(exponent)}}}$"
    return f"${text}$" if text.isascii() else latex_cell(text)


def components_csv(result: dict, network: Architecture) -> str:
    """One line for each row, all digits that are known: a column for each weight of the representative."""
    headings = [
        "kind", "loss", "dimension", "dimension_bound", "positive", "negative", "zero", "inertia_bound", "paths", "real_paths",
        "euler_characteristic", "samples", "pieces", "level",
        *variables(network),
    ]  # fmt: skip
    rows = [
        [
            row["kind"], row["loss"], row["dimension"], row["dimension_bound"], *row["inertia"].values(), row["inertia_bound"],
            row["paths"], row["real_paths"],
            known(row["euler_characteristic"]), row["samples"], known(row["pieces"]), row["level"], *row["representative"],
        ]
        for row in result["components"]
    ]  # fmt: skip
    return csv_text([headings, *rows])
