"""What ``critscape show`` says of ℓ and of weights: JSON, text and LaTeX."""

import json

import pytest
from click.testing import CliRunner

from critscape.problems.files.problem_file import read
from critscape.scripts.printing.description import description_latex, description_text
from critscape.scripts.show import command
from critscape.scripts.studies.descriptions.criterion import describe_criterion
from critscape.scripts.studies.descriptions.problem import describe

PAIRS = {"inputs": [[1], [2]], "targets": [[1, 2], [0, 1]]}


def problem(**measured):
    content = {"architecture": {"family": "linear", "widths": [1, 1, 2]}, "data": PAIRS, "ridge": "1/3"}
    return content | ({"loss": measured} if measured else {})


@pytest.mark.parametrize(
    ("residual", "convex", "witness", "strictly", "strongly", "below", "least", "only"),
    [
        ("r^4", True, None, True, False, True, True, True),
        ("r^2/2 + r^4/10", True, None, True, True, True, True, True),
        ("r^2/2 - r^4/4 + 3r^6/40", True, None, True, False, True, True, True),
        ("r^2/2 - r^4/4 + (3/40 - 1/1000) r^6", False, "4/5", False, False, True, True, True),
        ("r^3", False, -1, False, False, False, False, False),
        ("(r^2 - 1)^2", False, 0, False, False, True, False, False),
    ],
)
def test_verdicts_on_polynomials_of_residuals(residual, convex, witness, strictly, strongly, below, least, only):
    described = describe_criterion(read(problem(residual=residual)))
    names = ("convex", "witness", "strictly_convex", "strongly_convex", "bounded_below", "least_at_zero", "least_only_at_zero")
    assert tuple(described[name] for name in names) == (convex, witness, strictly, strongly, below, least, only)
    assert json.loads(json.dumps(described)) == described


@pytest.mark.parametrize(
    ("measured", "metric", "words"),
    [
        ({}, "positive definite", None),
        ({"sample_weights": [1, 2]}, "positive definite", "all weights of errors are positive"),
        ({"sample_weights": [1, 0]}, "positive semidefinite, not definite", "some weights of errors are zero"),
        ({"sample_weights": [1, -2]}, "not positive semidefinite", "some weights of errors are negative"),
        ({"sample_weights": [-1, -2], "output_weights": [-1, -3]}, "positive definite", "all weights of errors are positive"),
        ({"output_weights": [1, "-1/2"]}, "not positive semidefinite", "some weights of errors are negative"),
        ({"metrics": [[[2, 1], [1, 2]], [[1, 0], [0, 1]]]}, "positive definite", "all metrics are positive definite"),
        ({"metrics": [[[1, 1], [1, 1]], [[1, 0], [0, 1]]]}, "positive semidefinite, not definite", "some are not definite"),
        ({"metrics": [[[1, 2], [2, 1]], [[1, 0], [0, 1]]]}, "not positive semidefinite", "not convex in the outputs"),
        ({"residual": "r^4", "sample_weights": [1, -1]}, "not positive semidefinite", "some weights of errors are negative"),
    ],
)
def test_verdicts_on_weights_and_metrics(measured, metric, words):
    loaded = read(problem(**measured))
    described = describe_criterion(loaded)
    assert described["metric"] == metric
    assert words in described["sentence"] if words else described["sentence"] is None
    assert loaded.coercive == (metric != "not positive semidefinite")


def test_the_threshold_is_exact_in_every_format(tmp_path):
    path = tmp_path / "problem.json"
    for residual, words in (("r^2/2 + r^4/10^20", "is strongly convex"), ("r^2/2 - r^4/10^20", "is not convex on ℝ")):
        path.write_text(json.dumps(problem(residual=residual)))
        printed = {style: CliRunner().invoke(command, [str(path), "--format", style]).output for style in ("text", "json", "latex")}
        assert words in printed["text"] and words in json.loads(printed["json"])["criterion"]["sentence"]
        assert "\\ell''(r) = " in printed["latex"]


def test_plain_squares_and_typed_losses_need_no_words():
    described = describe(read(problem()))
    assert "errors\n" not in description_text(described) and "\\ell" not in description_latex(described)
    typed = describe(read({"architecture": {"family": "polynomial", "variables": ["x"], "loss": "x^4 - x"}}))
    assert typed["criterion"] is None and "errors\n" not in description_text(typed)
