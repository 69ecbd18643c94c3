"""A rational point at which L is low: it proves that every local minimum above it is spurious, whatever L does at infinity.

The search is made in double precision and proves nothing; the value at the rational point where it ends is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

import numpy as np

from critscape.algebra.points.classification import RealPoint
from critscape.algebra.polynomial.evaluation import float_derivatives
from critscape.algebra.polynomial.loss import Loss, exact
from critscape.algebra.polynomial.scaling import scaling
from critscape.algebra.polynomial.straight_line import evaluate, programs

DIRECTIONS = 20
"""Random directions that are tried from the origin outwards."""
RADII = np.geomspace(0.1, 1e6, 15)
"""Distances from the origin, in natural units."""
DESCENTS = 40
"""Descents at most: from the saddles, downwards on both sides, and from the lowest places on the rays."""
STEPS = 300


def low_value(loss: Loss, points: Sequence[RealPoint]) -> Fraction | None:
    """The least value of L that was found at a rational point; None when none is finite.

    ``points`` are the real critical points that are known: descents begin beside those that are no minima.
    """
    return low_value_from(loss, tuple(tuple(float(z.real.mid()) for z in point.point.ball) for point in points if point.index))


def low_value_from(loss: Loss, centres: tuple[tuple[float, ...], ...]) -> Fraction | None:
    """The same, with the places (n,) of the points that are no minima."""
    point = low_point_from(loss, centres)
    return None if point is None else exact_value(loss, point)


@lru_cache(maxsize=64)
def low_point_from(loss: Loss, centres: tuple[tuple[float, ...], ...]) -> tuple[Fraction, ...] | None:
    """The rational point (n,) of that value; one answer asks several times as its evidence grows."""
    units = np.array(scaling(loss).weights)
    size = scaling(loss).loss
    parameters, gradient = [float(value) for value in loss.values], programs(loss.family).gradient

    def value(u: np.ndarray) -> float:
        try:
            # Python's own floats are several times as fast as NumPy's, one by one; they refuse powers that are infinite.
            return float(loss.family.formula((units * u).tolist(), parameters)) / size
        except OverflowError:
            return np.inf

    def slope(u: np.ndarray) -> np.ndarray:
        return np.array(evaluate(gradient, (units * u).tolist(), parameters)) * units / size

    with np.errstate(all="ignore"):
        try:
            places = [*_beside(loss, centres, units), *_on_rays(value, loss.dimension)]
            ends = [_descended(value, slope, place) for place in places[:DESCENTS]]
            ranked = sorted((v, k) for k, end in enumerate(ends) if np.isfinite(v := value(end)))
        except OverflowError:
            # Beyond double precision nothing is searched.
            return None
    return tuple(Fraction(float(x)) for x in units * ends[ranked[0][1]]) if ranked else None


def exact_value(loss: Loss, point: Sequence[Fraction]) -> Fraction:
    """L at a rational point (n,)."""
    found = loss.family.formula([exact(x) for x in point], [exact(value) for value in loss.values])
    return Fraction(int(found.p), int(found.q))


def _beside(loss: Loss, centres: Sequence[tuple[float, ...]], units: np.ndarray) -> list[np.ndarray]:
    """Places on both sides of each saddle or maximum, along the eigenvector of the least eigenvalue of its Hessian."""
    places = []
    for known in centres:
        centre = np.array(known) / units
        hessian = float_derivatives(loss, units * centre)[1].real * np.outer(units, units)
        step = 0.01 * max(1.0, float(np.abs(centre).max())) * np.linalg.eigh(hessian)[1][:, 0]
        places += [centre + step, centre - step]
    return places


def _on_rays(value, n: int) -> list[np.ndarray]:
    """Places on random rays from the origin and along the axes, the lowest one of each, in increasing loss."""
    draws = np.random.default_rng(n).standard_normal((DIRECTIONS, n))
    rays = [*np.eye(n), *-np.eye(n), *(draws / np.linalg.norm(draws, axis=1)[:, None])]
    lowest = []
    for ray in rays:
        heights = np.array([value(radius * ray) for radius in RADII])
        heights[~np.isfinite(heights)] = np.inf
        lowest.append((heights.min(), RADII[heights.argmin()] * ray))
    return [place for height, place in sorted(lowest, key=lambda pair: pair[0]) if np.isfinite(height)]


def _descended(value, slope, place: np.ndarray) -> np.ndarray:
    """The end of a quasi-Newton descent, or where it began if that is lower."""
    # Loading it takes longer than solving a small problem, most of which have no need of it.
    from scipy.optimize import minimize

    found = minimize(value, place, jac=slope, method="L-BFGS-B", options={"maxiter": STEPS})
    return found.x if np.all(np.isfinite(found.x)) and found.fun <= value(place) else place
