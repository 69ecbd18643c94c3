"""A result in a few lines, for a prompt; works from the document alone."""

from __future__ import annotations

from tabulate import tabulate

from critscape.scripts.printing.components import dimension, inertia
from critscape.scripts.printing.numbers import short_loss
from critscape.scripts.printing.rendering import problem_of
from critscape.scripts.printing.sentence import spurious_is_least
from critscape.scripts.printing.writing import UNKNOWN
from critscape.scripts.studies.tally import tally

ROWS = (
    ("complex critical points", "complex"),
    ("real ones", "real"),
    ("local minima", "local_minima"),
    ("spurious minima", "spurious_minima"),
    ("degenerate", "degenerate"),
)


def summary(result: dict) -> str:
    """Status and counts with their levels, what they rest on where they are not complete, and how they were found.

    A dash stands for what is not decided.
    """
    counts, levels, engine = result["counts"], result.get("levels", {}), result["engine"]
    problem = problem_of(result)
    rows = [[name, count_text(result, field), levels.get(field) or ""] for name, field in ROWS]
    by_index = tally(counts["by_index"] or {})
    if by_index:
        rows[1].append(f"by index {by_index}")
    table = tabulate(rows, tablefmt="plain", disable_numparse=True, colalign=("left", "right", "left"))
    listed = [list(row) for row in component_rows(result)]
    components = tabulate(listed, COMPONENT_HEADINGS, "plain", disable_numparse=True, colalign=COMPONENT_SIDES) if listed else ""
    heading = f"{problem.title}: {result['status']}" + (f" ({result['reason']})" if "reason" in result else "")
    seconds = f", {result['seconds']['total']:.2f} s" if "total" in result.get("seconds", {}) else ""
    found = f"engine {engine['name']}, seed {engine['seed']}{seconds}"
    return "\n".join(
        f"  {line}".rstrip() if k else line for k, line in enumerate([heading, *table.splitlines(), *components.splitlines(), found])
    )


COMPONENT_HEADINGS, COMPONENT_SIDES = ("component", "loss", "dim", "inertia", "level"), ("left", "right", "right", "left", "left")


def component_rows(result: dict) -> list[tuple[str, ...]]:
    """Kind, loss, dimension, inertia and level of each component of a critical set that is not finite."""
    return [(row["kind"], short_loss(row), dimension(row), inertia(row), row["level"]) for row in result.get("components", ())]


def count_text(result: dict, field: str) -> str:
    """A count as tables have it.

    >>> count_text({"status": "complete", "counts": {"real": None}}, "real")
    '–'
    """
    if result["status"] == "not-finite" and field == "complex":
        return "∞"
    number = result["counts"].get(field)
    least = "≥ " if field == "spurious_minima" and number is not None and spurious_is_least(result["counts"]) else ""
    return UNKNOWN if number is None else f"{least}{number}"
