"""What a proof in intervals needs of an arithmetic of real intervals, and enclosures of polynomials in it.

An interval has +, −, *, ``abs`` and comparisons that are true only where they hold for all points.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from critscape.algebra.polynomial.rational_polynomial import Terms

Interval = Any


class Arithmetic(Protocol):
    """Real intervals with ends rounded outward."""

    def precision(self, bits: int) -> AbstractContextManager:
        """Inside, intervals have so many bits."""

    def interval(self, low: Fraction, high: Fraction) -> Interval:
        """One that contains both numbers and all between."""

    def middle(self, value: Interval) -> Fraction:
        """Some number inside, or close to it."""

    def exp(self, value: Interval) -> Interval:
        """An interval that contains e^x for all x in ``value``."""


@dataclass(frozen=True)
class Program:
    """Polynomials over monomials that they share: ``monomials[k]`` is (an earlier position, a variable), monomial k + 1 is their product,
    and monomial 0 is 1. A polynomial is a list of (coefficient, position).
    """

    monomials: tuple[tuple[int, int], ...]
    polynomials: tuple[tuple[tuple[Interval, int], ...], ...]
    zero: Interval
    one: Interval

    def over(self, box: Sequence[Interval]) -> list[Interval]:
        """Enclosures of all polynomials over a box of n intervals."""
        values = [self.one]
        for parent, variable in self.monomials:
            values.append(values[parent] * box[variable])
        return [sum((c * values[k] for c, k in polynomial), self.zero) for polynomial in self.polynomials]


def program(arithmetic: Arithmetic, polynomials: Sequence[Terms], n: int) -> Program:
    """Polynomials in n variables with their coefficients enclosed at the working precision."""
    known: dict[tuple[int, ...], int] = {(0,) * n: 0}
    steps: list[tuple[int, int]] = []

    def position(exponents: tuple[int, ...]) -> int:
        if exponents not in known:
            last = max(i for i, power in enumerate(exponents) if power)
            parent = position((*exponents[:last], exponents[last] - 1, *exponents[last + 1 :]))
            steps.append((parent, last))
            known[exponents] = len(steps)
        return known[exponents]

    sums = tuple(tuple((arithmetic.interval(c, c), position(e)) for e, c in terms.items()) for terms in polynomials)
    zero, one = (arithmetic.interval(Fraction(k), Fraction(k)) for k in (0, 1))
    return Program(tuple(steps), sums, zero, one)
