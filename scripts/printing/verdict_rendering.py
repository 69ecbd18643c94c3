"""Verdicts of theorems as text, Markdown, CSV, LaTeX or JSON. Works from the documents alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from critscape.algebra.critical.levels import Level
from critscape.problems.files.problem_file import read_any
from critscape.problems.files.writing import json_text
from critscape.problems.networks.network import Architecture
from critscape.scripts.printing.latex import latex_cell, latex_table
from critscape.scripts.printing.text_table import text_table
from critscape.scripts.printing.verdict_legend import by_theorem, column_lines, level_lines
from critscape.scripts.printing.weights import blocks_text, weight_names
from critscape.scripts.printing.writing import csv_text
from critscape.scripts.studies.verdicts.extent import NONE_MISSING, Extent

MARKS = {True: "holds", False: "does not hold", None: "not decided"}
NOTHING, UNANSWERED = "does not apply", "not answered"
NONE: Mapping[str, str] = {}
IMPORTANT = ("loss", "infimum", "kind", "level", "S", "rank M", "rank MX", "inertia of R", "spurious", "λ", "theorem", "∇ℓ(M)")
"""Columns that narrow tables keep, the most important first."""
CSV = ("theorem", "problem", "hypotheses", "verdict", "level", "because")


def render(verdicts: Sequence[dict], style: str, others: Mapping[str, str] | None = None, large: Mapping[str, str] = NONE) -> str:
    """The verdicts in a format; CSV has one row for each. ``others`` are the theorems that do not apply, and why, ``large`` those for which
    the problem is too large: they come in a summary at the end (``others`` None: there is no summary), and are left out in JSON.
    """
    if style == "json":
        return json_text(verdicts[0] if len(verdicts) == 1 else list(verdicts))
    if style == "csv":
        missing = [(large, UNANSWERED), (others or NONE, NOTHING)]
        rows = [[name, "", "", what, "", why] for reasons, what in missing for name, why in reasons.items()]
        return csv_text([CSV, *map(csv_row, verdicts), *rows])
    if style == "latex":
        parts = [*map(latex, verdicts), *([] if others is None else [latex_summary(verdicts, others, large)])]
        return "% Needs \\usepackage{booktabs,amsmath,amssymb,graphicx}.\n\n" + "\n".join(parts)
    markdown = style == "markdown"
    parts = [text(verdict, markdown) for verdict in verdicts]
    return "\n".join(parts if others is None else [*parts, summary(verdicts, others, large, markdown)])


def summary(verdicts: Sequence[dict], others: Mapping[str, str], large: Mapping[str, str], markdown: bool) -> str:
    """One line for each theorem that applies, then those that do not and why, and how many of each at the end."""
    bullet = "- " if markdown else "  "
    lines = [bullet + line for line in summary_lines(verdicts, others, large)]
    return "\n".join([("### " if markdown else "") + "Summary", "", *lines, "", counted(verdicts, others, large)]) + "\n"


def summary_lines(verdicts: Sequence[dict], others: Mapping[str, str], large: Mapping[str, str] = NONE) -> list[str]:
    """A line for each theorem."""
    return [
        *(f"{verdict['theorem']}: {short_sentence(verdict)}" for verdict in verdicts),
        *(f"{name}: {UNANSWERED} ({why})" for name, why in large.items()),
        *(f"{name}: {NOTHING}, as {why}" for name, why in others.items()),
    ]


def counted(verdicts: Sequence[dict], others: Mapping[str, str], large: Mapping[str, str] = NONE) -> str:
    """How many theorems speak of such problems, and what became of their conclusions.

    >>> verdicts = [{"conclusion": {"verdict": name}} for name in ("holds", "holds", "fails")]
    >>> counted(verdicts, {"forms": "…", "quadratic": "…"})
    '3 of 5 theorems speak of this family: the conclusion holds in 2, fails in 1.'
    >>> counted(verdicts[:2], {"forms": "…", "quadratic": "…"}, {"depth": "…"})
    '3 of 5 theorems speak of this family: the conclusion holds in 2, is not answered in 1.'
    """
    outcomes = Counter(verdict["conclusion"]["verdict"] for verdict in verdicts) + Counter({UNANSWERED: len(large)})
    names = {"holds": "holds", "fails": "fails", "undecided": "is undecided", UNANSWERED: "is not answered"}
    said = ", ".join(f"{name} in {outcomes[outcome]}" for outcome, name in names.items() if outcomes[outcome])
    speaking = len(verdicts) + len(large)
    speak = "speaks" if speaking == 1 else "speak"
    return f"{speaking} of {speaking + len(others)} theorems {speak} of this family{f': the conclusion {said}' if said else ''}."


def short_sentence(verdict: dict) -> str:
    """Verdict, level and where the problem stands to the hypotheses, in a line."""
    conclusion, level = verdict["conclusion"], verdict["conclusion"]["level"]
    vacuous = " vacuously" if conclusion.get("extent") == Extent.VACUOUS.value else ""
    how = f"{level} by the theorem itself, unchecked" if by_theorem(conclusion) else level
    return f"{conclusion['verdict']}{vacuous}{f' ({how})' if how else ''}, {standing(verdict)}"


def failing(verdict: dict) -> list[str]:
    """What is the case in place of the hypotheses that this problem does not satisfy."""
    return [h.get("otherwise", f"not: {h['name']}") for h in verdict["hypotheses"] if h["holds"] is False]


def standing(verdict: dict) -> str:
    """Where the problem stands to the hypotheses."""
    outside, open_ = failing(verdict), [h["name"] for h in verdict["hypotheses"] if h["holds"] is None]
    if outside:
        return f"outside the hypotheses ({'; '.join(outside)})"
    if open_:
        return f"where the hypotheses are not all decided ({'; '.join(open_)})"
    return "within the hypotheses" if verdict["hypotheses"] else "with no hypothesis checked"


def sentence(verdict: dict) -> str:
    """The verdict in one sentence: of the claim on these data, and where the problem stands to the hypotheses."""
    conclusion, where = verdict["conclusion"], standing(verdict)
    inside = verdict["hypotheses"] and all(h["holds"] for h in verdict["hypotheses"])
    claimed = f"{verdict.get('claimant', 'the theorem')} says that the conclusion holds"
    expected = f"{claimed}, and it" if inside and not by_theorem(conclusion) else "the conclusion"
    what = {
        "holds": f"{expected} holds {conclusion.get('extent', Extent.ENUMERATED.value)} ({level_with_halves(verdict)})",
        "fails": f"the conclusion fails ({conclusion['level']}{' counterexample' if 'counterexample' in verdict else ''})",
        "undecided": f"{claimed}; this computation neither confirms nor refutes it"
        if inside
        else "this computation does not decide the conclusion",
    }[conclusion["verdict"]]
    alarm = " This contradicts the theorem: please check it and report it." if inside and conclusion["verdict"] == "fails" else ""
    return f"{where[0].upper()}{where[1:]} {what}: {conclusion['because']}.{alarm}"


def level_with_halves(verdict: dict) -> str:
    """The level of a conclusion that holds; where it is certified, what of it is proved and what is not.

    >>> level_with_halves({"conclusion": {"level": "certified"}, "evidence": [{"level": "proved"}]})
    'certified: what each row says is proved, that no row is missing is not'
    """
    level, complete = verdict["conclusion"]["level"], verdict.get("complete", NONE_MISSING)
    rows = {row.get("level") for row in verdict["evidence"]}
    if level != Level.CERTIFIED.value or by_theorem(verdict["conclusion"]):
        return level
    if not rows:
        return f"{level}: that {complete} is not proved"
    known = "what each row says" if rows == {Level.PROVED.value} else "that each row has a critical point"
    return f"{level}: {known} is proved, that {complete} is not"


def csv_row(verdict: dict) -> list[str]:
    """One verdict in a row."""
    outside, conclusion = failing(verdict), verdict["conclusion"]
    hypotheses = "; ".join(outside) or ("all hold" if all(h["holds"] for h in verdict["hypotheses"]) else "not decided")
    title = read_any(verdict["problem"]).title
    return [verdict["theorem"], title, hypotheses, conclusion["verdict"], conclusion["level"] or "", conclusion["because"]]


def evidence(verdict: dict) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of the points that the verdict is about; how many rows are alike in the last column, if any are."""
    rows = verdict["evidence"]
    names = [name for name in rows[0] if name != "number"]
    several = any(row["number"] > 1 for row in rows)
    cells = [[*(str(row[name]) for name in names), *([str(row["number"])] if several else [])] for row in rows]
    return [*names, *(["rows"] if several else [])], cells


