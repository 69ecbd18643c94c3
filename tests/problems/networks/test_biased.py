"""Linear networks with biases: loss and gradient by back-propagation, counts against elimination, reductions to other families."""

import dataclasses
import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.algebra.elimination import msolve
from critscape.algebra.phcpack.engine import available
from critscape.algebra.polynomial.loss import gradient, polynomial
from critscape.algebra.symmetry.finite import symmetry_group
from critscape.problems.criteria.squared import least_squares
from critscape.problems.files.problem_file import document, read
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.biased import Biased
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.masked import Masked
from critscape.problems.networks.families.polynomial_network import PolynomialNetwork
from critscape.problems.networks.network import block_partition, matrices, variables
from critscape.problems.networks.reading import network_from
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

SHAPES = [Biased((1, 1)), Biased((2, 1, 2)), Biased((1, 2, 2, 1)), Biased((2, 2, 1), False), Biased((1, 2, 1, 2), False)]
NEEDS_MSOLVE = pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)


def name(value):
    return getattr(value, "title", str(value))


def exactly(form, point):
    value = form(*[int(x) for x in point])
    return Fraction(int(value.p), int(value.q))


def without_ridge(problem, *blocks):
    """The problem with the ridge zero on the named blocks."""
    named = dict(zip((block.name for block in problem.network.blocks), block_partition(problem.network)))
    bare = {j for block in blocks for j in named[block]}
    return dataclasses.replace(problem, ridge=tuple(Fraction(0) if j in bare else s for j, s in enumerate(problem.ridge)))


@pytest.mark.parametrize("network", SHAPES, ids=name)
@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_loss_and_gradient_are_those_of_back_propagation(network, seed):
    problem = random_problem(network, 3, seed)
    exact, rng = loss(problem), np.random.default_rng(seed)
    point = [Fraction(int(x)) for x in rng.integers(-3, 4, problem.dimension)]
    rest, layers = iter(point), []
    for k, (columns, rows) in enumerate(zip(network.widths, network.widths[1:])):
        weights = np.array([next(rest) for _ in range(rows * columns)], dtype=object).reshape(rows, columns)
        biased = network.output_bias or k < len(network.widths) - 2
        layers.append((weights, np.array([next(rest) for _ in range(rows)], dtype=object) if biased else None))
    total, slopes = Fraction(0), [[0 * weights, None if bias is None else 0 * bias] for weights, bias in layers]
    for x, y in zip(problem.inputs, problem.targets):
        states = [np.array(x, dtype=object)]
        for weights, bias in layers:
            states.append(weights @ states[-1] + (0 if bias is None else bias))
        error = states[-1] - np.array(y, dtype=object)
        total += error @ error / 2
        for k in reversed(range(len(layers))):
            slopes[k][0] = slopes[k][0] + np.outer(error, states[k])
            if slopes[k][1] is not None:
                slopes[k][1] = slopes[k][1] + error
            error = layers[k][0].T @ error
    flat = [x for pair in slopes for part in pair if part is not None for x in part.ravel()]
    ridge = problem.ridge
    assert exactly(polynomial(exact), point) == total + sum(s * w * w for s, w in zip(ridge, point)) / 2
    assert [exactly(slope, point) for slope in gradient(exact)] == [x + s * w for x, s, w in zip(flat, ridge, point)]


@NEEDS_MSOLVE
@pytest.mark.parametrize(
    ("network", "samples", "count"),
    [
        (Biased((1, 1, 1)), 1, 5),
        (Biased((1, 1, 1)), 2, 9),
        (Biased((1, 1, 2)), 3, 33),
        (Biased((1, 2, 1), False), 2, 33),
        (Biased((1, 1, 1, 1), False), 1, 21),
    ],
    ids=name,
)
def test_counts_agree_with_elimination(network, samples, count):
    problem = random_problem(network, samples, 9)
    result = solve(problem, Options(engine="batch", cross_check=True)).document
    assert result["status"] == "complete" and result["levels"]["complex"] == "proved"
    assert result["counts"]["complex"] == count
    assert all(entry["holds"] is not False for entry in result["evidence"].values())
    assert solve(problem, Options(engine="exact")).document["counts"] == result["counts"]


