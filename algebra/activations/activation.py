"""What an activation is, and the derivatives of one that solves an autonomous differential equation."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from flint import arb


class Activation(Protocol):
    """A smooth function σ: ℝ → ℝ. Jets are derivatives σ, σ′, …, σ^{(order)}, not divided by factorials."""

    @property
    def name(self) -> str:
        """The name in problem files."""

    @property
    def steepest(self) -> Fraction | None:
        """sup |σ′| over ℝ, exactly; None: unbounded."""

    @property
    def largest(self) -> Fraction | None:
        """sup |σ| over ℝ, exactly; None: unbounded."""

    @property
    def odd(self) -> bool:
        """Whether σ(−t) = −σ(t)."""

    def jet(self, x: arb, order: int) -> list[arb]:
        """Enclosures of the derivatives of order 0 … ``order`` over the ball x, at the present precision."""

    def floats(self, x: np.ndarray, order: int) -> list[np.ndarray]:
        """The derivatives of order 0 … ``order`` in double precision, entry by entry."""

    def expression(self, t: Any) -> Any:
        """σ(t) for a SymPy expression t."""


@lru_cache(maxsize=64)
def autonomous(order: int, right: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """Integer polynomials P_0 … P_order, lowest coefficient first, with σ^{(k)} = P_k(σ) where σ′ = q(σ): P_{k+1} = P_k′ q.

    ``right`` has the coefficients of q.

    >>> autonomous(2, (0, 1, -1))
    ((0, 1), (0, 1, -1), (0, 1, -3, 2))
    """
    polynomials = [[0, 1]]
    for _ in range(order):
        slope = [k * c for k, c in enumerate(polynomials[-1])][1:]
        product = [0] * (len(slope) + len(right) - 1)
        for i, a in enumerate(slope):
            for j, b in enumerate(right):
                product[i + j] += a * b
        polynomials.append(product)
    return tuple(map(tuple, polynomials))


def horner(coefficients: Sequence[Any], x: Any) -> Any:
    """The polynomial with these coefficients, lowest first, at x: in whatever ring they live in."""
    value = 0 * x
    for coefficient in reversed(coefficients):
        value = value * x + coefficient
    return value
