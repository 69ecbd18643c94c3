"""Residual linear networks: loss and gradient by back-propagation, counts against elimination, closed counts for width one."""

import dataclasses
import json
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.algebra.elimination import msolve
from critscape.algebra.phcpack.engine import available
from critscape.algebra.polynomial.loss import exact, gradient, polynomial
from critscape.algebra.symmetry.finite import symmetry_group
from critscape.problems.criteria.squared import least_squares
from critscape.problems.files.problem_file import document, read
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.masked import Masked
from critscape.problems.networks.families.residual import Residual
from critscape.problems.networks.network import block_partition, matrices
from critscape.problems.networks.reading import network_from
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

NEEDS_MSOLVE = pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)


def name(value):
    return getattr(value, "title", str(value))


def exactly(form, point):
    value = form(*[int(x) for x in point])
    return Fraction(int(value.p), int(value.q))


def without_ridge(problem, *layers):
    """The problem with the ridge zero on these layers, counted from one."""
    bare = {j for layer in layers for j in block_partition(problem.network)[layer - 1]}
    return dataclasses.replace(problem, ridge=tuple(Fraction(0) if j in bare else s for j, s in enumerate(problem.ridge)))


def moments(problem):
    """S = Σx² and T = Σxy of one input and one output."""
    return sum(x * x for (x,) in problem.inputs), sum(x * y for (x,), (y,) in zip(problem.inputs, problem.targets))


@pytest.mark.parametrize("network", [Residual(1, 1), Residual(1, 4), Residual(2, 2), Residual(2, 3), Residual(3, 1)], ids=name)
@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_loss_and_gradient_are_those_of_back_propagation(network, seed):
    problem = random_problem(network, 3, seed)
    form, rng = loss(problem), np.random.default_rng(seed)
    point = [Fraction(int(x)) for x in rng.integers(-3, 4, problem.dimension)]
    layers = list(np.array(point, dtype=object).reshape(network.layers, network.width, network.width))
    total, slopes = Fraction(0), [0 * layer for layer in layers]
    for x, y in zip(problem.inputs, problem.targets):
        states = [np.array(x, dtype=object)]
        for layer in layers:
            states.append(states[-1] + layer @ states[-1])
        error = states[-1] - np.array(y, dtype=object)
        total += error @ error / 2
        for k in reversed(range(len(layers))):
            slopes[k] = slopes[k] + np.outer(error, states[k])
            error = error + layers[k].T @ error
    flat = [x for slope in slopes for x in slope.ravel()]
    ridge = problem.ridge
    assert exactly(polynomial(form), point) == total + sum(s * w * w for s, w in zip(ridge, point)) / 2
    assert [exactly(slope, point) for slope in gradient(form)] == [x + s * w for x, s, w in zip(flat, ridge, point)]


