"""Landscape documents as text, Markdown, CSV or LaTeX. Works from the document alone."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, Context, Decimal

from critscape.problems.files.problem_file import read_any
from critscape.scripts.printing.latex import latex_cell, latex_long_table, latex_number
from critscape.scripts.printing.numbers import DIGITS, ranges
from critscape.scripts.printing.outcomes import outcome
from critscape.scripts.printing.text_table import text_table
from critscape.scripts.printing.writing import UNKNOWN, csv_text

MOST_CHARACTERS = 14
"""Length of a closed form that stands in a sentence and in narrow columns; longer ones give way to decimals."""
SENTENCE_DIGITS = 7
UNBOUNDED = "∞"
MINIMA = ("#", "type", "loss", "barrier", "depth", "at saddles", "joins")
LEVELS = ("from c =", "up to", "components", "spurious valleys", "what happens at c")
VALLEYS = ("from c =", "up to", "valleys", "deepest minima", "other minima", "joins at saddles")
MINIMA_CSV = (
    "number",
    "orbit",
    "type",
    "loss",
    "barrier",
    "depth",
    "saddles",
    "joins",
    "spurious from",
    "spurious to",
    "status",
    "reason",
)
RESTS = {
    "proved": "all critical points are proved, and that none is missing too",
    "certified": "all critical points are proved; that none is missing rests on the trace test, or on elimination modulo primes",
    "numerical": "all critical points are proved; what it rests on that none is missing is not said",
}

FORM = "loss in closed form"


def rendered(document: dict, style: str) -> str:
    """The document as text, markdown, csv or latex; CSV has one row for each local minimum, with all known digits."""
    if style == "csv":
        return csv_text([MINIMA_CSV, *minima_csv(document)])
    return latex(document) if style == "latex" else text(document, style == "markdown")


def text(document: dict, markdown: bool) -> str:
    """Verdict, minima by orbit, numbers of components from level to level, spurious valleys, and evidence."""
    style, bullet = ("github", "- ") if markdown else ("simple", "  ")
    title = f"{read_any(document['problem']).title}: sublevel sets {{L ≤ c}}"
    parts = [("### " if markdown else "") + title, verdict(document)]
    tables = [
        (MINIMA, [row[:-1] for row in minima_rows(document)], ("left", "left", "right", "right", "right", "left", "left")),
        (LEVELS, level_rows(document), ("right", "right", "right", "right", "left")),
        (VALLEYS, valley_rows(document), ("right", "right", "right", "left", "left", "left")),
    ]
    parts += [text_table(headings, rows, sides, style) for headings, rows, sides in tables if rows]
    forms = closed_form_rows(document)
    if forms:
        parts.append(text_table(("#", FORM), forms, ("left", "left"), style, ("#",), FORM))
    return "\n\n".join([*parts, "\n".join(evidence_lines(document, bullet))]) + "\n"


def verdict(document: dict) -> str:
    """Whether and at which levels there is a spurious valley, in one sentence, with how well that is known."""
    if document["status"] != "complete":
        return f"{document['status']}: {document['reason']}. What follows is not to be relied on."
    if not document["spurious_valleys_exist"]:
        return f"There is no spurious valley at any level ({document['level']})."
    levels = document["levels"]
    figures = figures_apart(levels, SENTENCE_DIGITS)
    spans = [
        f"{exactly(levels[low - 1], figures)} ≤ c" + ("" if high is None else f" < {exactly(levels[high - 1], figures)}")
        for low, high in spurious_levels(document)
    ]
    return f"A spurious valley exists exactly for the levels c with {', or '.join(spans)} ({document['level']})."


def spurious_levels(document: dict) -> list[tuple[int, int | None]]:
    """The numbers of levels from and up to which some spurious valley exists.

    >>> spurious_levels({"sublevel_sets": [{"from": 1, "to": 2, "spurious_valleys": 0}, {"from": 2, "to": 3, "spurious_valleys": 1},
    ...     {"from": 3, "to": 4, "spurious_valleys": 2}, {"from": 4, "to": None, "spurious_valleys": 0}]})
    [(2, 4)]
    """
    spans: list[tuple[int, int | None]] = []
    for step in document["sublevel_sets"]:
        if step["spurious_valleys"]:
            if spans and spans[-1][1] == step["from"]:
                spans[-1] = (spans[-1][0], step["to"])
            else:
                spans.append((step["from"], step["to"]))
    return spans


def exactly(level: dict, figures: int = SENTENCE_DIGITS) -> str:
    """A level as it stands in a sentence: a short closed form, or its first digits.

    >>> exactly({"loss": "0.78125", "closed_form": "25/32"}), exactly({"loss": "0.786282607314"}), exactly({"loss": "-12.34567891"})
    ('25/32', '0.7862826…', '-12.34567…')
    """
    if len(form := level.get("closed_form", " " * 99)) <= MOST_CHARACTERS:
        return form
    return f"{Context(figures, ROUND_DOWN).plus(Decimal(level['loss'])):g}…"


def rounded(digits: str | None, figures: int) -> str:
    """A decimal string rounded to so many significant digits, without zeros at its end.

    >>> rounded("0.786282607314", 6), rounded("-100.0000", 6), rounded("1.5e-20", 6), rounded(None, 6)
    ('0.786283', '-100', '1.5e-20', '–')
    """
    if digits is None:
        return UNKNOWN
    number = Context(figures).plus(Decimal(digits)).normalize()
    return f"{number:f}" if -6 < number.adjusted() < 16 else f"{number:g}"


def figures_apart(levels: Sequence[dict], least: int) -> int:
    """How many significant digits tell all levels apart, rounded or cut, at least so many; ``least`` if no number of them does.

    >>> figures_apart([{"loss": "2.183661"}, {"loss": "2.183664"}], 6)
    7
    """
    losses = [level["loss"] for level in levels]
    ways = (rounded, lambda loss, n: exactly({"loss": loss}, n))
    return next((n for n in range(least, 60) if all(len({way(loss, n) for loss in losses}) == len(losses) for way in ways)), least)


def minima_rows(document: dict) -> list[list[str]]:
    """One row for each orbit of local minima, its sum of points last; orbits that barriers split have several rows."""
    groups: dict[tuple, list[dict]] = {}
    for entry in document["minima"]:
        groups.setdefault((entry["orbit"], entry["barrier"]), []).append(entry)
    levels = document["levels"]
    figures = figures_apart(levels, DIGITS)
    return [
        [
            ranges([entry["number"] for entry in group]),
            group[0]["kind"],
            rounded(levels[group[0]["level"] - 1]["loss"], figures),
            UNKNOWN if group[0]["barrier"] is None else rounded(levels[group[0]["barrier"] - 1]["loss"], figures),
            rounded(group[0]["depth"], DIGITS),
            ranges(sorted({k for entry in group for k in entry["saddles"]})) or UNKNOWN,
            ranges(sorted({k for entry in group for k in entry["lower"]})) or UNKNOWN,
            str(len(group)),
        ]
        for group in groups.values()
    ]


def level_rows(document: dict) -> list[list[str]]:
    """One row for each range of levels over which nothing changes."""
    levels: list[dict] = document["levels"]
    joined: dict[int, list[int]] = {}
    for component in document["components"]:
        if component["children"]:
            joined.setdefault(component["birth"], []).extend(component["saddles"])
    figures, rows = figures_apart(levels, DIGITS), []
    for step in document["sublevel_sets"]:
        born, meet = levels[step["from"] - 1]["minima"], sorted(joined.get(step["from"], []))
        events = [f"born at {ranges(born)}"] * bool(born) + [f"joined at {ranges(meet)}"] * bool(meet)
        low, top = (UNBOUNDED if number is None else rounded(levels[number - 1]["loss"], figures) for number in (step["from"], step["to"]))
        rows.append([low, top, str(step["components"]), str(step["spurious_valleys"]), "; ".join(events)])
    return rows


def valley_rows(document: dict) -> list[list[str]]:
    """One row for spurious valleys that symmetries exchange."""
    levels, orbit = document["levels"], {entry["number"]: entry["orbit"] for entry in document["minima"]}
    groups: dict[tuple, list[dict]] = {}
    for valley in document["spurious_valleys"]:
        orbits = tuple(sorted(orbit[k] for k in valley["minima"]))
        groups.setdefault((valley["from"], valley["to"], orbits), []).append(valley)
    figures, rows = figures_apart(levels, DIGITS), []
    for (low, high, _), group in groups.items():
        deepest, every, saddles = (sorted({k for valley in group for k in valley[key]}) for key in ("deepest", "minima", "saddles"))
        rows.append(
            [
                *(UNBOUNDED if number is None else rounded(levels[number - 1]["loss"], figures) for number in (low, high)),
                str(len(group)),
                ranges(deepest),
                ranges([k for k in every if k not in deepest]) or UNKNOWN,
                ranges(saddles) or UNKNOWN,
            ]
        )
    return rows


def closed_form_rows(document: dict) -> list[list[str]]:
    """The levels that have a closed form, under the numbers of their points."""
    return [
        [ranges(sorted([*level["minima"], *level["saddles"]])), level["closed_form"]]
        for level in document["levels"]
        if "closed_form" in level
    ]


def evidence_lines(document: dict, bullet: str) -> list[str]:
    """What the landscape rests on, one short line each."""
    lines = [f"{bullet}{name}: {outcome(entry)} ({entry['measured']})" for name, entry in document["evidence"].items()]
    engine, seconds = document["engine"], document["seconds"]
    made = f"engine {engine['name']}, seed {engine['seed']}; " if engine else ""
    spent = f"critical points {seconds['critical points']:.2f} s, sublevel sets {seconds['sublevel sets']:.2f} s"
    said = " (which the result says)" if document["source"] == "result" else ""
    rests = f"{bullet}{document['level']}: {RESTS[document['level']]}{said}"
    return [*lines, rests, f"{bullet}from a {document['source']}; {made}{spent}"]


def minima_csv(document: dict) -> list[list]:
    """One row for each local minimum; numbers of points are separated by spaces."""
    levels = document["levels"]
    span = {k: (valley["from"], valley["to"]) for valley in document["spurious_valleys"] for k in valley["minima"]}
    return [
        [
            entry["number"],
            entry["orbit"],
            entry["kind"],
            levels[entry["level"] - 1]["loss"],
            UNKNOWN if entry["barrier"] is None else levels[entry["barrier"] - 1]["loss"],
            entry["depth"] or UNKNOWN,
            " ".join(map(str, entry["saddles"])) or UNKNOWN,
            " ".join(map(str, entry["lower"])) or UNKNOWN,
            *(
                UNKNOWN if number is None else levels[number - 1]["loss"]
                for number in (entry["level"] if entry["number"] in span else None, span.get(entry["number"], (None, None))[1])
            ),
            document["status"],
            document.get("reason", ""),
        ]
        for entry in document["minima"]
    ]


def latex(document: dict) -> str:
    """LaTeX tables to paste, the verdict first."""
    title = latex_cell(read_any(document["problem"]).title)
    parts = ["% Needs \\usepackage{booktabs,amsmath,amssymb,longtable}.", rf"\noindent {sentence_latex(document)}"]
    orbit_rows = [
        [dashed(row[0]), rf"{latex_cell(row[1])} ($\times {row[-1]}$)", *map(latex_value, row[2:5]), *map(dashed, row[5:7])]
        for row in minima_rows(document)
    ]
    headings = (r"\#", "local minima", "$L$", "barrier", "depth", "at saddles", "joins")
    parts.append(latex_long_table("llrrrll", headings, orbit_rows, f"Local minima, barriers and depths: {title}."))
    rows = [[*map(latex_value, row[:2]), *row[2:4], dashed(row[4])] for row in level_rows(document)]
    at_levels = ("from $c =$", "up to", "components", "spurious valleys", "at $c$")
    parts.append(latex_long_table("rrrrl", at_levels, rows, rf"Components of $\{{L \le c\}}$: {title}."))
    return "\n\n".join(parts) + "\n"


def sentence_latex(document: dict) -> str:
    """The verdict for LaTeX."""
    levels, figures = document["levels"], figures_apart(document["levels"], SENTENCE_DIGITS)
    if document["status"] != "complete" or not document["spurious_valleys_exist"]:
        return latex_cell(verdict(document))
    spans = [
        rf"${level_latex(levels[low - 1], figures)} \le c" + ("$" if high is None else f" < {level_latex(levels[high - 1], figures)}$")
        for low, high in spurious_levels(document)
    ]
    return f"A spurious valley exists exactly for the levels $c$ with {', or '.join(spans)} ({document['level']})."


def level_latex(level: dict, figures: int) -> str:
    """A level in mathematics."""
    shown = exactly(level, figures)
    return level["latex"] if shown == level.get("closed_form") else latex_number(shown[:-1])[1:-1] + r"\ldots"


def dashed(numbers: str) -> str:
    """Numbers of points with dashes as long as between numbers, or a dash where there are none.

    >>> dashed("1-4, 7"), dashed(UNKNOWN)
    ('1--4, 7', '--')
    """
    return "--" if numbers == UNKNOWN else numbers.replace("-", "--")


def latex_value(value: str) -> str:
    """A cell with a decimal, infinity or nothing."""
    return {UNKNOWN: "--", UNBOUNDED: r"$\infty$"}.get(value) or latex_number(value)
