"""Local minima without a ridge at which some v_j is zero."""

import random
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq

from critscape.algebra.cells.least_squares import Minima, Unridged, local_minima
from critscape.algebra.cells.zero_outgoing import Silent, minima_with_zero_outgoing
from tests.algebra.cells.layers import LEAKY, MODULUS, RELU
from tests.algebra.cells.test_least_squares import loss


def layer(samples, targets, units, slopes, output_bias=False):
    return Unridged(tuple(tuple(map(Fraction, x)) for x in samples), tuple(map(Fraction, targets)), *slopes, units, output_bias)


@pytest.mark.parametrize(
    ("made", "losses"),
    [
        # ReLU sees one of two samples on each cell: zero residuals there are those of one unit beside it.
        (layer([[1], [-1]], [1, 2], 2, RELU), [fmpq(1, 2), fmpq(2)]),
        # |x|: e = y = (2, −1) is orthogonal to (1, 2) on both cells.
        (layer([[1], [2]], [2, -1], 1, MODULUS), [fmpq(5, 2)]),
        (layer([[1], [2]], [2, 1], 1, MODULUS), []),
        # On w < 0 nothing is seen.
        (layer([[1], [2]], [2, 1], 1, RELU), [fmpq(5, 2)]),
        # The best constant leaves e = ±1/2, which no cell is orthogonal to.
        (layer([[1], [2]], [0, 1], 1, MODULUS, True), []),
    ],
)
def test_losses_by_hand(made, losses):
    found = list(minima_with_zero_outgoing(made))
    assert sorted({each.loss for each in found}, key=float) == losses


# On the cell of the two equal samples e = y = (1, -1, …) is orthogonal to what a unit computes, on the others it is not, with either sign,
# and no unit is off on all samples: v = 0 there is a minimum that is no limit of others.
TWINS = layer([[1, 0], [1, 0], [-1, 1], [-1, -1]], [1, -1, 2, -1], 1, RELU)


def test_minima_with_zero_outgoing_that_are_no_limits_of_others():
    assert fmpq(7, 2) not in {each.loss for each in local_minima(TWINS)}
    (found,) = minima_with_zero_outgoing(TWINS)
    (own,) = found.sets
    assert (found.loss, own.dimension, own.kinks, own.copies) == (fmpq(7, 2), 2, 0, 1)
    ((w1, w2),) = own.silent
    assert w1 > abs(w2)


def drawn(rng):
    inputs, units = rng.choice([(1, 1), (1, 2), (2, 1)])
    samples = [[rng.randint(-2, 2) for _ in range(inputs)] for _ in range(rng.randint(1, 4))]
    samples += samples[: rng.randint(0, 2)]
    return layer(samples, [rng.randint(-2, 2) for _ in samples], units, rng.choice([RELU, LEAKY, MODULUS]), rng.random() < 0.3)


@pytest.mark.parametrize("seed", range(40))
def test_sets_with_zero_outgoing_are_minima_and_none_is_missing(seed):
    rng = random.Random(seed)
    made = TWINS if seed == 0 else drawn(rng)
    listed = [each for each in local_minima(made) if isinstance(each, Minima)]
    silent = [each for each in minima_with_zero_outgoing(made) if isinstance(each, Silent)]
    own = [each for found in silent for each in found.sets]
    # What is a limit of other sets has their loss.
    assert {str(found.loss) for found in silent} <= {str(each.loss) for each in [*listed, *own]}
    noise = np.random.default_rng(seed)
    for each in own:
        v = np.array([seat.outgoing for seat in each.seats], dtype=float)
        signed = [[value * seat.outgoing for value in product] for seat, product in zip(each.seats, each.products)]
        w = np.array([*signed, *each.silent], dtype=float)
        c = float(each.output or 0)
        here = loss(made, v, w, c)
        assert here == pytest.approx(float(Fraction(str(each.loss))), abs=1e-12)
        size = 1e-4 * noise.random((3000, 1))
        moved = noise.standard_normal((3000, v.size)) * size, noise.standard_normal((3000, *w.shape)) * size[..., None]
        shift = noise.standard_normal(3000) * size[:, 0] * made.output_bias
        assert loss(made, v + moved[0], w + moved[1], c + shift).min() >= here - 1e-13
