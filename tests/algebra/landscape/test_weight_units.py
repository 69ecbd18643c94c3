"""Units in which descent is integrated: what they do not depend on, and that nothing is lost in them."""

from dataclasses import replace
from fractions import Fraction

import flint
import numpy as np
import pytest
from flint import acb, arb

from critscape.algebra.landscape.fixed_space import actions
from critscape.algebra.landscape.surface import InUnits, along, derivatives, gradients, hessian, turning, value
from critscape.algebra.landscape.weight_units import points_in, weight_units
from critscape.algebra.points.certification import certify
from critscape.algebra.points.classification import classify
from critscape.algebra.polynomial.loss import Family, Loss
from critscape.algebra.symmetry.finite import symmetry_group


def wells(w, p):
    """Four minima, in units of the weights and with a term that tells the weights apart."""
    x, y = p[0] * w[0], p[1] * w[1]
    return (x * x - 1) * (x * x - 1) + (y * y - 1) * (y * y - 1) + p[2] * x * y / 2


def case(s, t, coupling=Fraction(1)):
    """The loss and its real minima and saddles, nine points next to those of a grid."""
    loss = Loss(Family(("x", "y"), ("s", "t", "c"), wells), (Fraction(s), Fraction(t), coupling))
    one, two = 1 / float(Fraction(s)), 1 / float(Fraction(t))
    starts = [(a * one, b * two) for a in (-1, 0, 1) for b in (-1, 0, 1)]
    found = classify(loss, [certify(loss, refined(loss, np.array(start, dtype=complex))) for start in starts])
    group = symmetry_group(loss)
    return loss, found, actions(group, [point.point for point in found], 2)


def refined(loss, point):
    for _ in range(30):
        slopes, matrices = derivatives(loss, point.real[None])
        point = point - np.linalg.solve(matrices[0], slopes[0])
    return point


@pytest.mark.parametrize(("s", "t"), [("1", "1"), ("1024", "1/1048576"), (2**-40, 2**30), ("1/1073741824", "1/1073741824")])
def test_units_are_those_of_the_weights(s, t):
    loss, found, symmetries = case(s, t)
    assert [point.index for point in found].count(0) == 4 and len(found) == 9
    usual = weight_units(*case("1", "1"))
    assert usual[0] == usual[1]
    assert weight_units(loss, found, symmetries) == tuple(a / float(Fraction(u)) for a, u in zip(usual, (s, t)))


def test_symmetric_weights_have_the_same_units():
    # Half way between two units rounding decides.
    for bits in np.linspace(4.9, 5.1, 9):
        one, two = weight_units(*case(*[str(Fraction(2.0**bits))] * 2))
        assert one == two


def test_minima_that_are_hardly_enclosed_are_left_out():
    loss, found, symmetries = case("1", "1048576")
    units = weight_units(loss, found, symmetries)
    vague = [replace(each, point=replace(each.point, ball=tuple(z + acb(arb(0, 3)) for z in each.point.ball))) for each in found]
    one = next(k for k, each in enumerate(found) if each.index == 0)
    assert weight_units(loss, [each if k == one else vague[k] for k, each in enumerate(found)], symmetries) == units
    assert all(np.isfinite(weight_units(loss, vague, symmetries)))


def test_the_loss_in_units_is_the_loss():
    loss, found, _ = case("3", "1/7", Fraction(1, 3))
    units = (2.0**20, 2.0**-10)
    inside, rng = InUnits(loss, units), np.random.default_rng(1)
    points = rng.normal(size=(5, 2))
    own = points * units
    with flint.ctx.workprec(200):
        for u, w in zip(points, own):
            a, b = [arb(x) for x in u], [arb(x) for x in w]
            assert value(inside, a).overlaps(value(loss, b))
            factor = [units[i] * units[j] for i in range(2) for j in range(2)]
            pairs = zip(hessian(inside, a).entries(), hessian(loss, b).entries(), factor)
            assert all(x.overlaps(y * f) for x, y, f in pairs)
            pairs = zip(turning(inside, a, [1.0, 2.0]).entries(), turning(loss, b, [units[0], 2 * units[1]]).entries(), factor)
            assert all(x.overlaps(y * f) for x, y, f in pairs)
            assert all(
                x.overlaps(y) for x, y in zip(along(inside, a, a[::-1]), along(loss, b, [arb(u[1] * units[0]), arb(u[0] * units[1])]))
            )
    assert np.array_equal(gradients(inside, points), gradients(loss, own) * units)
    slopes, matrices = derivatives(inside, points)
    assert np.array_equal(slopes, derivatives(loss, own)[0] * units)
    assert np.array_equal(matrices, derivatives(loss, own)[1] * np.outer(units, units))
    with flint.ctx.workprec(200):
        for before, after in zip(found, points_in(units, found)):
            assert all((z * a).overlaps(w) for z, w, a in zip(after.point.ball, before.point.ball, units)) and after.loss is before.loss
