"""Degenerate critical points whose coordinates are algebraic: inertia, third and fourth order exactly over their number field K.

A field and elements p of it are suggested by integer relations; ∇L(p) = 0 in Kⁿ and that p lies where a critical point was proved are
verified. Then what `critscape.algebra.components.arcs` does over ℚ is done over K, and signs are taken at the embedding of K.
"""

from __future__ import annotations

from collections.abc import Sequence

import flint
import numpy as np
from flint import fmpq_poly

from critscape.algebra.components.arcs import HigherOrder
from critscape.algebra.components.local_system import ProvedPoint, prove
from critscape.algebra.elimination.number_field import characteristic_polynomial, inverse, negative_roots, sign_at, value
from critscape.algebra.points.closed_form import MOST_WEIGHTS, PRECISION, FieldPoint, field_balls, field_point, is_critical
from critscape.algebra.polynomial.loss import Loss, gradient, hessian, polynomial

DIRECTIONS = 20
"""Directions of a kernel of more than one dimension along which the loss is followed."""

Vector = Sequence[fmpq_poly]


def algebraic_point(loss: Loss, proved: ProvedPoint) -> FieldPoint | None:
    """A proved point over a number field, verified to be critical and where it was proved; None where none of modest size is found.

    On a manifold the point moves with its slices, and is algebraic of modest degree only where they fix coordinates.
    """
    if loss.dimension > MOST_WEIGHTS or (proved.system.dimension and proved.fixed is None):
        return None
    with flint.ctx.workprec(PRECISION):
        sharp = prove(proved.system, proved.midpoint, proved.fixed, PRECISION)
        point = None if sharp is None else field_point([z.real.mid() for z in sharp.ball])
        if sharp is None or point is None or not is_critical(loss, point):
            return None
        return point if all(b.overlaps(z.real) for b, z in zip(field_balls(point), sharp.ball)) else None


def algebraic_order(loss: Loss, point: FieldPoint) -> tuple[tuple[int, int, int], HigherOrder | None]:
    """The exact numbers of positive, negative and zero eigenvalues of ∇²L at a critical point over K, and what third and fourth order say
    where none is negative.

    Raises
    ------
    ArithmeticError : the working precision does not decide a sign.
    """
    modulus = fmpq_poly(point.modulus)
    with flint.ctx.workprec(PRECISION):
        second = [[value(entry, point.coordinates, modulus) for entry in row] for row in hessian(loss)]
        characteristic = characteristic_polynomial(second, modulus)
        zero = next(k for k, coefficient in enumerate(characteristic) if coefficient)
        negative = negative_roots(characteristic, point.generator)
        inertia = (loss.dimension - zero - negative, negative, zero)
        if negative or not zero:
            return inertia, None
        return inertia, higher_order(loss, point, second)


def higher_order(loss: Loss, point: FieldPoint, second: Sequence[Vector]) -> HigherOrder:
    """Third and fourth order on the kernel of a positive semidefinite Hessian ``second``, over K."""
    modulus, n = fmpq_poly(point.modulus), loss.dimension
    kernel = kernel_of(second, modulus)
    rng = np.random.default_rng(n)
    nothing = (fmpq_poly([0]),) * n
    falls = rises = minimum = False
    for factors in [[1]] if len(kernel) == 1 else rng.integers(-3, 4, (DIRECTIONS, len(kernel))).tolist():
        velocity = [sum((v[i] * f for f, v in zip(factors, kernel)), fmpq_poly([0])) for i in range(n)]
        order, sign = first_change(loss, point, velocity, nothing)
        if order != 3:
            slopes = [along(slope, point, velocity, nothing).get(2, fmpq_poly([0])) for slope in gradient(loss)]
            bend = solution(second, [-slope for slope in slopes], modulus)
            if bend is None:
                continue
            order, sign = first_change(loss, point, velocity, bend)
        falls |= sign < 0 or order % 2 == 1
        rises |= sign > 0 or order % 2 == 1
        minimum = len(kernel) == 1 and order == 4 and sign > 0
    return HigherOrder(None, None, minimum and not falls, falls, rises)


