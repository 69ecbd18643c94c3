"""What an end point is worth, judged by our own evaluation: regular, singular, on its way to infinity, or none of these.

Works in scaled units, where coefficients and finite solutions are near one (critscape.algebra.polynomial.scaling). Everything here errs on the side
of "unknown": a wrong "regular" loses a solution, a wrong "unknown" costs another attempt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from critscape.algebra.phcpack.expanded_family import MonomialSystem
from critscape.algebra.phcpack.multiprecision_newton import regular_zero

NEARBY = 1e-3
"""How far, relative to each coordinate, Newton's method may move a reported end point."""
CONVERGED = 1e-11
"""Relative length of the last Newton step."""
PERTURBATION = 1e3
"""Newton's method must contract from this many times the uncertainty of a zero."""
SINGULAR = 1e-6
"""Smallest singular value of the Jacobian, relative to the terms, below which an end point may be called singular."""
EXTENDED_EPSILON = float(np.finfo(np.longdouble).eps)
"""1e-19 on x86; where long doubles are doubles, more end points stay undecided."""
LARGE = 1e3
"""Size of a point from which divergence is considered."""
LATE = 1e-4
"""… and the largest τ = (1 − s)^k."""
GROWN = 10.0
"""Size of a point whose valuation has settled, from which it counts as diverging."""
SETTLED = 0.1
"""Relative spread of a settled valuation."""
DIVERGING = -0.04
"""Valuation of a diverging coordinate: −a/b with b the winding number, so that −1/24 is the slowest that is recognised."""


