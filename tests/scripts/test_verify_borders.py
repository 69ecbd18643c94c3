"""Verdicts on the borders of hypotheses: zero targets and inputs, data on a line, few samples, equal singular values, k = d − 1."""

import json

import pytest

from critscape.problems.files.problem_file import read
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.towers import Towers
from critscape.scripts.printing.verdict_legend import COLUMNS
from critscape.scripts.printing.verdict_rendering import sentence, short_sentence
from critscape.scripts.studies.verdicts.theorems.depth import bottleneck_text
from critscape.scripts.studies.verdicts.theorems.forms import equal_weight
from critscape.scripts.studies.verdicts.theorems.quadratic import CLAIM as QUADRATIC
from tests.scripts.test_verify import PLANE, known, linear, outcome, quadratic, run

pytestmark = pytest.mark.usefixtures("answers_once")

FIXED = quadratic(1, 1, False, [[1]], [[-2]])
FIXED["architecture"]["output"] = "fixed"

WEIGHTED = {**linear(2, 2, 1, inputs=PLANE, targets=[[1], [0]]), "loss": {"sample_weights": [1, -1]}}

INSIDE = {
    "zero input": ("forms", linear(1, 1, 1, inputs=[[0]], targets=[[1]])),
    "fewer samples than inputs": ("forms", linear(2, 1, 1, inputs=[[1, 2]], targets=[[3]])),
    "one unit, two inputs, one sample": ("quadratic", quadratic(2, 1, True, [[1, 1]], [[-1]])),
    "inputs on a line": ("quadratic", quadratic(2, 1, True, [[1, 2], [2, 4]], [[1], [-3]])),
}
SLOW = {
    "zero targets": ("forms", linear(2, 1, 2, inputs=PLANE, targets=[[0, 0], [0, 0]])),
    "zero targets of a chain": ("forms", linear(1, 1, 1, 1, inputs=[[1]], targets=[[0]])),
    "zero targets and depth": ("depth", linear(1, 1, 1, 1, inputs=[[1]], targets=[[0]])),
    "equal singular values and a bottleneck": ("forms", linear(2, 1, 1, 2, inputs=PLANE, targets=PLANE)),
    "as many units as singular values and more": ("forms", linear(2, 2, 1, inputs=PLANE, targets=[[1], [2]])),
    "zero targets of squares": ("quadratic", quadratic(2, 1, True, [*PLANE, [1, 1]], [[0], [0], [0]])),
}


@pytest.mark.parametrize("name", [*INSIDE, *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW)])
def test_on_the_border_of_a_hypothesis_the_conclusion_still_holds(name):
    found, verdict = outcome(*(INSIDE | SLOW)[name])
    assert verdict == ("holds", "certified") and all(h["holds"] for h in found["hypotheses"])


@pytest.mark.parametrize(
    ("theorem", "document", "broken", "verdict"),
    [
        # u w² − y with y < 0 and w = 0: a minimum for u > 0, with R = 2.
        ("quadratic", quadratic(1, 1, False, [[1]], [[-2]]), ["norm regressor"], ("fails", "proved")),
        ("quadratic", FIXED, ["norm regressor", "trained outer weights"], ("fails", "proved")),
        # Negative weights: ½(m1 − 1)² − ½ m2² and −½(m − 1)² are not bounded below, though the first has no other values than squared errors.
        ("forms", WEIGHTED, ["squared errors of equal weight"], ("fails", "proved")),
        (
            "forms",
            {**linear(1, 1, 1, inputs=[[1]], targets=[[1]]), "loss": {"sample_weights": [-1]}},
            ["squared errors of equal weight"],
            ("fails", "proved"),
        ),
        # A ridge on one block is driven to zero by the other one.
        ("depth", linear(1, 1, 1, inputs=[[1]], targets=[[2]], ridge=[[["1/2"]], [[0]]]), ["zero ridge"], None),
    ],
)
def test_beside_a_hypothesis_what_is_said_is_proved(theorem, document, broken, verdict):
    found, reached = outcome(theorem, document)
    assert [h["name"] for h in found["hypotheses"] if not h["holds"]] == broken
    assert reached == verdict if verdict else reached[0] in ("holds", "undecided")
    assert ("counterexample" in found) == (reached[0] == "fails")


