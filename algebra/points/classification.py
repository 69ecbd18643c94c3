"""The type of a real critical point: index, inertia of the Hessian, loss value.

The index is proved: with float eigenvectors Q, the balls B = Qᵀ·∇²L·Q over the point's enclosure are nearly diagonal, the signs
of the pivots of an interval LDLᵀ of B are its inertia, and Sylvester's law carries it to ∇²L.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import flint
import numpy as np
from flint import arb, arb_mat

from critscape.algebra.points.certification import CertifiedPoint, loss_value
from critscape.algebra.points.certified_sets import CertifiedSet
from critscape.algebra.polynomial.evaluation import ball_derivatives
from critscape.algebra.polynomial.loss import Loss


class Kind(Enum):
    """What a real critical point is to descent."""

    GLOBAL_MINIMUM = "global minimum"
    SPURIOUS_MINIMUM = "spurious local minimum"
    LOCAL_MINIMUM = "local minimum"
    SADDLE = "strict saddle"
    MAXIMUM = "local maximum"


@dataclass(frozen=True)
class RealPoint:
    """A certified real critical point with its type.

    ``index`` is the number of negative eigenvalues of the Hessian; ``eigenvalue`` the least absolute eigenvalue in double
    precision; ``loss`` an enclosure of L; ``kind`` is LOCAL_MINIMUM where whether it is global is not decided.
    """

    point: CertifiedPoint
    index: int
    eigenvalue: float
    loss: arb
    kind: Kind


def classify(loss: Loss, points: Sequence[CertifiedPoint]) -> list[RealPoint]:
    """The types of the real ones among certified critical points, in increasing loss, then index.

    Which minima are global is left open: :func:`critscape.algebra.points.global_minima.judged` says so.
    """
    known = CertifiedSet.of(points)
    types: dict[int, tuple[int, float, arb]] = {}
    typed = []
    for position in np.flatnonzero(known.real).tolist():
        owner = int(known.places.owners[position])
        if owner not in types:
            # Symmetries of L leave its values unchanged and carry Hessians to congruent ones, with the same eigenvalues.
            representative = known.representatives[owner]
            types[owner] = *inertia(loss, representative), loss_value(loss, representative)
        index, eigenvalue, value = types[owner]
        typed.append(RealPoint(known[position], index, eigenvalue, value, kind(index, loss.dimension)))
    return sorted(typed, key=lambda p: (float(p.loss.mid()), p.index, [float(z.real.mid()) for z in p.point.ball]))


def kind(index: int, dimension: int) -> Kind:
    """The type from the index alone."""
    return Kind.LOCAL_MINIMUM if index == 0 else Kind.MAXIMUM if index == dimension else Kind.SADDLE


def inertia(loss: Loss, point: CertifiedPoint) -> tuple[int, float]:
    """The proved index at a certified real point and the least |eigenvalue| in double precision.

    Raises
    ------
    ArithmeticError : the enclosure is too wide to decide a sign (it cannot be, next to a certified simple zero, unless the
        Hessian is nearly singular at the precision that certified it).
    """
    n = loss.dimension
    with flint.ctx.workprec(point.precision):
        _, hessian = ball_derivatives(loss, point.ball)
        balls = arb_mat([[hessian[i, j].real for j in range(n)] for i in range(n)])
        return signature(balls)


def signature(balls: arb_mat) -> tuple[int, float]:
    """The proved number of negative eigenvalues of a symmetric matrix in balls, and the least |eigenvalue| in double precision.

    Raises
    ------
    ArithmeticError : a sign is not decided.
    """
    n = balls.nrows()
    # In double precision beside a power of two, whatever the size of the entries.
    size = max((exponent(entry) for entry in balls.entries()), default=0)
    floats = np.array([[float((balls[i, j] * arb(2) ** -size).mid()) for j in range(n)] for i in range(n)])
    eigenvalues, vectors = np.linalg.eigh(floats)
    basis = arb_mat(vectors.tolist())
    pivots = ldl_pivots(basis.transpose() * balls * basis)
    if pivots is None:
        raise ArithmeticError("the index cannot be decided: the Hessian is nearly singular")
    with np.errstate(over="ignore", under="ignore"):
        return sum(pivot < 0 for pivot in pivots), float(np.ldexp(np.abs(eigenvalues).min(), size))


def exponent(ball: arb) -> int:
    """The least e with |ball| ≤ 2^e, as far as its upper end tells; 0 for zero."""
    mantissa, power = abs(ball).upper().man_exp()
    return int(mantissa).bit_length() + int(power) if mantissa else 0


def ldl_pivots(matrix: arb_mat) -> list[arb] | None:
    """The pivots of an interval LDLᵀ (largest diagonal first), or None when one contains zero."""
    n = matrix.nrows()
    rows = [[matrix[i, j] for j in range(n)] for i in range(n)]
    remaining, pivots = list(range(n)), []
    while remaining:
        p = max(remaining, key=lambda i: float(abs(rows[i][i]).mid()))
        pivot = rows[p][p]
        if pivot.contains(0):
            return None
        pivots.append(pivot)
        remaining.remove(p)
        for i in remaining:
            factor = rows[i][p] / pivot
            for j in remaining:
                rows[i][j] -= factor * rows[p][j]
    return pivots
