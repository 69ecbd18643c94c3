"""Prediction from a few points with their tangents: exact where all coordinates share one pole, and for polynomials."""

import numpy as np
import pytest

from critscape.algebra.kernels.lane_paths import Trail, Trial
from critscape.algebra.kernels.lane_predictor import predict
from critscape.algebra.kernels.lane_program import LANES

NODES, AHEAD = np.array([0.8, 0.87, 0.97]), 0.71


def predicted(path, slope, depth):
    """What is predicted of a path r ↦ (n,) from its ``depth`` latest nodes, on every lane."""
    n = len(path(1.0))
    history, new = np.zeros((3, 3, n, 2, LANES)), np.zeros((3, n, 2, LANES))
    for k in range(depth):
        for rows, values in ((history[0, k], path(NODES[k])), (history[2, k], slope(NODES[k]))):
            rows[:, 0], rows[:, 1] = values.real[:, None], values.imag[:, None]
    nodes = np.repeat(NODES[:, None], LANES, axis=1)
    trail = Trail(np.full(LANES, depth), nodes, history[0], history[1], history[2])
    trial = Trial(np.full(LANES, AHEAD), np.zeros((2, LANES)), new[0], new[1], new[2], np.zeros((3, LANES)))
    predict(trail, np.zeros((24, LANES)), np.zeros((n, 2, LANES)), trial)
    assert (trial.x == trial.x[..., :1]).all()
    return trial.x[:, 0, 0] + 1j * trial.x[:, 1, 0]


@pytest.mark.parametrize("depth", [2, 3])
@pytest.mark.parametrize("pole", [0.5 + 0.1j, 0.6, 2.0 - 1.0j])
def test_paths_with_one_common_pole_are_met(pole, depth):
    rng = np.random.default_rng(depth)
    c, d = rng.standard_normal((2, 4)) + 1j * rng.standard_normal((2, 4))
    found = predicted(lambda r: c + d / (r - pole), lambda r: -d / (r - pole) ** 2, depth)
    np.testing.assert_allclose(found, c + d / (AHEAD - pole), rtol=1e-9)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_polynomials_of_low_degree_are_met(depth):
    c = np.random.default_rng(depth).standard_normal((3, 2 * depth))
    c[:, -1] *= depth == 1
    found = predicted(lambda r: (c @ r ** np.arange(2 * depth)).astype(complex), lambda r: _slope(c, r), depth)
    np.testing.assert_allclose(found, c @ AHEAD ** np.arange(2 * depth), rtol=1e-9)


def _slope(c, r):
    return (c[:, 1:] @ (np.arange(1, c.shape[1]) * r ** np.arange(c.shape[1] - 1))).astype(complex)
