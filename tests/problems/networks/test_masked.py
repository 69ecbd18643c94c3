"""Masked linear networks: loss and gradient by back-propagation, counts against elimination and against families that they equal."""

import copy
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
from critscape.problems.files.problem_file import document, read
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.towers import Towers
from critscape.problems.networks.network import latex_names, matrices, variables
from critscape.problems.networks.reading import network_from
from critscape.problems.problem.problem import Problem, loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

W = None
DIAGONAL = [[W, 0], [0, W]]
SHAPES = [
    ((2, 2, 2), [DIAGONAL, DIAGONAL]),
    ((2, 2, 1), [[[W, "-1/2"], [3, W]], [[W, W]]]),
    ((1, 2, 2, 1), [[[W], [W]], [[W, 1], ["-3/2", W]], [[W, W]]]),
    ((2, 2, 2, 1), [[[W, W], [0, W]], [["2/3", 1], [1, -1]], [[W, W]]]),
    ((2, 2, 2), [[[W, 0], [1, 2]], [[0, 1], ["1/3", W]]]),
    ((1, 2, 1), [[[1], [W]], [["5/2", 0]]]),
]


def network(widths, fixed):
    return network_from({"family": "masked", "widths": list(widths), "fixed": fixed})


def exactly(form, point):
    value = form(*[int(x) for x in point])
    return Fraction(int(value.p), int(value.q))


def filled(widths, fixed, weights):
    rest = iter(weights)
    return [np.array([[next(rest) if x is W else Fraction(x) for x in row] for row in rows], dtype=object) for rows in fixed]


@pytest.mark.parametrize(("widths", "fixed"), SHAPES, ids=str)
@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_loss_and_gradient_are_those_of_back_propagation(widths, fixed, seed):
    problem = random_problem(network(widths, fixed), 3, seed)
    exact, rng = loss(problem), np.random.default_rng(seed)
    point = [Fraction(int(x)) for x in rng.integers(-3, 4, problem.dimension)]
    layers = filled(widths, fixed, point)
    total, slopes = Fraction(0), [0 * layer for layer in layers]
    for x, y in zip(problem.inputs, problem.targets):
        states = [np.array(x, dtype=object)]
        for layer in layers:
            states.append(layer @ states[-1])
        error = states[-1] - np.array(y, dtype=object)
        total += error @ error / 2
        for k in reversed(range(len(layers))):
            slopes[k] = slopes[k] + np.outer(error, states[k])
            error = layers[k].T @ error
    ridge = problem.ridge
    assert exactly(polynomial(exact), point) == total + sum(s * w * w for s, w in zip(ridge, point)) / 2
    trained = [x for rows, slope in zip(fixed, slopes) for x, is_fixed in zip(slope.ravel(), np.array(rows).ravel()) if is_fixed is W]
    assert [exactly(slope, point) for slope in gradient(exact)] == [x + s * w for x, s, w in zip(trained, ridge, point)]


@pytest.mark.parametrize(("widths", "fixed"), SHAPES, ids=str)
def test_the_normal_form_computes_the_same_function(widths, fixed):
    given_one = network(widths, fixed)
    normal, squares = given_one.normal_form()
    weights = [Fraction(k, 3) for k in range(2, 2 + len(squares))]
    roots = [Fraction(np.sqrt(float(s))).limit_denominator(1000) for s in squares]
    assert all(root > 0 and root**2 == s for root, s in zip(roots, squares))
    scaled = [root * w for root, w in zip(roots, weights)]
    assert given_one.coefficients(matrices(given_one, weights)) == normal.coefficients(matrices(normal, scaled))
    assert normal.normal_form() == (normal, (1,) * len(squares))


def test_the_normal_form_makes_constants_one():
    normal, squares = network((2, 2, 1), [[[W, "-1/2"], [3, W]], [[W, W]]]).normal_form()
    assert normal.fixed[0] == ((None, -1), (1, None)) and squares == (4, Fraction(1, 9), Fraction(1, 4), 9)


NEEDS_MSOLVE = pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)


@NEEDS_MSOLVE
@pytest.mark.parametrize(
    ("shape", "samples", "count"), [(SHAPES[0], 2, 25), (SHAPES[1], 2, 25), (SHAPES[3], 2, 29), (SHAPES[1], 1, 9)], ids=str
)
def test_counts_agree_with_elimination(shape, samples, count):
    problem = random_problem(network(*shape), samples, 9)
    result = solve(problem, Options(engine="batch", cross_check=True)).document
    assert result["status"] == "complete" and result["levels"]["complex"] == "proved"
    assert result["counts"]["complex"] == count
    assert all(entry["holds"] is not False for entry in result["evidence"].values())
    assert solve(problem, Options(engine="exact")).document["counts"] == result["counts"]


@pytest.mark.phcpy
@pytest.mark.skipif(not available(), reason="phcpy is not installed (Debian's python3-phcpy)")
def test_counts_agree_with_phcpy():
    problem = random_problem(network(*SHAPES[1]), 2, 9)
    ours, theirs = (solve(problem, Options(engine=engine)).document for engine in ("batch", "phcpy"))
    assert ours["status"] == theirs["status"] == "complete" and ours["counts"] == theirs["counts"]


