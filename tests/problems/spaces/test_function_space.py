"""Dimensions of function spaces: formulas and published values, an independent forward pass, and what the image is exactly."""

from fractions import Fraction
from itertools import pairwise, product

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.problems.networks.families.deep_quadratic import DeepQuadratic
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.low_rank import LowRank
from critscape.problems.networks.families.polynomial_network import PolynomialNetwork
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.networks.families.towers import Towers
from critscape.problems.networks.network import matrices, weight_count
from critscape.problems.networks.reading import network_from
from critscape.problems.spaces.function_space import KNOWN, TooLarge, coefficient_map, function_space


def power(k):
    return (Fraction(0),) * k + (Fraction(1),)


def numbers(*entries):
    return tuple(map(Fraction, entries))


def convolutional(filters, **rest):
    return network_from({"family": "convolutional", "filters": filters, **rest})


@pytest.mark.parametrize(("widths", "dimension", "ambient"), [((2, 1, 2), 3, 4), ((3, 2, 3), 8, 9), ((2, 2, 2), 4, 4), ((1, 3, 1), 1, 1)])
def test_linear(widths, dimension, ambient):
    space = function_space(Linear(widths))
    assert (space.dimension, space.expected, space.ambient, space.defect) == (dimension, dimension, ambient, 0)
    assert space.proved and space.filling == space.everything == (dimension == ambient)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 3), min_size=2, max_size=5).map(tuple))
def test_matrices_of_bounded_rank(widths):
    d, e, r = widths[0], widths[-1], min(widths)
    space = function_space(Linear(widths))
    assert space.dimension == r * (d + e - r) <= space.expected and space.ambient == d * e and space.proved
    if len(widths) <= 3 or r == min(d, e):
        # The symmetries alone prove it, without the theorem.
        assert space.defect == 0


def test_a_linear_network_with_a_symmetry_that_is_not_affine():
    # The image of W4 may turn around the line that W3 W2 goes to; of this GL(2) × GL(2) knows nothing.
    space = function_space(Linear((2, 1, 2, 2, 3)))
    assert (space.dimension, space.expected, space.ambient, space.measured.orbit) == (4, 5, 6, 9)


@pytest.mark.parametrize(("inputs", "units"), [(3, 1), (3, 2), (3, 3), (3, 4), (4, 3), (5, 2)])
def test_symmetric_matrices_of_bounded_rank(inputs, units):
    k = min(units, inputs)
    dimension, ambient = k * inputs - k * (k - 1) // 2, inputs * (inputs + 1) // 2
    fixed, trained = (function_space(Quadratic(inputs, units, output)) for output in (numbers(*[1] * units), None))
    assert (fixed.dimension, fixed.expected, fixed.ambient) == (dimension, dimension, ambient)
    # Quadratic forms are the defective case of Alexander and Hirschowitz: O(k) acts, but not by affine fields on W and a.
    assert (trained.dimension, trained.expected) == (dimension, min(units * inputs, ambient))
    assert trained.everything == (units >= inputs) and fixed.everything is False
    assert fixed.proved and trained.proved


def test_squares_with_positive_outer_weights_are_semidefinite():
    space = function_space(Quadratic(2, 2, numbers(1, 1)))
    assert space.filling and space.everything is False and "positive semidefinite 2 × 2" in space.known.sentence
    a, b, c = space.coefficients.entries
    w = flint.fmpq_mpoly_ctx.get(space.coefficients.variables, "degrevlex").gens()
    assert 4 * a * c - b**2 == 4 * (w[0] * w[3] - w[1] * w[2]) ** 2


SIGNS = [signs for units in (1, 2, 3) for signs in product((1, -1, 0), repeat=units)]


@pytest.mark.parametrize("norm", [False, True])
@pytest.mark.parametrize("inputs", [1, 2, 3, 4])
def test_theorem_and_rank_agree_for_every_signature(inputs, norm):
    for output in [*(numbers(*signs) for signs in SIGNS), None]:
        space = function_space(Quadratic(inputs, 3 if output is None else len(output), output, norm))
        assert space.known.dimension == space.dimension == space.measured.modular_rank
        assert not space.everything or space.filling


def test_eigenvalues_are_what_the_sentence_says():
    rng = np.random.default_rng(3)
    sentence = "eigenvalue of multiplicity at least 2, at most 1 larger ones and at most 1 smaller ones"
    network = Quadratic(4, 2, numbers(2, -3), True)
    assert sentence in function_space(network).known.sentence
    for _ in range(20):
        row = network.coefficients(matrices(network, list(rng.standard_normal(weight_count(network)))))[0]
        form = np.zeros((4, 4))
        for value, exponent in zip(row, network.exponents):
            p, q = (i for i, e in enumerate(exponent) for _ in range(e))
            form[p, q] += value / 2
            form[q, p] += value / 2
        low, middle, other, high = np.linalg.eigvalsh(form)
        assert low < middle - 1e-9 and high > other + 1e-9 and abs(middle - other) < 1e-9