@pytest.mark.parametrize(
    "loss",
    [
        {"metrics": [[[1, 0], [0, 1]], [[1, 0], [0, 0]]]},
        {"sample_weights": [2, 1]},
        {"output_weights": [1, 3]},
    ],
)
def test_of_weighted_errors_no_value_is_matched_with_the_closed_form(loss):
    found, verdict = known("forms", linear(2, 1, 2, inputs=PLANE, targets=[[0, 1], [1, 0]], loss=loss))
    assert {row["S"] for row in found["evidence"]} == {"–"} and [h["holds"] for h in found["hypotheses"]] == [True, False, True]
    assert "for errors of equal weight" in found["conclusion"]["because"] and verdict[0] != "holds"
    assert ("counterexample" in found) == (verdict == ("fails", "proved"))


@pytest.mark.parametrize("loss", [{"sample_weights": [1, 1]}, {"output_weights": [1, 1]}, {"metrics": [PLANE, PLANE]}])
def test_weights_of_one_are_equal_weights(loss):
    assert equal_weight(read(linear(2, 1, 2, inputs=PLANE, targets=PLANE, loss=loss)))


def test_a_holds_of_nothing_says_that_it_is_vacuous():
    document = linear(1, 1, 1, inputs=[[1]], targets=[[2]], loss={"residual": "r"})
    found, verdict = known("depth", document)
    assert verdict[0] == "holds" and found["evidence"] == []
    assert "holds vacuously" in sentence(found) and "holds vacuously" in short_sentence(found)
    inside, _ = known("depth", linear(1, 1, 1, 1, inputs=[[1]], targets=[["5/4"]]))
    assert "vacuous" not in sentence(inside) and "vacuous" not in short_sentence(inside)


@pytest.mark.parametrize(
    ("towers", "said"),
    [
        ([[1, 1, 1], [1, 1, 1]], "p = min(1 + 1, 1, 1) = 1"),
        ([[2, 1, 2], [2, 3, 1, 2]], "p = min(1 + 1, 2, 2) = 2"),
        ([[3, 1, 3], [3, 1, 2, 3]], "p = min(1 + 1, 3, 3) = 2"),
    ],
)
def test_how_p_arises_from_towers_is_said(towers, said):
    assert bottleneck_text(Towers(tuple(map(tuple, towers)))).startswith(said)


def test_r_and_x_and_y_and_p_are_defined_where_they_are_used():
    for claim in (QUADRATIC.text, QUADRATIC.latex):
        assert "r_i = s_i (f(x_i) " in claim
    for symbol in ("X and Y", "X† is", "p the least width", "{1, …, r}"):
        assert symbol in COLUMNS["S"]


@pytest.mark.parametrize(("field", "named"), [("width", "not known: width"), (None, "(it is missing)")])
def test_a_field_that_is_misspelt_is_named_beside_the_missing_one(field, named):
    document = linear(1, 1, 1, inputs=[[1]], targets=[[1]])
    widths = document["architecture"].pop("widths")
    document["architecture"] |= {} if field is None else {field: widths}
    with pytest.raises(BadInput, match="architecture.widths: expected") as refused:
        read(document)
    assert named in str(refused.value)


def test_of_a_result_its_problem_is_used_and_that_is_said(tmp_path):
    problem, result = tmp_path / "problem.json", tmp_path / "result.json"
    problem.write_text(json.dumps(linear(1, 1, 1, inputs=[[1]], targets=[[2]])))
    run("solve", problem, "--output", result, "--quiet")
    alone, carried = (run("verify", "depth", path, "--quiet") for path in (problem, result))
    assert carried.stdout == alone.stdout and "is a result: its problem is used" in carried.stderr and "is a result" not in alone.stderr