@pytest.mark.phcpy
@pytest.mark.skipif(not available(), reason="phcpy is not installed (Debian's python3-phcpy)")
def test_counts_agree_with_phcpy():
    problem = random_problem(Biased((1, 1, 1)), 2, 9)
    ours, theirs = (solve(problem, Options(engine=engine)).document for engine in ("batch", "phcpy"))
    assert ours["status"] == theirs["status"] == "complete" and ours["counts"] == theirs["counts"]


@pytest.mark.parametrize("samples", [1, 2, 5])
@pytest.mark.parametrize(("network", "order"), [(Biased((2, 1, 1)), 2), (Biased((1, 2, 1), False), 4)], ids=name)
def test_few_samples_and_symmetries(network, order, samples):
    # The sign of a hidden unit: its weights and its bias inward, its weights outward.
    problem = random_problem(network, samples, samples)
    assert solve(problem, Options(engine="batch", seed=samples)).document["status"] == "complete"
    assert symmetry_group(loss(problem)).order == order


def test_units_with_equal_ridges_can_be_exchanged():
    # Inward W1 and b1, outward W2: the ridges of the two units differ within a unit only.
    problem = random_problem(Biased((2, 2, 1)), 3, 1)
    w1, b1, w2, b2 = ("1/2", "1/3"), ("1/5",), ("1/7",), ("1/9",)
    ridge = tuple(map(Fraction, w1 + w1 + b1 + b1 + w2 + w2 + b2))
    alike = dataclasses.replace(problem, ridge=ridge)
    assert "rotations O(2)" in alike.network.infinite_reason(matrices(alike.network, ridge))
    assert symmetry_group(loss(alike)).order == 8 and symmetry_group(loss(problem)).order == 4


def test_affine_regression():
    # (XᵀX + Λ) (w; b) = XᵀY for inputs (x, 1), one equation for each output.
    problem = random_problem(Biased((2, 2)), 4, 6)
    result = solve(problem, Options(engine="batch")).document
    assert result["status"] == "complete" and result["counts"]["by_index"] == {"0": 1} and result["counts"]["complex"] == 1
    inputs = np.array([[*map(float, x), 1.0] for x in problem.inputs])
    targets, ridge = np.array(problem.targets, dtype=float), np.array(problem.ridge, dtype=float)
    found = np.array(result["critical_points"][0]["point"], dtype=float)
    for o, places in enumerate(([0, 1, 4], [2, 3, 5])):
        expected = np.linalg.solve(inputs.T @ inputs + np.diag(ridge[places]), inputs.T @ targets[:, o])
        assert found[places] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("widths", [(2, 1, 2), (1, 2, 1), (1, 1, 2, 1)], ids=str)
def test_the_activation_t_with_biases_is_the_same_network(widths):
    biased = random_problem(Biased(widths), 3, 4)
    other = dataclasses.replace(biased, network=PolynomialNetwork(widths, (Fraction(0), Fraction(1)), True))
    assert variables(biased.network) == variables(other.network)
    assert polynomial(loss(biased)) == polynomial(loss(other))


@pytest.mark.parametrize(("widths", "samples"), [((2, 1, 1), 3), ((1, 2, 1), 2)], ids=str)
def test_a_bias_of_the_first_layer_is_a_weight_of_a_constant_input(widths, samples):
    # f = W2 (W1 x + b1) = W2 (W1, b1)(x; 1), a linear network with one more input.
    problem = random_problem(Biased(widths, False), samples, 5)
    w1, b1, w2 = matrices(problem.network, problem.ridge)
    ridge = tuple(s for row, shift in zip(w1, b1) for s in (*row, *shift)) + tuple(s for row in w2 for s in row)
    inputs = tuple((*x, Fraction(1)) for x in problem.inputs)
    linear = least_squares(Linear((widths[0] + 1, *widths[1:])), inputs, problem.targets, ridge)
    one, other = (solve(each, Options(engine="batch")).document for each in (problem, linear))
    assert one["status"] == other["status"] == "complete" and one["counts"] == other["counts"]


