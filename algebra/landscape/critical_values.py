"""The critical values of a loss in increasing order, with a decision which of them are equal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb


@dataclass(frozen=True)
class CriticalValue:
    """One critical value, a level at which sublevel sets may change.

    ``loss`` encloses it; ``members`` are the positions of the critical points there; ``decided`` is False if the enclosures of
    members overlap but nothing proves their losses equal: they then may be different levels.
    """

    loss: arb
    members: tuple[int, ...]
    decided: bool


def critical_values(losses: Sequence[arb], alike: Sequence[int], positions: Sequence[int]) -> tuple[CriticalValue, ...]:
    """The distinct losses of the critical points at ``positions``, in increasing order.

    Enclosures that are disjoint are different numbers. Points with equal entries of ``alike`` are proved to have equal losses. Nothing
    else is taken to be equal.

    >>> losses = [arb(1), arb(2, 0.1), arb(2, 0.1), arb(2.1, 0.1)]
    >>> [(v.members, v.decided) for v in critical_values(losses, [0, 1, 1, 2], range(4))]
    [((0,), True), ((1, 2, 3), False)]
    >>> [(v.members, v.decided) for v in critical_values(losses, [0, 1, 1, 2], range(3))]
    [((0,), True), ((1, 2), True)]
    """
    groups: list[list[int]] = []
    # Not in double precision: levels may agree to more digits than it has.
    for k in sorted(positions, key=lambda k: losses[k].mid()):
        # What lies between two overlapping enclosures cannot be told apart from either of them.
        touched = next((i for i, group in enumerate(groups) if any(losses[j].overlaps(losses[k]) for j in group)), len(groups))
        groups[touched:] = [[*(j for group in groups[touched:] for j in group), k]]
    values = []
    for group in groups:
        decided = len({alike[k] for k in group}) == 1
        narrowest = min((losses[k] for k in group), key=lambda loss: loss.rad())
        widest = losses[group[0]]
        for k in group[1:]:
            widest = widest.union(losses[k])
        values.append(CriticalValue(narrowest if decided else widest, tuple(sorted(group)), decided))
    return tuple(values)
