"""Descents of a method of their own, and runs of the flow, end only in listed sets; random layers of all sizes have Euler sum 1."""

import numpy as np
import pytest

from critscape.algebra.cells.arrival import arrived, target
from critscape.algebra.cells.stationary import stationary_sets
from critscape.algebra.cells.strata import strata
from critscape.algebra.cells.subgradient_flow import float_layer, subgradient_flow
from critscape.algebra.cells.table import table
from critscape.algebra.cells.tables import floats
from tests.algebra.cells.layers import LEAKY, MODULUS, RELU, layer, random_layer, two_sided

RATES = (0.02, 0.02, 0.005, 0.001, 0.0002)


def ends(made, runs, rng, steps):
    """Losses (runs) and residuals (runs × m) after descent with falling rates from random starts."""
    x, y = np.array(made.samples, dtype=float), np.array(made.targets, dtype=float)
    right, left = float(made.right_slope), float(made.left_slope)
    outer = np.array([float(unit.outgoing) for unit in made.units])
    inner = np.array([[*map(float, unit.incoming)] for unit in made.units])
    v, w, c = rng.standard_normal((runs, len(outer))), rng.standard_normal((runs, *inner.shape)), np.zeros(runs)
    kappa = float(made.output_bias or 0)

    def residual():
        seen = w @ x.T
        return seen, (v[:, :, None] * np.where(seen > 0, right, left) * seen).sum(axis=1) + c[:, None] - y

    for rate in RATES:
        for _ in range(steps):
            seen, r = residual()
            slope = np.where(seen > 0, right, left)
            to_v = (r[:, None] * slope * seen).sum(axis=2) + outer * v
            to_w = (r[:, None] * slope * v[:, :, None]) @ x + inner * w
            size = np.sqrt((to_v**2).sum(axis=1) + (to_w**2).sum(axis=(1, 2)))
            step = rate / np.maximum(1, size / 20)
            v, w = v - step[:, None] * to_v, w - step[:, None, None] * to_w
            if made.output_bias is not None:
                c = c - step * (r.sum(axis=1) + kappa * c)
    _, r = residual()
    ridge = (outer * v**2).sum(axis=1) + (inner * w**2).sum(axis=(1, 2)) + kappa * c**2
    return 0.5 * (r**2).sum(axis=1) + 0.5 * ridge, -r


@pytest.mark.parametrize(
    "made",
    [
        two_sided(2),
        two_sided(2, MODULUS),
        layer([[1, 1], [0, 1]], [2, -10], [(1, [1, 3])]),
        layer([[1, 2], [-1, 1], [2, -1]], [1, -2, 3], [("1/5", ["1/3", "1/2"]), ("1/4", ["1/2", "1/3"])], LEAKY),
        layer([[1, 1], [-1, 1], [2, 1], [0, 1]], [1, 2, -1, 0], [("1/5", ["1/3", "1/2"])] * 2, RELU),
    ],
)
def test_descents_end_in_listed_points(made):
    found = stationary_sets(made)
    assert not found.undecided
    listed = [row for row in table(made, found).rows if row.stationary.directional]
    losses, residuals = ends(made, 13, np.random.default_rng(7), 2000)
    for loss, e in zip(losses, residuals):
        distances = []
        for row in listed:
            solution = row.stationary.solution
            at = floats(solution.space.basis) @ np.array([float(value.mid()) for value in solution.epsilon])
            distances.append(max(np.abs(e - at).max() / (1 + np.abs(e).max()), abs(loss - float(solution.loss.mid())) / (1 + loss)))
        assert min(distances) < 1e-2


@pytest.mark.slow  # Five hundred layers of up to three units, four inputs and six samples: twenty minutes of one core.
@pytest.mark.parametrize("block", range(50))
def test_random_layers_are_complete_and_runs_of_the_flow_end_in_listed_sets(block):
    for seed in range(10 * block, 10 * block + 10):
        made = random_layer(seed)
        found = table(made, stationary_sets(made))
        assert found.euler_sum == 1 and not found.undecided, seed
        places, targets = strata(made), [target(made, row) for row in found.rows]
        size = len(made.units) * (1 + made.inputs) + (made.output_bias is not None)
        starts = np.random.default_rng(seed).standard_normal((13, size))
        for end in subgradient_flow(float_layer(made), places, starts, 1e-6, 20_000):
            arrival = arrived(made, places, targets, end)
            assert arrival is not None and found.rows[arrival.row].stationary.directional, seed
