"""A problem of the family ``one-hidden-layer`` as the exact regression that is searched, and the way back."""

from __future__ import annotations

from fractions import Fraction

from critscape.algebra.activations.named import NAMED
from critscape.algebra.boxes import regression as exact
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.activated.one_hidden_layer import OneHiddenLayer
from critscape.problems.problem.regression import Regression


def regression(problem: Regression) -> tuple[exact.Regression, tuple[int, ...]]:
    """The regression, a unit's bias as the weight of an input that is 1, and for each weight of the problem its position there.

    Raises
    ------
    BadInput : a ridge that is zero on some weight.
    """
    network = problem.network
    assert isinstance(network, OneHiddenLayer)  # The study of this family.
    if not all(problem.ridge):
        raise BadInput("ridge", "a positive number for every weight: without it weights may run to infinity, and no box holds them all", 0)
    k, d, biases = network.hidden, network.inputs, network.biases
    p = d + biases
    # W row by row, then b, then v and c.
    order = [j * p + q for j in range(k) for q in range(d)] + [j * p + d for j in range(k)] * biases
    order += range(k * p, k * p + k + network.output_bias)
    ridge = [Fraction(0)] * len(order)
    for place, strength in zip(order, problem.ridge):
        ridge[place] = strength
    inner = tuple(tuple(ridge[j * p : (j + 1) * p]) for j in range(k))
    inputs = tuple((*row, Fraction(1)) if biases else tuple(row) for row in problem.inputs)
    targets = tuple(row[0] for row in problem.targets)
    return exact.Regression(NAMED[network.activation], inputs, targets, inner, tuple(ridge[k * p :])), tuple(order)
