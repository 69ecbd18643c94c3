"""Deep linear networks with biases: f(x) = W_H(⋯ (W_1 x + b_1) ⋯) + b_H of any depth and widths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from typing import ClassVar

from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.network import Block, Matrix, flat_blocks, monomials, product, weight_count


@dataclass(frozen=True)
class Biased:
    """f(x) = W_H(⋯ (W_1 x + b_1) ⋯) + b_H; ``widths`` runs from the input to the output.

    Without ``output_bias`` b_H is zero and not trained.
    """

    widths: tuple[int, ...]
    output_bias: bool = True

    family: ClassVar[str] = "biased"
    schema: ClassVar[dict] = {
        "type": "object",
        "description": "an object with family, widths and, if it is false, output_bias",
        "properties": {
            "family": {"const": "biased"},
            "widths": Linear.schema["properties"]["widths"],
            "output_bias": {"type": "boolean", "description": "true (the default) or false: whether the last layer has a trained bias"},
        },
        "required": ["family", "widths"],
        "additionalProperties": False,
        "examples": [
            {"family": "biased", "widths": [1, 1, 1]},
            {"family": "biased", "widths": [1, 2, 1], "output_bias": False},
        ],
    }

    @classmethod
    def from_document(cls, document: dict) -> Biased:
        """The network of a validated ``architecture`` object.

        Raises
        ------
        BadInput : a network without any bias.
        """
        network = cls(tuple(document["widths"]), document.get("output_bias", True))
        if not network.biases:
            raise BadInput(
                "architecture.output_bias", "true where there is one layer only (a network without biases: family linear)", False
            )
        return network

    def document(self) -> dict:
        return {"family": self.family, "widths": list(self.widths), "output_bias": self.output_bias}

    def normal_form(self) -> tuple[Biased, tuple[Fraction, ...]]:
        return self, (Fraction(1),) * weight_count(self)

    @property
    def inputs(self) -> int:
        return self.widths[0]

    @property
    def outputs(self) -> int:
        return self.widths[-1]

    @property
    def biases(self) -> int:
        """The number of layers with a bias, which are the first ones."""
        return len(self.widths) - (1 if self.output_bias else 2)

    @property
    def title(self) -> str:
        return "biased " + self.units

    @property
    def units(self) -> str:
        return Linear(self.widths).units + ("" if self.output_bias else ", no output bias")

    @property
    def blocks(self) -> tuple[Block, ...]:
        found = []
        for layer, matrix in enumerate(Linear(self.widths).blocks, start=1):
            found.append(matrix)
            if layer <= self.biases:
                found.append(Block(f"b{layer}", matrix.rows, 1))
        return tuple(found)

    @property
    def exponents(self) -> tuple[tuple[int, ...], ...]:
        return (*monomials(self.inputs, 1), *monomials(self.inputs, 0))

    def layers(self, blocks: Sequence[Matrix]) -> list[Matrix]:
        """One matrix per layer from one per block: W_h, with b_h as its last column where there is one."""
        matrices, biases = blocks[::2], blocks[1::2]
        return [
            matrix if bias is None else [[*row, *entry] for row, entry in zip(matrix, bias)]
            for matrix, bias in zip_longest(matrices, biases)
        ]

    def coefficients(self, weights: Sequence[Matrix]) -> Matrix:
        matrices, biases = weights[::2], weights[1::2]
        # The constant is the last column, x ↦ (x, 1).
        found = self.layers(weights[:2])[0]
        for matrix, bias in zip_longest(matrices[1:], biases[1:]):
            found = product(matrix, found)
            if bias is not None:
                found = [[*row, constant + shift] for (*row, constant), (shift,) in zip(found, bias)]
        return found

    def infinite_reason(self, ridge: Sequence[Matrix]) -> str | None:
        """That of a linear network in which a unit's bias is one more weight inward, or biases that the data do not hold."""
        reason = Linear(self.widths).infinite_reason(self.layers(ridge))
        held = self.held(ridge)
        return reason or flat_blocks(self, [[[1]] if block.name in held else rows for block, rows in zip(self.blocks, ridge)])

    def held(self, ridge: Sequence[Matrix]) -> set[str]:
        """The biases that the data hold without a ridge.

        b_H solves a linear regression. Where b_{H−1} has no ridge, W_Hᵀ r = 0 for the sum r of the residuals; if W_H has more
        columns than rows, or if b_H has no ridge either, then r = 0 and b_{H−1} is free along the kernel of W_H. Any earlier
        bias is free where all matrices and all other hidden biases vanish.
        """
        last = len(self.widths) - 1
        free = self.output_bias and not any(strength for row in ridge[-1] for strength in row)
        return {f"b{last}"} if free or self.widths[-2] > self.widths[-1] else {f"b{last - 1}", f"b{last}"}
