"""What is said where all critical points of a deep network are asked for."""

from __future__ import annotations

from pathlib import Path

from critscape.problems.input.bad_input import BadInput
from critscape.problems.problem.regression import Regression
from critscape.scripts.studies.options import Options


def answered(problem: Regression, options: Options, certificate: Path | None) -> dict:
    """Refuses to enumerate.

    Raises
    ------
    BadInput : always; it names what is possible.
    """
    raise BadInput(
        "architecture.family",
        "a family all of whose critical points are found; of a feed-forward network single critical points are proved and their units "
        "split (`critscape split PROBLEM.json`)",
        problem.network.family,
    )
