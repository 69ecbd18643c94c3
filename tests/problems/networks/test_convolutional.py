"""Linear convolutional networks: the loss against a plain forward pass, the end-to-end filter, counts against elimination, PHCpack,
closed forms and linear networks.
"""

import dataclasses
from fractions import Fraction
from math import prod

import numpy as np
import pytest
from flint import fmpq_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.algebra.elimination import msolve
from critscape.algebra.phcpack import engine as phcpy_engine
from critscape.algebra.polynomial.loss import exact, gradient, polynomial
from critscape.algebra.symmetry.finite import symmetry_group
from critscape.problems.files.problem_file import document, read
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.convolutional import Convolutional
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.network import matrices
from critscape.problems.networks.reading import network_from
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

needs_msolve = pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)


def network(*filters, **fields):
    return network_from({"family": "convolutional", "filters": list(filters), **fields})


def titled(value):
    return getattr(value, "title", str(value))


SHAPES = [
    network(3, outputs=3),
    network(2, 2, outputs=2),
    network(2, 3, strides=[2, 1]),
    network(1, 2, strides=[3, 1], outputs=2),
    network(2, 1, 2, strides=[2, 3, 2], outputs=2),
    network(2, 2, channels=[2, 2, 2], strides=[1, 2], outputs=2),
    network(1, 2, 2, channels=[1, 2, 1, 3]),
]


@pytest.mark.parametrize("shape", SHAPES, ids=titled)
@settings(max_examples=5, deadline=None)
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
    total = sum((exact(strength) * w * w for strength, w in zip(problem.ridge, weights)), fmpq_poly([0]))
    for sample, target in zip(problem.inputs, problem.targets):
        out = forward(problem.network.document(), matrices(problem.network, weights), [fmpq_poly([exact(x)]) for x in sample])
        total += sum(((entry - exact(y)) ** 2 for entry, y in zip(out, target, strict=True)), fmpq_poly([0]))
    return total / 2


def forward(architecture, weights, sample):
    """Slides the filters of one layer after the other over the channels of its input."""
    channels, length = architecture["channels"], len(sample) // architecture["channels"][0]
    signals = [sample[c * length : (c + 1) * length] for c in range(channels[0])]
    for layer, (size, stride) in enumerate(zip(architecture["filters"], architecture["strides"])):
        rows = iter(weights[layer])
        filters = [[next(rows) for _ in signals] for _ in range(channels[layer + 1])]
        windows = range(0, len(signals[0]) - size + 1, stride)
        signals = [
            [
                sum((w * x for row, signal in zip(bank, signals) for w, x in zip(row, signal[start:][:size])), fmpq_poly([0]))
                for start in windows
            ]
            for bank in filters
        ]
    return [entry for signal in signals for entry in signal]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3), st.lists(st.integers(-9, 9), min_size=3)), min_size=1, max_size=4))
def test_with_one_channel_the_whole_is_a_product_of_polynomials(layers):
    # Kohn et al., arXiv 2108.01538, propositions 2.2 and 2.6: ∏_l K_l(t^{s_1 ⋯ s_{l−1}}).
    shape = network(*(size for size, _, _ in layers), strides=[stride for _, stride, _ in layers])
    filters = [entries[:size] for size, _, entries in layers]
    expected, step = fmpq_poly([1]), 1
    for (_, stride, _), entries in zip(layers, filters):
        expected *= fmpq_poly(entries)(fmpq_poly([0] * step + [1]))
        step *= stride
    (row,) = shape.coefficients([[entries] for entries in filters])
    places = [alpha.index(1) for alpha in shape.exponents]
    assert shape.inputs == 1 + sum((size - 1) * prod(s for _, s, _ in layers[:k]) for k, (size, _, _) in enumerate(layers))
    found = dict(zip(places, row))
    assert [found.get(k, 0) for k in range(shape.inputs)] == [expected[k] for k in range(shape.inputs)]


def solved(shape, samples, seed=9, engine="batch"):
    result = solve(random_problem(shape, samples, seed), Options(engine=engine)).document
    assert result["status"] == "complete"
    return result["counts"]


@needs_msolve
@pytest.mark.parametrize(
    ("shape", "samples", "count"),
    [
        (network(2, 2), 2, 25),
        pytest.param(network(2, 2), 3, 33, marks=pytest.mark.slow),
        (network(2, 2, strides=[2, 1]), 4, 33),
        (network(2, 2, outputs=2), 1, 25),
        pytest.param(network(1, 2, channels=[1, 2, 1]), 1, 9, marks=pytest.mark.slow),
        pytest.param(network(3, 2), 3, 61, marks=pytest.mark.slow),
    ],
    ids=titled,
)
def test_counts_agree_with_elimination(shape, samples, count):
    problem = random_problem(shape, samples, 9)
    result = solve(problem, Options(engine="batch", cross_check=True)).document
    assert result["status"] == "complete" and result["levels"]["complex"] == "proved"
    assert result["counts"]["complex"] == count
    assert all(entry["holds"] is not False for entry in result["evidence"].values())
    assert solve(problem, Options(engine="exact")).document["counts"] == result["counts"]


