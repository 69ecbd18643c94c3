"""The critical set of one loss in double precision, with the evidence that it is all there: for ensembles of many losses.

Nothing is proved. But a generic member of the family has as many critical points as any member with finitely many can have
(counted without multiplicity), so as many distinct zeros as the start set has solutions are all, whatever happened to the paths.
Wherever a test fails or a number is too close to call, ``doubts`` says so: such a loss needs `critscape.algebra.critical.enumeration`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from critscape.algebra.critical.double_precision import numerical_points
from critscape.algebra.polynomial.coefficient_span import WIDEST, coefficient_span
from critscape.algebra.polynomial.evaluation import float_derivatives_at, float_parameters
from critscape.algebra.polynomial.loss import Loss
from critscape.algebra.symmetry.coincidence import match
from critscape.algebra.symmetry.finite import symmetry_group
from critscape.algebra.symmetry.orbits import Orbit, Orbits
from critscape.algebra.tracking.homotopy import Homotopy, Outcome, Tracker

REAL, NOT_REAL = 1e-9, 1e-6
"""Relative imaginary parts below the first are rounding errors, above the second they are not; between them is doubt."""
CORRECTION = 1e-9
"""Largest relative Newton correction at a point that counts as a zero."""
FLAT = 1e-9
"""Eigenvalues smaller than this share of the largest one have no sign that can be relied on."""
SAME_LOSS, LOSS_ERROR = 1e-7, 1e-12
"""Losses of minima that differ by less than the first, relative to the largest of them, or by less than the second, relative to
the largest loss of a real critical point, cannot be told apart."""


@dataclass(frozen=True)
class NumericalSet:
    """The critical points of a loss, as far as double precision tells; empty but for ``doubts`` when some are missing.

    ``complex`` is N_C; for the R real points, in the order of increasing loss: ``index`` (R,), ``losses`` (R,) and ``eigenvalues``
    (R,), the least |eigenvalue| of each Hessian. ``spurious`` counts local minima that are not global (None: the loss is not
    coercive, so the question has no answer). ``apart`` is the least relative imaginary part of the points that are not real
    (infinite if all are): how far the next pair of real points is.
    """

    complex: int
    index: np.ndarray
    losses: np.ndarray
    eigenvalues: np.ndarray
    spurious: int | None
    apart: float
    doubts: tuple[str, ...]

    @property
    def by_index(self) -> dict[int, int]:
        """Number of real points of each index that occurs."""
        return dict(sorted(Counter(self.index.tolist()).items()))

    @property
    def minima(self) -> np.ndarray:
        """The losses of the local minima, increasing."""
        return self.losses[self.index == 0]


def numerical_set(
    loss: Loss, tracker: Tracker, homotopy: Homotopy, orbits: Sequence[Orbit], units: np.ndarray, expected: int | None, coercive: bool
) -> NumericalSet:
    """Follows one path of each orbit and tests what arrives.

    Parameters
    ----------
    homotopy, orbits, units : as for :func:`critscape.algebra.critical.double_precision.numerical_points`; ``units`` may be complex.
    expected : the number of critical points of a generic member; None if its start set may not have all of them.
    coercive : whether L(w) → ∞ with ‖w‖.
    """
    if expected is None or coefficient_span(homotopy.family) > WIDEST:
        return _doubtful("the generic member may have more solutions")
    orbits = Orbits.of(orbits)
    found = numerical_points(tracker, homotopy, orbits, units)
    lost = Counter(path.outcome for path in found.paths if path.outcome is not Outcome.FINISHED)
    if lost:
        return _doubtful(*(f"paths {outcome.name.lower().replace('_', ' ')}" for outcome in sorted(lost, key=lambda o: o.name)))
    if len(found.points) != expected:
        return _doubtful("fewer points than the generic member has")
    # In natural units, of size one; all paths finished, so the images are those of the starts.
    sizes = np.abs(units)
    points = found.points / sizes
    orbit_of = orbits.images.owners
    if not np.isfinite(points).all() or (match(points, points) != np.arange(len(points))).any():
        return _doubtful("points coincide")
    doubts = []
    if not closed(loss, points, sizes):
        doubts.append("not closed under symmetry")
    if (match(points.conj(), points) < 0).any():
        doubts.append("not closed under conjugation")
    if newton_corrections(loss, points, sizes).max(initial=0.0) > CORRECTION:
        doubts.append("points are not zeros of the gradient")
    imaginary = np.abs(points.imag).max(axis=1) / np.maximum(1.0, np.abs(points).max(axis=1))
    real = imaginary <= NOT_REAL
    if (imaginary[real] > REAL).any():
        doubts.append("reality in doubt")
    values, index, eigenvalues, clear = classified(loss, points[real].real, sizes)
    if not clear.all():
        doubts.append("index in doubt")
    if coercive and ((-1.0) ** index).sum() != 1:
        doubts.append("Euler sum is not 1")
    error = LOSS_ERROR * np.abs(values).max(initial=0.0)
    spurious = spurious_minima(values[index == 0], orbit_of[real][index == 0], error) if coercive else None
    if spurious is None and coercive:
        doubts.append("tie of minima in doubt")
    order = np.argsort(values, kind="stable")
    apart = float(imaginary[~real].min(initial=np.inf))
    return NumericalSet(len(points), index[order], values[order], eigenvalues[order], spurious, apart, tuple(doubts))


def _doubtful(*doubts: str) -> NumericalSet:
    none = np.empty(0)
    return NumericalSet(0, none.astype(int), none, none, None, np.inf, doubts)


def closed(loss: Loss, points: np.ndarray, sizes: np.ndarray) -> bool:
    """Whether the symmetries of the loss carry ``points`` (P, n), in units ``sizes`` (n,), to points of the set."""
    for generator in symmetry_group(loss).generators:
        if (match(generator.of(points * sizes) / sizes, points) < 0).any():
            return False
    return True


def newton_corrections(loss: Loss, points: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """The relative size of the next Newton correction at ``points`` (P, n), in units ``sizes``; infinite where there is none."""
    slopes, hessians = _derivatives(loss, points, sizes)
    try:
        steps = np.linalg.solve(hessians, slopes[:, :, None])[:, :, 0]
    except np.linalg.LinAlgError:
        return np.full(len(points), np.inf)
    steps = np.abs(steps).max(axis=1) / np.maximum(1.0, np.abs(points).max(axis=1))
    return np.where(np.isfinite(steps), steps, np.inf)


def classified(loss: Loss, points: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Loss, index, least |eigenvalue| of ∇²L (in the loss's own units) at real ``points`` (R, n), and whether the index is clear.

    D·∇²L·D has the same inertia (Sylvester), so the index is read off in units ``sizes``. All have shape (R,).
    """
    _, scaled = _derivatives(loss, points, sizes)
    eigenvalues = np.linalg.eigvalsh(scaled)
    around = np.abs(eigenvalues)
    clear = around.min(axis=1, initial=np.inf) > FLAT * around.max(axis=1, initial=0.0)
    own = np.linalg.eigvalsh(scaled / (sizes[:, None] * sizes[None, :]))
    value = loss.family.formula(list((points * sizes).T), [z.real for z in float_parameters(loss)])
    return np.broadcast_to(value, len(points)), (eigenvalues < 0).sum(axis=1), np.abs(own).min(axis=1, initial=np.inf), clear


