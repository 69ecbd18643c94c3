"""What limits on one component must add up to: its Euler characteristic, and the degree of nearest-point problems on it.

Let V be a closed Morse–Bott component and D(w) = ½ Σ Λ_j (w_j − c_j)². Each critical point q of D|_V is the limit of one path, and D is
proper on V, so Σ (−1)^{ind(D|_V, q)} over the real ones is χ(V), whatever Λ and c; all of them, complex ones included, number the
Λ-weighted Euclidean distance degree (Draisma, Horobeţ, Ottaviani, Sturmfels and Thomas, arXiv 1309.0049). If L is coercive and all of its
components are closed and Morse–Bott, Σ_V (−1)^{ind V} χ(V) = 1.
"""

from __future__ import annotations

import numpy as np

from critscape.algebra.polynomial.evaluation import float_derivatives
from critscape.algebra.polynomial.loss import Loss

STEP = 1e-4
"""Step of the difference quotient that stands for the third derivative, relative to the size of the point."""
DECIDED = 1e-6
"""An eigenvalue of the Hessian of D|_V has a sign if it is larger than this share of the largest Λ_j."""


def index_on_component(loss: Loss, point: np.ndarray, dimension: int, strengths: np.ndarray, centre: np.ndarray) -> int | None:
    """The number of negative eigenvalues of the Hessian of D|_V at its critical ``point`` (n,); None where one has no clear sign.

    V has tangent space ker ∇²L and ``dimension``. Along it D has the Hessian Λ − D³L[·, ·, (∇²L)⁺∇D]: the second term is what V curves.
    """
    if dimension == 0:
        return 0
    _, hessian = float_derivatives(loss, point.astype(complex))
    values, vectors = np.linalg.eigh(hessian.real)
    flat = np.argsort(np.abs(values))[:dimension]
    steep = np.setdiff1d(np.arange(len(values)), flat)
    tangent, normal = vectors[:, flat], vectors[:, steep]
    slope = strengths * (point - centre)
    bend = normal @ ((normal.T @ slope) / values[steep])
    length = float(np.abs(bend).max(initial=0.0))
    third = np.zeros_like(hessian.real)
    if length > 0:
        # The direction has length one: the quotient of a step and a length that is almost zero overflows.
        step, direction = STEP * max(1.0, float(np.abs(point).max())), bend / length
        ahead, behind = (float_derivatives(loss, (point + sign * step * direction).astype(complex))[1].real for sign in (1, -1))
        third = (ahead - behind) * (length / (2 * step))
    restricted = tangent.T @ (np.diag(strengths) - third) @ tangent
    found = np.linalg.eigvalsh((restricted + restricted.T) / 2)
    return None if np.abs(found).min() < DECIDED * strengths.max() else int((found < 0).sum())
