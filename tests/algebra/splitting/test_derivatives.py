"""The loss against SymPy, its derivatives against its differences, for every activation, over ℚ and in balls."""

from fractions import Fraction

import flint
import pytest
import sympy
from flint import arb

from critscape.algebra.activations.logistic import Logistic
from critscape.algebra.activations.tanh import Tanh
from critscape.algebra.splitting.derivatives import BALLS, RATIONALS, derivatives, gradient, loss
from critscape.algebra.splitting.feed_forward import FeedForward, Training
from critscape.algebra.splitting.logarithms import Exact, Irrational, exact_jet, read_exact
from tests.algebra.splitting.constructed import CUBIC

INPUTS = ((Fraction(1, 2), Fraction(-1)), (Fraction(2), Fraction(1, 3)))


def symbolic(training, names):
    """L as a SymPy expression, layer by layer."""
    network, total = training.network, sum(sympy.Rational(str(s)) * w**2 for s, w in zip(training.ridge, names)) / 2
    for x, y in zip(training.inputs, training.targets):
        values = [sympy.Rational(str(entry)) for entry in x]
        for layer in range(1, network.depth + 1):
            sums = [
                sum(names[k] * a for k, a in zip(network.incoming(layer, s), [*values, sympy.Integer(1)]))
                for s in range(network.widths[layer])
            ]
            values = sums if layer == network.depth else [network.activation.expression(n) for n in sums]
        total += sum((f - sympy.Rational(str(entry))) ** 2 for f, entry in zip(values, y)) / 2
    return total


STEP = arb(2) ** -60


def moved(places, *moves):
    """The weights, with steps along some of them."""
    found = list(places)
    for k, step in moves:
        found[k] += step
    return found


@pytest.mark.parametrize("activation", [Logistic(), Tanh(), CUBIC], ids=lambda a: a.name)
@pytest.mark.parametrize(
    "widths, biases",
    [((2, 1, 1, 1), (True, False, True)), ((2, 2, 2), (False, True)), ((2, 1, 2, 1), (False, True, False)), ((2, 1), (True,))],
)
def test_the_value_is_sympys_and_its_differences_are_its_derivatives(activation, widths, biases):
    network = FeedForward(widths, biases, activation)
    n = network.dimension
    targets = tuple(tuple(Fraction(i + o, 3) for o in range(widths[-1])) for i in range(2))
    training = Training(network, INPUTS, targets, tuple(Fraction(k % 3, 5) for k in range(n)))
    places = [Fraction((-1) ** k * (k + 2), 7) for k in range(n)]
    names = sympy.symbols(f"w:{n}")
    value = symbolic(training, names).subs(dict(zip(names, (sympy.Rational(str(w)) for w in places))))
    with flint.ctx.workprec(400):
        balls = [Exact(w).ball for w in places]
        found = derivatives(training, balls, BALLS)
        assert abs(found.value - arb(str(value.evalf(30)))) < 1e-25
        for i in range(n):
            up, down = (loss(training, moved(balls, (i, sign * STEP)), BALLS) for sign in (1, -1))
            assert abs((up - down) / (2 * STEP) - found.gradient[i]) < 1e-30
            up, down = (gradient(training, moved(balls, (i, sign * STEP)), BALLS) for sign in (1, -1))
            assert all(abs((up[j] - down[j]) / (2 * STEP) - found.hessian[i, j]) < 1e-30 for j in range(n))
        if activation is CUBIC:
            over = derivatives(training, [Exact(w) for w in places], RATIONALS)
            assert sympy.Rational(str(over.value)) == value
            assert all(found.hessian[i, j].overlaps(arb(over.hessian[i, j])) for i in range(n) for j in range(n))


@pytest.mark.parametrize("text", ["ln 2", "-ln(3/2)", "2 ln 3 - ln 2", "1/2 ln 4", "-ln 8/3"])
@pytest.mark.parametrize("activation", [Logistic(), Tanh()], ids=lambda a: a.name)
def test_rational_jets_lie_in_those_of_balls(activation, text):
    place = read_exact(text)
    assert all(ball.overlaps(arb(exact)) for exact, ball in zip(exact_jet(activation, place), activation.jet(place.ball, 2)))


def test_half_logarithms_are_rational_for_tanh_alone():
    assert exact_jet(Tanh(), read_exact("1/2 ln 2"))[0] * 3 == 1
    with pytest.raises(Irrational):
        exact_jet(Logistic(), read_exact("1/2 ln 2"))
    with pytest.raises(Irrational):
        exact_jet(Logistic(), read_exact("1"))


@pytest.mark.parametrize("text", ["", "ln", "ln 0", "ln -2", "2 3", "x", "1/0", "ln(2", "1e5", "ln 2 ln 3", "__import__"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match="no sum|positive|divides"):
        read_exact(text)


@pytest.mark.parametrize("text", ["1/2", "-3", "ln 2", "-1/3 ln 2 + 2 ln 3", "1/2 - ln 5"])
def test_numbers_are_written_as_they_are_read(text):
    number = read_exact(text)
    assert read_exact(str(number)) == number
