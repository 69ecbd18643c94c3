"""What is asked for: the problem, the weights where a critical point is sought, and the units that are split."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from critscape.algebra.splitting.copies import Plan, Split
from critscape.algebra.splitting.logarithms import Exact
from critscape.problems.criteria.feed_forward import feed_forward
from critscape.problems.files.documents import kind_of, refuse_others
from critscape.problems.files.problem_file import read_any
from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.json_file import LARGEST_ANSWER, contents, parse
from critscape.problems.input.rational import rational
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.scripts.studies.splitting.place import AtInfinity, Origin, point_of_result, read_weights, shares


def asked(source: Path | dict, weights: str | Any, point: int | None) -> tuple[Problem | Regression, list[Exact] | None, Origin]:
    """The problem of a file (or parsed JSON), the weights that are given (None: they are to be found), and where they come from.

    Raises
    ------
    BadInput : no problem and no result, weights beside a result's point, weights that do not fit.
    """
    content = contents(source, "a readable problem file or result", LARGEST_ANSWER) if isinstance(source, Path) else source
    refuse_others(content, str(source) if isinstance(source, Path) else "problem", "problem", "result")
    problem = read_any(content)
    feed_forward(problem.network)
    if weights is not None:
        if point is not None:
            raise BadInput("--point", "nothing beside --weights")
        if isinstance(weights, str):
            inline = weights.lstrip().startswith(("[", "{"))
            weights = parse(weights, "weights") if inline else contents(Path(weights), "readable JSON with weights")
        return problem, read_weights(weights, problem.network), Origin.REFINED
    if kind_of(content) == "result":
        return problem, point_of_result(content, point, problem.network), Origin.RESULT
    if point is not None:
        raise BadInput("--point", "a result in place of the problem file, whose points have numbers")
    return problem, None, Origin.FOUND


def plan_of(problem: Problem | Regression, layer: int | None, unit: int, share: str, also: Sequence[str] = ()) -> Plan:
    """The splits: of ``unit`` of ``layer`` (both from 1; None: the last hidden one), and those that ``also`` names as "L,R,λ[,…]".

    Raises
    ------
    BadInput : what is not of this form.
    """
    network = feed_forward(problem.network)
    found = [Split(network.depth - 1 if layer is None else layer, unit - 1, shares(share, "lambda"))]
    for text in also:
        parts = text.split(",", 2)
        if len(parts) < 3 or not all(part.strip().isascii() and part.strip().isdigit() and int(part) for part in parts[:2]):
            raise BadInput("--also", "layer, unit and shares, such as 1,2,1/2", text)
        found.append(Split(int(parts[0]), int(parts[1]) - 1, shares(parts[2], "--also")))
    return tuple(found)


def at_infinity(problem: Problem | Regression, layer: int | None, text: str) -> AtInfinity:
    """A unit beside those of ``layer`` (None: the last hidden one) with the weights "W,…;V,…".

    Raises
    ------
    BadInput : another form.
    """
    parts = [[rational(entry.strip(), "--saturate") for entry in part.split(",")] for part in text.split(";")]
    if len(parts) != 2:
        raise BadInput("--saturate", "incoming weights, a semicolon, outgoing weights, such as 1,-1/2;1", text)
    return AtInfinity(feed_forward(problem.network).depth - 1 if layer is None else layer, tuple(parts[0]), tuple(parts[1]))
