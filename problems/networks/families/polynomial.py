"""Polynomial losses typed in as text: L(w) = a polynomial in named variables, for models that have no family of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.expression import expression
from critscape.problems.networks.network import Block, Matrix, weight_count

MOST_VARIABLES = 40


@dataclass(frozen=True)
class Polynomial:
    """L(w) = Σ_α c_α w^α in ``variables``; ``expression`` is the loss as it was typed.

    As a network it has neither input nor output: there are no data.
    """

    variables: tuple[str, ...]
    expression: str
    monomials: tuple[tuple[int, ...], ...]
    coefficients_of_loss: tuple[Fraction, ...]

    family: ClassVar[str] = "polynomial"
    inputs: ClassVar[int] = 0
    outputs: ClassVar[int] = 0
    exponents: ClassVar[tuple] = ()
    schema: ClassVar[dict] = {
        "type": "object",
        "description": "an object with family, variables and loss",
        "properties": {
            "family": {"const": "polynomial"},
            "variables": {
                "type": "array",
                "minItems": 1,
                "maxItems": MOST_VARIABLES,
                "uniqueItems": True,
                "items": {
                    "type": "string",
                    "maxLength": 20,
                    "pattern": "^[A-Za-z][A-Za-z0-9_]*$(?!\\n)",
                    "description": "a name: a letter, then letters, digits and _ (at most 20)",
                },
                "description": f"a list of 1 to {MOST_VARIABLES} different names",
            },
            "loss": {"type": "string", "description": 'a polynomial as text, such as "(x^2 - 1)^2 + x y/3"'},
        },
        "required": ["family", "variables", "loss"],
        "additionalProperties": False,
        "examples": [{"family": "polynomial", "variables": ["x", "y"], "loss": "(x^2 - 1)^2/4 + y^2/2 - x y/3"}],
    }

    @classmethod
    def from_document(cls, document: dict) -> Polynomial:
        """The loss of a validated ``architecture`` object.

        Raises
        ------
        BadInput : a text that is no polynomial in these variables, or beyond the bounds of :mod:`critscape.problems.input.expression`.
        """
        variables, written = tuple(document["variables"]), re.sub(r"\s+", " ", document["loss"]).strip()
        found = expression(written, variables, "architecture.loss").terms()
        if not any(map(any, found)):
            raise BadInput("architecture.loss", "a polynomial that is not constant", written)
        ordered = sorted(found, key=lambda alpha: (sum(alpha), alpha), reverse=True)
        return cls(variables, written, tuple(ordered), tuple(found[alpha] for alpha in ordered))

    def document(self) -> dict:
        return {"family": self.family, "variables": list(self.variables), "loss": self.expression}

    @property
    def support(self) -> Polynomial:
        """The polynomial with the same monomials and all coefficients one: such polynomials share their start set."""
        written = (" ".join(f"{name}^{k}" for name, k in zip(self.variables, alpha) if k) or "1" for alpha in self.monomials)
        return Polynomial(self.variables, " + ".join(written), self.monomials, (Fraction(1),) * len(self.monomials))

    def normal_form(self) -> tuple[Polynomial, tuple[Fraction, ...]]:
        return self, (Fraction(1),) * weight_count(self)

    @property
    def title(self) -> str:
        return "polynomial " + self.units

    @property
    def units(self) -> str:
        names = ", ".join(self.variables[:4]) + (", …" if len(self.variables) > 4 else "")
        return f"in {names}, degree {max(map(sum, self.monomials))}"

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(Block(name, 1, 1, indexed=False) for name in self.variables)

    def coefficients(self, weights: Sequence[Matrix]) -> Matrix:
        """No function is computed."""
        return []

    def infinite_reason(self, ridge: Sequence[Matrix]) -> str | None:
        return None
