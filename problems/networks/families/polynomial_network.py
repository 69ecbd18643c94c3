"""Networks with a polynomial as activation: f(x) = W_{H+1} σ(W_H ⋯ σ(W_1 x + b_1) ⋯ + b_H) + b_{H+1}, H ≥ 1 hidden layers.

σ(t) = Σ_k s_k tᵏ acts entrywise; the biases b_l are optional.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain, combinations, pairwise
from math import comb, log2
from operator import add
from typing import Any, ClassVar

import numpy as np

from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.rational import rational_array, written
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import weighted
from critscape.problems.networks.network import Block, Matrix, flat_blocks, monomials

LARGEST_DEGREE, MOST_MONOMIALS = 100, 1000
"""Bounds on f as a polynomial in x; far below them the critical points are already too many to enumerate."""

XPolynomial = dict[tuple[int, ...], Any]
"""A polynomial in x: the coefficient, in any ring, of each exponent vector."""


@dataclass(frozen=True)
class PolynomialNetwork:
    """f(x) = W_{H+1} σ(W_H ⋯ σ(W_1 x + b_1) ⋯ + b_H) + b_{H+1}, all of it trained; without ``biases`` every b_l is zero.

    ``widths`` runs from the input to the output; ``activation`` has s_0, s_1, …, s_d ≠ 0.
    """

    widths: tuple[int, ...]
    activation: tuple[Fraction, ...]
    biases: bool = False

    family: ClassVar[str] = "polynomial-network"
    schema: ClassVar[dict] = {
        "type": "object",
        "description": "an object with family, widths, activation and, if any, biases",
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
                "metavar": "S0,S1,…",
                "help": "Coefficients of 1, t, t^2, … in the activation, e.g. 0,1,-1/2.",
            },
            "biases": {"type": "boolean", "description": "true or false: whether every layer, the last one too, has a trained bias"},
        },
        "required": ["family", "widths", "activation"],
        "additionalProperties": False,
        "examples": [
            {"family": "polynomial-network", "widths": [1, 1, 1], "activation": [0, 1, "-1/2"]},
            {"family": "polynomial-network", "widths": [1, 1, 1], "activation": [1, 0, 1], "biases": True},
        ],
    }

    @classmethod
    def from_document(cls, document: dict) -> PolynomialNetwork:
        """The network of a validated ``architecture`` object; ``biases`` defaults to false.

        Raises
        ------
        BadInput : an activation with an entry that is no number or with a zero as its last coefficient; an f with too many monomials.
        """
        given = document["activation"]
        activation = rational_array(given, (len(given),), "architecture.activation")
        if activation[-1] == 0:
            raise BadInput(f"architecture.activation[{len(given) - 1}]", "a last coefficient that is not zero", given[-1])
        network = cls(tuple(document["widths"]), activation, document.get("biases", False))
        refuse_large(network.inputs, network.degree)
        return network

    def document(self) -> dict:
        biases = {"biases": True} if self.biases else {}
        return {"family": self.family, "widths": list(self.widths), "activation": [written(s) for s in self.activation], **biases}

    def normal_form(self) -> tuple[PolynomialNetwork, tuple[Fraction, ...]]:
        """W σ(ρt) = (cW)(σ(ρt)/c): ρ, a power of two, brings the coefficients near one another in size, c = |s_d| ρ^d the last to ±1.

        Without it a small coefficient makes the generic member so far from size one that its trace test misses solutions.
        """
        powers = [k for k, s in enumerate(self.activation) if k and s]
        sizes = [log2(abs(self.activation[k])) for k in powers]
        ratio = Fraction(2) ** -round(np.polyfit(powers, sizes, 1)[0]) if len(powers) > 1 else Fraction(1)
        stretched = tuple(s * ratio**k for k, s in enumerate(self.activation))
        size, last = abs(stretched[-1]), len(self.widths) - 1

        def square(block: Block) -> Fraction:
            layer = int(block.name[1:])
            inward = 1 / ratio**2 if layer < last else Fraction(1)
            return inward * size**2 if block.name[0] == "W" and layer > 1 else inward

        scales = tuple(square(block) for block in self.blocks for _ in range(block.size))
        return replace(self, activation=tuple(s / size for s in stretched)), scales

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
        return f"{Linear(self.widths).units}, {formula(self.activation)}" + (", biases" if self.biases else "")

    @property
    def blocks(self) -> tuple[Block, ...]:
        matrices = Linear(self.widths).blocks
        if not self.biases:
            return matrices
        return tuple(block for layer, matrix in enumerate(matrices, start=1) for block in (matrix, Block(f"b{layer}", matrix.rows, 1)))

    def layers(self, weights: Sequence[Matrix]) -> list[Matrix]:
        """One matrix per layer: W_l, with b_l as one more column if there are biases."""
        if not self.biases:
            return list(weights)
        return [[[*row, *bias] for row, bias in zip(*layer)] for layer in zip(weights[::2], weights[1::2])]

    @property
    def exponents(self) -> tuple[tuple[int, ...], ...]:
        constant = {0} if self.biases else set()
        degrees = {1} | constant
        for _ in self.widths[2:]:
            degrees = {total for k in self.powers for total in sums(degrees, k)} | constant
        return tuple(alpha for degree in sorted(degrees) for alpha in monomials(self.inputs, degree))

    def coefficients(self, weights: Sequence[Matrix]) -> Matrix:
        one: list[XPolynomial] = [{(0,) * self.inputs: 1}] if self.biases else []
        first, *others = self.layers(weights)
        h = [combined(row, [*({alpha: 1} for alpha in monomials(self.inputs, 1)), *one]) for row in first]
        for matrix in others:
            activated = [self.activated(unit) for unit in h] + one
            h = [combined(row, activated) for row in matrix]
        return [[output[alpha] for alpha in self.exponents] for output in h]

    def activated(self, unit: XPolynomial) -> XPolynomial:
        """σ(p(x)) for a polynomial p in x."""
        # The one of the ring: a rational s_0 alone would not be in it.
        known = {0: {(0,) * self.inputs: 0 * next(iter(unit.values())) + 1}, 1: unit}
        return collected((alpha, weighted(self.activation[k], value)) for k in self.powers for alpha, value in power(known, k).items())

    def infinite_reason(self, ridge: Sequence[Matrix]) -> str | None:
        """Where σ is one power, a unit is unchanged under w → s w inward and a → a/sᵏ outward; σ(t) = s t is a linear network."""
        layers = self.layers(ridge)
        if self.powers == (1,):
            reason = Linear(self.widths).infinite_reason(layers)
            if reason:
                return reason
        elif len(self.powers) == 1:
            for layer, (inward, outward) in enumerate(pairwise(layers), start=1):
                # The columns of the outward matrix come first, its bias last.
                if any(not any(row) and not any(column) for row, column in zip(inward, zip(*outward))):
                    return (
                        f"the ridge is zero around a unit of hidden layer {layer}: "
                        "rescaling it inward against outward moves critical points along curves"
                    )
        return flat_blocks(self, [[[1]] if block.name in self.held(ridge) else rows for block, rows in zip(self.blocks, ridge)])

    def held(self, ridge: Sequence[Matrix]) -> set[str]:
        """The biases that the data hold without a ridge.

        The last one solves a linear regression. The others are free where all matrices vanish, if that is critical: if the last
        bias has no ridge, so that the residuals add up to zero, or if σ(b_H) = σ(0) = 0 hides the other hidden layers. Where σ is
        linear the last hidden one is free along the kernel of a last matrix with more columns than rows.
        """
        if not self.biases:
            return set()
        last = len(self.widths) - 1
        kernel = len(self.activation) == 2 and self.widths[-2] > self.widths[-1]
        if kernel or not any(strength for row in ridge[-1] for strength in row):
            return {f"b{last}"}
        return {f"b{layer}" for layer in ((last - 1, last) if self.activation[0] == 0 else range(1, last + 1))}


def refuse_large(inputs: int, degree: int) -> None:
    """Refuses an f(x) of a degree or with a number of monomials beyond the bounds.

    Raises
    ------
    BadInput : naming the architecture as a whole.
    """
    if degree > LARGEST_DEGREE or comb(inputs + degree - 1, degree) > MOST_MONOMIALS:
        bounds = f"a degree in x of at most {LARGEST_DEGREE} and at most {MOST_MONOMIALS} monomials of that degree"
        raise BadInput("architecture", bounds, f"degree {degree} in {inputs} inputs")


def collected(terms: Iterable[tuple[tuple[int, ...], Any]]) -> XPolynomial:
    """The polynomial in x with these terms, those of the same exponent added up."""
    total: XPolynomial = {}
    for alpha, value in terms:
        total[alpha] = total[alpha] + value if alpha in total else value
    return total


def multiplied(left: XPolynomial, right: XPolynomial) -> XPolynomial:
    """The product of two polynomials in x."""
    return collected((tuple(map(add, alpha, beta)), a * b) for alpha, a in left.items() for beta, b in right.items())


def power(known: dict[int, XPolynomial], exponent: int) -> XPolynomial:
    """p(x)^exponent from the ``known`` powers of p, 0 and 1 at least, which grow by those that are computed."""
    if exponent not in known:
        half = exponent // 2
        known[exponent] = squared(power(known, half)) if exponent == 2 * half else multiplied(power(known, exponent - 1), known[1])
    return known[exponent]


def squared(polynomial: XPolynomial) -> XPolynomial:
    """The square of a polynomial in x, with each product of two coefficients formed once."""
    squares = ((tuple(2 * p for p in alpha), a * a) for alpha, a in polynomial.items())
    mixed = ((tuple(map(add, alpha, beta)), 2 * (a * b)) for (alpha, a), (beta, b) in combinations(polynomial.items(), 2))
    return collected(chain(squares, mixed))


def combined(row: Sequence[Any], polynomials: Sequence[XPolynomial]) -> XPolynomial:
    """Σ_j row[j]·polynomials[j] for polynomials in x."""
    return collected((alpha, weight * value) for weight, p in zip(row, polynomials) for alpha, value in p.items())


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

    >>> formula((Fraction(1, 3), Fraction(1), Fraction(-1, 2)))
    '1/3 + t - 1/2 t^2'
    """
    text = ""
    for k, coefficient in enumerate(coefficients):
        if coefficient:
            factor = "" if k == 0 else "t" if k == 1 else f"t^{k}"
            size = "" if factor and abs(coefficient) == 1 else str(abs(coefficient))
            sign = (" - " if coefficient < 0 else " + ") if text else ("-" if coefficient < 0 else "")
            text += sign + " ".join(filter(None, (size, factor)))
    return text
