"""Trapping neighbourhoods of manifolds of minima: what is proved of them holds at random points in them."""

import numpy as np
import pytest

from critscape.algebra.components.component import component
from critscape.algebra.components.function_space import Knowledge
from critscape.algebra.landscape.gradient_flow import flow
from critscape.algebra.landscape.manifold_basin import manifold_basin
from critscape.algebra.polynomial.loss import Family, Loss

NOTHING = Knowledge(False)


def of(names, formula):
    return Loss(Family(names, (), formula), ())


CHAIN = of(("a", "b", "c"), lambda w, p: (w[0] * w[1] * w[2] - 1) ** 2 / 2)
CIRCLE = of(("x", "y"), lambda w, p: (w[0] ** 2 + w[1] ** 2 - 1) ** 2 / 4)
SQUARE = of(("u", "v", "a"), lambda w, p: ((w[2] * w[0] ** 2 - 1) ** 2 + (w[2] * w[1] ** 2 + 2) ** 2 + 2 * (w[2] * w[0] * w[1]) ** 2) / 2)
CASES = [(CHAIN, (1.25, 1.0, 0.8), 2), (CIRCLE, (0.6, 0.8), 1), (SQUARE, (0.0, 1.0, -2.0), 1)]


@pytest.mark.parametrize(("loss", "point", "dimension"), CASES)
def test_the_flow_from_a_trapping_neighbourhood_ends_on_the_manifold(loss, point, dimension):
    found = component(loss, NOTHING, np.array(point))
    basin = manifold_basin(loss, found)
    assert found.dimension == dimension and basin is not None
    rng = np.random.default_rng(1)
    starts = found.point + rng.uniform(-1, 1, (40, loss.dimension)) * basin.radius / 3
    inside = np.array([basin.holds(loss, start) for start in starts])
    assert inside.any() and not basin.holds(loss, found.point + 10.0)
    level = float(basin.level.mid())
    for start in starts[inside]:
        runs = flow(loss, start[None, :], 1e-9)
        state = next(runs)
        for _ in range(200):
            # The bounds that the proof rests on: a loss that is no lower, its slope, and the way that is left.
            height = loss.family.formula(list(state.points[0]), []) - level
            assert height >= -1e-14
            assert (state.gradients[0] ** 2).sum() >= 2 * basin.convexity * height * (1 - 1e-6) - 1e-14
            assert np.linalg.norm(state.points[0] - found.point) <= 2 * basin.radius
            state = runs.send(None)
        assert abs(loss.family.formula(list(state.points[0]), []) - level) < 1e-12


def test_no_neighbourhood_without_a_proved_minimum():
    saddle = component(CHAIN, NOTHING, np.array([0.0, 0.0, 1.0]))
    assert manifold_basin(CHAIN, saddle) is None
    # Minima along x = 0, y > 0 alone: the bounds for the dimension meet there, and the valley ends at y = 0.
    fading = of(("x", "y"), lambda w, p: w[0] ** 2 * w[1])
    basin = manifold_basin(fading, component(fading, NOTHING, np.array([0.0, 0.5])))
    assert basin is not None and basin.radius < 0.5
