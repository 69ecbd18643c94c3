"""Polynomial activations over ℚ: their jets are exact in exact arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, fmpq

from critscape.algebra.activations.activation import horner


@dataclass(frozen=True)
class Polynomial:
    """σ(t) = Σ_k ``coefficients``[k] t^k, lowest first.

    >>> Polynomial((Fraction(0), Fraction(0), Fraction(1))).exact_jet(Fraction(1, 3), 2)
    [Fraction(1, 9), Fraction(2, 3), Fraction(2, 1)]
    """

    coefficients: tuple[Fraction, ...]
    name = "polynomial"

    @property
    def degree(self) -> int:
        return max((k for k, c in enumerate(self.coefficients) if c), default=0)

    @property
    def steepest(self) -> Fraction | None:
        """sup |σ′|: finite for polynomials of degree at most one only."""
        return None if self.degree > 1 else abs(self.derivatives(1)[1][0])

    @property
    def largest(self) -> Fraction | None:
        return None if self.degree > 0 else abs(self.derivatives(0)[0][0])

    @property
    def odd(self) -> bool:
        return not any(self.coefficients[::2])

    def derivatives(self, order: int) -> list[tuple[Fraction, ...]]:
        """The coefficients of σ, σ′, …, σ^{(order)}; a zero polynomial has the coefficient 0."""
        found = [self.coefficients or (Fraction(0),)]
        for _ in range(order):
            found.append(tuple(k * c for k, c in enumerate(found[-1]))[1:] or (Fraction(0),))
        return found

    def exact_jet(self, x: Fraction, order: int) -> list[Fraction]:
        """The derivatives of order 0 … ``order`` at a rational point."""
        return [Fraction(horner(p, x)) for p in self.derivatives(order)]

    def jet(self, x: arb, order: int) -> list[arb]:
        return [horner([arb(fmpq(c.numerator, c.denominator)) for c in p], x) for p in self.derivatives(order)]

    def floats(self, x: np.ndarray, order: int) -> list[np.ndarray]:
        return [horner([float(c) for c in p], np.asarray(x, dtype=float)) for p in self.derivatives(order)]

    def expression(self, t: Any) -> Any:
        import sympy

        return horner([sympy.Rational(c.numerator, c.denominator) for c in self.coefficients], t)
