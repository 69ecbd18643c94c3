"""Local minima without a ridge at which some v_j is zero."""

from fractions import Fraction

import pytest
from flint import fmpq

from critscape.algebra.cells.least_squares import Unridged
from critscape.algebra.cells.zero_outgoing import losses_with_zero_outgoing
from tests.algebra.cells.layers import MODULUS, RELU


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
    assert list(losses_with_zero_outgoing(made)) == losses
