"""Gradient descent with a fixed step, w ← w − η∇L(w), on LANES real points at once."""

from __future__ import annotations

from critscape.algebra.kernels.compilation import compiled
from critscape.algebra.kernels.lane_program import LANES
from critscape.algebra.kernels.lanes import lane_operation
from critscape.algebra.polynomial.common_terms import ADD, MULTIPLY

_multiply = lane_operation(lambda v, a, b, c: (v.times(a[0], b[0]),), (1, 1, 1))
_add = lane_operation(lambda v, a, b, c: (v.plus(a[0], b[0]),), (1, 1, 1))
_subtract = lane_operation(lambda v, a, b, c: (v.minus(a[0], b[0]),), (1, 1, 1))


@compiled
def iterate(program, points, step, iterations, moving, memory):
    """``points`` (P, n) after so many iterations, in place; ``moving`` (P,) becomes False where the last one changed nothing."""
    opcode, left, right, target, outputs = program.opcode, program.left, program.right, program.target, program.outputs
    registers, moved, slopes = memory
    count, n = points.shape
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
