"""Hidden units replaced by copies at a critical point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import Any

from critscape.documents import Document
from critscape.exact_input import exactly
from critscape.kinds import Splitting
from critscape.problems.files import problem_file
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.scripts.studies.splitting.document import splitting_document
from critscape.scripts.studies.splitting.request import asked, plan_of
from critscape.scripts.studies.splitting.run import split as split_units
from critscape.solving import DEFAULT, positive, working

Share = int | float | str | Fraction


def split(
    problem: Problem | Regression | Document | Mapping[str, Any] | str | PathLike[str],
    *,
    weights: Any = None,
    point: int | None = None,
    layer: int | None = None,
    unit: int = 1,
    shares: Share | Sequence[Share] = "1/2",
    also: Sequence[tuple[int, int, Share | Sequence[Share]]] = (),
    starts: int = 20,
    seed: int = DEFAULT.seed,
    progress: bool = False,
) -> Splitting:
    """What a critical point of a feed-forward network becomes when hidden units are replaced by copies of themselves.

    Parameters
    ----------
    problem : a problem, its document, an answer or a result, or the path of a file with one of them.
    weights : one array per weight block, with numbers or texts such as ``"ln 2"``; critical exactly, or a start of Newton's method.
    point : of a result, the number of a real critical point from 1 on (None: its lowest local minimum).
    layer, unit : the hidden unit, both from 1 (``layer`` None: the last hidden layer).
    shares : λ, the share of the first of two copies, or the shares of all copies, which add up to 1.
    also : further units, as (layer, unit, shares).
    starts, seed : without ``weights`` or a result, the random starts of descent, and what fixes them.
    progress : whether stages are told on standard error.

    Raises
    ------
    BadInput : no feed-forward network, no such unit, shares that do not add up to 1, no critical point that can be proved.

    >>> found = split(
    ...     {"architecture": {"family": "feed-forward", "widths": [1, 1, 1], "activation": "logistic"},
    ...      "data": {"inputs": [[-1], [1], [2]], "targets": [["13/30"], ["-2/15"], ["57/40"]]}},
    ...     weights=[[["ln 2"]], [[1]]], shares=["1/3", "1/3", "1/3"])
    >>> found.document["wide"]["kind"], found.document["wide"]["inertia"]
    ('local minimum', [4, 0, 2])
    """
    given = exactly(weights, "weights") if weights is not None else None
    with working(progress):
        found, place, origin = asked(_content(problem), given, point)
        further = [f"{one[0]},{one[1]},{_shares(one[2])}" for one in also]
        plan = plan_of(found, layer, unit, _shares(shares), further)
        return Splitting(splitting_document(split_units(found, plan, place, origin, seed, positive("starts", starts))))


def _content(given: Any) -> Any:
    if isinstance(given, Problem | Regression):
        return problem_file.document(given)
    if isinstance(given, Document):
        return given.document
    if isinstance(given, Mapping):
        return exactly(given, "") if "architecture" in given else dict(given)
    return Path(given)


def _shares(given: Any) -> str:
    """Shares as the command line has them."""
    entries = given if isinstance(given, Sequence) and not isinstance(given, str) else [given]
    return ",".join(str(exactly(entry, "shares")) for entry in entries)
