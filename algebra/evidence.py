"""Evidence that an enumeration is complete: closure, Euler sum, parity and bounds, each with what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from algebra.certification import CertifiedPoint
from algebra.certified_sets import conjugated, located, moved
from algebra.classification import RealPoint
from algebra.enumeration import Enumeration
from algebra.symmetry import SymmetryGroup, orbit_of
from algebra.tracking import Outcome


@dataclass(frozen=True)
class Evidence:
    """One test: its name, whether it holds (None: it does not apply) and what was measured, as a short sentence."""

    name: str
    holds: bool | None
    measured: str


def orbits(points: Sequence[CertifiedPoint], group: SymmetryGroup) -> list[list[int]] | None:
    """The points, by position, as orbits of the group; None when the set is not closed under it."""
    images = []
    for generator in group.generators:
        image = located([moved(generator, point) for point in points], points)
        if None in image:
            return None
        images.append(image)
    found: list[list[int]] = []
    seen: set[int] = set()
    for start in range(len(points)):
        if start not in seen:
            orbit = orbit_of(start, images)
            seen |= orbit
            found.append(sorted(orbit))
    return found


def gather(
    enumeration: Enumeration,
    real: Sequence[RealPoint],
    group: SymmetryGroup,
    orbit_list: Sequence[Sequence[int]] | None,
    bounds: Mapping[str, int],
    coercive: bool,
) -> tuple[Evidence, ...]:
    """All evidence of section 4 of the design that applies to one enumeration (DESIGN, "Evidence of completeness")."""
    points, paths = enumeration.points, enumeration.paths
    starts, total = enumeration.starts, len(points) + len(enumeration.degenerate)
    trace = starts.trace
    unpaired = located([conjugated(point) for point in points if not point.real], points).count(None)
    euler = sum((-1) ** point.index for point in real)
    applies = coercive and not enumeration.degenerate
    lost = paths[Outcome.FAILED]
    found = [
        Evidence(
            "trace test",
            trace.passed,
            f"second difference {trace.residual:.1e} of the first with {len(starts.solutions)} solutions of the generic member",
        ),
        Evidence("every path accounted for", not lost, f"{sum(paths.values())} paths, {lost} failed"),
        Evidence("closed under conjugation", unpaired == 0, f"{unpaired} non-real points without their conjugate"),
        Evidence(
            "closed under symmetry",
            orbit_list is not None,
            f"group of order {group.order}" + (f", {len(orbit_list)} orbits" if orbit_list is not None else ""),
        ),
        Evidence("Euler sum", euler == 1 if applies else None, f"sum of (-1)^index is {euler}" + _unless(applies, coercive)),
        Evidence(
            "parity",
            (len(real) - len(points)) % 2 == 0,
            f"N_R = {len(real)}, N_C = {len(points)}" + (" (regular points)" if enumeration.degenerate else ""),
        ),
    ]
    for name, bound in bounds.items():
        found.append(Evidence(f"N_C at most the {name}", total <= bound, f"{total} ≤ {bound}" if total <= bound else f"{total} > {bound}"))
    return tuple(found)


def _unless(applies: bool, coercive: bool) -> str:
    if applies:
        return ""
    return " (it need not be 1: a point is degenerate)" if coercive else " (it need not be 1: some ridge is zero)"
