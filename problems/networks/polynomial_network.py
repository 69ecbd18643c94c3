"""Networks with a polynomial as activation: f(x) = W_{H+1} σ(W_H ⋯ σ(W_1 x) ⋯), σ(t) = Σ_k s_k tᵏ entrywise, H ≥ 1 hidden layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import comb
from typing import Any, ClassVar

from problems.bad_input import BadInput
from problems.network import Block, Matrix, flat_blocks, monomials
from problems.networks.linear import Linear
from problems.networks.quadratic import weighted
from problems.rational import rational_array, written

LARGEST_DEGREE, MOST_MONOMIALS = 100, 1000
"""Bounds on f as a polynomial in x; far below them the critical points are already too many to enumerate."""

XPolynomial = dict[tuple[int, ...], Any]
"""A polynomial in x: the coefficient, in any ring, of each exponent vector."""


@dataclass(frozen=True)
class PolynomialNetwork:
    """f(x) = W_{H+1} σ(W_H ⋯ σ(W_1 x) ⋯) with all matrices trained and no biases.

    ``widths`` runs from the input to the output; ``activation`` has s_0 = 0, s_1, …, s_d ≠ 0.
    """

    widths: tuple[int, ...]
    activation: tuple[Fraction, ...]

    family: ClassVar[str] = "polynomial-network"
    schema: ClassVar[dict] = {
        "type": "object",
        "description": "an object with family, widths and activation",
        "properties": {
            "family": {"const": "polynomial-network"},
            "widths": {
                **Linear.schema["properties"]["widths"],
                "minItems": 3,
                "description": "a list of three or more positive integers, from input to output",
            },
            "activation": {
                "type": "array",
                "minItems": 2,
                "maxItems": LARGEST_DEGREE + 1,
                "description": f"a list of 2 to {LARGEST_DEGREE + 1} numbers, the coefficients of 1, t, t^2, …",
            },
        },
        "required": ["family", "widths", "activation"],
        "additionalProperties": False,
    }

    @classmethod
    def from_document(cls, document: dict) -> PolynomialNetwork:
        """The network of a validated ``architecture`` object.

        Raises
        ------
        BadInput : an activation with an entry that is no number, with a constant term or with a zero as its last coefficient;
            an f with too many monomials.
        """
        given = document["activation"]
        activation = rational_array(given, (len(given),), "architecture.activation")
        if activation[0] != 0:
            raise BadInput("architecture.activation[0]", "0 (an activation without constant term)", given[0])
        if activation[-1] == 0:
            raise BadInput(f"architecture.activation[{len(given) - 1}]", "a last coefficient that is not zero", given[-1])
        network = cls(tuple(document["widths"]), activation)
        inputs, degree = network.inputs, network.degree
        if degree > LARGEST_DEGREE or comb(inputs + degree - 1, degree) > MOST_MONOMIALS:
            bounds = f"a degree in x of at most {LARGEST_DEGREE} and at most {MOST_MONOMIALS} monomials of that degree"
            raise BadInput("architecture", bounds, f"degree {degree} in {inputs} inputs")
        return network

    def document(self) -> dict:
        return {"family": self.family, "widths": list(self.widths), "activation": [written(s) for s in self.activation]}

    def normal_form(self) -> tuple[PolynomialNetwork, tuple[Fraction, ...]]:
        """W σ = (cW)(σ/c): the last coefficient becomes 1 or −1, and the matrices behind an activation grow by c = |s_d|."""
        size = abs(self.activation[-1])
        inner, *outer = self.blocks
        scales = (Fraction(1),) * inner.size + (size**2,) * sum(block.size for block in outer)
        return replace(self, activation=tuple(s / size for s in self.activation)), scales

    @property
    def inputs(self) -> int:
        return self.widths[0]

    @property
    def outputs(self) -> int:
        return self.widths[-1]

    @property
    def degree(self) -> int:
        """The degree of f in x."""
        return (len(self.activation) - 1) ** (len(self.widths) - 2)

    @property
    def powers(self) -> tuple[int, ...]:
        """The k with s_k ≠ 0."""
        return tuple(k for k, s in enumerate(self.activation) if s)

    @property
    def title(self) -> str:
        return "polynomial " + self.units

    @property
    def units(self) -> str:
        return f"{Linear(self.widths).units}, {formula(self.activation)}"

    @property
    def blocks(self) -> tuple[Block, ...]:
        return Linear(self.widths).blocks

    @property
    def exponents(self) -> tuple[tuple[int, ...], ...]:
        degrees = {1}
        for _ in self.widths[2:]:
            degrees = {total for k in self.powers for total in sums(degrees, k)}
        return tuple(alpha for degree in sorted(degrees) for alpha in monomials(self.inputs, degree))

    def coefficients(self, weights: Sequence[Matrix]) -> Matrix:
        first, *others = weights
        layer = [dict(zip(monomials(self.inputs, 1), row)) for row in first]
        for matrix in others:
            activated = [self.activated(unit) for unit in layer]
            layer = [combined(row, activated) for row in matrix]
        return [[unit[alpha] for alpha in self.exponents] for unit in layer]

    def activated(self, unit: XPolynomial) -> XPolynomial:
        """σ(p(x)) for a polynomial p in x."""
        power, so_far = unit, 1
        total: XPolynomial = {}
        for k in self.powers:
            for _ in range(k - so_far):
                power = multiplied(power, unit)
            so_far = k
            for alpha, value in power.items():
                term = weighted(self.activation[k], value)
                total[alpha] = total[alpha] + term if alpha in total else term
        return total

    def infinite_reason(self, ridge: Sequence[Matrix]) -> str | None:
        """Where σ is one power, a unit is unchanged under w → s w inward and a → a/sᵏ outward; σ(t) = s t is a linear network."""
        if self.powers == (1,):
            return Linear(self.widths).infinite_reason(ridge)
        if len(self.powers) == 1:
            for layer, (inward, outward) in enumerate(zip(ridge, ridge[1:]), start=1):
                if any(not any(row) and not any(column) for row, column in zip(inward, zip(*outward))):
                    return (
                        f"the ridge is zero around a unit of hidden layer {layer}: "
                        "rescaling it inward against outward moves critical points along curves"
                    )
        return flat_blocks(self, ridge)


def multiplied(left: XPolynomial, right: XPolynomial) -> XPolynomial:
    """The product of two polynomials in x."""
    product: XPolynomial = {}
    for alpha, a in left.items():
        for beta, b in right.items():
            gamma = tuple(p + q for p, q in zip(alpha, beta))
            product[gamma] = product[gamma] + a * b if gamma in product else a * b
    return product


def combined(row: Sequence[Any], polynomials: Sequence[XPolynomial]) -> XPolynomial:
    """Σ_j row[j]·polynomials[j], polynomials in x with the same exponents."""
    return {
        alpha: sum((weight * p[alpha] for weight, p in zip(row[1:], polynomials[1:])), row[0] * polynomials[0][alpha])
        for alpha in polynomials[0]
    }


def sums(numbers: set[int], count: int) -> set[int]:
    """All sums of ``count`` of the numbers, with repetition.

    >>> sums({1, 3}, 2)
    {2, 4, 6}
    """
    total = {0}
    for _ in range(count):
        total = {a + b for a in total for b in numbers}
    return total


def formula(coefficients: Sequence[Fraction]) -> str:
    """A polynomial in t as text, from the lowest power upwards.

    >>> formula((Fraction(0), Fraction(1), Fraction(-1, 2)))
    't - 1/2 t^2'
    """
    text = ""
    for k, coefficient in enumerate(coefficients):
        if coefficient:
            size = "" if abs(coefficient) == 1 else f"{abs(coefficient)} "
            sign = (" - " if coefficient < 0 else " + ") if text else ("-" if coefficient < 0 else "")
            text += sign + size + ("t" if k == 1 else f"t^{k}")
    return text
