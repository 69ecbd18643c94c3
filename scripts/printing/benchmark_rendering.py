"""How what ``critscape benchmark`` measured prints."""

from __future__ import annotations

from textwrap import fill

from critscape.problems.files.writing import json_text
from critscape.scripts.printing.latex import latex_cell, latex_table
from critscape.scripts.printing.text_table import text_table, width
from critscape.scripts.printing.writing import UNKNOWN, csv_text
from critscape.scripts.studies.benchmarks.comparison import GROWTH, SOLVE

SOLVERS = ("architecture", "solver", "seconds", "right", "wrong", "repeated", "× double", "× certified", "MB", "note")
TRACKERS = ("architecture", "tracker", "paths", "seconds", "µs per path", "right", "steps", "µs per step", "operations", "× ours", "note")


def render_benchmark(record: dict, style: str) -> str:
    """The document in a format; CSV has the first table alone."""
    if style == "json":
        return json_text(record)
    solvers = [row for entry in record["cases"] for row in solver_rows(entry)]
    sweeps = [sweep_row(entry) for entry in record["sweeps"]]
    if style == "csv":
        return csv_text([SOLVERS, *solvers] if solvers else [SWEEPS, *sweeps])
    heading = ("architecture", *(f"{paths:,}" for paths in GROWTH))
    tables = [
        ("From the loss to its critical points. " + LEGEND, SOLVERS, solvers, "ll" + "r" * 7 + "l"),
        (TRACKED, TRACKERS, [row for entry in record["cases"] for row in tracker_rows(entry)], "ll" + "r" * 8 + "l"),
        (GROWN, heading, [growth_row(entry) for entry in record["cases"]], "l" + "r" * len(GROWTH)),
        (SWEPT, SWEEPS, sweeps, "l" + "r" * (len(SWEEPS) - 1)),
    ]
    tables = [table for table in tables if table[2]]
    if style == "latex":
        parts = ["% Needs \\usepackage{booktabs,graphicx}."]
        for caption, titles, rows, columns in tables:
            parts.append(latex_table(columns, list(map(in_latex, titles)), [list(map(in_latex, row)) for row in rows], in_latex(caption)))
        return "\n\n".join([*parts, *("% " + line for line in footer(record))]) + "\n"
    parts = []
    for caption, titles, rows, columns in tables:
        alignment = ["left" if column == "l" else "right" for column in columns]
        form = "github" if style == "markdown" else "simple"
        parts += [
            caption if style == "markdown" else fill(caption, width() or 130),
            text_table(titles, rows, alignment, form, IMPORTANT, "note"),
        ]
    return "\n\n".join([*parts, "\n".join(footer(record))]) + "\n"


IMPORTANT = ("architecture", "network", "solver", "tracker", "paths", "seconds", "right", "sets", "µs per set", "left", "note")
"""Columns that a narrow terminal keeps."""
LEGEND = (
    "Right: distinct certified critical points that the solver's points agree with to 1e-6, of all there are. Double precision: from a "
    "start set in memory, tracked, polished, filtered and classified; certified: the same with proved digits (real points: over 30) and proved "
    "indices; solve: the whole command with its evidence. Medians for these two, one run for the others. × double, × certified: seconds "
    "divided by ours."
)
TRACKED = (
    "The same start points along the same homotopy, every path tracked, no symmetry used. Median seconds of tracking alone: starting "
    "processes, reading and writing are not counted. Operations: one gradient with its Hessian."
)
SWEEPS = ("network", "kernels", "sets", "µs per set", "left", "ms per proof", "stationary", "seconds")
SWEPT = (
    "Piecewise linear networks: sets of kernels swept, and those that are left proved in balls. CPU time of one core; seconds: from the data to "
    "the table of stationary sets."
)
GROWN = "Microseconds per path in our compiled kernel, by the number of paths."


def in_latex(cell: str) -> str:
    """Text for LaTeX, our symbols in mathematics."""
    return latex_cell(cell).replace("×", r"$\times$").replace("µ", r"$\mu$")


