"""The type of a real critical point: index, inertia of the Hessian, loss value; and which minima are global.

The index is proved: with float eigenvectors Q, the balls B = Qᵀ·∇²L·Q over the point's enclosure are nearly diagonal, the signs
of the pivots of an interval LDLᵀ of B are its inertia, and Sylvester's law carries it to ∇²L.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import flint
import numpy as np
from flint import arb, arb_mat

from critscape.algebra.points.certification import CertifiedPoint, loss_value
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


def classify(
    loss: Loss,
    points: Sequence[CertifiedPoint],
    coercive: bool,
    orbits: Sequence[Sequence[int]] | None = None,
    others: Sequence[arb] = (),
) -> list[RealPoint]:
    """The types of the real ones among certified critical points, in increasing loss, then index.

    ``coercive`` says that the least critical value is attained and is the global minimum of L; without it, no minimum is called
    global or spurious. ``orbits`` are positions in ``points`` that symmetries of the loss carry to each other (None: each on its own):
    only these are known to have equal losses. ``others`` are the losses at real critical points that are not among ``points``.
    """
    orbit_of = {position: number for number, orbit in enumerate(orbits or ()) for position in orbit}
    real = [k for k, point in enumerate(points) if point.real]
    losses = [loss_value(loss, points[k]) for k in real]
    spectra = [inertia(loss, points[k]) for k in real]
    least = [not any(other < value for other in (*losses, *others)) for value in losses]
    # Enclosures that overlap prove no tie.
    tied = len({orbit_of.get(k, -1 - k) for k, lowest in zip(real, least) if lowest}) > 1
    tied |= any(not other > value for other in others for value, lowest in zip(losses, least) if lowest)
    typed = [
        RealPoint(points[k], index, eigenvalue, value, kind(index, loss.dimension, _verdict(lowest, tied) if coercive else None))
        for k, (index, eigenvalue), value, lowest in zip(real, spectra, losses, least)
    ]
    return sorted(typed, key=lambda p: (float(p.loss.mid()), p.index, [float(z.real.mid()) for z in p.point.ball]))


def _verdict(lowest: bool, tied: bool) -> bool | None:
    """Whether a point is a global minimum: undecided for those with the least losses when these cannot be told apart."""
    return None if lowest and tied else lowest


def without_verdict(real: Sequence[RealPoint]) -> tuple[RealPoint, ...]:
    """The real points of a set that may not be complete: which minima are global is not known."""
    return tuple(replace(point, kind=Kind.LOCAL_MINIMUM) if point.index == 0 else point for point in real)


def equal_minima(real: Sequence[RealPoint], exact: Sequence[Any | None]) -> tuple[RealPoint, ...]:
    """The real points of a coercive loss without degenerate ones, with the tie between the lowest minima decided if their exact losses
    are known and equal.

    ``exact`` has a canonical form of the loss at each point, or None: equal forms are equal numbers.
    """
    tied = [k for k, point in enumerate(real) if point.kind is Kind.LOCAL_MINIMUM]
    values = [exact[k] for k in tied]
    if not tied or None in values or any(value != values[0] for value in values):
        return tuple(real)
    return tuple(replace(point, kind=Kind.GLOBAL_MINIMUM) if k in tied else point for k, point in enumerate(real))


def kind(index: int, dimension: int, lowest: bool | None) -> Kind:
    """The type from the index and, for minima, whether no critical value lies below (None: the question has no answer)."""
    if index == 0:
        return Kind.LOCAL_MINIMUM if lowest is None else Kind.GLOBAL_MINIMUM if lowest else Kind.SPURIOUS_MINIMUM
    return Kind.MAXIMUM if index == dimension else Kind.SADDLE


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
        floats = np.array([[float(balls[i, j].mid()) for j in range(n)] for i in range(n)])
        eigenvalues, vectors = np.linalg.eigh(floats)
        basis = arb_mat(vectors.tolist())
        pivots = ldl_pivots(basis.transpose() * balls * basis)
    if pivots is None:
        raise ArithmeticError("the index cannot be decided: the Hessian is nearly singular")
    return sum(pivot < 0 for pivot in pivots), float(np.abs(eigenvalues).min())


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
