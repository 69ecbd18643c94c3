"""Proofs in ball arithmetic that a polygon stays in a sublevel set {L < c}.

With them the end of a descending arc does not rest on the accuracy of an integrator: any path below the saddle from one of its two
sides proves what that side is connected to. Along a segment L is a polynomial in one variable, with balls as its coefficients, which
its coefficients in the Bernstein basis bound (Farouki, "The Bernstein polynomial basis: a centennial retrospective", CAGD 29, 2012, section 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import comb

import flint
import numpy as np
from flint import arb, arb_mat

from critscape.algebra.landscape.basin import PRECISION, coordinates
from critscape.algebra.landscape.surface import Surface, along, hessian
from critscape.algebra.points.classification import RealPoint

BISECTIONS = 16
"""How often an edge is halved at most."""


def leaves_downwards(loss: Surface, saddle: RealPoint, point: np.ndarray) -> bool:
    """Whether L < L(saddle) on the segment from a certified critical point to ``point`` (n,), its start excepted.

    The gradient vanishes at its start, so there L(saddle + t d) − L(saddle) = t² q(t), and q < 0 is to be shown.
    """
    with flint.ctx.workprec(PRECISION):
        return _negative(along(loss, coordinates(saddle.point), exact_point(point))[2:])


def on_opposite_sides(loss: Surface, saddle: RealPoint, one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two points (n,) lie on opposite sides of a certified saddle of index 1, given that L < L(saddle) on the segments to both.

    The vectors d with dᵀ∇²L d < 0 form two opposite convex cones, as ∇²L has one negative eigenvalue; d and e in one of them have
    dᵀ∇²L e < 0, else they have dᵀ∇²L e > 0 (the reversed Cauchy–Schwarz inequality).
    """
    with flint.ctx.workprec(PRECISION):
        centre = coordinates(saddle.point)
        d, e = (arb_mat([[x - c] for x, c in zip(exact_point(point), centre)]) for point in (one, other))
        second = hessian(loss, centre)
        inward = all((each.transpose() * second * each)[0, 0] < 0 for each in (d, e))
        return bool(inward and (d.transpose() * second * e)[0, 0] > 0)


def stays_below(loss: Surface, start: Sequence[arb], end: Sequence[arb], level: arb) -> bool:
    """Whether L < level on the segment between two points; False also when that cannot be decided."""
    with flint.ctx.workprec(PRECISION):
        constant, *others = along(loss, start, end)
        return _negative([constant - level, *others])


def exact_point(point: np.ndarray) -> list[arb]:
    """A point in double precision, as it is."""
    return [arb(float(x)) for x in point]


def _negative(coefficients: Sequence[arb]) -> bool:
    """Whether every polynomial with coefficients in these balls, of its powers from 0 on, is proved to be negative on [0, 1]."""
    if coefficients[0] + sum(map(abs, coefficients[1:]), arb(0)) < 0:
        return True
    degree = len(coefficients) - 1
    bernstein = [sum((coefficients[j] * comb(i, j) / comb(degree, j) for j in range(i + 1)), arb(0)) for i in range(degree + 1)]
    pieces = [(bernstein, BISECTIONS)]
    while pieces:
        piece, left = pieces.pop()
        if all(c < 0 for c in piece):
            continue
        # The first and the last are the values at the ends.
        if not left or not (piece[0] < 0 and piece[-1] < 0):
            return False
        pieces += [(half, left - 1) for half in _halves(piece)]
    return True


def _halves(bernstein: Sequence[arb]) -> tuple[list[arb], list[arb]]:
    """The coefficients on both halves of the interval (de Casteljau's algorithm)."""
    left, right, row = [], [], list(bernstein)
    while row:
        left.append(row[0])
        right.append(row[-1])
        row = [(a + b) / 2 for a, b in pairwise(row)]
    return left, right[::-1]
