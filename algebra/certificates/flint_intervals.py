"""Real intervals as FLINT's balls (``arb``)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from fractions import Fraction

import flint
from flint import arb, fmpq


class FlintIntervals:
    """The arithmetic that the solver uses too."""

    def precision(self, bits: int) -> AbstractContextManager:
        return flint.ctx.workprec(bits)

    def interval(self, low: Fraction, high: Fraction) -> arb:
        """A ball around both.

        >>> third = FlintIntervals().interval(Fraction(1, 3), Fraction(1, 3))
        >>> (3 * third).contains(1), third.is_exact()
        (True, False)
        """
        below = arb(fmpq(low.numerator, low.denominator))
        return below if low == high else below.union(arb(fmpq(high.numerator, high.denominator)))

    def middle(self, value: arb) -> Fraction:
        mantissa, exponent = value.mid().man_exp()
        return int(mantissa) * Fraction(2) ** int(exponent)

    def about(self, value: arb) -> float:
        return float(value.mid())

    def exp(self, value: arb) -> arb:
        return value.exp()

    def sqrt(self, value: arb) -> arb:
        return value.sqrt()

    def ends(self, value: arb) -> tuple[arb, arb]:
        return value.lower(), value.upper()

    def hull(self, one: arb, other: arb) -> arb:
        return one.union(other)

    def meet(self, one: arb, other: arb) -> arb | None:
        return one.intersection(other) if one.overlaps(other) else None
