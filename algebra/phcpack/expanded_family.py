"""The tilted gradient of a family as monomials with numerical coefficients, and its values in double precision.

Engines that want polynomials term by term (PHCpack), and checks of end points that must not depend on an engine's own
evaluation, use this form.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import flint
import numpy as np

from critscape.algebra.polynomial.loss import Family


@dataclass(frozen=True)
class ExpandedFamily:
    """∂L/∂w_i = Σ_s Σ_u C[i, s, u] p^P[u] w^E[s] over ℚ(p), with floating C.

    Shapes: ``exponents`` E (S, n) integers, the origin last; ``powers`` P (U, q) integers; ``coefficients`` C (n, S, U).
    """

    exponents: np.ndarray
    powers: np.ndarray
    coefficients: np.ndarray


@lru_cache(maxsize=16)
def expanded(family: Family) -> ExpandedFamily:
    """The gradient of the family, expanded in weights and parameters together."""
    n, q = len(family.variables), len(family.parameters)
    ring = flint.fmpq_mpoly_ctx.get([f"w{i}" for i in range(n)] + [f"p{i}" for i in range(q)], "degrevlex")
    generators = ring.gens()
    loss = family.formula(generators[:n], generators[n:])
    entries: list[tuple[int, tuple[int, ...], tuple[int, ...], float]] = []
    if isinstance(loss, flint.fmpq_mpoly):
        for i in range(n):
            for monomial, value in loss.derivative(i).to_dict().items():
                powers = tuple(map(int, monomial))
                entries.append((i, powers[:n], powers[n:], int(value.p) / int(value.q)))
    origin = (0,) * n
    columns = {alpha: s for s, alpha in enumerate(dict.fromkeys(e[1] for e in entries if any(e[1])))}
    columns[origin] = len(columns)
    depths = {beta: u for u, beta in enumerate(dict.fromkeys(e[2] for e in entries))} or {(0,) * q: 0}
    coefficients = np.zeros((n, len(columns), len(depths)))
    for i, alpha, beta, size in entries:
        coefficients[i, columns[alpha], depths[beta]] = size
    return ExpandedFamily(np.array(list(columns), dtype=int).reshape(-1, n), np.array(list(depths), dtype=int).reshape(-1, q), coefficients)


@dataclass(frozen=True)
class MonomialSystem:
    """F_i(u) = Σ_s coefficients[i, s] u^exponents[s]; shapes (rows, S) complex and (S, n) integers."""

    exponents: np.ndarray
    coefficients: np.ndarray

    @property
    def dimension(self) -> int:
        return self.exponents.shape[1]

    def values(self, points: np.ndarray) -> np.ndarray:
        """F at ``points`` (P, n), shape (P, n); summed in extended precision where the platform has it."""
        points = points.astype(np.clongdouble)
        return (_monomials(points, self.exponents) @ self.coefficients.T.astype(np.clongdouble)).astype(complex)

    def sizes(self, points: np.ndarray) -> np.ndarray:
        """Σ_s |coefficients[i, s] u^exponents[s]|, the scale of rounding errors in ``values``; shape (P, n)."""
        return np.abs(_monomials(points, self.exponents)) @ np.abs(self.coefficients).T

    def jacobians(self, points: np.ndarray) -> np.ndarray:
        """∂F_i/∂u_j at ``points`` (P, n), shape (P, n, n)."""
        columns = []
        for j in range(self.dimension):
            involved = self.exponents[:, j] > 0
            lowered = self.exponents[involved].copy()
            lowered[:, j] -= 1
            slopes = self.coefficients[:, involved] * self.exponents[involved, j]
            columns.append(_monomials(points, lowered) @ slopes.T)
        return np.stack(columns, axis=2)

    def combined(self, weight: complex, other: MonomialSystem, other_weight: complex) -> MonomialSystem:
        """weight·F + other_weight·G for two systems with the same monomials."""
        return MonomialSystem(self.exponents, weight * self.coefficients + other_weight * other.coefficients)


def tilted_gradient(family: Family, parameters: np.ndarray, tilt: np.ndarray) -> MonomialSystem:
    """∇L(·; p) + c for numerical p (length q) and c (length n)."""
    form = expanded(family)
    parameters = np.asarray(parameters, dtype=complex)
    moments = np.prod(parameters[None, :] ** form.powers, axis=1)
    coefficients = form.coefficients @ moments
    coefficients[:, -1] += np.asarray(tilt)
    return MonomialSystem(form.exponents, coefficients)


def tilted_gradient_along(family: Family, parameters: np.ndarray, tilt: np.ndarray) -> MonomialSystem:
    """∇L(w; p(t)) + c(t) for p(t) = Σ_k parameters[k] t^k and c(t) = Σ_k tilt[k] t^k as n polynomials in (w, t), t last.

    Shapes: ``parameters`` (K + 1, q), ``tilt`` (M + 1, n). Exact for every degree of p and of the family in p.
    """
    form = expanded(family)
    moments = [_power_product(parameters, powers) for powers in form.powers]
    degree = max(len(tilt), *map(len, moments))
    padded = np.zeros((len(moments), degree), dtype=complex)
    for u, moment in enumerate(moments):
        padded[u, : len(moment)] = moment
    coefficients = form.coefficients @ padded
    coefficients[:, -1, : len(tilt)] += np.asarray(tilt).T
    n, monomials = coefficients.shape[:2]
    exponents = np.column_stack([np.repeat(form.exponents, degree, axis=0), np.tile(np.arange(degree), monomials)])
    flat = coefficients.reshape(n, -1)
    present = (flat != 0).any(axis=0)
    return MonomialSystem(exponents[present], flat[:, present])


def _power_product(curves: np.ndarray, powers: np.ndarray) -> np.ndarray:
    """The coefficients of ∏_j (Σ_k curves[k, j] t^k)^powers[j]."""
    product = np.ones(1, dtype=complex)
    for j in np.flatnonzero(powers):
        for _ in range(powers[j]):
            product = np.convolve(product, curves[:, j])
    return product


def in_units(system: MonomialSystem, weights: np.ndarray, loss: float) -> MonomialSystem:
    """The gradient system of L̃(u) = L(D u)/κ for D = diag(weights): D F(D u)/κ."""
    powers = np.prod(weights[None, :] ** system.exponents, axis=1)
    return MonomialSystem(system.exponents, system.coefficients * powers[None, :] * weights[:, None] / loss)


def _monomials(points: np.ndarray, exponents: np.ndarray) -> np.ndarray:
    """points^exponents, shape (P, S)."""
    result = np.ones((len(points), len(exponents)), dtype=points.dtype)
    for j in range(exponents.shape[1]):
        power = points[:, j]
        raised = np.ones_like(power)
        for k in range(1, int(exponents[:, j].max(initial=0)) + 1):
            raised = raised * power
            rows = np.flatnonzero(exponents[:, j] == k)
            result[:, rows] *= raised[:, None]
    return result
