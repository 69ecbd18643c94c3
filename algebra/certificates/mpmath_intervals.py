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

    def exp(self, value: Any) -> Any:
        return iv.exp(value)
