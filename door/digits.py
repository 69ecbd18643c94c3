"""The numbers of documents: decimal strings with all the digits that are known, as floats or as numbers of mpmath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np

if TYPE_CHECKING:
    import sympy

GUARD = 5
"""Decimal digits beyond those of the string, so that reading it loses nothing."""
MOST = 60
"""Decimal digits of a number that is known exactly."""


@dataclass(frozen=True)
class Arithmetic:
    """What numbers become: floats (``precise`` false) or mpmath's, which keep every digit whatever its working precision is."""

    precise: bool

    def real(self, digits: str | None) -> Any:
        """A real number, None where there is none.

        >>> Arithmetic(False).real("0.25"), Arithmetic(True).real("-1/4"), Arithmetic(True).real(None)
        (0.25, mpf('-0.25'), None)
        """
        if digits is None:
            return None
        numerator, fraction, denominator = digits.partition("/")
        if not self.precise:
            return float(Fraction(digits)) if fraction else float(digits)
        if fraction:
            with mpmath.workdps(MOST + GUARD):
                return mpmath.mpf(int(numerator)) / int(denominator)
        with mpmath.workdps(len(digits) + GUARD):
            return mpmath.mpf(digits)

    def closed(self, expression: sympy.Expr) -> Any:
        """The value of a real expression without symbols.

        >>> import sympy
        >>> Arithmetic(False).closed(sympy.sqrt(2)), Arithmetic(True).closed(sympy.Rational(1, 4))
        (1.4142135623730951, mpf('0.25'))
        """
        if not self.precise:
            return float(expression)
        with mpmath.workdps(MOST + GUARD):
            return mpmath.mpf(str(expression.evalf(MOST)))

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
