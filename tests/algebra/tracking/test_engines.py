"""PHCpack and our own tracker agree point by point."""

import json
from fractions import Fraction

import numpy as np
import pytest

from critscape.algebra.bounds.root_counts import bezout, multihomogeneous_bezout
from critscape.algebra.phcpack.engine import available, mixed_volume
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.networks.network import block_partition
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.engines import TooLarge
from critscape.scripts.studies.options import Options

needs_phcpy = pytest.mark.skipif(not available(), reason="phcpy is not installed (Debian's python3-phcpy)")

CASES = [
    (Linear((1, 1, 1)), 2),
    (Linear((2, 1, 2)), 3),
    (Linear((1, 2, 2)), 1),
    (Linear((1, 1, 1, 1)), 1),
    (Quadratic(2, 1, None), 3),
    (Quadratic(2, 2, (Fraction(1), Fraction(1))), 3),
]


def points(result):
    return np.array([[complex(*map(float, z)) if isinstance(z, list) else float(z) for z in p["point"]] for p in result["critical_points"]])


@needs_phcpy
@pytest.mark.phcpy
@pytest.mark.parametrize(
    ("network", "samples"), [*CASES[:-1], pytest.param(*CASES[-1], marks=pytest.mark.slow)], ids=lambda x: getattr(x, "title", x)
)
def test_engines_find_the_same_points(network, samples):
    problem = random_problem(network, samples, 21)
    ours, theirs = (solve(problem, Options(engine=engine, points="all")).document for engine in ("batch", "phcpy"))
    assert ours["status"] == theirs["status"] == "complete"
    assert ours["counts"] == theirs["counts"]
    mine, other = points(ours), points(theirs)
    distances = np.abs(mine[:, None, :] - other[None, :, :]).max(axis=2)
    assert (distances.min(axis=1) < 1e-12 * (1 + np.abs(mine).max(axis=1))).all()
    assert sorted(distances.argmin(axis=1)) == list(range(len(mine)))
    assert theirs["engine"]["name"] == "phcpy" and theirs["start_set"]["engine"] == "phcpy"


@needs_phcpy
@pytest.mark.phcpy
@pytest.mark.parametrize(
    ("widths", "volume"),
    # BKK columns of arXiv 2301.12651 (shared/published, d_x, d, d_y at m = 1).
    [((1, 1, 1), 5), ((2, 1, 2), 33), ((1, 2, 1), 25), ((2, 2, 1), 81), ((1, 2, 2), 81), ((2, 2, 2), 1089), ((1, 1, 1, 1), 17)],
)
def test_mixed_volumes_are_the_published_ones(widths, volume):
    exact_loss = loss(random_problem(Linear(widths), 1, 2))
    assert mixed_volume(exact_loss, 60) == volume
    partition = block_partition(Linear(widths))
    assert volume <= multihomogeneous_bezout(exact_loss, partition) <= bezout(exact_loss) == (2 * len(widths) - 3) ** exact_loss.dimension


@needs_phcpy
@pytest.mark.phcpy
def test_a_mixed_volume_beyond_the_limit_is_refused_with_the_number():
    with pytest.raises(TooLarge, match="1,089"):
        solve(random_problem(Linear((2, 2, 2)), 2, 1), Options(engine="phcpy", max_paths=1000))


@needs_phcpy
@pytest.mark.slow
@pytest.mark.phcpy
@pytest.mark.parametrize("seed", range(20))
def test_no_seed_of_phcpy_loses_a_point(seed):
    counts = [5, 17, 33, 17, 33, 33]
    for (network, samples), count in zip([*CASES, (Linear((2, 2, 2)), 4)], [*counts, 225]):
        result = solve(random_problem(network, samples, 1000 + seed), Options(engine="phcpy", seed=seed)).document
        assert (result["status"], result["counts"]["complex"]) == ("complete", count), json.dumps(result["paths"])