@pytest.mark.phcpy
@pytest.mark.skipif(not phcpy_engine.available(), reason="phcpy is not installed (Debian's python3-phcpy)")
def test_counts_agree_with_phcpack():
    assert solved(network(2, 2), 2) == solved(network(2, 2), 2, engine="phcpy")


@pytest.mark.parametrize(("layers", "outputs", "samples"), [(2, 1, 1), (3, 2, 1), pytest.param(4, 1, 2, marks=pytest.mark.slow)])
def test_filters_of_size_one_are_a_chain(layers, outputs, samples):
    # f = ∏ w_l · x, entry by entry: a chain of widths 1 with H = layers − 1 hidden layers, 1 + H 2^(H+1) points.
    counts = solved(network(*[1] * layers, outputs=outputs), samples)
    assert counts["complex"] == 1 + (layers - 1) * 2**layers


@pytest.mark.parametrize(
    ("shape", "tuples"),
    [
        pytest.param(network(2, 2), 2, marks=pytest.mark.slow),
        (network(2, 3), 2),
        pytest.param(network(3, 3, strides=[2, 1]), 3, marks=pytest.mark.slow),
        (network(1, 2, 2), 2),
        pytest.param(network(2, 2, 2), 6, marks=pytest.mark.slow),
        pytest.param(network(2, 2, 2, strides=[2, 2, 1]), 6, marks=pytest.mark.slow),
    ],
    ids=titled,
)
def test_one_sample_has_the_singular_vector_tuples_of_its_tensor(shape, tuples):
    # f = T(K_1, …, K_n) with T_j = x_{Σ s_1 ⋯ s_{l−1} j_l}: a critical point other than 0 is a singular vector tuple of T in the
    # metrics λ, rescaled as a chain of widths 1. Friedland and Ottaviani (Found. Comput. Math. 14, 2014) count those of generic T.
    layers = len(shape.filters)
    assert solved(shape, 1)["complex"] == 1 + (layers - 1) * 2**layers * tuples


@pytest.mark.parametrize(
    ("first", "second", "channels", "count"),
    [(2, 2, 2, 17), *(pytest.param(*case, marks=pytest.mark.slow) for case in ((2, 1, 2, 9), (1, 2, 2, 9), (1, 3, 3, 13)))],
)
def test_channels_add_up_for_one_sample(first, second, channels, count):
    # Each hidden channel has the singular vectors of a k_2 × k_1 matrix, with singular values of its own: only one is alive.
    assert count == 1 + 4 * channels * min(first, second)
    assert solved(network(first, second, channels=[1, channels, 1]), 1)["complex"] == count


@pytest.mark.parametrize(("widths", "m", "count"), [((1, 2, 1), 2, 9), pytest.param((2, 2, 2), 1, 33, marks=pytest.mark.slow)])
def test_filters_of_size_one_with_channels_are_a_linear_network(widths, m, count):
    problem = random_problem(network(*[1] * (len(widths) - 1), channels=list(widths)), m, 5)
    linear = dataclasses.replace(problem, network=Linear(widths))
    one, other = (solve(p, Options(engine="batch")).document["counts"] for p in (problem, linear))
    assert one == other and one["complex"] == count


@pytest.mark.parametrize("filters", [(3, 1), pytest.param((1, 3), marks=pytest.mark.slow)])
def test_a_layer_of_size_one_is_a_unit(filters):
    # f = a k·x with a scalar a is a linear network with one hidden unit. With A = XXᵀ, ν = Xy and k = a(Λ + a²A)⁻¹ν what is left
    # for a ≠ 0 is μ = Σ_i c_i/(λ_i + a² α_i)², α_i and λ_i simultaneous eigenvalues of A and Λ: 4 min(m, k_1 k_2) solutions.
    problem = random_problem(network(*filters), 3, 5)
    long, short = (problem.ridge[:3], problem.ridge[3:]) if filters == (3, 1) else (problem.ridge[1:], problem.ridge[:1])
    linear = dataclasses.replace(problem, network=Linear((3, 1, 1)), ridge=(*long, *short))
    one, other = (solve(p, Options(engine="batch")).document["counts"] for p in (problem, linear))
    assert {**one, "complex_torus": None} == {**other, "complex_torus": None} and one["complex"] == 1 + 4 * 3


def test_strides_longer_than_filters_leave_gaps():
    # Every other entry of x does not matter: the same as without gaps on the rest.
    gaps = network(1, 2, strides=[2, 1], outputs=2)
    assert (gaps.inputs, [alpha.index(1) for alpha in gaps.exponents]) == (5, [0, 2, 4])
    problem = random_problem(gaps, 2, 4)
    dense = dataclasses.replace(problem, network=network(1, 2, outputs=2), inputs=tuple(x[::2] for x in problem.inputs))
    assert polynomial(loss(problem)) == polynomial(loss(dense))


