"""The loss against an independent forward pass, over ℚ and by finite differences that are exact."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.algebra.polynomial.loss import exact, gradient, hessian, polynomial
from critscape.algebra.polynomial.straight_line import evaluate, programs
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem

NETWORKS = [
    Linear((2, 1, 2)),
    Linear((1, 3)),
    Linear((2, 2, 2)),
    Linear((1, 2, 1, 2)),
    Quadratic(2, 2, (Fraction(1), Fraction(1))),
    Quadratic(3, 1, (Fraction(-2, 3),)),
    Quadratic(2, 2, None),
    Quadratic(2, 1, None, norm_regressor=True),
]


def forward(network, weights, x):
    """f_w(x) layer by layer, as the contract words it; ``weights`` flat."""
    weights = list(weights)

    def take(rows, columns):
        return [[weights.pop(0) for _ in range(columns)] for _ in range(rows)]

    if isinstance(network, Linear):
        value = list(x)
        for columns, rows in zip(network.widths, network.widths[1:]):
            value = [sum(w * v for w, v in zip(row, value)) for row in take(rows, columns)]
        return value
    hidden = take(network.hidden, network.inputs)
    outer = take(1, network.hidden)[0] if network.output is None else network.output
    norm = take(1, 1)[0][0] if network.norm_regressor else 0
    squares = [sum(w * v for w, v in zip(row, x)) ** 2 for row in hidden]
    return [sum(a * s for a, s in zip(outer, squares)) + norm * sum(v * v for v in x)]


def squared_loss(problem, weights):
    residuals = [
        value - y for x, target in zip(problem.inputs, problem.targets) for value, y in zip(forward(problem.network, weights, x), target)
    ]
    return sum(r * r for r in residuals) / 2 + sum(s * w * w for s, w in zip(problem.ridge, weights)) / 2


def exact_derivative(function, degree):
    """f′(0) of a polynomial of at most this degree, by exact interpolation at 0, ±1, ±2, …"""
    nodes = [Fraction(k) for k in range(-degree, degree + 1)]
    total = Fraction(0)
    for node in nodes:
        others = [other for other in nodes if other != node]
        slope = sum(_product(-other for other in others if other != left) for left in others)  # derivative at 0 of ∏ (s − other)
        total += function(node) * slope / _product(node - other for other in others)
    return total


def _product(factors):
    result = Fraction(1)
    for factor in factors:
        result *= factor
    return result


@pytest.mark.parametrize("network", NETWORKS, ids=lambda n: n.title)
@given(data=st.data(), seed=st.integers(0, 10**6), samples=st.integers(1, 4))
@settings(deadline=None, max_examples=10)
def test_loss_and_gradient_agree_with_a_forward_pass(network, data, seed, samples):
    problem = random_problem(network, samples, seed)
    exact_loss = loss(problem)
    n = exact_loss.dimension
    weights = data.draw(st.lists(st.fractions(-3, 3, max_denominator=5), min_size=n, max_size=n))
    point = [exact(w) for w in weights]
    assert polynomial(exact_loss)(*point) == exact(squared_loss(problem, weights))
    assert exact_loss.family.formula(weights, exact_loss.values) == squared_loss(problem, weights)
    i = data.draw(st.integers(0, n - 1))

    def along(s):
        return squared_loss(problem, [w + s * (j == i) for j, w in enumerate(weights)])

    degree = polynomial(exact_loss).total_degree()
    assert gradient(exact_loss)[i](*point) == exact(exact_derivative(along, degree))


@pytest.mark.parametrize("network", NETWORKS, ids=lambda n: n.title)
def test_the_straight_line_program_is_the_symbolic_derivative(network):
    exact_loss = loss(random_problem(network, 3, 5))
    n = exact_loss.dimension
    weights = [Fraction(2 * k - 3, k + 2) for k in range(n)]
    values = evaluate(programs(exact_loss.family).gradient_hessian, weights, exact_loss.values)
    point = [exact(w) for w in weights]
    symbolic = [slope(*point) for slope in gradient(exact_loss)]
    symbolic += [hessian(exact_loss)[i][j](*point) for i in range(n) for j in range(i, n)]
    assert [exact(Fraction(v)) for v in values] == symbolic
