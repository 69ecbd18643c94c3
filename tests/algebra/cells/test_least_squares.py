"""Local minima without a ridge: XOR, and random data against descent."""

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq, fmpq_mat

from critscape.algebra.cells.least_squares import Minima, Unridged, local_minima
from critscape.algebra.cells.levels import levels, number_of_cells
from critscape.algebra.cells.strict_program import inside
from tests.algebra.cells.layers import MODULUS, RELU

CORNERS = [(0, 0), (0, 1), (1, 0), (1, 1)]


def unridged(samples, targets, units, slopes=RELU, output_bias=False, biases=False):
    points = tuple((*map(Fraction, x), *[Fraction(1)] * biases) for x in samples)
    return Unridged(points, tuple(map(Fraction, targets)), *slopes, units, output_bias)


@pytest.mark.parametrize(
    ("output_bias", "expected"),
    [
        (True, {fmpq(0): 72, fmpq(1, 4): 20, fmpq(1, 3): 20, fmpq(1, 2): 12}),
        (False, {fmpq(0): 11, fmpq(1, 2): 31, fmpq(1): 8}),
    ],
)
def test_the_levels_of_xor_on_open_cells(output_bias, expected):
    layer = unridged(CORNERS, [0, 1, 1, 0], 2, output_bias=output_bias, biases=True)
    found = list(local_minima(layer, cells_only=True))
    assert all(isinstance(each, Minima) for each in found)
    cells = Counter()
    for level in levels(found):
        cells[level.loss] += level.cells
    assert cells == expected and number_of_cells(layer) == 420


def loss(layer, v, w, c):
    """½Σ(f − y)² in double precision; weights may carry further axes in front."""
    x, y = np.array(layer.samples, dtype=float), np.array(layer.targets, dtype=float)
    seen = np.einsum("...kd,md->...km", w, x)
    hidden = np.where(seen > 0, float(layer.right_slope), float(layer.left_slope)) * seen
    return 0.5 * ((np.einsum("...k,...km->...m", v, hidden) + np.asarray(c)[..., None] - y) ** 2).sum(axis=-1)


@pytest.mark.parametrize("slopes", [RELU, MODULUS])
@pytest.mark.parametrize("output_bias", [False, True])
def test_each_is_a_minimum_of_the_loss_itself(slopes, output_bias):
    layer = unridged([(1, 2), (-1, 1), (2, -1)], [1, -2, 3], 1, slopes, output_bias)
    rng = np.random.default_rng(5)
    found = [each for each in local_minima(layer) if isinstance(each, Minima)]
    assert found
    for each in found:
        signs = np.array([seat.outgoing for seat in each.seats], dtype=float)
        w = np.array([[float(value) * sign for value in row] for row, sign in zip(each.products, signs)])
        c = float(each.output or 0)
        here = loss(layer, signs, w, c)
        assert here == pytest.approx(float(Fraction(str(each.loss))), abs=1e-12)
        v_steps, w_steps = 1e-3 * rng.standard_normal((3000, 1)), 1e-3 * rng.standard_normal((3000, 1, 2))
        moved = loss(layer, signs + v_steps, w + w_steps, c + output_bias * 1e-3 * rng.standard_normal(3000))
        assert moved.min() > here - 1e-12


def test_descent_finds_no_lower_level():
    """The least level is the minimum of the loss: no descent from anywhere goes below it, and the best comes near."""
    layer = unridged([(1, 2), (-1, 1), (2, -1), (1, 1)], [1, -2, 3, -1], 1)
    least = min(float(Fraction(str(each.loss))) for each in local_minima(layer) if isinstance(each, Minima))
    rng = np.random.default_rng(1)
    x, y = np.array(layer.samples, dtype=float), np.array(layer.targets, dtype=float)
    v, w = rng.standard_normal(400), rng.standard_normal((400, 2))
    for _ in range(4000):
        seen = w @ x.T
        r = v[:, None] * np.maximum(seen, 0) - y
        v, w = v - 0.01 * (r * np.maximum(seen, 0)).sum(axis=1), w - 0.01 * v[:, None] * ((r * (seen > 0)) @ x)
    reached = loss(layer, v[:, None], w[:, None], 0.0)
    assert reached.min() > least - 1e-12 and reached.min() < least + 1e-3


def test_strict_programs_are_proved_either_way():
    """x > 0, 1 − x > 0 has a point; x > 0, −x > 0 has none, and that is no matter of digits."""
    origin, kernel = [fmpq(0), fmpq(1)], fmpq_mat(2, 1, [1, 0])
    point = inside([[fmpq(1), fmpq(0)], [fmpq(-1), fmpq(1)]], origin, kernel)
    assert point is not None and 0 < point[0] < 1
    assert inside([[fmpq(1), fmpq(0)], [fmpq(-1), fmpq(0)]], origin, kernel) is None
    tiny = fmpq(1, 10**40)
    assert inside([[fmpq(1), fmpq(0)], [fmpq(-1), -tiny]], origin, kernel) is None
