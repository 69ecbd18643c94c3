"""The hyperbolic tangent, which solves σ′ = 1 − σ²."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb

from critscape.algebra.activations.activation import autonomous, horner

RIGHT = (1, 0, -1)
"""σ′ as a polynomial in σ."""


@dataclass(frozen=True)
class Tanh:
    """σ(t) = tanh t.

    >>> Tanh().jet(arb(0), 3)
    [0, 1.00000000000000, 0, -2.00000000000000]
    """

    name = "tanh"
    steepest = Fraction(1)
    largest = Fraction(1)
    odd = True

    def jet(self, x: arb, order: int) -> list[arb]:
        value = x.tanh()
        return [arb(horner(p, value)) for p in autonomous(order, RIGHT)]

    def floats(self, x: np.ndarray, order: int) -> list[np.ndarray]:
        value = np.tanh(np.asarray(x, dtype=float))
        return [horner(p, value) for p in autonomous(order, RIGHT)]

    def expression(self, t: Any) -> Any:
        import sympy

        return sympy.tanh(t)