def evidence_table(verdict: dict, style: str) -> str:
    """The points that the verdict is about, with a legend."""
    headings, cells = evidence(verdict)
    sides = ["right" if name in ("loss", "rows", "dimension", "set dimension") else "left" for name in headings]
    table = text_table(headings, cells, sides, style, IMPORTANT)
    bullet = "- " if style == "github" else "  "
    # Of columns that are left out nothing is said.
    shown = re.split(r"\s{2,}|\s*\|\s*", table.splitlines()[0].strip())
    legend = column_lines([name for name in headings if name in shown])
    return "\n".join([table, *[""] * (style == "github"), *(bullet + line for line in legend)])


def text(verdict: dict, markdown: bool) -> str:
    """The verdict, the hypotheses one by one, the points, what is covered, the source."""
    style, bullet, bold = ("github", "- ", "**") if markdown else ("simple", "  ", "")

    def block(title: str, lines: Sequence[str]) -> str:
        return "\n".join([title, *[""] * markdown, *(bullet + line for line in lines)])

    conclusion = verdict["conclusion"]
    found = [
        ("### " if markdown else "") + f"{verdict['theorem']}: {read_any(verdict['problem']).title}",
        f"{bold}{sentence(verdict)}{bold}",
    ]
    levels = level_lines(conclusion, (row.get("level", "") for row in verdict["evidence"]))
    if levels:
        found.append(block("Levels, of the conclusion and of each row:" if verdict["evidence"] else "Level:", levels))
    if "next" in conclusion:
        found.append(f"To try next: {conclusion['next']}.")
    found.append(f"Claim: {conclusion['claim']}.")
    if verdict["hypotheses"]:
        found.append(block("Hypotheses:", [hypothesis(h) for h in verdict["hypotheses"]]))
    if verdict["evidence"]:
        found.append(evidence_table(verdict, style))
    if verdict.get("escapes"):
        found.append(block(f"{WAYS} (long numbers rounded; all ways with all digits with --format json):", escapes(verdict)))
    if exhibited := points(verdict):
        found += [*exhibited[:-1], f"{exhibited[-1]} All digits with --format json."]
    for heading, field in (("Covers", "covers"), ("Does not cover", "does_not_cover")):
        if verdict[field]:
            found.append(block(f"{heading}:", verdict[field]))
    found.append(f"Source: {verdict['source']}.")
    return "\n\n".join(found) + "\n"


