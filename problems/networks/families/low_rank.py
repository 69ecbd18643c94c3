"""Matrices of bounded rank as functions f(x) = M x, in a chart: the function space of a linear network with a bottleneck.

A matrix of rank r whose first r rows are independent is M = (I; A) B in exactly one way. The chart is that one after a fixed
rational rotation of the rows, so that matrices which people write down lie inside it. Ottaviani, Spaenlehauer and Sturmfels,
"Exact solutions in structured low-rank approximation" (arXiv 1311.2376), count the critical points of weighted distances.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import Any, ClassVar

from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.network import Block, Matrix, monomials, product, weight_count

SIZE = {"type": "integer", "minimum": 1, "maximum": 30, "description": "a positive integer (at most 30)"}


@dataclass(frozen=True)
class LowRank:
    """f(x) = M x with M of rank at most ``rank``, ``outputs`` × ``inputs``; the variables are A and B, and carry no ridge.

    M = Q (I; A) B where outputs ≤ inputs, else M = B (I, A) Qᵀ, so that only matrices M of rank below r are outside the chart or
    singular in it; Q is the rotation ``frame``.
    """

    inputs: int
    outputs: int
    rank: int

    family: ClassVar[str] = "low-rank"
    penalised: ClassVar[bool] = False
    schema: ClassVar[dict] = {
        "type": "object",
        "description": "an object with family, inputs, outputs and rank",
        "properties": {"family": {"const": "low-rank"}, "inputs": SIZE, "outputs": SIZE, "rank": SIZE},
        "required": ["family", "inputs", "outputs", "rank"],
        "additionalProperties": False,
        "examples": [{"family": "low-rank", "inputs": 3, "outputs": 2, "rank": 1}],
    }

    @classmethod
    def from_document(cls, document: dict) -> LowRank:
        """The matrices of a validated ``architecture`` object.

        Raises
        ------
        BadInput : a rank that is no restriction.
        """
        inputs, outputs, rank = document["inputs"], document["outputs"], document["rank"]
        if rank >= min(inputs, outputs):
            expected = f"a rank below {min(inputs, outputs)} (all matrices of full rank: family linear with widths {inputs}, {outputs})"
            raise BadInput("architecture.rank", expected, rank)
        return cls(inputs, outputs, rank)

    def document(self) -> dict:
        return {"family": self.family, "inputs": self.inputs, "outputs": self.outputs, "rank": self.rank}

    def normal_form(self) -> tuple[LowRank, tuple[Fraction, ...]]:
        return self, (Fraction(1),) * weight_count(self)

    @property
    def title(self) -> str:
        return "matrices " + self.units

    @property
    def units(self) -> str:
        return f"{self.outputs} by {self.inputs} of rank {self.rank}"

    @property
    def sheets(self) -> int:
        """The number of (A, B) that have the same M of rank r."""
        return 1

    @property
    def small(self) -> int:
        """The side whose rows (or columns) are rotated."""
        return min(self.inputs, self.outputs)

    @property
    def blocks(self) -> tuple[Block, ...]:
        return Block("A", self.small - self.rank, self.rank), Block("B", self.rank, max(self.inputs, self.outputs))

    @property
    def exponents(self) -> tuple[tuple[int, ...], ...]:
        return monomials(self.inputs, 1)

    def coefficients(self, weights: Sequence[Matrix]) -> Matrix:
        first, second = weights
        found = rotated(frame(self.small), [*second, *product(first, second)])
        return found if self.outputs <= self.inputs else [list(row) for row in zip(*found)]

    def infinite_reason(self, ridge: Sequence[Matrix]) -> str | None:
        return None


@lru_cache(maxsize=64)
def frame(size: int) -> tuple[tuple[Fraction, ...], ...]:
    """A rational rotation, always the same for a size: Cayley's (I − S)(I + S)⁻¹ of a skew-symmetric matrix S.

    The chart leaves out functions whose columns are special to the rotation: its fractions are of a size that nobody's data have.
    """
    draw = random.Random(size)
    skew = [[Fraction(0)] * size for _ in range(size)]
    for i in range(size):
        for j in range(i):
            skew[i][j] = Fraction(draw.choice((-1, 1)) * draw.randint(7, 23), draw.randint(11, 31))
            skew[j][i] = -skew[i][j]
    # (I + S) X = I − S: S commutes with the inverse. The pivots are positive, as (I + S) has a positive definite symmetric part.
    rows = [[(i == j) + skew[i][j] for j in range(size)] + [(i == j) - skew[i][j] for j in range(size)] for i in range(size)]
    for k in range(size):
        pivot = rows[k] = [value / rows[k][k] for value in rows[k]]
        for i in range(size):
            if i != k and (factor := rows[i][k]):
                rows[i] = [value - factor * above if above else value for value, above in zip(rows[i], pivot)]
    return tuple(tuple(map(Fraction, row[size:])) for row in rows)


def rotated(rotation: Sequence[Sequence[Fraction]], rows: Matrix) -> Matrix:
    """The rotation times a matrix over any ring, in which only integers are constants."""
    found = []
    for line in rotation:
        common = lcm(*(value.denominator for value in line))
        integers = [int(value * common) for value in line]
        found.append([divided(sum((a * row[k] for a, row in zip(integers, rows) if a), 0), common) for k in range(len(rows[0]))])
    return found


def divided(value: Any, by: int) -> Any:
    return value / by if by != 1 else value
