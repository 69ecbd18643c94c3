"""The path out of a family of split points: where it leaves, that it falls, and where there is none."""

from fractions import Fraction
from itertools import pairwise

import flint
import pytest
from flint import arb

from critscape.algebra.splitting.copies import Split, embedded, widened
from critscape.algebra.splitting.critical_point import exact_point
from critscape.algebra.splitting.derivatives import BALLS, derivatives, loss
from critscape.algebra.splitting.inertia import Inertia, inertia
from critscape.algebra.splitting.unit_matrices import unit_matrices
from critscape.algebra.splitting.way_out import Stage, arc_direction, bends_down, falls, leaving_shares, way_out
from tests.algebra.splitting.constructed import constructed
from tests.algebra.splitting.test_verdict import HALF, ln_2

HALVES = Split(1, 0, (HALF, HALF))


@pytest.fixture(scope="module")
def way():
    return way_out(ln_2(), HALVES, unit_matrices(ln_2(), 1, 0), segments=12)


def test_it_leaves_where_the_hessian_has_a_negative_eigenvalue(way):
    point, leaving = ln_2(), Split(1, 0, way.shares)
    wide = derivatives(widened(point.training, (leaving,)), embedded(point.training.network, point.balls, (leaving,)), BALLS)
    assert inertia(wide.hessian) is None  # One eigenvalue is zero.
    column = arc_direction(widened(point.training, (leaving,)), leaving, way.shares, way.direction)
    column = flint.arb_mat(len(column), 1, column)
    assert (column.transpose() * wide.hessian * column)[0, 0] < 0


def test_losses_fall_between_and_at_its_vertices(way):
    training = widened(ln_2().training, (HALVES,))
    assert [vertex.stage for vertex in way.vertices] == [Stage.LINE] * 9 + [Stage.ARC] + [Stage.SEGMENT] * 12 and way.below
    places = [vertex.weights for vertex in way.vertices]
    for one, other, vertex in zip(places, places[1:], way.vertices[1:]):
        values = [loss(training, [a + arb(k) / 8 * (b - a) for a, b in zip(one, other)], BALLS) for k in range(9)]
        if vertex.stage is Stage.LINE:
            assert all(value.overlaps(values[0]) for value in values)
        else:
            assert all(b < a for a, b in pairwise(values))


def test_what_rises_is_not_proved_to_fall(way):
    training = widened(ln_2().training, (HALVES,))
    last, before = (list(way.vertices[k].weights) for k in (-1, -2))
    assert falls(training, before, last) and not falls(training, last, before) and not falls(training, last, last)
    inside = arc_direction(training, HALVES, HALVES.shares, way.direction)
    assert not bends_down(training, embedded(ln_2().training.network, ln_2().balls, (HALVES,)), inside, Fraction(0), Fraction(1, 100))


def test_leaving_shares_of_three_copies_add_up_to_one():
    thirds = Split(1, 0, (Fraction(1, 3),) * 3)
    assert leaving_shares(thirds, Inertia(2, 0, 0)) == (Fraction(7, 6), Fraction(-1, 2), Fraction(1, 3))
    assert leaving_shares(thirds, Inertia(0, 2, 0)) == thirds.shares
    opposite = Split(1, 0, (Fraction(1, 2), Fraction(-1, 2), Fraction(1)))
    assert leaving_shares(opposite, Inertia(2, 0, 0)) == (Fraction(3, 2), Fraction(-1, 2), 0)
    assert leaving_shares(opposite, Inertia(0, 1, 1)) == (HALF, HALF, 0)
    assert leaving_shares(thirds, Inertia(0, 0, 2)) is None


def test_there_is_none_where_d_does_not_vanish_or_beside_a_ridge():
    point = constructed((1, 1, 2), (True, False), 1)
    assert way_out(point, HALVES, unit_matrices(point, 1, 0)) is None
    point = constructed((1, 1, 1), (True, False), 1, ridge=lambda network, k: True)
    assert way_out(point, HALVES, unit_matrices(point, 1, 0)) is None


@pytest.mark.parametrize("seed", range(4))
def test_it_leads_below_every_constructed_minimum(seed):
    point = constructed((1, 1, 1), (True, True), seed)
    assert exact_point(point.training, point.weights) is not None
    matrices = unit_matrices(point, 1, 0)
    found = way_out(point, HALVES, matrices, segments=3)
    assert (found is None) == (matrices.inertia.positive + matrices.inertia.negative == 0)
    assert found is None or found.below
