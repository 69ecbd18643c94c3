"""How a comparison of special problems with elimination prints."""

from __future__ import annotations

import json

from critscape.problems.files.writing import json_text
from critscape.scripts.printing.writing import csv_text

HEADINGS = ("kind", "seed", "status", "engine", "seconds", "what", "problem")


def render(document: dict, style: str) -> str:
    """The document in a format: JSON whole, CSV a row for every answer that differs, is late or incomplete, else lines of text."""
    if style == "json":
        return json_text(document)
    rows = [row(record) for name in ("differences", "late", "incomplete") for record in document[name]]
    if style == "csv":
        return csv_text([HEADINGS, *rows])
    lines = [
        (
            f"{document['problems']} problems ({tally(document['kinds'])}): {tally(document['statuses'])}; answered by {tally(document['engines'])}; "
            f"longest {document['longest']:.1f} s"
        ),
        (
            f"differences from elimination: {len(document['differences'])}; more than a minute without a reason: {len(document['late'])}; "
            f"incomplete with a reason: {len(document['incomplete'])}"
        ),
    ]
    for kind, seed, status, engine, seconds, what, problem in rows:
        lines += [f"{kind} {seed} ({status}, {engine}, {seconds} s): {what}", f"  {problem}"]
    lines.append(", ".join(f"{name} {version}" for name, version in document["versions"].items()))
    comment = "% " if style == "latex" else ""
    return "\n".join(comment + line for line in lines) + "\n"


def row(record: dict) -> list[str]:
    """One answer, in the order of HEADINGS."""
    what = record["difference"] or record["reason"] or "late"
    return [
        record["kind"],
        str(record["seed"]),
        record["status"],
        record["engine"] or "",
        f"{record['seconds']:.1f}",
        what,
        json.dumps(record["problem"]),
    ]


def tally(counts: dict[str, int]) -> str:
    """Names with their numbers.

    >>> tally({"complete": 9, "not-finite": 1})
    '9 complete, 1 not-finite'
    """
    return ", ".join(f"{number} {name}" for name, number in counts.items())
