"""Evidence that an enumeration is complete: closure, Euler sum, parity and bounds, each with what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from critscape.algebra.bounds.root_counts import Bound
from critscape.algebra.critical.enumeration import Enumeration
from critscape.algebra.points.certification import CertifiedPoint
from critscape.algebra.points.certified_sets import CertifiedSet, conjugates, images
from critscape.algebra.points.classification import RealPoint
from critscape.algebra.polynomial.shape import Shape
from critscape.algebra.starts.start_set import StartSet
from critscape.algebra.symmetry.finite import SymmetryGroup, orbit_of
from critscape.algebra.tracking.homotopy import Outcome


@dataclass(frozen=True)
class Evidence:
    """One test: its name, whether it holds and what was measured, as a short sentence.

    Where ``holds`` is None the test does not apply, or, if it was ``tried``, it shows nothing: ``measured`` says why.
    """

    name: str
    holds: bool | None
    measured: str
    tried: bool = False

    def document(self) -> dict:
        """What files say of it."""
        return {"holds": self.holds, "measured": self.measured} | ({"tried": True} if self.holds is None and self.tried else {})


def group_images(points: Sequence[CertifiedPoint], group: SymmetryGroup) -> list[list[int]] | None:
    """For each generator of the group the position of the image of each point; None when the set is not closed under it."""
    found = []
    for generator in group.generators:
        known = [place for place in images(generator, points) if place is not None]
        if len(known) < len(points):
            return None
        found.append(known)
    return found


def orbits(points: Sequence[CertifiedPoint], group: SymmetryGroup) -> list[list[int]] | None:
    """The points, by position, as orbits of the group; None when the set is not closed under it."""
    moves = group_images(points, group)
    return None if moves is None else orbits_of(moves, len(points))


def orbits_of(moves: Sequence[Sequence[int]], count: int) -> list[list[int]]:
    """The orbits of the positions 0, …, count − 1 under permutations that generate a group.

    >>> orbits_of([[1, 0, 2, 3], [0, 1, 3, 2]], 4)
    [[0, 1], [2, 3]]
    """
    found: list[list[int]] = []
    seen: set[int] = set()
    for start in range(count):
        if start not in seen:
            orbit = orbit_of(start, moves)
            seen |= orbit
            found.append(sorted(orbit))
    return found


def real_orbits(points: Sequence[CertifiedPoint], decomposition: Sequence[Sequence[int]] | None) -> dict[int, int]:
    """``id`` of each real one among the points → number of its orbit; empty where there are no orbits."""
    number_of = np.full(len(points), -1)
    for number, orbit in enumerate(decomposition or ()):
        number_of[list(orbit)] = number
    real = np.flatnonzero(CertifiedSet.of(points).real & (number_of >= 0))
    return {id(points[k]): int(number_of[k]) for k in real.tolist()}


def gather(
    enumeration: Enumeration,
    real: Sequence[RealPoint],
    group: SymmetryGroup,
    orbit_list: Sequence[Sequence[int]] | None,
    bounds: Sequence[Bound],
    shape: Shape,
    settled: str | None = None,
) -> tuple[Evidence, ...]:
    """All evidence that applies to one enumeration.

    Where it is known that no point is missing (``settled`` says how), what only speaks for it and does not hold is not needed.
    """
    points, paths = enumeration.points, enumeration.paths
    starts = enumeration.starts
    unpaired = sum(place is None and not real for place, real in zip(conjugates(points), CertifiedSet.of(points).real.tolist()))
    euler = sum((-1) ** point.index for point in real)
    applies = bool(shape.coercive) and not enumeration.degenerate
    found = [] if starts is None else of_paths(starts, paths)
    if settled:
        found = [e if e.holds else Evidence(e.name, None, f"{e.measured}; not needed, as {settled}", tried=True) for e in found]
    if enumeration.eliminations:
        degrees = {(e.degree, e.distinct) for e in enumeration.eliminations}
        found.append(Evidence("eliminations agree", len(degrees) == 1, "; ".join(map(str, enumeration.eliminations))))
    found += [
        Evidence("closed under conjugation", unpaired == 0, f"{unpaired} non-real points without their conjugate"),
        Evidence(
            "closed under symmetry",
            orbit_list is not None,
            f"group of order {group.order}"
            + (f", {len(orbit_list)} orbit{'s' * (len(orbit_list) != 1)}" if orbit_list is not None else ""),
        ),
        Evidence("Euler sum", euler == 1 if applies else None, f"sum of (-1)^index is {euler}" + _because(shape, applies)),
        Evidence(
            "parity",
            (len(real) - len(points)) % 2 == 0,
            f"N_R = {len(real)}, N_C = {len(points)}" + (" (regular points)" if enumeration.degenerate else ""),
        ),
    ]
    return (*found, *of_bounds(enumeration, bounds))


def of_bounds(enumeration: Enumeration, bounds: Sequence[Bound]) -> list[Evidence]:
    """That there are no more points than upper bounds allow."""
    total, found = len(enumeration.points) + len(enumeration.degenerate), []
    for bound in bounds:
        holds = total <= bound.value
        found.append(Evidence(f"N_C at most the {bound.name}", holds, f"{total} {'≤' if holds else '>'} {bound.value}"))
    return found


def of_paths(starts: StartSet, paths: Mapping[Outcome, int]) -> list[Evidence]:
    """The evidence of an enumeration by continuation: its start set was complete and no path was lost."""
    trace, lost = starts.trace, paths[Outcome.FAILED]
    measured = f"second difference {trace.residual:.1e} of the first with {len(starts.solutions)} solutions of the generic member"
    return [
        Evidence("trace test", trace.passed, measured),
        Evidence("every path accounted for", not lost, f"{sum(paths.values())} paths, {lost} failed"),
    ]


def _because(shape: Shape, applies: bool) -> str:
    """Why the Euler sum must be 1, or need not."""
    if applies:
        return f", and must be 1: L is coercive ({shape.coercive})"
    return f" (it need not be 1: {'a point is degenerate' if shape.coercive else 'L is not known to be coercive'})"
