"""Landscapes whose valleys are limits, as text, Markdown, CSV or LaTeX. Works from the document alone."""

from __future__ import annotations

from textwrap import fill

from critscape.problems.files.problem_file import read
from critscape.scripts.printing.landscape_rendering import MOST_CHARACTERS, spurious_levels
from critscape.scripts.printing.latex import latex_cell, latex_long_table
from critscape.scripts.printing.numbers import short, short_number
from critscape.scripts.printing.outcomes import outcome
from critscape.scripts.printing.text_table import text_table, width
from critscape.scripts.printing.writing import UNKNOWN, csv_text

VALLEYS = ("infimum", "attained", "barrier", "spurious", "valleys", "level", "at")
LEVELS = ("above c =", "up to", "components", "spurious valleys", "what happens at c")
BOUNDS = ("infimum", "barrier", "infimum at most", "barrier at most", "within the radius at least")
CSV = (
    "infimum", "attained", "barrier", "barrier at infinity", "spurious", "valleys", "level", "dimension", "growth", "ridge", "infimum at most",
    "barrier at most", "barrier at least within radius", "radius", "status", "reason",
)  # fmt: skip
SAID = {True: "yes", False: "no", None: UNKNOWN}
RESTS = {
    "proved": "by a theorem, whose hypotheses hold exactly",
    "certified": "every level is that of a proved critical point or of an exact curve to infinity; that a path tends there, and that no "
    "critical point at positive ridge is missing, rests on the evidence above",
    "numerical": "some level is an extrapolation",
}


def rendered(document: dict, style: str) -> str:
    """The document as text, markdown, csv or latex."""
    if style == "csv":
        return csv_text([CSV, *csv_rows(document)])
    return latex(document) if style == "latex" else text(document, style == "markdown")


def text(document: dict, markdown: bool) -> str:
    """Verdict, valley bottoms, numbers of components from level to level, bounds at positive ridge, and evidence."""
    style, bullet = ("github", "- ") if markdown else ("simple", "  ")
    title = f"{read(document['problem']).title}: valleys of {{L < c}}"
    parts = [wrapped(("### " if markdown else "") + title), wrapped(verdict(document))]
    parts += [wrapped(line) for line in facts(document)]
    if document["valleys"]:
        parts.append(text_table(VALLEYS, valley_rows(document), ("right", "left", "right", "left", "right", "left", "left"), style))
        parts.append(text_table(LEVELS, level_rows(document), ("right", "right", "right", "right", "left"), style))
        bounds = document["valleys"][0]["bounds"]
        radius = short(bounds["radius"])
        parts.append(wrapped(f"Proved at ridge ε = {bounds['ridge']} (the radius is D = {radius}; D is half a weighted squared distance):"))
        parts.append(text_table(BOUNDS, bound_rows(document), ("right",) * 5, style))
    lines = [wrapped(f"{bullet}{name}: {outcome(e)} ({e['measured']})", "    ") for name, e in document["evidence"].items()]
    lines.append(wrapped(f"{bullet}{document['level']}: {RESTS[document['level']]}", "    "))
    made = f"{document['centres']} centres, " if document["centres"] else ""
    lines.append(f"{bullet}from a {document['source']}; {made}seed {document['engine']['seed']}, {document['seconds']['valleys']:.2f} s")
    return "\n\n".join([*parts, "\n".join(lines)]) + "\n"


def wrapped(sentence: str, indent: str = "") -> str:
    """A sentence as wide as the terminal."""
    return fill(sentence, width() or 10**6, subsequent_indent=indent)


def verdict(document: dict) -> str:
    """Whether there is a spurious valley, and at which levels, in one sentence, with how well that is known."""
    if document["status"] != "complete" and document["spurious_valleys_exist"] is False:
        return (
            f"There is no spurious valley at any level. The list of valleys is incomplete, and not to be relied on: {document['reason']}."
        )
    if document["status"] != "complete":
        return f"{document['status']}: {document['reason']}. What follows is not to be relied on."
    if document["spurious_valleys_exist"] is None:
        return "Whether there is a spurious valley is not decided."
    if not document["spurious_valleys_exist"]:
        return f"There is no spurious valley at any level ({document['level']})."
    levels, spans = document["levels"], []
    for low, high in spurious_levels(document):
        spans.append(f"{level_text(levels[low - 1])} < c" + ("" if high is None else f" ≤ {level_text(levels[high - 1])}"))
    return f"A spurious valley exists for the levels c with {', or '.join(spans)} ({document['level']})."


