"""Double-double lanes: Newton corrections for paths where the terms of the gradient and the pivots of the Hessian cancel.

Near infinity products of huge weights stay finite, and condition numbers pass 1e16 although the path itself is harmless: there
the gradient, the Hessian, its factorisation and the point itself carry 32 digits. A row holds four vectors: high and low part of the real
part, then of the imaginary part. The error-free sums and products are those of Knuth and Dekker.
"""

from __future__ import annotations

from critscape.algebra.kernels.compilation import compiled
from critscape.algebra.kernels.lane_program import LANES
from critscape.algebra.kernels.lanes import VectorBuilder, lane_operation
from critscape.algebra.polynomial.common_terms import ADD, MULTIPLY


def _quick_sum(v: VectorBuilder, a, b):
    high = v.plus(a, b)
    return high, v.minus(b, v.minus(high, a))


def _two_sum(v: VectorBuilder, a, b):
    high = v.plus(a, b)
    rest = v.minus(high, a)
    return high, v.plus(v.minus(a, v.minus(high, rest)), v.minus(b, rest))


def _sum(v: VectorBuilder, a, b):
    high, low = _two_sum(v, a[0], b[0])
    high_of_lows, lowest = _two_sum(v, a[1], b[1])
    high, low = _quick_sum(v, high, v.plus(low, high_of_lows))
    return _quick_sum(v, high, v.plus(low, lowest))


def _opposite(v: VectorBuilder, a):
    return v.negative(a[0]), v.negative(a[1])


def _product(v: VectorBuilder, a, b):
    high = v.times(a[0], b[0])
    low = v.fused(a[0], b[0], v.negative(high))
    return _quick_sum(v, high, v.fused(a[0], b[1], v.fused(a[1], b[0], low)))


def _complex_sum(v: VectorBuilder, a, b, _):
    return *_sum(v, a[:2], b[:2]), *_sum(v, a[2:], b[2:])


def _complex_difference(v: VectorBuilder, a, b, _):
    return *_sum(v, a[:2], _opposite(v, b[:2])), *_sum(v, a[2:], _opposite(v, b[2:]))


def _complex_product(v: VectorBuilder, a, b, _):
    real = _sum(v, _product(v, a[:2], b[:2]), _opposite(v, _product(v, a[2:], b[2:])))
    return *real, *_sum(v, _product(v, a[:2], b[2:]), _product(v, a[2:], b[:2]))


def _minus_product(v: VectorBuilder, a, b, c):
    return _complex_difference(v, c, _complex_product(v, a, b, c), c)


multiply = lane_operation(_complex_product, (4, 4, 4))
add = lane_operation(_complex_sum, (4, 4, 4))
subtract = lane_operation(_complex_difference, (4, 4, 4))
subtract_product = lane_operation(_minus_product, (4, 4, 4))


@compiled
def run_extended(opcode, left, right, target, registers):
    """Run a program in place in double-double; ``registers`` is (R, 4, LANES)."""
    for k in range(opcode.shape[0]):
        code = opcode[k]
        if code == MULTIPLY:
            multiply(registers, left[k], registers, right[k], registers, target[k])
        elif code == ADD:
            add(registers, left[k], registers, right[k], registers, target[k])
        else:
            subtract(registers, left[k], registers, right[k], registers, target[k])


@compiled
def widen(rows, extended, count):
    """The first ``count`` rows (·, 2, LANES) in double-double."""
    for j in range(count):
        for part in range(2):
            for i in range(LANES):
                extended[j, 2 * part, i] = rows[j, part, i]
                extended[j, 2 * part + 1, i] = 0.0


@compiled
def load_low(low, unit, registers):
    """The first rows of ``registers`` get the low parts of w = unit·(x + low); units are powers of two."""
    for j in range(low.shape[0]):
        for part in range(2):
            for i in range(LANES):
                registers[j, 2 * part + 1, i] = low[j, part, i] * unit[j]


@compiled
def add_extended(step, x, low):
    """x + low becomes x + low + step for a ``step`` (n, 4, LANES) in double-double."""
    for j in range(x.shape[0]):
        for part in range(2):
            for i in range(LANES):
                a, b = x[j, part, i], step[j, 2 * part, i]
                total = a + b
                rest = total - a
                rounding = (a - (total - rest)) + (b - rest)
                tail = rounding + low[j, part, i] + step[j, 2 * part + 1, i]
                x[j, part, i] = total + tail
                low[j, part, i] = tail - (x[j, part, i] - total)


@compiled
def narrow(extended, rows):
    """Every row of ``rows`` from double-double."""
    for j in range(rows.shape[0]):
        for part in range(2):
            for i in range(LANES):
                rows[j, part, i] = extended[j, 2 * part, i] + extended[j, 2 * part + 1, i]


@compiled
def factorize_extended(registers, outputs, unit, hessian, factor, inverse):
    """D·H·D = Uᵀ diag U without pivoting (see `symmetric_lanes.factorize`); the 16 spare digits pay for the growth."""
    n = unit.shape[0]
    k = 0
    for a in range(n):
        for b in range(a, n):
            scale = unit[a] * unit[b]
            for part in range(4):
                for i in range(LANES):
                    hessian[k, part, i] = registers[outputs[n + k], part, i] * scale
            k += 1
    top = 0
    for k in range(n):
        for i in range(LANES):
            re, im = hessian[top, 0, i], hessian[top, 2, i]
            size = 1.0 / (re * re + im * im)
            inverse[k, 0, i], inverse[k, 1, i], inverse[k, 2, i], inverse[k, 3, i] = re * size, 0.0, -im * size, 0.0
            # Row ``top`` of the factor is free: it holds the defect 1 − d·y of the reciprocal y.
            factor[top, 0, i], factor[top, 1, i], factor[top, 2, i], factor[top, 3, i] = 1.0, 0.0, 0.0, 0.0
        subtract_product(hessian, top, inverse, k, factor, top)
        multiply(factor, top, inverse, k, factor, top)
        add(inverse, k, factor, top, inverse, k)
        row = top + n - k
        for a in range(k + 1, n):
            entry = top + a - k
            multiply(hessian, entry, inverse, k, factor, entry)
            for b in range(a, n):
                subtract_product(factor, entry, hessian, top + b - k, hessian, row)
                row += 1
        top += n - k


@compiled
def solve_extended(factor, inverse, rhs):
    """Overwrite ``rhs`` (n, 4, LANES) by the solution."""
    n = inverse.shape[0]
    top = 0
    for k in range(n):
        for a in range(k + 1, n):
            subtract_product(factor, top + a - k, rhs, k, rhs, a)
        top += n - k
    for k in range(n - 1, -1, -1):
        top -= n - k
        multiply(rhs, k, inverse, k, rhs, k)
        for a in range(k + 1, n):
            subtract_product(factor, top + a - k, rhs, a, rhs, k)


@compiled
def residual(registers, outputs, tilts, unit, right):
    """−D·(∇L + c) in double-double; the high part cancels exactly against the tilt."""
    for j in range(right.shape[0]):
        row = outputs[j]
        for part in range(2):
            for i in range(LANES):
                a, b = registers[row, 2 * part, i], tilts[j, part, i]
                total = a + b
                rest = total - a
                error = (a - (total - rest)) + (b - rest) + registers[row, 2 * part + 1, i]
                right[j, 2 * part, i] = -total * unit[j]
                right[j, 2 * part + 1, i] = -error * unit[j]
