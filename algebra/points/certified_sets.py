"""Sets of certified points: which are the same zero, unions, and images under the symmetries of the loss and conjugation.

A symmetry σ of L carries critical points to critical points, an isolating box to an isolating box (it permutes coordinates and
changes their signs, so the image of a box is the box of the same radius around σ of its centre), real points to real points. So
what is proved of one point of an orbit is proved of all of them, with enclosures that are equal but for the places and signs of their entries,
and large sets consist of representatives with the group elements that lead to the other points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import overload

import flint
import numpy as np

from critscape.algebra.points.certification import CertifiedPoint, same_zero
from critscape.algebra.symmetry.coincidence import TOLERANCE, match
from critscape.algebra.symmetry.finite import SignedPermutation
from critscape.algebra.symmetry.orbits import UNMOVED, Images

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

    def moved(self, places: Images) -> Rounded:
        """Images of the points."""
        owners = places.owners
        return Rounded(places.moved(self.middles), places.moved(self.centres), self.blur[owners], self.isolation[owners])


@dataclass(frozen=True, eq=False)
class CertifiedSet(Sequence[CertifiedPoint]):
    """Certified points: images of ``representatives`` under symmetries of the loss, each of them made when it is asked for, and once.

    Point k is the image of the representative ``places.owners[k]``.
    """

    representatives: tuple[CertifiedPoint, ...]
    places: Images

    @classmethod
    def of(cls, points: Sequence[CertifiedPoint]) -> CertifiedSet:
        """The same points, each of them its own representative unless they are such a set already."""
        return points if isinstance(points, CertifiedSet) else cls(tuple(points), Images.none(len(points)))

    @classmethod
    def orbits(cls, representatives: Sequence[CertifiedPoint], elements: Iterable[Sequence[SignedPermutation]]) -> CertifiedSet:
        """The images of each representative under elements of its own, in this order."""
        return cls(tuple(representatives), Images.of(elements))

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, position: int) -> CertifiedPoint: ...

    @overload
    def __getitem__(self, position: slice) -> CertifiedSet: ...

    def __getitem__(self, position: int | slice) -> CertifiedPoint | CertifiedSet:
        if isinstance(position, slice):
            return self.take(np.arange(len(self))[position])
        owner, mover = int(self.places.owners[position]), int(self.places.movers[position])
        if mover == UNMOVED:
            return self.representatives[owner]
        if (owner, mover) not in self._made:
            self._made[owner, mover] = moved(self.places.group[mover], self.representatives[owner])
        return self._made[owner, mover]

    @cached_property
    def _made(self) -> dict[tuple[int, int], CertifiedPoint]:
        return {}

    def take(self, positions: np.ndarray) -> CertifiedSet:
        """The points at ``positions`` (Q,)."""
        return CertifiedSet(self.representatives, self.places.take(positions))

    def joined(self, more: CertifiedSet) -> CertifiedSet:
        """These points, then ``more``."""
        return CertifiedSet((*self.representatives, *more.representatives), self.places.joined(more.places, len(self.representatives)))

    @cached_property
    def real(self) -> np.ndarray:
        """Which of them are real, (P,) bool."""
        return np.array([point.real for point in self.representatives], dtype=bool)[self.places.owners]

    @cached_property
    def rounded(self) -> Rounded:
        """The points in double precision: rounding commutes with changes of sign."""
        return Rounded.of(self.representatives).moved(self.places)


def same_as(middles: np.ndarray, blur: np.ndarray, places: np.ndarray, known: Rounded) -> np.ndarray:
    """Whether zeros within ``blur`` (C,) of ``middles`` (C, n) are proved to be the ``known`` ones at ``places`` (C,); −1 is none."""
    far = np.abs(middles - known.centres[places]).max(axis=1, initial=0.0)
    return (places >= 0) & (far + blur + known.blur[places] < known.isolation[places])


def located(candidates: Sequence[CertifiedPoint], points: Sequence[CertifiedPoint]) -> list[int | None]:
    """For each candidate the first position in ``points`` of the same zero, or None; decided by the certificates."""
    if not candidates or not points:
        return [None] * len(candidates)
    given, known = CertifiedSet.of(candidates), CertifiedSet.of(points)
    return _located(given.rounded.middles, given.rounded.blur, given.__getitem__, known)


def images(transformation: SignedPermutation, points: Sequence[CertifiedPoint]) -> list[int | None]:
    """For each of distinct points the position among them of its image under a symmetry of the loss, or None."""
    if not points:
        return []
    known = CertifiedSet.of(points)
    return _located(transformation.of(known.rounded.middles), known.rounded.blur, lambda k: moved(transformation, known[k]), known)


def conjugates(points: Sequence[CertifiedPoint]) -> list[int | None]:
    """For each of distinct points the position among them of its complex conjugate, or None."""
    if not points:
        return []
    known = CertifiedSet.of(points)
    return _located(known.rounded.middles.conj(), known.rounded.blur, lambda k: conjugated(known[k]), known)


def _located(middles: np.ndarray, blur: np.ndarray, candidate: Callable[[int], CertifiedPoint], points: CertifiedSet) -> list[int | None]:
    """As :func:`located`, for candidates that are made only where double precision does not decide."""
    known = points.rounded
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


def union(points: Sequence[CertifiedPoint], more: Sequence[CertifiedPoint]) -> CertifiedSet:
    """``points`` (distinct) with those of ``more`` added that are not among them, decided by the certificates."""
    known, first = CertifiedSet.of(points), len(points)
    if not more:
        return known
    everything = known.joined(CertifiedSet.of(more))
    rounded = everything.rounded
    places = _located(rounded.middles[first:], rounded.blur[first:], lambda k: everything[first + k], everything)
    new = [k for k, place in enumerate(places, first) if place == k]
    # Those that are all new keep what has been computed of them.
    return everything if len(new) == len(more) else everything.take(np.concatenate([np.arange(first), new]).astype(int))


def moved(transformation: SignedPermutation, point: CertifiedPoint) -> CertifiedPoint:
    """The image of a certified point under a symmetry of the loss: certified as well."""
    with flint.ctx.workprec(point.precision):
        return replace(point, ball=tuple(transformation(point.ball)), centre=tuple(transformation(point.centre)))


def conjugated(point: CertifiedPoint) -> CertifiedPoint:
    """The complex conjugate of a certified point: certified as well, as the loss is real."""
    with flint.ctx.workprec(point.precision):
        ball, centre = (tuple(z.conjugate() for z in balls) for balls in (point.ball, point.centre))
        return replace(point, ball=ball, centre=centre)
