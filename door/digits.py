"""The numbers of documents: decimal strings with all the digits that are known, as floats or as numbers of mpmath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np

GUARD = 5
"""Decimal digits beyond those of the string, so that reading it loses nothing."""


@dataclass(frozen=True)
class Arithmetic:
    """What numbers become: floats (``precise`` false) or mpmath's, which keep every digit whatever its working precision is."""

    precise: bool

    def real(self, digits: str | None) -> Any:
        """A real number, None where there is none.

        >>> Arithmetic(False).real("0.25"), Arithmetic(True).real("0.25"), Arithmetic(True).real(None)
        (0.25, mpf('0.25'), None)
        """
        if digits is None:
            return None
        if not self.precise:
            return float(digits)
        with mpmath.workdps(len(digits) + GUARD):
            return mpmath.mpf(digits)

    def complex(self, digits: str | Sequence[str]) -> Any:
        """A complex number from a decimal string or from a pair of them.

        >>> Arithmetic(False).complex(["1", "-0.5"]), Arithmetic(True).complex("2")
        ((1-0.5j), mpc(real='2.0', imag='0.0'))
        """
        real, imaginary = (digits, "0") if isinstance(digits, str) else digits
        if not self.precise:
            return complex(float(real), float(imaginary))
        return mpmath.mpc(self.real(real), self.real(imaginary))

    def array(self, entries: Any, shape: tuple[int, ...]) -> np.ndarray:
        """Numbers of this kind as an array: of ``float64`` or ``complex128``, or of mpmath's objects."""
        if not self.precise:
            return np.array(entries).reshape(shape)
        found = np.empty(len(entries), dtype=object)
        found[:] = entries
        return found.reshape(shape)
