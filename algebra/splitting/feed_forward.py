"""Feed-forward networks f(x) = W_H σ(⋯ σ(W_1 x + b_1) ⋯) + b_H, and the squared loss of one on exact data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate

from critscape.algebra.activations.activation import Activation

Samples = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True)
class FeedForward:
    """A network of H layers of weights: ``widths`` (d_0, …, d_H) from the inputs to the outputs, σ on the layers 1, …, H − 1.

    ``biases`` (H) says which layers have biases. The weights are flat: W_1 row by row, b_1, W_2, b_2, …
    """

    widths: tuple[int, ...]
    biases: tuple[bool, ...]
    activation: Activation

    @property
    def depth(self) -> int:
        """The number H of layers of weights; the hidden layers are 1, …, H − 1."""
        return len(self.widths) - 1

    @property
    def dimension(self) -> int:
        """The number of weights."""
        return self.starts[-1]

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The position of the first weight of each layer, and N."""
        return tuple(accumulate((d * (c + b) for c, d, b in zip(self.widths, self.widths[1:], self.biases)), initial=0))

    def start(self, layer: int) -> int:
        """The position of the first weight of a layer."""
        return self.starts[layer - 1]

    def weight(self, layer: int, row: int, column: int) -> int:
        """The position of (W_layer)_{row, column}; rows and columns count from 0."""
        return self.start(layer) + row * self.widths[layer - 1] + column

    def bias(self, layer: int, row: int) -> int:
        """The position of (b_layer)_row."""
        return self.start(layer) + self.widths[layer] * self.widths[layer - 1] + row

    def incoming(self, layer: int, unit: int) -> list[int]:
        """The positions of the weights into a unit: its row of W_layer, then its bias if there is one."""
        row = [self.weight(layer, unit, c) for c in range(self.widths[layer - 1])]
        return [*row, self.bias(layer, unit)] if self.biases[layer - 1] else row

    def outgoing(self, layer: int, unit: int) -> list[int]:
        """The positions of the weights out of a unit: its column of W_{layer + 1}."""
        return [self.weight(layer + 1, s, unit) for s in range(self.widths[layer + 1])]

    def hidden(self) -> Iterator[tuple[int, int]]:
        """All hidden units as (layer, unit); layers count from 1, units from 0."""
        return ((layer, unit) for layer in range(1, self.depth) for unit in range(self.widths[layer]))


@dataclass(frozen=True)
class Training:
    """L(w) = ½ Σ_i ‖f_w(x_i) − y_i‖² + ½ Σ_j λ_j w_j² with m samples (m × d_0 and m × d_H) and one λ_j ≥ 0 per weight."""

    network: FeedForward
    inputs: Samples
    targets: Samples
    ridge: tuple[Fraction, ...]
