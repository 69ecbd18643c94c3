"""Numbers as every command prints them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from critscape.scripts.printing.writing import UNKNOWN

DIGITS = 6
"""Significant digits of losses and coordinates in tables; JSON has all that are known."""
MOST_DIGITS = 30
"""Digits that a table takes at most to tell close losses apart."""


def shown(value: object) -> str:
    """A value, or a dash where there is none."""
    return UNKNOWN if value is None else str(value)


def short(digits: str | None, figures: int = DIGITS) -> str:
    """A decimal string rounded for reading.

    >>> short("0.786282607314"), short("0"), short(None), short("0.786282607314", 9)
    ('0.786283', '0', '–', '0.786282607')
    """
    if digits is None:
        return UNKNOWN
    text = f"{Decimal(digits):.{figures}g}" if Decimal(digits) else "0"
    mantissa, mark, exponent = text.partition("e")
    return (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa) + mark + exponent


def short_number(text: str) -> str:
    """A decimal string rounded for reading; fractions and closed forms as they are.

    >>> short_number("0.70710678118654752"), short_number("-7/3"), short_number("√2/2")
    ('0.707107', '-7/3', '√2/2')
    """
    return short(text) if re.fullmatch(r"-?[0-9.]+(e[+-]?[0-9]+)?", text) else text


def short_loss(row: dict) -> str:
    """The loss of a component: in closed form, else rounded."""
    return row["loss"] if row["exact_loss"] else short_number(row["loss"])


def apart(values: Sequence[str | None], least: int = DIGITS) -> int:
    """How many significant digits tell all different decimal strings apart; those that no MOST_DIGITS tell apart count as equal.

    >>> apart(["2.183661", "2.183664", "2.183664"]), apart(["1", None])
    (7, 6)
    """
    known = {value for value in values if value is not None}
    finest = len({short(value, MOST_DIGITS) for value in known})
    return next(n for n in range(least, MOST_DIGITS + 1) if len({short(value, n) for value in known}) == finest)


def ranges(numbers: Sequence[int]) -> str:
    """Increasing numbers with runs drawn together.

    >>> ranges([1, 2, 3, 5, 7, 8])
    '1-3, 5, 7-8'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
