"""Symmetric matrices of bounded rank, as linear maps S x or as quadratic forms xᵀ S x: functions with finitely many weights each.

The quadratic forms are the function space of a quadratic network with fewer units than inputs, in its closure over ℂ. Over ℂ every
such S is VᵀV, up to the rotations V → OV; with V lower triangular in its first r columns, as its QR decomposition has it, only
their signs are left: a matrix of rank r has 2^r such V. As in :mod:`critscape.problems.networks.families.low_rank` S is rotated first, so that
matrices which people write down have leading minors that are not zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.low_rank import SIZE, frame, rotated
from critscape.problems.networks.network import Block, Matrix, monomials, weight_count


@dataclass(frozen=True)
class SymmetricLowRank:
    """f(x) = S x, or xᵀ S x if ``quadratic``, with S = Q Vᵀ V Qᵀ symmetric, ``inputs`` × ``inputs``, of rank at most ``rank``.

    The variables are the entries of V on and below its diagonal, ``rank`` × ``inputs``; they carry no ridge; Q is the rotation
    ``frame``. A real S that is not positive semidefinite has a V with imaginary rows: what real V say of minima holds for all real
    functions only where these are positive semidefinite (``semidefinite``).
    """

    inputs: int
    rank: int
    quadratic: bool
    semidefinite: bool = False

    family: ClassVar[str] = "symmetric-low-rank"
    penalised: ClassVar[bool] = False
    schema: ClassVar[dict] = {
        "type": "object",
        "description": "an object with family, inputs, rank and quadratic",
        "properties": {
            "family": {"const": "symmetric-low-rank"},
            "inputs": SIZE,
            "rank": SIZE,
            "quadratic": {"type": "boolean", "description": "true for x^T S x, false (the default) for S x"},
            "semidefinite": {
                "type": "boolean",
                "description": "true where the functions are the positive semidefinite S alone, false (the default) for all symmetric ones",
            },
        },
        "required": ["family", "inputs", "rank"],
        "additionalProperties": False,
        "examples": [
            {"family": "symmetric-low-rank", "inputs": 2, "rank": 1, "quadratic": False},
            {"family": "symmetric-low-rank", "inputs": 2, "rank": 1, "quadratic": True},
        ],
    }

    @classmethod
    def from_document(cls, document: dict) -> SymmetricLowRank:
        """The matrices of a validated ``architecture`` object.

        Raises
        ------
        BadInput : a rank that is no restriction.
        """
        if document["rank"] >= document["inputs"]:
            raise BadInput("architecture.rank", f"a rank below {document['inputs']}", document["rank"])
        return cls(document["inputs"], document["rank"], document.get("quadratic", False), document.get("semidefinite", False))

    def document(self) -> dict:
        only = {"semidefinite": True} if self.semidefinite else {}
        return {"family": self.family, "inputs": self.inputs, "rank": self.rank, "quadratic": self.quadratic, **only}

    def normal_form(self) -> tuple[SymmetricLowRank, tuple[Fraction, ...]]:
        return self, (Fraction(1),) * weight_count(self)

    @property
    def outputs(self) -> int:
        return 1 if self.quadratic else self.inputs

    @property
    def title(self) -> str:
        kind = "quadratic forms " if self.quadratic else "symmetric matrices "
        return ("positive semidefinite " if self.semidefinite else "") + kind + self.units

    @property
    def units(self) -> str:
        return f"{self.inputs} by {self.inputs} of rank {self.rank}"

    @property
    def reaches_every_function(self) -> bool:
        """Whether real weights compute all real functions of the space: only then do they tell which minima are global."""
        return self.semidefinite

    @property
    def sheets(self) -> int:
        """The number of V that have the same S of rank r."""
        return 2**self.rank

    @property
    def blocks(self) -> tuple[Block, ...]:
        r = self.rank
        return (Block("V", r, self.inputs, tuple((i, j) for i in range(r) for j in range(self.inputs) if j <= i or j >= r)),)

    @property
    def exponents(self) -> tuple[tuple[int, ...], ...]:
        return monomials(self.inputs, 2 if self.quadratic else 1)

    def coefficients(self, weights: Sequence[Matrix]) -> Matrix:
        rows = [[0 if entry is None else entry for entry in row] for row in weights[0]]
        turned = [list(column) for column in zip(*rotated(frame(self.inputs), [list(column) for column in zip(*rows)]))]
        n = range(self.inputs)
        upper = {(p, q): sum((row[p] * row[q] for row in turned), 0) for p in n for q in n if p <= q}
        matrix = [[upper[min(p, q), max(p, q)] for q in n] for p in n]
        if not self.quadratic:
            return matrix
        places = [tuple(i for i, power in enumerate(alpha) for _ in range(power)) for alpha in self.exponents]
        return [[matrix[p][q] if p == q else 2 * matrix[p][q] for p, q in places]]

    def infinite_reason(self, ridge: Sequence[Matrix]) -> str | None:
        return None