def facts(document: dict) -> list[str]:
    """The theorem, the intrinsic dimension, and how an infimum that is not attained is read."""
    said = []
    if document["theorem"] is not None:
        said.append(f"No valley is spurious, as {document['theorem']['because']} ({document['theorem']['source']}).")
    dimension = document["intrinsic_dimension"]
    if dimension is not None:
        said.append(f"Intrinsic dimension on the data: {dimension['dimension']}, hidden units: {dimension['width']}.")
    if "unlisted" in document:
        said.append(f"Its valleys are not listed: {document['unlisted']}.")
    for row in document["minima_without_valley"]:
        rest = "at every level above they lie in one component with lower points"
        said.append(f"Local minima at {short_number(row['loss'])}, not the infimum of any valley: {rest}.")
    long = [
        f"{short(level['loss'])} is {form}"
        for level in document["levels"]
        if (form := level.get("closed_form")) and level_text(level) != form
    ]
    if long:
        said.append(f"In closed form {', '.join(long)}.")
    if any(not row["attained"] for row in document["valleys"]):
        said.append("An infimum that is not attained lies at infinity. A valley is spurious if its infimum is above that of the loss.")
    return said


def levels_of(document: dict) -> list[tuple[str, str]]:
    """Infimum and barrier of each row of valleys: a short closed form, else rounded."""
    texts = {level["closed_form"]: level_text(level) for level in document["levels"] if "closed_form" in level}

    def text(level: str | None) -> str:
        return UNKNOWN if level is None else texts.get(level) or short_number(level)

    return [(text(row["infimum"]), text(row["barrier"])) for row in document["valleys"]]


def valley_rows(document: dict) -> list[list[str]]:
    """One row for valleys with the same numbers."""
    return [
        [
            infimum,
            SAID[row["attained"]],
            barrier + " (at ∞)" * bool(row.get("barrier_at_infinity")),
            SAID[row["spurious"]],
            str(row["copies"]),
            row["level"],
            place(row),
        ]
        for row, (infimum, barrier) in zip(document["valleys"], levels_of(document))
    ]


def place(row: dict) -> str:
    """The dimension of the component where an infimum is attained, or how fast a path to it diverges as the ridge ε falls."""
    if row["attained"]:
        return f"dimension {'≥ ' * (row['dimension_bound'] != 'exact')}{row['dimension']}"
    return f"|w| ~ ε^(-{row['growth']})"


def level_rows(document: dict) -> list[list[str]]:
    """One row for each range of levels over which nothing changes."""
    levels = document["levels"]
    rows = []
    for step in document["sublevel_sets"]:
        born = levels[step["from"] - 1]["minima"]
        met = sum(c["birth"] == step["from"] and bool(c["children"]) for c in document["components"])
        events = [f"{len(born)} born"] * bool(born) + [f"{met} joined of others"] * bool(met)
        low, top = ("∞" if k is None else level_text(levels[k - 1]) for k in (step["from"], step["to"]))
        rows.append(
            [
                low,
                top,
                str(step["components"]),
                UNKNOWN if step["spurious_valleys"] is None else str(step["spurious_valleys"]),
                "; ".join(events),
            ]
        )
    return rows


def level_text(level: dict) -> str:
    """A level in closed form if that is short, else rounded."""
    form = level.get("closed_form")
    return form if form is not None and len(form) <= MOST_CHARACTERS else short(level["loss"])


def bound_rows(document: dict) -> list[list[str]]:
    """What is proved at positive ridge, in the order of the valleys."""
    return [
        [*levels, *(short(row["bounds"][name]) for name in ("infimum", "barrier", "barrier_within"))]
        for row, levels in zip(document["valleys"], levels_of(document))
    ]


def csv_rows(document: dict) -> list[list]:
    """All known digits, one row for valleys with the same numbers."""
    return [
        [
            row["infimum"], SAID[row["attained"]], row["barrier"] or UNKNOWN, SAID[row.get("barrier_at_infinity")], SAID[row["spurious"]],
            row["copies"], row["level"], row.get("dimension", UNKNOWN), row.get("growth", UNKNOWN), row["bounds"]["ridge"],
            *(row["bounds"][name] or UNKNOWN for name in ("infimum", "barrier", "barrier_within", "radius")),
            document["status"], document.get("reason", ""),
        ]
        for row in document["valleys"]
    ]  # fmt: skip


def latex(document: dict) -> str:
    """LaTeX to paste: the verdict and the table of valleys."""
    title = latex_cell(read(document["problem"]).title)
    parts = ["% Needs \\usepackage{booktabs,amsmath,amssymb,longtable}.", rf"\noindent {latex_cell(verdict(document))}"]
    parts += [latex_cell(line) for line in facts(document)]
    if document["valleys"]:
        rows = [[latex_cell(cell) for cell in row] for row in valley_rows(document)]
        parts.append(latex_long_table("rlrlrll", VALLEYS, rows, f"Valleys: {title}."))
    return "\n\n".join(parts) + "\n"
