"""Masked linear networks f(x) = W_H ⋯ W_1 x: some weights are fixed, at zero (sparse, diagonal, block networks) or at a constant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any, ClassVar

from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.partial_array import PartialMatrix, partial_document, partial_matrix
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.network import Block, Matrix, monomials

LARGEST_PATTERN = 40
"""Weights that a title still shows one by one."""


@dataclass(frozen=True)
class Masked:
    """f(x) = W_H ⋯ W_1 x; ``widths`` runs from the input to the output.

    ``fixed`` has one matrix per W_h, of its shape: None where the weight is trained, else its constant value. A matrix without
    trained weights is no block.
    """

    widths: tuple[int, ...]
    fixed: tuple[PartialMatrix, ...]

    family: ClassVar[str] = "masked"
    schema: ClassVar[dict] = {
        "type": "object",
        "description": "an object with family, widths and fixed",
        "properties": {
            "family": {"const": "masked"},
            "widths": Linear.schema["properties"]["widths"],
            "fixed": {
                "type": "array",
                "description": "a list of one array per weight matrix, with null where a weight is trained and a number where it is fixed",
            },
        },
        "required": ["family", "widths", "fixed"],
        "additionalProperties": False,
        "examples": [{"family": "masked", "widths": [2, 2, 1], "fixed": [[[None, 0], [0, None]], [[None, "1/2"]]]}],
    }

    @classmethod
    def from_document(cls, document: dict) -> Masked:
        """The network of a validated ``architecture`` object.

        Raises
        ------
        BadInput : arrays of other shapes, an entry that is neither null nor a number, no trained weight at all.
        """
        widths, given, field = tuple(document["widths"]), document["fixed"], "architecture.fixed"
        layers = Linear(widths).blocks
        if len(given) != len(layers):
            names = ", ".join(layer.name for layer in layers)
            raise BadInput(field, f"one array per weight matrix ({names}), so {len(layers)} ({len(given)} given)")
        fixed = tuple(
            partial_matrix(rows, (layer.rows, layer.columns), f"{field}[{k}]") for k, (rows, layer) in enumerate(zip(given, layers))
        )
        if not any(entry is None for rows in fixed for row in rows for entry in row):
            raise BadInput(field, "null for at least one weight (a weight that is trained)")
        return cls(widths, fixed)

    def document(self) -> dict:
        return {"family": self.family, "widths": list(self.widths), "fixed": [partial_document(rows) for rows in self.fixed]}

    def normal_form(self) -> tuple[Masked, tuple[Fraction, ...]]:
        """Hidden units are measured in units of their own: V_h = D_h W_h D_{h−1}⁻¹ with diagonal D_h, one at input and output.

        A unit that a constant joins to one whose scale is known gets the positive scale at which that constant is one or minus one.
        """
        scales = self.unit_scales()
        fixed = tuple(
            tuple(tuple(entry and entry * inward / outward for entry, outward in zip(row, behind)) for row, inward in zip(rows, ahead))
            for rows, behind, ahead in zip(self.fixed, scales, scales[1:])
        )
        squares = tuple((scales[layer + 1][i] / scales[layer][j]) ** 2 for layer, i, j in self.trained)
        return Masked(self.widths, fixed), squares

    def unit_scales(self) -> list[list[Fraction]]:
        """The positive diagonals of D_0, …, D_H: one at input and output and wherever no constant reaches from a known unit."""
        depth = len(self.fixed)
        sizes = {place: abs(value) for place in self.constants if (value := self.fixed[place[0]][place[1]][place[2]]) is not None}
        joined = [((layer, j), (layer + 1, i), size) for (layer, i, j), size in sizes.items()]
        units = [(layer, i) for layer, width in enumerate(self.widths) for i in range(width)]
        known = {unit: Fraction(1) for unit in units if unit[0] in (0, depth)}
        while len(known) < len(units):
            # V_ij = d_i W_ij / d_j has size one for d_i = d_j / |W_ij|.
            grown = {ahead: known[behind] / size for behind, ahead, size in joined if behind in known and ahead not in known}
            grown |= {behind: known[ahead] * size for behind, ahead, size in joined if ahead in known and behind not in known}
            known |= grown or {next(unit for unit in units if unit not in known): Fraction(1)}
        return [[known[layer, i] for i in range(width)] for layer, width in enumerate(self.widths)]

    @property
    def trained(self) -> tuple[tuple[int, int, int], ...]:
        """(matrix, i, j) of all trained weights in the order of the variables."""
        return tuple(place for place, entry in self.everywhere if entry is None)

    @property
    def constants(self) -> tuple[tuple[int, int, int], ...]:
        """(matrix, i, j) of all weights that are fixed at a value other than zero."""
        return tuple(place for place, entry in self.everywhere if entry)

    @property
    def everywhere(self) -> list[tuple[tuple[int, int, int], Fraction | None]]:
        """(matrix, i, j) of all weights, each with its fixed value or None."""
        return [
            ((layer, i, j), entry) for layer, rows in enumerate(self.fixed) for i, row in enumerate(rows) for j, entry in enumerate(row)
        ]

    @property
    def inputs(self) -> int:
        return self.widths[0]

    @property
    def outputs(self) -> int:
        return self.widths[-1]

    @property
    def title(self) -> str:
        return "masked " + self.units

    @property
    def units(self) -> str:
        """The widths and the mask: w trained, 0 and 1 fixed at these, c another constant; of large ones only how many are fixed."""
        if len(self.everywhere) > LARGEST_PATTERN:
            mask = f", {len(self.everywhere) - len(self.trained)} fixed"
        else:
            mask = "".join(" " + "/".join("".join(map(letter, row)) for row in rows) for rows in self.fixed)
        return Linear(self.widths).units + mask

    @property
    def blocks(self) -> tuple[Block, ...]:
        found = []
        for layer, full in enumerate(Linear(self.widths).blocks):
            entries = tuple((i, j) for place, i, j in self.trained if place == layer)
            if entries:
                found.append(Block(full.name, full.rows, full.columns, entries if len(entries) < full.size else None))
        return tuple(found)

    @property
    def exponents(self) -> tuple[tuple[int, ...], ...]:
        return monomials(self.inputs, 1)

    def coefficients(self, weights: Sequence[Matrix]) -> Matrix:
        zero = 0 * next(weight for rows in weights for row in rows for weight in row if weight is not None)
        layers = self.filled(weights, lambda _, value: (zero + value.numerator) / value.denominator if value else 0)
        # What is fixed at zero takes part in no product.
        rows = reduce(lambda so_far, layer: sparse_product(layer, so_far), layers)
        return [[zero if is_zero(entry) else entry for entry in row] for row in rows]

    def filled(self, blocks: Sequence[Matrix], constant: Callable[[tuple[int, int, int], Fraction], Any]) -> list[Matrix]:
        """One full matrix per W_h from one per block, with ``constant`` of its place and value where a weight is fixed."""
        rest = iter(blocks)
        layers = []
        for layer, rows in enumerate(self.fixed):
            matrix = next(rest) if any(entry is None for row in rows for entry in row) else rows
            layers.append(
                [
                    [weight if value is None else constant((layer, i, j), value) for j, (weight, value) in enumerate(zip(*pair))]
                    for i, pair in enumerate(zip(matrix, rows))
                ]
            )
        return layers

    def infinite_reason(self, ridge: Sequence[Matrix]) -> str | None:
        """That of a linear network: a constant makes its units unlike all others, zeros are alike only to each other.

        Of what stands for the ridge there, None is no ridge and unlike the ridge 0; the place of a constant occurs once.
        """
        return Linear(self.widths).infinite_reason(self.filled(ridge, lambda place, value: place if value else None))


def letter(entry: Fraction | None) -> str:
    """How a title writes a weight: w if it is trained, c for a constant other than 0 and 1."""
    if entry is None:
        return "w"
    return str(entry) if entry in (0, 1) else "c"


def sparse_product(left: Matrix, right: Matrix) -> Matrix:
    """The matrix product over any ring, where the entries that are the integer zero take part in no product."""
    return [[sum((a * b for a, b in zip(row, column) if not (is_zero(a) or is_zero(b))), 0) for column in zip(*right)] for row in left]


def is_zero(entry: Any) -> bool:
    """Whether an entry is absent, rather than zero by its value."""
    return isinstance(entry, int) and entry == 0
