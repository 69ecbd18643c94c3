"""Which coordinates of a certified critical point are exactly zero.

An enclosure that contains zero proves nothing. Let Z be a set of coordinates such that ∂L/∂w_i, i ∈ Z, vanish identically on the
subspace w_Z = 0 (a dead unit: its weights and, with them, all that they multiply). Then critical points of L restricted to the
subspace are critical points of L, and Krawczyk's test there proves one in the box in which the point is the only one.

Where w_Z → −w_Z leaves L unchanged that is seen without a test: the image of the point is a critical point, and if it lies in the box
in which the point is the only one, it is the point, so that w_Z = −w_Z.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import flint
import numpy as np
from flint import acb, acb_mat, arb

from critscape.algebra.points.certification import CertifiedPoint
from critscape.algebra.points.certified_sets import CertifiedSet
from critscape.algebra.polynomial.evaluation import ball_derivatives
from critscape.algebra.polynomial.loss import Loss, gradient
from critscape.algebra.symmetry.finite import SignedPermutation, leaves_unchanged


def zero_coordinates(loss: Loss, point: CertifiedPoint) -> tuple[int, ...] | None:
    """The positions of the coordinates that are exactly zero; None when that is not decided for one of them."""
    zero = tuple(i for i, z in enumerate(point.ball) if z.contains(0))
    if not zero or (even(loss, zero) and _reflection_in_box(point, zero)):
        return zero
    if closed_under_gradient(loss, zero) and _restricted_krawczyk(loss, point, zero):
        return zero
    return None


def zero_patterns(
    loss: Loss, points: Sequence[CertifiedPoint], generators: Sequence[SignedPermutation], moves: Sequence[Sequence[int]]
) -> tuple[tuple[int, ...] | None, ...]:
    """The zero coordinates of each of distinct points, decided once in each orbit.

    ``moves[g][k]`` is the position of the image of point k under ``generators[g]``, a symmetry of the loss; without ``moves`` each point
    is looked at.
    """
    rounded = CertifiedSet.of(points).rounded if points else None
    # Enclosures of all coordinates exclude zero, as those of images do.
    away = np.zeros(0, dtype=bool) if rounded is None else (np.abs(rounded.middles) > rounded.blur[:, None]).all(axis=1)
    found: dict[int, tuple[int, ...] | None] = dict.fromkeys(np.flatnonzero(away).tolist(), ())
    for start in range(len(points)):
        if start in found:
            continue
        found[start] = zero_coordinates(loss, points[start])
        waiting = [start]
        while waiting:
            here = waiting.pop()
            for generator, move in zip(generators, moves):
                if move[here] not in found:
                    zero = found[here]
                    found[move[here]] = None if zero is None else tuple(sorted(generator.image[i] for i in zero))
                    waiting.append(move[here])
    return tuple(found[k] for k in range(len(points)))


@lru_cache(maxsize=1024)
def even(loss: Loss, zero: tuple[int, ...]) -> bool:
    """Whether L(w) does not change when w_i, i ∈ Z = ``zero``, change their signs."""
    return leaves_unchanged(
        SignedPermutation(tuple(range(loss.dimension)), tuple(-1 if i in zero else 1 for i in range(loss.dimension))), loss
    )


def _reflection_in_box(point: CertifiedPoint, zero: tuple[int, ...]) -> bool:
    """Whether the point with the signs of its coordinates Z changed lies in the isolating box of the point."""
    with flint.ctx.workprec(point.precision):
        reflected = ((-z if i in zero else z) - c for i, (z, c) in enumerate(zip(point.ball, point.centre)))
        return all(abs(d).upper() < point.isolation for d in reflected)


@lru_cache(maxsize=1024)
def closed_under_gradient(loss: Loss, zero: tuple[int, ...]) -> bool:
    """Whether ∂L/∂w_i vanishes identically on w_Z = 0 for all i in Z = ``zero``: every monomial of it has a factor from Z."""
    slopes = gradient(loss)
    return all(any(exponents[k] for k in zero) for i in zero for exponents in slopes[i].to_dict())


def _restricted_krawczyk(loss: Loss, point: CertifiedPoint, zero: tuple[int, ...]) -> bool:
    """Krawczyk's test for L restricted to w_Z = 0, in the part of the isolating box that lies there."""
    with flint.ctx.workprec(point.precision):
        radius = point.isolation
        if not all(abs(point.centre[i]) < radius for i in zero):
            return False
        free = [i for i in range(loss.dimension) if i not in zero]
        if not free:
            return True
        side = arb(0, radius)
        centre = [acb(0) if i in zero else z for i, z in enumerate(point.centre)]
        box = [z if i in zero else z + acb(side, side) for i, z in enumerate(centre)]
        slope, hessian = ball_derivatives(loss, centre)
        _, over_box = ball_derivatives(loss, box)
        try:
            inverse = _block(hessian, free).mid().inv().mid()
        except ZeroDivisionError:
            return False
        one = acb_mat([[int(i == j) for j in free] for i in free])
        offset = acb_mat([[acb(side, side)] for _ in free])
        shift = (one - inverse * _block(over_box, free)) * offset - inverse * acb_mat([[slope[i, 0]] for i in free])
        return all(abs(d.real) < radius and abs(d.imag) < radius for d in shift.entries())


def _block(matrix: acb_mat, rows: list[int]) -> acb_mat:
    return acb_mat([[matrix[i, j] for j in rows] for i in rows])
