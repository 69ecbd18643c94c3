"""Critical points along a scaled ridge."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from os import PathLike
from typing import Any

from critscape.exact_input import exactly
from critscape.kinds import Bifurcation
from critscape.problems.input.rational import rational
from critscape.problems.problem.problem import Problem
from critscape.reading import as_problem
from critscape.scripts.studies.bifurcations.document import content
from critscape.scripts.studies.bifurcations.scan import scan
from critscape.scripts.studies.options import Options
from critscape.solving import DEFAULT, positive, working


def bifurcation(
    problem: Problem | Mapping[str, Any] | str | PathLike[str],
    low: float | str | Fraction = "1/100",
    high: float | str | Fraction = 2,
    *,
    values: int = 49,
    linear: bool = False,
    seed: int = DEFAULT.seed,
    jobs: int = DEFAULT.jobs,
    max_paths: int = DEFAULT.max_paths,
    progress: bool = False,
) -> Bifurcation:
    """Real critical points as the ridge λ of a problem is scaled, s·λ: the values of s at which points are born, die or exchange stability.

    Parameters
    ----------
    problem : a problem, its document, or the path of its file.
    low, high : ends of the range of s.
    values : number of values of s at which critical points are found to begin with; bifurcations are located between them.
    linear : whether these values are evenly spaced (or their logarithms are).
    seed, jobs, max_paths, progress : as for :func:`critscape.solve`.

    Raises
    ------
    BadInput : no such problem or range, a ridge that is zero, or critical points that are not finite in number.
    TooLarge : there are more weights or paths than are allowed.
    """
    least, most = rational(exactly(low, "low"), "low"), rational(exactly(high, "high"), "high")
    options = Options("batch", seed, jobs, max_paths)
    with working(progress):
        return Bifurcation(content(scan(as_problem(problem), least, most, positive("values", values), not linear, options)))
