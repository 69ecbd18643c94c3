"""The one critical point that can be known in rational numbers without luck: all inner weights are zero.

There σ(0) and σ′(0) are rational, so the outer weights are, and whether the gradient vanishes is decided exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import flint
from flint import arb, fmpq, fmpq_mat

from critscape.algebra.boxes.regression import Regression, exact
from critscape.algebra.points.classification import RealPoint
from critscape.algebra.points.closed_form import ClosedForm
from critscape.algebra.points.radicals import rational

AT_ZERO = {"logistic": (Fraction(1, 2), Fraction(1, 4)), "tanh": (Fraction(0), Fraction(1))}
"""Name → σ(0), σ′(0)."""


def origin(regression: Regression) -> tuple[tuple[Fraction, ...], Fraction] | None:
    """All weights of the critical point whose inner weights vanish, and its loss; None where there is none."""
    value, slope = AT_ZERO[regression.activation.name]
    q, m = len(regression.outer), len(regression.targets)
    row = [value] * regression.units + [Fraction(1)] * (q - regression.units)
    total = sum(regression.targets, Fraction(0))
    normal = [[m * row[s] * row[t] + (regression.outer[s] if s == t else 0) for t in range(q)] for s in range(q)]
    solution = fmpq_mat([[_fmpq(entry) for entry in line] for line in normal]).solve(fmpq_mat([[_fmpq(h * total)] for h in row]))
    v = [Fraction(int(entry.p), int(entry.q)) for entry in solution.entries()]
    output = sum((a * h for a, h in zip(v, row)), Fraction(0))
    residuals = [output - y for y in regression.targets]
    for j in range(regression.units):
        for t in range(regression.width):
            if v[j] * slope * sum((r * x[t] for r, x in zip(residuals, regression.inputs)), Fraction(0)):
                return None
    loss = sum((r * r for r in residuals), Fraction(0)) + sum((s * a * a for s, a in zip(regression.outer, v)), Fraction(0))
    return ((Fraction(0),) * regression.inner_weights + tuple(v), loss / 2)


def closed_forms(regression: Regression, points: Sequence[RealPoint]) -> list[ClosedForm | None]:
    """The rational form of that point among proved ones, None for all others: the box that isolates it holds no other zero."""
    found: list[ClosedForm | None] = [None] * len(points)
    known = origin(regression)
    if known is None:
        return found
    weights, loss = known
    for k, point in enumerate(points):
        with flint.ctx.workprec(point.point.precision):
            here = [exact(w) for w in weights]
            if all(abs(w - z.real) < arb(point.point.isolation) for w, z in zip(here, point.point.centre)):
                found[k] = ClosedForm(tuple(map(rational, weights)), rational(loss))
    return found


def _fmpq(number: Fraction) -> fmpq:
    return fmpq(number.numerator, number.denominator)
