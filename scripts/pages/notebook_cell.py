"""A result as HTML for a cell of a notebook: counts with their levels, then one row for each orbit of real critical points."""

from __future__ import annotations

from critscape.problems.files.problem_file import read_listed
from critscape.scripts.pages.report_page import COUNTS, formula_inline, stated_counts, templates
from critscape.scripts.pages.report_points import orbits
from critscape.scripts.printing.numbers import short_number
from critscape.scripts.printing.summary import component_rows
from critscape.scripts.printing.weights import blocks_text

SHORT = {"degenerate": "degenerate", "spurious_minima": "spurious minima"}
"""Count → its heading where what it counts is too long for one."""
MOST_ROWS = 12
"""Orbits that are shown; the answer has all."""


def cell(result: dict) -> str:
    """The HTML of a result. Whatever the document holds is escaped."""
    problem = read_listed(result["problem"])
    rows = orbits(result, problem, "cell")
    stated = stated_counts(result)
    return (
        templates()
        .get_template("notebook.html")
        .render(
            title=problem.title,
            result=result,
            counts=[
                (formula_inline(symbol) if symbol else SHORT.get(name, meaning), meaning, *stated[name]) for name, symbol, meaning in COUNTS
            ],
            orbits=rows[:MOST_ROWS],
            left_out=sum(row.size for row in rows[MOST_ROWS:]),
            components=[
                (*row, blocks_text(problem.network, [short_number(x) for x in entry["representative"]], " "))
                for row, entry in zip(component_rows(result), result.get("components", ()))
            ],
        )
    )
