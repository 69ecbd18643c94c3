"""Trapping neighbourhoods of manifolds of minima, proved in ball arithmetic.

Let p be a critical point where the critical set has dimension d, the nullity of the Hessian (L is Morse–Bott there), T and N orthonormal
frames of the kernel and of its complement, and w = p + Ts + Ny. Suppose that on the box |s|, |y| ≤ r: Nᵀ∇²L N ≥ μ > 0;
|Nᵀ∇L(p + Ts)| < μr, so that L has one minimum y(s) on every slice; and the system of equations whose zeros are
critical is regular. Then the points (s, y(s)) are critical (they form a set that is open and closed in |s| ≤ r), L = L(p) =: v there, and by
strong convexity on slices ‖∇L‖² ≥ 2μ(L − v) (Polyak 1963; Łojasiewicz 1963). The flow from w has at most the length √(2(L(w) − v)/μ):
where that does not lead out of the box, the flow ends at a point of the manifold.
"""

from __future__ import annotations

from dataclasses import dataclass

import flint
import numpy as np
from flint import acb, arb, arb_mat

from critscape.algebra.components.component import Component
from critscape.algebra.components.local_system import LocalSystem, regular
from critscape.algebra.landscape.surface import value
from critscape.algebra.points.classification import ldl_pivots
from critscape.algebra.polynomial.evaluation import ball_derivatives
from critscape.algebra.polynomial.loss import Loss

PRECISION = 128
HALVINGS = 12
"""Radii that are tried, each half the one before."""
FIRST = 0.125
"""The first of them, relative to the size of the point."""
ORTHONORMAL = 1 + 1e-9
"""Bound for the norm of the frames, which are rounded."""


@dataclass(frozen=True)
class ManifoldBasin:
    """A neighbourhood {|s|, |y| ≤ ``radius``} of a minimum ``centre`` (n,) of L, on a manifold of minima with loss ``level``.

    ``tangent`` (n, d) and ``normal`` (n, n − d) are the frames, ``convexity`` is μ.
    """

    centre: np.ndarray
    tangent: np.ndarray
    normal: np.ndarray
    radius: float
    convexity: float
    level: arb

    def holds(self, loss: Loss, point: np.ndarray) -> bool:
        """Whether the flow from a point (n,), exactly as it is, is proved to end at a point of the manifold."""
        with flint.ctx.workprec(PRECISION):
            offset = arb_mat([[arb(float(x)) - arb(float(c))] for x, c in zip(point, self.centre)])
            height = value(loss, [arb(float(x)) for x in point]) - self.level
            if not height.upper() >= 0:
                return False
            length = (2 * height.upper() / arb(self.convexity)).sqrt() * arb(ORTHONORMAL)
            parts = [arb_mat(frame.T.tolist()) * offset for frame in (self.tangent, self.normal) if frame.shape[1]]
            return all(norm(part) + length < arb(self.radius) / 2 for part in parts)


def manifold_basin(loss: Loss, found: Component) -> ManifoldBasin | None:
    """A trapping neighbourhood of a proved local minimum where the bounds for the dimension meet; None where none is proved."""
    proved = found.proved
    if proved is None or not found.kind_proved or not found.exact_dimension or found.inertia.negative:
        return None
    n, d = loss.dimension, found.dimension
    with flint.ctx.workprec(PRECISION):
        _, hessian = ball_derivatives(loss, proved.ball)
        floats = np.array([[float(hessian[i, j].real.mid()) for j in range(n)] for i in range(n)])
        values, vectors = np.linalg.eigh(floats)
        tangent, normal = vectors[:, :d], vectors[:, d:]
        if not normal.shape[1] or values[d] <= 0:
            return None
        convexity, radius = float(values[d]) / 2, FIRST * max(1.0, float(np.abs(found.point).max()))
        for _ in range(HALVINGS):
            if encloses(loss, found, tangent, normal, radius, convexity):
                return ManifoldBasin(found.point.copy(), tangent, normal, radius, convexity, found.loss)
            radius /= 2
    return None


def encloses(loss: Loss, found: Component, tangent: np.ndarray, normal: np.ndarray, radius: float, convexity: float) -> bool:
    """Whether the three conditions hold on the box of a radius."""
    assert found.proved is not None
    n, d = loss.dimension, tangent.shape[1]
    reach = [radius * (float(np.linalg.norm(tangent[i])) + float(np.linalg.norm(normal[i]))) * ORTHONORMAL for i in range(n)]
    box = [acb(z.real + arb(0, r)) for z, r in zip(found.proved.ball, reach)]
    across, along = arb_mat(normal.tolist()), arb_mat(tangent.tolist()) if d else None
    _, hessian = ball_derivatives(loss, box)
    second = arb_mat([[hessian[i, j].real for j in range(n)] for i in range(n)])
    steep = across.transpose() * second * across
    pivots = ldl_pivots(steep - arb_mat([[arb(convexity) * int(i == j) for j in range(n - d)] for i in range(n - d)]))
    if pivots is None or not all(pivot > 0 for pivot in pivots):
        return False
    if along is None:
        return True
    # |Nᵀ∇L(p + Ts)| by the mean value theorem, ∇L(p) = 0; the box of the slices' feet has y = 0.
    feet = [acb(z.real + arb(0, radius * float(np.linalg.norm(tangent[i])) * ORTHONORMAL)) for i, z in enumerate(found.proved.ball)]
    _, there = ball_derivatives(loss, feet)
    mixed = across.transpose() * arb_mat([[there[i, j].real for j in range(n)] for i in range(n)]) * along
    slope = sum((abs(entry).upper() ** 2 for entry in mixed.entries()), arb(0)).sqrt() * arb(radius)
    return bool(slope < arb(convexity) * arb(radius)) and found.manifold is not None and regular_on(found.manifold, box)


def regular_on(system: LocalSystem, box: list[acb]) -> bool:
    """Whether zeros of a system in a box, on its subspace, are critical points and form manifolds of its dimension."""
    inside = system.subspace.placed(box)
    return system.complete(inside) and regular(system, inside)


def norm(column: arb_mat) -> arb:
    """The Euclidean norm of a column."""
    return sum((entry * entry for entry in column.entries()), arb(0)).sqrt()
