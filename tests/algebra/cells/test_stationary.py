"""Stationary sets with known answers, and the Euler sum of random layers."""

import random
from fractions import Fraction

import pytest
from flint import fmpq

from critscape.algebra.cells.stationary import OutOfRange, euler_sum, stationary_sets
from tests.algebra.cells.layers import LEAKY, MODULUS, RELU, layer, random_layer, two_sided


def summary(found):
    """(exact loss, index, dimension, local minimum?) of each set, with its copies."""
    assert not found.undecided
    listed = [(row.solution.exact_loss, row.index, row.dimension, row.minimum) for row in found.sets for _ in range(row.copies)]
    return sorted(listed, key=lambda entry: [float(entry[0]), *map(float, entry[1:])])


LOW, HIGH, ALL_DEAD = fmpq(655, 512), fmpq(1199, 512), fmpq(5, 2)


def test_one_relu_unit_has_a_spurious_minimum():
    found = stationary_sets(two_sided(1))
    assert summary(found) == [(LOW, 1, 0, True), (HIGH, 1, 0, True), (ALL_DEAD, -1, 0, False)]
    strengths = {row.solution.exact_loss: row.solution.exact_strengths for row in found.sets}
    # s = λv² with v = 5/4, 3/4.
    assert strengths[LOW] == (fmpq(7, 16) * fmpq(25, 16),) and strengths[HIGH] == (fmpq(7, 16) * fmpq(9, 16),)
    assert euler_sum(found.sets) == 1


def test_two_relu_units_have_arcs_of_local_minima():
    found = stationary_sets(two_sided(2))
    assert summary(found) == [
        (fmpq(287, 256), 1, 0, True),
        (fmpq(287, 256), 1, 0, True),
        (LOW, 0, 0, False),
        (LOW, 0, 0, False),
        (LOW, 1, 1, True),
        (HIGH, 0, 0, False),
        (HIGH, 0, 0, False),
        (HIGH, 1, 1, True),
        (ALL_DEAD, 1, 0, False),
    ]
    assert euler_sum(found.sets) == 1


def test_local_minima_on_faces():
    found = stationary_sets(layer([[1, 1], [0, 1]], [2, -10], [(1, [1, 3])]))
    assert summary(found) == [(fmpq(20), 1, 0, True), (fmpq(103, 2), 1, 0, True), (fmpq(52), -1, 0, False)]
    assert [row.kinked for row in sorted(found.sets, key=lambda row: float(row.solution.loss))] == [1, 1, 0]
    assert euler_sum(found.sets) == 1


def test_the_sign_of_an_even_unit_makes_two_of_each_point():
    found = stationary_sets(two_sided(1, MODULUS))
    alive = [row for row in found.sets if row.alive]
    assert len(alive) == 2 and alive[0].solution.exact_loss == alive[1].solution.exact_loss
    assert euler_sum(found.sets) == 1


def test_strong_ridges_leave_the_origin_alone():
    found = stationary_sets(layer([[1, 2], [3, -1]], [1, -1], [(50, [50, 60])] * 2))
    assert summary(found) == [(fmpq(1), 1, 0, True)]


def test_an_output_bias_without_ridge_fits_the_mean():
    """All units dead: c is the mean of y."""
    found = stationary_sets(layer([[1], [2], [4]], [1, 2, 6], [(900, [900])], output_bias=Fraction(0)))
    assert summary(found) == [(fmpq(7), 1, 0, True)]


def test_the_ridge_of_an_output_bias():
    """½Σ(c − y)² + ½κc² at c = Σy/(m + κ)."""
    found = stationary_sets(layer([[1], [2]], [3, 5], [(900, [900])], output_bias=Fraction(2)))
    assert summary(found) == [(fmpq(34, 2) - fmpq(64, 2 * 4), 1, 0, True)]


@pytest.mark.parametrize("seed", range(24))
def test_the_indices_of_random_layers_sum_to_one(seed):
    found = stationary_sets(random_layer(seed, 2, 2, 5))
    assert not found.undecided
    assert euler_sum(found.sets) == 1


def test_bad_layers_are_refused():
    with pytest.raises(ValueError, match="positive ridge"):
        layer([[1]], [1], [(0, [1])])
    with pytest.raises(ValueError, match="equal slopes"):
        layer([[1]], [1], [(1, [1])], (Fraction(1), Fraction(1)))
    with pytest.raises(ValueError, match="one target per sample"):
        layer([[1]], [1, 2], [(1, [1])])


def test_units_that_see_nothing_die():
    """All samples are zero: no kernel, no kink, and the origin alone."""
    found = stationary_sets(layer([[0, 0], [0, 0]], [1, 3], [(1, [1, 1])] * 2))
    assert summary(found) == [(fmpq(5), 1, 0, True)]


def test_numbers_beyond_double_precision_are_refused():
    with pytest.raises(OutOfRange, match="double precision"):
        stationary_sets(layer([[Fraction(10) ** 200], [1]], [1, 3], [(1, [1])]))


def test_parallel_samples_share_a_kink():
    """Doubling a sample is weighting it: x, 2x and −x have one hyperplane."""
    found = stationary_sets(layer([[1, 1], [0, 1], [0, 2], [0, -1]], [2, -10, -20, 0], [(1, [1, 3])]))
    assert not found.undecided and euler_sum(found.sets) == 1


@pytest.mark.parametrize("slopes", [RELU, LEAKY, MODULUS])
@pytest.mark.parametrize("seed", range(4))
def test_more_samples_on_a_line_than_its_rank(seed, slopes):
    """Small integers put three and more samples in a plane: kinks are dependent, and still everything is decided."""
    rng = random.Random(seed)
    samples = [[1, 0, 0], [0, 1, 0], [1, 1, 0], [1, -1, 0], [0, 0, 1], [1, 0, 1]]
    targets = [rng.randint(-9, 9) or 1 for _ in samples]
    found = stationary_sets(layer(samples, targets, [("1/3", ["1/2", "1/5", "2/3"])], slopes))
    assert not found.undecided and euler_sum(found.sets) == 1


def test_a_ridge_at_its_threshold_leaves_the_origin_alone():
    """(Σ e φ)² = λΛ exactly: the alive point has just been absorbed, and no digits tell."""
    found = stationary_sets(layer([[1]], [1], [(1, [1])]))
    assert summary(found) == [(fmpq(1, 2), 1, 0, True)] and euler_sum(found.sets) == 1


def test_small_integers_are_decided_or_said_to_be_open():
    """Data full of coincidences: what is decided has Euler sum 1, and nearly all is decided."""
    decided = 0
    for seed in range(30):
        rng = random.Random(seed)
        d, m, k = rng.randint(1, 2), rng.randint(2, 5), rng.randint(1, 2)
        samples = [[rng.randint(-2, 2) for _ in range(d)] + [1] * (seed % 2) for _ in range(m)]
        targets = [rng.randint(-2, 2) for _ in range(m)]
        units = [("1/5", ["1/3"] * len(samples[0]))] * k
        found = stationary_sets(layer(samples, targets, units, rng.choice([RELU, LEAKY, MODULUS])))
        if not found.undecided:
            decided += 1
            assert euler_sum(found.sets) == 1
    assert decided >= 28
