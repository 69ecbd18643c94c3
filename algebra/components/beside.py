"""Local minima beside the limits: pieces that are not closed, and that no path of any centre ends at.

Along a set of critical points the index may jump, as at u = 0 along w = 0 of (u w² + 1)²: the minima, u > 0, are not closed, and a centre with
u < 0 leads to the saddles alone. So from points around each row, along the directions in which its Hessian is flat, Newton's method leads
back to the critical set (with the pseudoinverse of the Hessian, as zeros are not isolated), and what is semidefinite there is looked at.
What is found is proved as a limit is; that nothing is found proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from critscape.algebra.components.component import Component, Kind
from critscape.algebra.components.flatness import flat_below
from critscape.algebra.polynomial.evaluation import float_derivatives_at, float_parameters
from critscape.algebra.polynomial.loss import Loss

REACHES = (0.3, 1.0, 3.0)
"""How far points are taken around a row, beside the larger of one and its own size."""
STARTS = 64
"""Points at each of these distances."""
CORRECTIONS = 25
"""Newton corrections, at most."""
FLAT = 1e-3
"""Eigenvalues below this share of the largest are taken for zero on the way."""
ROUNDING, CONVERGED = 1e-13, 1e-10
"""A correction below the first, relative to the size of the point, is the last one; the largest one at a critical point."""
SAME_LOSS = 1e-7
"""Losses closer than this, relatively, count as one."""


def minima_beside(loss: Loss, rows: Sequence[Component], proved: Callable[[np.ndarray], Component]) -> list[Component]:
    """Proved local minima around ``rows`` that are unlike all of these in loss and inertia, one of each kind; ``proved`` is what is proved
    at a point (n,).
    """
    # Any numbers do, but always the same.
    random = np.random.default_rng(0)
    found: list[Component] = []
    for row in rows:
        if row.proved is None or not row.inertia.zero:
            continue
        for point, positive, height in semidefinite_around(loss, row.point, random):
            if any(like(other, positive, height) for other in (*rows, *found)):
                continue
            candidate = proved(point)
            if candidate.proved is not None and candidate.kind is Kind.LOCAL_MINIMUM and candidate.kind_proved:
                found.append(candidate)
    return found


def like(row: Component, positive: int, height: float) -> bool:
    """Whether a row has this loss, and a Hessian with so many positive eigenvalues and no negative one."""
    own = float(row.loss.mid())
    return not row.inertia.negative and row.inertia.positive == positive and abs(own - height) <= SAME_LOSS * max(1.0, abs(own))


def semidefinite_around(loss: Loss, centre: np.ndarray, random: np.random.Generator) -> list[tuple[np.ndarray, int, float]]:
    """Critical points around a ``centre`` (n,) whose Hessian looks positive semidefinite, one for each loss and number of positive
    eigenvalues: the point (n,), that number, and the loss, in double precision.
    """
    (hessian,) = derivatives(loss, centre[None])[1]
    values, vectors = np.linalg.eigh(hessian)
    flat = vectors[:, np.abs(values) <= flat_below(loss, centre, values)]
    if not flat.shape[1]:
        return []
    size = max(1.0, float(np.abs(centre).max()))
    away = np.concatenate([reach * size * random.normal(size=(STARTS, flat.shape[1])) for reach in REACHES])
    found: dict[tuple[int, float], tuple[np.ndarray, int, float]] = {}
    points = settled(loss, centre + away @ flat.T)
    spectra = np.linalg.eigvalsh(derivatives(loss, points)[1])
    for point, values, least in zip(points, spectra, flat_below(loss, points, spectra)):
        if values.min() >= -least:
            height = complex(loss.family.formula(point.tolist(), float_parameters(loss))).real
            positive = int((values > least).sum())
            found.setdefault((positive, round(height, 6)), (point, positive, height))
    return list(found.values())


def settled(loss: Loss, points: np.ndarray) -> np.ndarray:
    """The critical points (Q, n) at which Newton's method from ``points`` (P, n) arrives, with the pseudoinverse of the Hessian.

    ``points`` are moved in place.
    """
    moving = np.arange(len(points))
    with np.errstate(all="ignore"):
        for _ in range(CORRECTIONS):
            here = points[moving]
            steps = corrections(loss, here)
            size = np.maximum(1.0, np.abs(here).max(axis=1))
            length = np.abs(steps).max(axis=1)
            # A long step is shortened: far out the quadratic model says nothing.
            points[moving] = here - steps * np.minimum(1.0, size / np.maximum(length, 1e-300))[:, None]
            moving = moving[np.isfinite(points[moving]).all(axis=1) & ~(length <= ROUNDING * size)]
            if not len(moving):
                break
        points = points[np.isfinite(points).all(axis=1)]
        last = np.abs(corrections(loss, points)).max(axis=1)
    return points[last <= CONVERGED * np.maximum(1.0, np.abs(points).max(axis=1))]


def corrections(loss: Loss, points: np.ndarray) -> np.ndarray:
    """Newton's corrections (P, n) in the directions in which the Hessian is not flat."""
    slopes, hessians = derivatives(loss, points)
    values, vectors = np.linalg.eigh(hessians)
    steep = np.abs(values) > FLAT * np.abs(values).max(axis=1, keepdims=True)
    parts = np.einsum("pij,pi->pj", vectors, slopes) * np.where(steep, 1 / np.where(steep, values, 1.0), 0.0)
    return np.einsum("pij,pj->pi", vectors, parts)


def derivatives(loss: Loss, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """∇L (P, n) and ∇²L (P, n, n) at real points (P, n) in double precision."""
    slopes, hessians = float_derivatives_at(loss.family, float_parameters(loss), points)
    return slopes.real, hessians.real