def newton(system: MonomialSystem, points: np.ndarray, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Newton's method from ``points`` (P, n): the last points, and the moduli of all steps, shape (steps, P, n)."""
    points, moves = points.copy(), np.full((steps, *points.shape), np.inf)
    with np.errstate(all="ignore"):
        for k in range(steps):
            step = solved(system.jacobians(points), system.values(points))
            points = points - step
            moves[k] = np.abs(step)
    return points, np.where(np.isnan(moves), np.inf, moves)


def uncertainty(system: MonomialSystem, points: np.ndarray) -> np.ndarray:
    """|J⁻¹|·ε·Σ|terms| + ε|u| at ``points`` (P, n): how far rounding moves the zero that Newton's method finds, shape (P, n).

    The first ε is that of extended precision, in which residuals are summed. Near a double root J⁻¹ is as large as the root is
    uncertain: the bound is √ε there, as it should be. NaN if the Jacobian is singular.
    """
    n = system.dimension
    bound = np.full(points.shape, np.nan)
    jacobians, rounding = system.jacobians(points), EXTENDED_EPSILON * system.sizes(points)
    for k in np.flatnonzero(np.isfinite(jacobians).all(axis=(1, 2))):
        try:
            bound[k] = np.abs(np.linalg.solve(jacobians[k], np.eye(n))) @ rounding[k]
        except np.linalg.LinAlgError:
            pass
    return bound + np.finfo(float).eps * np.abs(points)


def solved(matrices: np.ndarray, right_sides: np.ndarray) -> np.ndarray:
    """matrices⁻¹ right_sides for (P, n, n) and (P, n); rows of NaN where a matrix is singular or not finite."""
    solutions = np.full_like(right_sides, np.nan)
    usable = np.isfinite(matrices).all(axis=(1, 2)) & np.isfinite(right_sides).all(axis=1)
    try:
        solutions[usable] = np.linalg.solve(matrices[usable], right_sides[usable][..., None])[..., 0]
    except np.linalg.LinAlgError:
        for k in np.flatnonzero(usable):
            try:
                solutions[k] = np.linalg.solve(matrices[k], right_sides[k])
            except np.linalg.LinAlgError:
                pass
    return solutions


def regular_end_points(system: MonomialSystem, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The zeros of ``system`` that ``points`` (P, n) approximate, and which of them are regular and near their point.

    Regular means: Newton's method converges, and it still contracts fast from far outside the rounding errors of the zero,
    whereas near a multiple root it contracts linearly. What double precision leaves open, multiprecision decides. All
    comparisons are made coordinate by coordinate, as solutions of one system may have coordinates from 1e-3 to 1e3.
    """
    zeros, moves = newton(system, points, 7)
    with np.errstate(all="ignore"):
        doubt = uncertainty(system, zeros)
        noise = np.maximum(np.maximum(CONVERGED * np.abs(zeros), 100 * doubt), 1e-14)
        converged = (moves[-1] <= noise) & near(zeros, points)
        phases = np.exp(2j * np.pi * np.modf(np.sqrt(np.arange(2, 2 + points.shape[1])))[0])
        shift = np.maximum(PERTURBATION * doubt, 1e-13)
        again, back = newton(system, zeros + shift * phases, 3)
        contracts = ((back[1] / shift).max(axis=1, initial=0) <= 0.1) & (np.abs(again - zeros) <= noise).all(axis=1)
        plausible = (np.abs(zeros - points) <= 0.1 * np.abs(zeros) + 1e-3).all(axis=1)
    regular = converged.all(axis=1) & contracts
    for k in np.flatnonzero(plausible & ~regular):
        zero = regular_zero(system, points[k], NEARBY)
        if zero is not None:
            zeros[k], regular[k] = zero, True
    return zeros, regular


def near(zeros: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Whether Newton's method moved each coordinate little; boolean, (P, n)."""
    return np.abs(zeros - points) <= NEARBY * np.abs(zeros) + NEARBY**2


def singular_end_points(system: MonomialSystem, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Limits of Newton's method from ``points`` (P, n) and which of them are zeros with a Jacobian that is singular to 1e-6.

    Singular is meant relative to the terms: σ_min of (J_ij |u_j| / Σ|terms of F_i|), coordinates below one counting as one. An
    ill-conditioned zero that multiprecision shows to be regular is not singular.
    """
    zeros, _ = newton(system, points, 40)
    with np.errstate(all="ignore"):
        units = np.maximum(np.abs(zeros), 1)
        terms = np.maximum(system.sizes(units.astype(complex)), 1e-300)
        residuals = (np.abs(system.values(zeros)) / terms).max(axis=1, initial=0)
        singular = (np.abs(zeros - points) <= 1e-2 * np.abs(zeros) + 1e-2).all(axis=1) & (residuals <= 1e-10)
    for k in np.flatnonzero(singular):
        relative = system.jacobians(zeros[k : k + 1])[0] * units[k][None, :] / terms[k][:, None]
        singular[k] = np.linalg.svd(relative, compute_uv=False)[-1] <= SINGULAR and (regular_zero(system, zeros[k], NEARBY) is None)
    return zeros, singular


@dataclass(frozen=True)
class Segment:
    """The homotopy (1 − s)^k·start + s^k·target between two systems with the same monomials, s from 0 to 1."""

    start: MonomialSystem
    target: MonomialSystem
    power: int

    def at(self, s: float) -> MonomialSystem:
        return self.start.combined((1 - s) ** self.power, self.target, s**self.power)

    def slope(self, s: float) -> MonomialSystem:
        """∂/∂s of the homotopy."""
        k = self.power
        return self.start.combined(-k * (1 - s) ** (k - 1), self.target, k * s ** (k - 1))


def valuation(segment: Segment, point: np.ndarray, s: float) -> np.ndarray | None:
    """d log|u_i| / d log τ with τ = (1 − s)^k at ``point`` (n,) on a path; None when Newton's method finds no path there.

    Its limit is the exponent of the leading term of the path's Puiseux series: negative for a diverging coordinate
    (Huber–Verschelde 1998, polyhedral end games).
    """
    system = segment.at(s)
    on_path, moves = newton(system, point[None, :], 5)
    if not (near(on_path, point[None, :]) & (moves[-1] <= 1e-8 * np.abs(on_path) + 1e-10)).all():
        return None
    with np.errstate(all="ignore"):
        velocity = solved(system.jacobians(on_path), -segment.slope(s).values(on_path))[0]
        return np.real(-(1 - s) * velocity / (segment.power * on_path[0]))


def diverges(segment: Segment, point: np.ndarray, s: float) -> bool:
    """Whether a path that stopped at (``point``, s) is on its way to infinity: large, late, and its largest coordinate grows."""
    if not np.isfinite(point).all() or np.abs(point).max() < LARGE or (1 - s) ** segment.power > LATE:
        return False
    slopes = valuation(segment, point, s)
    return slopes is not None and bool(slopes[np.abs(point).argmax()] < DIVERGING)


def settled_at_infinity(segment: Segment, trail: Sequence[tuple[np.ndarray, float]]) -> bool:
    """Whether the last three points (u, s) of a path, late ones, show one negative valuation of the largest coordinate."""
    if len(trail) < 3 or (1 - trail[-1][1]) ** segment.power > LATE or np.abs(trail[-1][0]).max() < GROWN:
        return False
    largest = np.abs(trail[-1][0]).argmax()
    slopes = [valuation(segment, point, s) for point, s in trail[-3:]]
    known = [slope for slope in slopes if slope is not None]
    if len(known) < len(slopes):
        return False
    exponents = [slope[largest] for slope in known]
    return max(exponents) < DIVERGING and max(exponents) - min(exponents) <= SETTLED * abs(exponents[-1])


def connected(system: MonomialSystem, ends: np.ndarray, begins: np.ndarray) -> np.ndarray:
    """Whether Newton's method on the ``system`` just before leads from each of ``ends`` (P, n) to that of ``begins``."""
    back, _ = newton(system, ends, 8)
    with np.errstate(all="ignore"):
        return (np.abs(back - begins) <= 1e-6 * np.abs(begins) + 1e-8).all(axis=1)
