"""The loss on a component in closed form: exact at a rational point, else in the number field of a point with simple coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import flint
from flint import arb, fmpq, fmpq_poly

from critscape.algebra.components.algebraic_points import algebraic_point
from critscape.algebra.components.component import Component, exact_loss
from critscape.algebra.points.closed_form import (
    MOST_WEIGHTS,
    PRECISION,
    element_at,
    minimal_polynomial,
    modest,
)
from critscape.algebra.points.exact_losses import AlgebraicNumber, real_roots
from critscape.algebra.points.radicals import real_root
from critscape.algebra.polynomial.loss import Loss, exact


@dataclass(frozen=True)
class ExactLoss:
    """The loss on a component as an algebraic number, and times a unit as text (None: in no closed form of modest size)."""

    number: AlgebraicNumber
    text: str | None


def exact_loss_of(loss: Loss, found: Component, unit: Fraction = Fraction(1)) -> ExactLoss | None:
    """L on a component exactly, its text times ``unit``; None where no point over a number field of modest size is found.

    Such a point is verified to be critical, and lies in the box in which the zeros of the component's equations form a manifold: L is
    constant on it.
    """
    if found.rational is not None:
        value = exact_loss(loss, found.rational)
        return ExactLoss(AlgebraicNumber((-int(value.p), int(value.q)), 0, arb(value)), written(value * exact(unit)))
    if found.proved is None or loss.dimension > MOST_WEIGHTS:
        return None
    point = algebraic_point(loss, found.proved)
    if point is None:
        return None
    with flint.ctx.workprec(PRECISION):
        element = fmpq_poly([0]) + loss.family.formula(point.coordinates, [exact(v) for v in loss.values])
        minimal, enclosure = minimal_polynomial(element, point.modulus), element_at(element, point.generator)
        near = [number for number in real_roots(minimal) if number.ball.overlaps(enclosure)]
        if len(near) != 1:
            return None
        radical = real_root(minimal, enclosure)
        return ExactLoss(near[0], radical.scaled(unit).text if radical is not None and modest(radical) else None)


def closed_loss(loss: Loss, found: Component, unit: Fraction = Fraction(1)) -> str | None:
    """L times ``unit`` on a component as text, exact; None where L has no closed form of modest size that is found."""
    value = exact_loss_of(loss, found, unit)
    return None if value is None else value.text


def written(value: fmpq) -> str:
    """A rational number as problem files have it."""
    return f"{int(value.p)}" if value.q == 1 else f"{int(value.p)}/{int(value.q)}"
