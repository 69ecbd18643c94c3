"""Sets of certified points: which are the same zero, unions, and images under the symmetries of the loss and conjugation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import flint
import numpy as np

from critscape.algebra.points.certification import CertifiedPoint, same_zero
from critscape.algebra.symmetry.coincidence import TOLERANCE, match
from critscape.algebra.symmetry.finite import SignedPermutation

TINY = 1e-300


@dataclass(frozen=True)
class Rounded:
    """Certified points in double precision: zeros within ``blur`` (P,) of ``middles`` (P, n), boxes of ``isolation`` (P,) around ``centres`` (P, n).

    ``blur`` covers the rounding of the points themselves and of their centres.
    """

    middles: np.ndarray
    centres: np.ndarray
    blur: np.ndarray
    isolation: np.ndarray

    @classmethod
    def of(cls, points: Sequence[CertifiedPoint]) -> Rounded:
        """The same for at least one point."""
        middles = np.array([point.midpoint for point in points], dtype=complex)
        centres = np.array([point.rough_centre for point in points], dtype=complex)
        radii = np.array([point.width for point in points])
        sizes = np.maximum(np.abs(middles).max(axis=1, initial=0.0), np.abs(centres).max(axis=1, initial=0.0))
        # Far more than what rounding to double precision, here and in comparisons, can lose.
        return cls(middles, centres, 1.01 * radii + 2.0**-48 * sizes + TINY, 0.99 * np.array([float(point.isolation) for point in points]))


def same_as(middles: np.ndarray, blur: np.ndarray, places: np.ndarray, known: Rounded) -> np.ndarray:
    """Whether zeros within ``blur`` (C,) of ``middles`` (C, n) are proved to be the ``known`` ones at ``places`` (C,); −1 is none."""
    far = np.abs(middles - known.centres[places]).max(axis=1, initial=0.0)
    return (places >= 0) & (far + blur + known.blur[places] < known.isolation[places])


def located(candidates: Sequence[CertifiedPoint], points: Sequence[CertifiedPoint]) -> list[int | None]:
    """For each candidate the first position in ``points`` of the same zero, or None; decided by the certificates."""
    if not candidates or not points:
        return [None] * len(candidates)
    given, known = Rounded.of(candidates), Rounded.of(points)
    return _located(given.middles, given.blur, lambda k: candidates[k], points, known)


def images(transformation: SignedPermutation, points: Sequence[CertifiedPoint]) -> list[int | None]:
    """For each of distinct points the position among them of its image under a symmetry of the loss, or None."""
    if not points:
        return []
    known = Rounded.of(points)
    return _located(transformation.of(known.middles), known.blur, lambda k: moved(transformation, points[k]), points, known)


def conjugates(points: Sequence[CertifiedPoint]) -> list[int | None]:
    """For each of distinct points the position among them of its complex conjugate, or None."""
    if not points:
        return []
    known = Rounded.of(points)
    return _located(known.middles.conj(), known.blur, lambda k: conjugated(points[k]), points, known)


def _located(
    middles: np.ndarray,
    blur: np.ndarray,
    candidate: Callable[[int], CertifiedPoint],
    points: Sequence[CertifiedPoint],
    known: Rounded,
) -> list[int | None]:
    """As :func:`located`, for candidates that are made only where double precision does not decide."""
    places = match(middles, known.middles)
    sure = same_as(middles, blur, places, known)
    found: list[int | None] = [None if place < 0 else place for place in places.tolist()]
    for k in np.flatnonzero(~sure & (places >= 0)).tolist():
        point, middle, place = candidate(k), middles[k], found[k]
        assert place is not None
        if points[place] is not point and not same_zero(points[place], point):
            # Different zeros as close as this are rare: look at all of them.
            near = np.flatnonzero(np.abs(known.middles - middle).max(axis=1) <= 2 * TOLERANCE * (1 + np.abs(middle).max()))
            found[k] = next((j for j in map(int, near) if same_zero(points[j], point)), None)
    return found


def union(points: Sequence[CertifiedPoint], more: Sequence[CertifiedPoint]) -> list[CertifiedPoint]:
    """``points`` (distinct) with those of ``more`` added that are not among them, decided by the certificates."""
    if not more:
        return [*points]
    everything, first = [*points, *more], len(points)
    known = Rounded.of(everything)
    places = _located(known.middles[first:], known.blur[first:], lambda k: more[k], everything, known)
    return [*points, *(point for k, (point, place) in enumerate(zip(more, places), first) if place == k)]


def moved(transformation: SignedPermutation, point: CertifiedPoint) -> CertifiedPoint:
    """The image of a certified point under a symmetry of the loss: certified as well."""
    with flint.ctx.workprec(point.precision):
        return replace(point, ball=tuple(transformation(point.ball)), centre=tuple(transformation(point.centre)))


def conjugated(point: CertifiedPoint) -> CertifiedPoint:
    """The complex conjugate of a certified point: certified as well, as the loss is real."""
    with flint.ctx.workprec(point.precision):
        ball, centre = (tuple(z.conjugate() for z in balls) for balls in (point.ball, point.centre))
        return replace(point, ball=ball, centre=centre)
