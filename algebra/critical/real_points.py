"""All real critical points of a loss, certified and typed, where it is known already that none is missing.

Nothing is enumerated here: the points are the ends of all paths from the generic member, or were found and proved before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import flint
from flint import acb, arb

from critscape.algebra.critical.critical_set import verdicts
from critscape.algebra.critical.evidence import orbits
from critscape.algebra.points.certification import CertifiedPoint, Undecided, certify
from critscape.algebra.points.classification import RealPoint, classify
from critscape.algebra.points.closed_form import ClosedForm, closed_forms
from critscape.algebra.points.global_minima import equal_losses, judged
from critscape.algebra.polynomial.loss import Loss
from critscape.algebra.polynomial.shape import Shape
from critscape.algebra.symmetry.finite import SymmetryGroup, symmetry_group

SAME = 1e-6
"""A proved point is the one that decimals mean if each coordinate differs from them by less, relative to 1 + their size."""
BITS = 512
"""Precision in which decimals are read."""


class NotThere(ValueError):
    """There is no such point where it should be; its text says what was expected."""


@dataclass(frozen=True)
class RealPoints:
    """Real critical points in increasing loss, each with its closed form (None where there is none), and the symmetries of L."""

    points: tuple[RealPoint, ...]
    closed_forms: tuple[ClosedForm | None, ...]
    group: SymmetryGroup


def proved_near(loss: Loss, coordinates: Sequence[str | acb]) -> CertifiedPoint:
    """The real critical point at approximate coordinates, n decimal strings or balls, certified.

    Raises
    ------
    NotThere : none is proved there.
    """
    with flint.ctx.workprec(BITS):
        start = [acb(arb(z)) if isinstance(z, str) else z for z in coordinates]
    point = certify(loss, start)
    if isinstance(point, Undecided):
        raise NotThere(f"a simple critical point of the loss ({point.reason})")
    if not point.real or any(abs(z - c).mid() > arb(SAME) * (1 + abs(c)).mid() for z, c in zip(point.ball, start)):
        raise NotThere("a real critical point of the loss: the nearest one is elsewhere")
    return point


def typed(loss: Loss, found: Sequence[CertifiedPoint], shape: Shape) -> RealPoints:
    """All real critical points, which are ``found``, typed; where losses are equal they stay in this order."""
    group = symmetry_group(loss)
    order = {id(point): k for k, point in enumerate(found)}
    real = classify(loss, found)
    real.sort(key=lambda each: (float(each.loss.mid()), each.index, order[id(each.point)]))
    forms = tuple(closed_forms(loss, real))
    orbit_of = {id(found[k]): number for number, orbit in enumerate(orbits(found, group) or ()) for k in orbit}
    alike = equal_losses([orbit_of.get(id(point.point)) for point in real], [form and form.loss for form in forms])
    return RealPoints(verdicts(loss, real, shape, True, alike, forms), forms, group)


def of_regular_ends(loss: Loss, ends: Sequence[CertifiedPoint], solutions: int, shape: Shape) -> tuple[RealPoint, ...] | None:
    """The real ones among the ends of the paths from a generic member with so many ``solutions``, typed; None if some may be missing.

    ``ends`` are distinct proved simple zeros. Where they are as many as the generic member has solutions, and the Euler sum of a
    coercive loss is 1, these are all critical points.
    """
    if len(ends) != solutions:
        return None
    real = classify(loss, ends)
    if shape.coercive and sum((-1) ** point.index for point in real) != 1:
        return None
    minima = [point for point in real if point.index == 0]
    found = orbits([point.point for point in minima], symmetry_group(loss))
    orbit_of = {id(minima[k]): number for number, orbit in enumerate(found or ()) for k in orbit}
    return judged(real, shape, True, equal_losses([orbit_of.get(id(point)) for point in real]))
