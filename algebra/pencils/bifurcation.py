"""Bifurcation points of a pencil of losses: the values of s at which critical points of L_s meet, by Newton's method.

At such a value a critical point w has a singular Hessian: ∇L(w; s) = 0, ∇²L(w; s) v = 0, ⟨c, v⟩ = 1. This extended system is
regular at a fold (Seydel, "Numerical computation of branch points", 1979; Griewank–Reddien, "Characterization and computation of
generalized turning points", 1984). Where a branch is invariant under a symmetry that v breaks (pitchforks), w is singular in ℝⁿ
but not in the fixed space of its isotropy group: w is sought there, v in ℝⁿ (Werner–Spence, "The computation of symmetry-breaking
bifurcation points", 1984).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from critscape.algebra.polynomial.evaluation import float_derivatives_at
from critscape.algebra.polynomial.loss import Family
from critscape.algebra.polynomial.straight_line import evaluate, programs
from critscape.algebra.symmetry.finite import SignedPermutation

CORRECTIONS = 40
"""Newton corrections, at most."""
SETTLED = 1e-9
"""A relative Newton correction below this one that no longer shrinks is due to rounding."""
INVARIANT = 1e-4
"""Relative distance within which a point counts as fixed by a symmetry."""
SINGULAR = 1e-7
"""Singular values of the Hessian, relative to the largest, below which they count as zero at a bifurcation point."""
REAL = 1e-8
"""Relative imaginary part of a bifurcation point that counts as real."""


class Type(Enum):
    """What happens at a bifurcation point."""

    FOLD = "fold"
    PITCHFORK = "pitchfork"
    OTHER = "degenerate, or nearly so"
    """Several eigenvalues of the Hessian vanish, or so nearly that double precision does not tell bifurcations next to each other apart."""


@dataclass(frozen=True)
class Pencil:
    """The losses L_s(u) = L(u; ``base`` + s·``slope``) of one family, both (q,) and real, in natural units.

    Their weights in units of their own are w = ``units``·u (n,), complex; a critical point is real when w is. ``symmetries`` are
    all elements of a group of signed permutations that leave every L_s unchanged, the identity first; ``degree`` is that of L in u,
    ``loss_unit`` the loss in its own unit where L(u) is one.
    """

    family: Family
    base: np.ndarray
    slope: np.ndarray
    units: np.ndarray
    symmetries: tuple[SignedPermutation, ...]
    degree: int
    loss_unit: float

    def parameters(self, s: complex) -> np.ndarray:
        """The parameters of L_s, shape (q,)."""
        return self.base + s * self.slope

    def real(self, points: np.ndarray) -> np.ndarray:
        """Which of ``points`` (P, n) are real, shape (P,)."""
        weights = points * (self.units / np.abs(self.units))
        return np.abs(weights.imag).max(axis=1) <= REAL * np.maximum(1.0, np.abs(points).max(axis=1))


@dataclass(frozen=True)
class BifurcationPoint:
    """A point ``orbit[0]`` at which critical points of L_s meet, and its images under the symmetries: ``orbit`` (k, n), complex.

    ``error`` is the last Newton correction of ``s``; ``loss`` the value of L_s there, in its own unit (nan unless ``real``).
    """

    s: float
    error: float
    orbit: np.ndarray
    type: Type
    real: bool
    loss: float


def bifurcation_point(pencil: Pencil, point: np.ndarray, s: float) -> BifurcationPoint | None:
    """The bifurcation point to which Newton's method leads from a critical ``point`` (n,) of L_s, or None.

    Bifurcation values that are not real are none.
    """
    found = _newton(pencil, isotropy(pencil, point), point, complex(s))
    if found is None:
        return None
    point, value, error, regular = found
    if abs(value.imag) > REAL * abs(value) or not value.real > 0:  # NaN: neither.
        return None
    symmetries = isotropy(pencil, point)
    kernel = _kernel(pencil, point, value)
    simple = regular and kernel.shape[1] == 1
    fixed = np.allclose(projected(symmetries, kernel[:, 0]), kernel[:, 0], atol=1e-5)
    # Some element of the isotropy group changes the sign of a simple kernel that it does not fix.
    kind = Type.OTHER if not simple else Type.FOLD if fixed else Type.PITCHFORK
    real = bool(pencil.real(point[None, :])[0])
    loss = pencil.loss_unit * pencil.family.formula(list(point), list(pencil.parameters(value.real))).real if real else np.nan
    return BifurcationPoint(float(value.real), error, images(pencil, point), kind, real, float(loss))


def isotropy(pencil: Pencil, point: np.ndarray) -> tuple[SignedPermutation, ...]:
    """The symmetries that leave a point (n,) where it is, as far as INVARIANT tells."""
    reach = INVARIANT * max(1.0, float(np.abs(point).max()))
    return tuple(g for g in pencil.symmetries if np.abs(g.of(point[None, :])[0] - point).max() <= reach)


def projected(symmetries: tuple[SignedPermutation, ...], point: np.ndarray) -> np.ndarray:
    """The mean of the images of a vector (n,) under a group: it lies in the fixed space."""
    return np.mean([g.of(point[None, :])[0] for g in symmetries], axis=0)


def images(pencil: Pencil, point: np.ndarray) -> np.ndarray:
    """The distinct images of a point (n,) under the symmetries, itself first; shape (k, n)."""
    around = np.array([g.of(point[None, :])[0] for g in pencil.symmetries])
    reach = INVARIANT * max(1.0, float(np.abs(point).max()))
    first = (np.abs(around[:, None] - around[None, :]).max(axis=2) <= reach).argmax(axis=1)
    return around[first == np.arange(len(around))]


def stiffness(pencil: Pencil, points: np.ndarray, s: float) -> np.ndarray:
    """The least singular value of the Hessian relative to the largest, at each of ``points`` (P, n); shape (P,)."""
    sizes = np.linalg.svd(float_derivatives_at(pencil.family, pencil.parameters(s), points)[1], compute_uv=False)
    return sizes[:, -1] / np.where(sizes[:, 0] > 0, sizes[:, 0], 1.0)


def _kernel(pencil: Pencil, point: np.ndarray, s: complex) -> np.ndarray:
    """An orthonormal basis (n, d) of the kernel of the Hessian at a bifurcation point; the softest direction at least."""
    parameters = pencil.parameters(s)
    _, sizes, rows = np.linalg.svd(float_derivatives_at(pencil.family, parameters, point[None, :])[1][0])
    # A Hessian may vanish altogether where its terms do not.
    change = s * hessian_rate(pencil, point, parameters, 0 * point, pencil.slope)
    dimension = max(1, int((sizes <= SINGULAR * max(sizes[0], np.abs(change).max())).sum()))
    return rows[-dimension:].conj().T


def _newton(
    pencil: Pencil, symmetries: tuple[SignedPermutation, ...], point: np.ndarray, s: complex
) -> tuple[np.ndarray, complex, float, bool] | None:
    """Newton's method on the extended system with w in the fixed space: w, s, the last correction of s, and whether it is regular.

    Where the kernel has several dimensions v is not unique: corrections are the shortest ones (Gauss–Newton), and ``s`` is still
    found.
    """
    n, point = len(point), projected(symmetries, point)
    rows = np.linalg.svd(np.mean([g.of(np.eye(n)) for g in symmetries], axis=0))
    basis = rows[0][:, : int((rows[1] > 0.5).sum())]
    k = basis.shape[1]
    kernel = _kernel(pencil, point, s)[:, -1]
    normal = kernel.conj()
    unit, previous = abs(s), np.inf
    for _ in range(CORRECTIONS):
        parameters = pencil.parameters(s)
        slopes, hessians = float_derivatives_at(pencil.family, parameters, point[None, :])
        slope, hessian = slopes[0], hessians[0]
        rate = np.array(evaluate(programs(pencil.family).rate, list(point), list(parameters), list(pencil.slope)), dtype=complex)
        bent = hessian_rate(pencil, point, parameters, kernel, 0 * pencil.slope)
        moved = hessian_rate(pencil, point, parameters, 0 * kernel, pencil.slope) @ kernel
        jacobian = np.zeros((k + n + 1, k + n + 1), dtype=complex)
        jacobian[:k, :k], jacobian[:k, -1] = basis.T @ hessian @ basis, basis.T @ rate * unit
        jacobian[k:-1, :k], jacobian[k:-1, k:-1], jacobian[k:-1, -1] = bent @ basis, hessian, moved * unit
        jacobian[-1, k:-1] = normal
        residual = np.concatenate([basis.T @ slope, hessian @ kernel, [normal @ kernel - 1]])
        if not np.isfinite(jacobian).all():
            return None
        # Rows and columns in units of their own, so that the rank is that of the system and not of its scales.
        heights = np.abs(jacobian).max(axis=1)
        heights[heights == 0] = 1.0
        step, _, rank, _ = np.linalg.lstsq(jacobian / heights[:, None], -residual / heights, rcond=1e-11)
        point, kernel, s = point + basis @ step[:k], kernel + step[k:-1], s + unit * step[-1]
        size = float(np.abs(np.append(step[:k] / max(1.0, np.abs(point).max()), step[-1])).max())
        if not np.isfinite(size) or size > 1e3:
            return None
        if (size <= SETTLED and size >= previous / 2) or size <= 1e-15:
            # The shortest correction also ends where the system has no solution.
            solved = np.abs(residual / heights).max() <= SETTLED
            return (point, s, float(abs(unit * step[-1])), rank == len(jacobian)) if solved else None
        previous = size
        more = isotropy(pencil, point)
        if len(more) > len(symmetries):
            # Branches that break a symmetry lead to a point that has it; only in its fixed space the system is regular.
            return _newton(pencil, more, point, s)
    return None


def hessian_rate(pencil: Pencil, point: np.ndarray, parameters: np.ndarray, by_point: np.ndarray, by_parameters: np.ndarray) -> np.ndarray:
    """The derivative of ∇²L along (``by_point`` (n,), ``by_parameters`` (q,)), shape (n, n).

    ∇²L is a polynomial along the line, so its mean over roots of unity gives the derivative up to rounding (Lyness–Moler,
    "Numerical differentiation of analytic functions", 1967); L must be affine in the parameters.
    """
    roots = np.exp(2j * np.pi * np.arange(pencil.degree) / pencil.degree)
    points = point + roots[:, None] * by_point
    moved = parameters[:, None] + by_parameters[:, None] * roots
    return np.tensordot(roots.conj(), float_derivatives_at(pencil.family, moved, points)[1], axes=1) / pencil.degree
