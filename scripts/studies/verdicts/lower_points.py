"""A rational point with less loss than a local minimum: it proves that the minimum is spurious."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain

from flint import arb

from critscape.algebra.points.low_values import exact_value, low_point_from
from critscape.algebra.polynomial.loss import Loss
from critscape.scripts.studies.verdicts.stationary import Enumerated

DENOMINATORS = (1, 2, 4, 8, 100, 10**4, 10**7, 10**12)
"""Coordinates are rounded to fractions with denominators up to the first of these that is enough."""


@dataclass(frozen=True)
class Lower:
    """The ``loss`` at a ``point`` (n) is less than that of the lowest spurious minimum, ``below``, and this is proved; all as text."""

    point: tuple[str, ...]
    loss: str
    below: str

    @property
    def fields(self) -> dict:
        """JSON-ready."""
        return {"loss": self.loss, "below": self.below, "point": list(self.point)}


def lower_point(loss: Loss, found: Enumerated) -> Lower | None:
    """A rational point lower than every spurious minimum of an enumeration; None where it has none or none lower is proved."""
    if not found.spurious:
        return None
    lowest = min(found.spurious, key=lambda point: float(point.loss.mid()))
    places = [[Fraction(float(w.mid())) for w in point.weights] for point in found.minima if point.weights is not None]
    return lower_than(loss, places, lowest.loss, lowest.text)


def lower_than(loss: Loss, places: Iterable[Sequence[Fraction]], ceiling: arb, below: str) -> Lower | None:
    """The first of ``places`` (n), or else where a search ends, next to which the loss is proved to be below ``ceiling``."""
    searched = (low_point_from(loss, ()) for _ in range(1))
    for place in chain(places, filter(None, searched)):
        for point in (*([x.limit_denominator(most) for x in place] for most in DENOMINATORS), place):
            value = exact_value(loss, point)
            if arb(value.numerator) / value.denominator < ceiling:
                return Lower(tuple(map(str, point)), str(value), below)
    return None
