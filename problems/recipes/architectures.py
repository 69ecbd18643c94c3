"""Small architectures, family by family: what an atlas goes through.

Samples come in classes: generic data sets of m samples, for each m up to the number from which on the count of critical points is that of
any larger m (the second moments of what the network sees are then regular). With a loss that is no square there is no such number
below that of all monomials of its degree: classes go up to one sample more than inputs there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement, product
from typing import Any

from critscape.problems.networks.network import Architecture, weight_count
from critscape.problems.networks.reading import architecture_from

WIDEST, DEEPEST = 3, 4
"""Units of a layer and hidden layers at most."""
SQUARE, CUBE = [0, 0, 1], [0, 0, 0, 1]
"""Coefficients of 1, t, t², … of activations."""


@dataclass(frozen=True)
class Entry:
    """A network with a number of samples and a loss, one of LOSSES by its name."""

    network: Architecture
    samples: int
    loss: str = "square"

    @property
    def name(self) -> str:
        """What files and addresses are called.

        >>> from critscape.problems.networks.families.linear import Linear
        >>> Entry(Linear((2, 1, 2)), 2).name, Entry(Linear((1, 1, 1)), 1, "quartic").name
        ('linear-2-1-2-m2', 'linear-1-1-1-quartic-m1')
        """
        words = self.network.title.lower().replace("+", "and") + ("" if self.loss == "square" else f"-{self.loss}")
        letters = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in words)
        return "-".join(filter(None, letters.split("-"))) + f"-m{self.samples}"

    @property
    def title(self) -> str:
        """The network, and its loss where that is no square."""
        return self.network.title + ("" if self.loss == "square" else f", {self.loss} loss")


def up_to(weights: int) -> tuple[Entry, ...]:
    """All architectures of the atlas with at most so many weights, each with its classes of samples; small ones first within a family."""
    found = []
    for family, loss in PARTS:
        networks = [(architecture_from(architecture), classes) for architecture, classes in family()]
        entries = [
            Entry(network, samples, loss) for network, classes in networks if weight_count(network) <= weights for samples in classes
        ]
        found += sorted(entries, key=lambda entry: (weight_count(entry.network), entry.network.title, entry.samples))
    return tuple(dict.fromkeys(found))


def linear() -> Iterator[tuple[dict[str, Any], range]]:
    for hidden in range(1, DEEPEST + 1):
        for widths in product(range(1, WIDEST + 1), repeat=hidden + 2):
            yield {"family": "linear", "widths": list(widths)}, range(1, widths[0] + 1)


def towers() -> Iterator[tuple[dict[str, Any], range]]:
    for inputs, outputs in product((1, 2), repeat=2):
        paths = [[inputs, outputs], *([inputs, *[1] * hidden, outputs] for hidden in (1, 2))]
        for pair in combinations_with_replacement(paths, 2):
            if max(map(len, pair)) > 2:
                yield {"family": "towers", "towers": list(pair)}, range(1, inputs + 1)


def biased() -> Iterator[tuple[dict[str, Any], range]]:
    for hidden in (1, 2):
        for widths in product((1, 2), repeat=hidden + 2):
            for output_bias in (True, False):
                yield {"family": "biased", "widths": list(widths), "output_bias": output_bias}, range(1, widths[0] + 2)


def residual() -> Iterator[tuple[dict[str, Any], range]]:
    for width, layers in product((1, 2), (2, 3, 4)):
        yield {"family": "residual", "width": width, "layers": layers}, range(1, width + 1)


def autoencoder() -> Iterator[tuple[dict[str, Any], range]]:
    for inputs in range(1, WIDEST + 2):
        for hidden, tied in product(range(1, inputs + 1), (True, False)):
            yield {"family": "autoencoder", "inputs": inputs, "hidden": hidden, "tied": tied}, range(1, inputs + 1)


def convolutional() -> Iterator[tuple[dict[str, Any], range]]:
    for filters in ((2, 2), (2, 3), (3, 2), (3, 3), (2, 2, 2)):
        for outputs in (1, 2):
            yield {"family": "convolutional", "filters": list(filters), "outputs": outputs}, range(1, 3)


def quadratic() -> Iterator[tuple[dict[str, Any], range]]:
    for inputs, units, output, norm in product((1, 2, 3), (1, 2, 3), ("fixed", "trained"), (False, True)):
        network = {"family": "quadratic", "inputs": inputs, "units": units, "output": output, "norm_regressor": norm}
        yield network, range(1, inputs * (inputs + 1) // 2 + 1)


def polynomial() -> Iterator[tuple[dict[str, Any], range]]:
    for inputs, units, activation, biases in product((1, 2), (1, 2), (SQUARE, CUBE), (False, True)):
        network = {"family": "polynomial-network", "widths": [inputs, units, 1], "activation": activation, "biases": biases}
        yield network, range(1, 4)


def piecewise() -> Iterator[tuple[dict[str, Any], range]]:
    for activation, inputs, units in product(("relu", "abs"), (1, 2), (1, 2, 3)):
        network = {"family": "piecewise-linear", "inputs": inputs, "units": units, "activation": activation}
        yield network, range(2, 6)


def smooth() -> Iterator[tuple[dict[str, Any], range]]:
    for activation, (inputs, units) in product(("tanh", "logistic"), ((1, 1), (2, 1), (1, 2))):
        network = {"family": "one-hidden-layer", "inputs": inputs, "units": units, "activation": activation}
        yield network, range(2, 4)


def beyond_squares() -> Iterator[tuple[dict[str, Any], range]]:
    for widths in ((1, 1, 1), (1, 1, 2), (2, 1, 1), (1, 2, 1), (2, 1, 2), (1, 1, 1, 1), (1, 1, 1, 1, 1)):
        yield {"family": "linear", "widths": list(widths)}, range(1, widths[0] + 2)
    for inputs, output in product((1, 2), ("fixed", "trained")):
        yield {"family": "quadratic", "inputs": inputs, "units": 1, "output": output, "norm_regressor": False}, range(1, inputs + 2)


LOSSES: dict[str, dict[str, str]] = {"square": {}, "quartic": {"residual": "r^2/2 + r^4/4"}}
"""Name → the ``loss`` of a problem file; the quartic is strictly convex."""
PARTS = (
    *(
        (family, "square")
        for family in (linear, towers, biased, residual, autoencoder, convolutional, quadratic, polynomial, piecewise, smooth)
    ),
    (beyond_squares, "quartic"),
)
"""Those of the atlas, in its order: families that yield architectures with their classes of samples, and the name of the loss."""
