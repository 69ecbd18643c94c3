"""Starting points: each fixed by seed and number alone, with the moments that their names promise."""

import numpy as np
import pytest
from scipy.stats import kstest

from critscape.algebra.symmetry.finite import SignedPermutation
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.networks.reading import network_from
from critscape.problems.recipes.starting_points import StartingPoints

NETWORK = Linear((3, 2, 1))


def test_a_point_depends_on_its_seed_and_its_number_alone():
    starts = StartingPoints("gaussian")
    many = starts.points(NETWORK, 5, range(20))
    assert (starts.points(NETWORK, 5, [7, 3]) == many[[7, 3]]).all()
    assert len({row.tobytes() for row in (*many, *starts.points(NETWORK, 6, range(20)))}) == 40


@pytest.mark.parametrize(
    "starts, law, arguments",
    [
        (StartingPoints("gaussian", 0.5), "norm", lambda fan_in: (0, 0.5)),
        (StartingPoints("uniform", low=-1.0, high=3.0), "uniform", lambda fan_in: (-1, 4)),
        (StartingPoints("he"), "norm", lambda fan_in: (0, (2 / fan_in) ** 0.5)),
        (StartingPoints("lecun", 3.0), "norm", lambda fan_in: (0, 3 * (1 / fan_in) ** 0.5)),
    ],
)
def test_weights_have_the_distribution_that_is_named(starts, law, arguments):
    columns = starts.points(NETWORK, 0, range(2000)).T
    # W1 is 2 × 3, W2 is 1 × 2.
    for column, fan_in in zip(columns, [3] * 6 + [2] * 2, strict=True):
        assert kstest(column, law, arguments(fan_in)).pvalue > 1e-4
        # A factor √2 is what tells he from lecun.
        assert kstest(2**0.5 * column, law, arguments(fan_in)).pvalue < 1e-4
    # Weights are independent.
    assert np.abs(np.corrcoef(columns) - np.eye(8)).max() < 0.1


def test_the_symmetries_that_a_distribution_has():
    network = Quadratic(2, 2, None, False)
    # Of w_11 w_12 w_21 w_22 a_1 a_2: the units exchanged, one of them negated, and an exchange of W with a.
    exchange = SignedPermutation((2, 3, 0, 1, 5, 4), (1,) * 6)
    negation = SignedPermutation(tuple(range(6)), (-1, -1, 1, 1, 1, 1))
    across = SignedPermutation((4, 1, 2, 3, 0, 5), (1,) * 6)
    rows = Quadratic(3, 2, None, False)
    between = SignedPermutation((6, 1, 2, 3, 4, 5, 0, 7), (1,) * 8)
    for kind in ("gaussian", "he", "lecun"):
        assert StartingPoints(kind).invariant(exchange, network) and StartingPoints(kind).invariant(negation, network)
    assert StartingPoints("gaussian").invariant(across, network)
    # Fan-in is 3 in W and 2 in a.
    assert StartingPoints("gaussian").invariant(between, rows) and not StartingPoints("he").invariant(between, rows)
    box = StartingPoints("uniform", low=0.0, high=1.0)
    assert box.invariant(exchange, network) and not box.invariant(negation, network)
    assert StartingPoints("uniform", low=-2.0, high=2.0).invariant(negation, network)


def test_fan_in_is_refused_where_rows_are_not_units():
    typed = network_from({"family": "polynomial", "variables": ["x", "y"], "loss": "x^4 + y^2"})
    assert StartingPoints("gaussian").points(typed, 0, [0]).shape == (1, 2)
    with pytest.raises(BadInput, match="^distribution: expected gaussian or uniform"):
        StartingPoints("he").points(typed, 0, [0])
