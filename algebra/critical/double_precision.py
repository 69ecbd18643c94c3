"""The critical points of a loss in double precision, all at once: tracked, filtered by reality, classified by eigenvalues.

For scans over many data sets, where speed matters and a certificate does not: nothing here is proved. Certified answers come
from `critscape.algebra.critical.enumeration`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from critscape.algebra.polynomial.evaluation import float_derivatives_at
from critscape.algebra.polynomial.loss import Family
from critscape.algebra.symmetry.orbits import Orbit, Orbits
from critscape.algebra.tracking.homotopy import Homotopy, Outcome, Path, Tracker

REAL = 1e-8
"""Largest imaginary part of a point that counts as real, relative to its size."""
FLAT = 1e-12
"""Eigenvalues smaller than this share of the largest one have no sign in double precision."""
NO_INDEX = -1


@dataclass(frozen=True)
class NumericalPoints:
    """Approximate critical points, symmetric copies included, orbit by orbit: ``points`` (P, n) complex; ``real`` (P,) flags; ``index`` (P,) the
    number of negative Hessian eigenvalues, NO_INDEX where the point is not real or an eigenvalue too small for a sign.

    ``paths`` are the tracked ones, one for each orbit: those that did not finish have no points here.
    """

    points: np.ndarray
    real: np.ndarray
    index: np.ndarray
    paths: tuple[Path, ...]


def numerical_points(tracker: Tracker, homotopy: Homotopy, orbits: Sequence[Orbit], units: np.ndarray) -> NumericalPoints:
    """The ends of the paths of ``homotopy`` from one point of each orbit, their images, and what they are in natural units.

    Where ``units`` are complex (a normal form that takes roots of negative constants) a point may be real in one and not in the
    other: :func:`critscape.algebra.critical.numerical_set.numerical_set` judges in the loss's own.

    The homotopy lives in natural units and ends at real parameters without a tilt; w = ``units``·u (n,) gives the points in the
    loss's own units.
    """
    orbits = Orbits.of(orbits)
    starts = orbits.points
    paths = tracker.track(homotopy, starts, thorough=False)
    hard = [k for k, path in enumerate(paths) if path.outcome is not Outcome.FINISHED]
    if hard:
        for k, path in zip(hard, tracker.track(homotopy, starts[hard])):
            paths[k] = path
    finished = np.array([path.outcome is Outcome.FINISHED for path in paths])
    ends = np.array([path.end if arrived else path.start for path, arrived in zip(paths, finished)])
    real = finished & (np.abs(ends.imag).max(axis=1, initial=0.0) <= REAL * np.maximum(1.0, np.abs(ends).max(axis=1, initial=0.0)))
    index = np.full(len(ends), NO_INDEX)
    index[real] = indices(homotopy.family, homotopy.parameters[0].real, ends[real].real)
    # The end of a path has no larger orbit than its start.
    found = orbits.images if finished.all() else orbits.images.take(np.flatnonzero(finished[orbits.images.owners]))
    return NumericalPoints(found.moved(ends) * units, real[found.owners], index[found.owners], tuple(paths))


def indices(family: Family, parameters: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The number of negative eigenvalues of ∇²L(w; p) at real ``points`` (P, n), or NO_INDEX where a sign is in doubt; shape (P,).

    Units do not matter: D·∇²L·D has the same inertia (Sylvester).
    """
    _, hessians = float_derivatives_at(family, [float(p) for p in parameters], points)
    eigenvalues = np.linalg.eigvalsh(hessians)
    sizes = np.abs(eigenvalues)
    clear = sizes.min(axis=1, initial=np.inf) > FLAT * sizes.max(axis=1, initial=0.0)
    return np.where(clear, (eigenvalues < 0).sum(axis=1), NO_INDEX)
