"""Units of the weights, powers of two, in which descent is integrated: w = a·u entrywise.

Where the eigenvalues of the Hessian lie more than sixteen orders of magnitude apart because weights have very different units, double
precision does not tell the least of them from zero. Sublevel sets, and what is proved of polygons in them, are the same in all units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import flint
import numpy as np
from flint import arb

from critscape.algebra.landscape.basin import PRECISION, coordinates
from critscape.algebra.landscape.fixed_space import Action
from critscape.algebra.landscape.surface import Surface, hessian
from critscape.algebra.points.certification import CertifiedPoint
from critscape.algebra.points.classification import RealPoint

STEP = 10
"""Units are powers of two to this: what is within a factor of 32 of one is left alone."""


def weight_units(loss: Surface, points: Sequence[RealPoint], symmetries: Sequence[Action]) -> tuple[float, ...]:
    """Units a (n,) in which the curvatures of L along the axes are alike at its minima, on average; those of symmetric weights are equal.

    a_i² is inverse to the geometric mean of ∂²L/∂w_i² over the local minima among ``points`` whose enclosures tell it from zero (with none,
    a_i is as others on average), and the largest coordinate of a point is about one.
    """
    n = loss.dimension
    minima = [point.point for point in points if point.index == 0]
    with flint.ctx.workprec(PRECISION):
        second = [hessian(loss, coordinates(point)) for point in minima]
        curvatures = [[float(h[i, i].log()) for h in second if h[i, i] > 0] for i in range(n)]
        sizes = [[float(abs(x.mid())) for x in coordinates(point.point)] for point in points]
    if not any(curvatures) or not np.any(sizes):
        return (1.0,) * n
    means = [float(np.mean(known)) if known else None for known in curvatures]
    usual = float(np.mean([mean for mean in means if mean is not None]))
    logs = np.array([-(usual if mean is None else mean) / 2 for mean in means])
    # Symmetric weights have the same but for rounding, which must not tell them apart.
    logs = np.array([max(logs[action.element.image[i]] for action in symmetries) for i in range(n)])
    largest = np.max(sizes, axis=0)
    logs += max(np.log(largest[i]) - logs[i] for i in np.flatnonzero(largest))
    return tuple((2.0 ** (STEP * np.round(logs / (STEP * np.log(2))))).tolist())


def points_in(units: Sequence[float], points: Sequence[RealPoint]) -> list[RealPoint]:
    """Critical points in units, as sharply enclosed; the boxes in which they are isolated are left out."""
    with flint.ctx.workprec(PRECISION):
        balls = [tuple(z / a for z, a in zip(point.point.ball, units)) for point in points]
    return [replace(p, point=CertifiedPoint(ball, ball, arb(0), True, p.point.precision)) for p, ball in zip(points, balls)]
