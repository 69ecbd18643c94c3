"""Results to standard output and a file, and the exit status that they mean."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from critscape.algebra.critical.critical_set import Status
from critscape.scripts.printing import stationary_rendering
from critscape.scripts.printing.rendering import View, render
from critscape.scripts.printing.writing import emit

EXIT_STATUS = {Status.COMPLETE.value: 0, Status.NOT_FINITE.value: 1, Status.INCOMPLETE.value: 1}


def deliver(results: list[dict], printed: str, output: Path | None, view: View = View()) -> int:
    """Prints the answer in one format, writes it to ``output`` if given, and returns the exit status."""
    emit(results, partial(render_each, view=view), printed, output)
    return max(map(exit_status, results))


def render_each(results: list[dict], style: str, view: View) -> str:
    """Results of polynomial networks, or the stationary points of one network with piecewise linear units."""
    return stationary_rendering.render(results[0], style) if "stationary" in results[0] else render(results, style, view)


def exit_status(result: dict) -> int:
    """0 where the answer is all there is: a table of components is, when all of its evidence holds."""
    if "components" in result:
        return int(any(entry["holds"] is False for entry in result["evidence"].values()))
    return EXIT_STATUS[result["status"]]
