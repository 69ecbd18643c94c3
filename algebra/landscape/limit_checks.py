"""What tells that the limit of the trees of L_ε is not the last word: checks that can fail.

The limits of all paths say what is still to come below the least ε: a path that tends to a real point with winding number one is real
for all small ε. What rests on what: docs/mathematics.md, section 13.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from math import inf

from critscape.algebra.components.limits import Fate, Limit
from critscape.algebra.components.multiprecision import SLOW
from critscape.algebra.components.table import is_real
from critscape.algebra.critical.evidence import Evidence
from critscape.algebra.landscape.limit_levels import SAME, LimitLevel, LimitValue
from critscape.algebra.landscape.limit_tree import Absorption, LimitTree, barriers_between
from critscape.algebra.landscape.regularised_tree import RegularisedTree, Rung, births_and_joins


def same_points(last: RegularisedTree, foot: Rung) -> Evidence:
    """Whether the real critical points at the least ε, and their indices, are those of the last tree."""
    turned = sum(last.indices.get(k) != foot.indices.get(k) for k in {*last.indices, *foot.indices})
    gone = f", {len(foot.lost)} critical points not known" if foot.lost else ""
    measured = f"{len(foot.indices)} real at ridge {float(foot.ridge):g}{gone}, {turned} other than at {float(last.ridge):g}"
    return Evidence("real critical points stay", not turned and not foot.lost, measured)


def real_at_the_foot(limits: Sequence[Limit], foot: Rung) -> Evidence:
    """Whether the paths that tend to a real point with winding number one, which are real from some ε on, are real at the least one."""
    real = [k for k, limit in enumerate(limits) if limit.point is not None and limit.winding == 1 and is_real(limit.point)]
    late = sum(k not in foot.labels for k in real)
    measured = f"{len(real)} regular real limits, {late} of paths not yet real at ridge {float(foot.ridge):g}"
    return Evidence("real limits have real paths", not late, measured)


def nothing_lower_at_infinity(limits: Sequence[Limit], levels: Sequence[LimitLevel], ridge: Fraction, floor: Fraction | None) -> Evidence:
    """Whether no path to infinity has a limit of the loss below all valleys, and no lower than L can be: it may be real for smaller ε than ``ridge``."""
    lowest = min((float(level.value.loss.mid()) for level in levels), default=inf)
    error = SAME * max(1.0, abs(lowest))
    least = -inf if floor is None else float(floor) - error
    known = [limit.loss for limit in limits if limit.fate is Fate.AT_INFINITY and limit.growth < SLOW and limit.loss is not None]
    lower = sum(abs(value.imag) <= error and least <= value.real < lowest - error for value in known)
    return Evidence(
        "no lower limit at infinity",
        not lower,
        f"{len(known)} limits of the loss at infinity, {lower} below all valleys, of paths not real at ridge {float(ridge):g}",
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
