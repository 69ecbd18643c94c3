"""A spurious valley that is proved without an enumeration: all outer weights keep one sign in it, and L is lower elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import count

from critscape.algebra.points.low_values import exact_value, low_point_from
from critscape.problems.problem.problem import Problem, loss
from critscape.problems.spaces.one_sign import OneSignValley, one_sign_valleys


@dataclass(frozen=True)
class Trapped:
    """A ``valley`` and a rational value of L below its infimum, reached at ``lower`` (n)."""

    valley: OneSignValley
    lower: tuple[Fraction, ...]
    value: Fraction

    @property
    def sentence(self) -> str:
        """What is proved."""
        sign = "positive" if self.valley.sign > 0 else "negative"
        return (
            f"a valley in which all outer weights are {sign} has the infimum {self.valley.infimum}, attained; at some other point L is "
            f"below {self.less}"
        )

    @property
    def less(self) -> str:
        """A short decimal that L is proved to be below."""
        return above(self.value, self.valley.infimum)


def trapped(problem: Problem) -> Trapped | None:
    """The lowest such valley that is proved to be spurious; None where none is."""
    valleys = one_sign_valleys(problem)
    if not valleys:
        return None
    polynomial = loss(problem)
    lower = low_point_from(polynomial, ())
    if lower is None:
        return None
    value = exact_value(polynomial, lower)
    spurious = [valley for valley in valleys if value < valley.infimum]
    return Trapped(min(spurious, key=lambda valley: valley.infimum), lower, value) if spurious else None


def above(value: Fraction, ceiling: Fraction) -> str:
    """A short decimal d with ``value`` < d ≤ ``ceiling``, in units of a thousandth of the ceiling or less.

    >>> above(Fraction(1, 3), Fraction(2)), above(Fraction(1, 3000000), Fraction(1, 2000000)), above(Fraction(0), Fraction(5))
    ('0.334', '3.334e-7', '0.001')
    >>> above(Fraction(19999, 10000), Fraction(2))
    '2'
    """
    size = (Decimal(ceiling.numerator) / ceiling.denominator).adjusted()
    for digits in count(3):
        unit = Fraction(10) ** (size - digits)
        if (steps := value // unit + 1) * unit <= ceiling:
            break
    bound = Decimal(steps).scaleb(size - digits).normalize()
    plain = f"{bound:f}"
    return plain if len(plain) <= 9 else f"{bound:e}"
