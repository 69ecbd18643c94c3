"""`critscape plot functions`: what it draws, and what it refuses."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from critscape.scripts.critscape import critscape
from critscape.scripts.figures.function_content import curves, read_stationary
from critscape.scripts.studies.options import Options
from tests.scripts.test_piecewise_linear import TWO


def run(*arguments):
    return CliRunner().invoke(critscape, list(map(str, arguments)))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "two.json"
    path.write_text(json.dumps(TWO))
    return path


def test_the_functions_are_those_of_the_minima(file):
    document, problem = read_stationary(file, Options())
    found = curves(document, problem)
    assert [(curve.loss, curve.least) for curve in found] == [("287/256", True), ("655/512", False), ("1199/512", False)]
    # f = 9/16 for x = 1 and 25/16 for x = −1 at the global minimum; one bend, at 0.
    np.testing.assert_allclose(found[0](np.array([-1.0, 0.0, 1.0])), [25 / 16, 0, 9 / 16])
    assert set(found[0].bends) == {0.0}


@pytest.mark.parametrize("ending", ["png", "pdf", "svg"])
def test_the_figure_is_written_from_problems_and_from_answers(file, tmp_path, ending):
    answer = tmp_path / "answer.json"
    assert run("solve", file, "--output", answer).exit_code == 0
    written = []
    for source in (file, answer):
        path = tmp_path / f"{source.stem}.{ending}"
        done = run("plot", "functions", source, "--output", path)
        assert done.exit_code == 0, done.output
        written.append(path.read_bytes())
    assert written[0] == written[1]


def test_what_has_no_graph_is_refused(tmp_path):
    path = tmp_path / "wide.json"
    for changed, said in [
        ({"architecture": {**TWO["architecture"], "inputs": 2}, "data": {"inputs": [[1, 2], [0, 1]], "targets": [[1], [2]]}}, "architecture.inputs"),
        ({"architecture": {"family": "linear", "widths": [1, 1, 1]}}, "architecture.family"),
    ]:  # fmt: skip
        path.write_text(json.dumps({**TWO, **changed}))
        done = run("plot", "functions", path, "--output", tmp_path / "figure.png")
        assert done.exit_code == 2 and said in done.output and not (tmp_path / "figure.png").exists()
