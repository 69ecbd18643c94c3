"""Real intervals in mpmath's arithmetic (``mpmath.iv``), without FLINT."""

from __future__ import annotations

from contextlib import AbstractContextManager
from fractions import Fraction
from typing import Any

from mpmath import iv, libmp, mp

from critscape.algebra.certificates.rectangles import interval, middle, precision


class MpmathIntervals:
    """The arithmetic that finds faults of FLINT."""

    def precision(self, bits: int) -> AbstractContextManager:
        return precision(bits)

    def interval(self, low: Fraction, high: Fraction) -> Any:
        """An interval around both.

        >>> third = MpmathIntervals().interval(Fraction(1, 3), Fraction(1, 3))
        >>> 1 in 3 * third
        True
        """
        below = interval(low)
        return below if low == high else iv.mpf([below.a, interval(high).b])

    def middle(self, value: Any) -> Fraction:
        return Fraction(*map(int, libmp.to_rational(mp.mpf(middle(value))._mpf_)))

    def about(self, value: Any) -> float:
        return float(mp.mpf(middle(value)))

    def exp(self, value: Any) -> Any:
        return iv.exp(value)

    def sqrt(self, value: Any) -> Any:
        return iv.sqrt(value)

    def ends(self, value: Any) -> tuple[Any, Any]:
        return value.a, value.b

    def hull(self, one: Any, other: Any) -> Any:
        return iv.mpf([min_end(one.a, other.a), max_end(one.b, other.b)])

    def meet(self, one: Any, other: Any) -> Any | None:
        """What two intervals share.

        >>> numbers = MpmathIntervals()
        >>> numbers.meet(iv.mpf([0, 2]), iv.mpf([1, 3])), numbers.meet(iv.mpf([0, 1]), iv.mpf([2, 3]))
        (mpi('1.0', '2.0'), None)
        """
        low, high = max_end(one.a, other.a), min_end(one.b, other.b)
        return None if low > high else iv.mpf([low, high])


def min_end(one: Any, other: Any) -> Any:
    """The lesser of two numbers that are intervals without width."""
    return min(other, one)


def max_end(one: Any, other: Any) -> Any:
    """The greater of them."""
    return max(other, one)
