"""``critscape verify forms`` on ReLU networks: local minima that are not global, and hypotheses decided over ℚ."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from critscape.algebra.cells.least_squares import residual
from critscape.problems.files.problem_file import read_any
from critscape.problems.problem.one_layer import unridged
from critscape.scripts.studies.verdicts.relu_minima import can_be_off, improvable
from tests.scripts.test_verify import outcome


def network(inputs, units, x, y, activation="relu", biases=False, output_bias=False, **others):
    architecture = {"family": "piecewise-linear", "inputs": inputs, "units": units, "activation": activation}
    architecture |= {"biases": biases, "output_bias": output_bias}
    return {"architecture": architecture, "data": {"inputs": x, "targets": [[v] for v in y]}, **others}


FAN = network(2, 1, [[1, 0], [1, 1], [1, -1]], [1, 2, -1])
PAIR = network(1, 1, [[1], [-1]], [1, 2])
INSIDE = {
    "three inputs in a half-plane": FAN,
    "two units": network(1, 2, [[1], [2]], [1, -3]),
    "one sample": network(2, 1, [[1, 2]], [3]),
    "negative target": network(1, 1, [[2]], [-1]),
    "biases": network(1, 1, [[1], [-1]], [1, 2], biases=True),
    "an output bias": network(1, 1, [[1], [2]], [0, 1], output_bias=True),
    # φ(0) = 0 whatever the weights are.
    "a zero input": network(1, 1, [[0], [1]], [5, 1]),
    "equal samples": network(1, 1, [[1], [1]], [1, 3]),
    "inputs on a line": network(2, 1, [[1, 2], [2, 4]], [1, 1]),
    "four samples": network(1, 1, [[1], [2], [3], ["1/2"]], [1, -1, 2, 0]),
}


@pytest.mark.parametrize("name", INSIDE)
def test_units_that_can_be_off_make_minima_that_are_not_global(name):
    found, verdict = outcome("forms", INSIDE[name])
    assert verdict == ("holds", "proved") and all(h["holds"] for h in found["hypotheses"])
    problem = read_any(INSIDE[name])
    e = residual(unridged(problem), [])
    plateau = str((e.transpose() * e)[0, 0] / 2)
    assert any(row["loss"] == plateau and row["kind"] == "spurious local minimum" for row in found["evidence"])
    assert found["example"]["kind"] == "spurious local minimum" and len(found["example"]["point"]) == problem.dimension


@pytest.mark.parametrize(
    ("document", "broken", "verdict"),
    [
        # The units of two opposite samples are never all off, and still there are spurious minima.
        (PAIR, ["a unit can be off on all samples"], ("holds", "proved")),
        ({**PAIR, "ridge": "7/16"}, ["zero ridge", "a unit can be off on all samples"], ("holds", "proved")),
        # A ridge that leaves one stationary point but the dead unit.
        (network(1, 1, [[1], [2]], [-1, 3], ridge=1), ["zero ridge"], ("fails", "proved")),
        (network(1, 1, [[1]], [2], ridge=1), ["zero ridge"], ("fails", "proved")),
        (network(1, 1, [[1]], [2], "abs", ridge=1), ["ReLU units", "zero ridge"], ("fails", "proved")),
        # A ridge on one block only is refused by the cells.
        (network(1, 1, [[1], [2]], [-1, 3], ridge=[[[1]], [[0]]]), ["zero ridge"], ("undecided", None)),
        # f = x is reached with w > 0 and with w < 0; minima with v = 0 there are none, or with targets zero global ones.
        (network(1, 1, [[1], [2]], [1, 2], {"leaky": "1/10"}), ["ReLU units"], ("fails", "proved")),
        (network(2, 1, [[1, 0], [0, 1]], [0, 0]), ["f = 0 can be improved"], ("fails", "proved")),
    ],
)
def test_outside_the_hypotheses_the_cells_decide(document, broken, verdict):
    found, reached = outcome("forms", document)
    assert reached == verdict and [h["name"] for h in found["hypotheses"] if not h["holds"]] == broken
    assert "counterexample" not in found and ("example" in found) == (verdict[0] == "holds")


def test_losses_are_those_computed_by_hand():
    found, _ = outcome("forms", {**PAIR, "ridge": "7/16"})
    assert [(row["loss"], row["kind"]) for row in found["evidence"]] == [
        ("655/512", "global minimum"),
        ("1199/512", "spurious local minimum"),
    ]


small = st.integers(-3, 3).map(Fraction)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_hypotheses_are_those_of_linear_programs_and_of_random_units(data):
    inputs, samples = data.draw(st.integers(1, 2)), data.draw(st.integers(1, 4))
    x = data.draw(st.lists(st.lists(small, min_size=inputs, max_size=inputs), min_size=samples, max_size=samples))
    y = data.draw(st.lists(small, min_size=samples, max_size=samples))
    layer = unridged(read_any(network(inputs, 1, [[str(v) for v in row] for row in x], [str(v) for v in y])))
    rows = np.array([[float(v) for v in row] for row in x if any(row)]).reshape(-1, inputs)
    feasible = not len(rows) or linprog([0.0] * inputs, A_ub=rows, b_ub=-np.ones(len(rows)), bounds=[(None, None)] * inputs).success
    assert can_be_off(layer) == feasible
    rng = np.random.default_rng(0)
    points, targets = np.array(x, dtype=float).reshape(samples, inputs), np.array(y, dtype=float)
    slopes = [targets @ np.maximum(points @ w, 0) for w in rng.standard_normal((500, inputs))]
    assert improvable(layer, residual(layer, [])) == bool(np.max(np.abs(slopes)) > 1e-9)
