"""Multi-tower linear networks f(x) = Σ_t W^t_{H_t} ⋯ W^t_1 x: linear networks side by side whose outputs are added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from string import ascii_uppercase
from typing import ClassVar

from problems.bad_input import BadInput
from problems.network import Block, Matrix, monomials, product


@dataclass(frozen=True)
class Towers:
    """f(x) = Σ_t W^t_{H_t} ⋯ W^t_1 x; ``towers`` has the widths of each from the input to the output.

    The weight matrices of the first tower are A1, A2, …, those of the second B1, B2, …
    """

    towers: tuple[tuple[int, ...], ...]

    family: ClassVar[str] = "towers"
    schema: ClassVar[dict] = {
        "type": "object",
        "description": "an object with family and towers",
        "properties": {
            "family": {"const": "towers"},
            "towers": {
                "type": "array",
                "minItems": 1,
                "maxItems": len(ascii_uppercase),
                "items": {
                    "type": "array",
                    "minItems": 2,
                    "maxItems": 64,
                    "items": {"type": "integer", "minimum": 1, "maximum": 1000, "description": "a positive integer (at most 1000)"},
                    "description": "a list of two or more positive integers, from input to output",
                },
                "description": "a list of at most 26 towers, each a list of widths",
            },
        },
        "required": ["family", "towers"],
        "additionalProperties": False,
    }

    @classmethod
    def from_document(cls, document: dict) -> Towers:
        """The network of a validated ``architecture`` object.

        Raises
        ------
        BadInput : towers that do not have the same input and output.
        """
        towers = tuple(map(tuple, document["towers"]))
        if len({(widths[0], widths[-1]) for widths in towers}) > 1:
            raise BadInput("architecture.towers", "the same first and the same last width in every tower", document["towers"])
        return cls(towers)

    def document(self) -> dict:
        return {"family": self.family, "towers": [list(widths) for widths in self.towers]}

    def normal_form(self) -> tuple[Towers, tuple[Fraction, ...]]:
        return self, (Fraction(1),) * sum(block.size for block in self.blocks)

    @property
    def inputs(self) -> int:
        return self.towers[0][0]

    @property
    def outputs(self) -> int:
        return self.towers[0][-1]

    @property
    def title(self) -> str:
        return "towers " + self.units

    @property
    def units(self) -> str:
        return " + ".join("-".join(map(str, widths)) for widths in self.towers)

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(
            Block(f"{letter}{layer}", rows, columns)
            for letter, widths in zip(ascii_uppercase, self.towers)
            for layer, (columns, rows) in enumerate(zip(widths, widths[1:]), start=1)
        )

    @property
    def exponents(self) -> tuple[tuple[int, ...], ...]:
        return monomials(self.inputs, 1)

    def coefficients(self, weights: Sequence[Matrix]) -> Matrix:
        rest = iter(weights)
        maps = [reduce(lambda so_far, layer: product(layer, so_far), [next(rest) for _ in widths[1:]]) for widths in self.towers]
        return [[sum(entries[1:], entries[0]) for entries in zip(*rows)] for rows in zip(*maps)]

    def infinite_reason(self, ridge: Sequence[Matrix]) -> str | None:
        zero = [block.name for block, rows in zip(self.blocks, ridge) if not any(strength for row in rows for strength in row)]
        return f"the ridge is zero on {', '.join(zero)}, which leaves directions in which the loss is flat" if zero else None
