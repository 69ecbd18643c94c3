"""Krawczyk's test on polydiscs, for many approximate zeros of a gradient one after the other: the compiled part of `polydiscs`.

Let I be the polydisc of radius r around x, Y any matrix, C = 1 − Y·∇²L(I) in discs. For z in I, F = ∇L,

    N(z) = z − Y·F(z) = x − Y·F(x) + (1 − Y·M)(z − x),   M = ∫₀¹ ∇²L(x + s(z − x)) ds,

and M lies in the disc matrix ∇²L(I), as discs are convex. With d_i ≥ |Y·F(x)|_i, q_i ≥ Σ_j |C_ij|, d = max d_i, q = max q_i:
if d + q·r < r, N maps I into its interior and has a fixed point there (Brouwer); if q < 1, Y·M is regular, hence Y is, and
the fixed point is a simple zero of F; as ‖N(z) − N(w)‖ ≤ q‖z − w‖ in the largest modulus of a coordinate it is the only
one in I; and the zero z* has |z* − x|_i ≤ d_i + q_i·max_j |z* − x|_j ≤ d_i + q_i·d/(1 − q) (Krawczyk 1969; Rump 1983).

q ≤ ¼ and d ≤ r/4 are asked for, so that the test holds with room for whoever makes it again, on squares inside the discs.
"""

from __future__ import annotations

import numpy as np

from critscape.algebra.kernels.discs import GROWTH, NARROW, run_narrow, run_wide, strict, two_sum

OPEN, UNIQUE, NOT_REAL = range(3)
"""Nothing is proved; exactly one zero, it may be real; exactly one zero, it is not real."""
CHORDS = 8
"""Corrections by Newton's method with the Hessian of the first point."""
SETTLED = 2.0**-98
"""A relative correction that leaves nothing for double-double to gain."""
SHARP = 2.0**-60
"""Largest error of a coordinate, relative to the size of the point, with which an enclosure is sharp enough to be used: 18 digits.

It is the rounding errors of the gradient, not the test, that leave no more than 20 where coordinates are large and layers are many.
"""
WIDEST, NARROWER, TIMES = 2.0**-40, 2.0**-4, 7
"""Radii that are tried, relative to the size of the point: the first, the ratio of two and their number."""


@strict
def load_wide(high, low, registers):
    """The first rows become the point high + low (n, 2), exactly."""
    for j in range(high.shape[0]):
        registers[j, 0], registers[j, 1], registers[j, 2], registers[j, 3] = high[j, 0], low[j, 0], high[j, 1], low[j, 1]
        registers[j, 4] = 0.0


@strict
def load_narrow(high, low, radius, registers):
    """The first rows become discs that hold those of a radius around high + low."""
    for j in range(high.shape[0]):
        registers[j, 0], registers[j, 1] = high[j, 0], high[j, 1]
        registers[j, 2] = (radius + abs(low[j, 0]) + abs(low[j, 1])) * GROWTH


@strict
def inverted(registers, outputs, matrix, inverse):
    """Writes an approximate inverse of the midpoints of the Hessian (n, n, 2); False where there is none. Nothing rests on it."""
    n = inverse.shape[0]
    k = n
    for a in range(n):
        for b in range(a, n):
            for part in range(2):
                matrix[a, b, part] = matrix[b, a, part] = registers[outputs[k], part]
            k += 1
        for b in range(n):
            inverse[a, b, 0], inverse[a, b, 1] = (1.0 if a == b else 0.0), 0.0
    for c in range(n):
        best = c
        for a in range(c + 1, n):
            if abs(matrix[a, c, 0]) + abs(matrix[a, c, 1]) > abs(matrix[best, c, 0]) + abs(matrix[best, c, 1]):
                best = a
        re, im = matrix[best, c, 0], matrix[best, c, 1]
        square = re * re + im * im
        if not 1e-290 < square < 1e290:
            return False
        re, im = re / square, -im / square
        for rows in (matrix, inverse):
            for b in range(n):
                for part in range(2):
                    rows[c, b, part], rows[best, b, part] = rows[best, b, part], rows[c, b, part]
                x, y = rows[c, b, 0], rows[c, b, 1]
                rows[c, b, 0], rows[c, b, 1] = x * re - y * im, x * im + y * re
        for a in range(n):
            x, y = matrix[a, c, 0], matrix[a, c, 1]
            if a != c and (x != 0.0 or y != 0.0):
                for rows in (matrix, inverse):
                    for b in range(n):
                        rows[a, b, 0] -= x * rows[c, b, 0] - y * rows[c, b, 1]
                        rows[a, b, 1] -= x * rows[c, b, 1] + y * rows[c, b, 0]
    return True


