"""The valleys of a loss that is bounded below, as limits of those of L_ε, ε → 0: at infinity too, and where minima are not isolated.

docs/mathematics.md, section 13, says what is proved and what it rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import inf

import flint
import numpy as np
from flint import arb

from critscape.algebra.components.function_space import Knowledge
from critscape.algebra.components.limits import Account, Fate, Limit, ends, regular_points
from critscape.algebra.components.multiprecision import SLOW
from critscape.algebra.components.regularisation import Regularisation, Way
from critscape.algebra.components.table import is_real
from critscape.algebra.critical.critical_set import failures
from critscape.algebra.critical.evidence import Evidence
from critscape.algebra.landscape.basin import PRECISION
from critscape.algebra.landscape.connection import exact_point
from critscape.algebra.landscape.limit_levels import SAME, LimitLevel, LimitValue, Tails, apart, limit_levels, limit_values
from critscape.algebra.landscape.limit_tree import Absorption, LimitTree, barriers_between, limit_tree
from critscape.algebra.landscape.merge_tree import Join
from critscape.algebra.landscape.regularised_tree import (
    RegularisedTree,
    distance,
    indices,
    points_at,
    real_points_of,
    regularised,
    regularised_tree,
)
from critscape.algebra.polynomial.loss import Loss
from critscape.algebra.starts.start_set import StartSet

RIDGES = tuple(Fraction(1, 10**k) for k in (2, 3, 4, 5))
"""The ε, in natural units, at which trees are made, in this order, until two in succession have one limit."""
FOOT = Fraction(1, 10**7)
"""The ε at which the real critical points and their indices must be those of the last tree."""

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Bounds:
    """What is proved at one ε > 0: the infimum of a valley is at most ``infimum``, its barrier at most ``barrier`` (None: it has
    none), and at least ``within`` as far as paths go that stay in {D ≤ ``radius``}.
    """

    infimum: arb
    barrier: arb | None
    within: arb | None
    radius: arb


@dataclass(frozen=True)
class Valley:
    """One valley bottom: a component of {L < c} for c just above its ``infimum``.

    ``members`` are the paths of minima of L_ε that tend to its infimum; ``barrier`` is the lowest level at which it joins a valley as
    low or lower, at the paths ``saddles`` (None: there is none). ``spurious``: its infimum is above inf L (None: that is not
    decided). ``certified``: both levels are those of proved critical points.
    """

    infimum: LimitLevel
    barrier: LimitLevel | None
    attained: bool
    spurious: bool | None
    members: tuple[int, ...]
    saddles: tuple[int, ...]
    bounds: Bounds
    certified: bool


@dataclass(frozen=True)
class Foot:
    """What is known at the least ε: the ``indices`` of the real critical points by their paths, and how many points are ``lost``."""

    indices: dict[int, int]
    lost: int


@dataclass(frozen=True)
class LimitLandscape:
    """The valleys that one centre shows: the limits of all paths (``account``), the last ``trees`` (largest ε first), all levels, and the limit of the trees."""

    account: Account
    values: dict[int, LimitValue]
    levels: tuple[LimitLevel, ...]
    trees: tuple[RegularisedTree, ...]
    limit: LimitTree
    valleys: tuple[Valley, ...]
    evidence: tuple[Evidence, ...]
    tied: bool = False
    """Whether some minimum above inf L may be a valley of its own at its very level (``undecided_ties``)."""


@dataclass(frozen=True)
class Valleys:
    """The valleys of a loss: those that the first centre shows, with the evidence of all; ``reason`` says what fails, None if nothing does.

    ``accounts`` are the limits of all paths of each centre; ``unit`` is the natural unit of the loss.
    """

    landscape: LimitLandscape
    accounts: tuple[Account, ...]
    evidence: tuple[Evidence, ...]
    reason: str | None
    unit: float

    @property
    def spurious(self) -> bool | None:
        """Whether some level has a spurious valley; None where that is not decided."""
        found = [valley.spurious for valley in self.landscape.valleys]
        if self.reason is not None:
            return None
        return True if True in found else None if None in found or self.landscape.tied else False


def valleys(
    loss: Loss,
    knowledge: Knowledge,
    ways: Sequence[tuple[Regularisation, Way]],
    starts: StartSet,
    rng: np.random.Generator,
    jobs: int,
    progress: Progress,
) -> Valleys:
    """The valleys of L, from one or more generic centres: each with the way to its L_{ε₀}."""
    found = [limit_landscape(loss, knowledge, regularisation, way, starts, rng, jobs, progress) for regularisation, way in ways]
    first = found[0]
    gathered = list(first.evidence)
    for k, other in enumerate(found[1:], start=2):
        gathered += [Evidence(f"{e.name}, centre {k}", e.holds, e.measured) for e in other.evidence if e.holds is False]
    gathered.append(centres_agree(found, unit_of(ways[0][1])))
    gathered.append(Evidence("start set complete", starts.complete, f"{len(starts.solutions)} critical points of the generic member"))
    return Valleys(first, tuple(one.account for one in found), tuple(gathered), "; ".join(failures(gathered)) or None, unit_of(ways[0][1]))


def unit_of(way: Way) -> float:
    """The natural unit of the loss."""
    return float(np.max(np.abs(way.tilt_units * way.loss_units)))


def limit_landscape(
    loss: Loss,
    knowledge: Knowledge,
    regularisation: Regularisation,
    way: Way,
    starts: StartSet,
    rng: np.random.Generator,
    jobs: int,
    progress: Progress,
) -> LimitLandscape:
    """The valleys of L as one centre shows them."""
    progress("critical points with a ridge", len(starts.solutions))
    begun = regular_points(regularisation, way, starts, rng, jobs)
    progress("ridge to zero", len(begun))
    limits = ends(loss, regularisation, way, begun, jobs)
    places = points_at(regularisation, way, begun, [float(ridge) for ridge in (*RIDGES, FOOT)], jobs)
    away = distance(regularisation, way)
    ridges = (RIDGES[-1], FOOT)
    (far, _), (near, lost) = (
        real_points_of(regularised(loss, away, ridge), x * way.units, known) for ridge, (x, known) in zip(ridges, places[-2:], strict=True)
    )
    tails, foot = Tails(ridges, (far, near)), Foot(indices(near), lost)
    trees: list[RegularisedTree] = []
    made: list[LimitTree] = []
    values: dict[int, LimitValue] = {}
    levels: tuple[LimitLevel, ...] = ()
    for ridge, (points, known) in zip(RIDGES, places):
        member = regularised(loss, away, ridge)
        here = indices(real_points_of(member, points * way.units, known)[0])
        # Above the last real bifurcation a tree says nothing of the limit.
        if here != foot.indices and ridge != RIDGES[-1]:
            continue
        progress(f"descending arcs at ridge {float(ridge):g}", sum(index == 1 for index in here.values()))
        tree = regularised_tree(loss, away, ridge, points * way.units, known)
        trees.append(tree)
        low = [label for label, index in tree.indices.items() if index < 2 and label not in values]
        values |= limit_values(loss, knowledge, limits, tails, low)
        levels = limit_levels({k: v for k, v in values.items() if tree.indices.get(k, 2) < 2}, unit_of(way))
        made.append(limit_of(tree, levels))
        if len(made) > 1 and made[-1].shape == made[-2].shape:
            break
    strengths, centre = regularisation.strengths / way.loss_units**2, regularisation.centre * way.loss_units
    account = Account(strengths, centre, tuple(limits), len(starts.solutions) - len(begun))
    return described(account, values, levels, trees, made, foot, unit_of(way), knowledge.floor)


def births_and_joins(tree: RegularisedTree) -> tuple[list[int], list[tuple[int, tuple[int, int]]]]:
    """The paths of the minima, and those of the saddles with the paths of the two minima that they join, where both are known."""
    label = tree.labels
    arcs = tree.landscape.arcs
    pairs = [(one, other) for one, other in zip(arcs[::2], arcs[1::2]) if one.minimum >= 0 <= other.minimum]
    return [label[k] for k in tree.minima], [(label[a.saddle], (label[a.minimum], label[b.minimum])) for a, b in pairs]


def limit_of(tree: RegularisedTree, levels: Sequence[LimitLevel]) -> LimitTree:
    """The limit of the merge trees, if that of L_ε has its last shape."""
    rank = {k: r for r, level in enumerate(levels) for k in level.members}
    minima, saddles = births_and_joins(tree)
    births = {k: rank[k] for k in minima if k in rank}
    joins = [Join(s, rank[s], pair) for s, pair in saddles if s in rank and all(m in births for m in pair)]
    # A limit below what it joins is an error of extrapolation, which the evidence says.
    return limit_tree(births, [Join(j.saddle, max(j.rank, *(births[m] for m in j.minima)), j.minima) for j in joins])


def described(
    account: Account,
    values: dict[int, LimitValue],
    levels: tuple[LimitLevel, ...],
    trees: Sequence[RegularisedTree],
    made: Sequence[LimitTree],
    foot: Foot,
    unit: float,
    floor: Fraction | None,
) -> LimitLandscape:
    """The valleys and the checks of one centre."""
    last, limit = trees[-1], made[-1]
    low = [label for label, index in last.indices.items() if index < 2]
    unknown = [k for k in low if k not in values]
    turned = sum(last.indices.get(k) != foot.indices.get(k) for k in {*last.indices, *foot.indices})
    gone = f", {foot.lost} critical points not known" if foot.lost else ""
    ridges = ", ".join(f"{float(tree.ridge):g}" for tree in trees)
    bad = [f"at ridge {float(tree.ridge):g}: {tree.reason}" for tree in trees if tree.reason]
    agree = len(made) > 1 and made[-1].shape == made[-2].shape
    roots = len(limit.tree.roots)
    ties = undecided_ties(limit, levels, values)
    evidence: tuple[Evidence, ...] = (
        Evidence(
            "critical points with a ridge", None if account.missing else True, f"{len(account.limits)} paths, {account.missing} missing"
        ),
        Evidence("trees at positive ridge", not bad, "; ".join(bad) or f"all checks hold at ridge {ridges}"),
        Evidence(
            "real critical points stay",
            not turned and not foot.lost,
            f"{len(foot.indices)} real at ridge {float(FOOT):g}{gone}, {turned} other than at {float(last.ridge):g}",
        ),
        real_at_the_foot(account.limits, foot),
        nothing_lower_at_infinity(account.limits, levels, unit, floor),
        Evidence("limits known", not unknown, f"{len(low)} minima and saddles of index 1, {len(unknown)} without a known limit"),
        Evidence("one limit of the trees", agree, f"ridge {ridges}"),
        nested(trees),
        within_bounds(levels, last),
        Evidence("all valleys joined or proved apart", roots == 1 and not unknown, f"{roots} left at the highest saddle"),
    )
    rows = tuple(valley(limit, bottom, levels, values, last) for bottom in limit.members)
    if ties:
        evidence += (
            Evidence(
                "ties told apart",
                None,
                f"{len(ties)} minima are joined at infinity at their own level, or at one that nothing tells from it",
                tried=True,
            ),
        )
    order = sorted(rows, key=lambda row: (levels.index(row.infimum), len(levels) if row.barrier is None else levels.index(row.barrier)))
    return LimitLandscape(account, values, levels, tuple(trees), limit, tuple(order), evidence, bool(ties))


def real_at_the_foot(limits: Sequence[Limit], foot: Foot) -> Evidence:
    """Whether the paths that tend to a real point with winding number one, which are real from some ε on, are real at the least one."""
    real = [k for k, limit in enumerate(limits) if limit.point is not None and limit.winding == 1 and is_real(limit.point)]
    late = sum(k not in foot.indices for k in real)
    return Evidence(
        "real limits have real paths", not late, f"{len(real)} regular real limits, {late} of paths not yet real at ridge {float(FOOT):g}"
    )


def nothing_lower_at_infinity(limits: Sequence[Limit], levels: Sequence[LimitLevel], unit: float, floor: Fraction | None) -> Evidence:
    """Whether no path to infinity has a limit of the loss below all valleys, and no lower than L can be: it may be real for smaller ε."""
    lowest = min((float(level.value.loss.mid()) for level in levels), default=inf)
    error = SAME * max(unit, abs(lowest))
    least = -inf if floor is None else float(floor) - error
    known = [limit.loss for limit in limits if limit.fate is Fate.AT_INFINITY and limit.growth < SLOW and limit.loss is not None]
    lower = sum(abs(value.imag) <= error and least <= value.real < lowest - error for value in known)
    return Evidence(
        "no lower limit at infinity",
        not lower,
        f"{len(known)} limits of the loss at infinity, {lower} below all valleys, of paths not real at ridge {float(FOOT):g}",
    )


def undecided_ties(limit: LimitTree, levels: Sequence[LimitLevel], values: Mapping[int, LimitValue]) -> list[Absorption]:
    """Minima above inf L that are joined at their own level, of which that does not say that they lie in no valley of their own.

    Where all stays bounded the arcs of L_ε tend to a connected subset of {L ≤ v}: a minimum of loss v lies in one component with what it is
    joined to. If the saddle goes to infinity, the minima of loss v may be a component of {L ≤ v} all the same, as {x = 0} for
    (x³y − 1)² + x². Where the level is not decided the saddle's may be higher.
    """
    rank = {k: r for r, level in enumerate(levels) for k in level.members}
    lowest = min((rank[b] for b in limit.members), default=0)
    return [
        a
        for a in limit.absorptions
        if a.rank > lowest and (not levels[a.rank].decided or (values[a.absorbed].attained and not values[a.saddle].attained))
    ]


def valley(limit: LimitTree, bottom: int, levels: Sequence[LimitLevel], values: dict[int, LimitValue], tree: RegularisedTree) -> Valley:
    """One valley bottom with its barrier."""
    rank = {k: r for r, level in enumerate(levels) for k in level.members}
    birth = rank[bottom]
    members = tuple(m for m in limit.members[bottom] if rank[m] == birth)
    found = limit.barrier(bottom)
    barrier = None if found is None else levels[found[0]]
    lowest = min(rank[b] for b in limit.members)
    spurious: bool | None = birth > lowest
    if not spurious and not levels[lowest].decided and sum(rank[b] == lowest for b in limit.members) > 1:
        # Of bottoms that are not told apart one may be higher.
        spurious = None
    known = levels[birth].value
    certified = known.proved and (barrier is None or barrier.value.proved)
    attained = any(values[m].attained for m in members)
    return Valley(
        levels[birth],
        barrier,
        attained,
        spurious,
        members,
        () if found is None else found[1],
        bounds(tree, members, limit, found is not None, bottom),
        certified,
    )


def bounds(tree: RegularisedTree, members: Sequence[int], limit: LimitTree, joins: bool, bottom: int) -> Bounds:
    """What the tree at one ε proves of a valley."""
    position = {label: k for k, label in enumerate(tree.labels)}
    minima, saddles = births_and_joins(tree)
    losses = {label: tree.points[k].loss for label, k in position.items()}
    with flint.ctx.workprec(PRECISION):
        radius = max((tree.distance.at(exact_point(p)).upper() for arc in tree.landscape.arcs for p in arc.points), default=arb(0))
        infimum = min((losses[m].upper() for m in members), key=float)
        if not joins:
            return Bounds(infimum, None, None, radius)
        order = sorted({s for s, _ in saddles}, key=lambda s: float(losses[s].mid()))
        between = barriers_between(dict.fromkeys(minima, 0), [(order.index(s), pair) for s, pair in saddles])
        rank = {c.minima[0]: c.birth for c in limit.tree.components if not c.children}
        others = [m for b, mine in limit.members.items() if b != bottom and rank[b] <= rank[bottom] for m in mine]
        ways = [between[min(a, b), max(a, b)] for a in members for b in others if (min(a, b), max(a, b)) in between]
        if not ways:
            return Bounds(infimum, None, None, radius)
        level = losses[order[min(ways)]]
        ridge = arb(flint.fmpq(tree.ridge.numerator, tree.ridge.denominator))
        return Bounds(infimum, level.upper(), (level - ridge * radius).lower(), radius)


def nested(trees: Sequence[RegularisedTree]) -> Evidence:
    """Whether {L_ε < c} grows as ε falls: minima fall along their paths, and what is joined stays joined."""
    wrong, checked = 0, 0
    for larger, smaller in pairwise(trees):
        loss_at = [{label: point.loss for label, point in zip(tree.labels, tree.points)} for tree in (larger, smaller)]
        barriers = []
        for tree, losses in zip((larger, smaller), loss_at):
            minima, saddles = births_and_joins(tree)
            order = sorted({s for s, _ in saddles}, key=lambda s: float(losses[s].mid()))
            between = barriers_between(dict.fromkeys(minima, 0), [(order.index(s), pair) for s, pair in saddles])
            barriers.append({pair: losses[order[r]] for pair, r in between.items()})
        for k in loss_at[0]:
            if k in loss_at[1]:
                checked, wrong = checked + 1, wrong + bool(loss_at[1][k] > loss_at[0][k])
        for pair in barriers[0]:
            if all(m in loss_at[1] for m in pair):
                checked, wrong = checked + 1, wrong + (pair not in barriers[1] or bool(barriers[1][pair] > barriers[0][pair]))
    return Evidence(
        "sublevel sets nested", not wrong if checked else None, f"{checked} losses and barriers, {wrong} rise as the ridge falls"
    )


def within_bounds(levels: Sequence[LimitLevel], tree: RegularisedTree) -> Evidence:
    """Whether every limit lies below the loss of its path at ε > 0, and no saddle's below what it joins."""
    wrong = 0
    losses = {label: point.loss for label, point in zip(tree.labels, tree.points)}
    rank = {k: r for r, level in enumerate(levels) for k in level.members}
    for level in levels:
        for k in level.members:
            wrong += bool(level.value.loss > losses[k]) if level.value.proved else float(level.value.loss) > float(losses[k].upper())
    _, saddles = births_and_joins(tree)
    below = sum(any(rank.get(s, 0) < rank.get(m, -1) for m in pair) for s, pair in saddles if s in rank)
    return Evidence(
        "limits within bounds", not wrong and not below, f"{len(rank)} limits, {wrong} above their bound, {below} saddles too low"
    )


