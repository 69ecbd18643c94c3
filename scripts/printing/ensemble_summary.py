"""What an ensemble found, as a document, and how it prints."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from tabulate import tabulate

from critscape.algebra.critical.critical_set import Status
from critscape.algebra.critical.result import versions
from critscape.problems.recipes.ensemble import Ensemble
from critscape.scripts.printing.rendering import latex_cell, latex_number, latex_table, tally
from critscape.scripts.printing.writing import UNKNOWN, csv_text, json_text
from critscape.scripts.studies.ensemble_draw import CERTIFIED, NUMERICAL, Draw

CONFIDENCE, NORMAL_QUANTILE = 0.95, 1.959963984540054
"""Two-sided."""
QUANTILES = (0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 1)
KEPT = 3
"""Extreme draws of each kind."""
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


def summary(ensemble: Ensemble, seed: int, rows: Sequence[Draw]) -> dict:
    """The document of the draws, JSON-ready; shares are among the draws whose answer is complete."""
    known = [row for row in rows if row.status == Status.COMPLETE.value]
    decided = [row for row in known if row.spurious is not None]
    with_spurious = sum(row.spurious > 0 for row in decided) if decided else None
    indices = sorted({int(index) for row in known for index in json.loads(row.by_index)})
    losses = {row.number: json.loads(row.losses) for row in decided}
    return {
        "ensemble": ensemble.document(),
        "title": ensemble.title,
        "seed": seed,
        "draws": len(rows),
        "levels": {level: sum(row.level == level for row in rows) for level in (NUMERICAL, CERTIFIED)},
        "statuses": dict(Counter(row.status for row in rows)),
        "doubts": dict(Counter(row.doubts for row in rows if row.doubts).most_common()),
        "not_complete": [
            {"number": row.number, "status": row.status, "reason": row.reason} for row in rows if row.status != Status.COMPLETE.value
        ],
        "confidence": {"level": CONFIDENCE, "method": "Wilson score interval"},
        "complex": counted(row.complex for row in known),
        "real": distribution(row.real for row in known),
        "by_index": {str(i): counted(json.loads(row.by_index).get(str(i), 0) for row in known) for i in indices},
        "local_minima": distribution(row.minima for row in known if row.minima is not None),
        "spurious_minima": distribution(row.spurious for row in decided),
        "spurious_undecided": len(known) - len(decided),
        "with_spurious_minima": {"draws": with_spurious, **share(with_spurious, len(decided))},
        "least_eigenvalue": quantiles(row.eigenvalue for row in known if row.eigenvalue is not None),
        "least_loss": quantiles(losses[row.number][0] for row in decided if losses[row.number]),
        "spurious_excess": quantiles(losses[row.number][-1] - losses[row.number][0] for row in decided if row.spurious),
        "extremes": extremes(known),
        "versions": versions(),
        "seconds": {"of one core": round(sum(row.seconds for row in rows), 1)},
    }


def counted(values: Iterable[int]) -> dict[str, int]:
    """Value → number of draws."""
    return {str(value): number for value, number in sorted(Counter(values).items())}


def distribution(values: Iterable[int]) -> list[dict]:
    """Each value with its number of draws, their share and its confidence interval."""
    counts = Counter(values)
    return [{"value": value, "draws": counts[value], **share(counts[value], counts.total())} for value in sorted(counts)]


def share(part: int | None, whole: int) -> dict:
    """The share of ``part`` in ``whole`` draws and its Wilson score interval; None when there is no draw."""
    if not whole:
        return {"share": None, "low": None, "high": None}
    low, high = wilson(part, whole)
    return {"share": part / whole, "low": low, "high": high}


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The score interval for a probability (E. B. Wilson, J. Amer. Statist. Assoc. 22, 1927) at level CONFIDENCE.

    >>> wilson(0, 10)
    (0.0, 0.2775327998628892)
    """
    z2, p = NORMAL_QUANTILE**2, part / whole
    middle = (p + z2 / (2 * whole)) / (1 + z2 / whole)
    reach = NORMAL_QUANTILE / (1 + z2 / whole) * math.sqrt(p * (1 - p) / whole + z2 / (4 * whole**2))
    # At the ends the interval closes exactly; rounding must not move it.
    return (0.0 if part == 0 else middle - reach), (1.0 if part == whole else middle + reach)


def quantiles(values: Iterable[float]) -> dict[str, float] | None:
    """Quantile → the value that so large a part of the draws does not exceed; None without draws."""
    found = list(values)
    return {str(q): float(np.quantile(found, q, method="inverted_cdf")) for q in QUANTILES} if found else None


def extremes(known: Sequence[Draw]) -> dict[str, list[dict]]:
    """Kind → the most extreme complete draws, the first ones of equals."""
    spurious = [row for row in known if row.spurious]
    regular = [row for row in known if row.eigenvalue is not None]
    return {
        "most real points": picked(known, lambda row: row.real, True),
        "most spurious minima": picked(spurious, lambda row: row.spurious, True),
        "nearly degenerate": picked(regular, lambda row: row.eigenvalue, False),
    }


def picked(rows: Sequence[Draw], key: Callable[[Draw], float], largest: bool) -> list[dict]:
    chosen = sorted(rows, key=lambda row: (-key(row) if largest else key(row), row.number))[:KEPT]
    return [{"number": row.number, "value": key(row)} for row in chosen]


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
    parts.append(tabulate(rows, HEADINGS, tablefmt=form, disable_numparse=True, colalign=("left", *("right",) * 4)))
    index_rows = [[index, average(counts), tally(counts)] for index, counts in document["by_index"].items()]
    if index_rows:
        headings = ("index", "mean number", "number:draws")
        parts.append(tabulate(index_rows, headings, tablefmt=form, disable_numparse=True, colalign=("right", "right", "left")))
    if spread:
        alignment = ("left", *("right",) * len(QUANTILES))
        parts.append(tabulate(spread, QUANTILE_HEADINGS, tablefmt=form, disable_numparse=True, colalign=alignment))
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
