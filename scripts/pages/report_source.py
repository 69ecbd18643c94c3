"""What a report is made from, checked: results, and the landscape of one of them and what theorems say of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from critscape.problems.files.documents import checked as checked_document
from critscape.problems.files.documents import expect, format_of, schema
from critscape.problems.files.problem_file import document, read_any, read_listed
from critscape.problems.input.bad_input import BadInput, within
from critscape.problems.input.json_file import LARGEST_ANSWER, contents, validate
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression

KINDS = ("global minimum", "spurious local minimum", "local minimum", "strict saddle", "non-strict saddle", "local maximum", "degenerate")
"""Types of real critical points, in the order of legends."""


def read_results(path: Path) -> list[tuple[dict, Problem | Regression]]:
    """The result in a file, or all of them if it holds a list, each with its problem.

    Raises
    ------
    BadInput : it holds neither, or counts that are not those of the points that are listed.
    """
    content = contents(path, "a readable result file", LARGEST_ANSWER)
    if isinstance(content, list) and content:
        return [checked(result, f"[{k}]") for k, result in enumerate(content)]
    return [checked(content, "")]


def checked(result: Any, field: str) -> tuple[dict, Problem | Regression]:
    """A result and its problem.

    Raises
    ------
    BadInput : another object; messages name its fields as parts of ``field``.
    """
    expect(result, field or "RESULT", "result")
    # A page shows all that results have; earlier ones without their format may have it too.
    validate({**result, "format": format_of("result")}, schema("result"), field)
    with within(f"{field}.problem".lstrip(".")):
        problem = read_listed(result["problem"])
    real = [(k, point) for k, point in enumerate(result["critical_points"]) if point["real"]]
    for k, point in real:
        where = f"{field}.critical_points[{k}]".lstrip(".")
        for name, given in coordinates(point):
            if len(given) != problem.dimension:
                raise BadInput(f"{where}.{name}", f"{problem.dimension} coordinates, one per weight", f"{len(given)} of them")
        if point["kind"] != "degenerate" and None in (point["index"], point["loss"]):
            raise BadInput(where, "the index and the loss of a point that is not degenerate")
    regular = [point for _, point in real if point["kind"] != "degenerate"]
    tally = {str(index): number for index, number in sorted(Counter(point["index"] for point in regular).items())}
    for name, listed in (("real", len(real)), ("by_index", tally)):
        counted = result["counts"][name]
        if counted is not None and counted != listed:
            raise BadInput(f"{field}.counts.{name}".lstrip("."), f"{listed}, as the real points in critical_points are", counted)
    if "landscape" in result:
        checked_landscape(result["landscape"], problem, f"{field}.landscape".lstrip("."))
    return result, problem


def coordinates(point: dict) -> Iterator[tuple[str, list[str]]]:
    """The lists of a point that have an entry for each weight, with their fields."""
    yield "point", point["point"]
    if "closed_form" in point:
        yield "closed_form.point", point["closed_form"]["point"]
        yield "closed_form.latex.point", point["closed_form"]["latex"]["point"]


def read_landscape(path: Path, problem: Problem | Regression) -> dict:
    """The landscape in a file, of the same problem.

    Raises
    ------
    BadInput : it holds none, or that of another problem.
    """
    content = contents(path, "a readable landscape file", LARGEST_ANSWER)
    expect(content, "--landscape", "landscape")
    return checked_landscape(content, problem, "landscape")


def read_verdicts(path: Path, problem: Problem | Regression) -> list[dict]:
    """The verdict in a file, or all of them if it holds a list, of the same problem.

    Raises
    ------
    BadInput : it holds none, or one of another problem.
    """
    content = contents(path, "a readable file of verdicts", LARGEST_ANSWER)
    listed = content if isinstance(content, list) and content else [content]
    for k, verdict in enumerate(listed):
        where = f"--verdicts[{k}]" if isinstance(content, list) else "--verdicts"
        expect(verdict, where, "verdict")
        checked_document(verdict, "verdict", where)
        if document(read_any(verdict["problem"])) != document(problem):
            raise BadInput(f"{where}.problem", "the problem of the result: this verdict is about another one")
    return listed


def checked_landscape(content: Any, problem: Problem | Regression, field: str) -> dict:
    """A landscape of the problem."""
    checked_document(content, "landscape", field)
    if document(read_listed(content["problem"])) != document(problem):
        raise BadInput(f"{field}.problem", "the problem of the result: this landscape is of another one")
    return content


def finite(digits: str | None) -> float | None:
    """A decimal string as a number to draw with; None where there is none, or it is too large.

    >>> finite("0.25"), finite("1e999"), finite(None)
    (0.25, None, None)
    """
    if digits is None or abs(Decimal(digits)) > Decimal("1e300"):
        return None
    return float(digits)
