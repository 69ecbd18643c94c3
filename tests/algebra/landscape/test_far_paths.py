"""Points of L_ε in multiprecision: those of the compiled tracker, where it has them; all of them beside an orbit that is not compact."""

import numpy as np
import pytest

from critscape.algebra.components.limits import regular_points
from critscape.algebra.components.multiprecision import exact_system
from critscape.algebra.components.regularisation import exactly_shrinking, regularisations
from critscape.algebra.landscape.far_paths import far_points
from critscape.algebra.landscape.regularised_tree import points_at
from critscape.problems.files.problem_file import read
from critscape.problems.problem.regularisation import regularised
from critscape.scripts.studies.engines import batch
from critscape.scripts.studies.start_sets import start_set


def begun(content, seed):
    """A generic regularisation of a problem, the way to it, and its critical points."""
    problem, rng = read(content), np.random.default_rng(seed)
    starts = start_set(problem, batch(1), 0, 1000, lambda stage, count: None)
    regularisation = regularisations(rng, problem.dimension, 1)[1]
    way = regularised(problem, regularisation)
    return regularisation, way, regular_points(regularisation, way, starts, rng, 1)


@pytest.mark.parametrize("seed", range(3))
def test_both_precisions_lead_every_path_to_the_same_points(seed):
    loss = {"family": "polynomial", "variables": ["x", "y"], "loss": "(x y - 1)^2 + x^2"}
    regularisation, way, points = begun({"architecture": loss}, seed)
    size = abs(regularisation.first)
    radii = [1e-2, 1e-4]
    compiled = points_at(regularisation, way, points, radii, 1)
    system, histories = exact_system(exactly_shrinking(regularisation, way)), {}
    for radius, (expected, known) in zip(radii, compiled):
        lost = {k: [(point * way.loss_units, 1.0)] for k, point in enumerate(points)}
        found = far_points(system, histories, lost, radius / size, size / regularisation.first)
        assert known.all() and set(found) == set(range(len(points)))
        here = np.array([found[k] / way.loss_units for k in sorted(found)])
        assert np.abs(here - expected).max() <= 1e-9 * np.abs(expected).max()


@pytest.mark.slow  # 225 paths, 64 of them in multiprecision.
def test_paths_along_complex_orbits_are_known_at_every_ridge():
    """O(2, ℂ) is not compact: 64 of the 225 paths of 2-2-2 with one common ridge leave along it, to weights of 10^13."""
    data = {"inputs": [[1, 0], [0, 1]], "targets": [[2, 0], [0, 1]]}
    regularisation, way, points = begun({"architecture": {"family": "linear", "widths": [2, 2, 2]}, "data": data, "ridge": "1/2"}, 1)
    radii = [10.0**-k for k in range(2, 11)]
    for radius, (found, known) in zip(radii, points_at(regularisation, way, points, radii, 1)):
        assert known.all()
        # L_ε is real there: conjugates of critical points are critical points. Where the Hessian has eigenvalues of size ε double
        # precision knows points to 2⁻⁵³/ε, some digits less as these grow.
        gaps = np.abs(found[:, None] - found.conj()).max(axis=2).min(axis=1)
        assert (gaps <= max(1e-8, 100 * 2.0**-53 / radius) * np.abs(found).max(axis=1)).all()
