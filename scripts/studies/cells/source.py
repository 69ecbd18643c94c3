"""The problem of a file, or of its content, whose network is piecewise linear."""

from __future__ import annotations

from pathlib import Path

from critscape.problems.files.documents import kind_of
from critscape.problems.files.problem_file import read_any
from critscape.problems.input.json_file import LARGEST_ANSWER, contents
from critscape.problems.networks.activated.piecewise_linear import PiecewiseLinear
from critscape.problems.problem.regression import Regression

EXPECTED = "a readable problem file, result or certificate"


def piecewise_linear_problem(source: Path | dict) -> Regression | None:
    """The problem of a source, a problem or a table of stationary points, if its network is piecewise linear."""
    content = contents(source, EXPECTED, LARGEST_ANSWER) if isinstance(source, Path) else source
    kind = kind_of(content)
    if kind not in (None, "problem", "stationary"):
        return None
    problem = read_any(content["problem"] if kind == "stationary" else content)
    return problem if isinstance(problem, Regression) and isinstance(problem.network, PiecewiseLinear) else None
