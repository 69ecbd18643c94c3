"""All critical points of a regression from what branch and prune found: proved in balls, moved by the symmetries, classified.

The points are all there are if no box is left: every critical point of the fundamental domain lies in a box that was excluded, or in
a cell that holds exactly one zero of ∇R; and that one is proved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from critscape.algebra.boxes.proof import contains, covers, proved, typed
from critscape.algebra.boxes.region import region
from critscape.algebra.boxes.regression import Regression
from critscape.algebra.boxes.search import Outcome, volume
from critscape.algebra.boxes.symmetries import closed, group, with_exact_zeros
from critscape.algebra.critical.evidence import Evidence, orbits
from critscape.algebra.points.certification import CertifiedPoint
from critscape.algebra.points.classification import Kind, RealPoint
from critscape.algebra.points.global_minima import judged
from critscape.algebra.polynomial.shape import Shape
from critscape.algebra.symmetry.finite import SymmetryGroup

COERCIVE = Shape(coercive="every weight has a positive ridge")
ATTEMPTS = 8
"""Boxes that are left over, at most, at which a point is sought in balls; where there are more the Hessian is singular somewhere."""
EULER = "Euler sum of the real points is 1"


@dataclass(frozen=True)
class CriticalPoints:
    """Proved real critical points in increasing loss.

    ``orbit_of`` has the number of the orbit of each; ``examined`` boxes were looked at; ``left`` (u, n, 2) are boxes that may hold
    further points, and ``share`` is their part of the volume of the region. ``reason`` is None if these are all critical points.
    """

    points: tuple[RealPoint, ...]
    orbit_of: tuple[int, ...]
    symmetries: SymmetryGroup
    examined: int
    left: np.ndarray
    share: float
    evidence: tuple[Evidence, ...]
    reason: str | None

    @property
    def complete(self) -> bool:
        """Whether no critical point is missing."""
        return self.reason is None

    @property
    def by_index(self) -> dict[int, int]:
        """Number of points of each index that occurs."""
        return dict(sorted(Counter(point.index for point in self.points).items()))

    def count(self, kind: Kind) -> int:
        """Number of points of a kind."""
        return sum(point.kind is kind for point in self.points)


def critical_points(regression: Regression, outcome: Outcome) -> CriticalPoints:
    """The critical points that a search found, with what it left."""
    points, unproved = in_cells(regression, outcome.cells)
    open_boxes = left_over(regression, points, [*outcome.left, *unproved])
    left = np.concatenate([outcome.rest, np.array(open_boxes).reshape(-1, regression.inner_weights, 2)])
    symmetries = group(regression)
    everywhere = with_exact_zeros(regression, closed(points, symmetries), symmetries)
    found, alike = classified(regression, everywhere, symmetries)
    share = volume(left) / volume(region(regression)[None]) if len(left) else 0.0
    euler = sum((-1) ** point.index for point in found)
    sums_up = Evidence(EULER, euler == 1 if not len(left) else None, str(euler))
    reason = open_reason(outcome, left, share)
    if reason is None and euler != 1:
        reason = f"the Euler sum of the points is {euler}, not 1: this is a fault of the program, please report it"
    nothing_left = Evidence("no box is left", not len(left), f"{len(left):,} of {outcome.examined:,} boxes left")
    final = judged(found, COERCIVE, reason is None, alike)
    return CriticalPoints(final, tuple(alike), symmetries, outcome.examined, left, share, (nothing_left, sums_up), reason)


def classified(regression: Regression, points: Sequence[CertifiedPoint], symmetries: SymmetryGroup) -> tuple[list[RealPoint], list[int]]:
    """Proved points with index and loss, in increasing loss, and the number of the orbit of each; which minima are global is left open."""
    found = sorted((typed(regression, point) for point in points), key=lambda p: (float(p.loss.mid()), p.index))
    decomposition = orbits([point.point for point in found], symmetries) or [[k] for k in range(len(found))]
    orbit_of = {k: number for number, orbit in enumerate(decomposition) for k in orbit}
    return found, [orbit_of[k] for k in range(len(found))]


def all_points(regression: Regression, points: Sequence[CertifiedPoint]) -> tuple[tuple[RealPoint, ...], SymmetryGroup]:
    """Proved points that are all there are, classified, and the symmetries that were searched."""
    symmetries = group(regression)
    found, alike = classified(regression, with_exact_zeros(regression, points, symmetries), symmetries)
    return judged(found, COERCIVE, True, alike), symmetries


def open_reason(outcome: Outcome, left: np.ndarray, share: float) -> str | None:
    """Why there may be further points, and what to try; None if there are none."""
    if not len(left):
        return None
    part = f"{len(left):,} boxes with {share:.2g} of the volume of the region are left, and may hold further critical points"
    if len(outcome.rest):
        return f"{part}: the budget of boxes is used up; larger ridges make the search shorter"
    return f"{part}: the Hessian is singular, or nearly so, in them; another ridge nearly always changes that"


def in_cells(regression: Regression, cells: Iterable[np.ndarray]) -> tuple[list[CertifiedPoint], list[np.ndarray]]:
    """The point in each cell, each point once, and the cells of which balls do not prove what the kernels say."""
    points: list[CertifiedPoint] = []
    unproved = []
    for cell in cells:
        # A cell that contains a point contains no other one.
        if any(contains(cell, point) for point in points):
            continue
        point = proved(regression, [float(w) for w in cell.mean(axis=1)])
        if point is None or not contains(cell, point):
            unproved.append(cell)
        else:
            points.append(point)
    return points, unproved


def left_over(regression: Regression, points: list[CertifiedPoint], boxes: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The boxes that no proved point accounts for; points that are proved on the way are added to ``points``."""
    remaining, attempts = [], 0
    for box in boxes:
        if any(covers(regression, point, box) for point in points):
            continue
        attempts += 1
        point = proved(regression, [float(w) for w in box.mean(axis=1)]) if attempts <= ATTEMPTS else None
        if point is not None and covers(regression, point, box):
            points.append(point)
        else:
            remaining.append(box)
    return remaining
