"""Chains of charts: points of one piece are joined, points of two never."""

from dataclasses import replace

import flint
import numpy as np
import pytest
from flint import acb, arb

from critscape.algebra.components.component import component
from critscape.algebra.components.connected import BITS, BREADTH, _chart, joined, pieces
from critscape.algebra.components.function_space import Knowledge
from critscape.algebra.components.subspace import Subspace
from critscape.algebra.polynomial.loss import Family, Loss

UNKNOWN = Knowledge(bounded_below=False)
HYPERBOLA = Loss(Family(("x", "y"), (), lambda w, p: (w[0] * w[1] - 1) ** 2), ())
CIRCLE = Loss(Family(("x", "y"), (), lambda w, p: (w[0] ** 2 + w[1] ** 2 - 1) ** 2), ())


def on(loss, *points):
    return [component(loss, UNKNOWN, np.array(point, dtype=float)) for point in points]


def test_the_branches_of_a_hyperbola_are_two_pieces():
    samples = on(HYPERBOLA, (1, 1), (2, 0.5), (0.25, 4), (-1, -1), (-3, -1 / 3))
    assert pieces(HYPERBOLA, samples, 400) == 2
    assert joined(HYPERBOLA, samples[0], samples[2])[0] and not joined(HYPERBOLA, samples[0], samples[3])[0]
    # Without charts nothing is joined, and nothing is claimed that is not.
    assert pieces(HYPERBOLA, samples, 0) == 5


def test_points_of_a_circle_are_joined_antipodes_by_their_neighbours():
    angles = np.arange(5) * 2 * np.pi / 5 + 0.1
    samples = on(CIRCLE, *np.array([np.cos(angles), np.sin(angles)]).T)
    assert pieces(CIRCLE, samples, 400) == 1
    opposite = on(CIRCLE, (0.6, 0.8), (-0.6, -0.8))
    assert pieces(CIRCLE, opposite, 400) == 2


def test_points_of_different_zeros_or_dimensions_are_not_joined():
    circle, centre = on(CIRCLE, (0.6, 0.8), (0, 0))
    assert joined(CIRCLE, circle, centre) == (False, 0) and joined(CIRCLE, replace(circle, manifold=None), circle) == (False, 0)


@pytest.mark.parametrize("loss, point, tangent", [(HYPERBOLA, (1, 1), (1, -1)), (CIRCLE, (0.6, 0.8), (0.8, -0.6))])
def test_a_chart_holds_what_is_near_and_on_it_alone(loss, point, tangent):
    (found,) = on(loss, point)
    with flint.ctx.workprec(BITS):
        chart = _chart(loss, found.manifold, found.point)
        unit = np.array(tangent) / np.linalg.norm(tangent)
        normal = np.array([unit[1], -unit[0]])

        def holds(place):
            return chart.holds([acb(arb(float(x), 1e-12)) for x in place], Subspace(2))

        here = np.array(point, dtype=float)
        assert holds(here) and holds(here + 0.9 * chart.reach * unit) and not holds(here + 1.1 * chart.reach * unit)
        assert holds(here + 0.9 * BREADTH * chart.reach * normal) and not holds(here + 1.1 * BREADTH * chart.reach * normal)
