"""Two-dimensional convolutions: the loss against a plain forward pass, counts against elimination, strips as signals."""

import dataclasses
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from flint import fmpq_mpoly_ctx, fmpq_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.algebra.elimination import msolve
from critscape.algebra.phcpack import engine as phcpy_engine
from critscape.algebra.polynomial.loss import exact, gradient, polynomial
from critscape.problems.files.problem_file import document, read
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.convolutional_2d import Convolutional2D
from critscape.problems.networks.network import matrices
from critscape.problems.networks.reading import network_from
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

needs_msolve = pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)


def network(*filters, **fields):
    return network_from({"family": "convolutional-2d", "filters": list(filters), **fields})


def titled(value):
    return getattr(value, "title", str(value))


SHAPES = [
    network([2, 3], outputs=[2, 2]),
    network([2, 1], [1, 2], strides=[[1, 2], [1, 1]], outputs=[1, 2]),
    network([1, 2], [2, 2], strides=[[2, 3], [2, 1]], channels=[1, 2, 2], outputs=[2, 1]),
]


@pytest.mark.parametrize("shape", SHAPES, ids=titled)
@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10**6))
def test_loss_and_gradient_are_those_of_a_forward_pass(shape, seed):
    problem = random_problem(shape, 2, seed)
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
        out = forward(problem.network, matrices(problem.network, weights), [fmpq_poly([exact(x)]) for x in sample])
        total += sum(((entry - exact(y)) ** 2 for entry, y in zip(out, target, strict=True)), fmpq_poly([0]))
    return total / 2


def forward(shape, weights, sample):
    """Images as entries at (channel, row, column), through one layer after the other."""
    (height, width), channels = shape.input_signal, shape.channels
    image = dict(zip(product(range(channels[0]), range(height), range(width)), sample, strict=True))
    for block, (h, w), (down, across), inward, outward in zip(weights, shape.filters, shape.strides, channels, channels[1:]):
        height, width = (height - h) // down + 1, (width - w) // across + 1
        image = {
            (o, i, j): sum(
                (
                    block[o * inward + c][p * w + q] * image[c, i * down + p, j * across + q]
                    for c, p, q in product(range(inward), range(h), range(w))
                ),
                fmpq_poly([0]),
            )
            for o, i, j in product(range(outward), range(height), range(width))
        }
    return list(image.values())


def test_with_one_channel_the_whole_is_a_product_of_polynomials():
    shape = network([2, 2], [2, 3], [1, 2], strides=[[1, 2], [3, 1], [1, 1]])
    ring = fmpq_mpoly_ctx.get(("s", "t"), "lex")
    s, t = ring.gens()
    filters = [[3, -1, 2, 5], [1, 4, -2, 7, 2, 3], [6, -5]]
    expected = ring.constant(1)
    for entries, (_, width), (down, across) in zip(filters, shape.filters, [(1, 1), (1, 2), (3, 2)]):
        expected *= sum(c * s ** (k // width * down) * t ** (k % width * across) for k, c in enumerate(entries))
    (row,) = shape.coefficients([[entries] for entries in filters])
    found = {divmod(alpha.index(1), shape.input_signal[1]): value for alpha, value in zip(shape.exponents, row) if value}
    assert found == {place: int(value) for place, value in expected.to_dict().items()}


@needs_msolve
@pytest.mark.parametrize(
    ("shape", "samples", "count"),
    [
        (network([2, 1], [1, 2]), 1, 9),
        (network([2, 1], [1, 2]), 4, 33),
        (network([1, 2], [2, 1], strides=[[1, 2], [1, 1]], outputs=[1, 2]), 1, 25),
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
    problem = random_problem(network([2, 1], [1, 2]), 1, 9)
    assert solve(problem, Options(engine="batch")).document["counts"] == solve(problem, Options(engine="phcpy")).document["counts"]


@pytest.mark.parametrize("across", [False, True])
def test_strips_are_one_dimensional(across):
    flat = network_from({"family": "convolutional", "filters": [2, 2], "strides": [2, 1], "channels": [1, 2, 1], "outputs": 2})

    def strip(k):
        return [1, k] if across else [k, 1]

    image = network(strip(2), strip(2), strides=[strip(2), strip(1)], channels=[1, 2, 1], outputs=strip(2))
    problem = random_problem(image, 3, 4)
    assert polynomial(loss(problem)) == polynomial(loss(dataclasses.replace(problem, network=flat)))


def test_files():
    layers = {"filters": [[2, 3], [1, 2]], "strides": [[1, 2], [1, 1]], "channels": [1, 2, 1]}
    content = {"family": "convolutional-2d", **layers, "outputs": [2, 1]}
    shape = network_from(content)
    assert (shape.document(), shape.title) == (content, "convolutional-2d 2x3-1x2, strides 1x2-1x1, channels 1-2-1, outputs 2x1")
    assert (shape.input_signal, shape.inputs, shape.outputs) == ((3, 5), 15, 2)
    problem = random_problem(shape, 2, 1)
    assert read(document(problem)) == problem
    plain = network([2, 2])
    assert (plain.title, plain.strides, plain.channels, plain.signal) == ("convolutional-2d 2x2", ((1, 1),), (1, 1), (1, 1))


@pytest.mark.parametrize("example", Convolutional2D.schema["examples"], ids=str)
def test_examples(example):
    assert network_from(example).document() == example


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"filters": [2, 2]}, r"architecture.filters\[0\]: expected the height and the width of a layer's filters"),
        ({"filters": [[2, 0]]}, r"architecture.filters\[0\]\[1\]: expected a positive integer"),
        ({"filters": [[2, 2, 2]]}, r"architecture.filters\[0\]: expected the height and the width of a layer's filters"),
        ({"strides": [[1, 1], [1, 1]]}, "architecture.strides: expected one stride per layer, so 1, got"),
        ({"channels": [1]}, "architecture.channels: expected a list of the numbers of channels"),
        ({"channels": [1, 1, 1]}, "architecture.channels: expected one number more than layers, so 2, got"),
        ({"outputs": 2}, "architecture.outputs: expected a pair"),
        ({"outputs": [40, 40]}, "architecture: expected filters and strides for an input of at most 1000 numbers, got 1681"),
    ],
    ids=str,
)
def test_bad_input(change, message):
    with pytest.raises(BadInput, match=message):
        network_from({"family": "convolutional-2d", "filters": [[2, 2]], **change})
