"""Tables of verdicts as text, Markdown, CSV, LaTeX or JSON. Works from the document alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from critscape.problems.files.problem_file import read_any
from critscape.problems.files.writing import json_text
from critscape.scripts.printing.latex import latex_long_table
from critscape.scripts.printing.text_table import text_table
from critscape.scripts.printing.verdict_rendering import failing, mathematics
from critscape.scripts.printing.writing import UNKNOWN, csv_text

HEADINGS = ("theorem", "case", "problem", "outside because", "verdict", "level")
IMPORTANT = ("theorem", "case", "verdict", "level", "outside because")
INSIDE, UNCHECKED = "inside", "not checked"
ALIGNMENT = ("left",) * len(HEADINGS)


def render(table: dict, style: str) -> str:
    """One row for each case; what is not decided, and why, below."""
    if style == "json":
        return json_text(table)
    if style == "csv":
        return csv_text([(*HEADINGS, "because"), *(row + [because(entry)] for entry, row in zip(table["verdicts"], rows(table)))])
    if style == "latex":
        cells = [[mathematics(cell) for cell in row] for row in rows(table)]
        body = latex_long_table("llp{3.4cm}p{2.6cm}ll", HEADINGS, cells, mathematics(table["title"]) + ".")
        return "% Needs \\usepackage{booktabs,longtable,amsmath,amssymb}.\n\n" + body + "\n"
    markdown = style == "markdown"
    lines = [("### " if markdown else "") + table["title"]]
    lines.append(text_table(HEADINGS, rows(table), ALIGNMENT, "github" if markdown else "simple", IMPORTANT, "case"))
    bullet = "- " if markdown else "  "
    lines.append("\n".join(bullet + note for note in notes(table)))
    return "\n\n".join(lines) + "\n"


def rows(table: dict) -> list[list[str]]:
    """One row of HEADINGS for each case, one for all draws of an ensemble."""
    found = []
    for group in groups(table):
        if "draw" in group[0]:
            found.append(row_of_draws(group))
            continue
        (entry,) = group
        verdict = entry.get("verdict")
        title = read_any(entry["problem"]).title
        if verdict is None:
            found.append([entry["theorem"], entry["case"], title, UNKNOWN, UNKNOWN, UNKNOWN])
            continue
        outside = ", ".join(failing(verdict)) or (INSIDE if verdict["hypotheses"] else UNCHECKED)
        conclusion = verdict["conclusion"]
        found.append([entry["theorem"], entry["case"], title, outside, conclusion["verdict"], conclusion["level"] or UNKNOWN])
    return found


def groups(table: dict) -> list[list[dict]]:
    """The rows of the document, draws of one ensemble together."""
    found: dict[tuple, list[dict]] = {}
    for k, entry in enumerate(table["verdicts"]):
        found.setdefault((entry["theorem"], entry["case"], "draws" if "draw" in entry else k), []).append(entry)
    return list(found.values())


def row_of_draws(group: list[dict]) -> list[str]:
    """All draws of an ensemble in a row: how many of each verdict, how many outside the hypotheses and why, levels of the decided ones."""
    answered = [entry["verdict"] for entry in group if "verdict" in entry]
    verdicts = Counter(verdict["conclusion"]["verdict"] for verdict in answered)
    reasons = Counter(name for verdict in answered for name in (failing(verdict) if verdict["hypotheses"] else [UNCHECKED]))
    levels = Counter(verdict["conclusion"]["level"] for verdict in answered if verdict["conclusion"]["level"])
    unanswered = {"not answered": len(group) - len(answered)} if len(group) > len(answered) else {}
    outside = ", ".join(f"{name}: {number}" for name, number in reasons.items()) or INSIDE
    return [
        group[0]["theorem"], f"{group[0]['case']}, {len(group)} draws", read_any(group[0]["problem"]).title, outside,
        listed(verdicts | unanswered), listed(levels) or UNKNOWN,
    ]  # fmt: skip


def listed(numbers: Mapping[str, int]) -> str:
    """Numbers of things, the most frequent first."""
    return ", ".join(f"{number} {name}" for name, number in sorted(numbers.items(), key=lambda pair: -pair[1]))


def name_of(entry: dict) -> str:
    """A case in a note."""
    return f"{entry['theorem']}, {entry['case']}" + (f", draw {entry['draw']}" if "draw" in entry else "")


def because(entry: dict) -> str:
    """Why a verdict is what it is, or why there is none."""
    return entry["verdict"]["conclusion"]["because"] if "verdict" in entry else entry["reason"]


def notes(table: dict) -> list[str]:
    """How many of each verdict inside and outside the hypotheses, then what is not decided."""
    count: Counter[tuple[str, str]] = Counter()
    for entry in table["verdicts"]:
        if "verdict" in entry:
            where = "outside" if failing(entry["verdict"]) else INSIDE if entry["verdict"]["hypotheses"] else "without a check of"
            count[where, entry["verdict"]["conclusion"]["verdict"]] += 1
    found = [f"{where} the hypotheses: {number} {verdict}" for (where, verdict), number in sorted(count.items())]
    found += [
        f"{name_of(entry)}: {because(entry)}"
        for entry in table["verdicts"]
        if "verdict" not in entry or entry["verdict"]["conclusion"]["verdict"] == "undecided"
    ]
    legend = ["outside because: the hypotheses that do not hold"]
    if count["outside", "undecided"]:
        legend.append("undecided outside the hypotheses contradicts nothing: no theorem claims anything there")
    return [*found, *legend]
