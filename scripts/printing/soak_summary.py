"""How what a soak test found prints."""

from __future__ import annotations

from critscape.problems.files.writing import json_text
from critscape.scripts.printing.latex import latex_cell, latex_table
from critscape.scripts.printing.text_table import text_table
from critscape.scripts.printing.writing import UNKNOWN, csv_text
from critscape.scripts.studies.tally import tally

HEADINGS = (
    "case", "sets", "complete", "lost paths", "N_C", "N_R:sets", "N_C agrees", "N_R agrees", "median s", "longest s", "failures",
)  # fmt: skip
ALIGNMENT = ("left", *("right",) * 4, "left", *("right",) * 5)
AGREEMENTS = (("agreeing", "made"), ("real_agreeing", "real_made"))
LEGEND = (
    "N_R:sets: number of data sets with so many real points. N_C agrees, N_R agrees: with exact elimination modulo two primes and "
    "over the rationals."
)
MOST_FAILURES = 20
"""Failures of one case that are printed; JSON has all."""


def render(document: dict, style: str) -> str:
    """The document in a format; CSV has the table alone."""
    if style == "json":
        return json_text(document)
    rows = [row(entry) for entry in document["cases"]]
    if style == "csv":
        return csv_text([HEADINGS, *rows])
    lines = closing(document)
    if style == "latex":
        first, last = document["seeds"]
        caption = latex_cell(f"Soak test on random rational data, seeds {first} to {last}. {LEGEND}")
        cells = [[latex_cell(cell) for cell in cells] for cells in rows]
        columns = "".join(side[0] for side in ALIGNMENT)
        table = latex_table(columns, [latex_cell(heading) for heading in HEADINGS], cells, caption)
        return "\n\n".join(["% Needs \\usepackage{booktabs,amssymb,graphicx}.", table, *("% " + line for line in lines)]) + "\n"
    form = "github" if style == "markdown" else "simple"
    table = text_table(HEADINGS, rows, ALIGNMENT, form)
    return "\n".join([table, "", LEGEND, "", *lines]) + "\n"


def row(entry: dict) -> list[str]:
    """The table row of one case, in the order of ``HEADINGS``."""
    exact, seconds = entry["eliminations"], entry["seconds"]
    return [
        entry["case"],
        str(entry["sets"]),
        str(entry["statuses"].get("complete", 0)),
        str(entry["paths"]["failed"]),
        next(iter(entry["complex"])) if len(entry["complex"]) == 1 else tally(entry["complex"]) or UNKNOWN,
        tally(entry["real"]) or UNKNOWN,
        *(f"{exact[right]} of {exact[made]}" if exact[made] else UNKNOWN for right, made in AGREEMENTS),
        f"{seconds['median']:.2f}",
        f"{seconds['longest']:.2f}",
        str(len(entry["failures"])),
    ]


def closing(document: dict) -> list[str]:
    """The lines below the table: every failure with the command that repeats it, or that there is none; versions."""
    special, lines = [], []
    for entry in document["cases"]:
        if entry["special"]:
            seeds = ", ".join(map(str, entry["special"]))
            special.append(f"{entry['case']}: special data, whose unusual N_C elimination confirms: seeds {seeds}")
        for failure in entry["failures"][:MOST_FAILURES]:
            lines += [f"{entry['case']}, seed {failure['seed']}: {failure['reason']}", f"  {failure['command']}"]
        more = len(entry["failures"]) - MOST_FAILURES
        if more > 0:
            lines.append(f"{entry['case']}: {more} more")
    sets = sum(entry["sets"] for entry in document["cases"])
    tracked = sum(sum(entry["paths"].values()) for entry in document["cases"])
    first, last = document["seeds"]
    named = ", ".join(f"{name} {version}" for name, version in document["versions"].items())
    return [*special, *(lines or ["no failure"]), f"{sets:,} data sets with {tracked:,} paths, seeds {first} to {last}; {named}"]
