"""What a picture of an answer shows, kept small: places and losses of its points, equal ones together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

DIGITS = 6


def marks(result: Mapping) -> list[dict]:
    """The real critical points of a result by index, loss and kind, with how many ``points`` they are, in the order of the result.

    Losses have six digits and are None where they are not known. Stationary sets of a network with kinks stand at their dimension: the
    Hessian that an index would be of is not theirs.
    """
    if "stationary" in result:
        found = [(row["dimension"], row["loss"], row["kind"], row["copies"]) for row in result["stationary"]]
    else:
        found = [(point["index"], point["loss"], point["kind"], 1) for point in result["critical_points"] if point["real"]]
    together: Counter = Counter()
    for place, loss, kind, number in found:
        together[place, rounded(loss), kind] += number
    return [{"place": place, "loss": loss, "kind": kind, "points": number} for (place, loss, kind), number in together.items()]


def rounded(digits: str | None) -> float | None:
    """A decimal or p/q rounded to six digits.

    >>> rounded("0.786282607314"), rounded("1199/512"), rounded(None)
    (0.786283, 2.3418, None)
    """
    if digits is None:
        return None
    value = Decimal(digits) if "/" not in digits else Fraction(digits)
    return float(f"{float(value):.{DIGITS}g}")