@NEEDS_MSOLVE
@pytest.mark.parametrize(
    ("network", "samples", "count"),
    [(Residual(1, 2), 1, 5), (Residual(1, 3), 2, 17), (Residual(2, 1), 2, 1), pytest.param(Residual(2, 2), 1, 33, marks=pytest.mark.slow)],
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
    problem = random_problem(Residual(1, 2), 2, 9)
    ours, theirs = (solve(problem, Options(engine=engine)).document for engine in ("batch", "phcpy"))
    assert ours["status"] == theirs["status"] == "complete" and ours["counts"] == theirs["counts"]


@pytest.mark.parametrize(
    ("network", "samples"), [(Residual(1, 3), 1), (Residual(1, 3), 4), pytest.param(Residual(2, 2), 2, marks=pytest.mark.slow)], ids=name
)
def test_few_samples_and_no_symmetries(network, samples):
    # A unit's sign would move its weight one.
    problem = random_problem(network, samples, samples)
    assert solve(problem, Options(engine="batch", seed=samples)).document["status"] == "complete"
    assert symmetry_group(loss(problem)).order == 1


def test_one_layer_is_a_linear_regression():
    # (XᵀX + Λ) w = XᵀR for each row w of W and the targets R = Y − X of its output.
    problem = random_problem(Residual(2, 1), 3, 6)
    result = solve(problem, Options(engine="batch")).document
    assert result["status"] == "complete" and result["counts"]["by_index"] == {"0": 1} and result["counts"]["complex"] == 1
    inputs, targets = (np.array(rows, dtype=float) for rows in (problem.inputs, problem.targets))
    ridge, found = (np.array(values, dtype=float).reshape(2, 2) for values in (problem.ridge, result["critical_points"][0]["point"]))
    for o in range(2):
        expected = np.linalg.solve(inputs.T @ inputs + np.diag(ridge[o]), inputs.T @ (targets - inputs)[:, o])
        assert found[o] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("equal", [False, True], ids=["generic ridge", "equal ridge"])
@pytest.mark.parametrize("layers", [1, 2, 3, 4])
def test_width_one_has_a_closed_count(layers, equal):
    # v_h = 1 + w_h, p = ∏ v_h. Times v_h, ∂L/∂v_h = 0 reads λ_h v_h (v_h − 1) = q = (T − S p) p: H − 1 quadrics that cut out a curve,
    # and one equation of degree 2H, without common points at infinity: H·2^H. Those with v_h = 0 for some h are the v in {0, 1}^H
    # but (1, …, 1), all simple; there ∂L/∂v_h = −λ_h or, with a single zero, −λ_h − T: none is critical. (H − 1)·2^H + 1 remain.
    problem = random_problem(Residual(1, layers), 2, 8, (Fraction(1, 3),) * layers if equal else None)
    result = solve(problem, Options(engine="batch")).document
    assert result["status"] == "complete" and result["counts"]["degenerate"] == 0
    assert result["counts"]["complex"] == (layers - 1) * 2**layers + 1
    assert symmetry_group(loss(problem)).order == (np.prod(range(1, layers + 1)) if equal else 1)


@pytest.mark.parametrize(
    ("inputs", "targets", "ridge", "real"),
    [
        ((1,), (1,), ("1", "2"), 1),
        ((1, 1), (-2, 1), ("3", "2"), 1),
        ((1,), (3,), ("1/3", "1/2"), 3),
        ((1, 2), (2, -2), ("1/3", "1/2"), 3),
    ],
    ids=str,
)
def test_two_layers_of_width_one_are_the_roots_of_a_quintic(inputs, targets, ridge, real):
    # ∂L/∂v_1 = 0 is linear in v_1: v_1 = (λ_1 + T v_2)/D with D = λ_1 + S v_2²; then
    # λ_2 (v_2 − 1) D² + λ_1 (S v_2 − T)(λ_1 + T v_2) = 0.
    data = (tuple((Fraction(value),) for value in values) for values in (inputs, targets))
    problem = least_squares(Residual(1, 2), *data, tuple(map(Fraction, ridge)))
    s, t = map(exact, moments(problem))
    one, two = map(exact, problem.ridge)
    d, v = fmpq_poly([one, 0, s]), fmpq_poly([0, 1])
    quintic = two * (v - 1) * d * d + one * (s * v - t) * (one + t * v)
    roots = [root for root, _ in quintic.complex_roots()]
    expected = sorted(float(root.real.mid()) for root in roots if root.imag == 0)
    result = solve(problem, Options(engine="batch")).document
    assert result["status"] == "complete" and result["counts"]["complex"] == len(roots) == 5
    assert result["counts"]["real"] == len(expected) == real
    found = sorted(1 + float(entry["point"][1]) for entry in result["critical_points"])
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("layers", "free"), [(1, 1), (2, 1), (2, 2), (3, 2)])
def test_one_layer_of_width_one_without_ridge(layers, free):
    # ∂L/∂v = 0 of that layer: S p = T, then all other v are 1 and v = T/S; or one other v_k = 0, then v = −λ_k/T and the others are 1.
    problem = without_ridge(random_problem(Residual(1, layers), 2, 5), free)
    s, t = moments(problem)
    result = solve(problem, Options(engine="batch")).document
    assert result["status"] == "complete" and result["counts"]["complex"] == result["counts"]["real"] == layers
    others = [strength for strength in problem.ridge if strength]
    expected = sorted(float(value) for value in (t / s, *(-strength / t for strength in others)))
    assert sorted(1 + float(entry["point"][free - 1]) for entry in result["critical_points"]) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("width", "layers", "samples"), [(1, 3, 2), (2, 2, 2)])
def test_the_ridge_tilts_a_linear_network(width, layers, samples):
    # ½Σλ(v − δ)² = ½Σλv² − Σλδv + ½Σλδ: the loss of V_h = I + W_h and a linear tilt, under which the count of a generic ridge stays.
    residual = random_problem(Residual(width, layers), samples, 2)
    linear = dataclasses.replace(residual, network=Linear((width,) * (layers + 1)))
    diagonal = [i == j for block in residual.network.blocks for i, j in block.positions]
    point = list(range(-2, residual.dimension - 2))
    shifted = [w + on for w, on in zip(point, diagonal)]
    tilt = sum(s * (Fraction(1, 2) - v) for s, v, on in zip(residual.ridge, shifted, diagonal) if on)
    assert exactly(polynomial(loss(residual)), point) == exactly(polynomial(loss(linear)), shifted) + tilt
    one, other = (solve(each, Options(engine="batch")).document for each in (residual, linear))
    assert one["status"] == other["status"] == "complete"
    assert one["counts"]["complex"] == other["counts"]["complex"] == {(1, 3): 17, (2, 2): 225}[width, layers]