@pytest.mark.parametrize(
    ("widths", "degree", "dimension", "ambient"),
    [
        # Alexander–Hirschowitz: ternary quartics as sums of five powers.
        ((3, 5, 1), 4, 14, 15), ((3, 4, 1), 4, 12, 15), ((3, 6, 1), 4, 15, 15), ((2, 3, 1), 5, 6, 6),
        # Pencils of binary quadrics in three outputs: 3 × 3 matrices of rank 2.
        ((2, 2, 3), 2, 8, 9),
        # High degree: Σ_h (d_{h−1} − 1) d_h + d_{H+1} (Kileel–Trager–Bruna).
        ((2, 2, 2), 3, 6, 8), ((2, 2, 2, 1), 3, 6, 10), ((3, 2, 1), 3, 6, 10),
    ],
)  # fmt: skip
def test_power_activations(widths, degree, dimension, ambient):
    space = function_space(PolynomialNetwork(widths, power(degree)))
    free = sum((d - 1) * e for d, e in pairwise(widths)) + widths[-1]
    assert space.measured.orbit >= sum(widths[1:-1])
    assert (space.dimension, space.ambient, space.expected) == (dimension, ambient, min(free, ambient))
    # Unless an upper bound is met, only the lower bound is proved.
    assert space.proved == (space.defect == 0)


def test_towers_and_charts_are_matrices_of_bounded_rank():
    for network in (Towers(((3, 1, 3), (3, 1, 3))), LowRank(3, 3, 2)):
        space = function_space(network)
        assert (space.dimension, space.expected, space.ambient, space.everything) == (8, 8, 9, False)
    assert function_space(Towers(((2, 1, 2), (2, 1, 2)))).everything


@pytest.mark.parametrize(
    ("filters", "strides", "dimension", "ambient", "everything"),
    [([2, 2], [1, 1], 3, 3, False), ([2, 3], [1, 1], 4, 4, True), ([3, 3], [1, 2], 5, 5, True), ([3, 2], [2, 1], 4, 5, False)],
)
def test_convolutions(filters, strides, dimension, ambient, everything):
    # dim = Σ k_l − (L − 1) (Kohn, Montúfar, Shahverdi and Trager, arXiv 2304.05752).
    for outputs in (1, 2):
        space = function_space(convolutional(filters, strides=strides, outputs=outputs))
        assert (space.dimension, space.ambient, space.everything) == (dimension, ambient, everything)
        assert space.dimension == sum(filters) - 1 and space.proved


def test_what_is_affine_in_the_weights_is_everything():
    space = function_space(network_from({"family": "convolutional-2d", "filters": [[2, 2]], "outputs": [2, 1]}))
    assert space.known is None and space.everything and (space.dimension, space.ambient) == (4, 4)


def test_two_filters_of_size_two_have_real_roots():
    space = function_space(convolutional([2, 2]))
    assert space.filling and "at least 2 real roots" in space.known.sentence
    a, b, c = space.coefficients.entries
    w = flint.fmpq_mpoly_ctx.get(space.coefficients.variables, "degrevlex").gens()
    assert b**2 - 4 * a * c == (w[0] * w[3] - w[1] * w[2]) ** 2


@pytest.mark.parametrize(
    ("network", "forward", "degree"),
    [
        (PolynomialNetwork((2, 2, 2, 1), numbers(0, 1, 1)), lambda w, x: w[2] @ squash(w[1] @ squash(w[0] @ x)), 4),
        (PolynomialNetwork((3, 3, 3, 1), numbers(0, 1, 1)), lambda w, x: w[2] @ squash(w[1] @ squash(w[0] @ x)), 4),
        (Linear((3, 2, 3)), lambda w, x: w[1] @ w[0] @ x, 1),
        (Quadratic(3, 2, None, True), lambda w, x: w[1] @ (w[0] @ x) ** 2 + w[2][0] * (x**2).sum(), 2),
    ],
    ids=lambda value: getattr(value, "title", None),
)
def test_the_dimension_is_the_rank_of_the_outputs_on_many_inputs(network, forward, degree):
    # As many outputs f_w(x_i) as there are coefficients determine f; their Jacobian in w by complex steps, at a generic w.
    rng = np.random.default_rng(5)
    inputs = rng.standard_normal((80, network.inputs))
    weights, step = rng.standard_normal(weight_count(network)), 1e-30
    columns = []
    for j in range(len(weights)):
        moved = weights.astype(complex)
        moved[j] += 1j * step
        blocks = [np.array(block) for block in matrices(network, list(moved))]
        columns.append(np.concatenate([np.atleast_1d(forward(blocks, x)).imag / step for x in inputs]))
    values = np.linalg.svd(np.array(columns), compute_uv=False)
    dimension = function_space(network).dimension
    assert values[dimension - 1] > 1e-6 * values[0]
    assert dimension == len(values) or values[dimension] < 1e-11 * values[0]


def squash(t):
    return t + t**2


def test_one_layer_of_squares_is_one_space_in_three_families():
    squares = function_space(Quadratic(3, 2, None))
    for network in (PolynomialNetwork((3, 2, 1), power(2)), DeepQuadratic((3, 1), (2,))):
        space = function_space(network)
        assert space.known == squares.known and space.measured == squares.measured


def test_the_coefficient_map_is_exact():
    network = Quadratic(2, 1, numbers(Fraction(2, 3)), True)
    assert [str(entry) for entry in coefficient_map(network).entries] == [
        "2/3*W_11^2 + c_11", "4/3*W_11*W_12", "2/3*W_12^2 + c_11",
    ]  # fmt: skip


def test_a_theorem_is_for_one_family_and_not_for_its_subclasses():
    class Other(Linear):
        """Another function."""

    assert function_space(Other((2, 1, 2))).known is None and Linear in KNOWN


def test_what_is_too_large_is_refused_with_its_size():
    with pytest.raises(TooLarge, match="50 weights .at most 40"):
        function_space(Linear((5, 5, 5)))
    with pytest.raises(TooLarge, match="5,310 terms"):
        function_space(PolynomialNetwork((2, 3, 2, 3, 1), power(2)))
