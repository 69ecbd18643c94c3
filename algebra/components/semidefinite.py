"""Global minima by convexity where residuals are of degree two: L(w) = Σ_k φ_k(r_k(w)), all φ_k convex, deg r_k ≤ 2.

At a critical point p let m_k = φ_k'(r_k(p)). Then L(w) ≥ L(p) + Σ_k m_k (r_k(w) − r_k(p)), a polynomial of degree two whose gradient
vanishes at p: so p is a global minimum if its Hessian Q(p) = Σ_k m_k ∇²r_k is positive semidefinite. A ridge ½λw² is a term of its own,
with φ(t) = t. For two linear layers Q ⪰ 0 says √(λ₁λ₂) ≥ ‖∇ℓ(W₂W₁)‖, as convexity of ℓ(M) + √(λ₁λ₂)‖M‖_* does (Srebro, Rennie and
Jaakkola, "Maximum-margin matrix factorization", NeurIPS 2004); for quadratic units with outer weights 1 it is convexity in S = WᵀW.

Q(p) has exact zeros, as where p can be rotated. They are known by vector fields v(w) = Aw + b for which the entries of Q(w)v(w) are
combinations of those of ∇L(w): where ∇L vanishes Qv does. With r of them independent and n − r positive eigenvalues Q ⪰ 0, and
intervals prove both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import flint
import numpy as np
from flint import acb, acb_mat, arb_mat, fmpq, fmpq_mat

from critscape.algebra.components.arcs import exact_inertia
from critscape.algebra.components.function_space import FunctionSpace, multiplier
from critscape.algebra.components.local_system import PRECISION, ProvedPoint, at_balls, pivots_of
from critscape.algebra.components.relations import MOST_COLUMNS, rational_kernel
from critscape.algebra.points.classification import ldl_pivots

Vector = tuple[flint.fmpq_mpoly, ...]


@dataclass(frozen=True)
class QuadraticBound:
    """Q as n rows of n polynomials, and vector fields that it annihilates at critical points."""

    curvature: tuple[Vector, ...]
    fields: tuple[Vector, ...]


def quadratic_bound(space: FunctionSpace) -> QuadraticBound | None:
    """The bound from below at each critical point; None where residuals are of higher degree or a φ_k is not convex."""
    if not space.terms or not space.convex or any(term.inner.total_degree() > 2 for term in space.terms):
        return None
    ring = space.terms[0].inner.context()
    n, zero = ring.nvars(), ring.constant(0)
    curvature, slopes = [[zero] * n for _ in range(n)], [zero] * n
    for term in space.terms:
        factor = multiplier(term)
        for i in range(n):
            slope = term.inner.derivative(i)
            slopes[i] += factor * slope
            for j in range(n):
                curvature[i][j] += factor * slope.derivative(j)
    return QuadraticBound(tuple(map(tuple, curvature)), annihilated(curvature, slopes))


def annihilated(curvature: Sequence[Sequence[flint.fmpq_mpoly]], slopes: Sequence[flint.fmpq_mpoly]) -> tuple[Vector, ...]:
    """Vector fields v = Aw + b with entries of Qv in the span of those of ∇L; none where there are too many unknowns."""
    ring, n = slopes[0].context(), len(slopes)
    affine = [ring.constant(1), *ring.gens()]
    # Unknown are the coefficients of v, then for each row i those of the combination of slopes.
    columns = n * len(affine) + n * n
    if columns > MOST_COLUMNS:
        return ()
    rows: dict[tuple, int] = {}
    entries: list[tuple[int, int, fmpq]] = []
    for i in range(n):
        products = [(j * len(affine) + k, curvature[i][j] * one) for j in range(n) for k, one in enumerate(affine)]
        products += [(n * len(affine) + i * n + j, -slope) for j, slope in enumerate(slopes)]
        for column, polynomial in products:
            for exponents, c in polynomial.to_dict().items():
                entries.append((rows.setdefault((i, *map(int, exponents)), len(rows)), column, c))
    found = []
    for solution in rational_kernel(entries, len(rows), columns):
        field = [sum((a * one for a, one in zip(solution[j * len(affine) :], affine)), ring.constant(0)) for j in range(n)]
        if any(field):
            found.append(tuple(field))
    return tuple(found)


def semidefinite(bound: QuadraticBound, proved: ProvedPoint, rational: Sequence[fmpq] | None) -> bool:
    """Whether Q ⪰ 0 is proved at a proved critical point."""
    if rational is not None:
        return not exact_inertia(fmpq_mat([[entry(*rational) for entry in row] for row in bound.curvature]))[1]
    with flint.ctx.workprec(PRECISION):
        n = len(bound.curvature)
        rows, kernel = independent(bound, proved.ball)
        if len(rows) == n:
            return True
        floats = np.array([[float(kernel[i][j].real.mid()) for j in range(n)] for i in rows]).reshape(len(rows), n)
        complement = np.linalg.svd(floats)[2][len(rows) :].T if rows else np.eye(n)
        basis = arb_mat(complement.tolist())
        matrix = arb_mat([[at_balls(entry, proved.ball).real for entry in row] for row in bound.curvature])
        pivots = ldl_pivots(basis.transpose() * matrix * basis)
    return pivots is not None and all(bool(pivot > 0) for pivot in pivots)


def independent(bound: QuadraticBound, ball: Sequence[acb]) -> tuple[list[int], list[list[acb]]]:
    """Vector fields that are proved to be independent at a point (none if that fails), and all fields there."""
    n = len(bound.curvature)
    kernel = [[at_balls(entry, ball) for entry in field] for field in bound.fields]
    floats = np.array([[float(entry.real.mid()) for entry in field] for field in kernel]).reshape(len(kernel), n)
    rows, columns = pivots_of(floats)
    if rows and acb_mat([[kernel[i][j] for j in columns] for i in rows]).det().contains(0):
        return [], kernel
    return rows, kernel
