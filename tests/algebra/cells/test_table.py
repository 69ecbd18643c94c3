"""Kinds, weights and losses, checked by evaluating the loss itself."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from critscape.algebra.cells.losses import ranks
from critscape.algebra.cells.stationary import stationary_sets
from critscape.algebra.cells.table import Kind, table
from tests.algebra.cells.layers import LEAKY, MODULUS, RELU, layer, random_layer, two_sided


def loss(made, outgoing, incoming, bias):
    """L in double precision, from its definition; weights may carry further axes in front."""
    x, y = np.array(made.samples, dtype=float), np.array(made.targets, dtype=float)
    seen = np.einsum("...kd,md->...km", incoming, x)
    hidden = np.where(seen > 0, float(made.right_slope), float(made.left_slope)) * seen
    total = np.einsum("...k,...km->...m", outgoing, hidden) + np.asarray(bias)[..., None]
    ridge = sum(
        float(unit.outgoing) * outgoing[..., j] ** 2 + (np.array(unit.incoming, dtype=float) * incoming[..., j, :] ** 2).sum(axis=-1)
        for j, unit in enumerate(made.units)
    )
    return 0.5 * ((total - y) ** 2).sum(axis=-1) + 0.5 * ridge + 0.5 * float(made.output_bias or 0) * np.asarray(bias) ** 2


def number(value):
    """A ball's midpoint, or a rational number."""
    return float(value.mid()) if isinstance(value, arb) else float(Fraction(str(value)))


def numbers(point):
    outgoing, incoming = np.array([*map(number, point.outgoing)]), np.array([[*map(number, row)] for row in point.incoming])
    return outgoing, incoming, 0.0 if point.output_bias is None else number(point.output_bias)


@pytest.mark.parametrize("seed", range(12))
def test_rows_are_what_the_loss_says(seed):
    """The loss at each point is the one that is listed; around local minima it does not fall, around all others it does."""
    made = random_layer(seed + 100, 2, 2, 4)
    rng = np.random.default_rng(seed)
    found = table(made, stationary_sets(made))
    assert not found.undecided and found.euler_sum == 1
    for row in found.rows:
        outgoing, incoming, bias = numbers(row.point)
        here = loss(made, outgoing, incoming, bias)
        scale = 1 + abs(here)
        assert abs(here - float(row.stationary.solution.loss.mid())) < 1e-9 * scale
        size = 1e-4 * (1 + abs(outgoing).max() + abs(incoming).max())
        steps = (size * rng.standard_normal((4000, *outgoing.shape)), size * rng.standard_normal((4000, *incoming.shape)))
        shift = size * rng.standard_normal(4000) * (made.output_bias is not None)
        change = loss(made, outgoing + steps[0], incoming + steps[1], bias + shift) - here
        if row.stationary.minimum:
            assert change.min() > -1e-11 * scale
        elif row.kind is Kind.CLARKE:
            assert change.min() < 0
    assert found.rows[0].kind is Kind.GLOBAL_MINIMUM


def test_the_least_loss_is_global_and_the_others_spurious():
    found = table(two_sided(1), stationary_sets(two_sided(1)))
    assert [(row.kind, str(row.stationary.solution.exact_loss)) for row in found.rows] == [
        (Kind.GLOBAL_MINIMUM, "655/512"),
        (Kind.SPURIOUS_MINIMUM, "1199/512"),
        (Kind.SADDLE, "5/2"),
    ]
    assert str(found.rows[0].point.outgoing[0]) == "5/4" and str(found.rows[0].point.incoming[0][0]) == "-5/4"
    kinds = {"clarke": 3, "directional": 3, "local_minima": 2, "global_minima": 1, "spurious_minima": 1, "on_faces": 0}
    assert found.counts == {**kinds, "attracting_non_minima": 1}


@pytest.mark.parametrize("slopes", [RELU, LEAKY, MODULUS])
def test_a_symmetry_of_the_samples_makes_losses_equal_without_digits(slopes):
    """x ↦ −x and the exchange of the two inputs carry the data to themselves: minima come in pairs of equal irrational losses."""
    made = layer([[1, 2], [2, 1], [-1, -2], [-2, -1]], [3, 3, 3, 3], [("1/2", ["1/3", "1/3"])], slopes)
    found = table(made, stationary_sets(made))
    assert not found.undecided and found.counts["global_minima"] >= 2
    least = [row for row in found.rows if row.kind is Kind.GLOBAL_MINIMUM]
    assert len(least) >= 2


def test_close_losses_are_told_apart():
    """Targets that differ in the thirtieth digit: not equal, and the order is right."""
    shift = Fraction(1, 10**30)
    made = layer([[1], [-1]], [1, 1 + shift], [("7/16", ["7/16"])])
    found = table(made, stationary_sets(made))
    low, high = found.rows[:2]
    assert (low.kind, high.kind) == (Kind.GLOBAL_MINIMUM, Kind.SPURIOUS_MINIMUM)
    assert low.stationary.places[0].face.signs == (-1, 1)
    assert ranks([row.stationary.solution for row in found.rows]) == [0, 1, 2]
