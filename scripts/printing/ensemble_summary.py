"""How what an ensemble found prints."""

from __future__ import annotations

from collections.abc import Sequence

from critscape.problems.files.writing import json_text
from critscape.scripts.printing.latex import latex_cell, latex_number, latex_table
from critscape.scripts.printing.text_table import text_table
from critscape.scripts.printing.writing import UNKNOWN, csv_text
from critscape.scripts.studies.confidence import CONFIDENCE, QUANTILES
from critscape.scripts.studies.ensembles.draw import CERTIFIED, NUMERICAL
from critscape.scripts.studies.tally import tally

MOST_LISTED = 20
"""Draws without a complete answer that are printed; JSON has all."""
REAL, MINIMA, SPURIOUS = "real critical points", "local minima", "spurious minima"
DISTRIBUTIONS = {"real": REAL, "local_minima": MINIMA, "spurious_minima": SPURIOUS}
SPREADS = {
    "least_eigenvalue": "least absolute eigenvalue",
    "least_loss": "loss of the global minimum",
    "spurious_excess": "largest spurious loss above it",
}
HEADINGS = ("quantity", "value", "draws", "share", f"{CONFIDENCE:.0%} interval")
QUANTILE_HEADINGS = ("quantity", *("least" if q == 0 else "largest" if q == 1 else f"{q:.0%}" for q in QUANTILES))


def render(document: dict, style: str) -> str:
    """The document in a format; CSV has the tables alone."""
    if style == "json":
        return json_text(document)
    if style == "csv":
        return csv_table(document)
    rows = [[name, *row] for key, name in DISTRIBUTIONS.items() for row in distribution_rows(document[key])]
    total = document["with_spurious_minima"]
    rows.append(["draws with spurious minima", UNKNOWN, *share_cells(total)])
    spread = [[name, *(number(v) for v in document[key].values())] for key, name in SPREADS.items() if document[key]]
    lines = closing(document)
    if style == "latex":
        return latex(document, rows, spread, lines)
    form = "github" if style == "markdown" else "simple"
    parts = [("## " if style == "markdown" else "") + f"{document['title']}: {document['draws']:,} draws, seed {document['seed']}"]
    parts.append(text_table(HEADINGS, rows, ("left", *("right",) * 4), form))
    index_rows = [[index, average(counts), tally(counts)] for index, counts in document["by_index"].items()]
    if index_rows:
        headings = ("index", "mean number", "number:draws")
        parts.append(text_table(headings, index_rows, ("right", "right", "left"), form))
    if spread:
        alignment = ("left", *("right",) * len(QUANTILES))
        parts.append(text_table(QUANTILE_HEADINGS, spread, alignment, form))
    bullet = "- " if style == "markdown" else ""
    return "\n\n".join([*parts, "\n".join(bullet + line for line in lines)]) + "\n"


def distribution_rows(entries: Sequence[dict]) -> list[list[str]]:
    return [[str(entry["value"]), *share_cells(entry)] for entry in entries]


def share_cells(entry: dict) -> list[str]:
    """Draws, share and interval."""
    if entry["share"] is None:
        return [UNKNOWN if entry["draws"] is None else str(entry["draws"]), UNKNOWN, UNKNOWN]
    return [f"{entry['draws']}", f"{entry['share']:.4f}", f"{entry['low']:.4f} to {entry['high']:.4f}"]


def number(value: float) -> str:
    """Four significant digits."""
    return f"{value:.4g}"


def average(counts: dict[str, int]) -> str:
    """The mean of values with their numbers of draws."""
    return f"{sum(int(value) * draws for value, draws in counts.items()) / sum(counts.values()):.3f}"