def solver_rows(entry: dict) -> list[list[str]]:
    """The rows of one case, ours first."""
    double, certified = (entry["ours"][k]["median"] for k in (0, 1))
    total = entry["critical_points"]["complex"]
    rows = []
    for ours in entry["ours"]:
        note = f"best {digits(ours['best'])} s" if ours["best"] < ours["median"] else entry["status"] if ours["name"] == SOLVE else ""
        rows.append([entry["title"], f"critscape, {ours['name']}", *figures(ours["median"], ours, total, double, certified), UNKNOWN, note])
    for rival in entry["rivals"]:
        if "seconds" not in rival:
            rows.append([entry["title"], rival["name"], *[UNKNOWN] * 7, rival["note"]])
            continue
        cells = figures(rival["seconds"], rival, rival.get("of", total), double, certified)
        if "right" not in rival:
            cells[1] = f"{rival['found']} counted"
        rows.append([entry["title"], rival["name"], *cells, megabytes(rival["memory"]), rival.get("note", "")])
    return rows


def figures(seconds: float, counts: dict, total: int, double: float, certified: float) -> list[str]:
    """Seconds, right, wrong, repeated, and the two ratios."""
    right = [f"{counts['right']} of {total}", str(counts["wrong"]), str(counts["repeated"])] if "right" in counts else [UNKNOWN] * 3
    return [digits(seconds), *right, f"{seconds / double:,.1f}", f"{seconds / certified:,.1f}"]


def tracker_rows(entry: dict) -> list[list[str]]:
    """Our tracker and phcpy's on one case."""
    tracked, total = entry["tracker"], entry["critical_points"]["complex"]
    ours = tracked["ours"]
    rows = []
    for name in ("ours", "phcpy"):
        figure = tracked[name]
        label = "critscape" if name == "ours" else "phcpy"
        if "seconds" not in figure:
            rows.append([entry["title"], label, *[UNKNOWN] * 8, figure["note"]])
            continue
        seconds, steps = figure["seconds"], figure.get("steps")
        rows.append(
            [
                entry["title"], label, str(tracked["paths"]), digits(seconds), digits(1e6 * seconds / tracked["paths"]),
                f"{figure['right']} of {total}", str(steps or UNKNOWN), digits(1e6 * seconds / steps) if steps else UNKNOWN,
                str(entry["steps"]["operations"]["gradient and Hessian"]) if name == "ours" else UNKNOWN,
                f"{seconds / ours['seconds']:,.1f}", "",
            ]
        )  # fmt: skip
    return rows


def growth_row(entry: dict) -> list[str]:
    return [entry["title"], *(digits(1e6 * record["seconds"] / record["paths"]) for record in entry["growth"])]


def sweep_row(entry: dict) -> list[str]:
    """One piecewise linear network."""
    seconds = entry["seconds"]
    return [
        entry["title"],
        f"{entry['kernels']:,}",
        f"{entry['sets']:,}",
        digits(1e6 * seconds["sweep"] / entry["sets"]),
        f"{entry['left']:,}",
        digits(1e3 * seconds["proofs"] / entry["left"]),
        f"{entry['stationary']:,}" if entry["status"] == "complete" else UNKNOWN,
        digits(sum(seconds.values())),
    ]


def footer(record: dict) -> list[str]:
    """Machine, versions, memory."""
    machine, engine = record["machine"], record["engine"]
    named = ", ".join(f"{name} {version}" for name, version in engine["versions"].items())
    return [
        f"{machine['processor']}, {machine['cores']} cores, of which each solver used one; {machine['system']}",
        f"engine {engine['name']}, seed {engine['seed']}; {named}",
        f"peak memory of critscape, all cases together: {megabytes(record['peak_memory'])} MB; limit {record['limit']:g} s",
    ]


def digits(value: float) -> str:
    """Three significant digits, never in powers of ten for everyday sizes.

    >>> digits(0.0123456), digits(1234.5)
    ('0.0123', '1,234')
    """
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def megabytes(size: int | None) -> str:
    return UNKNOWN if size is None else f"{size / 1e6:.0f}"
