"""The logistic function σ(t) = 1/(1 + e^{−t}), which solves σ′ = σ − σ²."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb
from scipy.special import expit

from critscape.algebra.activations.activation import autonomous, horner

RIGHT = (0, 1, -1)
"""σ′ as a polynomial in σ."""


@dataclass(frozen=True)
class Logistic:
    """σ(t) = 1/(1 + e^{−t}); σ(−t) = 1 − σ(t).

    >>> Logistic().jet(arb(0), 3)
    [0.500000000000000, 0.250000000000000, 0, -0.125000000000000]
    """

    name = "logistic"
    steepest = Fraction(1, 4)
    largest = Fraction(1)
    odd = False

    def jet(self, x: arb, order: int) -> list[arb]:
        value = 1 / (1 + (-x).exp())
        return [arb(horner(p, value)) for p in autonomous(order, RIGHT)]

    def floats(self, x: np.ndarray, order: int) -> list[np.ndarray]:
        value = expit(np.asarray(x, dtype=float))
        return [horner(p, value) for p in autonomous(order, RIGHT)]

    def expression(self, t: Any) -> Any:
        import sympy

        return 1 / (1 + sympy.exp(-t))
