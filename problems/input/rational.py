"""Exact numbers as users write them: an integer, a decimal (that exact decimal fraction) or a string "p/q"."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from critscape.problems.input.bad_input import BadInput

EXPECTED = 'a number (an integer, a decimal or a string "p/q")'
LONGEST = 1000
"""Digits that a numerator or a denominator may have; beyond it a number is a mistake, not data."""

_WRITTEN = re.compile(r"\s*[+-]?(\d+(/\d+)?|(\d+\.\d*|\.\d+|\d+)([eE][+-]?\d+)?)\s*", re.ASCII)


def rational(value: Any, field: str) -> Fraction:
    """The exact value of one number of a problem file.

    Raises
    ------
    BadInput : not a number, not finite, a zero denominator, or more than ``LONGEST`` digits.

    >>> rational("-31/7", "x"), rational("0.1", "x"), rational(3, "x")
    (Fraction(-31, 7), Fraction(1, 10), Fraction(3, 1))
    """
    return _read(value, field)


def is_number(text: str) -> bool:
    """Whether a text is written as a number.

    >>> is_number("-31/7"), is_number("1e3"), is_number("x1")
    (True, True, False)
    """
    return _WRITTEN.fullmatch(text) is not None


def _read(value: Any, field: str) -> Fraction:
    """The number before its size is judged."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, str)):
        raise BadInput(field, EXPECTED, value)
    if isinstance(value, int):
        if value.bit_length() > 4 * LONGEST:
            raise BadInput(field, f"a number of at most {LONGEST} digits")
        return Fraction(value)
    if isinstance(value, str):
        if len(value) > 2 * LONGEST:
            raise BadInput(field, f"a number of at most {LONGEST} digits")
        if not _WRITTEN.fullmatch(value):
            raise BadInput(field, EXPECTED, value)
        if "/" in value:
            numerator, denominator = value.split("/")
            if int(denominator) == 0:
                raise BadInput(field, "a non-zero denominator", value)
            return Fraction(int(numerator), int(denominator))
        value = Decimal(value)
    if not value.is_finite():
        raise BadInput(field, "a finite number", str(value))
    # Fraction(Decimal) writes the power of ten out, so its size is bounded first.
    if value and (abs(value.adjusted()) > LONGEST or len(value.as_tuple().digits) > LONGEST):
        raise BadInput(field, f"a number of at most {LONGEST} digits", str(value))
    return Fraction(value)


def rational_array(value: Any, shape: tuple[int, ...], field: str) -> Any:
    """Nested tuples of exact numbers of the given shape.

    Raises
    ------
    BadInput : naming the first entry that is not a number, or the first list of the wrong length.

    >>> rational_array([[1, "1/2"]], (1, 2), "ridge")
    ((Fraction(1, 1), Fraction(1, 2)),)
    """
    if not shape:
        return rational(value, field)
    if not isinstance(value, list) or len(value) != shape[0]:
        entries = (
            ("number" if shape[0] == 1 else "numbers") if len(shape) == 1 else "lists of " + " × ".join(map(str, shape[1:])) + " numbers"
        )
        got = f"{len(value)} {'entry' if len(value) == 1 else 'entries'}" if isinstance(value, list) else quote_kind(value)
        raise BadInput(field, f"a list of {shape[0]} {entries} ({got} given)")
    return tuple(rational_array(entry, shape[1:], f"{field}[{i}]") for i, entry in enumerate(value))


def quote_kind(value: Any) -> str:
    """What a JSON value is, in a word, for a message about its shape."""
    kinds = {bool: "true/false", dict: "an object", str: "a string", type(None): "null"}
    return kinds.get(type(value), "a single number")


def written(value: Fraction) -> int | str:
    """The number as problem files write it: an integer, or "p/q".

    >>> written(Fraction(4, 2)), written(Fraction(-1, 2))
    (2, '-1/2')
    """
    return int(value) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
