"""The limit of the merge trees of L_ε as ε → 0, from the limits of the losses of minima and saddles of index 1.

At every small ε the barrier between two minima is a minimax over the saddles' joins, so its limit is the minimax over their limits. A
minimum whose barrier tends to its own loss lies in one valley with what it is joined to: it is absorbed. What is left is a merge
tree (:mod:`critscape.algebra.landscape.merge_tree`) of valley bottoms. This file is combinatorics: a level is known by its rank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from critscape.algebra.landscape.merge_tree import Join, MergeTree, merge_tree


@dataclass(frozen=True)
class Absorption:
    """The minimum ``absorbed`` and the bottom ``into`` that the ``saddle`` joins it to at the level ``rank`` of the former."""

    absorbed: int
    into: int
    saddle: int
    rank: int


@dataclass(frozen=True)
class LimitTree:
    """``tree`` : the merge tree of the bottoms; ``members`` : each bottom → the minima that tend into its valley at its level or are
    absorbed there; ``absorptions`` : what was absorbed, in the order of the levels.
    """

    tree: MergeTree
    members: dict[int, tuple[int, ...]]
    absorptions: tuple[Absorption, ...]

    @property
    def shape(self) -> tuple:
        """Which minima are in which component from which level on: what does not depend on the ways by which they are joined."""
        return tuple(sorted(self.members.items())), tuple((c.birth, c.merge, c.minima, c.spurious) for c in self.tree.components)

    def barrier(self, bottom: int) -> tuple[int, tuple[int, ...]] | None:
        """The rank at which the valley of a bottom joins one that is as low or lower, and the saddles there; None if it never does."""
        births = {c.minima[0]: c.birth for c in self.tree.components if not c.children}
        for component in self.tree.components:
            others = [m for m in component.minima if m != bottom]
            if bottom in component.minima and others and min(births[m] for m in others) <= births[bottom]:
                return component.birth, component.saddles
        return None


def limit_tree(births: Mapping[int, int], joins: Sequence[Join]) -> LimitTree:
    """The limit of merge trees.

    Parameters
    ----------
    births : each minimum of L_ε → the rank of the limit of its loss.
    joins : the saddles of index 1 with the ranks of the limits of their losses; none lies below what it joins.

    >>> found = limit_tree({0: 0, 1: 1, 2: 1}, [Join(3, 2, (0, 1)), Join(4, 1, (1, 2))])
    >>> [(c.birth, c.merge, c.minima, c.spurious) for c in found.tree.components], found.members
    ([(0, 2, (0,), False), (1, 2, (1,), True), (2, None, (0, 1), False)], {0: (0,), 1: (1, 2)})
    >>> found.barrier(1), found.barrier(0)
    ((2, (3,)), None)
    """
    component: dict[int, set[int]] = {m: {m} for m in births}
    bottom = {m: m for m in births}
    absorptions: list[Absorption] = []
    for rank, meeting in groupby(sorted(joins, key=lambda j: (j.rank, j.saddle)), key=lambda j: j.rank):
        at: dict[int, int] = {}
        for join in meeting:
            one, other = (component[m] for m in join.minima)
            at.update(dict.fromkeys(join.minima, join.saddle))
            if one is not other:
                one |= other
                component.update(dict.fromkeys(other, one))
        for group in {id(component[m]): component[m] for m in at}.values():
            low = min(group, key=lambda m: (births[m], m))
            # At this level and not joined to anything below it before: no bottom of its own, unless there is nothing lower.
            for m in sorted(group - {low}):
                if births[bottom[m]] >= rank and bottom[m] != low:
                    absorptions.append(Absorption(m, low, at.get(m, at[min(at)]), rank))
                    bottom[m] = low
    kept = sorted({bottom[m] for m in births})
    reduced = [Join(j.saddle, j.rank, (bottom[j.minima[0]], bottom[j.minima[1]])) for j in joins]
    tree = merge_tree({m: births[m] for m in kept}, [j for j in reduced if j.minima[0] != j.minima[1]])
    members = {b: tuple(sorted(m for m in births if bottom[m] == b)) for b in kept}
    return LimitTree(tree, members, tuple(absorptions))


def barriers_between(births: Mapping[int, int], joins: Sequence[tuple[int, tuple[int, int]]]) -> dict[tuple[int, int], int]:
    """For each pair of minima (in increasing order) the first of the ``joins`` (a rank, two minima) by which they are joined: its rank.

    >>> barriers_between({0: 0, 1: 1, 2: 2}, [(3, (1, 2)), (4, (0, 1))])
    {(1, 2): 3, (0, 1): 4, (0, 2): 4}
    """
    component: dict[int, set[int]] = {m: {m} for m in births}
    found: dict[tuple[int, int], int] = {}
    for rank, (a, b) in sorted(joins):
        one, other = component[a], component[b]
        if one is other:
            continue
        found.update({(min(x, y), max(x, y)): rank for x in sorted(one) for y in sorted(other)})
        one |= other
        for m in other:
            component[m] = one
    return found
