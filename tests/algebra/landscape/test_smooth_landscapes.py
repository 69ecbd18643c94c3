"""Sublevel sets of logistic and tanh networks: known levels, and components counted on a grid."""

import flint
import numpy as np
import pytest
from scipy.ndimage import label

from critscape.algebra.boxes.loss import RegressionLoss, heights
from critscape.algebra.boxes.region import region
from critscape.algebra.landscape.landscape import sublevel_sets
from tests.algebra.boxes.searching import drawn, found, regression


def surveyed(problem):
    """The sublevel sets of all its critical points."""
    answer = found(problem)
    assert answer.complete
    names = tuple(f"w{k}" for k in range(problem.dimension))
    loss = RegressionLoss(problem, tuple(range(problem.dimension)), names)
    return loss, answer, sublevel_sets(loss, answer.points, answer.symmetries)


def test_four_minima_of_a_tanh_network_and_their_barriers():
    problem = regression("tanh", [[1, 0], [0, 1], [1, 1], [-1, 2]], [1, -1, 2, "1/2"], [["1/10", "1/10"]], ["1/10"])
    _, _, landscape = surveyed(problem)
    assert landscape.reason is None and landscape.spurious
    assert [round(float(level.loss.mid()), 6) for level in landscape.levels] == [1.714093, 2.097764, 2.21062, 3.125]
    assert sorted(barrier.minimum for barrier in landscape.tree.barriers) == [2, 3]
    assert all(barrier.rank == 2 and len(barrier.lower) == 1 for barrier in landscape.tree.barriers)
    assert [count.components for count in landscape.tree.counts] == [2, 4, 2, 1]
    assert all(arc.certified and arc.falls for arc in landscape.arcs)


def test_two_minima_joined_at_the_origin():
    problem = regression("tanh", [[-1], [1], [2]], [1, -1, 2], [[2]], ["39/20"])
    _, _, landscape = surveyed(problem)
    assert landscape.reason is None and not landscape.spurious and landscape.levels[-1].loss.contains(3)
    assert [count.components for count in landscape.tree.counts] == [2, 1]


@pytest.mark.parametrize(
    "name, seed",
    [("logistic", 1), *(pytest.param(*other, marks=pytest.mark.slow) for other in (("tanh", 0), ("tanh", 4), ("logistic", 5)))],
)
def test_components_are_those_of_a_grid(name, seed):
    """Between two levels the components of {L ≤ c} are counted among the cells of a grid, which knows nothing of critical points."""
    problem = drawn(name, 1, 1, 4, "1/50", seed)
    loss, _, landscape = surveyed(problem)
    assert landscape.reason is None
    far = float(region(problem)[0, 1])
    v, w = np.meshgrid(np.linspace(-12, 12, 1201), np.sinh(np.linspace(-np.arcsinh(far), np.arcsinh(far), 1601)))
    height = heights(loss, [w, v])
    levels = [float(level.loss.mid()) for level in landscape.levels]
    with flint.ctx.workprec(53):
        for count, low, high in zip(landscape.tree.counts, levels, [*levels[1:], levels[-1] + 1]):
            if high - low > 1e-3:
                assert label(height <= (low + high) / 2)[1] == count.components
