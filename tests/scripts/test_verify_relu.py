"""``critscape verify forms`` on ReLU networks: local minima that are not global, and hypotheses decided over ℚ."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from critscape.algebra.cells.least_squares import Open, local_minima, residual
from critscape.algebra.cells.levels import levels
from critscape.problems.files.problem_file import read_any
from critscape.problems.problem.one_layer import unridged
from critscape.scripts.studies.cells.answer import answered
from critscape.scripts.studies.options import Options
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


@pytest.mark.parametrize(
    ("document", "dead"),
    [
        # w = 0 with v = −1; w on the line that is orthogonal to all samples; w = 0 and v = 0 where there is a ridge.
        (network(1, 1, [[-1], [0], [1], [2]], [1, 0, 2, 1]), ("3", "1", "0", "1")),
        (network(2, 1, [[1, 2], [2, 4]], [1, 3]), ("5", "1", "0", "2")),
        ({**PAIR, "ridge": 5}, ("5/2", "1", "0", "0")),
    ],
)
def test_a_unit_that_is_zero_on_every_sample_is_dead_and_on_no_kink(document, dead):
    found, _ = outcome("forms", document)
    rows = [tuple(row[name] for name in ("loss", "dead units", "kinks", "set dimension")) for row in found["evidence"]]
    assert dead in rows
    solved = answered(read_any(document), Options())["stationary"]
    minima = [row for row in solved if row["local_minimum"]]
    assert rows == [(row["loss"], str(row["dead_units"]), str(row["kinks"]), str(row["dimension"])) for row in minima]


def test_rows_are_alike_in_dead_units_and_kinks_as_their_weights_have_them():
    x = [[1, 0], [0, 1], [-1, -1], [1, 1]]
    layer = unridged(read_any(network(2, 2, x, [1, 2, -1, "1/2"])))
    found = [each for each in local_minima(layer) if not isinstance(each, Open)]
    seen = set()
    for each in found:
        inputs = [[sum(a * Fraction(b) for a, b in zip(x_i, product)) for x_i in x] for product in each.products]
        assert each.dead == sum(not any(on) for on in inputs)
        # In the plane a unit that is not dead is zero on samples of one direction at most.
        assert each.kinks == sum(any(on) and not all(on) for on in inputs)
        seen.add((each.dead > 0, each.kinks > 0))
    assert len(seen) > 1
    for level in levels(found):
        assert sum(each.copies for each in found if (each.loss, each.dimension, each.dead, each.kinks) == key(level)) == level.sets


def key(level):
    return level.loss, level.dimension, level.dead, level.kinks


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


def descended(weights, x, y, step, steps):
    """Gradient descent of networks (R × 3 × k: w, b, v) with one input and fixed steps, on all of them at once."""
    for _ in range(steps):
        w, b, v = weights[:, 0], weights[:, 1], weights[:, 2]
        before = w[:, :, None] * x + b[:, :, None]
        on = before > 0
        after = before * on
        r = np.einsum("rk,rki->ri", v, after) - y
        back = r[:, None, :] * v[:, :, None] * on
        weights = weights - step * np.stack([back @ x, back.sum(axis=2), np.einsum("ri,rki->rk", r, after)], axis=1)
    w, b, v = weights[:, 0], weights[:, 1], weights[:, 2]
    f = np.einsum("rk,rki->ri", v, np.maximum(w[:, :, None] * x + b[:, :, None], 0))
    return weights, np.sum((f - y) ** 2, axis=1) / 2


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_descents_with_biases_end_at_losses_of_the_rows_and_at_kinks_above_them_by_the_step(seed):
    """Nothing is left over: what is farther from a row than the step makes comes to one when it goes on, with shorter steps where it crosses kinks."""
    rng = np.random.default_rng([seed, 19])
    x, y = rng.choice(np.arange(-3, 4), 4, replace=False), rng.integers(-4, 5, 4)
    document = network(1, 2, [[int(v)] for v in x], [int(v) for v in y], biases=True)
    rows = np.array(sorted({float(Fraction(row["loss"])) for row in answered(read_any(document), Options())["stationary"]}))
    weights, step = rng.standard_normal((30, 3, 2)), 0.01
    for _ in range(12):
        weights, losses = descended(weights, x, y, step, 4000)
        weights = weights[np.min(np.abs(losses[:, None] - rows), axis=1) > 1e-3 * np.maximum(1, losses)]
        step *= 0.7
        if not len(weights):
            return
    raise AssertionError(f"descents that no row explains: {losses}, rows {rows}")
