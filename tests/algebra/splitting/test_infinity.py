"""Units at infinity: the derivative in the chart is that of the loss of finite networks, and verdicts follow its sign."""

from fractions import Fraction

import flint
import pytest
from flint import arb

from critscape.algebra.activations.logistic import Logistic
from critscape.algebra.activations.tanh import Tanh
from critscape.algebra.splitting.copies import CannotSplit
from critscape.algebra.splitting.derivatives import BALLS, loss
from critscape.algebra.splitting.descent import lowest_minimum
from critscape.algebra.splitting.feed_forward import FeedForward, Training
from critscape.algebra.splitting.infinity import saturated
from tests.algebra.splitting.constructed import constructed

INPUTS = tuple((Fraction(a),) for a in ("-2", "-1", "-1/2", "0", "1/2", "1", "2"))
TARGETS = tuple((Fraction(a),) for a in ("-1.5", "-1", "0", "0.5", "1.5", "1.6", "2"))


def minimum(activation):
    network = FeedForward((1, 1, 1), (True, True), activation)
    return lowest_minimum(Training(network, INPUTS, TARGETS, (Fraction(0),) * 4), 0, 10)


def with_unit(point, w, v, bias):
    """The loss of the network with one more unit of finite bias, the output bias lowered by v."""
    training = point.training
    wide = Training(
        FeedForward((1, 2, 1), (True, True), training.network.activation), training.inputs, training.targets, (Fraction(0),) * 7
    )
    u, b, old, c = point.balls
    return loss(wide, [u, arb(w), b, arb(bias), old, arb(v), c - v], BALLS)


@pytest.mark.parametrize("activation", [Logistic(), Tanh()], ids=lambda a: a.name)
@pytest.mark.parametrize("w", [1, -2])
def test_the_slope_is_the_limit_of_differences_and_its_sign_decides(activation, w):
    point = minimum(activation)
    signs = set()
    for v in (1, -1):
        found = saturated(point, 1, [Fraction(w)], [Fraction(v)])
        with flint.ctx.workprec(point.precision):
            bias = arb(28) / found.rate
            p = (-found.rate * bias).exp()
            rise = with_unit(point, w, v, bias) - arb(point.at.value)
            assert abs(rise / p - found.slope) < 1e-6 * abs(found.slope)
            assert found.minimum is bool(rise > 0)
        signs.add(found.minimum)
    assert signs == {True, False}


def test_a_unit_without_weights_is_not_decided():
    # The residuals add up to zero, as the output bias is critical: no derivative at w = 0.
    assert saturated(minimum(Tanh()), 1, [Fraction(0)], [Fraction(1)]).minimum is None


def test_what_cannot_be_at_infinity_is_refused():
    point = constructed((1, 1, 1), (True, True), 0)
    with pytest.raises(CannotSplit, match="logistic or tanh"):
        saturated(point, 1, [Fraction(1)], [Fraction(1)])
    point = minimum(Tanh())
    with pytest.raises(CannotSplit, match="incoming: expected 1 weights"):
        saturated(point, 1, [], [Fraction(1)])
    without = Training(FeedForward((1, 1, 1), (False, True), Tanh()), INPUTS, TARGETS, (Fraction(0),) * 3)
    with pytest.raises(CannotSplit, match="biases"):
        saturated(lowest_minimum(without, 0, 10), 1, [Fraction(1)], [Fraction(1)])
