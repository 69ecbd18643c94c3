"""One-hidden-layer networks with the square as activation: f(x) = Σ_j a_j (w_j·x)² + c‖x‖²."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar

from critscape.problems.input.rational import rational_array, written
from critscape.problems.networks.network import Block, Matrix, monomials, weight_count


@dataclass(frozen=True)
class Quadratic:
    """f(x) = Σ_j a_j (w_j·x)² + c‖x‖² with one output.

    ``output`` is None when the a_j are trained, else the k fixed rationals; ``norm_regressor`` says whether c is there (trained).
    """

    inputs: int
    hidden: int
    output: tuple[Fraction, ...] | None
    norm_regressor: bool = False

    family: ClassVar[str] = "quadratic"
    outputs: ClassVar[int] = 1
    schema: ClassVar[dict] = {
        "type": "object",
        "description": "an object with family, inputs, units, output and norm_regressor",
        "properties": {
            "family": {"const": "quadratic"},
            "inputs": {
                "type": "integer",
                "minimum": 1,
                "maximum": 1000,
                "description": "a positive integer (at most 1000)",
                "help": "Dimension d of the input.",
            },
            "units": {
                "type": "integer",
                "minimum": 1,
                "maximum": 1000,
                "description": "a positive integer (at most 1000)",
                "help": "Number k of hidden units.",
            },
            "output": {
                "anyOf": [{"enum": ["fixed", "trained"]}, {"type": "array"}],
                "description": '"fixed", "trained" or a list of one number per unit',
                "flag": "--outer",
                "metavar": "fixed|trained|A1,…,AK",
                "help": "Outer weights a_j: all +1 (fixed, the default), trained, or these numbers.",
            },
            "norm_regressor": {
                "type": "boolean",
                "description": "true or false",
                "help": "Add c‖x‖² with c trained, or not (the default).",
            },
        },
        "required": ["family", "inputs", "units"],
        "additionalProperties": False,
        "examples": [
            {"family": "quadratic", "inputs": 2, "units": 1, "output": "trained"},
            {"family": "quadratic", "inputs": 2, "units": 2, "output": [1, "-1/2"]},
            {"family": "quadratic", "inputs": 1, "units": 1, "norm_regressor": True},
        ],
    }

    @classmethod
    def from_document(cls, document: dict) -> Quadratic:
        """The network of a validated ``architecture`` object; ``output`` defaults to "fixed".

        Raises
        ------
        BadInput : a list of fixed outputs of the wrong length or with an entry that is no number.
        """
        units, output = document["units"], document.get("output", "fixed")
        if output == "fixed":
            fixed = (Fraction(1),) * units
        elif output == "trained":
            fixed = None
        else:
            fixed = rational_array(output, (units,), "architecture.output")
        return cls(document["inputs"], units, fixed, document.get("norm_regressor", False))

    def document(self) -> dict:
        if self.output is None:
            output: str | list = "trained"
        elif set(self.output) == {Fraction(1)}:
            output = "fixed"
        else:
            output = [written(value) for value in self.output]
        return {
            "family": self.family,
            "inputs": self.inputs,
            "units": self.hidden,
            "output": output,
            "norm_regressor": self.norm_regressor,
        }

    def normal_form(self) -> tuple[Quadratic, tuple[Fraction, ...]]:
        """a (w·x)² = (√a w·x)²: fixed outer weights become one over the complex numbers, unless one of them is zero."""
        ones = (Fraction(1),) * self.hidden
        size = weight_count(self)
        if self.output is None or 0 in self.output:
            return self, (Fraction(1),) * size
        inner = tuple(a for a in self.output for _ in range(self.inputs))
        return replace(self, output=ones), inner + (Fraction(1),) * (size - len(inner))

    @property
    def title(self) -> str:
        return "quadratic " + self.units

    @property
    def units(self) -> str:
        trained = ", trained" if self.output is None else ""
        return f"{self.inputs}, {self.hidden}{trained}" + (", norm" if self.norm_regressor else "")

    @property
    def blocks(self) -> tuple[Block, ...]:
        hidden = (Block("W", self.hidden, self.inputs),)
        trained = (Block("a", 1, self.hidden),) if self.output is None else ()
        norm = (Block("c", 1, 1),) if self.norm_regressor else ()
        return hidden + trained + norm

    @property
    def exponents(self) -> tuple[tuple[int, ...], ...]:
        return monomials(self.inputs, 2)

    def coefficients(self, weights: Sequence[Matrix]) -> Matrix:
        hidden, *rest = weights
        outer = rest.pop(0)[0] if self.output is None else self.output
        norm = rest.pop(0)[0][0] if self.norm_regressor else 0
        row = []
        for exponent in self.exponents:
            p, q = (i for i, power in enumerate(exponent) for _ in range(power))
            quadratic_form = sum((weighted(a, w[p] * w[q]) for a, w in zip(outer, hidden)), 0)
            row.append(quadratic_form + norm if p == q else 2 * quadratic_form)
        return [row]

    def infinite_reason(self, ridge: Sequence[Matrix]) -> str | None:
        """Σ_j a_j (w_j·x)² with equal a_j is a‖Wx‖², unchanged under W → QW; with trained a_j under w_j → s w_j, a_j → a_j/s²."""
        rows = [tuple(row) for row in ridge[0]]
        if self.output is None:
            outer = ridge[1][0]
            if any(not any(row) and not strength for row, strength in zip(rows, outer)):
                return "the ridge is zero on a unit and its outer weight: rescaling them against each other moves critical points"
            return None
        units = list(zip(rows, self.output))
        alike = max(map(units.count, units))
        if alike > 1:
            return f"{alike} units have the same ridges and outer weights, which leaves the rotations O({alike}) as a symmetry"
        return None


def weighted(outer: Any, value: Any) -> Any:
    """``outer · value``, where a fixed rational enters any ring by integers only."""
    return value * outer.numerator / outer.denominator if isinstance(outer, Fraction) else outer * value
