"""Polydiscs in which a gradient is proved to have exactly one zero: Krawczyk's test in a compiled kernel, thousands of points a second."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from critscape.algebra.kernels import machine_code
from critscape.algebra.kernels.lane_program import lane_program
from critscape.algebra.polynomial.straight_line import Program, Programs


class DiscMemory(NamedTuple):
    """What the kernel writes to: registers of discs in double-double and in double, a matrix and its inverse, a step, row sums, shifts."""

    wide: np.ndarray
    narrow: np.ndarray
    matrix: np.ndarray
    inverse: np.ndarray
    step: np.ndarray
    rows: np.ndarray
    shifts: np.ndarray


class ProvedZeros(NamedTuple):
    """What is known of the zeros near P approximations.

    ``verdict`` (P,) is OPEN (nothing is proved), UNIQUE or NOT_REAL. In the last two cases there is exactly one zero of ∇L, a simple
    one, with every coordinate within ``isolation`` (P,) of ``high`` + ``low`` (P, n, 2: real and imaginary parts), in modulus or
    in both parts; it is within ``reach`` (P, n). NOT_REAL says that it is not real; of UNIQUE ones this is left open.
    """

    high: np.ndarray
    low: np.ndarray
    reach: np.ndarray
    isolation: np.ndarray
    verdict: np.ndarray


OPEN, UNIQUE, NOT_REAL = range(3)


def proved_zeros(programs: Programs, parameters: Sequence[Fraction], points: np.ndarray) -> ProvedZeros:
    """Refines and proves zeros of ∇L(w; p), p exact and real, near the rows of ``points`` (P, n) complex.

    Raises
    ------
    OverflowError : a parameter is beyond double precision.
    """
    count, n = points.shape
    found = ProvedZeros(
        np.zeros((count, n, 2)), np.zeros((count, n, 2)), np.zeros((count, n)), np.zeros(count), np.zeros(count, dtype=np.int64)
    )
    memory = DiscMemory(
        filled(programs.gradient, parameters, n)[0],
        filled(programs.gradient_hessian, parameters, n)[1],
        np.zeros((n, n, 2)),
        np.zeros((n, n, 2)),
        np.zeros((n, 2)),
        np.zeros(n),
        np.zeros(n),
    )
    slope, curve = lane_program(programs.gradient), lane_program(programs.gradient_hessian)
    machine_code.call("disc_krawczyk", "prove", slope, curve, np.ascontiguousarray(points, dtype=complex), *found, memory)
    return found


def filled(program: Program, parameters: Sequence[Fraction], n: int) -> tuple[np.ndarray, np.ndarray]:
    """Registers of wide (R, 5) and of narrow discs (R, 3) with the parameters and the constants of a program after n rows for the point."""
    wide, narrow = np.zeros((program.registers, 5)), np.zeros((program.registers, 3))
    for row, value in enumerate((*parameters, *program.constants), n):
        high = float(value)
        low = float(value - Fraction(high))
        wide[row] = high, low, 0.0, 0.0, above(abs(value - Fraction(high) - Fraction(low)))
        narrow[row] = high, 0.0, above(abs(value - Fraction(high)))
    return wide, narrow


def above(value: Fraction) -> float:
    """A double that is at least so much; 0 for 0."""
    return float(np.nextafter(float(value), np.inf)) if value else 0.0
