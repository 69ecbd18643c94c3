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
    given = rounded(parameters)
    memory = DiscMemory(
        wide_discs(programs.gradient, given, n),
        narrow_discs(programs.gradient_hessian, given, n),
        np.zeros((n, n, 2)),
        np.zeros((n, n, 2)),
        np.zeros((n, 2)),
        np.zeros(n),
        np.zeros(n),
    )
    slope, curve = lane_program(programs.gradient), lane_program(programs.gradient_hessian)
    machine_code.call("disc_krawczyk", "prove", slope, curve, np.ascontiguousarray(points, dtype=complex), *found, memory)
    return found


class RoundedNumbers(NamedTuple):
    """Rational numbers (K,) as double-doubles ``high`` + ``low``; upper bounds of what they lose, and of what ``high`` alone loses."""

    high: np.ndarray
    low: np.ndarray
    lost: np.ndarray
    cut: np.ndarray


def rounded(values: Sequence[Fraction]) -> RoundedNumbers:
    """The numbers nearest to rational ones."""
    rows = []
    for value in values:
        high = float(value)
        rest = value - Fraction(high)
        low = float(rest)
        rows.append((high, low, above(abs(rest - Fraction(low))), above(abs(rest))))
    return RoundedNumbers(*np.array(rows).reshape(-1, 4).T)


def wide_discs(program: Program, parameters: RoundedNumbers, n: int) -> np.ndarray:
    """Registers of wide discs (R, 5) with the parameters and the constants of a program after n rows for the point."""
    registers, first = np.zeros((program.registers, 5)), n
    for given in (parameters, rounded(program.constants)):
        part = registers[first : first + len(given.high)]
        part[:, 0], part[:, 1], part[:, 4] = given.high, given.low, given.lost
        first += len(given.high)
    return registers


def narrow_discs(program: Program, parameters: RoundedNumbers, n: int) -> np.ndarray:
    """The same of narrow discs (R, 3)."""
    registers, first = np.zeros((program.registers, 3)), n
    for given in (parameters, rounded(program.constants)):
        part = registers[first : first + len(given.high)]
        part[:, 0], part[:, 2] = given.high, given.cut
        first += len(given.high)
    return registers


def above(value: Fraction) -> float:
    """A double that is at least so much; 0 for 0."""
    return float(np.nextafter(float(value), np.inf)) if value else 0.0