def first_change(loss: Loss, point: FieldPoint, velocity: Vector, bend: Vector) -> tuple[int, int]:
    """The order in which L changes along p + tv + t²u, and the sign of its coefficient; (0, 0) if it does not."""
    changes = {order: c for order, c in along(polynomial(loss), point, velocity, bend).items() if order}
    order = min(changes, default=0)
    return (order, sign_at(changes[order], point.generator)) if order else (0, 0)


def along(formula: flint.fmpq_mpoly, point: FieldPoint, velocity: Vector, bend: Vector) -> dict[int, fmpq_poly]:
    """A polynomial along p + tv + t²u: order in t ↦ coefficient in K that is not zero."""
    ring = flint.fmpq_mpoly_ctx.get(("s", "t"), "lex")
    s, t = ring.gens()

    def lifted(element: fmpq_poly) -> flint.fmpq_mpoly:
        return sum((s**k * c for k, c in enumerate(element.coeffs())), ring.constant(0))

    curve = [lifted(p) + lifted(v) * t + lifted(u) * t**2 for p, v, u in zip(point.coordinates, velocity, bend)]
    sums: dict[int, dict[int, flint.fmpq]] = {}
    for (power, order), c in formula.compose(*curve, ctx=ring).to_dict().items():
        sums.setdefault(int(order), {})[int(power)] = c
    found = {}
    for order, powers in sums.items():
        element = fmpq_poly([powers.get(k, 0) for k in range(max(powers) + 1)]) % fmpq_poly(point.modulus)
        if element:
            found[order] = element
    return found


def reduced(matrix: Sequence[Vector], modulus: fmpq_poly) -> tuple[list[list[fmpq_poly]], list[int]]:
    """The reduced row echelon form over K without its zero rows, and the columns of its pivots."""
    rows, pivots = [list(row) for row in matrix], []
    done: list[list[fmpq_poly]] = []
    for column in range(len(rows[0]) if rows else 0):
        k = next((k for k, row in enumerate(rows) if row[column]), None)
        if k is None:
            continue
        pivot = rows.pop(k)
        scale = inverse(pivot[column], modulus)
        pivot = [a * scale % modulus for a in pivot]
        rows, done = (
            [[(a - row[column] * b) % modulus for a, b in zip(row, pivot)] if row[column] else row for row in block]
            for block in (rows, done)
        )
        done.append(pivot)
        pivots.append(column)
    return done, pivots


def kernel_of(matrix: Sequence[Vector], modulus: fmpq_poly) -> list[list[fmpq_poly]]:
    """A basis of the right kernel over K.

    >>> one, root = fmpq_poly([1]), fmpq_poly([0, 1])
    >>> kernel_of([[one, root], [root, root * root]], fmpq_poly([-2, 0, 1]))
    [[(-1)*x, 1]]
    """
    echelon, pivots = reduced(matrix, modulus)
    basis = []
    for free in sorted(set(range(len(matrix[0]))) - set(pivots)):
        vector = [fmpq_poly([0])] * len(matrix[0])
        vector[free] = fmpq_poly([1])
        for row, pivot in zip(echelon, pivots):
            vector[pivot] = -row[free]
        basis.append(vector)
    return basis


def solution(matrix: Sequence[Vector], right: Vector, modulus: fmpq_poly) -> list[fmpq_poly] | None:
    """A solution over K of a square system; None when it is not consistent."""
    n = len(right)
    echelon, pivots = reduced([[*row, b] for row, b in zip(matrix, right)], modulus)
    if n in pivots:
        return None
    found = [fmpq_poly([0])] * n
    for row, pivot in zip(echelon, pivots):
        found[pivot] = row[n]
    return found
