"""What theorems say of a problem, as a report shows it: works from the documents of verdicts alone."""

from __future__ import annotations

from collections.abc import Sequence

from critscape.scripts.printing.verdict_legend import column_lines
from critscape.scripts.printing.verdict_rendering import MARKS, WAYS, escapes, evidence, points, sentence

WORDS = {"holds": "✓ holds", "fails": "✗ fails", "undecided": "– undecided"}


def verdict_parts(verdicts: Sequence[dict]) -> list[dict]:
    """What the template shows of each verdict."""
    return [verdict_part(verdict) for verdict in verdicts]


def verdict_part(verdict: dict) -> dict:
    """The conclusion in a sentence, hypotheses, the points behind it, points and ways that are exhibited, what is covered, the source."""
    conclusion = verdict["conclusion"]
    headings, rows = evidence(verdict) if verdict["evidence"] else ([], [])
    return {
        "theorem": verdict["theorem"],
        "summary": verdict.get("summary", ""),
        "verdict": conclusion["verdict"],
        "word": WORDS[conclusion["verdict"]],
        "level": conclusion["level"],
        "sentence": sentence(verdict),
        "claim": conclusion["claim"],
        "hypotheses": [(h["name"], h["holds"], MARKS[h["holds"]], h["because"]) for h in verdict["hypotheses"]],
        "headings": headings,
        "rows": rows,
        "legend": column_lines(headings),
        "points": points(verdict),
        "ways": WAYS,
        "escapes": escapes(verdict) if verdict.get("escapes") else [],
        "next": conclusion.get("next"),
        "covers": verdict["covers"],
        "does_not_cover": verdict["does_not_cover"],
        "source": verdict.get("source", ""),
    }