def spurious_minima(losses: np.ndarray, orbit_of: np.ndarray, error: float) -> int | None:
    """How many of the minima with these ``losses`` are not global; None when two that no symmetry relates cannot be told apart.

    ``orbit_of`` names the orbit of each minimum: within an orbit losses are equal. ``error`` bounds the error of the losses.

    >>> spurious_minima(np.array([1.0, 2.0, 1.0]), np.array([0, 1, 0]), 0.0)
    1
    >>> spurious_minima(np.array([1.0, 1.0]), np.array([0, 1]), 0.0)
    """
    if not len(losses):
        return None
    lowest = np.argmin(losses)
    tied = losses - losses[lowest] <= SAME_LOSS * np.abs(losses).max() + error
    alike = orbit_of == orbit_of[lowest]
    return None if (tied != alike).any() else int((~alike).sum())


def _derivatives(loss: Loss, points: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """D·∇L (P, n) and D·∇²L·D (P, n, n) at ``points`` (P, n) in units ``sizes`` (n,), D their diagonal matrix."""
    parameters = float_parameters(loss)
    if not np.iscomplexobj(points):
        parameters = tuple(z.real for z in parameters)
    slopes, hessians = float_derivatives_at(loss.family, parameters, points * sizes)
    return slopes * sizes, hessians * sizes[:, None] * sizes[None, :]
