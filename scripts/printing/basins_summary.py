"""How what basin runs found prints."""

from __future__ import annotations

from collections import Counter

from critscape.problems.files.problem_file import read_any
from critscape.problems.files.writing import json_text
from critscape.problems.recipes.starting_points import StartingPoints
from critscape.scripts.printing.latex import latex_cell, latex_long_table, latex_number
from critscape.scripts.printing.numbers import ranges, short
from critscape.scripts.printing.outcomes import outcome
from critscape.scripts.printing.text_table import text_table
from critscape.scripts.printing.writing import UNKNOWN, csv_text
from critscape.scripts.studies.basins.run import FLOW
from critscape.scripts.studies.basins.set_runs import EVERY_SET
from critscape.scripts.studies.basins.summary import EVERY_RUN
from critscape.scripts.studies.basins.valley_runs import EVERY_PLACE
from critscape.scripts.studies.confidence import CONFIDENCE

MOST_LISTED = 20
"""Findings that are printed; JSON and CSV have all."""
INTERVAL = f"{CONFIDENCE:.0%} interval"
ORBITS = ("#", "type", "loss", "minima", "runs", "share", INTERVAL)
MINIMA = ("#", "type", "loss", "runs", "share", INTERVAL)
FINDINGS = ("run", "ends", "nearest critical point", "loss", "steps")
MINIMA_CSV = ("row", "number", "orbit", "type", "loss", "runs", "share", "low", "high", "ends", "steps")


def render(document: dict, style: str) -> str:
    """The document in a format; CSV has one row for each local minimum and for each finding."""
    if style == "json":
        return json_text(document)
    if style == "csv":
        return csv_text([MINIMA_CSV, *csv_rows(document)])
    return latex(document) if style == "latex" else text(document, style == "markdown")


def text(document: dict, markdown: bool) -> str:
    """Verdict, findings if there are any, shares by orbit and by minimum, and evidence."""
    style, bullet = ("github", "- ") if markdown else ("simple", "  ")
    parts = [("### " if markdown else "") + title(document), verdict(document)]
    left, right = ("left", "left"), ("right",) * 5
    tables = [
        (FINDINGS, finding_rows(document), ("right", "left", "left", "right", "right")),
        *([] if free(document) else [(ORBITS, orbit_rows(document), left + right)]),
    ]
    if free(document) or len(document["minima"]) > len(document["orbits"]):
        tables.append((MINIMA, minima_rows(document), left + right[1:]))
    parts += [text_table(names, rows, sides, style) for names, rows, sides in tables if rows]
    return "\n\n".join([*parts, "\n".join(bullet + line for line in closing(document))]) + "\n"


def title(document: dict) -> str:
    """Problem, method and starting points."""
    slope = "subgradient" if sets(document) else "gradient"
    method = f"{slope} flow" if document["method"] == FLOW else f"{slope} descent with step {document['step']:g}"
    starts = StartingPoints(**document["starts"]).title
    return f"{read_any(document['problem']).title}: {document['runs']:,} runs of {method}, starting points {starts}"


def verdict(document: dict) -> str:
    """Where the runs end, in one or two sentences."""
    spurious, strange = document["spurious"], document["findings"]
    lines = []
    if strange:
        kinds = Counter(entry["outcome"] for entry in strange)
        listed = ", ".join(f"{number:,} {outcome}" for outcome, number in kinds.most_common())
        where = (
            "end in a listed stationary set" if sets(document)
            else "on a component of minima or run off to a valley at infinity" if free(document)
            else "end in an enumerated minimum"
        )  # fmt: skip
        lines.append(f"FINDING: {len(strange):,} of {document['runs']:,} runs do not {where} ({listed}).")
    elif sets(document):
        lines.append("Every run ends in a listed stationary set: # is its row in the table of critscape solve.")
    elif free(document):
        rows = len(document["minima"])
        places = f"one of {rows} rows" if rows > 1 else "the one row"
        lines.append(f"Every run ends on a component of minima or runs off to a valley at infinity: {places} below.")
    else:
        lines.append(f"Every run ends in one of the {len(document['minima'])} enumerated minima.")
    broken = [
        (name, e["measured"])
        for name, e in document["evidence"].items()
        if e["holds"] is False and name not in (EVERY_RUN, EVERY_PLACE, EVERY_SET)
    ]
    lines += [f"CHECK FAILS: {name} ({measured}); the shares are not to be relied on." for name, measured in broken]
    runs, part, interval = share_cells(spurious)
    if spurious["minima"] is None:
        lines.append("Which minima are spurious is not decided.")
    elif strange and spurious["minima"]:
        known = f"{runs} runs are known to end in a spurious minimum."
        lines.append(f"{known} The shares say nothing of where the other runs would end.")
    elif spurious["minima"]:
        lines.append(f"Share of runs that end in a spurious minimum: {part} ({runs} runs; {INTERVAL} {interval}).")
    else:
        lines.append("There is no spurious minimum.")
    return "\n".join(lines)


