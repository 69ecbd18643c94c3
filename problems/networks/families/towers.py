"""Multi-tower linear networks f(x) = Σ_t W^t_{H_t} ⋯ W^t_1 x: linear networks side by side whose outputs are added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from string import ascii_uppercase
from typing import ClassVar

from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.network import Block, Matrix, flat_blocks, monomials, weight_count


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
                "items": Linear.schema["properties"]["widths"],
                "description": "a list of at most 26 towers, each a list of widths",
                "flag": "--tower",
                "metavar": "D0,…,DH",
                "help": "Widths of one tower from input to output, e.g. 2,1,2. Repeat the flag for each of them.",
            },
        },
        "required": ["family", "towers"],
        "additionalProperties": False,
        "examples": [{"family": "towers", "towers": [[1, 1, 1], [1, 1]]}],
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
        return self, (Fraction(1),) * weight_count(self)

    @property
    def inputs(self) -> int:
        return self.towers[0][0]

    @property
    def outputs(self) -> int:
        return self.towers[0][-1]

    @property
    def parts(self) -> tuple[Linear, ...]:
        """Each tower as a network of its own."""
        return tuple(map(Linear, self.towers))

    @property
    def title(self) -> str:
        return "towers " + self.units

    @property
    def units(self) -> str:
        return " + ".join(part.units for part in self.parts)

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(
            Block(f"{letter}{layer}", block.rows, block.columns)
            for letter, part in zip(ascii_uppercase, self.parts)
            for layer, block in enumerate(part.blocks, start=1)
        )

    @property
    def exponents(self) -> tuple[tuple[int, ...], ...]:
        return monomials(self.inputs, 1)

    def coefficients(self, weights: Sequence[Matrix]) -> Matrix:
        rest = iter(weights)
        maps = [part.coefficients([next(rest) for _ in part.blocks]) for part in self.parts]
        return [[sum(entries[1:], entries[0]) for entries in zip(*rows)] for rows in zip(*maps)]

    def infinite_reason(self, ridge: Sequence[Matrix]) -> str | None:
        return flat_blocks(self, ridge)
