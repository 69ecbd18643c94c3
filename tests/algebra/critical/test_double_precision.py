"""Classification of many points in double precision against the certified one."""

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest

from critscape.algebra.critical.double_precision import NO_INDEX, indices, numerical_points
from critscape.algebra.points.certification import certify
from critscape.algebra.points.classification import classify
from critscape.algebra.polynomial.loss import Family
from critscape.algebra.starts.start_set import solve
from critscape.algebra.symmetry.coincidence import match
from critscape.algebra.tracking.batch_engine import BatchTracker
from critscape.algebra.tracking.homotopy import Homotopy
from critscape.problems.networks.reading import network_from
from critscape.problems.objectives.squared_loss import family
from critscape.problems.problem.continuation import continuation
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem


@pytest.mark.parametrize(
    "architecture, count",
    [({"family": "linear", "widths": [2, 1, 2]}, 17), ({"family": "quadratic", "inputs": 2, "units": 2, "output": "fixed"}, 33)],
)
def test_points_and_indices_agree_with_the_certified_ones(architecture, count):
    problem = random_problem(network_from(architecture), 4, 11)
    exact_loss, way = loss(problem), continuation(problem)
    starts = solve(BatchTracker(), family(problem.network), way.objective, np.random.default_rng(0), 1000, None, lambda *_: None)
    homotopy = Homotopy(exact_loss.family, way.curve(way.places(None)), np.zeros((1, problem.dimension), dtype=complex))
    found = numerical_points(BatchTracker(), homotopy, starts.orbits, way.units)
    assert found.points.shape == (count, problem.dimension) and len(found.paths) == len(starts.orbits) < count
    assert (match(found.points, found.points) == np.arange(count)).all()
    certified = [certify(exact_loss, point) for point in found.points]
    assert [point.real for point in certified] == found.real.tolist()
    errors = [np.abs(np.array(c.midpoint) - p).max() / (1 + np.abs(p).max()) for c, p in zip(certified, found.points)]
    assert max(errors) < 1e-12
    assert (found.index[~found.real] == NO_INDEX).all()
    typed = classify(exact_loss, certified)
    assert Counter(point.index for point in typed) == Counter(found.index[found.real].tolist())
    places = match(np.array([point.point.midpoint for point in typed]), found.points)
    assert [point.index for point in typed] == found.index[places].tolist()
    assert sum((-1) ** k for k in found.index[found.real]) == 1


def test_a_flat_direction_has_no_index():
    # x⁴/4 − p x²/2 + y²/2 at (0, 0), (±√p, 0), for p = 4 and for p = 0.
    loss_family = Family(("x", "y"), ("p",), _double_well)
    points = np.array([[0.0, 1.0], [2.0, 0.0], [-2.0, 5.0]])
    assert indices(loss_family, np.array([4.0]), points).tolist() == [1, 0, 0]
    assert indices(loss_family, np.array([0.0]), points[:1]).tolist() == [NO_INDEX]
    assert indices(loss_family, np.array([4.0]), points[:0]).shape == (0,)


def _double_well(w, p):
    return w[0] ** 4 / 4 - p[0] * w[0] ** 2 / 2 + w[1] ** 2 * Fraction(1, 2)
