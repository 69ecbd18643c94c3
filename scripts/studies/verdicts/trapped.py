"""A spurious valley that is proved without an enumeration: all outer weights keep one sign in it, and L is lower elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

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
            f"a valley in which all outer weights are {sign} has the infimum {self.valley.infimum}, attained; elsewhere L is below "
            f"{above(self.value)}"
        )


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


def above(value: Fraction) -> str:
    """A short decimal above a number.

    >>> above(Fraction(1, 3))
    '0.334'
    """
    return f"{float((value * 1000).__floor__() + 1) / 1000:g}"
