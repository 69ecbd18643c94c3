"""The shape of a loss landscape: the sublevel sets of a coercive Morse loss, from its minima and saddles of index 1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import flint
import numpy as np
from flint import arb

from critscape.algebra.critical.critical_set import CriticalSet, Status, failures
from critscape.algebra.critical.evidence import Evidence
from critscape.algebra.landscape.basin import PRECISION
from critscape.algebra.landscape.critical_values import CriticalValue, critical_values
from critscape.algebra.landscape.descent import Arc, Terrain, arrival, descending_arcs, image
from critscape.algebra.landscape.fixed_space import actions
from critscape.algebra.landscape.merge_tree import Join, MergeTree, merge_tree
from critscape.algebra.landscape.surface import InUnits, Surface, distinguished
from critscape.algebra.landscape.weight_units import points_in, weight_units
from critscape.algebra.points.classification import RealPoint
from critscape.algebra.points.closed_form import ClosedForm
from critscape.algebra.points.global_minima import equal_losses
from critscape.algebra.polynomial.loss import Loss
from critscape.algebra.symmetry.finite import SymmetryGroup, orbit_of

TOLERANCES = (1e-6, 1e-9)
"""Relative errors of one integration step: the first makes the arcs, the second, a thousandfold tighter, checks those that are not proved."""

MOST_SYMMETRIES = 50_000
"""What is listed in about ten seconds."""


class NotApplicable(ValueError):
    """The sublevel sets do not follow from the critical points that are known; the message is one sentence that says why."""


class NotMorse(NotApplicable):
    """L is not known to be a coercive Morse function: its sublevel sets are limits of those of L_ε, if anything."""


@dataclass(frozen=True)
class Landscape:
    """The sublevel sets of one loss.

    Positions of critical points are positions in `CriticalSet.real`; ranks are positions in ``levels``.

    ``levels`` : the distinct losses of local minima and saddles of index 1, in increasing order.
    ``minima`` : orbits of local minima under the symmetries of the loss, in increasing loss.
    ``saddles`` : orbits of saddles of index 1, in increasing loss.
    ``arcs`` : two for each saddle of index 1, in the order of the saddles.
    ``tree`` : components, barriers, spurious valleys and their numbers at each level.
    ``depths`` : for each of ``tree.barriers`` in that order an enclosure of the barrier's level minus the loss of the minimum.
    ``evidence`` : checks; ``reason`` is None if all of them hold, else it says what fails, and the tree is not to be relied on.
    """

    levels: tuple[CriticalValue, ...]
    minima: tuple[tuple[int, ...], ...]
    saddles: tuple[tuple[int, ...], ...]
    arcs: tuple[Arc, ...]
    tree: MergeTree
    depths: tuple[arb, ...]
    evidence: tuple[Evidence, ...]
    reason: str | None

    @property
    def spurious(self) -> bool:
        """Whether some level has a spurious valley."""
        return bool(self.tree.valleys)


def landscape(loss: Loss, critical: CriticalSet) -> Landscape:
    """The sublevel sets of a loss whose critical set is known completely.

    Raises
    ------
    NotApplicable : the set is not complete or not finite, a critical point is degenerate (L is no Morse function), L is not known
    to be
        coercive, the real critical points are not closed under the symmetries of L, or there are too many of these.
    """
    refuse(critical)
    return sublevel_sets(loss, critical.real, critical.group, critical.closed_forms)


def sublevel_sets(
    loss: Surface,
    points: Sequence[RealPoint],
    group: SymmetryGroup,
    closed_forms: Sequence[ClosedForm | None] = (),
) -> Landscape:
    """As :func:`landscape`, of a coercive Morse loss with exactly these real critical points, which positions refer to.

    ``closed_forms`` are those of the points, if any are known: they decide which levels are equal. Raises NotApplicable if the points are not closed under the group, symmetries of
    the loss, or the group has too many elements.
    """
    if group.order > MOST_SYMMETRIES:
        raise NotApplicable(f"the loss has {group.order} symmetries, and no more than {MOST_SYMMETRIES} are listed one by one")
    symmetries = actions(group, [point.point for point in points], loss.dimension)
    if symmetries is None:
        raise NotApplicable("the real critical points are not closed under the symmetries of the loss")
    units = weight_units(loss, points, symmetries)
    terrain = Terrain(InUnits(loss, units), points_in(units, points), symmetries)
    orbits = _orbits(terrain)
    minima, saddles = ([orbit for orbit in orbits if points[orbit[0]].index == index] for index in (0, 1))
    number = {k: i for i, orbit in enumerate(orbits) for k in orbit}
    forms = closed_forms or (None,) * len(points)
    alike = equal_losses([number[k] for k in range(len(points))], [form and form.loss for form in forms])
    low = [k for k, point in enumerate(points) if point.index < 2]
    levels = critical_values([point.loss for point in points], alike, low)
    if open_ := [k for level in levels if not level.decided for k in level.members]:
        sharper, labels = distinguished(loss, points, alike, open_)
        levels = critical_values([point.loss for point in sharper], equal_losses(alike, labels), low)
    arcs = _arcs(terrain, saddles, TOLERANCES[0])
    tree = _tree(terrain, levels, arcs)
    evidence = (
        _all_joined(tree),
        *_morse_theory(points, loss.dimension),
        _levels_apart(levels),
        _arrivals(arcs),
        _decrease(arcs),
        _tolerance(terrain, levels, saddles, arcs, tree),
        _symmetry(terrain, arcs, saddles),
    )
    with flint.ctx.workprec(PRECISION):
        depths = tuple(levels[barrier.rank].loss - points[barrier.minimum].loss for barrier in tree.barriers)
    reason = "; ".join(failures(evidence)) or None
    own = tuple(replace(arc, points=arc.points * units) for arc in arcs)
    return Landscape(levels, tuple(minima), tuple(saddles), own, tree, depths, evidence, reason)


def refuse(critical: CriticalSet) -> None:
    """Raises NotApplicable where the sublevel sets do not follow from the critical set, as :func:`landscape` does."""
    if critical.status is not Status.COMPLETE:
        found = f"the critical set is {critical.status.value}: {critical.reason}"
        singular = critical.status is Status.NOT_FINITE or bool(critical.enumeration.degenerate)
        refusal = NotMorse if singular else NotApplicable
        raise refusal(f"this needs all critical points, and {found}")
    if not critical.shape.coercive:
        raise NotMorse("this needs a coercive loss, as every positive ridge makes it: this one is not known to be coercive")
    # Whether L is a Morse function on ℝⁿ is no matter of points that are proved not to be real.
    if count := sum(point.exact is None or point.exact.real for point in critical.enumeration.degenerate):
        those = f"{count} critical points are" if count > 1 else "1 critical point is"
        raise NotMorse(f"this needs a Morse function, and {those} degenerate")


def _orbits(terrain: Terrain) -> list[tuple[int, ...]]:
    """The real critical points as orbits of the group, in the order of their first points."""
    found: list[tuple[int, ...]] = []
    images = [action.places for action in terrain.symmetries]
    for k in range(len(terrain.points)):
        if not any(k in orbit for orbit in found):
            found.append(tuple(sorted(orbit_of(k, images))))
    return found


def _arcs(terrain: Terrain, saddles: Sequence[Sequence[int]], tolerance: float) -> tuple[Arc, ...]:
    """Both arcs of every saddle of index 1: those of one saddle of each orbit integrated, the others as their images."""
    found: dict[int, tuple[Arc, Arc]] = {}
    for orbit in saddles:
        pair = descending_arcs(terrain, orbit[0], tolerance)
        found[orbit[0]] = pair
        for action in terrain.symmetries:
            place = action.places[orbit[0]]
            if place not in found:
                one, other = pair
                found[place] = image(terrain, action, one), image(terrain, action, other)
    return tuple(arc for k in sorted(found) for arc in found[k])


def _tree(terrain: Terrain, levels: Sequence[CriticalValue], arcs: Sequence[Arc]) -> MergeTree:
    """The merge tree, without the saddles from which an arc has no known end."""
    rank = {k: r for r, level in enumerate(levels) for k in level.members}
    births = {k: r for k, r in rank.items() if terrain.points[k].index == 0}
    pairs = zip(arcs[::2], arcs[1::2])
    joins = [Join(a.saddle, rank[a.saddle], (a.minimum, b.minimum)) for a, b in pairs if a.minimum >= 0 <= b.minimum]
    # Levels that cannot be told apart may put a minimum beside a saddle above it: then there is no join to speak of.
    return merge_tree(births, [join for join in joins if all(births[m] < join.rank for m in join.minima)])


def _all_joined(tree: MergeTree) -> Evidence:
    roots = len(tree.roots)
    measured = f"{roots} component{'s' if roots != 1 else ''} above the highest saddle"
    return Evidence("all minima joined at last", roots == 1, measured)


def _morse_theory(points: Sequence[RealPoint], n: int) -> tuple[Evidence, Evidence]:
    """The Euler sum and the Morse inequalities in their strong form (Milnor, "Morse theory", 1963, §5), which imply the weak ones.

    A sublevel set {L ≤ c} of a coercive loss is contractible for large c: its Betti numbers are 1, 0, 0, …
    """
    counts = Counter(point.index for point in points)
    # c_j − c_(j−1) + … ± c_0 against the same sum of Betti numbers, (−1)^j.
    sums = [sum((-1) ** (j - k) * counts[k] for k in range(j + 1)) for j in range(n + 1)]
    broken = [j for j in range(n + 1) if sums[j] < (-1) ** j]
    euler = (-1) ** n * sums[n]
    listed = ", ".join(str(counts[k]) for k in range(max(counts, default=0) + 1))
    measured = f"{listed} points of index 0, 1, …" + (f": broken at index {', '.join(map(str, broken))}" if broken else "")
    return Evidence("Euler sum", euler == 1, f"sum of (-1)^index is {euler}"), Evidence("Morse inequalities", not broken, measured)


def _levels_apart(levels: Sequence[CriticalValue]) -> Evidence:
    open_ = [level for level in levels if not level.decided]
    measured = f"{len(levels)} levels"
    if open_:
        members = "; ".join(", ".join(map(str, level.members)) for level in open_)
        measured += f", at {len(open_)} of which nothing proves the losses of the points equal or different ({members})"
    return Evidence("levels told apart", not open_, measured)


def _arrivals(arcs: Sequence[Arc]) -> Evidence:
    missing = [arc.saddle for arc in arcs if not arc.certified or arc.minimum < 0]
    at_saddles = sum(arc.end >= 0 and arc.end != arc.minimum for arc in arcs)
    measured = f"{len(arcs)} arcs, {len(missing)} not proved to arrive" + (
        f" (from the saddles {', '.join(map(str, sorted(set(missing))))})" if missing else ""
    )
    return Evidence("arrival of every arc", not missing, measured + (f", {at_saddles} end at a saddle" if at_saddles else ""))


def _decrease(arcs: Sequence[Arc]) -> Evidence:
    wrong = sum(not arc.falls for arc in arcs)
    vertices = sum(len(arc.points) for arc in arcs)
    return Evidence("loss falls along every arc", not wrong, f"{vertices} points, {wrong} arcs on which it is not proved to fall")


def _tolerance(
    terrain: Terrain, levels: Sequence[CriticalValue], saddles: Sequence[Sequence[int]], arcs: Sequence[Arc], tree: MergeTree
) -> Evidence:
    """Whether components and barriers are the same at a tolerance a thousandfold tighter, which tells nothing of arcs that are proved."""
    pairs = {one.saddle: (one, other) for one, other in zip(arcs[::2], arcs[1::2])}
    unproved = [orbit for orbit in saddles if not all(arc.certified for k in orbit for arc in pairs[k])]
    if not unproved:
        measured = f"arcs proved for {len(pairs)} of {len(pairs)} saddles, so that none is integrated again"
        return Evidence("barriers unchanged at a tighter tolerance", True, measured)
    again = _arcs(terrain, unproved, TOLERANCES[1])
    tighter = pairs | {one.saddle: (one, other) for one, other in zip(again[::2], again[1::2])}
    same = tree == _tree(terrain, levels, [arc for k in sorted(tighter) for arc in tighter[k]])
    others = sum({arc.end for arc in pairs[k]} != {arc.end for arc in tighter[k]} for k in pairs)
    number = sum(map(len, unproved))
    measured = f"{others} of {number} saddles whose arcs are not proved with other arrivals at {TOLERANCES[1]:g} than at {TOLERANCES[0]:g}"
    return Evidence("barriers unchanged at a tighter tolerance", same, measured)


def _symmetry(terrain: Terrain, arcs: Sequence[Arc], saddles: Sequence[Sequence[int]]) -> Evidence:
    """Whether arcs that are integrated on their own end where the images of others do, for one symmetric copy of each arc.

    The copy is one of another saddle if there is one, else the other arc of the same saddle.
    """
    name, checked, wrong = "symmetry maps arcs to arcs", 0, 0
    for arc in (arc for arc in arcs if not arc.image):
        direction = arc.points[1] - arc.points[0]
        direction /= np.linalg.norm(direction)
        moving = [action for action in terrain.symmetries if np.abs(np.array(action.element(direction)) - direction).max() > 1e-3]
        elsewhere = [action for action in terrain.symmetries if action.places[arc.saddle] != arc.saddle]
        for action in (elsewhere or [action for action in moving if action.places[arc.saddle] == arc.saddle])[-1:]:
            expected = image(terrain, action, arc)
            place = expected.saddle
            vectors = np.linalg.eigh(terrain.hessian(terrain.centres[place]))[1]
            own = vectors[:, 0] * np.sign(vectors[:, 0] @ np.array(action.element(direction)))
            checked += 1
            # Where an arc ends at a saddle, the way on from there is a choice.
            wrong += arrival(terrain, place, own, TOLERANCES[0]) != expected.end
    if not checked:
        return Evidence(name, None, f"no arc has a symmetric copy (group of order {len(terrain.symmetries)})")
    return Evidence(name, not wrong, f"{checked} copies integrated on their own, {wrong} end elsewhere")