def hypothesis(entry: dict) -> str:
    """A hypothesis in a line."""
    return f"{entry['name']}: {MARKS[entry['holds']]} ({entry['because']})"


WAYS = "Ways down w(t) = p + t v + t² u, u = 0 where it is not named, with ΔL = L(w(t)) − L(p) < 0 for small t > 0"


def points(verdict: dict) -> list[str]:
    """The points that the verdict exhibits, each in a line: counterexample or example, and the lower point."""
    network = read_any(verdict["problem"]).network
    found = []
    for heading in ("counterexample", "example"):
        if heading in verdict and "point" in verdict[heading]:
            found.append(f"{heading.capitalize()}{told(verdict[heading])}: {blocks(network, verdict[heading]['point'])}.")
    if "minimum" in verdict:
        loss = verdict["minimum"]["loss"]
        at = "where L is not told from 0" if loss is None else f"where L {equal(str(loss))}"
        found.append(f"Minimum that was split: {blocks(network, verdict['minimum']['point'])}, {at}.")
    if "lower" in verdict:
        lower = verdict["lower"]
        found.append(
            f"Lower point: {blocks(network, lower['point'])}, where L {equal(lower['loss'])} < {short(lower['below'])}: a loss of "
            f"{short(lower['below'])} or more is not the least, proved."
        )
    return found


def told(exhibited: dict) -> str:
    """Kind and loss of a point that a verdict exhibits, as far as they are given.

    >>> told({"kind": "spurious local minimum", "loss": "25/32", "point": []}), told({"infimum": "1", "point": []})
    (' (spurious local minimum, loss 25/32)', ' (infimum 1)')
    """
    parts = [
        exhibited[name] if name == "kind" else f"{name} {exhibited[name]}" for name in ("kind", "loss", "infimum") if name in exhibited
    ]
    return f" ({', '.join(parts)})" if parts else ""


def equal(number: str) -> str:
    """A number that L is, or a decimal that it nearly is.

    >>> equal("13/32"), equal("123456789/1234567890")
    ('= 13/32', '≈ 0.1')
    """
    return f"= {number}" if short(number) == number else f"≈ {short(number)}"


def blocks(network: Architecture, point: Sequence) -> str:
    """A point, weight block by weight block; an entry of which nothing is known is a dash."""
    return blocks_text(network, [short(str(entry)) for entry in point], " ")


def shortest(ways: Sequence[dict]) -> list[dict]:
    """One way down for each loss and order."""
    found = {(way["loss"], way["order"]): way for way in reversed(ways)}
    return list(reversed(found.values()))