@pytest.mark.parametrize("network", [Biased((1, 1, 1)), Biased((1, 2, 1, 2)), Biased((2, 1, 2, 1), False)], ids=name)
def test_a_unit_that_is_always_one_carries_the_biases(network):
    # (W_h, b_h; 0, 1), the last one without its last row, is a masked linear network on (x; 1); b_H = 0 is fixed if not trained.
    problem = random_problem(network, 3, 2)
    parts = iter(matrices(network, problem.ridge))
    fixed, ridge = [], []
    for layer, rows in enumerate(network.widths[1:], start=1):
        last = layer == len(network.widths) - 1
        matrix = next(parts)
        bias = [[Fraction(0)]] * rows if last and not network.output_bias else next(parts)
        ridge += [s for pair in zip(matrix, bias) for part in (pair if network.output_bias or not last else pair[:1]) for s in part]
        trained = (None,) * len(matrix[0])
        mask = [(*trained, Fraction(0) if last and not network.output_bias else None)] * rows
        fixed.append(tuple(mask if last else [*mask, (*(Fraction(0) for _ in trained), Fraction(1))]))
    widths = (*(width + 1 for width in network.widths[:-1]), network.widths[-1])
    inputs = tuple((*x, Fraction(1)) for x in problem.inputs)
    masked = least_squares(Masked(widths, tuple(fixed)), inputs, problem.targets, tuple(ridge))
    # A variable of the biased network by its ridge, which no other one has.
    place = {s: k for k, s in enumerate(problem.ridge)}
    assert len(place) == problem.dimension == masked.dimension
    point = list(range(-2, problem.dimension - 2))
    moved = [point[place[s]] for s in ridge]
    assert exactly(polynomial(loss(problem)), point) == exactly(polynomial(loss(masked)), moved)
    slopes, others = ([exactly(slope, at) for slope in gradient(loss(p))] for p, at in ((problem, point), (masked, moved)))
    assert [slopes[place[s]] for s in ridge] == others


@pytest.mark.parametrize(("widths", "count"), [((1, 2, 1), 9), pytest.param((1, 1, 1, 1), 17, marks=pytest.mark.slow)], ids=str)
def test_an_output_bias_without_ridge_centres_the_data(widths, count):
    # ∂L/∂b_H = 0 makes b_H the mean of what is left of the targets, so that the data are centred; then the hidden biases change
    # nothing but their own ridge and are zero. In these coordinates the Hessian is that of the linear network, m and the ridges.
    problem = without_ridge(random_problem(Biased(widths), 3, 7), f"b{len(widths) - 1}")

    def centred(rows):
        means = [sum(column) / len(rows) for column in zip(*rows)]
        return tuple(tuple(value - mean for value, mean in zip(row, means)) for row in rows)

    ridge = tuple(s for rows in matrices(problem.network, problem.ridge)[::2] for row in rows for s in row)
    linear = least_squares(Linear(widths), centred(problem.inputs), centred(problem.targets), ridge)
    one, other = (solve(each, Options(engine="batch")).document for each in (problem, linear))
    assert one["status"] == other["status"] == "complete"
    assert one["counts"]["complex"] == other["counts"]["complex"] == count
    assert one["counts"]["real"] == other["counts"]["real"] and one["counts"]["by_index"] == other["counts"]["by_index"]


@pytest.mark.parametrize(("target", "real"), [("1/2", 3), ("1/4", 1)], ids=str)
def test_a_sample_at_zero_trains_the_biases_only(target, real):
    # f(0) = W2 b1: W1 = 0 and the chain of b1 and W2, whose points are the origin and 2 + 2 with p = y ∓ √(λμ), λμ = 1/9 here.
    ridge = tuple(map(Fraction, ("1/5", "1/9", "1")))
    result = solve(
        least_squares(Biased((1, 1, 1), False), ((Fraction(0),),), ((Fraction(target),),), ridge), Options(engine="batch")
    ).document
    assert result["status"] == "complete" and (result["counts"]["complex"], result["counts"]["real"]) == (5, real)
    for entry in result["critical_points"]:
        first, bias, last = map(float, entry["point"])
        assert first == 0 and (bias == last == 0 or bias * last == pytest.approx(float(Fraction(target)) - 1 / 3))


