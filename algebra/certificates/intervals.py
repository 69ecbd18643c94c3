"""What a proof in intervals needs of an arithmetic of real intervals, and enclosures of polynomials in it.

An interval has +, −, *, ``abs`` and comparisons that are true only where they hold for all points.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from critscape.algebra.polynomial.rational_polynomial import Terms, shared_monomials

Interval = Any


class Arithmetic(Protocol):
    """Real intervals with ends rounded outward."""

    def precision(self, bits: int) -> AbstractContextManager:
        """Inside, intervals have so many bits."""

    def interval(self, low: Fraction, high: Fraction) -> Interval:
        """One that contains both numbers and all between."""

    def middle(self, value: Interval) -> Fraction:
        """Some number inside, or close to it."""

    def about(self, value: Interval) -> float:
        """The same in double precision."""

    def exp(self, value: Interval) -> Interval:
        """An interval that contains e^x for all x in ``value``."""

    def sqrt(self, value: Interval) -> Interval:
        """An interval that contains √x for all x in ``value``, which are positive."""

    def ends(self, value: Interval) -> tuple[Interval, Interval]:
        """Two numbers that ``value`` lies between."""

    def hull(self, one: Interval, other: Interval) -> Interval:
        """An interval that contains both and all between."""

    def meet(self, one: Interval, other: Interval) -> Interval | None:
        """An interval that contains what both contain; None if that is nothing."""


@dataclass(frozen=True)
class Program:
    """Polynomials with enclosed coefficients over :func:`monomials that they share <.shared_monomials>`."""

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
    products, sums = shared_monomials(polynomials, n)
    enclosed = tuple(tuple((arithmetic.interval(c, c), position) for c, position in terms) for terms in sums)
    zero, one = (arithmetic.interval(Fraction(k), Fraction(k)) for k in (0, 1))
    return Program(tuple(products), enclosed, zero, one)
