"""Hidden units replaced by copies of themselves: the wider network, its ridge, and the point in it that computes the same.

A copy c of a unit has its incoming weights u and the share λ_c of its outgoing ones, λ_c v, with Σ_c λ_c = 1. A point that is critical
without a ridge on u and v stays so for all shares (Fukumizu and Amari, Neural Networks 13, 2000; Nitta, IEEE TNNLS 28, 2017).
A ridge breaks that: the share λ_c of ∂L/∂u is not cancelled by the whole of Λ_u u. It is kept exactly if the ridge is shared too, λ_c Λ_u
on the incoming and Λ_v/λ_c on the outgoing weights of copy c, which needs λ_c > 0 and adds up to the ridge of the unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flint import arb, fmpq

from critscape.algebra.splitting.feed_forward import FeedForward, Training


@dataclass(frozen=True)
class Split:
    """Unit ``unit`` (from 0) of hidden layer ``layer`` (from 1) becomes copies with these ``shares``, which add up to 1."""

    layer: int
    unit: int
    shares: tuple[Fraction, ...]


Plan = tuple[Split, ...]
"""Splits of different units."""


class CannotSplit(ValueError):
    """A plan that cannot be carried out; ``field`` is what is wrong with it, the text one line."""

    def __init__(self, field: str, expected: str) -> None:
        super().__init__(f"{field}: expected {expected}")
        self.field, self.expected = field, expected


def refuse_impossible(training: Training, plan: Plan) -> None:
    """Refuses a plan that does not fit the network.

    Raises
    ------
    CannotSplit : a layer or a unit that is not there, a unit twice, one copy only, shares that do not add up to 1, a share that is not
        positive beside a ridge.
    """
    network = training.network
    if network.depth == 1:
        raise CannotSplit("architecture", "a network with a hidden layer: this one has no unit to split")
    for split in plan:
        if not 1 <= split.layer < network.depth:
            raise CannotSplit("layer", f"a hidden layer, 1 to {network.depth - 1}, not {split.layer}")
        if not 0 <= split.unit < network.widths[split.layer]:
            raise CannotSplit("unit", f"a unit of layer {split.layer}, 1 to {network.widths[split.layer]}, not {split.unit + 1}")
        if len(split.shares) < 2 or sum(split.shares) != 1:
            raise CannotSplit("lambda", "the shares of two or more copies, which add up to 1")
        if ridged(training, split.layer, split.unit) and min(split.shares) <= 0:
            raise CannotSplit(
                "lambda", "positive shares: around this unit there is a ridge, whose shares λ_c Λ_u and Λ_v/λ_c must not be negative"
            )
    units = [(split.layer, split.unit) for split in plan]
    if len(set(units)) < len(units):
        raise CannotSplit("unit", "each unit once; a unit that is split again has more shares, such as 1/3,1/3,1/3")


def ridged(training: Training, layer: int, unit: int) -> bool:
    """Whether a weight into or out of a hidden unit has a ridge."""
    network = training.network
    return any(training.ridge[k] for k in (*network.incoming(layer, unit), *network.outgoing(layer, unit)))


def _copies(network: FeedForward, plan: Plan) -> list[list[tuple[int, Fraction]]]:
    """Per layer 0, …, H the units of the wider network as (unit of the small one, share); copies take the place of their unit."""
    shares = {(split.layer, split.unit): split.shares for split in plan}
    return [
        [(unit, share) for unit in range(width) for share in shares.get((layer, unit), (Fraction(1),))]
        for layer, width in enumerate(network.widths)
    ]


def widened(training: Training, plan: Plan) -> Training:
    """The loss of the wider network on the same data, its ridge shared among the copies."""
    network = training.network
    layers = _copies(network, plan)
    wide = replace(network, widths=tuple(map(len, layers)))
    ridge = []
    for layer in range(1, network.depth + 1):
        for unit, share in layers[layer]:
            ridge += [training.ridge[network.weight(layer, unit, r)] * share / (part or 1) for r, part in layers[layer - 1]]
        if network.biases[layer - 1]:
            ridge += [training.ridge[network.bias(layer, unit)] * share for unit, share in layers[layer]]
    return replace(training, network=wide, ridge=tuple(ridge))


def embedded(network: FeedForward, weights: Sequence[Any], plan: Plan) -> list[Any]:
    """The weights of the wider network that compute the same as ``weights`` (N); entries may be balls, rationals or Exact numbers."""
    layers, found = _copies(network, plan), []

    def times(weight: Any, share: Fraction) -> Any:
        if share == 1:
            return weight
        return weight * (fmpq(share.numerator, share.denominator) if isinstance(weight, (arb, fmpq)) else share)

    for layer in range(1, network.depth + 1):
        for unit, _ in layers[layer]:
            found += [times(weights[network.weight(layer, unit, r)], share) for r, share in layers[layer - 1]]
        if network.biases[layer - 1]:
            found += [weights[network.bias(layer, unit)] for unit, _ in layers[layer]]
    return found
