"""Polynomial activations: the loss against a plain forward pass, counts against elimination, closed forms and the known families."""

import dataclasses
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.algebra.elimination import msolve
from critscape.algebra.polynomial.loss import exact, gradient, polynomial
from critscape.problems.criteria.squared import least_squares
from critscape.problems.files.problem_file import document, read
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.polynomial_network import PolynomialNetwork
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.networks.network import matrices
from critscape.problems.networks.reading import network_from
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

needs_msolve = pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)


def network(widths, *activation, biases=False):
    return PolynomialNetwork(widths, tuple(map(Fraction, activation)), biases)


SHAPES = [
    network((1, 1, 1), 0, 1, 0, "-1/6"),
    network((2, 2, 2), 0, "-3/2", "2/3"),
    network((2, 1, 2, 1), 0, 0, -2),
    network((2, 2, 1, 1), 0, 1, "1/2"),
    network((3, 2, 2), 0, 0, 0, "5/7", -1),
    network((1, 2, 1), "-2/3", 1, 0, "1/2"),
    network((2, 1, 2, 1), 3, 0, "1/2"),
    network((2, 2, 2), 0, 1, "-3/4", biases=True),
    network((1, 2, 1, 1), "1/2", 0, "2/3", biases=True),
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.title)
@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_loss_and_gradient_are_those_of_a_forward_pass(shape, seed):
    problem = random_problem(shape, 3, seed)
    rng = np.random.default_rng(seed)
    point = [exact(Fraction(int(x), 3)) for x in rng.integers(-3, 4, problem.dimension)]
    assert polynomial(loss(problem))(*point) == forward_loss(problem, [fmpq_poly([w]) for w in point])[0]
    # L(w + ε e_i) as a polynomial in ε: its linear coefficient is ∂L/∂w_i.
    for i, slope in enumerate(gradient(loss(problem))):
        assert slope(*point) == forward_loss(problem, [fmpq_poly([w, int(j == i)]) for j, w in enumerate(point)])[1]


def forward_loss(problem, weights):
    """L of weights that are polynomials in ε, sample by sample and layer by layer."""
    blocks = matrices(problem.network, weights)
    layers = zip(blocks[::2], blocks[1::2]) if problem.network.biases else ((block, [[0]] * len(block)) for block in blocks)
    (first, shift), *others = layers
    total = sum((exact(strength) * w * w for strength, w in zip(problem.ridge, weights)), fmpq_poly([0]))
    for sample, target in zip(problem.inputs, problem.targets):
        h = [sum((w * exact(x) for w, x in zip(row, sample)), fmpq_poly([0]) + b) for row, (b,) in zip(first, shift)]
        for matrix, bias in others:
            h = [fmpq_poly([exact(s) for s in problem.network.activation])(t) for t in h]
            h = [sum((w * t for w, t in zip(row, h)), fmpq_poly([0]) + b) for row, (b,) in zip(matrix, bias)]
        total += sum(((out - exact(y)) ** 2 for out, y in zip(h, target)), fmpq_poly([0]))
    return total / 2


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.title)
def test_the_normal_form_computes_the_same_function(shape):
    plain, squares = shape.normal_form()
    roots = [Fraction(int(s.numerator**0.5), int(s.denominator**0.5)) for s in squares]
    assert [root**2 for root in roots] == list(squares) and abs(plain.activation[-1]) == 1
    weights = [Fraction(j * j - 5, j + 2) for j in range(len(squares))]
    scaled = [root * w for root, w in zip(roots, weights)]
    assert shape.coefficients(matrices(shape, weights)) == plain.coefficients(matrices(plain, scaled))
    assert plain.exponents == shape.exponents


@needs_msolve
@pytest.mark.parametrize(
    ("shape", "samples", "count"),
    [
        (network((1, 1, 1), 0, 1, 1), 2, 9),
        (network((1, 1, 1), 0, "1/2", 0, "-1/6"), 2, 13),
        pytest.param(network((2, 1, 1), 0, 0, "-3/2"), 2, 33, marks=pytest.mark.slow),
        (network((1, 1, 1, 1), 0, 0, 1), 1, 49),
        pytest.param(network((1, 2, 1), 0, 1, 1), 2, 61, marks=pytest.mark.slow),
        (network((2, 1, 1), 1, 0, 1), 2, 33),
        (network((1, 1, 1, 1), 1, 1), 2, 21),
        (network((1, 1, 1), 0, 1, 1, biases=True), 2, 33),
        (network((1, 1, 1), "1/2", 0, 1, biases=True), 1, None),
    ],
    ids=lambda value: getattr(value, "title", str(value)),
)
def test_counts_agree_with_elimination(shape, samples, count):
    problem = random_problem(shape, samples, 9)
    result = solve(problem, Options(engine="batch", cross_check=True)).document
    assert result["status"] == "complete" and result["levels"]["complex"] == "proved"
    assert count is None or result["counts"]["complex"] == count
    assert all(entry["holds"] is not False for entry in result["evidence"].values())
    assert solve(problem, Options(engine="exact")).document["counts"] == result["counts"]