def test_symmetries_are_the_signs_of_the_hidden_channels():
    for shape, order in [(network(2, 2), 2), (network(2, 1, channels=[1, 2, 1]), 4), (network(1, 1, 2), 4), (network(3), 1)]:
        assert symmetry_group(loss(random_problem(shape, 2, 3))).order == order


def test_filters_of_one_size_commute():
    # With stride 1 and equal ridges K_1 and K_2 may be exchanged; a stride between them tells them apart.
    for stride, order in [(1, 4), (2, 2)]:
        shape = network(2, 2, strides=[stride, 1])
        assert symmetry_group(loss(random_problem(shape, 3, 3, (Fraction(1, 4),) * 4))).order == order


def test_reasons_of_critical_sets_that_are_not_finite():
    def reason(shape, ridge):
        return shape.infinite_reason(matrices(shape, ridge))

    plain, channels = network(2, 2), network(2, 1, channels=[1, 2, 2])
    assert reason(plain, [0, 0, 0, 0]).startswith("the ridge is zero around a channel behind layer 1")
    assert reason(plain, [0, 0, 1, 0]) == "the ridge is zero on K1, which leaves directions in which the loss is flat"
    assert reason(plain, [0, 1, 0, 0]).startswith("the ridge is zero on K2")
    assert reason(plain, [0, 1, 0, 1]) is None
    # Filters of K1: from 1 to 1, from 1 to 2; of K2: 1 → 1, 2 → 1, 1 → 2, 2 → 2.
    assert "O(2)" in reason(channels, [1, 2, 1, 2, 3, 3, 4, 4])
    assert reason(channels, [1, 2, 1, 2, 3, 4, 3, 4]) is reason(channels, [1, 2, 2, 1, 3, 3, 4, 4]) is None
    assert reason(channels, [1, 2, 0, 0, 3, 0, 4, 0]).startswith("the ridge is zero around a channel")


@pytest.mark.parametrize(
    ("shape", "ridge", "words"),
    [
        (network(2, 2), (0, 0, 0, 0), "rescaling it inward against outward"),
        (network(1, 1, 2), (0, 1, 2, 3), "the ridge is zero on K1"),
        (network(2, 1, channels=[1, 2, 1]), (1, 2, 1, 2, 3, 3), "O(2)"),
    ],
    ids=titled,
)
def test_critical_sets_that_are_not_finite(shape, ridge, words):
    result = solve(random_problem(shape, 3, 1, tuple(map(Fraction, ridge))), Options(engine="batch")).document
    assert result["status"] == "not-finite" and words in result["reason"]


def test_files():
    content = {"family": "convolutional", "filters": [2, 3], "strides": [2, 1], "channels": [2, 1, 2], "outputs": 2}
    shape = network_from(content)
    assert (shape.document(), shape.title) == (content, "convolutional 2-3, strides 2-1, channels 2-1-2, outputs 2")
    assert (shape.inputs, shape.outputs) == (2 * 8, 2 * 2)
    assert [(block.name, block.rows, block.columns) for block in shape.blocks] == [("K1", 2, 2), ("K2", 2, 3)]
    problem = random_problem(shape, 2, 1)
    assert read(document(problem)) == problem
    assert network(2, 2) == Convolutional(((2,), (2,)), ((1,), (1,)), (1, 1, 1), (1,))
    assert network(2, 2).title == "convolutional 2-2"


@pytest.mark.parametrize("example", Convolutional.schema["examples"], ids=str)
def test_examples(example):
    assert network_from(example).document() == example


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"filters": []}, "architecture.filters: expected a list of one positive integer per layer"),
        ({"filters": [2, 0]}, r"architecture.filters\[1\]: expected a positive integer"),
        ({"strides": [1]}, "architecture.strides: expected one stride per layer, so 2, got"),
        ({"strides": [0, 1]}, r"architecture.strides\[0\]: expected a positive integer"),
        ({"channels": [1, 1]}, "architecture.channels: expected one number more than layers, so 3, got"),
        ({"channels": [1, 0, 1]}, r"architecture.channels\[1\]: expected a positive integer"),
        ({"outputs": 0}, "architecture.outputs: expected a positive integer"),
        ({"outputs": [1]}, "architecture.outputs: expected a positive integer"),
        ({"strides": [1000, 1000], "outputs": 2}, "architecture: expected filters and strides for an input of at most 1000"),
        ({"padding": 1}, "architecture.padding: expected no such field"),
    ],
    ids=str,
)
def test_bad_input(change, message):
    with pytest.raises(BadInput, match=message):
        network_from({"family": "convolutional", "filters": [2, 2], **change})


def test_filters_are_asked_for():
    with pytest.raises(BadInput, match="architecture.filters: expected a list of one positive integer per layer"):
        network_from({"family": "convolutional"})
