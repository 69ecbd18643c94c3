"""Trapping neighbourhoods of minima, proved in ball arithmetic.

Around a minimum p let w = p + Ky with Kᵀ∇²L(p)K ≈ 1, and let M_k be the derivative of Kᵀ∇²L K by y_k. Where |y| ≤ r the spectral
norm of Kᵀ∇²L K changes by at most r(Σ_k ‖M_k‖²)^½, the M_k being bounded over a box. If that is below ½, L(p + Ky) is strictly
convex there and at least L(p) + r²/4 where |y| = r (Nesterov, "Lectures on convex optimization", 2018, theorem 2.1.8). So
{L < L(p) + r²/4} within |y| < r holds p as its only critical point, and descent that enters it does not leave and ends at p. The
same holds in a fixed space of symmetries, which the flow keeps: there p need only be a minimum of the restricted loss.
"""

from __future__ import annotations

from dataclasses import dataclass

import flint
import numpy as np
from flint import arb, arb_mat

from critscape.algebra.landscape.surface import Surface, hessian, turning, value
from critscape.algebra.points.certification import CertifiedPoint
from critscape.algebra.points.classification import RealPoint, ldl_pivots

PRECISION = 128
"""Bits of the proofs: far more than the double-precision points that they are about."""
HALVINGS = 40
SLACK = 2.0**-20
"""By how much the least eigenvalue of Kᵀ∇²L(p)K may miss 1."""


@dataclass(frozen=True)
class Basin:
    """A trapping neighbourhood of the critical point at ``position``, in a fixed space: descent that enters it ends there.

    It is where |y| < ``radius`` and L < ``bound``, with y = ``inverse``·(w − ``centre``); the centre are n balls, ``inverse`` is d
    × n.
    """

    position: int
    centre: tuple[arb, ...]
    inverse: arb_mat
    radius: arb
    bound: arb


def basin(loss: Surface, position: int, point: RealPoint, basis: np.ndarray) -> Basin | None:
    """The trapping neighbourhood of a critical point in the space that the columns of ``basis`` (n, d; integer, disjoint supports)
    span.

    None if the point, which must lie in that space, is no minimum of the restricted loss, or its Hessian is too close to singular.
    """
    with flint.ctx.workprec(PRECISION):
        centre = coordinates(point.point)
        eigenvalues, vectors = np.linalg.eigh(floats(restricted(hessian(loss, centre), basis)))
        if not len(eigenvalues) or eigenvalues[0] <= 0:
            return None
        change = vectors / np.sqrt(eigenvalues)
        # Exact in double precision: each row of the product is plus or minus a row of ``change``, or zero.
        frame = basis @ change
        rows = np.linalg.norm(frame, axis=1) * (1 + 1e-12)
        columns = arb_mat(frame.tolist())
        nearly_one = arb_mat(((1 - SLACK) * np.eye(len(eigenvalues))).tolist())
        pivots = ldl_pivots(columns.transpose() * hessian(loss, centre) * columns - nearly_one)
        if pivots is None or not all(pivot > 0 for pivot in pivots):
            return None
        reach = arb((1 + max(abs(float(c)) for c in centre)) / rows.max())
        # A variation of zero makes the second one nan, which is not less.
        radius = min(reach, ((1 - SLACK) / (4 * _variation(loss, centre, frame))).mid())
        for _ in range(HALVINGS):
            box = [c + arb(0, radius * arb(float(row))) for c, row in zip(centre, rows)]
            if radius * _variation(loss, box, frame) < 0.5 - SLACK:
                weights = arb_mat([[arb(int(x)) / int(column @ column) for x in column] for column in basis.T])
                inverse = arb_mat(change.tolist()).inv() * weights
                return Basin(position, tuple(centre), inverse, radius, point.loss + radius**2 / 4)
            radius /= 2
    return None


def _variation(loss: Surface, box: list[arb], frame: np.ndarray) -> arb:
    """A bound for (Σ_k ‖M_k‖²)^½ over a box, with the derivatives M_k of Kᵀ∇²L K along the columns of K = ``frame`` (n, d)."""
    columns = arb_mat(frame.tolist())
    total = arb(0)
    for direction in frame.T.tolist():
        bounds = [abs(entry).upper() for entry in (columns.transpose() * turning(loss, box, direction) * columns).entries()]
        total += sum((bound * bound for bound in bounds), arb(0))
    return total.sqrt().upper()


def holds(loss: Surface, neighbourhood: Basin, point: np.ndarray) -> bool:
    """Whether a point (n,) of the fixed space, exactly as it is in double precision, is proved to lie in the neighbourhood."""
    with flint.ctx.workprec(PRECISION):
        exact = [arb(float(x)) for x in point]
        offset = neighbourhood.inverse * arb_mat([[x - c] for x, c in zip(exact, neighbourhood.centre)])
        distance = (offset.transpose() * offset)[0, 0]
        return bool(distance < neighbourhood.radius**2 and value(loss, exact) < neighbourhood.bound)


def coordinates(point: CertifiedPoint) -> list[arb]:
    """The enclosure of a certified real point."""
    return [z.real for z in point.ball]


def restricted(matrix: arb_mat, basis: np.ndarray) -> arb_mat:
    """Bᵀ·M·B."""
    columns = arb_mat(basis.tolist())
    return columns.transpose() * matrix * columns


def floats(matrix: arb_mat) -> np.ndarray:
    """The midpoints in double precision."""
    return np.array([[float(matrix[i, j].mid()) for j in range(matrix.ncols())] for i in range(matrix.nrows())])
