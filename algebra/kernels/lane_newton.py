"""Newton's method in double-double on LANES points at once: end points to the last digit of double precision."""

from __future__ import annotations

import numpy as np

from critscape.algebra.kernels.extended_lanes import (
    factorize_extended,
    load_constants,
    narrow,
    residual,
    run_extended,
    solve_extended,
    widen,
)
from critscape.algebra.kernels.lane_program import LaneProgram
from critscape.algebra.kernels.lanes import LANES, compiled, fill, load, relative_norm

# A relative correction of this size leaves nothing for double precision to gain.
SETTLED = 1e-15


@compiled
def polish(main: LaneProgram, parameters, tilt, unit, points, limits, moved, last, rounds):
    """Newton's method for ∇L(w; p) + c = 0 from every row of ``points`` (P, n), at most ``rounds`` corrections.

    Coordinates are in units: w = unit·x. Results: ``limits`` (P, n); per point the sum ``moved`` and the smallest ``last`` of
    the relative corrections (P). A correction that is larger than the one before it is not made.
    """
    paths, n = points.shape
    entries = n * (n + 1) // 2
    registers, wide_registers = np.zeros((main.registers, 2, LANES)), np.zeros((main.registers, 4, LANES))
    fill(registers, n, parameters)
    load_constants(main, n + parameters.shape[0], wide_registers)
    hessian, factor = np.zeros((entries, 4, LANES)), np.zeros((entries, 4, LANES))
    inverse, right = np.zeros((n, 4, LANES)), np.zeros((n, 4, LANES))
    x, correction, tilts = np.zeros((n, 2, LANES)), np.zeros((n, 2, LANES)), np.zeros((n, 2, LANES))
    norm = np.zeros(LANES)
    fill(tilts, 0, tilt)
    for first in range(0, paths, LANES):
        count = min(LANES, paths - first)
        for i in range(LANES):
            # Lanes without a path of their own repeat the last one.
            p = first + min(i, count - 1)
            for j in range(n):
                x[j, 0, i], x[j, 1, i] = points[p, j].real, points[p, j].imag
        moved[first : first + count] = 0.0
        last[first : first + count] = np.inf
        for _ in range(rounds):
            load(x, unit, registers)
            widen(registers, wide_registers, n + parameters.shape[0])
            run_extended(main.opcode, main.left, main.right, main.target, wide_registers)
            factorize_extended(wide_registers, main.outputs, unit, hessian, factor, inverse)
            residual(wide_registers, main.outputs, tilts, unit, right)
            solve_extended(factor, inverse, right)
            narrow(right, correction)
            relative_norm(correction, x, norm)
            open_lanes = 0
            for i in range(count):
                if norm[i] < last[first + i]:
                    last[first + i] = norm[i]
                    moved[first + i] += norm[i]
                    for j in range(n):
                        for part in range(2):
                            x[j, part, i] += correction[j, part, i]
                    open_lanes += norm[i] > SETTLED
            if not open_lanes:
                break
        for i in range(count):
            for j in range(n):
                limits[first + i, j] = complex(x[j, 0, i], x[j, 1, i])