def test_reasons_for_infinitely_many_points():
    def reason(network, *blocks):
        bare = without_ridge(random_problem(network, 3, 1), *blocks)
        return network.infinite_reason(matrices(network, bare.ridge)) or ""

    assert reason(Biased((1, 2, 1))) == reason(Biased((1, 2, 1), False)) == ""
    assert "rescaling" in reason(Biased((1, 1, 1)), "W1", "b1", "W2")
    # A bias inward is enough to hold a unit's scale.
    assert "rescaling" not in reason(Biased((1, 1, 1)), "W1", "W2")
    assert "the ridge is zero on W1, W2," in reason(Biased((1, 1, 1)), "W1", "W2")
    assert "the ridge is zero on W1," in reason(Biased((1, 1)), "W1") and reason(Biased((1, 1)), "b1") == ""


@NEEDS_MSOLVE
@pytest.mark.parametrize(
    ("network", "blocks", "count"),
    [
        (Biased((1, 1, 1)), ("b1",), 5),
        (Biased((1, 1, 1)), ("b1", "b2"), None),
        (Biased((1, 2, 1)), ("b1",), None),
        (Biased((1, 2, 1), False), ("b1",), None),
        (Biased((1, 1, 1), False), ("b1",), 5),
        (Biased((1, 1, 1, 1), False), ("b1",), None),
        (Biased((1, 1, 1, 1), False), ("b2",), 17),
    ],
    ids=name,
)
def test_biases_without_ridge(network, blocks, count):
    problem = without_ridge(random_problem(network, 3, 3), *blocks)
    result = solve(problem, Options(engine="exact")).document
    if count is None:
        assert result["status"] == "not-finite" and f"the ridge is zero on {blocks[0]}, which" in result["reason"]
    else:
        assert result["status"] == "complete" and result["counts"]["complex"] == count
        assert network.infinite_reason(matrices(network, problem.ridge)) is None


def test_files():
    content = {"family": "biased", "widths": [2, 2, 1], "output_bias": False}
    assert network_from(content).document() == content
    assert network_from({"family": "biased", "widths": [2, 1]}) == Biased((2, 1))
    assert (Biased((2, 2, 1)).title, Biased((2, 2, 1), False).title) == ("biased 2-2-1", "biased 2-2-1, no output bias")
    assert variables(Biased((1, 1, 1))) == ("W1_11", "b1_11", "W2_11", "b2_11")
    for network in SHAPES:
        problem = random_problem(network, 2, 1)
        written = json.loads(json.dumps(document(problem)))
        assert read(written) == problem and len(written["ridge"]) == len(network.blocks)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"widths": [2]}, "architecture.widths: expected a list of two or more positive integers"),
        ({"widths": [2, 0, 1]}, r"architecture.widths\[1\]: expected a positive integer"),
        ({"output_bias": 0}, "architecture.output_bias: expected true .* or false"),
        ({"widths": [2, 1], "output_bias": False}, "architecture.output_bias: expected true where there is one layer only"),
        ({"biases": True}, "architecture"),
    ],
    ids=str,
)
def test_bad_architectures(change, message):
    with pytest.raises(BadInput, match=message):
        network_from({"family": "biased", "widths": [2, 1, 1], **change})


def test_a_ridge_needs_one_entry_for_each_bias_too():
    content = document(random_problem(Biased((1, 1, 1), False), 2, 1))
    with pytest.raises(BadInput, match=r"ridge: expected one entry per weight block \(W1, b1, W2\), so 3 \(2 given\)"):
        read({**content, "ridge": [1, 2]})
