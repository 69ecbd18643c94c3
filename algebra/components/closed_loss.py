"""The loss on a component in closed form: exact at a rational point, else in the number field of a point with simple coordinates."""

from __future__ import annotations

from fractions import Fraction

import flint
from flint import fmpq, fmpq_poly

from critscape.algebra.components.algebraic_points import algebraic_point
from critscape.algebra.components.component import Component, exact_loss
from critscape.algebra.points.closed_form import (
    MOST_WEIGHTS,
    PRECISION,
    element_at,
    minimal_polynomial,
    modest,
)
from critscape.algebra.points.radicals import real_root
from critscape.algebra.polynomial.loss import Loss, exact


def closed_loss(loss: Loss, found: Component, unit: Fraction = Fraction(1)) -> str | None:
    """L times ``unit`` on a component as text, exact; None where L has no closed form of modest size that is found.

    A point over a number field is verified to be critical, and lies in the box in which the zeros of the component's equations form a
    manifold: L is constant on it.
    """
    if found.rational is not None:
        return written(exact_loss(loss, found.rational) * exact(unit))
    if found.proved is None or loss.dimension > MOST_WEIGHTS:
        return None
    point = algebraic_point(loss, found.proved)
    if point is None:
        return None
    with flint.ctx.workprec(PRECISION):
        value = fmpq_poly([0]) + loss.family.formula(point.coordinates, [exact(v) for v in loss.values])
        radical = real_root(minimal_polynomial(value, point.modulus), element_at(value, point.generator))
        return radical.scaled(unit).text if radical is not None and modest(radical) else None


def written(value: fmpq) -> str:
    """A rational number as problem files have it."""
    return f"{int(value.p)}" if value.q == 1 else f"{int(value.p)}/{int(value.q)}"
