"""Deep linear networks with residual connections: f(x) = (I + W_H) ⋯ (I + W_1) x with square matrices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.network import Block, Matrix, monomials, weight_count


@dataclass(frozen=True)
class Residual:
    """f(x) = (I + W_H) ⋯ (I + W_1) x with H = ``layers`` trained matrices of ``width`` rows and columns.

    The ridge is on the W_h: it draws every layer towards the identity.
    """

    width: int
    layers: int

    family: ClassVar[str] = "residual"
    schema: ClassVar[dict] = {
        "type": "object",
        "description": "an object with family, width and layers",
        "properties": {
            "family": {"const": "residual"},
            "width": Linear.schema["properties"]["widths"]["items"],
            "layers": {"type": "integer", "minimum": 1, "maximum": 63, "description": "a positive integer (at most 63)"},
        },
        "required": ["family", "width", "layers"],
        "additionalProperties": False,
        "examples": [{"family": "residual", "width": 1, "layers": 2}],
    }

    @classmethod
    def from_document(cls, document: dict) -> Residual:
        """The network of a validated ``architecture`` object."""
        return cls(document["width"], document["layers"])

    def document(self) -> dict:
        return {"family": self.family, "width": self.width, "layers": self.layers}

    def normal_form(self) -> tuple[Residual, tuple[Fraction, ...]]:
        return self, (Fraction(1),) * weight_count(self)

    @property
    def inputs(self) -> int:
        return self.width

    @property
    def outputs(self) -> int:
        return self.width

    @property
    def plain(self) -> Linear:
        """The linear network with the matrices I + W_h."""
        return Linear((self.width,) * (self.layers + 1))

    @property
    def title(self) -> str:
        return "residual " + self.units

    @property
    def units(self) -> str:
        return self.plain.units

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self.plain.blocks

    @property
    def exponents(self) -> tuple[tuple[int, ...], ...]:
        return monomials(self.width, 1)

    def coefficients(self, weights: Sequence[Matrix]) -> Matrix:
        return self.plain.coefficients([diagonal_changed(matrix, lambda _, weight: weight + 1) for matrix in weights])

    def infinite_reason(self, ridge: Sequence[Matrix]) -> str | None:
        """That of the linear network with the matrices I + W_h, whose ridge is Σ_j λ_j (v_j − δ_j)², δ = 1 on the diagonals.

        A λ_j > 0 on a diagonal makes its unit unlike all others: of what stands for the ridge there, its place occurs once.
        """

        def placed(layer: int, rows: Matrix) -> Matrix:
            return diagonal_changed(rows, lambda i, strength: (layer, i) if strength else strength)

        places = [placed(layer, rows) for layer, rows in enumerate(ridge)]
        return self.plain.infinite_reason(places)


def diagonal_changed(matrix: Matrix, change: Callable[[int, Any], Any]) -> Matrix:
    """A square matrix with ``change(i, entry)`` in place of the i-th entry of its diagonal."""
    return [[change(i, entry) if i == j else entry for j, entry in enumerate(row)] for i, row in enumerate(matrix)]