@pytest.mark.parametrize(
    "shape",
    [network((1, 1, 1), 0, "2/3"), network((2, 1, 2), 0, 0, 1), network((2, 1, 1), 0, 1, 0, -1), network((1, 1, 1), 0, 0, 0, 0, 1)],
    ids=lambda shape: shape.title,
)
def test_one_unit_and_one_sample_have_a_closed_count(shape):
    # With t = w·x, a_i = y_i σ(t)/(μ_i + σ(t)²) and λ⁻¹ = Σ_j x_j²/λ_j what is left is λt = Σ_i μ_i y_i² σσ′/(μ_i + σ²)²:
    # a polynomial of degree 1 + 4·d·d_y in t.
    result = solve(random_problem(shape, 1, 2), Options(engine="batch")).document
    assert result["status"] == "complete" and result["counts"]["complex"] == 1 + 4 * shape.degree * shape.outputs


@pytest.mark.parametrize(("power", "hidden"), [(1, 3), (2, 2), (2, 3), (3, 1), (3, 2)])
def test_chains_of_one_power_have_a_closed_count(power, hidden):
    # f = ∏ w_h^{e_h} with e_h = powerʰ⁻¹ from the output: w_h² = e_h z/λ_h with z = f(y − f), so f² = C z^E, E = Σ e_h, has 2E − 2
    # solutions f ≠ 0; half of the 2ⁿ choices of signs have the sign of f. The origin is the one point more.
    result = solve(random_problem(network((1,) * (hidden + 2), *([0] * power), 1), 1, 4), Options(engine="batch")).document
    total = sum(power**h for h in range(hidden + 1))
    assert result["status"] == "complete" and result["counts"]["complex"] == 1 + (total - 1) * 2 ** (hidden + 1)


@pytest.mark.parametrize(
    ("inputs", "units", "samples", "count"), [(1, 1, 1, 9), pytest.param(2, 1, 2, 33, marks=pytest.mark.slow), (1, 2, 3, 33)]
)
def test_the_square_is_a_quadratic_network(inputs, units, samples, count):
    same_counts(network((inputs, units, 1), 0, 0, 1), Quadratic(inputs, units, None), samples, count)


@pytest.mark.slow
def test_the_square_is_a_quadratic_network_with_two_units():
    same_counts(network((2, 2, 1), 0, 0, 1), Quadratic(2, 2, None), 3, 481)


@pytest.mark.parametrize(("widths", "samples", "count"), [((2, 1, 2), 2, 17), ((1, 1, 1, 1), 1, 17), ((1, 2, 1), 2, 9)])
def test_the_identity_is_a_linear_network(widths, samples, count):
    same_counts(network(widths, 0, 1), Linear(widths), samples, count)


@pytest.mark.parametrize(
    ("widths", "samples", "count"), [((1, 1, 1), 1, 5), ((1, 1, 1), 2, 9), ((1, 1, 1), 3, 9), ((2, 1, 1), 2, 9), ((1, 2, 1), 3, 33)]
)
def test_the_identity_with_biases_is_a_linear_network_of_shifted_data(widths, samples, count):
    # f = W_2 W x̃ + b_2 with W = [W_1 | b_1] and x̃ = (x, 1). The best b_2, of ridge m/3, leaves r − 1·3(1·r)/(4m) of the residuals r
    # of W_2 W x̃ in the product with r: those of the data Q X̃, Q y with Q = I − 11ᵀ/(2m), as Q² = I − (3/4m) 11ᵀ.
    inputs, units, _ = widths
    shape = network(widths, 0, 1, biases=True)
    problem = random_problem(shape, samples, 5)
    w1, b1, w2, _ = matrices(shape, problem.ridge)
    last = Fraction(samples, 3)
    biased = dataclasses.replace(problem, ridge=(*problem.ridge[:-1], last))
    ridge = [strength for row, bias in zip(w1, b1) for strength in (*row, *bias)] + w2[0]
    plain = least_squares(
        Linear((inputs + 1, units, 1)), shifted([(*x, Fraction(1)) for x in problem.inputs]), shifted(problem.targets), tuple(ridge)
    )
    one, other = (solve(p, Options(engine="batch")).document for p in (biased, plain))
    assert one["status"] == other["status"] == "complete" and one["counts"]["complex"] == count
    keys = ("complex", "real", "by_index", "degenerate", "spurious_minima")
    assert [one["counts"][key] for key in keys] == [other["counts"][key] for key in keys]


def shifted(rows):
    """The rows less half of their mean."""
    means = [sum(column) / len(rows) for column in zip(*rows)]
    return tuple(tuple(entry - mean / 2 for entry, mean in zip(row, means)) for row in rows)


