"""Deep linear networks f(x) = W_H ⋯ W_1 x of any depth and widths."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import ClassVar

from critscape.problems.networks.network import Block, Matrix, flat_blocks, monomials, product, weight_count


@dataclass(frozen=True)
class Linear:
    """f(x) = W_H ⋯ W_1 x; ``widths`` runs from the input to the output."""

    widths: tuple[int, ...]

    family: ClassVar[str] = "linear"
    schema: ClassVar[dict] = {
        "type": "object",
        "description": "an object with family and widths",
        "properties": {
            "family": {"const": "linear"},
            "widths": {
                "type": "array",
                "minItems": 2,
                "maxItems": 64,
                "items": {"type": "integer", "minimum": 1, "maximum": 1000, "description": "a positive integer (at most 1000)"},
                "description": "a list of two or more positive integers, from input to output",
            },
        },
        "required": ["family", "widths"],
        "additionalProperties": False,
        "examples": [{"family": "linear", "widths": [2, 1, 2]}],
    }

    @classmethod
    def from_document(cls, document: dict) -> Linear:
        """The network of a validated ``architecture`` object."""
        return cls(tuple(document["widths"]))

    def document(self) -> dict:
        return {"family": self.family, "widths": list(self.widths)}

    def normal_form(self) -> tuple[Linear, tuple[Fraction, ...]]:
        return self, (Fraction(1),) * weight_count(self)

    @property
    def inputs(self) -> int:
        return self.widths[0]

    @property
    def outputs(self) -> int:
        return self.widths[-1]

    @property
    def title(self) -> str:
        return "linear " + self.units

    @property
    def units(self) -> str:
        return "-".join(map(str, self.widths))

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(Block(f"W{layer}", rows, columns) for layer, (columns, rows) in enumerate(zip(self.widths, self.widths[1:]), start=1))

    @property
    def exponents(self) -> tuple[tuple[int, ...], ...]:
        return monomials(self.inputs, 1)

    def coefficients(self, weights: Sequence[Matrix]) -> Matrix:
        return reduce(lambda so_far, layer: product(layer, so_far), weights)

    def infinite_reason(self, ridge: Sequence[Matrix]) -> str | None:
        """W_{h+1} W_h is unchanged under W_h → G W_h, W_{h+1} → W_{h+1} G⁻¹; the ridge keeps what preserves Σ λ_j w_j² of both.

        That is all of GL(d) when the ridge is zero there, and the rotations of units with the same ridges inward and outward.
        """
        for layer, (inward, outward) in enumerate(itertools.pairwise(ridge), start=1):
            units = [(tuple(row), tuple(column)) for row, column in zip(inward, zip(*outward))]
            if any(not any(row) and not any(column) for row, column in units):
                return (
                    f"the ridge is zero around hidden layer {layer}: "
                    "rescaling its unit inward against outward moves critical points along curves"
                )
            alike = max(map(units.count, units))
            if alike > 1:
                return (
                    f"{alike} units of hidden layer {layer} have the same ridges inward and outward, "
                    f"which leaves the rotations O({alike}) as a symmetry"
                )
        return flat_blocks(self, ridge)
