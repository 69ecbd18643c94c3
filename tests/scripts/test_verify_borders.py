"""Verdicts on the borders of hypotheses: zero targets and inputs, data on a line, few samples, equal singular values, k = d − 1."""

import pytest

from tests.scripts.test_verify import PLANE, linear, outcome, quadratic

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