@pytest.mark.parametrize("activation", [(0, 0, 1), (0, 1, 1), (0, 0, 0, 1)], ids=str)
def test_biases_with_one_unit_and_one_sample_have_the_count_without(activation):
    # t = w·x + b with (x, 1) for x, and the best last bias leaves a multiple of the residual.
    found = [
        solve(random_problem(network((1, 1, 1), *activation, biases=biases), 1, 2), Options(engine="batch")).document
        for biases in (True, False)
    ]
    counts = [result["counts"]["complex"] for result in found]
    assert [result["status"] for result in found] == ["complete"] * 2
    assert counts == [1 + 4 * (len(activation) - 1)] * 2


def same_counts(shape, known, samples, count):
    problem = random_problem(shape, samples, 5)
    one, other = (solve(p, Options(engine="batch")).document for p in (problem, dataclasses.replace(problem, network=known)))
    assert one["status"] == "complete" and one["counts"] == other["counts"] and one["counts"]["complex"] == count


def test_reasons_of_critical_sets_that_are_not_finite():
    def reason(shape, ridge):
        return shape.infinite_reason(matrices(shape, ridge))

    square, mixed, identity = network((1, 2, 1), 0, 0, 1), network((1, 2, 1), 0, 1, 1), network((1, 2, 1), 0, 1)
    assert reason(square, [0, 1, 0, 1]).startswith("the ridge is zero around a unit of hidden layer 1")
    assert reason(mixed, [0, 0, 1, 1]).startswith("the ridge is zero on W1")
    assert "O(2)" in reason(identity, [1, 1, 2, 2])
    # Equal ridges are no symmetry of a square, and one unit's ridge is enough to hold it.
    assert reason(square, [1, 1, 2, 2]) is reason(mixed, [0, 1, 0, 1]) is None
    biased, cosh = network((1, 1, 1, 1), 0, 1, 1, biases=True), network((1, 1, 1, 1), 1, 0, 1, biases=True)
    # Blocks W1, b1, W2, b2, W3, b3: the last bias is a regression; without it or with σ(0) = 0 hidden biases are free at zero.
    assert reason(biased, [1, 1, 1, 1, 1, 0]) is reason(biased, [1, 1, 1, 0, 1, 1]) is reason(cosh, [1, 0, 1, 0, 1, 1]) is None
    assert reason(biased, [1, 0, 1, 1, 1, 1]).startswith("the ridge is zero on b1")
    assert reason(cosh, [1, 1, 1, 0, 1, 0]).startswith("the ridge is zero on b2")
    shift = network((1, 2, 1), 0, 1, biases=True)
    assert "O(2)" in reason(shift, [1, 1, 2, 2, 3, 3, 1]) and reason(shift, [1, 1, 2, 3, 3, 3, 1]) is None
    problem = random_problem(square, 2, 1, tuple(map(Fraction, (0, 1, 0, 1))))
    result = solve(problem, Options(engine="batch")).document
    assert result["status"] == "not-finite" and "rescaling" in result["reason"]


def test_files():
    content = {"family": "polynomial-network", "widths": [2, 1, 2], "activation": [0, 1, "-1/6"]}
    shape = network_from(content)
    assert (shape.document(), shape.title) == (content, "polynomial 2-1-2, t - 1/6 t^2")
    assert network((1, 1, 1), 0, "-1/2", 0, 3).units == "1-1-1, -1/2 t + 3 t^3"
    problem = random_problem(shape, 2, 1)
    assert read(document(problem)) == problem
    biased = {**content, "activation": ["1/2", 0, -1], "biases": True}
    shape = network_from(biased)
    assert (shape.document(), shape.title) == (biased, "polynomial 2-1-2, 1/2 - t^2, biases")
    assert [(block.name, block.rows, block.columns) for block in shape.blocks] == [
        ("W1", 1, 2),
        ("b1", 1, 1),
        ("W2", 2, 1),
        ("b2", 2, 1),
    ]
    problem = random_problem(shape, 2, 1)
    assert read(document(problem)) == problem
    assert network_from({**content, "biases": False}).document() == content


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"widths": [2, 1]}, "architecture.widths: expected a list of three or more"),
        ({"activation": [0]}, "architecture.activation: expected a list of 2 to 101 numbers"),
        ({"activation": [0, 1, 0]}, r"architecture.activation\[2\]: expected a last coefficient that is not zero, got 0"),
        ({"activation": [0, "one"]}, r"architecture.activation\[1\]: expected a number"),
        ({"widths": [5, 1, 1, 1, 1], "activation": [0, 0, 0, 1]}, "architecture: expected a degree in x of at most 100"),
        ({"biases": 1}, "architecture.biases: expected true or false"),
        ({"bias": True}, "architecture"),
    ],
    ids=str,
)
def test_bad_input(change, message):
    with pytest.raises(BadInput, match=message):
        network_from({"family": "polynomial-network", "widths": [2, 1, 1], "activation": [0, 0, 1], **change})
