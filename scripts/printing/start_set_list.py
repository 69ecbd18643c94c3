"""The start sets that are kept, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from critscape.problems.files.writing import json_text
from critscape.scripts.printing.latex import latex_cell, latex_table
from critscape.scripts.printing.text_table import text_table
from critscape.scripts.printing.writing import UNKNOWN, csv_text

HEADINGS = ("network", "samples", "solutions", "orbits", "trace residual", "engine", "seed", "where", "verified")
ALIGNMENT = ("left", *("right",) * 4, "left", "right", "left", "left")
VERIFIED = {True: "yes", False: "no", None: UNKNOWN}


def render(found: Sequence[dict], style: str) -> str:
    """The entries in a format."""
    if style == "json":
        return json_text(found)
    rows = [row(one) for one in found]
    if style == "csv":
        return csv_text([HEADINGS, *rows])
    if style == "latex":
        needs = "% Needs \\usepackage{booktabs,graphicx}."
        return f"{needs}\n\n{latex_table('lrrrrlrll', HEADINGS, [list(map(latex_cell, cells)) for cells in rows], 'Start sets.')}\n"
    form = "github" if style == "markdown" else "simple"
    return text_table(HEADINGS, rows, ALIGNMENT, form) + "\n"


def row(one: dict) -> list[str]:
    """The table row of an entry, in the order of ``HEADINGS``; without a record the file stands for the network."""
    numbers = [UNKNOWN if one[name] is None else str(one[name]) for name in ("samples", "solutions", "orbits")]
    residual = UNKNOWN if one["trace_residual"] is None else f"{one['trace_residual']:.1e}"
    engine, seed = (UNKNOWN if one[name] is None else str(one[name]) for name in ("engine", "seed"))
    return [one["network"] or one["file"], *numbers, residual, engine, seed, one["where"], VERIFIED[one["verified"]]]
