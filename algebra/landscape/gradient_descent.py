"""Gradient descent with a fixed step, w ← w − η∇L(w), from many points at once: a compiled kernel on LANES real points."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from critscape.algebra.kernels.lane_program import lane_program
from critscape.algebra.kernels.lanes import LANES, compiled, lane_operation
from critscape.algebra.landscape.gradient_flow import Runs
from critscape.algebra.polynomial.common_terms import ADD, MULTIPLY
from critscape.algebra.polynomial.evaluation import float_derivatives_at
from critscape.algebra.polynomial.loss import Loss
from critscape.algebra.polynomial.straight_line import programs

BETWEEN = 200
"""Iterations between two looks at where the runs are."""
ESCAPED = 1e100
"""Weights larger than this have diverged."""

_multiply = lane_operation(lambda v, a, b, c: (v.times(a[0], b[0]),), parts=1)
_add = lane_operation(lambda v, a, b, c: (v.plus(a[0], b[0]),), parts=1)
_subtract = lane_operation(lambda v, a, b, c: (v.minus(a[0], b[0]),), parts=1)


def descent(loss: Loss, starts: np.ndarray, step: float) -> Generator[Runs, np.ndarray, None]:
    """Iterates from ``starts`` (P, n): yields the runs at their starts, then after every BETWEEN iterations.

    The receiver answers as that of :func:`critscape.algebra.landscape.gradient_flow.flow`. A run is ``lost`` where its weights become larger than
    ESCAPED; ``lengths`` are η, but 0 where rounding has brought the iteration to a standstill.
    """
    parameters = np.array([float(value) for value in loss.values])
    program = lane_program(programs(loss.family).gradient)
    constants = program.constants.real.copy()
    code = program.opcode, program.left, program.right, program.target, program.outputs, program.registers
    points, numbers, steps = starts.copy(), np.arange(len(starts)), np.zeros(len(starts), int)
    lost, moving = np.zeros(len(starts), bool), np.ones(len(starts), bool)
    while len(numbers):
        gradients, hessians = float_derivatives_at(loss.family, parameters.tolist(), points)
        sane = np.where(lost[:, None, None], 0.0, hessians)
        runs = Runs(numbers, points, gradients, *np.linalg.eigh(sane), steps, np.where(moving, step, 0.0), lost)
        done = yield runs
        if done is not None and done.any():
            numbers, points, steps = numbers[~done], points[~done], steps[~done]
        before = points.copy()
        moving = np.ones(len(points), bool)
        iterate(code, constants, parameters, points, step, BETWEEN, moving)
        steps = steps + BETWEEN
        lost = ~(np.abs(points).max(axis=1, initial=0.0) < ESCAPED)
        points[lost] = before[lost]


@compiled
def iterate(code, constants, parameters, points, step, iterations, moving):
    """``points`` (P, n) after so many iterations, in place; ``moving`` (P,) becomes False where the last one changed nothing."""
    opcode, left, right, target, outputs, size = code
    count, n = points.shape
    registers = np.zeros((size, 1, LANES))
    for k in range(parameters.shape[0]):
        registers[n + k, 0, :] = parameters[k]
    for k in range(constants.shape[0]):
        registers[n + parameters.shape[0] + k, 0, :] = constants[k]
    moved, slopes = np.zeros(LANES), np.zeros((n, LANES))
    for first in range(0, count, LANES):
        width = min(LANES, count - first)
        for i in range(LANES):
            # Lanes without a run of their own repeat the last one.
            for j in range(n):
                registers[j, 0, i] = points[first + min(i, width - 1), j]
        for _ in range(iterations):
            for k in range(opcode.shape[0]):
                if opcode[k] == MULTIPLY:
                    _multiply(registers, left[k], registers, right[k], registers, target[k])
                elif opcode[k] == ADD:
                    _add(registers, left[k], registers, right[k], registers, target[k])
                else:
                    _subtract(registers, left[k], registers, right[k], registers, target[k])
            # An output may be the register of a weight: all are read before one is written.
            for j in range(n):
                for i in range(LANES):
                    slopes[j, i] = registers[outputs[j], 0, i]
            moved[:] = 0.0
            for j in range(n):
                for i in range(LANES):
                    before = registers[j, 0, i]
                    after = before - step * slopes[j, i]
                    # NaN differs from itself: such a run counts as moving, and is lost.
                    moved[i] += 0.0 if after == before else 1.0
                    registers[j, 0, i] = after
        for i in range(width):
            moving[first + i] = moved[i] > 0.0
            for j in range(n):
                points[first + i, j] = registers[j, 0, i]
