"""Arguments of a kernel in one block of memory: the address and the sizes of each array, and each number, a 64-bit word each."""

from __future__ import annotations

import ctypes
import struct
from array import array
from functools import cache
from typing import Any, get_type_hints

import numpy as np

_FLOAT, _BITS = struct.Struct("d"), struct.Struct("Q")


class _ArrayInterface(ctypes.Structure):
    """PyArrayInterface of NumPy's array interface protocol: the dictionary of the same name takes three times as long."""

    _fields_ = (
        *((name, ctypes.c_int) for name in ("two", "dimensions")),
        ("kind", ctypes.c_char),
        *((name, ctypes.c_int) for name in ("itemsize", "flags")),
        *((name, ctypes.c_void_p) for name in ("shape", "strides", "data", "description")),
    )


_CONTENT = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_void_p)(("PyCapsule_GetPointer", ctypes.pythonapi))
_INTERFACE = _ArrayInterface.from_address


def address(array: np.ndarray) -> int:
    """Where the entries of an array begin."""
    # The interface is there as long as its capsule.
    capsule = array.__array_struct__
    return _INTERFACE(_CONTENT(capsule, None)).data


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
        flags, given = argument.flags, argument.shape
        if not (flags.c_contiguous and flags.aligned):
            raise ValueError(f"a kernel reads C-contiguous arrays, not one of shape {given}, strides {argument.strides}")
        if shape is not None and given != shape and not fits(given, shape):
            raise ValueError(f"an array of shape {given} where {shape} was expected")
        kinds.append(f"{argument.dtype.char}{len(given)}")
        words.append(address(argument))
        words += given
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
