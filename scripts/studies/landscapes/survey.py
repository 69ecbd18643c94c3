"""From a file to the landscape of its problem: what the command and the figures share."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from critscape.algebra.landscape.landscape import Landscape, NotApplicable, NotMorse, sublevel_sets
from critscape.problems.problem.problem import Problem
from critscape.scripts.studies.answer import Answer
from critscape.scripts.studies.cells.source import piecewise_linear_problem
from critscape.scripts.studies.complete_points import KnownPoints
from critscape.scripts.studies.known_points import known_points, points_of, problem_in
from critscape.scripts.studies.landscapes.valleys_run import ValleySurvey, valley_survey
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.progress import reporting

NO_TREE = (
    "minima are joined along the arcs that descend from points of index 1, and across kinks and dead units these are not proved, so no tree "
    "is claimed for piecewise linear networks; `critscape solve` lists minima and saddles, `critscape basins` says where descent ends"
)


@dataclass(frozen=True)
class Survey:
    """All real critical points of a problem and its sublevel sets; ``seconds`` is the time that the latter took."""

    known: KnownPoints
    landscape: Landscape
    seconds: float


def refuse_piecewise_linear(source: Path | dict) -> None:
    """Refuses problems whose merge tree is not proved.

    Raises
    ------
    NotApplicable : with what to do instead.
    """
    if piecewise_linear_problem(source) is not None:
        raise NotApplicable(NO_TREE)


def surveyed(source: Path | dict, options: Options) -> Survey | ValleySurvey:
    """The landscape of a problem, a result or a certificate: of a file, or of its content.

    Where the loss is not coercive or its critical points are degenerate or not finite in number it is a limit of landscapes.

    Raises
    ------
    BadInput, NotApplicable, TooLarge, EngineUnavailable : as :func:`critscape.scripts.studies.known_points.known_points` and
        :func:`critscape.scripts.studies.landscapes.valleys_run.valley_survey`.
    """
    refuse_piecewise_linear(source)
    try:
        known = known_points(source, options)
    except NotMorse:
        return valley_survey(*problem_in(source), options)
    return joined(known)


def survey(problem: Problem, answered: Callable[[], Answer], options: Options) -> Survey | ValleySurvey:
    """The landscape of a problem whose answer serves others as well: it is asked for only where the landscape is made of it.

    Raises
    ------
    NotApplicable, TooLarge, EngineUnavailable : as :func:`surveyed`.
    """
    try:
        known = points_of(problem, answered)
    except NotMorse:
        return valley_survey(problem, "problem", options)
    return joined(known)


def joined(known: KnownPoints) -> Survey:
    """The sublevel sets of a loss whose critical points are known."""
    began = time.perf_counter()
    with reporting(known.problem.network.title) as progress:
        progress("descending arcs", sum(point.index == 1 for point in known.points))
        found = sublevel_sets(known.loss, known.points, known.group, known.closed_forms)
    return Survey(known, found, time.perf_counter() - began)
