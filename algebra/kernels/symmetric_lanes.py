"""Complex symmetric linear systems, one per lane: LDLᵀ without pivoting, and LU with pivoting for the lanes where that is unsafe."""

from __future__ import annotations

import numpy as np

from critscape.algebra.kernels.compilation import compiled
from critscape.algebra.kernels.lane_program import LANES
from critscape.algebra.kernels.lanes import multiply, subtract_product

# An update this many times larger than its row has cost the factorisation as many digits.
MAX_GROWTH = 1e3


@compiled
def multipliers(registers, outputs, unit, hessian, scale):
    """Gather the upper Hessian D·H·D (D = diag ``unit``) row by row; ``scale`` (n, LANES) gets the largest entry of each row."""
    n = unit.shape[0]
    scale[:] = 0.0
    k = 0
    for a in range(n):
        for b in range(a, n):
            row, factor = outputs[n + k], unit[a] * unit[b]
            for i in range(LANES):
                re, im = registers[row, 0, i] * factor, registers[row, 1, i] * factor
                hessian[k, 0, i] = re
                hessian[k, 1, i] = im
                size = abs(re) + abs(im)
                scale[a, i] = max(scale[a, i], size)
                scale[b, i] = max(scale[b, i], size)
            k += 1


@compiled
def factorize(hessian, factor, inverse, scale, growth, doubtful):
    """H = Uᵀ D U in place: ``factor`` gets the strict upper part of U, ``inverse`` the reciprocal pivots.

    ``doubtful`` marks lanes whose elimination grew by more than MAX_GROWTH or met a zero pivot (Higham, "Accuracy and
    Stability", chapter 11: without pivoting LDLᵀ is as stable as its growth is small).
    """
    n = inverse.shape[0]
    growth[:] = 0.0
    top = 0
    for k in range(n):
        for i in range(LANES):
            re, im = hessian[top, 0, i], hessian[top, 1, i]
            size = 1.0 / (re * re + im * im)
            inverse[k, 0, i] = re * size
            inverse[k, 1, i] = -im * size
        row = top + n - k
        for a in range(k + 1, n):
            entry = top + a - k
            multiply(hessian, entry, inverse, k, factor, entry)
            for i in range(LANES):
                update = (abs(factor[entry, 0, i]) + abs(factor[entry, 1, i])) * (abs(hessian[entry, 0, i]) + abs(hessian[entry, 1, i]))
                ratio = update / max(scale[a, i], 1e-300)
                growth[i] = growth[i] if ratio <= growth[i] else ratio  # noqa: FURB136 (NaN: max() would lose it)
            for b in range(a, n):
                subtract_product(factor, entry, hessian, top + b - k, hessian, row)
                row += 1
        top += n - k
    for i in range(LANES):
        doubtful[i] = not growth[i] <= MAX_GROWTH  # NaN: is doubtful.


@compiled
def solve(hessian, factor, inverse, registers, outputs, unit, doubtful, pivoted, rhs):
    """Overwrite ``rhs`` (n, 2, LANES) by the solution of (D·H·D) x = rhs; ``pivoted`` (n, n + 1) is scratch memory."""
    n = inverse.shape[0]
    for i in range(LANES):
        if doubtful[i]:
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
