"""The levels of the limit tree: limits of the losses of minima and saddles of index 1 as ε → 0, exact where they can be.

A real path of critical points of L_ε has L_ε → v, a critical value of L or one at infinity, if L is bounded below (docs/mathematics.md):
at a finite limit p, v = L(p). Limits are equal only where that is shown; what is not told apart counts as one level and is said.

All is decided in units in which weights and losses are about one (:mod:`critscape.algebra.components.units`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from critscape.algebra.components.closed_loss import ExactLoss, exact_loss_of
from critscape.algebra.components.component import Component, Kind, component
from critscape.algebra.components.function_space import Knowledge
from critscape.algebra.components.gauge import representative
from critscape.algebra.components.limits import Fate, Limit, value_at
from critscape.algebra.components.local_system import ProvedPoint
from critscape.algebra.components.symmetric_copies import copies
from critscape.algebra.components.table import is_real
from critscape.algebra.landscape.initial_form import Curve, curve
from critscape.algebra.points.classification import RealPoint
from critscape.algebra.polynomial.loss import Loss
from critscape.algebra.symmetry.coincidence import match

SAME = 1e-6
"""Limits closer than this, relative to their size or one, are not told apart unless both are proved."""


@dataclass(frozen=True)
class LimitValue:
    """The limit of the loss along one real path: ``loss`` encloses it if ``proved``, else it is an approximation.

    ``exact`` is the limit exactly, if it is known so; ``component`` the critical point of L at a finite limit (None at infinity); ``growth``
    the g of |w| ~ ε^−g; ``curve`` an exact curve to infinity beside the path, along which L tends to the limit.
    """

    loss: arb
    proved: bool
    exact: ExactLoss | None
    component: Component | None
    growth: float
    curve: Curve | None = None

    @property
    def text(self) -> str | None:
        """The closed form in the own unit of the loss, if there is one."""
        return None if self.exact is None else self.exact.text

    @property
    def at(self) -> ProvedPoint | None:
        """The proved critical point, of L or of the initial form of the curve, whose loss it is."""
        place = self.curve or self.component
        return None if place is None else place.proved

    @property
    def attained(self) -> bool:
        """Whether the path stays bounded."""
        return self.component is not None


@dataclass(frozen=True)
class LimitLevel:
    """One level: ``value`` the best known of its members', ``members`` the paths, ``decided`` whether all of them are shown to be equal."""

    value: LimitValue
    members: tuple[int, ...]
    decided: bool


@dataclass(frozen=True)
class Tails:
    """The real critical points of L_ε at two small ε, ``ridges`` (the smaller one last), by their paths."""

    ridges: tuple[Fraction, Fraction]
    points: tuple[dict[int, RealPoint], dict[int, RealPoint]]


def limit_values(
    loss: Loss, unit: Fraction, knowledge: Knowledge, limits: Sequence[Limit], tails: Tails, labels: Sequence[int]
) -> dict[int, LimitValue]:
    """The limits of the loss along the real paths ``labels``, without those that are not known; closed forms are written times ``unit``."""
    found: dict[int, LimitValue] = {}
    finite = [k for k in labels if (point := limits[k].point) is not None and is_real(point)]
    if finite:
        points = np.array([limits[k].point for k in finite])
        # Several paths may have one limit, which is proved once.
        first = match(points, points)
        usual: list[tuple[int, ...]] = []
        for k in np.unique(first).tolist():
            here = representative(loss, knowledge, component(loss, knowledge, points[k].real), usual)
            if here.proved is not None and here.proved.fixed:
                usual.append(tuple(sorted(here.proved.fixed)))
            value = at_component(loss, unit, here)
            found.update({finite[j]: value for j in np.flatnonzero(first == k).tolist()})
    for k in labels:
        tends = limits[k].loss
        if limits[k].fate is Fate.AT_INFINITY and tends is not None and abs(tends.imag) <= SAME * max(1.0, abs(tends)):
            found[k] = at_infinity(loss, unit, limits[k], tends.real, tails, k)
    return found


def at_infinity(loss: Loss, unit: Fraction, limit: Limit, value: float, tails: Tails, label: int) -> LimitValue:
    """The limit of the loss along a path to infinity, exact where a curve is found along which it is the same."""
    points = [by_path.get(label) for by_path in tails.points]
    along = None
    if points[0] is not None and points[1] is not None and limit.winding is not None:
        along = curve(loss, [points[0].point, points[1].point], tails.ridges, limit.winding, unit)
    if along is None or abs(float(along.limit.mid()) - value) > SAME * max(1.0, abs(value)):
        return LimitValue(arb(value), False, None, None, limit.growth)
    return LimitValue(along.limit, True, along.exact, None, limit.growth, along)


def at_component(loss: Loss, unit: Fraction, found: Component) -> LimitValue:
    """The loss at a finite limit."""
    if found.proved is None:
        return LimitValue(arb(value_at(loss, found.point.astype(complex)).real), False, None, found, 0.0)
    return LimitValue(found.loss, True, exact_loss_of(loss, found, unit), found, 0.0)


def limit_levels(values: Mapping[int, LimitValue]) -> tuple[LimitLevel, ...]:
    """The distinct limits in increasing order."""
    groups: list[list[int]] = []
    for k in sorted(values, key=lambda k: (float(values[k].loss.mid()), k)):
        if groups and any(not apart(values[j], values[k]) for j in groups[-1]):
            groups[-1].append(k)
        else:
            groups.append([k])
    return tuple(
        LimitLevel(
            min((values[k] for k in group), key=lambda v: (not v.proved, v.text is None, v.loss.rad())),
            tuple(group),
            all_equal([values[k] for k in group]),
        )
        for group in groups
    )


def apart(one: LimitValue, other: LimitValue) -> bool:
    """Whether two limits are different numbers: proved if both are proved, else as far as extrapolation tells."""
    if one.exact is not None and other.exact is not None:
        return one.exact.number != other.exact.number
    if one.proved and other.proved:
        return not one.loss.overlaps(other.loss)
    a, b = float(one.loss.mid()), float(other.loss.mid())
    return abs(a - b) > SAME * max(1.0, abs(a), abs(b))


def all_equal(found: Sequence[LimitValue]) -> bool:
    """Whether limits are proved to be one number, each by way of others if need be."""
    reached, others = list(found[:1]), list(found[1:])
    for value in reached:
        reached += [other for other in others if equal(value, other)]
        others = [other for other in others if not any(other is known for known in reached)]
    return not others


def equal(one: LimitValue, other: LimitValue) -> bool:
    """Whether two limits are proved to be equal: the same limit, both inf L, the same algebraic number, or the losses of symmetric copies."""
    if one is other or (least(one) and least(other)):
        return True
    if one.exact is not None and other.exact is not None:
        return one.exact.number == other.exact.number
    return one.at is not None and other.at is not None and copies(one.at, other.at)


def least(value: LimitValue) -> bool:
    """Whether a limit is proved to be inf L: the loss of a global minimum, as where the gradient of a convex loss in function space vanishes."""
    found = value.component
    return found is not None and found.kind is Kind.GLOBAL_MINIMUM and found.kind_proved
