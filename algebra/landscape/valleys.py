"""The valleys of a loss that is bounded below, as limits of those of L_ε, ε → 0: at infinity too, and where minima are not isolated.

docs/mathematics.md, section 13, says what is proved and what it rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import takewhile

import flint
import numpy as np
from flint import arb

from critscape.algebra.components.function_space import Knowledge
from critscape.algebra.components.limits import Account, ends, regular_points
from critscape.algebra.components.regularisation import Regularisation, Way
from critscape.algebra.components.units import DecimalUnits, account_in, knowledge_in, loss_in
from critscape.algebra.critical.critical_set import failures
from critscape.algebra.critical.evidence import Evidence
from critscape.algebra.landscape.basin import PRECISION
from critscape.algebra.landscape.connection import exact_point
from critscape.algebra.landscape.limit_checks import (
    nested,
    nothing_lower_at_infinity,
    real_at_the_foot,
    same_points,
    undecided_ties,
    within_bounds,
)
from critscape.algebra.landscape.limit_levels import LimitLevel, LimitValue, Tails, apart, limit_levels, limit_values
from critscape.algebra.landscape.limit_tree import LimitTree, barriers_between, limit_tree
from critscape.algebra.landscape.merge_tree import Join
from critscape.algebra.landscape.regularised_tree import RegularisedTree, Rung, births_and_joins, distance, regularised_tree, rungs
from critscape.algebra.polynomial.loss import Loss
from critscape.algebra.starts.start_set import StartSet

RIDGES = tuple(Fraction(1, 10**k) for k in range(2, 13))
"""The ε, in natural units, at which critical points are looked at. Below the last one a double does not tell how εD falls along an arc."""
FOOT = Fraction(1, 10**7)
"""The first one that may be the last: trees are made from a hundredfold on."""

CENTRES = 2
"""As many generic centres must be settled, and show the same valleys."""

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
class LimitLandscape:
    """The valleys that one centre shows: the limits of all paths (``account``, in the own weights of L), the last ``trees`` (largest ε first),
    all levels, and the limit of the trees.
    """

    account: Account
    values: dict[int, LimitValue]
    levels: tuple[LimitLevel, ...]
    trees: tuple[RegularisedTree, ...]
    limit: LimitTree
    valleys: tuple[Valley, ...]
    evidence: tuple[Evidence, ...]
    tied: bool = False
    """Whether some minimum above inf L may be a valley of its own at its very level (``undecided_ties``)."""
    settled: bool = True
    """Whether nothing tells that a smaller ε may show more."""


@dataclass(frozen=True)
class Valleys:
    """The valleys of a loss: those that the first centre shows, with the evidence of all; ``reason`` says what fails, None if nothing does.

    ``accounts`` are the limits of all paths of each centre, in the own weights of L; all of ``landscape`` but its account is in ``units``.
    """

    landscape: LimitLandscape
    accounts: tuple[Account, ...]
    evidence: tuple[Evidence, ...]
    reason: str | None
    units: DecimalUnits

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
    units: DecimalUnits,
    rng: np.random.Generator,
    jobs: int,
    progress: Progress,
) -> Valleys:
    """The valleys of L, as two generic centres show them: the first two of the ``ways`` to an L_{ε₀} that are settled. All is decided in ``units``.

    Where a path turns real at so small an ε that no tree is made below, another centre may do: what is said must agree with all of them.
    """
    found: list[LimitLandscape] = []
    for regularisation, way in ways:
        found.append(limit_landscape(loss, knowledge, regularisation, way, starts, units, rng, jobs, progress))
        if sum(one.settled for one in found) == CENTRES:
            break
    # Stable: of centres that are not settled the first ones count.
    used = sorted(found, key=lambda one: not one.settled)[:CENTRES]
    first = used[0]
    gathered = list(first.evidence)
    for k, other in enumerate(used[1:], start=2):
        gathered += [Evidence(f"{e.name}, centre {k}", e.holds, e.measured) for e in other.evidence if e.holds is False]
    gathered.append(centres_agree(used, found))
    gathered.append(Evidence("start set complete", starts.complete, f"{len(starts.solutions)} critical points of the generic member"))
    return Valleys(first, tuple(one.account for one in found), tuple(gathered), "; ".join(failures(gathered)) or None, units)


def limit_landscape(
    loss: Loss,
    knowledge: Knowledge,
    regularisation: Regularisation,
    way: Way,
    starts: StartSet,
    units: DecimalUnits,
    rng: np.random.Generator,
    jobs: int,
    progress: Progress,
) -> LimitLandscape:
    """The valleys of L as one centre shows them: from the largest ε on below which nothing that the limits of the paths tell is still to come."""
    progress("critical points with a ridge", len(starts.solutions))
    begun = regular_points(regularisation, way, starts, rng, jobs)
    progress("ridge to zero", len(begun))
    strengths, centre = regularisation.strengths / way.loss_units**2, regularisation.centre * way.loss_units
    ended = ends(loss, regularisation, way, begun, jobs)
    own = Account(strengths, centre, tuple(ended), len(starts.solutions) - len(begun))
    account = account_in(units, own)
    inner, known, away = loss_in(units, loss), knowledge_in(units, knowledge), distance(regularisation, way, units)
    seen: list[Rung] = []
    trees: dict[Fraction, RegularisedTree] = {}
    values: dict[int, LimitValue] = {}
    for foot in rungs(inner, away, regularisation, way, begun, units, RIDGES, jobs):
        seen.append(foot)
        last = foot.ridge == RIDGES[-1] or bool(foot.lost)
        late = real_at_the_foot(account.limits, foot).holds is False
        if foot.ridge > FOOT or (late and not last):
            continue
        tails = Tails((seen[-3].ridge, foot.ridge), (seen[-3].by_path, foot.by_path))
        values = {k: value for k, value in values.items() if value.attained}
        made: list[LimitTree] = []
        used: list[RegularisedTree] = []
        # Above the last real bifurcation a tree says nothing of the limit; where none is made below, one shows what is not settled.
        for rung in unchanged(seen)[:-2] or [rung for rung in seen if rung.ridge == 100 * FOOT]:
            if rung.ridge not in trees:
                progress(f"descending arcs at ridge {float(rung.ridge):g}", sum(index == 1 for index in rung.indices.values()))
                trees[rung.ridge] = regularised_tree(rung, away)
            used.append(trees[rung.ridge])
            low = [label for label, index in rung.indices.items() if index < 2]
            values |= limit_values(inner, units.loss, known, account.limits, tails, [k for k in low if k not in values])
            levels = limit_levels({k: v for k, v in values.items() if rung.indices.get(k, 2) < 2})
            made.append(limit_of(used[-1], levels))
            if len(made) > 1 and made[-1].shape == made[-2].shape:
                break
        found = described(account, values, levels, used, made, foot, known.floor)
        if last or found.settled:
            break
    return replace(found, account=own)


def unchanged(seen: Sequence[Rung]) -> list[Rung]:
    """The last ones at which the same paths are real, with the same indices."""
    return list(takewhile(lambda rung: rung.indices == seen[-1].indices, reversed(seen)))[::-1]


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
    foot: Rung,
    floor: Fraction | None,
) -> LimitLandscape:
    """The valleys and the checks of one centre."""
    last, limit = trees[-1], made[-1]
    low = [label for label, index in last.indices.items() if index < 2]
    unknown = [k for k in low if k not in values]
    ridges = ", ".join(f"{float(tree.ridge):g}" for tree in trees)
    bad = [f"at ridge {float(tree.ridge):g}: {tree.reason}" for tree in trees if tree.reason]
    agree = len(made) > 1 and made[-1].shape == made[-2].shape
    roots = len(limit.tree.roots)
    ties = undecided_ties(limit, levels, values)
    small = (
        same_points(last, foot),
        real_at_the_foot(account.limits, foot),
        nothing_lower_at_infinity(account.limits, levels, foot.ridge, floor),
    )
    evidence: tuple[Evidence, ...] = (
        Evidence(
            "critical points with a ridge", None if account.missing else True, f"{len(account.limits)} paths, {account.missing} missing"
        ),
        Evidence("trees at positive ridge", not bad, "; ".join(bad) or f"all checks hold at ridge {ridges}"),
        *small,
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
    # Valleys with the same levels too: centres are compared row by row.
    order = sorted(
        rows, key=lambda v: (levels.index(v.infimum), len(levels) if v.barrier is None else levels.index(v.barrier), not v.attained)
    )
    return LimitLandscape(
        account, values, levels, tuple(trees), limit, tuple(order), evidence, bool(ties), agree and all(each.holds for each in small)
    )


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


def centres_agree(used: Sequence[LimitLandscape], found: Sequence[LimitLandscape]) -> Evidence:
    """Whether all centres show as many valleys, with the same infima, barriers and verdicts: those that are ``used`` and all that were ``found``."""
    first = used[0].valleys
    # Special data may leave L_ε fewer critical points than the generic member has: then as many at every centre.
    missing = {one.account.missing for one in found}
    alike = len(missing) == 1 and all(
        len(other.valleys) == len(first) and all(same(a, b) for a, b in zip(first, other.valleys)) for other in found
    )
    counts = ", ".join(str(len(one.valleys)) for one in used)
    measured = f"valleys from {len(used)} generic centres: {counts}"
    if others := [one for one in found if not any(one is each for each in used)]:
        measured += f"; from {len(others)} that are not settled at ridge {float(RIDGES[-1]):g}: {', '.join(str(len(one.valleys)) for one in others)}"
    gone = f"; critical points missing: {', '.join(map(str, sorted(missing)))}" if missing != {0} else ""
    return Evidence("centres agree", alike if len(found) > 1 else None, measured + gone)


def same(one: Valley, other: Valley) -> bool:
    """Whether two valleys have the same numbers, as far as these are told apart."""
    if (one.attained, one.spurious, one.barrier is None) != (other.attained, other.spurious, other.barrier is None):
        return False
    pairs = [(one.infimum, other.infimum)]
    if one.barrier is not None and other.barrier is not None:
        pairs.append((one.barrier, other.barrier))
    return not any(apart(a.value, b.value) for a, b in pairs)
