"""A regression with one hidden layer of piecewise linear units as `critscape.algebra.cells` sees it."""

from __future__ import annotations

from fractions import Fraction

from critscape.algebra.cells.least_squares import Unridged
from critscape.algebra.cells.one_layer import OneLayer, Unit
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.activated.piecewise_linear import PiecewiseLinear
from critscape.problems.networks.network import matrices
from critscape.problems.problem.regression import Regression


def one_layer(problem: Regression) -> OneLayer:
    """The layer of a problem whose hidden weights all have a positive ridge; a bias is one more input, 1.

    Raises
    ------
    BadInput : a hidden weight without a ridge.
    """
    network = problem.network
    assert isinstance(network, PiecewiseLinear)
    if not with_ridge(problem):
        zero = "zero on all weights, or positive on every hidden weight (W, b and v; that of the output bias may be zero)"
        raise BadInput("ridge", zero)
    blocks = dict(zip((block.name for block in network.blocks), matrices(network, problem.ridge)))
    inward = blocks["W"]
    if network.biases:
        inward = [[*row, *bias] for row, bias in zip(inward, blocks["b"])]
    one = (Fraction(1),) * network.biases
    return OneLayer(
        tuple((*x, *one) for x in problem.inputs),
        tuple(y for (y,) in problem.targets),
        network.right_slope,
        network.left_slope,
        tuple(Unit(outward, tuple(strengths)) for outward, strengths in zip(blocks["v"][0], inward)),
        blocks["c"][0][0] if network.output_bias else None,
    )


def unridged(problem: Regression) -> Unridged:
    """The layer of a problem without any ridge."""
    network = problem.network
    assert isinstance(network, PiecewiseLinear) and not any(problem.ridge)
    one = (Fraction(1),) * network.biases
    samples = tuple((*x, *one) for x in problem.inputs)
    targets = tuple(y for (y,) in problem.targets)
    return Unridged(samples, targets, network.right_slope, network.left_slope, network.hidden, network.output_bias)


def with_ridge(problem: Regression) -> bool:
    """Whether every hidden weight has a positive ridge."""
    hidden = problem.ridge[:-1] if isinstance(problem.network, PiecewiseLinear) and problem.network.output_bias else problem.ridge
    return min(hidden) > 0
