"""Squared errors of feed-forward networks, in the form in which their units are split."""

from __future__ import annotations

from typing import Any

from critscape.algebra.activations.activation import Activation
from critscape.algebra.activations.named import NAMED
from critscape.algebra.activations.polynomial import Polynomial
from critscape.algebra.splitting.feed_forward import FeedForward, Training
from critscape.problems.criteria.squared import Squared
from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.rational import rational_array
from critscape.problems.networks.network import Architecture
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression

FAMILIES = ("feed-forward", "one-hidden-layer", "polynomial-network", "linear", "biased")
"""Those whose weights are, in this order, W_1, b_1, W_2, b_2, …, with one activation for all hidden units."""


def training(problem: Problem | Regression) -> Training:
    """The loss of a feed-forward network on the samples of a problem.

    Raises
    ------
    BadInput : a network of another family, or another loss than squared errors on samples.
    """
    network = feed_forward(problem.network)
    if isinstance(problem, Problem) and problem.criterion != Squared():
        raise BadInput("loss", "squared errors on samples, unweighted, as for these splitting is proved")
    return Training(network, problem.inputs, problem.targets, problem.ridge)


def feed_forward(network: Architecture) -> FeedForward:
    """A network of one of FAMILIES.

    Raises
    ------
    BadInput : it is of another family.
    """
    described = network.document()
    match described:
        case {"family": "feed-forward", "widths": widths, "activation": activation}:
            hidden, output = described.get("biases", False), described.get("output_bias", False)
        case {"family": "one-hidden-layer", "inputs": inputs, "units": units, "activation": activation}:
            widths, hidden, output = [inputs, units, 1], described.get("biases", False), described.get("output_bias", False)
        case {"family": "polynomial-network", "widths": widths, "activation": activation}:
            hidden = output = described.get("biases", False)
        case {"family": "linear", "widths": widths}:
            activation, hidden, output = [0, 1], False, False
        case {"family": "biased", "widths": widths}:
            activation, hidden, output = [0, 1], True, described.get("output_bias", True)
        case _:
            raise BadInput("architecture.family", "a feed-forward network: one of " + ", ".join(FAMILIES), described.get("family"))
    return FeedForward(tuple(widths), (hidden,) * (len(widths) - 2) + (output,), _activation(activation))


def _activation(given: Any) -> Activation:
    if isinstance(given, str):
        return NAMED[given]
    return Polynomial(rational_array(given, (len(given),), "architecture.activation"))
