"""Diagonal scaling: units for the weights and the loss in which its coefficients are near one.

With w = D u and L = κ L̃, the exponents of D and κ (powers of two, so that scaling is exact) minimise the sum over the monomials
α of L of (log₂|c_α| + α·log₂ D − log₂ κ)²: the least-squares scaling of Meintjes and Morgan (1987), kept symmetric so that the
Jacobian of the scaled gradient is still a Hessian.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from critscape.algebra.polynomial.loss import Loss, polynomial, terms

LARGEST_EXPONENT = 500
"""Of two, in units: double precision ends at 1023."""


@dataclass(frozen=True)
class Scaling:
    """w = weights·u entrywise (powers of two, shape (n,)) and L = loss·L̃; a tilt in natural units has size ``tilt``."""

    weights: tuple[float, ...]
    loss: float

    @property
    def tilt(self) -> np.ndarray:
        """The unit of each entry of c in ∇L + c, shape (n,)."""
        return self.loss / np.array(self.weights)


@lru_cache(maxsize=64)
def scaling(loss: Loss) -> Scaling:
    """The scaling of one loss."""
    n = loss.dimension
    monomials = {alpha: c for alpha, c in terms(polynomial(loss)).items() if any(alpha)}
    if not monomials:
        return Scaling((1.0,) * n, 1.0)
    rows = np.array([[*alpha, -1] for alpha in monomials], dtype=float)
    sizes = np.array([math.log2(abs(c.numerator)) - math.log2(c.denominator) for c in monomials.values()])
    # What does not fit into double precision is scaled as far as it goes: there is no continuation in such units.
    found: np.ndarray = np.linalg.lstsq(rows, -sizes, rcond=None)[0]
    exponents: np.ndarray = np.clip(np.round(found), -LARGEST_EXPONENT, LARGEST_EXPONENT)
    return Scaling(tuple(2.0 ** exponents[:n]), 2.0 ** exponents[n])