def escapes(verdict: dict) -> list[str]:
    """One way down for each loss and order, in a line."""
    network = read_any(verdict["problem"]).network
    return [escape(network, way) for way in shortest(verdict["escapes"])]


def escape(network: Architecture, way: dict) -> str:
    """A way down in a line."""
    bend = "" if not any(str(entry) != "0" for entry in way["bend"]) else f"; u: {direction(network, way['bend'])}"
    return (
        f"loss {way['loss']}, p: {blocks(network, way['point'])}; v: {direction(network, way['velocity'])}{bend}; "
        f"ΔL = {short(way['coefficient'])} t^{way['order']} + …"
    )


def direction(network: Architecture, entries: Sequence) -> str:
    """The entries of a direction that are not zero, by name."""
    named = [f"{name} = {short(str(entry))}" for name, entry in zip(weight_names(network), entries) if str(entry) != "0"]
    return ", ".join(named) + ("" if len(named) == len(entries) else ", all others 0")


def short(entry: str) -> str:
    """A short number as it is, a longer one as a decimal with seven digits; closed forms stay, as they are short by construction.

    >>> short("-3/7"), short("12345678901234/3"), short("0.123456789"), short("(125 + 4√31)/72")
    ('-3/7', '4.115226e+12', '0.1234568', '(125 + 4√31)/72')
    """
    if len(entry) <= 13 * ("/" in entry) or len(entry) <= 9:
        return entry
    try:
        return f"{float(Fraction(entry)):.7g}"
    except ValueError:
        return entry


def latex(verdict: dict) -> str:
    """A paragraph with its table and points, and the entry of the bibliography as a comment."""
    title = latex_cell(f"{verdict['theorem']}: {read_any(verdict['problem']).title}")
    claim = f"Claim: {verdict['conclusion']['latex']}. Hypotheses: {mathematics('; '.join(map(hypothesis, verdict['hypotheses'])))}."
    levels = level_lines(verdict["conclusion"], (row.get("level", "") for row in verdict["evidence"]))
    parts = [f"\\paragraph{{{title}.}} {mathematics(sentence(verdict))} {claim} {mathematics('; '.join(levels))}."]
    if verdict["evidence"]:
        headings, rows = evidence(verdict)
        cells = [[mathematics(entry) for entry in row] for row in rows]
        caption = f"Critical points behind the verdict, {title}. {mathematics('; '.join(column_lines(headings)))}."
        parts.append(latex_table("l" * len(headings), [mathematics(name) for name in headings], cells, caption))
    parts += map(mathematics, points(verdict))
    parts.append("\n".join(f"% {line}" for line in verdict["bibtex"].splitlines()))
    return "\n\n".join(parts) + "\n"


def latex_summary(verdicts: Sequence[dict], others: Mapping[str, str], large: Mapping[str, str]) -> str:
    """The summary as a paragraph."""
    lines = "; ".join(summary_lines(verdicts, others, large))
    return f"\\paragraph{{Summary.}} {mathematics(lines)}. {mathematics(counted(verdicts, others, large))}\n"


SIGNS = {
    "½": r"$\tfrac12$", "‖": r"$\|$", "²": "$^2$", "−": "$-$", "Σ_{k ∈ S}": r"$\sum_{k\in S}$", "Σ": r"$\sum$", "σ_k": r"$\sigma_k$", "σ_1": r"$\sigma_1$", "σ_2": r"$\sigma_2$", "†": r"$^\dagger$",
    "ᵀ": "$^T$", "∇": r"$\nabla$", "ℓ": r"$\ell$", "λ": r"$\lambda$", "≠": r"$\ne$", "∅": r"$\emptyset$", "r_i": "$r_i$", "x_i": "$x_i$", "ℚ": r"$\mathbb{Q}$",
    "u_j": "$u_j$", "≥": r"$\ge$", "{": r"\{", "}": r"\}", "√": r"$\sqrt{}$", "∛": r"$\sqrt[3]{}$", "…": r"\dots{}",
    "⋯": r"$\cdots$", "·": r"$\cdot$", "∈": r"$\in$", "Σ_S": r"$\sum_S$", "Σ_{i ∈ J}": r"$\sum_{i\in J}$", "a_j": "$a_j$", "v_j": "$v_j$",
    "w_j": "$w_j$", "h_i": "$h_i$", "W_H": "$W_H$", "W_1": "$W_1$", "≈": r"$\approx$", "<": "$<$", ">": "$>$", "|": "$|$", "φ": r"$\varphi$",
    "≻": r"$\succ$", "Δ": r"$\Delta$", "≺": r"$\prec$", "ε": r"$\varepsilon$", "→": r"$\to$",
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
