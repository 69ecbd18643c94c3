"""What criteria on samples share: the data in problem files, and sizes."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot, sqrt
from typing import Any

from critscape.problems.input.rational import written
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression


def data_document(problem: Problem | Regression) -> dict:
    """The ``data`` of a problem file."""
    return {
        "inputs": [[written(x) for x in sample] for sample in problem.inputs],
        "targets": [[written(y) for y in sample] for sample in problem.targets],
    }


def samples_title(problem: Problem) -> str:
    """The number of samples, as headings have it."""
    return f", {problem.samples} sample{'s' if problem.samples > 1 else ''}"


def mean_square(values: Sequence[Any]) -> float:
    """The root mean square, or 1 where there are none or all are zero."""
    return hypot(*(float(value) for value in values)) / sqrt(max(1, len(values))) or 1.0
