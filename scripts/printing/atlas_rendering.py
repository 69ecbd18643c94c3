"""An atlas as text, Markdown, LaTeX, CSV or JSON, from the document alone."""

from __future__ import annotations

import json
from collections.abc import Sequence

from critscape.scripts.printing.latex import latex_long_table
from critscape.scripts.printing.table_rendering import MARKS, MEANINGS, latex_text
from critscape.scripts.printing.text_table import text_table
from critscape.scripts.printing.writing import UNKNOWN, csv_text
from critscape.scripts.studies.atlas.survey import COUNTS, LISTED

HEADINGS = ("architecture", "m", "N", "Bézout", "BKK", "N_C", "N_C*", "max N_R", "typical", "minima", "spurious")
LATEX = (
    "architecture",
    "$m$",
    "$N$",
    r"B\'ezout",
    "BKK",
    r"$N_{\mathbb{C}}$",
    r"$N_{\mathbb{C}}^{*}$",
    r"$\max N_{\mathbb{R}}$",
    "typical",
    "minima",
    "spurious",
)
IMPORTANT = ("architecture", "m", "N", "N_C", "N_C*", "max N_R", "typical", "spurious")
SIDES = ("left", *("right",) * (len(HEADINGS) - 1))
CAPTION = (
    "Critical points of small networks. $N_{\\mathbb{C}}$: complex ones of one generic data set, $N_{\\mathbb{C}}^{*}$: those without a zero "
    "coordinate; largest and most frequent number of real ones, most local minima and share of data sets with a spurious minimum over random data."
)
NOTE = (
    "N_C: complex critical points of one generic data set, N_C*: those without a zero coordinate. max N_R, typical: the largest and the most "
    "frequent number of real critical points (of stationary sets, for units with kinks) over random data; minima: the most local minima; "
    "spurious: share of data sets with a spurious minimum, with its 95% interval in JSON and CSV."
)


SHARES = ("typical", "more", "spurious")
"""Shares of data sets with their intervals: with the most frequent number of real points, with more than the largest drawn, with a
spurious minimum."""


def render(document: dict, style: str) -> str:
    """The document in a format; CSV has every value with its level."""
    if style == "json":
        return compact(document)
    if style == "csv":
        return separated(document)
    rows = [texts(row) for row in document["rows"]]
    if style == "latex":
        marks = "; ".join(meaning for _, meaning in used(rows))
        table = latex_long_table(
            "l" + "r" * (len(LATEX) - 1),
            LATEX,
            [[latex_text(text) for text in row] for row in rows],
            f"{CAPTION} {latex_text(marks[:1].upper() + marks[1:])}.",
        )
        return "% Needs \\usepackage{booktabs,longtable,amsmath,amssymb}.\n\n" + table + "\n"
    table = text_table(HEADINGS, rows, SIDES, "github" if style == "markdown" else "simple", IMPORTANT)
    return f"{table}\n\n" + "".join(f"  {meaning}\n" for _, meaning in used(rows)) + f"\n  {NOTE}\n"


def compact(document: dict) -> str:
    """The document with a line for each row: an atlas is looked up, not read through."""
    head, *lines = (json.dumps(part, ensure_ascii=False, separators=(",", ":")) for part in (document | {"rows": []}, *document["rows"]))
    return head.replace('"rows":[]', '"rows":[\n' + ",\n".join(lines) + "\n]", 1) + "\n"


def texts(row: dict) -> list[str]:
    """The cells of a row as tables print them, each number with the mark of its level."""
    cells, share = row["cells"], row["spurious_share"]["share"]
    level = cells["spurious"]["level"]

    def marked(column: str) -> str:
        cell = cells.get(column, {"value": None, "level": None})
        return UNKNOWN if cell["value"] is None else f"{cell.get('power') or cell['value']}{MARKS.get(cell['level'], '')}"

    typical = UNKNOWN if row["typical"] is None else f"{row['typical']}{MARKS.get(cells['N_R']['level'], '')}"
    spurious = UNKNOWN if share is None else f"{share:.0%}{MARKS.get(level, '')}"
    counts = [marked(column) for column in ("bezout", "bkk", "N_C", "N_C_torus", "N_R")]
    return [row["title"], str(row["samples"]), str(row["weights"]), *counts, typical, marked("minima"), spurious]


def used(rows: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """Marks that occur, "" for none, with what they mean."""
    letters = {letter for row in rows for cell in row for letter in cell}
    return [(mark, meaning) for level, meaning in MEANINGS.items() if not (mark := MARKS.get(level, "")) or mark in letters]


def separated(document: dict) -> str:
    """One line for each row: every value, and its level beside it."""
    columns = (*COUNTS, *LISTED)
    head = [
        "name",
        "architecture",
        "family",
        "samples",
        "weights",
        "draws",
        "typical",
    ]
    head += [f"{name}{end}" for name in SHARES for end in ("_share", "_low", "_high")] + ["command"]
    head += [word for column in columns for word in (column, f"{column}_level")]
    lines = []
    for row in document["rows"]:
        line = [row[name] for name in ("name", "title", "family", "samples", "weights", "draws")]
        line.append(known(row["typical"]))
        line += [known(row[f"{name}_share"][end]) for name in SHARES for end in ("share", "low", "high")] + [row["command"]]
        for column in columns:
            cell = row["cells"].get(column, {"value": None, "level": None})
            value = cell["value"]
            spread = " ".join(f"{key}:{count}" for key, count in value.items()) if isinstance(value, dict) else value
            line += [known(spread), known(cell["level"])]
        lines.append(line)
    return csv_text([head, *lines])


def known(value: object) -> object:
    """A value, or the sign of its absence."""
    return UNKNOWN if value is None else value
