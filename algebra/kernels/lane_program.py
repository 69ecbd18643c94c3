"""A straight-line program as the kernels read it."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np

from critscape.algebra.polynomial.straight_line import Program


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
    """The arrays of a program."""
    constants = np.array([float(constant) for constant in program.constants], dtype=complex)
    errors = np.array([float(constant - Fraction(float(constant))) for constant in program.constants])
    return LaneProgram(program.opcode, program.left, program.right, program.target, program.outputs, constants, errors, program.registers)
