"""A straight-line program as the kernels read it."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import Annotated, NamedTuple

import numpy as np

from critscape.algebra.kernels.frames import address
from critscape.algebra.polynomial.straight_line import Program

# Points in lockstep.
LANES = 16
# Numbers in a line of the cache.
LINE = 8

# Arrays over the lanes: real numbers; rows of them; rows of complex numbers as (real, imaginary); the same in double-double.
Lane = Annotated[np.ndarray, (LANES,)]
LaneReals = Annotated[np.ndarray, (None, LANES)]
LaneRows = Annotated[np.ndarray, (None, 2, LANES)]
WideRows = Annotated[np.ndarray, (None, 4, LANES)]


class LaneProgram(NamedTuple):
    """A straight-line program as arrays (see `straight_line.Program`); ``errors`` are what ``constants`` lost by rounding."""

    opcode: np.ndarray
    left: np.ndarray
    right: np.ndarray
    target: np.ndarray
    outputs: np.ndarray
    constants: np.ndarray
    errors: np.ndarray
    registers: int


def lane_program(program: Program) -> LaneProgram:
    """The arrays of a program, remembered on it."""
    known = program.__dict__.get("lanes")
    if known is None:
        constants = np.array([float(constant) for constant in program.constants], dtype=complex)
        errors = np.array([float(constant - Fraction(float(constant))) for constant in program.constants])
        code = program.opcode, program.left, program.right, program.target, program.outputs
        known = program.__dict__["lanes"] = LaneProgram(*code, constants, errors, program.registers)
    return known


def zeros(*shape: int) -> np.ndarray:
    """Zeros of a shape that begin where a line of the cache does: a vector across two of them costs twice as much."""
    count = prod(shape)
    memory = np.zeros(count + LINE - 1)
    first = -(address(memory) // memory.itemsize) % LINE
    return memory[first : first + count].reshape(shape)


def registers(program: LaneProgram, first: int) -> np.ndarray:
    """Registers (R, 2, LANES) with the constants of a program from row ``first`` on."""
    rows = zeros(program.registers, 2, LANES)
    fill(rows, first, program.constants)
    return rows


def extended_registers(program: LaneProgram, first: int) -> np.ndarray:
    """The same in double-double, (R, 4, LANES): the constants with all their digits."""
    rows, count = zeros(program.registers, 4, LANES), len(program.constants)
    rows[first : first + count, 0] = program.constants.real[:, None]
    rows[first : first + count, 1] = program.errors[:, None]
    return rows


def fill(rows: np.ndarray, first: int, values: np.ndarray) -> None:
    """Rows first, first + 1, … become the complex ``values`` (K,) on every lane."""
    part = rows[first : first + len(values)]
    part[:, 0], part[:, 1] = values.real[:, None], values.imag[:, None]
