"""Newton's method in double-double on LANES points at once: end points to the last digit of double precision."""

from __future__ import annotations

import numpy as np

from critscape.algebra.kernels.compilation import compiled
from critscape.algebra.kernels.extended_lanes import factorize_extended, narrow, residual, run_extended, solve_extended, widen
from critscape.algebra.kernels.lane_program import LANES
from critscape.algebra.kernels.lanes import load, relative_norm

# A relative correction of this size leaves nothing for double precision to gain.
SETTLED = 1e-15


@compiled
def polish(main, unit, points, limits, moved, last, rounds, memory):
    """Newton's method for ∇L(w; p) + c = 0 from every row of ``points`` (P, n), at most ``rounds`` corrections.

    Coordinates are in units: w = unit·x. Results: ``limits`` (P, n); per point the sum ``moved`` and the smallest ``last`` of
    the relative corrections (P). A correction that is larger than the one before it is not made. ``memory`` is that
    of `lane_points` for p and c.
    """
    paths, n = points.shape
    given, registers, hessian, factor, inverse, right, x, correction, tilts, norm = memory
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
            load(x, unit, given)
            widen(given, registers, given.shape[0])
            run_extended(main.opcode, main.left, main.right, main.target, registers)
            factorize_extended(registers, main.outputs, unit, hessian, factor, inverse)
            residual(registers, main.outputs, tilts, unit, right)
            solve_extended(factor, inverse, right)
            narrow(right, correction)
            relative_norm(correction, x, norm)
            open_lanes = 0
            for i in range(count):
                # A lane that has settled stays, however long the others take: its point is the same in any company.
                if last[first + i] > SETTLED and norm[i] < last[first + i]:
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
