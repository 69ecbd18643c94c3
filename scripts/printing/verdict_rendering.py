"""Verdicts of theorems as text, Markdown, CSV, LaTeX or JSON. Works from the documents alone."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from critscape.problems.files.problem_file import read_any
from critscape.problems.files.writing import json_text
from critscape.scripts.printing.latex import latex_cell, latex_table
from critscape.scripts.printing.text_table import text_table
from critscape.scripts.printing.writing import csv_text

MARKS = {True: "holds", False: "does not hold"}
CSV = ("theorem", "problem", "hypotheses", "verdict", "level", "because")


def render(verdicts: Sequence[dict], style: str) -> str:
    """The verdicts in a format; CSV has one row for each."""
    if style == "json":
        return json_text(verdicts[0] if len(verdicts) == 1 else list(verdicts))
    if style == "csv":
        return csv_text([CSV, *map(csv_row, verdicts)])
    if style == "latex":
        return "% Needs \\usepackage{booktabs,amsmath,amssymb,graphicx}.\n\n" + "\n".join(map(latex, verdicts))
    return "\n".join(text(verdict, style == "markdown") for verdict in verdicts)


def failing(verdict: dict) -> list[str]:
    """The hypotheses that this problem does not satisfy."""
    return [hypothesis["name"] for hypothesis in verdict["hypotheses"] if not hypothesis["holds"]]


def sentence(verdict: dict) -> str:
    """The verdict in one sentence: of the claim on these data, and where the problem stands to the hypotheses."""
    conclusion, outside = verdict["conclusion"], failing(verdict)
    where = (
        f"Outside the hypotheses ({', '.join(outside)} {'do' if len(outside) > 1 else 'does'} not hold)"
        if outside
        else "Within the hypotheses"
        if verdict["hypotheses"]
        else "With no hypothesis checked"
    )
    what = {
        "holds": f"the conclusion holds for what was enumerated ({conclusion['level']})",
        "fails": f"the conclusion fails ({conclusion['level']}{' counterexample' if 'counterexample' in verdict else ''})",
        "undecided": "the conclusion is undecided",
    }[conclusion["verdict"]]
    alarm = "" if outside or conclusion["verdict"] != "fails" else " This contradicts the theorem: please check it and report it."
    return f"{where} {what}: {conclusion['because']}.{alarm}"


def csv_row(verdict: dict) -> list[str]:
    """One verdict in a row."""
    outside, conclusion = failing(verdict), verdict["conclusion"]
    hypotheses = "all hold" if not outside else "not: " + ", ".join(outside)
    title = read_any(verdict["problem"]).title
    return [verdict["theorem"], title, hypotheses, conclusion["verdict"], conclusion["level"] or "", conclusion["because"]]


def evidence_table(verdict: dict, style: str) -> str:
    """The points that the verdict is about; how many alike in the last column."""
    rows = verdict["evidence"]
    headings = [name for name in rows[0] if name != "number"] + ["rows"]
    cells = [[str(value) for value in row.values()] for row in rows]
    sides = ["right" if name in ("loss", "rows", "dimension") else "left" for name in headings]
    return text_table(headings, cells, sides, style, ("loss", "kind", "level"))


def text(verdict: dict, markdown: bool) -> str:
    """The verdict, the hypotheses one by one, the points, what is covered, the source."""
    style, bullet, bold = ("github", "- ", "**") if markdown else ("simple", "  ", "")
    lines = [
        ("### " if markdown else "") + f"{verdict['theorem']}: {read_any(verdict['problem']).title}",
        f"{bold}{sentence(verdict)}{bold}",
        f"Claim: {verdict['conclusion']['claim']}.",
    ]
    if verdict["hypotheses"]:
        stated = [f"{bullet}{h['name']}: {MARKS[h['holds']]} ({h['because']})" for h in verdict["hypotheses"]]
        lines.append("\n".join(["Hypotheses:", *[""] * markdown, *stated]))
    if verdict["evidence"]:
        lines.append(evidence_table(verdict, style))
    if verdict.get("escapes"):
        title = "Ways down w(t) = p + t v + t² u, along which the loss falls (all of them with --format json):"
        lines.append("\n".join([title, *([""] if markdown else []), *(bullet + escape(way) for way in shortest(verdict["escapes"]))]))
    for heading, field in (("Covers", "covers"), ("Does not cover", "does_not_cover")):
        if verdict[field]:
            lines.append(f"{heading}: {'; '.join(verdict[field])}.")
    for heading in ("counterexample", "example"):
        if heading in verdict:
            point = verdict[heading]["point"]
            lines.append(
                f"{heading.capitalize()}: the point [{', '.join(short(entry) for entry in point)}]; all digits with --format json."
            )
    lines.append(f"Source: {verdict['source']}.")
    return "\n\n".join(lines) + "\n"


def shortest(ways: Sequence[dict]) -> list[dict]:
    """One way down for each loss and order."""
    found = {(way["loss"], way["order"]): way for way in reversed(ways)}
    return list(reversed(found.values()))


def escape(way: dict) -> str:
    """A way down in a line."""
    bend = "" if not any(entry != "0" for entry in way["bend"]) else f", u = {vector(way['bend'])}"
    return (
        f"loss {way['loss']}, p = {vector(way['point'])}: v = {vector(way['velocity'])}{bend}, L(w(t)) - L(p) = "
        f"{short(way['coefficient'])} t^{way['order']} + …"
    )


def vector(entries: Sequence[str]) -> str:
    """Coordinates in brackets."""
    return f"[{', '.join(short(str(entry)) for entry in entries)}]"


def short(entry: str) -> str:
    """A short number as it is, a longer one as a decimal with seven digits.

    >>> short("-3/7"), short("12345678901234/3"), short("0.123456789")
    ('-3/7', '4.115226e+12', '0.1234568')
    """
    return entry if len(entry) <= 13 * ("/" in entry) or len(entry) <= 9 else f"{float(Fraction(entry)):.7g}"


def latex(verdict: dict) -> str:
    """A paragraph with its table, and the entry of the bibliography as a comment."""
    title = latex_cell(f"{verdict['theorem']}: {read_any(verdict['problem']).title}")
    hypotheses = "; ".join(f"{h['name']}: {MARKS[h['holds']]} ({h['because']})" for h in verdict["hypotheses"])
    claim = f"Claim: {verdict['conclusion']['latex']}. Hypotheses: {mathematics(hypotheses)}."
    parts = [f"\\paragraph{{{title}.}} {mathematics(sentence(verdict))} {claim}"]
    if verdict["evidence"]:
        rows = verdict["evidence"]
        headings = [mathematics(name) for name in rows[0] if name != "number"] + ["rows"]
        cells = [[mathematics(str(value)) for value in row.values()] for row in rows]
        parts.append(latex_table("l" * len(headings), headings, cells, f"Critical points behind the verdict, {title}."))
    parts.append("\n".join(f"% {line}" for line in verdict["bibtex"].splitlines()))
    return "\n\n".join(parts) + "\n"


SIGNS = {
    "½": r"$\tfrac12$", "‖": r"$\|$", "²": "$^2$", "−": "$-$", "Σ_{k ∈ S}": r"$\sum_{k\in S}$", "Σ": r"$\sum$", "σ_k": r"$\sigma_k$", "†": r"$^\dagger$",
    "ᵀ": "$^T$", "∇": r"$\nabla$", "ℓ": r"$\ell$", "λ": r"$\lambda$", "≠": r"$\ne$", "∅": r"$\emptyset$", "r_i": "$r_i$", "x_i": "$x_i$", "ℚ": r"$\mathbb{Q}$",
    "u_j": "$u_j$", "≥": r"$\ge$", "{": r"\{", "}": r"\}", "√": r"$\sqrt{}$", "∛": r"$\sqrt[3]{}$", "…": r"\dots{}",
}  # fmt: skip
"""Signs of claims and closed forms, longer ones first where one begins another."""


def mathematics(sentence: str) -> str:
    """Text with our signs set in mathematics."""
    parts, rest = [], sentence
    while rest:
        sign = next((s for s in sorted(SIGNS, key=len, reverse=True) if rest.startswith(s)), None)
        if sign is None:
            parts.append(latex_cell(rest[0]) if rest[0] != "^" else r"\^{}")
            rest = rest[1:]
        else:
            parts.append(SIGNS[sign])
            rest = rest[len(sign) :]
    return "".join(parts)