@pytest.mark.parametrize(
    ("targets", "counts"),
    [((3, -4), (25, 9)), (("1/2", 3), (25, 3)), (("1/2", "-1/3"), (25, 1))],
    ids=str,
)
def test_diagonal_networks_are_independent_chains(targets, counts):
    # Output o sees input o alone: with S = Σ x_o², T = Σ x_o y_o the points of its chain ab are a = b = 0 and, with Sp = T ± √(λμ),
    # p = ab and λa = ∓√(λμ) b, two more for each sign: 5 if T² ≠ λμ; real for the sign of −ε p, so 3 or 1 as |T| > √(λμ) or not.
    data = {"inputs": [[1, 0], [0, 1]], "targets": [[targets[0], 7], [-5, targets[1]]]}
    content = {"architecture": network(*SHAPES[0]).document(), "data": data, "ridge": [[[1, W], [W, 2]], [[4, W], [W, "1/2"]]]}
    result = solve(read(content), Options(engine="batch")).document
    assert result["status"] == "complete" and result["levels"]["complex"] == "proved"
    assert (result["counts"]["complex"], result["counts"]["real"]) == counts
    by_index = {9: {"0": 4, "1": 4, "2": 1}, 3: {"0": 2, "1": 1}, 1: {"0": 1}}[counts[1]]
    assert result["counts"]["by_index"] == by_index


def test_diagonal_networks_with_equal_chains_degenerate():
    # T² = λμ in one chain: its points with p = 0 fall into the origin, which leaves 3 · 5.
    data = {"inputs": [[1, 0], [0, 1]], "targets": [[2, 0], [0, 5]]}
    content = {"architecture": network(*SHAPES[0]).document(), "data": data, "ridge": [[[1, W], [W, 2]], [[4, W], [W, "1/2"]]]}
    result = solve(read(content), Options(engine="exact")).document
    assert result["counts"]["complex"] == 15 and result["counts"]["degenerate"] > 0


def same(problem: Problem, other, order, seed=0):
    """Both problems have the same counts, the second with its ridge in the first one's order."""
    twin = dataclasses.replace(problem, network=other, ridge=tuple(problem.ridge[k] for k in order))
    one, two = (solve(each, Options(engine="batch", seed=seed)).document for each in (problem, twin))
    assert one["status"] == two["status"] == "complete" and one["counts"] == two["counts"]
    return one["counts"]["complex"]


def test_a_network_without_a_mask_is_linear():
    plain = network((2, 1, 2), [[[W, W]], [[W], [W]]])
    assert same(random_problem(plain, 2, 5), Linear((2, 1, 2)), range(4)) == 17


def test_a_dead_unit_leaves_the_narrower_network():
    dead = network((2, 2, 2), [[[W, W], [0, 0]], [[W, 0], [W, 0]]])
    assert same(random_problem(dead, 2, 5), Linear((2, 1, 2)), range(4)) == 17


def test_a_unit_fixed_at_one_is_a_tower_of_one_layer():
    # W1 = (a; 1), W2 = (b, c): b a x + c x.
    skip = network((1, 2, 1), [[[W], [1]], [[W, W]]])
    assert same(random_problem(skip, 2, 5), Towers(((1, 1, 1), (1, 1))), range(3)) == 5


def test_a_fixed_last_matrix_leaves_a_linear_regression():
    result = solve(random_problem(network((2, 2, 1), [[[W, W], [W, W]], [[2, "-1/3"]]]), 3, 1), Options(engine="batch")).document
    assert result["status"] == "complete" and result["counts"]["complex"] == result["counts"]["real"] == 1


@pytest.mark.parametrize("samples", [1, 2, 4])
@pytest.mark.parametrize(("shape", "order"), [(SHAPES[1], 1), (SHAPES[3], 2), (SHAPES[0], 4)], ids=str)
def test_few_samples_and_symmetries(shape, order, samples):
    # A sign flip of a hidden unit remains where no constant but zero touches the unit, or of units that constants join alone.
    problem = random_problem(network(*shape), samples, samples)
    assert solve(problem, Options(engine="batch", seed=samples)).document["status"] == "complete"
    assert symmetry_group(loss(problem)).order == order


def test_names_and_titles():
    plain = network((2, 2, 2), [[[W, 0], ["1/2", W]], [[0, 1], [1, W]]])
    assert variables(plain) == ("W1_11", "W1_22", "W2_22")
    assert latex_names(plain) == ("w^{(1)}_{11}", "w^{(1)}_{22}", "w^{(2)}_{22}")
    assert matrices(plain, (5, 6, 7)) == [[[5, None], [None, 6]], [[None, None], [None, 7]]]
    assert plain.title == "masked 2-2-2 w0/cw 01/1w"
    large = network((6, 6, 1), [[[W] * 6] * 6, [[1] * 6]])
    assert large.title == "masked 6-6-1, 6 fixed" and [block.name for block in large.blocks] == ["W1"]


