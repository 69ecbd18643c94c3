"""Which local minima are global, and which are spurious.

A proved local minimum is *spurious* if L has a proved value below its own: the loss of another critical point, or L at any rational
point. This needs nothing else: neither that all critical points are known nor that L has a global minimum.

It is *global* if L is convex, or a theorem says that all local minima are; or if its loss is exactly a proved lower bound of L; or if L is coercive, all critical points are
known, and the loss of no other one can be lower. Everything else is left open.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

from flint import arb

from critscape.algebra.points.classification import Kind, RealPoint
from critscape.algebra.polynomial.shape import Shape

MINIMA = (Kind.GLOBAL_MINIMUM, Kind.SPURIOUS_MINIMUM, Kind.LOCAL_MINIMUM)


def judged(
    real: Sequence[RealPoint],
    shape: Shape,
    complete: bool,
    alike: Sequence[Hashable],
    others: Sequence[arb] = (),
    values: Sequence[arb] = (),
    at_floor: Sequence[bool] | None = None,
) -> tuple[RealPoint, ...]:
    """The real critical points with a verdict on each local minimum, as far as there is one.

    Parameters
    ----------
    shape : what is known of L on all of ℝⁿ.
    complete : whether no critical point is missing.
    alike : one entry for each point; points with equal entries are proved to have equal losses.
    others : the losses at further critical points, which may be local minima.
    values : enclosures of further values of L.
    at_floor : whether the loss of each point is proved to be ``shape.floor``.
    """
    known = [*(point.loss for point in real), *others, *values]
    minima = [k for k, point in enumerate(real) if point.index == 0]

    def verdict(k: int) -> Kind:
        own = real[k].loss
        if shape.convex or shape.theorem or (at_floor is not None and at_floor[k]):
            return Kind.GLOBAL_MINIMUM
        if any(value < own for value in known):
            return Kind.SPURIOUS_MINIMUM
        lowest = all(alike[k] == alike[j] or own < real[j].loss for j in minima) and all(own < value for value in others)
        return Kind.GLOBAL_MINIMUM if shape.coercive and complete and lowest else Kind.LOCAL_MINIMUM

    return tuple(replace(point, kind=verdict(k)) if point.index == 0 else point for k, point in enumerate(real))


def without_global(real: Sequence[RealPoint]) -> tuple[RealPoint, ...]:
    """The real points of a set that may not be complete after all: which minima are global is not known, spurious ones stay so."""
    return tuple(replace(point, kind=Kind.LOCAL_MINIMUM) if point.kind is Kind.GLOBAL_MINIMUM else point for point in real)


def equal_losses(*labels: Sequence[Hashable | None]) -> list[int]:
    """Which points are proved to have equal losses: one number for each class.

    Each of ``labels`` has one entry for each point; points with equal entries, not None, have equal losses.

    >>> equal_losses(["a", None, "a", None], [None, 1, 1, 2])
    [0, 0, 0, 3]
    """
    classes = list(range(len(labels[0])))
    for label in labels:
        first: dict[Hashable, int] = {}
        for k, entry in enumerate(label):
            if entry is not None:
                one, other = classes[k], classes[first.setdefault(entry, k)]
                classes = [min(one, other) if c in (one, other) else c for c in classes]
    return classes
