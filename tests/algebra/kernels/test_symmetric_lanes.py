"""Complex symmetric systems on lanes against NumPy: where elimination without pivoting is safe, and where it is not."""

import numpy as np

from critscape.algebra.kernels.lane_program import LANES
from critscape.algebra.kernels.symmetric_lanes import factorize, multipliers, solve


def test_systems_are_solved_on_every_lane_whatever_stands_on_the_diagonal():
    n, rng = 5, np.random.default_rng(0)
    upper = np.triu_indices(n)
    matrices = rng.standard_normal((LANES, n, n)) + 1j * rng.standard_normal((LANES, n, n))
    matrices += matrices.transpose(0, 2, 1)
    # No pivot, one that is far too small, one that vanishes later, no inverse, no number.
    matrices[1, 0, 0], matrices[2, 0, 0] = 0.0, 1e-9
    matrices[3, :2, :2] = 1.0
    matrices[4] = 0.0
    matrices[5, 1, 2] = matrices[5, 2, 1] = np.nan
    right, unit = rng.standard_normal((LANES, n)) + 1j * rng.standard_normal((LANES, n)), 2.0 ** np.arange(n)

    entries = len(upper[0])
    registers, hessian, factor = np.zeros((n + entries, 2, LANES)), np.zeros((entries, 2, LANES)), np.zeros((entries, 2, LANES))
    inverse, rhs, scale, growth = np.zeros((n, 2, LANES)), np.zeros((n, 2, LANES)), np.zeros((n, LANES)), np.zeros((n, LANES))
    doubtful, pivoted, outputs = np.zeros(LANES), np.zeros((n, n + 1), dtype=complex), np.arange(n + entries)
    for rows, values in ((registers[n:], matrices[:, upper[0], upper[1]].T), (rhs, right.T)):
        rows[:, 0], rows[:, 1] = values.real, values.imag
    multipliers(registers, outputs, unit, hessian, scale)
    factorize(hessian, factor, inverse, scale, growth, doubtful)
    assert doubtful[1:6].all() and not doubtful[[0, *range(6, LANES)]].any()
    solve(hessian, factor, inverse, registers, outputs, unit, doubtful, pivoted, rhs)
    found = (rhs[:, 0] + 1j * rhs[:, 1]).T
    assert np.isnan(found[4]).all() and np.isnan(found[5]).any()
    for lane in {*range(LANES)} - {4, 5}:
        np.testing.assert_allclose(found[lane], np.linalg.solve(matrices[lane] * np.outer(unit, unit), right[lane]), rtol=1e-8)
