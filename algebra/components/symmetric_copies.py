"""Proofs that two critical points are copies under a symmetry of the loss, so that their losses are equal whatever numbers they are."""

from __future__ import annotations

from functools import lru_cache

import flint
import numpy as np
from flint import acb, acb_mat

from critscape.algebra.components.local_system import PRECISION, ProvedPoint
from critscape.algebra.components.subspace import Subspace, common_zeros
from critscape.algebra.polynomial.loss import Loss
from critscape.algebra.symmetry.finite import SignedPermutation, elements, symmetry_group

MOST_SYMMETRIES = 5000
"""Groups with more elements are not gone through."""
NEAR = 1e-9
"""Relative distance in double precision beyond which points are not compared any further."""


def copies(one: ProvedPoint, other: ProvedPoint) -> bool:
    """Whether a symmetry of the loss is proved to carry one point to the other; False also where that is not decided."""
    if one.system.loss != other.system.loss or other.system.polynomials is not None:
        return False
    images = symmetries(one.system.loss)
    here, there = one.midpoint, other.midpoint
    size = max(np.abs(there).max(), np.finfo(float).tiny)
    near = (s for s in images if np.abs(np.array(s(list(here))) - there).max() <= NEAR * size)
    return any(identical(s(list(one.ball)), image(s, one.system.subspace), other) for s in near)


def image(symmetry: SignedPermutation, subspace: Subspace) -> Subspace:
    """The subspace moved."""
    return common_zeros(subspace.dimension, [tuple(symmetry(form)) for form in subspace.equations])


@lru_cache(maxsize=16)
def symmetries(loss: Loss) -> tuple[SignedPermutation, ...]:
    """All signed permutations of the weights that leave the loss unchanged; none if they are too many."""
    group = symmetry_group(loss)
    return elements(group, loss.dimension) if group.order <= MOST_SYMMETRIES else ()


def identical(ball: list[acb], inside: Subspace, point: ProvedPoint) -> bool:
    """Whether the critical point of L in a ``ball``, in the subspace ``inside``, is the proved ``point``: both are zeros of its equations, which have one in their hull.

    The equations are some entries of ∇L, which vanish at every critical point, the forms that vanish and the coordinates that are given.
    """
    system, given = point.system, point.fixed or {}
    if len(given) != system.dimension:
        return False
    if not system.subspace.contains(ball, inside) or not all(ball[i] == acb(value) for i, value in given.items()):
        return False
    kept = [c for c, i in enumerate(system.free) if i not in given]
    with flint.ctx.workprec(PRECISION):
        _, jacobian = system.evaluated([a.union(b) for a, b in zip(ball, point.ball)])
        square = acb_mat([[jacobian[r, c] for c in kept] for r in range(system.count)])
        try:
            inverse = square.mid().inv().mid()
        except ZeroDivisionError:
            return False
        # Where ‖1 − Y·J‖ < 1 over a convex set, w ↦ Y·F(w) is injective there.
        product = inverse * square
        rows = [sum(abs(product[r, c] - int(r == c)) for c in range(len(kept))) for r in range(len(kept))]
        return all(row < 1 for row in rows)