def test_reasons_for_infinitely_many_points():
    def reason(shape, ridge):
        masked = network(*shape)
        return masked.infinite_reason(matrices(masked, ridge)) or ""

    full = ((2, 2, 1), [[[W, W], [W, W]], [[W, W]]])
    assert "rotations O(2)" in reason(full, (1, 2, 1, 2, 3, 3))
    assert reason(full, (1, 2, 1, 2, 3, 4)) == ""
    # A constant or a zero tells units apart whose ridges are equal; zeros at the same place do not.
    assert reason(((2, 2, 1), [[[W, 1], [W, 0]], [[W, W]]]), (1, 1, 3, 3)) == ""
    assert reason(((2, 2, 1), [[[W, 1], [W, 1]], [[W, W]]]), (1, 1, 3, 3)) == ""
    assert "rotations O(2)" in reason(((2, 2, 1), [[[W, 0], [W, 0]], [[W, W]]]), (1, 1, 3, 3))
    assert "rescaling" in reason(((2, 2, 1), [[[W, 0], [W, W]], [[W, W]]]), (0, 1, 2, 0, 1))
    assert "rescaling" not in reason(((2, 2, 1), [[[W, 1], [W, W]], [[W, W]]]), (0, 1, 2, 0, 1))
    assert "the ridge is zero on W2" in reason(((1, 1, 1), [[[W]], [[W]]]), (1, 0))


def test_a_continuous_symmetry_that_a_mask_leaves_is_found():
    problem = random_problem(network((2, 2, 1), [[[W, 0], [W, 0]], [[W, W]]]), 2, 1, (Fraction(1, 5),) * 4)
    result = solve(dataclasses.replace(problem, targets=((Fraction(7),), (Fraction(5),))), Options(engine="batch")).document
    assert result["status"] == "not-finite" and "rotations O(2)" in result["reason"]


def test_files():
    content = {"family": "masked", "widths": [2, 2, 1], "fixed": [[[None, "-1/2"], [3, None]], [[None, 0]]]}
    assert network_from(content).document() == content
    problem = random_problem(network_from(content), 2, 1)
    written = json.loads(json.dumps(document(problem)))
    assert read(written) == problem
    first, second, third = written["ridge"][0][0][0], written["ridge"][0][1][1], written["ridge"][1][0][0]
    assert written["ridge"] == [[[first, None], [None, second]], [[third, None]]]
    assert read({**written, "ridge": [1, [[2, None]]]}).ridge == (1, 1, 2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"fixed": [[[None, 1], [2, None]]]}, r"architecture.fixed: expected one array per weight matrix \(W1, W2\), so 2 \(1 given\)"),
        ({"fixed": [[[None, 1]], [[None, 0]]]}, r"architecture.fixed\[0\]: expected a list of 2"),
        ({"fixed": [[[None, 1], [2]], [[None, 0]]]}, r"architecture.fixed\[0\]\[1\]: expected a list of 2 numbers \(1 entry given\)"),
        ({"fixed": [3, [[None, 0]]]}, r"architecture.fixed\[0\]: expected a list of 2"),
        ({"fixed": [[[None, "x"], [2, None]], [[None, 0]]]}, r"architecture.fixed\[0\]\[0\]\[1\]: expected a number"),
        ({"fixed": [[[1, 1], [2, 2]], [[0, 0]]]}, "architecture.fixed: expected null for at least one weight"),
        ({"fixed": 7}, "architecture.fixed: expected a list of one array per weight matrix"),
        ({"widths": [2]}, "architecture.widths"),
        ({"mask": 1}, "architecture"),
    ],
    ids=str,
)
def test_bad_architectures(change, message):
    with pytest.raises(BadInput, match=message):
        network_from({"family": "masked", "widths": [2, 2, 1], "fixed": [[[None, 1], [2, None]], [[None, 0]]], **change})


@pytest.mark.parametrize(
    ("ridge", "message"),
    [
        ([[[1, 2], [W, 1]], [[1, W]]], r"ridge\[0\]\[0\]\[1\]: expected null \(this weight is fixed\), got 2"),
        ([[[W, W], [W, 1]], [[1, W]]], r"ridge\[0\]\[0\]\[0\]: expected a number"),
        ([[[1, W]], [[1, W]]], r"ridge\[0\]: expected a list of 2"),
        ([[[-1, W], [W, 1]], [[1, W]]], "ridge: expected numbers that are not negative"),
    ],
    ids=str,
)
def test_bad_ridges(ridge, message):
    architecture = {"family": "masked", "widths": [2, 2, 1], "fixed": [[[None, 1], [2, None]], [[None, 0]]]}
    content = {"architecture": architecture, "data": {"inputs": [[1, 2]], "targets": [[3]]}}
    with pytest.raises(BadInput, match=message):
        read({**copy.deepcopy(content), "ridge": ridge})
