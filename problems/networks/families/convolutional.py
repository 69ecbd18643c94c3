"""Linear convolutional networks: layers of filters without padding, of which each layer is a convolution and so is the whole.

Signals are one-dimensional, and a layer with filters of size k and stride s maps x to Σ_j K_j x_{is+j}, i = 0, 1, … (Kohn, Merkh,
Montúfar and Trager, "Geometry of linear convolutional networks", arXiv 2108.01538).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product
from math import prod
from typing import Any, ClassVar

from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.network import Block, Matrix, flat_blocks, monomials, weight_count

LARGEST_INPUT = 1000
"""Entries of x; far below it the critical points are already too many to enumerate."""

Place = tuple[int, ...]
"""A position in a signal, or a size or stride: one integer per dimension of the signal."""


@dataclass(frozen=True)
class Convolutional:
    """Linear convolutional networks without padding.

    ``filters`` and ``strides`` have one entry per layer, ``channels`` runs from the input to the output, and ``signal`` is the size
    of the output signal. x and f(x) are ordered channel by channel. The filters of layer l are the rows of K_l, first all those
    that lead to its first output channel; a row is the filter from one input channel to one output channel.
    """

    filters: tuple[Place, ...]
    strides: tuple[Place, ...]
    channels: tuple[int, ...]
    signal: Place

    family: ClassVar[str] = "convolutional"
    schema: ClassVar[dict] = {
        "type": "object",
        "description": "an object with family, filters, strides, channels and outputs",
        "properties": {
            "family": {"const": "convolutional"},
            "filters": {
                **Linear.schema["properties"]["widths"],
                "minItems": 1,
                "description": "a list of one positive integer per layer: the size of its filters",
            },
            "strides": {
                **Linear.schema["properties"]["widths"],
                "minItems": 1,
                "description": "a list of one positive integer per layer: its stride (all 1 if there is no such list)",
            },
            "channels": {
                **Linear.schema["properties"]["widths"],
                "description": "a list of the numbers of channels from input to output, one more than layers (all 1 if not given)",
            },
            "outputs": {
                **Linear.schema["properties"]["widths"]["items"],
                "description": "a positive integer: the length of the output, from which the input follows (1 if not given)",
            },
        },
        "required": ["family", "filters"],
        "additionalProperties": False,
        "examples": [
            {"family": "convolutional", "filters": [2, 2], "strides": [1, 1], "channels": [1, 1, 1], "outputs": 1},
            {"family": "convolutional", "filters": [1, 2], "strides": [2, 1], "channels": [1, 2, 1], "outputs": 2},
        ],
    }

    @classmethod
    def from_document(cls, document: dict) -> Convolutional:
        """The network of a validated ``architecture`` object; strides, channels and the output signal are 1 unless it names them.

        Raises
        ------
        BadInput : not one stride per layer, not one number of channels more than layers, an input that is too large.
        """
        filters = tuple((size,) for size in document["filters"])
        strides = tuple((stride,) for stride in document.get("strides", [1] * len(filters)))
        return checked(cls(filters, strides, channels_of(document), (document.get("outputs", 1),)), document)

    def document(self) -> dict:
        return {
            "family": self.family,
            "filters": [size for (size,) in self.filters],
            "strides": [stride for (stride,) in self.strides],
            "channels": list(self.channels),
            "outputs": self.signal[0],
        }

    def normal_form(self) -> tuple[Convolutional, tuple[Fraction, ...]]:
        return self, (Fraction(1),) * weight_count(self)

    @property
    def inputs(self) -> int:
        return self.channels[0] * prod(self.input_signal)

    @property
    def outputs(self) -> int:
        return self.channels[-1] * prod(self.signal)

    @property
    def input_signal(self) -> Place:
        """The size of the input signal: d_{l−1} = s_l (d_l − 1) + k_l from layer to layer."""
        size = self.signal
        for extent, stride in reversed(tuple(zip(self.filters, self.strides))):
            size = tuple(s * (d - 1) + k for s, d, k in zip(stride, size, extent))
        return size

    @property
    def title(self) -> str:
        return f"{self.family} {self.units}"

    @property
    def units(self) -> str:
        units = joined(self.filters)
        if any(s > 1 for stride in self.strides for s in stride):
            units += f", strides {joined(self.strides)}"
        if max(self.channels) > 1:
            units += f", channels {Linear(self.channels).units}"
        return units + (f", outputs {joined([self.signal])}" if prod(self.signal) > 1 else "")

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(
            Block(f"K{layer}", inward * outward, prod(extent))
            for layer, (extent, inward, outward) in enumerate(zip(self.filters, self.channels, self.channels[1:]), start=1)
        )

    @property
    def exponents(self) -> tuple[tuple[int, ...], ...]:
        """The entries of x that a filter reaches: strides longer than filters leave gaps."""
        entries = monomials(self.inputs, 1)
        return tuple(entries[k] for k in self.reached)

    @property
    def reached(self) -> tuple[int, ...]:
        """The positions in x of the entries on which f depends."""
        within = {self.position(place, start) for start in places(self.signal) for place in self.support}
        return tuple(channel * prod(self.input_signal) + k for channel in range(self.channels[0]) for k in sorted(within))

    @property
    def steps(self) -> tuple[Place, ...]:
        """The strides s_1 ⋯ s_l of the first l layers together, l = 0, 1, …"""
        steps = [(1,) * len(self.signal)]
        for stride in self.strides:
            steps.append(tuple(step * s for step, s in zip(steps[-1], stride)))
        return tuple(steps)

    @property
    def support(self) -> set[Place]:
        """The places of the end-to-end filter: Σ_l s_1 ⋯ s_{l−1} j_l with j_l in filter l."""
        support = {(0,) * len(self.signal)}
        for extent, step in zip(self.filters, self.steps):
            support = {shifted(place, j, step) for place in support for j in places(extent)}
        return support

    def position(self, place: Place, start: Place) -> int:
        """Where, in one channel of x, ``place`` of the end-to-end filter lies for the entry ``start`` of the output signal."""
        position = 0
        for size, entry in zip(self.input_signal, shifted(place, start, self.steps[-1])):
            position = position * size + entry
        return position

    def coefficients(self, weights: Sequence[Matrix]) -> Matrix:
        """Copies of the end-to-end filters, so that no product is formed twice for the entries of the output signal."""
        size, reached, rows = prod(self.input_signal), self.reached, []
        for filters in self.end_filters(weights):
            for start in places(self.signal):
                row = {
                    channel * size + self.position(place, start): value
                    for channel, filter_ in enumerate(filters)
                    for place, value in filter_.items()
                }
                rows.append([row.get(k, 0) for k in reached])
        return rows

    def end_filters(self, weights: Sequence[Matrix]) -> list[list[dict[Place, Any]]]:
        """The filters of the whole network, for each output channel one per input channel.

        With one channel they are the product of the polynomials K_l(x^{s_1 ⋯ s_{l−1}}) (arXiv 2108.01538, propositions 2.2, 2.6).
        """
        end: list[list[dict[Place, Any]]] = []
        for block, extent, step, inward in zip(weights, self.filters, self.steps, self.channels):
            layer = [dict(zip(places(extent), row)) for row in block]
            grouped = [layer[k : k + inward] for k in range(0, len(layer), inward)]
            end = [through(filters, end, step) for filters in grouped] if end else grouped
        return end

    def infinite_reason(self, ridge: Sequence[Matrix]) -> str | None:
        """The whole is unchanged where the hidden channels are mixed by an invertible G in one layer and by G⁻¹ in the next.

        The ridge keeps what preserves Σ λ_j w_j² of both, as for the units of :class:`Linear`.
        """
        for layer, (inward, outward) in enumerate(pairwise(ridge), start=1):
            before, channels = self.channels[layer - 1 : layer + 1]
            ends = [
                (
                    tuple(strength for row in inward[c * before : (c + 1) * before] for strength in row),
                    tuple(strength for row in outward[c::channels] for strength in row),
                )
                for c in range(channels)
            ]
            if any(not any(into) and not any(out) for into, out in ends):
                return (
                    f"the ridge is zero around a channel behind layer {layer}: "
                    "rescaling it inward against outward moves critical points along curves"
                )
            alike = max(map(ends.count, ends))
            if alike > 1:
                return (
                    f"{alike} channels behind layer {layer} have the same ridges inward and outward, "
                    f"which leaves the rotations O({alike}) as a symmetry"
                )
        return flat_blocks(self, ridge)


def through(filters: Sequence[dict[Place, Any]], end: Sequence[Sequence[dict[Place, Any]]], step: Place) -> list[dict[Place, Any]]:
    """One output channel of a layer behind the filters ``end`` of the layers before: Σ_c K_c ∗ end_c for each input channel.

    ``step`` is the stride of the layers before.
    """
    return [
        added(
            (shifted(place, j, step), weight * value)
            for filter_, before in zip(filters, column)
            for j, weight in filter_.items()
            for place, value in before.items()
        )
        for column in zip(*end)
    ]


def added(terms: Iterable[tuple[Place, Any]]) -> dict[Place, Any]:
    """The filter with these terms, those at the same place added up."""
    total: dict[Place, Any] = {}
    for place, value in terms:
        total[place] = total[place] + value if place in total else value
    return total


def shifted(place: Place, j: Place, step: Place) -> Place:
    """place + step·j."""
    return tuple(a + s * b for a, b, s in zip(place, j, step))


def places(size: Place) -> Iterator[Place]:
    """All positions in an array of this size, row by row."""
    return product(*map(range, size))


def joined(sizes: Sequence[Place]) -> str:
    """Sizes as titles print them.

    >>> joined([(2,), (3,)]), joined([(2, 2), (1, 3)])
    ('2-3', '2x2-1x3')
    """
    return "-".join("x".join(map(str, size)) for size in sizes)


def channels_of(document: dict) -> tuple[int, ...]:
    """The channels of an ``architecture`` object, all 1 unless it names them."""
    return tuple(document.get("channels", [1] * (len(document["filters"]) + 1)))


def checked(network: Convolutional, document: dict) -> Convolutional:
    """The network, once its lists have the lengths that its layers ask for and its input is not too large.

    Raises
    ------
    BadInput : otherwise.
    """
    layers = len(network.filters)
    if len(network.strides) != layers:
        raise BadInput("architecture.strides", f"one stride per layer, so {layers}", document["strides"])
    if len(network.channels) != layers + 1:
        raise BadInput("architecture.channels", f"one number more than layers, so {layers + 1}", document["channels"])
    if network.inputs > LARGEST_INPUT:
        raise BadInput("architecture", f"filters and strides for an input of at most {LARGEST_INPUT} numbers", network.inputs)
    return network
