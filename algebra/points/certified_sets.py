"""Sets of certified points: which are the same zero, unions, and images under the symmetries of the loss and conjugation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import flint
import numpy as np

from critscape.algebra.points.certification import CertifiedPoint, same_zero
from critscape.algebra.symmetry.coincidence import TOLERANCE, match
from critscape.algebra.symmetry.finite import SignedPermutation


def located(candidates: Sequence[CertifiedPoint], points: Sequence[CertifiedPoint]) -> list[int | None]:
    """For each candidate the first position in ``points`` of the same zero, or None; decided by the certificates."""
    if not candidates or not points:
        return [None] * len(candidates)
    middles, known = (np.array([point.midpoint for point in group]) for group in (candidates, points))
    found: list[int | None] = []
    for candidate, middle, place in zip(candidates, middles, match(middles, known).tolist()):
        if place >= 0 and not same_zero(points[place], candidate):
            # Different zeros as close as this are rare: look at all of them.
            near = np.flatnonzero(np.abs(known - middle).max(axis=1) <= 2 * TOLERANCE * (1 + np.abs(middle).max()))
            place = next((k for k in map(int, near) if same_zero(points[k], candidate)), -1)
        found.append(place if place >= 0 else None)
    return found


def union(points: Sequence[CertifiedPoint], more: Sequence[CertifiedPoint]) -> list[CertifiedPoint]:
    """``points`` (distinct) with those of ``more`` added that are not among them, decided by the certificates."""
    everything = [*points, *more]
    places = located(more, everything)
    return [*points, *(point for k, (point, place) in enumerate(zip(more, places), len(points)) if place == k)]


def moved(transformation: SignedPermutation, point: CertifiedPoint) -> CertifiedPoint:
    """The image of a certified point under a symmetry of the loss: certified as well."""
    with flint.ctx.workprec(point.precision):
        return replace(point, ball=tuple(transformation(point.ball)), centre=tuple(transformation(point.centre)))


def conjugated(point: CertifiedPoint) -> CertifiedPoint:
    """The complex conjugate of a certified point: certified as well, as the loss is real."""
    with flint.ctx.workprec(point.precision):
        ball, centre = (tuple(z.conjugate() for z in balls) for balls in (point.ball, point.centre))
        return replace(point, ball=ball, centre=centre)
