"""Linear autoencoders: f(x) = WᵀWx with tied weights, f(x) = W2 W1 x with untied ones; targets are the inputs unless others are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.network import Block, Matrix, flat_blocks, monomials, weight_count

_SIZE = {"type": "integer", "minimum": 1, "maximum": 1000, "description": "a positive integer (at most 1000)"}


@dataclass(frozen=True)
class Autoencoder:
    """f(x) = WᵀWx, or f(x) = W2 W1 x where the weights are not ``tied``, from ``inputs`` through ``hidden`` units and back."""

    inputs: int
    hidden: int
    tied: bool = True

    family: ClassVar[str] = "autoencoder"
    targets_are_inputs: ClassVar[bool] = True
    """Problem files may leave out the targets, which are the inputs then."""
    schema: ClassVar[dict] = {
        "type": "object",
        "description": "an object with family, inputs, hidden and tied",
        "properties": {
            "family": {"const": "autoencoder"},
            "inputs": _SIZE,
            "hidden": _SIZE,
            "tied": {"type": "boolean", "description": "true (f = WᵀWx, the default) or false (f = W2 W1 x)"},
        },
        "required": ["family", "inputs", "hidden"],
        "additionalProperties": False,
        "examples": [
            {"family": "autoencoder", "inputs": 2, "hidden": 1, "tied": True},
            {"family": "autoencoder", "inputs": 2, "hidden": 1, "tied": False},
        ],
    }

    @classmethod
    def from_document(cls, document: dict) -> Autoencoder:
        """The network of a validated ``architecture`` object."""
        return cls(document["inputs"], document["hidden"], document.get("tied", True))

    def document(self) -> dict:
        return {"family": self.family, "inputs": self.inputs, "hidden": self.hidden, "tied": self.tied}

    def normal_form(self) -> tuple[Autoencoder, tuple[Fraction, ...]]:
        return self, (Fraction(1),) * weight_count(self)

    @property
    def outputs(self) -> int:
        return self.inputs

    @property
    def untied(self) -> Linear:
        """The linear network of the same widths."""
        return Linear((self.inputs, self.hidden, self.inputs))

    @property
    def title(self) -> str:
        return "autoencoder " + self.units

    @property
    def units(self) -> str:
        return self.untied.units + (", tied" if self.tied else "")

    @property
    def blocks(self) -> tuple[Block, ...]:
        return (Block("W", self.hidden, self.inputs),) if self.tied else self.untied.blocks

    @property
    def exponents(self) -> tuple[tuple[int, ...], ...]:
        return monomials(self.inputs, 1)

    def coefficients(self, weights: Sequence[Matrix]) -> Matrix:
        if not self.tied:
            return self.untied.coefficients(weights)
        columns = list(zip(*weights[0]))
        # WᵀW is symmetric: each entry is formed once.
        upper = {(i, j): sum((a * b for a, b in zip(columns[i], columns[j])), 0) for i in range(self.inputs) for j in range(i, self.inputs)}
        return [[upper[min(i, j), max(i, j)] for j in range(self.inputs)] for i in range(self.inputs)]

    def infinite_reason(self, ridge: Sequence[Matrix]) -> str | None:
        """WᵀW is unchanged under W → QW with Q orthogonal; the ridge keeps the rotations of units with equal ridges."""
        if not self.tied:
            return self.untied.infinite_reason(ridge)
        units = list(map(tuple, ridge[0]))
        alike = max(map(units.count, units))
        if alike > 1:
            return f"{alike} units have the same ridges, which leaves the rotations O({alike}) as a symmetry"
        return flat_blocks(self, ridge)
