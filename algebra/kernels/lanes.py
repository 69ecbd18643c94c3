"""Lane arithmetic: complex operations on LANES points at once, as explicit vector instructions.

An array of lanes has shape (R, 2, LANES), C-contiguous float64: row k holds the real and the imaginary parts of one complex
quantity, one lane per path. LLVM does not vectorise loops over rows of one array that may overlap, so the few operations
needed are written as vector instructions here; everything else is ordinary compiled code. The straight-line program is data:
nothing is compiled per problem.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
_WORD = ir.IntType(64)


class VectorBuilder:
    """Vector arithmetic on the way to LLVM."""

    def __init__(self, builder: ir.IRBuilder):
        self.builder = builder

    def times(self, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.builder.fmul(a, b)

    def plus(self, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.builder.fadd(a, b)

    def minus(self, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.builder.fsub(a, b)

    def over(self, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.builder.fdiv(a, b)

    def fused(self, a: ir.Value, b: ir.Value, c: ir.Value) -> ir.Value:
        """a·b + c with one rounding."""
        return self._function("fma", a, b, c)

    def negative(self, a: ir.Value) -> ir.Value:
        return self.builder.fneg(a)

    def size(self, a: ir.Value) -> ir.Value:
        """|a|."""
        return self._function("fabs", a)

    def root(self, a: ir.Value) -> ir.Value:
        return self._function("sqrt", a)

    def larger(self, a: ir.Value, b: ir.Value) -> ir.Value:
        """The larger one of a and b; b if one of them is NaN."""
        return self.where(">", a, b, a, b)

    def where(self, relation: str, a: ir.Value, b: ir.Value, one: ir.Value, other: ir.Value) -> ir.Value:
        """``one`` where the relation holds between a and b, else ``other``; it does not hold with NaN."""
        return self.builder.select(self.builder.fcmp_ordered(relation, a, b), one, other)

    def number(self, value: float) -> ir.Value:
        """The same number on all lanes."""
        return ir.Constant(_VECTOR, [value] * LANES)

    def spread(self, value: ir.Value) -> ir.Value:
        """A number that is known when the code runs, on all lanes."""
        one = self.builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), value, ir.Constant(ir.IntType(32), 0))
        return self.builder.shuffle_vector(one, one, ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES))

    def _function(self, name: str, *arguments: ir.Value) -> ir.Value:
        kind = ir.FunctionType(_VECTOR, [_VECTOR] * len(arguments))
        return self.builder.call(cgutils.get_or_insert_function(self.builder.module, kind, f"llvm.{name}.v{LANES}f64"), arguments)


def lane_operation(formula: Callable, parts: Sequence[int] = (2, 2, 2), results: int = 1) -> Callable:
    """The compiled ``operation(A, i, B, j, …, x, y, …)`` that sets the last ``results`` of the rows A_i, B_j, … by a formula.

    An array for which ``parts`` says k has shape (…, k, LANES), and its row is a tuple of k vectors; after the rows come numbers. The value of
    ``formula(builder, A_i, B_j, …, x, y, …)`` is the vectors of the rows that it sets, one row after the other. All rows are read before one is
    written. There are no bounds checks.
    """

    @intrinsic
    def operation(context, *given):
        def generate(context, builder, signature, arguments):
            values, kinds, vectors = cgutils.unpack_tuple(builder, arguments[0]), signature.args[0].types, VectorBuilder(builder)
            rows = []
            for position, size in enumerate(parts):
                data = context.make_array(kinds[2 * position])(context, builder, values[2 * position]).data
                index = context.cast(builder, values[2 * position + 1], kinds[2 * position + 1], types.int64)
                row = builder.gep(data, [builder.mul(index, _WORD(size * LANES))])
                rows.append([builder.bitcast(builder.gep(row, [_WORD(part * LANES)]), _VECTOR.as_pointer()) for part in range(size)])
            numbers = [vectors.spread(value) for value in values[2 * len(parts) :]]
            read = [tuple(builder.load(part, align=8) for part in row) for row in rows]
            written = [part for row in rows[len(rows) - results :] for part in row]
            for part, value in zip(written, formula(vectors, *read, *numbers), strict=True):
                builder.store(value, part, align=8)
            return context.get_dummy_value()

        return types.void(types.StarArgTuple.from_types(tuple(given))), generate

    return operation


def product(v: VectorBuilder, a: tuple, b: tuple) -> tuple:
    """a·b."""
    real = v.fused(a[0], b[0], v.negative(v.times(a[1], b[1])))
    return real, v.fused(a[0], b[1], v.times(a[1], b[0]))


def _minus_product(v: VectorBuilder, a: tuple, b: tuple, c: tuple) -> tuple:
    real = v.fused(a[1], b[1], v.fused(v.negative(a[0]), b[0], c[0]))
    return real, v.fused(v.negative(a[1]), b[0], v.fused(v.negative(a[0]), b[1], c[1]))


def _plus_product(v: VectorBuilder, a: tuple, b: tuple, c: tuple) -> tuple:
    real = v.fused(v.negative(a[1]), b[1], v.fused(a[0], b[0], c[0]))
    return real, v.fused(a[1], b[0], v.fused(a[0], b[1], c[1]))


# C_k = A_i · B_j, A_i + B_j, A_i − B_j, C_k ∓ A_i · B_j.
multiply = lane_operation(lambda v, a, b, c: product(v, a, b))
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


def _scaled(v: VectorBuilder, a: tuple, c: tuple, factor: ir.Value) -> tuple:
    return v.times(a[0], factor), v.times(a[1], factor)


# C_k = x·A_i.
scale = lane_operation(_scaled, (2, 2))


@compiled
def load(x, unit, registers):
    """The first rows of ``registers`` become w = unit·x."""
    for j in range(x.shape[0]):
        scale(x, j, registers, j, unit[j])


def _square(v: VectorBuilder, a: tuple) -> ir.Value:
    return v.fused(a[0], a[0], v.times(a[1], a[1]))


def _larger_ratio(v: VectorBuilder, step: tuple, point: tuple, norm: tuple) -> tuple:
    ratio = v.over(_square(v, step), v.larger(_square(v, point), v.number(FLOOR * FLOOR)))
    # NaN stays.
    return (v.where("<=", ratio, norm[0], norm[0], ratio),)


_grow = lane_operation(_larger_ratio, (2, 2, 1))
_root = lane_operation(lambda v, a: (v.root(a[0]),), (1,))


@compiled
def relative_norm(step, point, norm):
    """max_i |step_i| / max(|point_i|, FLOOR) per lane; NaN if any entry is."""
    norm[:] = 0.0
    for j in range(step.shape[0]):
        _grow(step, j, point, j, norm, 0)
    _root(norm, 0)
