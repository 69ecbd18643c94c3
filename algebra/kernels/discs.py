"""Arithmetic on complex discs whose results are proofs, on midpoints in double precision or in double-double.

A disc holds all complex numbers within a radius of its midpoint. A *narrow* one is (re, im, radius); a *wide* one is
(re, re′, im, im′, radius) with midpoint re + re′ + i(im + im′), |re′| ≤ u|re|, |im′| ≤ u|im|, u = 2⁻⁵³. All arithmetic rounds to
nearest, nothing is contracted or reordered, and no rounding mode is set. Write |z|₁ = |re| + |im|, which is at least the
modulus of a midpoint up to the factor 1 + u, and η = 2⁻¹⁰⁷⁴.

*Narrow.* The rounded midpoint of a sum is off by at most u(|z|₁ + |w|₁); that of a product z·w, of two products and a sum in
each component, by at most 2.1u|z|₁|w|₁ + 4η.

*Wide.* TwoSum is exact (Knuth), and so is the error of a product by a fused multiply-add, up to η where it underflows (Dekker).
A sum adds xₕ + yₕ = s + e exactly, |e| ≤ u|s|, and rounds x′ + y′ and its sum with e: an error of at most 3.1u²(|xₕ| + |yₕ|).
A product xₕyₕ = p + q exactly, |q| ≤ u|p|, rounds xₕy′, x′yₕ, their sum and its sum with q, and drops x′y′: at most
8.1u²|xₕyₕ| + 10η. So a complex sum is off by at most 3.1u²(|z|₁ + |w|₁), a complex product, four real ones and two sums, by
at most 11.3u²|z|₁|w|₁ + 60η.

Radii: |ab − zw| ≤ |z|s + |w|r + rs for |a − z| ≤ r, |b − w| ≤ s. The few operations on non-negative numbers that bound a
radius lose less than the factor GROWTH leaves, and TINY covers what underflows. What overflows becomes infinite or NaN, for which
no comparison with a bound holds.
"""

from __future__ import annotations

from collections.abc import Callable

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from critscape.algebra.kernels.compilation import compiled
from critscape.algebra.polynomial.common_terms import ADD, MULTIPLY

NARROW, WIDE = 2.0**-51, 2.0**-102
"""At least the relative errors above: 4u and 16u²."""
GROWTH = 1.0 + 2.0**-40
TINY = 2.0**-1000


def strict(function: Callable) -> Callable:
    """Compiles a part of a kernel with the arithmetic that is written down."""
    return compiled(function, fastmath=False)


@intrinsic
def fused(context, a, b, c):
    """a·b + c with one rounding."""

    def generate(context, builder, signature, arguments):
        double = ir.DoubleType()
        return builder.call(
            cgutils.get_or_insert_function(builder.module, ir.FunctionType(double, [double] * 3), "llvm.fma.f64"), arguments
        )

    return types.float64(types.float64, types.float64, types.float64), generate


@strict
def two_sum(a, b):
    """The rounded sum and its error."""
    high = a + b
    rest = high - a
    return high, (a - (high - rest)) + (b - rest)


@strict
def double_double_sum(a, b, c, d):
    """(a + b) + (c + d)."""
    high, low = two_sum(a, c)
    return two_sum(high, low + (b + d))


@strict
def double_double_product(a, b, c, d):
    """(a + b)·(c + d)."""
    high = a * c
    return two_sum(high, fused(a, c, -high) + (a * d + b * c))


@strict
def size(z):
    """|z|₁ of the midpoint of a wide disc, without its low parts."""
    return abs(z[0]) + abs(z[2])


@strict
def wide_sum(z, w):
    """A wide disc that holds all sums."""
    a, b = double_double_sum(z[0], z[1], w[0], w[1])
    c, d = double_double_sum(z[2], z[3], w[2], w[3])
    return a, b, c, d, (z[4] + w[4] + WIDE * (size(z) + size(w))) * GROWTH + TINY


@strict
def wide_opposite(z):
    """−z, exactly."""
    return -z[0], -z[1], -z[2], -z[3], z[4]


@strict
def wide_product(z, w):
    """A wide disc that holds all products."""
    a, b = double_double_product(z[0], z[1], w[0], w[1])
    c, d = double_double_product(z[2], z[3], w[2], w[3])
    re, re_low = double_double_sum(a, b, -c, -d)
    a, b = double_double_product(z[0], z[1], w[2], w[3])
    c, d = double_double_product(z[2], z[3], w[0], w[1])
    im, im_low = double_double_sum(a, b, c, d)
    p, q = size(z), size(w)
    return re, re_low, im, im_low, (p * (w[4] + WIDE * q) + z[4] * (q + w[4])) * GROWTH + TINY


@strict
def narrow_size(z):
    """|z|₁ of the midpoint of a narrow disc."""
    return abs(z[0]) + abs(z[1])


@strict
def narrow_sum(z, w):
    """A narrow disc that holds all sums."""
    return z[0] + w[0], z[1] + w[1], (z[2] + w[2] + NARROW * (narrow_size(z) + narrow_size(w))) * GROWTH + TINY


@strict
def narrow_opposite(z):
    """−z, exactly."""
    return -z[0], -z[1], z[2]


@strict
def narrow_product(z, w):
    """A narrow disc that holds all products."""
    p, q = narrow_size(z), narrow_size(w)
    radius = (p * (w[2] + NARROW * q) + z[2] * (q + w[2])) * GROWTH + TINY
    return z[0] * w[0] - z[1] * w[1], z[0] * w[1] + z[1] * w[0], radius


@strict
def run_wide(program, registers):
    """Runs a program in place on wide discs; ``registers`` is (R, 5) with inputs and constants filled in."""
    for k in range(program.opcode.shape[0]):
        i, j, target = program.left[k], program.right[k], program.target[k]
        z = registers[i, 0], registers[i, 1], registers[i, 2], registers[i, 3], registers[i, 4]
        w = registers[j, 0], registers[j, 1], registers[j, 2], registers[j, 3], registers[j, 4]
        if program.opcode[k] == MULTIPLY:
            value = wide_product(z, w)
        elif program.opcode[k] == ADD:
            value = wide_sum(z, w)
        else:
            value = wide_sum(z, wide_opposite(w))
        registers[target, 0], registers[target, 1], registers[target, 2], registers[target, 3], registers[target, 4] = value


@strict
def run_narrow(program, registers):
    """Runs a program in place on narrow discs; ``registers`` is (R, 3) with inputs and constants filled in."""
    for k in range(program.opcode.shape[0]):
        i, j, target = program.left[k], program.right[k], program.target[k]
        z = registers[i, 0], registers[i, 1], registers[i, 2]
        w = registers[j, 0], registers[j, 1], registers[j, 2]
        if program.opcode[k] == MULTIPLY:
            value = narrow_product(z, w)
        elif program.opcode[k] == ADD:
            value = narrow_sum(z, w)
        else:
            value = narrow_sum(z, narrow_opposite(w))
        registers[target, 0], registers[target, 1], registers[target, 2] = value