@pytest.mark.parametrize(("width", "layers"), [(1, 3), (2, 2)])
def test_connections_that_skip_a_layer_are_a_masked_network(width, layers):
    # (I, I)(W_h; I) = W_h + I.
    problem = random_problem(Residual(width, layers), 2, 3)
    identity = [tuple(Fraction(i == j) for j in range(width)) for i in range(width)]
    halves = ((*((None,) * width for _ in range(width)), *identity), tuple((*row, *row) for row in identity))
    masked = dataclasses.replace(problem, network=Masked((width, *(2 * width, width) * layers), halves * layers))
    point = list(range(-1, problem.dimension - 1))
    assert exactly(polynomial(loss(problem)), point) == exactly(polynomial(loss(masked)), point)
    assert [exactly(slope, point) for slope in gradient(loss(problem))] == [exactly(slope, point) for slope in gradient(loss(masked))]


def test_data_without_correlations_have_signs_as_symmetries():
    # XᵀX and XᵀY diagonal: every W_h becomes D W_h D with a diagonal D of signs, with any ridge.
    problem = random_problem(Residual(2, 2), 2, 1)
    inputs = ((Fraction(2), Fraction(0)), (Fraction(0), Fraction(3)))
    targets = ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(-5, 2)))
    problem = dataclasses.replace(problem, inputs=inputs, targets=targets)
    assert symmetry_group(loss(problem)).order == 2
    assert solve(problem, Options(engine="batch")).document["status"] == "complete"


def test_reasons_for_infinitely_many_points():
    def reason(network, ridge):
        return network.infinite_reason(matrices(network, ridge)) or ""

    two = Residual(2, 2)
    # Equal ridges leave no rotations, as they draw the units to different places, unless they vanish on the diagonals.
    assert reason(two, (1,) * 8) == ""
    # Unit 1 of the hidden layer: the first row of W1 and the first column of W2.
    assert "rescaling" in reason(two, (0, 0, 1, 2, 0, 3, 0, 4)) and reason(two, (0, 0, 1, 2, 1, 3, 0, 4)) == ""
    assert "the ridge is zero on W2," in reason(two, (1, 2, 3, 4, 0, 0, 0, 0))


def test_rotations_remain_where_the_ridge_vanishes_on_the_diagonals():
    # Units 1 and 2 of the hidden layer have the same ridges inward and outward; none draws them apart.
    inward, outward = [[0, 0, 2], [0, 0, 2], [5, 3, 1]], [[0, 0, 4], [0, 0, 1], [7, 7, 2]]
    network = Residual(3, 2)
    problem = random_problem(network, 2, 1, tuple(Fraction(s) for rows in (inward, outward) for row in rows for s in row))
    assert "rotations O(2)" in network.infinite_reason([inward, outward])
    assert network.infinite_reason([[[1, 0, 2], [0, 1, 2], [5, 3, 1]], outward]) is None
    rotation = np.array([[3, -4, 0], [4, 3, 0], [0, 0, 5]], dtype=object) * Fraction(1, 5)
    identity = np.array([[int(i == j) for j in range(3)] for i in range(3)], dtype=object)
    first, second = np.array(range(-8, 10), dtype=object).reshape(2, 3, 3)
    turned = rotation @ (identity + first) - identity, (identity + second) @ rotation.T - identity
    form = polynomial(loss(problem))
    values = [form(*(exact(Fraction(w)) for w in np.array(pair).ravel())) for pair in ((first, second), turned)]
    assert values[0] == values[1]


@NEEDS_MSOLVE
@pytest.mark.parametrize(
    ("network", "samples", "layers"), [(Residual(1, 2), 2, (1, 2)), (Residual(1, 3), 1, (1, 3)), (Residual(2, 1), 1, (1,))], ids=name
)
def test_layers_without_ridge(network, samples, layers):
    problem = without_ridge(random_problem(network, samples, 3), *layers)
    for engine in ("batch", "exact"):
        result = solve(problem, Options(engine=engine)).document
        assert result["status"] == "not-finite" and "the ridge is zero" in result["reason"]


def test_files():
    content = {"family": "residual", "width": 2, "layers": 3}
    assert network_from(content).document() == content and network_from(content).title == "residual 2-2-2-2"
    problem = random_problem(network_from(content), 2, 1)
    written = json.loads(json.dumps(document(problem)))
    assert read(written) == problem and len(written["ridge"]) == 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"width": 0}, "architecture.width: expected a positive integer"),
        ({"layers": 64}, r"architecture.layers: expected a positive integer \(at most 63\)"),
        ({"layers": "2"}, "architecture.layers: expected a positive integer"),
        ({"widths": [2, 2]}, "architecture"),
    ],
    ids=str,
)
def test_bad_architectures(change, message):
    with pytest.raises(BadInput, match=message):
        network_from({"family": "residual", "width": 2, "layers": 2, **change})


def test_inputs_and_targets_have_the_width_of_the_network():
    content = document(random_problem(Residual(2, 2), 2, 1))
    with pytest.raises(BadInput, match=r"data.targets\[0\]: expected"):
        read({**content, "data": {**content["data"], "targets": [[1], [2]]}})
