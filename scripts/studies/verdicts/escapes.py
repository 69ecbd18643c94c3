"""Ways down from critical points that are no local minima: w(t) = p + t·v + t²·u with rational v and u, along which L falls.

Of order two where a direction v with vᵀ∇²L(p)v < 0 is found, negative on the whole box around p; of higher order where the exact arcs of
third and fourth order show one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import flint
import numpy as np
from flint import acb, arb, fmpq

from critscape.algebra.components.arcs import exact_hessian
from critscape.algebra.components.local_system import PRECISION
from critscape.algebra.critical.result import decimal
from critscape.algebra.polynomial.evaluation import ball_derivatives
from critscape.algebra.polynomial.loss import Loss
from critscape.scripts.studies.verdicts.stationary import Stationary

DENOMINATORS = (1, 2, 4, 8, 64, 4096)
"""Directions next to the steepest one are tried with denominators up to these."""


@dataclass(frozen=True)
class Escape:
    """L(p + t·velocity + t²·bend) − L(p) = coefficient·t^order + …, with a negative coefficient: the loss falls for small t > 0; as text."""

    velocity: tuple[str, ...]
    bend: tuple[str, ...]
    order: int
    coefficient: str

    @property
    def fields(self) -> dict:
        """JSON-ready."""
        return {"velocity": list(self.velocity), "bend": list(self.bend), "order": self.order, "coefficient": self.coefficient}


def escape(loss: Loss, point: Stationary) -> Escape | None:
    """A way down that is proved; None where none is known."""
    shown = point.row.get("descent")
    if shown:
        velocity, bend = (tuple(map(str, shown[name])) for name in ("velocity", "bend"))
        order, coefficient = shown["order"], str(shown["coefficient"])
        if order % 2 and not coefficient.startswith("-"):
            # The arc is followed the other way: t → −t.
            velocity, coefficient = tuple(map(opposite, velocity)), opposite(coefficient)
        return Escape(velocity, bend, order, coefficient)
    if point.weights is None:
        return None
    with flint.ctx.workprec(PRECISION):
        hessian = second_derivatives(loss, point)
        for v in directions(hessian):
            curvature = sum((hessian[i][j] * v[i] * v[j] for i in range(len(v)) for j in range(len(v)) if v[i] and v[j]), fmpq(0)) / 2
            if curvature < 0:
                text = str(curvature) if isinstance(curvature, fmpq) else decimal(curvature)
                return Escape(tuple(map(str, v)), ("0",) * len(v), 2, text)
    return None


def opposite(number: str) -> str:
    """Minus a number that is written out.

    >>> opposite("3/2"), opposite("-0.5"), opposite("0")
    ('-3/2', '0.5', '0')
    """
    return number[1:] if number.startswith("-") else number if number == "0" else "-" + number


def second_derivatives(loss: Loss, point: Stationary) -> list[list[fmpq]] | list[list[arb]]:
    """∇²L, exact at a rational point, else on the box."""
    if point.rational is not None:
        return exact_hessian(loss, point.rational).tolist()
    assert point.weights is not None  # Asked by the caller.
    _, hessian = ball_derivatives(loss, [acb(weight) for weight in point.weights])
    return [[hessian[i, j].real for j in range(loss.dimension)] for i in range(loss.dimension)]


def directions(hessian: list[list[fmpq]] | list[list[arb]]) -> Iterator[list[fmpq]]:
    """Directions to be tried, the simplest first: one weight, two weights, then the steepest direction rounded."""
    n = len(hessian)
    for i in range(n):
        yield [fmpq(int(k == i)) for k in range(n)]
    for i, j in combinations(range(n), 2):
        for sign in (1, -1):
            yield [fmpq(int(k == i) + sign * int(k == j)) for k in range(n)]
    floats = np.array([[float(arb(entry).mid()) for entry in row] for row in hessian])
    steepest = np.linalg.eigh(floats)[1][:, 0]
    steepest = steepest / np.abs(steepest).max()
    for most in DENOMINATORS:
        rounded = [Fraction(float(x)).limit_denominator(most) for x in steepest]
        yield [fmpq(x.numerator, x.denominator) for x in rounded]