@strict
def refined(slope, curve, high, low, memory):
    """Moves a point by Newton's method as long as each step is at most half as long as the one before; False where the first ones are not."""
    n = high.shape[0]
    load_narrow(high, low, 0.0, memory.narrow)
    run_narrow(curve, memory.narrow)
    if not inverted(memory.narrow, curve.outputs, memory.matrix, memory.inverse):
        return False
    before = np.inf
    for _ in range(CHORDS):
        load_wide(high, low, memory.wide)
        run_wide(slope, memory.wide)
        length, size = 0.0, 1.0
        for a in range(n):
            re, im = 0.0, 0.0
            for b in range(n):
                row = slope.outputs[b]
                x, y = memory.inverse[a, b, 0], memory.inverse[a, b, 1]
                re += x * memory.wide[row, 0] - y * memory.wide[row, 2]
                im += x * memory.wide[row, 2] + y * memory.wide[row, 0]
            memory.step[a, 0], memory.step[a, 1] = re, im
            moved, far = abs(re) + abs(im), abs(high[a, 0]) + abs(high[a, 1])
            length = length if moved <= length else moved  # noqa: FURB136 (NaN: max() would lose it)
            size = size if far <= size else far  # noqa: FURB136
        if not length <= 0.5 * before:
            return length < SHARP * size
        for a in range(n):
            for part in range(2):
                total, error = two_sum(high[a, part], -memory.step[a, part])
                high[a, part], low[a, part] = two_sum(total, error + low[a, part])
        if length <= SETTLED * size:
            return True
        before = length
    return True


@strict
def contraction(curve, memory):
    """Writes q_i and returns q; NaN or infinite where something overflowed."""
    n = memory.inverse.shape[0]
    # A sum of 2n products and a 1 is off by at most (2n + 2)u(1 + …) times the sum of the moduli (Higham, Accuracy and Stability, 3.1).
    loss = (n + 4.0) * NARROW
    most = 0.0
    for a in range(n):
        total = 0.0
        for b in range(n):
            re, im, sizes, radii = (1.0 if a == b else 0.0), 0.0, 0.0, 0.0
            for k in range(n):
                i, j = min(k, b), max(k, b)
                row = curve.outputs[n + i * n - i * (i - 1) // 2 + j - i]
                x, y, c, d = memory.inverse[a, k, 0], memory.inverse[a, k, 1], memory.narrow[row, 0], memory.narrow[row, 1]
                re -= x * c - y * d
                im -= x * d + y * c
                sizes += (abs(x) + abs(y)) * (abs(c) + abs(d))
                radii += (abs(x) + abs(y)) * memory.narrow[row, 2]
            total += abs(re) + abs(im) + radii + loss * (1.0 + sizes)
        memory.rows[a] = total * GROWTH
        most = most if memory.rows[a] <= most else memory.rows[a]  # noqa: FURB136
    return most


@strict
def shift(slope, memory):
    """Writes d_i and returns d, for the gradient that is in the wide registers."""
    n = memory.inverse.shape[0]
    most = 0.0
    for a in range(n):
        total = 0.0
        for b in range(n):
            row = slope.outputs[b]
            far = (abs(memory.wide[row, 0]) + abs(memory.wide[row, 2])) * GROWTH + memory.wide[row, 4]
            total += (abs(memory.inverse[a, b, 0]) + abs(memory.inverse[a, b, 1])) * far
        memory.shifts[a] = total * GROWTH
        most = most if memory.shifts[a] <= most else memory.shifts[a]  # noqa: FURB136
    return most


@strict
def proved(slope, curve, high, low, reach, memory):
    """The radius of a polydisc around the point in which there is exactly one zero, within ``reach`` (n); 0 where none was proved."""
    n = high.shape[0]
    size = 1.0
    for a in range(n):
        far = abs(high[a, 0]) + abs(high[a, 1])
        size = size if far <= size else far  # noqa: FURB136
    radius = WIDEST * size
    for _ in range(TIMES):
        load_narrow(high, low, radius, memory.narrow)
        run_narrow(curve, memory.narrow)
        if not inverted(memory.narrow, curve.outputs, memory.matrix, memory.inverse):
            return 0.0
        # The wide registers of the inputs were overwritten by nothing.
        load_wide(high, low, memory.wide)
        run_wide(slope, memory.wide)
        q, d = contraction(curve, memory), shift(slope, memory)
        if q <= 0.25 and d <= 0.25 * radius:
            for a in range(n):
                reach[a] = (memory.shifts[a] + memory.rows[a] * (d * 1.5)) * GROWTH
                if not reach[a] <= SHARP * size:
                    return 0.0
            return radius
        radius *= NARROWER
    return 0.0


@strict
def prove(slope, curve, points, high, low, reach, isolation, verdict, memory):
    """Refines and tests every row of ``points`` (P, n) complex, as `polydiscs.proved_zeros` says of the results."""
    count, n = points.shape
    for p in range(count):
        verdict[p], isolation[p] = OPEN, 0.0
        for j in range(n):
            high[p, j, 0], high[p, j, 1], low[p, j, 0], low[p, j, 1] = points[p, j].real, points[p, j].imag, 0.0, 0.0
        if not refined(slope, curve, high[p], low[p], memory):
            continue
        radius = proved(slope, curve, high[p], low[p], reach[p], memory)
        if not radius > 0.0:
            continue
        # A square of this half-side lies in the disc.
        verdict[p], isolation[p] = UNIQUE, 0.5 * radius
        for j in range(n):
            # The zero is within half a radius of its midpoint.
            if abs(high[p, j, 1]) > 2.0 * radius:
                verdict[p] = NOT_REAL