def free(document: dict) -> bool:
    """Whether runs end on components of minima and in valleys at infinity, or in stationary sets, instead of in isolated minima."""
    return document.get("components", False) or sets(document)


def sets(document: dict) -> bool:
    """Whether runs end in the stationary sets of a piecewise linear network."""
    return document.get("sets", False)


def orbit_rows(document: dict) -> list[list[str]]:
    """One row for each orbit of minima."""
    return [
        [ranges(entry["minima"]), entry["kind"], short(entry["loss"]), str(len(entry["minima"])), *share_cells(entry)]
        for entry in document["orbits"]
    ]


def minima_rows(document: dict) -> list[list[str]]:
    """One row for each minimum, those of an orbit together."""
    ordered = sorted(document["minima"], key=lambda entry: (entry["orbit"], entry["number"]))
    return [[str(entry["number"]), entry["kind"], short(entry["loss"]), *share_cells(entry)] for entry in ordered]


def finding_rows(document: dict) -> list[list[str]]:
    """One row for each of the first MOST_LISTED findings."""
    return [
        [
            str(entry["run"]),
            entry["outcome"],
            f"{entry['nearest']}" + (f", {entry['distance']:.3g} away" if entry["distance"] is not None else ""),
            UNKNOWN if entry["loss"] is None else f"{entry['loss']:.6g}",
            str(entry["steps"]),
        ]
        for entry in document["findings"][:MOST_LISTED]
    ]


def share_cells(entry: dict) -> list[str]:
    """Runs, share and interval."""
    return [f"{entry['runs']:,}", f"{entry['share']:.4f}", f"{entry['low']:.4f} to {entry['high']:.4f}"]


def closing(document: dict) -> list[str]:
    """Evidence, steps and seed, one line each."""
    lines = [f"{name}: {outcome(entry)} ({entry['measured']})" for name, entry in document["evidence"].items()]
    more = len(document["findings"]) - MOST_LISTED
    steps, engine = document["steps"], document["engine"]
    return [
        *([f"{more:,} more findings are not printed; JSON and CSV have all"] if more > 0 else []),
        *lines,
        f"steps of a run: median {steps['0.5']:,.0f}, largest {steps['1']:,.0f}, at most {document['most_steps']:,} allowed",
        f"critical points from a {document['source']}, {document['level']}"
        + (f" (engine {engine['name']})" if engine else "")
        + f"; seed {document['seed']}",
    ]


def csv_rows(document: dict) -> list[list]:
    """Tidy rows: the minima, then the findings."""
    rows = [
        ["minimum", *(entry[key] for key in ("number", "orbit", "kind", "loss", "runs", "share", "low", "high")), UNKNOWN, UNKNOWN]
        for entry in document["minima"]
    ]
    for entry in document["findings"]:
        height = UNKNOWN if entry["loss"] is None else entry["loss"]
        rows.append(["finding", entry["run"], *[UNKNOWN] * 2, height, *[UNKNOWN] * 4, entry["outcome"], entry["steps"]])
    return rows


def latex(document: dict) -> str:
    """The verdict and the table of orbits to paste."""
    rows = [
        [numbers.replace("-", "--"), latex_cell(kind), latex_number(value), *map("${}$".format, counts), interval_latex(interval)]
        for numbers, kind, value, *counts, interval in orbit_rows(document)
    ]
    headings = (r"\#", "local minima", "$L$", "number", "runs", "share", latex_cell(INTERVAL))
    caption = latex_cell(f"Ends of descent, {title(document)}.")
    table = latex_long_table("llrrrrr", headings, rows, caption)
    sentences = latex_cell(verdict(document).replace("\n", " "))
    return "\n\n".join(["% Needs \\usepackage{booktabs,longtable}.", rf"\noindent {sentences}", table]) + "\n"


def interval_latex(interval: str) -> str:
    """An interval in mathematics.

    >>> print(interval_latex("0.1000 to 0.2000"))
    $[0.1000, 0.2000]$
    """
    return f"$[{interval.replace(' to ', ', ')}]$"
