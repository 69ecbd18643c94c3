"""Intervals and complex rectangles in mpmath's interval arithmetic (``mpmath.iv``), and polynomials over them.

mpmath rounds the ends of real intervals outward; a rectangle is a pair of them, and only sums, products and quotients of real
intervals are used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mpmath import iv, mp

from critscape.algebra.polynomial.rational_polynomial import RationalPolynomial, derivative, shared_monomials

Interval = Any
"""An ``mpmath.iv.mpf``; a comparison of two is None where it is not decided."""

Sum = list[tuple[Interval, int]]
"""A polynomial: coefficients with the positions of their monomials."""


@dataclass(frozen=True)
class Rectangle:
    """The complex numbers with real and imaginary part in two intervals."""

    real: Interval
    imaginary: Interval

    def __add__(self, other: Rectangle) -> Rectangle:
        return Rectangle(self.real + other.real, self.imaginary + other.imaginary)

    def __sub__(self, other: Rectangle) -> Rectangle:
        return Rectangle(self.real - other.real, self.imaginary - other.imaginary)

    def __mul__(self, other: Rectangle) -> Rectangle:
        return Rectangle(
            self.real * other.real - self.imaginary * other.imaginary,
            self.real * other.imaginary + self.imaginary * other.real,
        )

    def times(self, factor: Interval) -> Rectangle:
        """The product with a real interval."""
        return Rectangle(self.real * factor, self.imaginary * factor)

    def size(self) -> Interval:
        """|re| + |im|, which is at least the absolute value."""
        return abs(self.real) + abs(self.imaginary)

    def middle(self) -> complex:
        """Some number inside, or close to it, as a number of mpmath."""
        return mp.mpc(middle(self.real), middle(self.imaginary))


@dataclass(frozen=True)
class Programs:
    """L, its gradient and the upper triangle of its Hessian, row by row, over :func:`monomials that they share <.shared_monomials>`."""

    monomials: list[tuple[int, int]]
    loss: Sum
    gradient: list[Sum]
    hessian: list[Sum]


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Inside, intervals and numbers of mpmath have so many bits."""
    before = iv.prec, mp.prec
    iv.prec = mp.prec = bits
    try:
        yield
    finally:
        iv.prec, mp.prec = before


def interval(value: Fraction) -> Interval:
    """An interval around a rational number, as narrow as the precision allows.

    >>> with precision(53):
    ...     third = interval(Fraction(1, 3))
    ...     third.a < third.b, 1 in 3 * third
    (True, True)
    """
    return iv.mpf(value.numerator) / iv.mpf(value.denominator)


def around(centre: tuple[Fraction, Fraction], radius: Fraction) -> Rectangle:
    """The square of half-side ``radius`` around a complex number."""
    side = interval(radius) * iv.mpf([-1, 1])
    return Rectangle(*(interval(part) + side for part in centre))


def middle(value: Interval) -> Any:
    """A number of mpmath near the middle of an interval."""
    return (mp.mpf(value.a) + mp.mpf(value.b)) / 2


def programs(loss: RationalPolynomial) -> Programs:
    """L and its exact derivatives, coefficients enclosed at the working precision."""
    n = loss.variables
    terms = loss.terms()
    slopes = [derivative(terms, i) for i in range(n)]
    second = [derivative(slopes[i], j) for i in range(n) for j in range(i, n)]
    products, sums = shared_monomials([terms, *slopes, *second], n)
    value, *rest = [[(interval(c), position) for c, position in polynomial] for polynomial in sums]
    return Programs(products, value, rest[:n], rest[n:])


def over_intervals(monomials: Sequence[tuple[int, int]], polynomials: Sequence[Sum], box: Sequence[Interval]) -> list[Interval]:
    """Enclosures of polynomials over a real box of n intervals."""
    values = [iv.mpf(1)]
    for parent, variable in monomials:
        values.append(values[parent] * box[variable])
    return [sum((c * values[k] for c, k in polynomial), iv.mpf(0)) for polynomial in polynomials]


def over_rectangles(monomials: Sequence[tuple[int, int]], polynomials: Sequence[Sum], box: Sequence[Rectangle]) -> list[Rectangle]:
    """Enclosures of polynomials over a complex box of n rectangles."""
    nothing = Rectangle(iv.mpf(0), iv.mpf(0))
    values = [Rectangle(iv.mpf(1), iv.mpf(0))]
    for parent, variable in monomials:
        values.append(values[parent] * box[variable] if parent else box[variable])
    return [sum((values[k].times(c) for c, k in polynomial), nothing) for polynomial in polynomials]
