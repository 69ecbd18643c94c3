"""Runs of gradient descent with a fixed step from many real points."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from critscape.algebra.kernels import machine_code
from critscape.algebra.kernels.lane_program import LANES, Lane, LaneProgram, LaneReals


class RunMemory(NamedTuple):
    """Registers (R, 1, LANES) with the parameters and constants of a program, and for each lane what moved and the gradient (n, LANES)."""

    registers: Annotated[np.ndarray, (None, 1, LANES)]
    moved: Lane
    slopes: LaneReals


def iterate(program: LaneProgram, parameters: np.ndarray, points: np.ndarray, step: float, iterations: int) -> np.ndarray:
    """``points`` (P, n) are moved by so many iterations, in place; returns whether the last one changed anything (P,).

    ``program`` is that of the gradient at the real ``parameters`` (q,).
    """
    n, q, constants = points.shape[1], len(parameters), program.constants.real
    registers, moving = np.zeros((program.registers, 1, LANES)), np.ones(len(points), dtype=bool)
    registers[n : n + q, 0] = parameters[:, None]
    registers[n + q : n + q + len(constants), 0] = constants[:, None]
    memory = RunMemory(registers, np.zeros(LANES), np.zeros((n, LANES)))
    machine_code.call("lane_descent", "iterate", program, points, float(step), iterations, moving, memory)
    return moving
