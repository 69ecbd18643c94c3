"""Whether the critical set has a component of positive dimension.

Every component of dimension ≥ 1 of the affine variety {∇L = 0} meets a generic hyperplane ℓ(w) = a·w + b = 0, and no isolated
point lies on it. A common zero of ∇L and ℓ, found by Gauss–Newton and confirmed in multiprecision, is a witness point.

When the tilted gradient system has N solutions and all N paths end at distinct regular points as the tilt goes to zero, the
critical set is finite and the search is not needed: near any further critical point the open map ∇L would take values that
already have N preimages near the regular end points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import flint
import numpy as np
from flint import acb, acb_mat

from critscape.algebra.points.certification import PRECISIONS, norm
from critscape.algebra.polynomial.evaluation import ball_derivatives, float_derivatives_at, float_parameters, generic_vector
from critscape.algebra.polynomial.loss import Loss, exact, fingerprint, symmetric
from critscape.algebra.polynomial.scaling import scaling
from critscape.algebra.polynomial.straight_line import evaluate, programs
from critscape.algebra.symmetry.continuous import VectorField

ATTEMPTS = 60
"""Random starting points of one search."""
FIRST = 10
"""Starting points that are tried before the others: on most components they suffice."""
ITERATIONS = 80
"""Damped Gauss–Newton steps from each."""
RESIDUAL_BITS = 160
"""A witness has residuals below 2^−160, relative to its size."""
FARTHEST = 1e6
"""Size of a witness in natural units: where the gradient only tends to zero at infinity, there is none."""


def witness(loss: Loss, rng: np.random.Generator, near: Sequence[np.ndarray] = (), attempts: int = ATTEMPTS) -> tuple[acb, ...] | None:
    """A critical point on a random complex hyperplane, or None when the search finds none.

    Starts at the points ``near`` (end points of paths that were singular or diverged) and at ``attempts`` random ones, in natural
    units.
    """
    n, unit = loss.dimension, np.array(scaling(loss).weights)
    normal = generic_vector(rng, n) / unit
    offset = complex(*rng.standard_normal(2))
    starts = [*near, *(unit * size * generic_vector(rng, n) for size in np.geomspace(0.3, 3, attempts))]
    for some in (starts[:FIRST], starts[FIRST:]):
        points, settled = gauss_newton(loss, np.array(some, dtype=complex).reshape(-1, n), normal, offset)
        for point in points[settled]:
            confirmed = confirm(loss, point, normal, offset)
            if confirmed is not None and max(abs(complex(z)) / u for z, u in zip(confirmed, unit)) < FARTHEST:
                return confirmed
    return None


def gauss_newton(loss: Loss, starts: np.ndarray, normal: np.ndarray, offset: complex) -> tuple[np.ndarray, np.ndarray]:
    """Levenberg–Marquardt for the n + 1 equations ∇L = 0, normal·w + offset = 0 in double precision, from all ``starts`` (P, n) at once.

    Returns the last points (P, n), and which of them are zeros up to rounding.
    """
    weights = np.array(scaling(loss).weights)
    points, damping = starts.copy(), np.full(len(starts), 1e-2)
    residuals, jacobians = _sliced(loss, points, normal, offset)
    sizes = np.linalg.norm(residuals, axis=1)
    moving = np.isfinite(sizes)
    for _ in range(ITERATIONS):
        here = np.flatnonzero(moving & (sizes >= 1e-12))
        if not len(here):
            break
        left, values, right = np.linalg.svd(jacobians[here], full_matrices=False)
        inverses = values / (values**2 + damping[here, None])
        along = inverses * np.einsum("pij,pi->pj", left.conj(), residuals[here])
        trials = points[here] - weights * np.einsum("pji,pj->pi", right.conj(), along)
        new_residuals, new_jacobians = _sliced(loss, trials, normal, offset)
        new_sizes = np.linalg.norm(new_residuals, axis=1)
        better = new_sizes < sizes[here]
        moving[here[~np.isfinite(new_sizes) | ~better & (damping[here] > 1e8)]] = False
        ahead = here[better]
        points[ahead], residuals[ahead], jacobians[ahead] = trials[better], new_residuals[better], new_jacobians[better]
        sizes[ahead] = new_sizes[better]
        damping[here] *= np.where(better, 0.2, 4.0)
    return points, moving & (sizes < 1e-9)


def confirm(loss: Loss, point: np.ndarray, normal: np.ndarray, offset: complex) -> tuple[acb, ...] | None:
    """Gauss–Newton in multiprecision: the witness point when all residuals vanish to ``RESIDUAL_BITS``, else None."""
    n = loss.dimension
    with flint.ctx.workprec(PRECISIONS[0]):
        current = acb_mat([[acb(complex(z))] for z in point])
        slice_row = acb_mat([[acb(complex(a)) for a in normal]])
        for _ in range(12):
            slope, hessian = ball_derivatives(loss, [current[i, 0] for i in range(n)])
            value = (slice_row * current)[0, 0] + acb(offset)
            residual = acb_mat([[slope[i, 0]] for i in range(n)] + [[value]]).mid()
            if norm(residual.entries()) < (1 + norm(current.entries())) * flint.arb(2) ** -RESIDUAL_BITS:
                return tuple(current[i, 0] for i in range(n))
            # A min-norm step in double precision: the Hessian is singular along the component.
            jacobian = np.vstack([_complex(hessian), normal])
            right = np.array([complex(residual[i, 0] / norm(residual.entries())) for i in range(n + 1)])
            step = np.linalg.lstsq(jacobian, right, rcond=1e-7)[0]
            current = (current - acb_mat([[acb(complex(z)) * norm(residual.entries())] for z in step])).mid()
    return None


def moved_by(fields: Iterable[VectorField], point: Iterable[Any]) -> bool:
    """Whether one of the vector fields A w + b does not vanish at the point, beyond 1e-6 of what cancels there."""
    here = [complex(z) for z in point]
    for field in fields:
        for row, constant, value in zip(field.linear, field.constant, field(here, scalar=float)):
            scale = sum(abs(float(a)) * abs(w) for a, w in zip(row, here)) + abs(float(constant))
            if abs(value) > 1e-6 * max(scale, 1e-300):
                return True
    return False


def generic_rank_deficient(loss: Loss) -> bool:
    """Whether det ∇²L vanishes identically, so that no critical point is isolated.

    Full rank at a random point modulo a prime proves that it does not; otherwise the ranks at two random integer points over ℚ decide
    (a determinant that is not zero vanishes at one with probability below its degree over 2⁶²: Schwartz–Zippel). The points depend on
    the coefficients of L, so that no loss can be made for them.
    """
    prime, n = 2**31 - 1, loss.dimension
    draw = np.random.default_rng([n, fingerprint(loss)])
    point = [int(v) for v in draw.integers(1, prime, n)]
    if all(value.denominator % prime for value in loss.values):
        values = [flint.nmod(value.numerator, prime) / flint.nmod(value.denominator, prime) for value in loss.values]
        at_prime = _hessian(loss, [flint.nmod(v, prime) for v in point], values)
        if flint.nmod_mat(n, n, [int(entry) for row in at_prime for entry in row], prime).rank() == n:
            return False
    exact_values = [exact(value) for value in loss.values]
    places = [[flint.fmpq(int(v)) for v in draw.integers(1, 2**62, n)] for _ in range(2)]
    return all(flint.fmpq_mat(_hessian(loss, place, exact_values)).rank() < n for place in places)


def _hessian(loss: Loss, point: Sequence, values: Sequence) -> list[list]:
    """∇²L at a point over a field."""
    n = loss.dimension
    return symmetric(evaluate(programs(loss.family).gradient_hessian, point, values)[n:], n)


def _sliced(loss: Loss, points: np.ndarray, normal: np.ndarray, offset: complex) -> tuple[np.ndarray, np.ndarray]:
    """The n + 1 equations (P, n + 1) and their Jacobians (P, n + 1, n) at points (P, n), in natural units."""
    units, (count, n) = scaling(loss), points.shape
    with np.errstate(over="ignore", invalid="ignore"):
        # What leaves the range of doubles has no finite residual, and is given up.
        slopes, hessians = float_derivatives_at(loss.family, float_parameters(loss), points)
        residuals = np.column_stack([slopes / units.tilt, points @ normal + offset])
        rows = np.broadcast_to(normal, (count, 1, n))
        return residuals, np.concatenate([hessians / units.tilt[:, None], rows], axis=1) * np.array(units.weights)


def _complex(matrix: acb_mat) -> np.ndarray:
    return np.array([[complex(matrix[i, j]) for j in range(matrix.ncols())] for i in range(matrix.nrows())])