def csv_table(document: dict) -> str:
    """Tidy rows: a quantity, its value, draws, their share and its interval; then the quantiles."""
    rows: list[Sequence] = [("quantity", "value", "draws", "share", "low", "high")]
    for key, name in DISTRIBUTIONS.items():
        rows += [(name, *entry.values()) for entry in document[key]]
    rows.append(("draws with spurious minima", "", *document["with_spurious_minima"].values()))
    for index, counts in document["by_index"].items():
        rows += [(f"critical points of index {index}", value, draws, "", "", "") for value, draws in counts.items()]
    for key, name in SPREADS.items():
        rows += [(f"quantile {q} of {name}", value, "", "", "", "") for q, value in (document[key] or {}).items()]
    return csv_text(rows)


def closing(document: dict) -> list[str]:
    """What stands below the tables: how the draws were decided, which have no complete answer, the extreme ones, the climb."""
    numerical, certified = (document["levels"][level] for level in (NUMERICAL, CERTIFIED))
    lines = [
        f"N_C:draws {tally(document['complex']) or UNKNOWN}",
        f"{numerical:,} draws decided in double precision, where all evidence holds; {certified:,} by certified solves",
    ]
    lines += [f"certified because of {doubt}: {draws}" for doubt, draws in document["doubts"].items()]
    if undecided := document["spurious_undecided"]:
        lines.append(f"{undecided} draws where it is not decided which minima are global are not in those shares")
    unfinished = document["not_complete"]
    if unfinished:
        lines.append(f"{len(unfinished)} draws have no complete answer and are in no share:")
        lines += [f"  {named_draw(entry)}: {entry['status']}: {entry['reason']}" for entry in unfinished[:MOST_LISTED]]
        if len(unfinished) > MOST_LISTED:
            lines.append(f"  {len(unfinished) - MOST_LISTED} more")
    else:
        lines.append("every draw has a complete answer")
    for kind, entries in document["extremes"].items():
        if entries:
            named = ", ".join(f"{number(entry['value'])} ({named_draw(entry)})" for entry in entries)
            lines.append(f"{kind}: {named}")
    if "climb" in document:
        lines.append(climb_line(document["climb"]))
    named = ", ".join(f"{name} {version}" for name, version in document["versions"].items())
    return [*lines, f"{document['seconds']['of one core']:,} s of one core; {named}"]


def named_draw(entry: dict) -> str:
    """A draw with its file, if it was kept."""
    return f"draw {entry['number']}" + (f", {entry['file']}" if "file" in entry else "")


def climb_line(climb: dict) -> str:
    """What a climb reached."""
    begun = f"climb for {climb['goal']}, {climb['steps']} steps from each of draws {', '.join(map(str, climb['starts']))}"
    if climb["record"] is None:
        return f"{begun}: nothing that it reached could be certified"
    counts = {name: UNKNOWN if number is None else number for name, number in climb["record"]["counts"].items()}
    file = f", {climb['record']['file']}" if "file" in climb["record"] else ""
    return (
        f"{begun}: certified N_R = {counts['real']}, {counts['local_minima']} local minima, {counts['spurious_minima']} spurious, "
        f"N_C = {counts['complex']}{file}"
    )


def latex(document: dict, rows: Sequence[Sequence[str]], spread: Sequence[Sequence[str]], lines: Sequence[str]) -> str:
    """Two tables to paste, and the closing lines as comments."""
    title = latex_cell(f"{document['title']}, {document['draws']} random draws, seed {document['seed']}")
    cells = [[latex_cell(cell) for cell in row] for row in rows]
    names = [latex_cell(heading) for heading in HEADINGS]
    parts = ["% Needs \\usepackage{booktabs,amssymb,graphicx}.", latex_table("lrrrr", names, cells, f"{title}: shares of draws.")]
    if spread:
        names = [latex_cell(heading) for heading in QUANTILE_HEADINGS]
        cells = [[latex_cell(name), *map(latex_number, values)] for name, *values in spread]
        parts.append(latex_table("l" + "r" * len(QUANTILES), names, cells, f"{title}: quantiles."))
    return "\n\n".join([*parts, "\n".join("% " + line for line in lines)]) + "\n"
