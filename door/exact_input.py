"""Python's numbers, lists and arrays as problem files have them, exactly."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Rational
from typing import Any

import numpy as np

from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.rational import written

EXPECTED = 'numbers, text, lists or arrays of them (a number is an integer, a float, a Fraction, a Decimal or a text such as "1/3")'


def exactly(value: Any, field: str) -> Any:
    """The value as parsed JSON has it: numbers exact, arrays of any library (whatever has ``__array__``) and tuples as lists.

    A float is taken as the exact decimal fraction that Python prints for it, not as the binary fraction that it is in memory.
    SymPy's expressions become text.

    Raises
    ------
    BadInput : something that no problem file holds.

    >>> from fractions import Fraction
    >>> exactly([0.1, Fraction(2, 6), "1/7", np.float32(0.3)], "ridge")
    [Decimal('0.1'), '1/3', '1/7', Decimal('0.3')]
    >>> exactly(np.array([[1, 2], [3, 4]]), "inputs")
    [[1, 2], [3, 4]]
    """
    if value is None or isinstance(value, (bool, str, Decimal)):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Rational):
        return written(Fraction(int(value.numerator), int(value.denominator)))
    if isinstance(value, (float, np.floating)):
        # NumPy's own types print as their type, too, in repr; str prints the shortest decimal that gives the float back.
        return Decimal(str(value))
    if isinstance(value, Mapping):
        return {str(name): exactly(entry, f"{field}.{name}".lstrip(".")) for name, entry in value.items()}
    if isinstance(value, (list, tuple, range)):
        return [exactly(entry, f"{field}[{k}]") for k, entry in enumerate(value)]
    if is_symbolic(value):
        return str(value)
    if hasattr(value, "__array__") and not isinstance(value, np.generic):
        array = np.asarray(value)
        return exactly(array[()] if array.ndim == 0 else list(array), field)
    raise BadInput(field or "problem", f"{EXPECTED}; a value of type {type(value).__name__} is given")


def is_symbolic(value: Any) -> bool:
    """Whether a value is an expression of SymPy, which is not loaded for this."""
    sympy = sys.modules.get("sympy")
    return sympy is not None and isinstance(value, sympy.Basic)
