"""Orbits of points of ℂⁿ under the symmetries of a family: one representative each, and how to get the others from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from critscape.algebra.polynomial.loss import Family
from critscape.algebra.symmetry.coincidence import TOLERANCE, match
from critscape.algebra.symmetry.finite import SignedPermutation, elements, family_symmetries

UNMOVED = -1


@dataclass(frozen=True)
class Orbit:
    """A representative (n,), exactly invariant under its isotropy group, and group elements that carry it to its orbit's points.

    Each point is reached once; the identity comes first.
    """

    point: np.ndarray
    elements: tuple[SignedPermutation, ...]

    def __len__(self) -> int:
        return len(self.elements)


@dataclass(frozen=True, eq=False)
class Images:
    """Which P images of which points under which symmetries: the k-th is that of the point ``owners[k]`` under ``group[movers[k]]``.

    ``owners`` and ``movers`` have shape (P,); a mover UNMOVED is the identity.
    """

    owners: np.ndarray
    movers: np.ndarray
    group: tuple[SignedPermutation, ...]

    @classmethod
    def of(cls, elements: Iterable[Sequence[SignedPermutation]]) -> Images:
        """For each point its images under the given symmetries, one point after the other."""
        index: dict[SignedPermutation, int] = {}
        owners: list[int] = []
        movers: list[int] = []
        for owner, some in enumerate(elements):
            owners += [owner] * len(some)
            movers += [index.setdefault(element, len(index)) for element in some]
        return cls(np.array(owners, dtype=int), np.array(movers, dtype=int), tuple(index))

    @classmethod
    def none(cls, count: int) -> Images:
        """So many points themselves."""
        return cls(np.arange(count), np.full(count, UNMOVED), ())

    def __len__(self) -> int:
        return len(self.owners)

    def take(self, positions: np.ndarray) -> Images:
        """Those at ``positions`` (Q,)."""
        return Images(self.owners[positions], self.movers[positions], self.group)

    def joined(self, more: Images, count: int) -> Images:
        """These images of ``count`` points, then those of points that come after them."""
        movers = np.where(more.movers == UNMOVED, UNMOVED, more.movers + len(self.group))
        return Images(np.concatenate([self.owners, more.owners + count]), np.concatenate([self.movers, movers]), (*self.group, *more.group))

    def moved(self, points: np.ndarray) -> np.ndarray:
        """The images (P, n) of ``points`` (K, n)."""
        if not self.group:
            return points[self.owners]
        n = points.shape[1]
        # The identity comes last, where UNMOVED finds it.
        places = np.array([*(element.image for element in self.group), range(n)])
        signs = np.array([*(element.sign for element in self.group), (1,) * n])
        # Of each coordinate of an image, the one that it comes from.
        sources = np.argsort(places, axis=1)
        signs = np.take_along_axis(signs, sources, axis=1)
        return points[self.owners[:, None], sources[self.movers]] * signs[self.movers]


class Orbits(tuple[Orbit, ...]):
    """Orbits, and what is made of all of them once: many data sets start from the same."""

    @classmethod
    def of(cls, orbits: Sequence[Orbit]) -> Orbits:
        """The same orbits."""
        return orbits if isinstance(orbits, Orbits) else cls(orbits)

    @cached_property
    def points(self) -> np.ndarray:
        """The representatives (K, n) of at least one orbit."""
        return np.array([orbit.point for orbit in self])

    @cached_property
    def images(self) -> Images:
        """How all points come from the representatives, one orbit after the other."""
        return Images.of(orbit.elements for orbit in self)


def images(orbit: Orbit) -> np.ndarray:
    """All points of an orbit (|orbit|, n)."""
    return all_images([orbit])


def all_images(orbits: Sequence[Orbit]) -> np.ndarray:
    """The points of all orbits (Σ|orbit|, n), one orbit after the other; of one orbit at least."""
    known = Orbits.of(orbits)
    return known.images.moved(known.points)


def orbit_representatives(points: np.ndarray, family: Family) -> Orbits:
    """The orbits of ``points`` (P, n) under the family's symmetries; points whose orbit has come already are left out."""
    return orbits_of(points, elements(family_symmetries(family), points.shape[1])) if len(points) else Orbits()


def orbits_of(points: np.ndarray, group: Sequence[SignedPermutation]) -> Orbits:
    """The orbits of ``points`` (P, n) under all elements of a group, the identity first."""
    if not len(points):
        return Orbits()
    moved = np.array([element.of(points) for element in group])
    # The first of the points that lies in the same orbit.
    first = np.arange(len(points))
    for image in moved[1:]:
        place = match(image, points)
        found = place >= 0
        first[found] = np.minimum(first[found], place[found])
    around = moved[:, first == np.arange(len(points))]
    reach = TOLERANCE * np.maximum(1.0, np.abs(around[0]).max(axis=1))
    # Of each group element whether none before it carries the representative to the same place.
    leads = np.array([~(np.abs(around[:g] - around[g]).max(axis=2) <= reach).any(axis=0) for g in range(len(group))])
    fixed = np.abs(around - around[0]).max(axis=2) <= reach
    # The mean over the isotropy group lies exactly in its fixed space: what vanishes there vanishes along the path.
    means = np.where(fixed[:, :, None], around, 0.0).sum(axis=0) / fixed.sum(axis=0)[:, None]
    # Orbits of one kind share their elements.
    kinds, kind_of = np.unique(leads, axis=1, return_inverse=True)
    shared = [tuple(group[g] for g in np.flatnonzero(kind).tolist()) for kind in kinds.T]
    return Orbits(Orbit(mean, shared[kind]) for mean, kind in zip(means, kind_of.ravel().tolist()))
