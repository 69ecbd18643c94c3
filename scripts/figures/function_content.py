"""The functions of minima that a figure shows, read from a problem or from what `critscape solve` wrote."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from critscape.problems.files.documents import checked, kind_of, refuse_others
from critscape.problems.files.problem_file import read_any
from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.json_file import LARGEST_ANSWER, contents
from critscape.problems.networks.activated.piecewise_linear import PiecewiseLinear
from critscape.problems.networks.network import matrices
from critscape.problems.problem.regression import Regression
from critscape.scripts.figures.function_figure import Curve
from critscape.scripts.printing.numbers import short_number
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.solution import solution

MINIMA = ("global minimum", "spurious local minimum", "local minimum")


def read_stationary(path: Path, options: Options, most_inputs: int | None = 1) -> tuple[dict, Regression]:
    """The stationary points in a file, or those of the problem in it, which is solved.

    Raises
    ------
    BadInput : another file, another family, or a network with more inputs than there may be (None: any number).
    """
    content = contents(path, "a readable problem or table of stationary points", LARGEST_ANSWER)
    refuse_others(content, str(path), "problem", "stationary")
    known = kind_of(content) == "stationary"
    if known:
        checked(content, "stationary", str(path))
    problem = read_any(content["problem"] if known else content)
    if not isinstance(problem, Regression) or not isinstance(problem.network, PiecewiseLinear):
        raise BadInput("architecture.family", "piecewise-linear", problem.network.family)
    if most_inputs is not None and problem.network.inputs > most_inputs:
        raise BadInput("architecture.inputs", "1: functions of more inputs have no graph to draw", problem.network.inputs)
    return content if known else solution(problem, options), problem


def curves(document: dict, problem: Regression) -> list[Curve]:
    """The different functions of the local minima, in increasing loss; of sets of minima that of the representative."""
    network = problem.network
    assert isinstance(network, PiecewiseLinear)
    slopes = (float(network.right_slope), float(network.left_slope))
    found: list[Curve] = []
    x = np.array([float(value) for (value,) in problem.inputs])
    grid = np.linspace(x.min() - 1, x.max() + 1, 101)
    for row in document["stationary"]:
        if row["kind"] not in MINIMA:
            continue
        point = [float(Fraction(value)) for value in row["representative"]]
        blocks = {block.name: np.array(rows, dtype=float) for block, rows in zip(network.blocks, matrices(network, point))}
        biases = blocks["b"][:, 0] if network.biases else np.zeros(network.hidden)
        output = float(blocks["c"][0, 0]) if network.output_bias else 0.0
        least = row["kind"] == "global minimum"
        curve = Curve(short_number(row["loss"]), least, blocks["v"][0], blocks["W"][:, 0], biases, output, slopes)
        size = 1e-9 * (1 + np.abs(curve(grid)).max())
        if not any(np.abs(curve(grid) - other(grid)).max() <= size for other in found):
            found.append(curve)
    return found