def centres_agree(found: Sequence[LimitLandscape], unit: float) -> Evidence:
    """Whether all centres show as many valleys, with the same infima, barriers and verdicts."""
    first = found[0].valleys
    # Special data may leave L_ε fewer critical points than the generic member has: then as many at every centre.
    missing = {one.account.missing for one in found}
    alike = len(missing) == 1 and all(
        len(other.valleys) == len(first) and all(same(a, b, unit) for a, b in zip(first, other.valleys)) for other in found[1:]
    )
    counts = ", ".join(str(len(one.valleys)) for one in found)
    gone = f"; critical points missing: {', '.join(map(str, sorted(missing)))}" if missing != {0} else ""
    return Evidence("centres agree", alike if len(found) > 1 else None, f"valleys from {len(found)} generic centres: {counts}{gone}")


def same(one: Valley, other: Valley, unit: float) -> bool:
    """Whether two valleys have the same numbers, as far as these are told apart."""
    if (one.attained, one.spurious, one.barrier is None) != (other.attained, other.spurious, other.barrier is None):
        return False
    pairs = [(one.infimum, other.infimum)]
    if one.barrier is not None and other.barrier is not None:
        pairs.append((one.barrier, other.barrier))
    return not any(apart(a.value, b.value, unit) for a, b in pairs)
