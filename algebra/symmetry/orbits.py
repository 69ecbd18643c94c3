"""Orbits of points of ℂⁿ under the symmetries of a family: one representative each, and how to get the others from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from critscape.algebra.polynomial.loss import Family
from critscape.algebra.symmetry.coincidence import TOLERANCE, match
from critscape.algebra.symmetry.finite import SignedPermutation, elements, family_symmetries


@dataclass(frozen=True)
class Orbit:
    """A representative (n,), exactly invariant under its isotropy group, and group elements that carry it to its orbit's points.

    Each point is reached once; the identity comes first.
    """

    point: np.ndarray
    elements: tuple[SignedPermutation, ...]

    def __len__(self) -> int:
        return len(self.elements)


def images(orbit: Orbit) -> np.ndarray:
    """All points of an orbit (|orbit|, n)."""
    return np.concatenate([element.of(orbit.point[None, :]) for element in orbit.elements])


def orbit_representatives(points: np.ndarray, family: Family) -> tuple[Orbit, ...]:
    """The orbits of ``points`` (P, n) under the family's symmetries; points whose orbit has come already are left out."""
    return orbits_of(points, elements(family_symmetries(family), points.shape[1])) if len(points) else ()


def orbits_of(points: np.ndarray, group: Sequence[SignedPermutation]) -> tuple[Orbit, ...]:
    """The orbits of ``points`` (P, n) under all elements of a group, the identity first."""
    if not len(points):
        return ()
    moved = np.array([element.of(points) for element in group])
    # The first of the points that lies in the same orbit.
    first = np.arange(len(points))
    for image in moved[1:]:
        place = match(image, points)
        found = place >= 0
        first[found] = np.minimum(first[found], place[found])
    orbits = []
    for k in np.flatnonzero(first == np.arange(len(points))):
        around = moved[:, k]
        reach = TOLERANCE * max(1.0, float(np.abs(points[k]).max()))
        same = np.abs(around[:, None] - around[None, :]).max(axis=2) <= reach
        leaders = np.flatnonzero(np.argmax(same, axis=1) == np.arange(len(group)))
        # The mean over the isotropy group lies exactly in its fixed space: what vanishes there vanishes along the path.
        orbits.append(Orbit(around[same[0]].mean(axis=0), tuple(group[g] for g in leaders.tolist())))
    return tuple(orbits)
