"""Lane arithmetic: complex operations on LANES points at once, as explicit vector instructions.

An array of lanes has shape (R, 2, LANES), C-contiguous float64: row k holds the real and the imaginary parts of one complex
quantity, one lane per path. LLVM does not vectorise loops over rows of one array that may overlap, so the few operations
needed are written as vector instructions here; everything else is ordinary compiled code. The straight-line program is data:
nothing is compiled per problem.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from critscape.algebra.kernels.compilation import compiled
from critscape.algebra.kernels.lane_program import LANES
from critscape.algebra.polynomial.common_terms import ADD, MULTIPLY

# A coordinate that is smaller than this, in units of the problem, is judged by absolute errors.
FLOOR = 0.1


_VECTOR = ir.VectorType(ir.DoubleType(), LANES)


class VectorBuilder:
    """Vector arithmetic on the way to LLVM."""

    def __init__(self, builder: ir.IRBuilder):
        self.builder = builder
        self._fma = cgutils.get_or_insert_function(builder.module, ir.FunctionType(_VECTOR, [_VECTOR] * 3), f"llvm.fma.v{LANES}f64")

    def times(self, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.builder.fmul(a, b)

    def plus(self, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.builder.fadd(a, b)

    def minus(self, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.builder.fsub(a, b)

    def fused(self, a: ir.Value, b: ir.Value, c: ir.Value) -> ir.Value:
        """a·b + c with one rounding."""
        return self.builder.call(self._fma, [a, b, c])

    def negative(self, a: ir.Value) -> ir.Value:
        return self.builder.fneg(a)


def lane_operation(formula: Callable, parts: int = 2) -> Callable:
    """The compiled ``operation(A, i, B, j, C, k)`` that sets row k of C to ``formula(builder, A_i, B_j, C_k)``.

    Each argument of the formula is a tuple of ``parts`` vectors (real, imaginary), and so is its value. The arrays have shape
    (·, ``parts``, LANES). There are no bounds checks.
    """

    @intrinsic
    def operation(context, first, i, second, j, result, k):
        def generate(context, builder, signature, arguments):
            rows = []
            for position in (0, 2, 4):
                array = context.make_array(signature.args[position])(context, builder, arguments[position])
                index = builder.mul(arguments[position + 1], ir.Constant(ir.IntType(64), parts * LANES))
                row = builder.gep(array.data, [index])
                offsets = [ir.Constant(ir.IntType(64), part * LANES) for part in range(parts)]
                rows.append([builder.bitcast(builder.gep(row, [offset]), _VECTOR.as_pointer()) for offset in offsets])
            values = [tuple(builder.load(part, align=8) for part in row) for row in rows]
            for part, value in zip(rows[2], formula(VectorBuilder(builder), *values)):
                builder.store(value, part, align=8)
            return context.get_dummy_value()

        return types.void(first, types.int64, second, types.int64, result, types.int64), generate

    return operation


def _product(v: VectorBuilder, a: tuple, b: tuple) -> tuple:
    real = v.fused(a[0], b[0], v.negative(v.times(a[1], b[1])))
    return real, v.fused(a[0], b[1], v.times(a[1], b[0]))


def _minus_product(v: VectorBuilder, a: tuple, b: tuple, c: tuple) -> tuple:
    real = v.fused(a[1], b[1], v.fused(v.negative(a[0]), b[0], c[0]))
    return real, v.fused(v.negative(a[1]), b[0], v.fused(v.negative(a[0]), b[1], c[1]))


def _plus_product(v: VectorBuilder, a: tuple, b: tuple, c: tuple) -> tuple:
    real = v.fused(v.negative(a[1]), b[1], v.fused(a[0], b[0], c[0]))
    return real, v.fused(a[1], b[0], v.fused(a[0], b[1], c[1]))


# C_k = A_i · B_j, A_i + B_j, A_i − B_j, C_k ∓ A_i · B_j.
multiply = lane_operation(lambda v, a, b, c: _product(v, a, b))
add = lane_operation(lambda v, a, b, c: (v.plus(a[0], b[0]), v.plus(a[1], b[1])))
subtract = lane_operation(lambda v, a, b, c: (v.minus(a[0], b[0]), v.minus(a[1], b[1])))
subtract_product = lane_operation(_minus_product)
add_product = lane_operation(_plus_product)


@compiled
def run(opcode, left, right, target, registers):
    """Run a program in place; ``registers`` is (R, 2, LANES) with inputs and constants filled in."""
    for k in range(opcode.shape[0]):
        code = opcode[k]
        if code == MULTIPLY:
            multiply(registers, left[k], registers, right[k], registers, target[k])
        elif code == ADD:
            add(registers, left[k], registers, right[k], registers, target[k])
        else:
            subtract(registers, left[k], registers, right[k], registers, target[k])


@compiled
def load(x, unit, registers):
    """The first rows of ``registers`` become w = unit·x."""
    for j in range(x.shape[0]):
        for part in range(2):
            for i in range(LANES):
                registers[j, part, i] = x[j, part, i] * unit[j]


@compiled
def relative_norm(step, point, norm):
    """max_i |step_i| / max(|point_i|, FLOOR) per lane; NaN if any entry is."""
    norm[:] = 0.0
    for j in range(step.shape[0]):
        for i in range(LANES):
            size = point[j, 0, i] * point[j, 0, i] + point[j, 1, i] * point[j, 1, i]
            square = step[j, 0, i] * step[j, 0, i] + step[j, 1, i] * step[j, 1, i]
            ratio = square / max(size, FLOOR * FLOOR)
            norm[i] = norm[i] if ratio <= norm[i] else ratio  # noqa: FURB136 (NaN: max() would lose it)
    for i in range(LANES):
        norm[i] = np.sqrt(norm[i])
