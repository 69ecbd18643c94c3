"""Complex symmetric linear systems, one per lane: LDLᵀ without pivoting, and LU with pivoting for the lanes where that is unsafe."""

from __future__ import annotations

import numpy as np
from llvmlite import ir

from critscape.algebra.kernels.compilation import compiled
from critscape.algebra.kernels.lane_program import LANES
from critscape.algebra.kernels.lanes import VectorBuilder, lane_operation, multiply, product, subtract_product

# An update this many times larger than its row has cost the factorisation as many digits.
MAX_GROWTH = 1e3


def _gathered(v: VectorBuilder, entry: tuple, row: tuple, column: tuple, hessian: tuple, factor: ir.Value) -> tuple:
    re, im = v.times(entry[0], factor), v.times(entry[1], factor)
    size = v.plus(v.size(re), v.size(im))
    return v.larger(row[0], size), v.larger(column[0], size), re, im


def _reciprocal(v: VectorBuilder, a: tuple, inverse: tuple) -> tuple:
    size = v.over(v.number(1.0), v.fused(a[0], a[0], v.times(a[1], a[1])))
    return v.times(a[0], size), v.times(v.negative(a[1]), size)


def _eliminated(v: VectorBuilder, entry: tuple, inverse: tuple, factor: tuple, growth: tuple) -> tuple:
    re, im = product(v, entry, inverse)
    update = v.times(v.plus(v.size(re), v.size(im)), v.plus(v.size(entry[0]), v.size(entry[1])))
    # NaN stays.
    return re, im, v.where("<=", update, growth[0], growth[0], update)


def _too_large(v: VectorBuilder, growth: tuple, scale: tuple, doubt: tuple) -> tuple:
    most = v.times(v.number(MAX_GROWTH), v.larger(scale[0], v.number(1e-300)))
    # NaN is doubtful.
    return (v.where("<=", growth[0], most, doubt[0], v.number(1.0)),)


_gather = lane_operation(_gathered, (2, 1, 1, 2), results=3)
_invert = lane_operation(_reciprocal, (2, 2))
_eliminate = lane_operation(_eliminated, (2, 2, 2, 1), results=2)
_judge = lane_operation(_too_large, (1, 1, 1))


@compiled
def multipliers(registers, outputs, unit, hessian, scale):
    """Gather the upper Hessian D·H·D (D = diag ``unit``) row by row; ``scale`` (n, LANES) gets the largest entry of each row."""
    n = unit.shape[0]
    scale[:] = 0.0
    k = 0
    for a in range(n):
        for b in range(a, n):
            _gather(registers, outputs[n + k], scale, a, scale, b, hessian, k, unit[a] * unit[b])
            k += 1


@compiled
def factorize(hessian, factor, inverse, scale, growth, doubtful):
    """H = Uᵀ D U in place: ``factor`` gets the strict upper part of U, ``inverse`` the reciprocal pivots.

    ``growth`` (n, LANES) are the largest updates of each row. ``doubtful`` becomes 1 on lanes where one is more than MAX_GROWTH times as large as
    its row or a pivot is zero, else 0 (Higham, "Accuracy and Stability", chapter 11: without pivoting LDLᵀ is as stable as its growth is small).
    """
    n = inverse.shape[0]
    growth[:] = 0.0
    doubtful[:] = 0.0
    top = 0
    for k in range(n):
        _invert(hessian, top, inverse, k)
        row = top + n - k
        for a in range(k + 1, n):
            entry = top + a - k
            _eliminate(hessian, entry, inverse, k, factor, entry, growth, a)
            for b in range(a, n):
                subtract_product(factor, entry, hessian, top + b - k, hessian, row)
                row += 1
        top += n - k
    for a in range(n):
        _judge(growth, a, scale, a, doubtful, 0)


@compiled
def solve(hessian, factor, inverse, registers, outputs, unit, doubtful, pivoted, rhs):
    """Overwrite ``rhs`` (n, 2, LANES) by the solution of (D·H·D) x = rhs; ``pivoted`` (n, n + 1) is scratch memory."""
    n = inverse.shape[0]
    for i in range(LANES):
        if doubtful[i] > 0.0:
            solve_pivoted(registers, outputs, unit, i, pivoted, rhs)
            # Keep the lane out of the substitution below.
            for k in range(n):
                inverse[k, 0, i], inverse[k, 1, i] = 1.0, 0.0
            for k in range(factor.shape[0]):
                factor[k, 0, i], factor[k, 1, i] = 0.0, 0.0
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
def solve_pivoted(registers, outputs, unit, lane, matrix, rhs):
    """Gaussian elimination with row pivoting on one lane; ``matrix`` (n, n + 1) is scratch memory."""
    n = unit.shape[0]
    k = 0
    for a in range(n):
        matrix[a, n] = complex(rhs[a, 0, lane], rhs[a, 1, lane])
        for b in range(a, n):
            row = outputs[n + k]
            matrix[a, b] = matrix[b, a] = complex(registers[row, 0, lane], registers[row, 1, lane]) * (unit[a] * unit[b])
            k += 1
    for k in range(n):
        pivot = k
        for a in range(k + 1, n):
            if abs(matrix[a, k]) > abs(matrix[pivot, k]):
                pivot = a
        if pivot != k:
            for b in range(k, n + 1):
                matrix[k, b], matrix[pivot, b] = matrix[pivot, b], matrix[k, b]
        if matrix[k, k] == 0.0:
            # A singular matrix has no solution; NaN makes the lane reject its step.
            rhs[:, :, lane] = np.nan
            return
        for a in range(k + 1, n):
            ratio = _quotient(matrix[a, k], matrix[k, k])
            for b in range(k + 1, n + 1):
                matrix[a, b] -= ratio * matrix[k, b]
    for k in range(n - 1, -1, -1):
        value = matrix[k, n]
        for b in range(k + 1, n):
            value -= matrix[k, b] * matrix[b, n]
        value = _quotient(value, matrix[k, k])
        matrix[k, n] = value
        rhs[k, 0, lane], rhs[k, 1, lane] = value.real, value.imag


@compiled
def _quotient(a, b):
    """a / b for complex numbers without overflow on the way (Smith, "Algorithm 116", 1962); unlike Python's it raises nothing."""
    if abs(b.real) >= abs(b.imag):
        ratio = b.imag / b.real
        size = b.real + b.imag * ratio
        return complex((a.real + a.imag * ratio) / size, (a.imag - a.real * ratio) / size)
    ratio = b.real / b.imag
    size = b.real * ratio + b.imag
    return complex((a.real * ratio + a.imag) / size, (a.imag * ratio - a.real) / size)
