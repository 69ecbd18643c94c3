"""Multi-tower linear networks: the loss against a plain forward pass, counts against elimination, one tower against `linear`."""

import dataclasses
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.algebra.elimination import msolve
from critscape.algebra.polynomial.loss import gradient, polynomial
from critscape.problems.files.problem_file import document, read
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.towers import Towers
from critscape.problems.networks.network import matrices
from critscape.problems.networks.reading import network_from
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

SHAPES = [((1, 1, 1), (1, 1, 1, 1)), ((2, 1, 2), (2, 2)), ((2, 2, 1), (2, 1, 1), (2, 1)), ((3, 2),)]


def exactly(form, point):
    value = form(*[int(x) for x in point])
    return Fraction(int(value.p), int(value.q))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_loss_and_gradient_are_those_of_a_forward_pass(shape, seed):
    problem = random_problem(Towers(shape), 3, seed)
    exact, rng = loss(problem), np.random.default_rng(seed)

    def forward(weights):
        blocks = iter(matrices(problem.network, list(weights)))
        towers = [[next(blocks) for _ in widths[1:]] for widths in shape]
        return sample_loss(problem, towers) + sum(strength * w * w for strength, w in zip(problem.ridge, weights)) / 2

    point = [Fraction(int(x)) for x in rng.integers(-3, 4, problem.dimension)]
    assert exactly(polynomial(exact), point) == forward(point)
    # L is a polynomial of degree d along a line: central differences of enough steps are exact.
    degree = 2 * max(len(widths) - 1 for widths in shape)
    for i, slope in enumerate(gradient(exact)):
        line = [forward([w + (step if j == i else 0) for j, w in enumerate(point)]) for step in range(-degree, degree + 1)]
        assert exactly(slope, point) == derivative_at_zero(line, degree)


def sample_loss(problem, towers):
    total = Fraction(0)
    for x, y in zip(problem.inputs, problem.targets):
        out = [Fraction(0)] * len(y)
        for layers in towers:
            h = list(x)
            for layer in layers:
                h = [sum(a * b for a, b in zip(row, h)) for row in layer]
            out = [a + b for a, b in zip(out, h)]
        total += sum((a - b) ** 2 for a, b in zip(out, y))
    return total / 2


def derivative_at_zero(values, degree):
    """The derivative at 0 of the polynomial through (k, values[k + degree]), k = −degree, …, degree (Lagrange)."""
    nodes = range(-degree, degree + 1)
    total = Fraction(0)
    for k, value in zip(nodes, values):
        if k:
            weight = Fraction(1, k)
            for j in nodes:
                if j not in (0, k):
                    weight *= Fraction(-j, k - j)
            total += weight * value
        else:
            total += value * sum(Fraction(-1, j) for j in nodes if j)
    return total


@pytest.mark.parametrize(("widths", "samples"), [((2, 1, 2), 2), ((1, 1, 1, 1), 1), ((1, 2, 1), 2)])
def test_one_tower_is_a_linear_network(widths, samples):
    problem = random_problem(Linear(widths), samples, 5)
    tower = dataclasses.replace(problem, network=Towers((widths,)))
    one, other = (solve(p, Options(engine="batch")).document for p in (problem, tower))
    assert other["status"] == "complete" and one["counts"] == other["counts"]


@pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)
@pytest.mark.parametrize(
    ("shape", "samples"), [(((1, 1, 1), (1, 1, 1, 1)), 1), (((1, 1, 1), (1, 1, 1)), 1), (((2, 1, 1), (2, 1)), 2)], ids=str
)
def test_counts_agree_with_elimination(shape, samples):
    result = solve(random_problem(Towers(shape), samples, 9), Options(engine="batch", cross_check=True)).document
    assert result["status"] == "complete" and result["levels"]["complex"] == "proved"
    assert all(entry["holds"] is not False for entry in result["evidence"].values())
    exact = solve(random_problem(Towers(shape), samples, 9), Options(engine="exact")).document
    assert exact["counts"] == result["counts"]


def test_two_towers_of_one_unit_are_one_network_of_two_units():
    # f = B2 B1 x + A2 A1 x is W2 W1 x with two units; the entries are the same up to their order.
    towers = random_problem(Towers(((2, 1, 2), (2, 1, 2))), 1, 3)
    ridge = towers.ridge
    a1, a2, b1, b2 = ridge[:2], ridge[2:4], ridge[4:6], ridge[6:]
    linear = dataclasses.replace(towers, network=Linear((2, 2, 2)), ridge=(*a1, *b1, a2[0], b2[0], a2[1], b2[1]))
    one, other = (solve(problem, Options(engine="batch")).document["counts"] for problem in (towers, linear))
    assert one["complex"] == other["complex"] == 33 and one == other


def test_files():
    content = {"family": "towers", "towers": [[2, 1, 2], [2, 2]]}
    network = network_from(content)
    assert (network.document(), network.title) == (content, "towers 2-1-2 + 2-2")
    problem = random_problem(network, 2, 1)
    assert read(document(problem)) == problem
    with pytest.raises(BadInput, match="architecture.towers: expected the same first"):
        network_from({"family": "towers", "towers": [[2, 1, 2], [2, 1]]})
    with pytest.raises(BadInput, match="architecture.towers"):
        network_from({"family": "towers", "towers": []})
