"""`critscape plot cells`: the loss over two weights, with the stationary points of the plane."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from critscape.problems.files.problem_file import read_any
from critscape.scripts.critscape import critscape
from critscape.scripts.figures.cells_figure import chosen_plane, heights, in_plane
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.solution import solution
from tests.scripts.test_piecewise_linear import TWO


@pytest.fixture(scope="module")
def answer():
    problem = read_any(TWO)
    return solution(problem, Options()), problem


def test_the_points_of_a_plane_are_those_of_the_table_and_their_images(answer):
    document, problem = answer
    plane = chosen_plane(document, problem, ["W_11", "v_11"], 1)
    # The other unit is that of the global minimum with w = 3/4, v = 3/4: dead beside it, or on the left beside it.
    assert {(s, t, row["kind"]) for s, t, row in in_plane(document, problem, plane)} == {(-1.25, 1.25, "global minimum"), (0, 0, "saddle")}


def test_heights_are_the_losses_of_the_table(answer):
    problem = answer[1]
    points = np.array([[-1.25, 0.75, 1.25, 0.75], [0, 0, 0, 0]])
    np.testing.assert_allclose(heights(problem, points)[0], [287 / 256, 5 / 2])


def run(tmp_path, *arguments):
    file = tmp_path / "two.json"
    file.write_text(json.dumps(TWO))
    made = ["plot", "cells", file, "--output", tmp_path / "figure.png", *arguments]
    return CliRunner().invoke(critscape, list(map(str, made)))


def test_the_figure_is_written_and_what_has_no_plane_is_refused(tmp_path):
    assert run(tmp_path, "--weights", "W_11,v_11").exit_code == 0 and (tmp_path / "figure.png").stat().st_size > 10_000
    (tmp_path / "figure.png").unlink()
    for flags, said in [((), "two of W_11, W_21, v_11, v_12"), (("--weights", "W_11,x"), "two of"), (("--weights", "W_11,v_11", "--through", 99), "--through")]:  # fmt: skip
        done = run(tmp_path, *flags)
        assert done.exit_code == 2 and said in done.output and not (tmp_path / "figure.png").exists()
