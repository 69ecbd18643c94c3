"""One hidden layer over boxes, for the check of certificates: enclosures hold what they enclose, and no critical point is lost."""

from fractions import Fraction
from itertools import pairwise

import flint
import mpmath
import numpy as np
import pytest
from flint import arb

from critscape.algebra.boxes import regression as by_balls
from critscape.algebra.boxes.proof import outer_over
from critscape.algebra.boxes.region import region
from critscape.algebra.certificates import hidden_layer as checked
from critscape.algebra.certificates.box_exclusion import remains
from critscape.algebra.certificates.box_proof import reaches
from critscape.algebra.certificates.flint_intervals import FlintIntervals
from critscape.algebra.certificates.hidden_layer import PEAK, SWING, TURN, activations, derivatives, hidden_layer, outer_weights
from critscape.algebra.certificates.layered import Layered
from critscape.algebra.certificates.mpmath_intervals import MpmathIntervals
from tests.algebra.boxes.searching import drawn, found

ARITHMETICS = (FlintIntervals(), MpmathIntervals())
NAMES = ("logistic", "tanh")


def layered(problem):
    """The same network as the checker has it: no biases of units, so that both have one order of weights."""
    ridge = (*(s for row in problem.inner for s in row), *problem.outer)
    widths = (problem.width, problem.units, 1)
    return Layered(widths, (False, problem.constant), problem.activation.name, problem.inputs, tuple((y,) for y in problem.targets), ridge)


def test_constants_of_the_logistic_function():
    with mpmath.workdps(40):
        turn, peak = mpmath.log(2 + mpmath.sqrt(3)), 1 / (6 * mpmath.sqrt(3))
        assert mpmath.mpf(TURN[0].numerator) / TURN[0].denominator < turn < mpmath.mpf(TURN[1].numerator) / TURN[1].denominator
        assert peak < mpmath.mpf(PEAK.numerator) / PEAK.denominator < peak * (1 + mpmath.mpf(10) ** -9)
        t = mpmath.findroot(lambda t: t * mpmath.tanh(t / 2) - 1, 1.5)
        swing = t * mpmath.exp(-t) / (1 + mpmath.exp(-t)) ** 2
        assert swing < mpmath.mpf(SWING.numerator) / SWING.denominator < swing * 1.001


@pytest.mark.parametrize("arithmetic", ARITHMETICS)
@pytest.mark.parametrize("name", NAMES)
def test_ranges_hold_values_with_sixty_digits(arithmetic, name):
    rng, layer = np.random.default_rng(5), None
    with arithmetic.precision(96), mpmath.workdps(60):
        layer = hidden_layer(layered(drawn(name, 1, 1, 2, "1/2", 1)), arithmetic)
        for _ in range(150):
            low = Fraction(rng.normal(scale=3))
            width = Fraction(rng.choice([0.0, 1e-6, rng.exponential(2)]))
            enclosures = checked.ranges(layer, arithmetic.interval(low, low + width))
            for part in (0, Fraction(rng.random()), 1):
                t = low + part * width
                s = 1 / (1 + mpmath.exp(-mpmath.mpf(t.numerator) / t.denominator * (2 if name == "tanh" else 1)))
                d, b = s * (1 - s), s * (1 - s) * (1 - 2 * s)
                values = (2 * s - 1, 4 * d, 8 * b) if name == "tanh" else (s, d, b)
                for enclosure, value in zip(enclosures, values):
                    exact = Fraction(*map(int, mpmath.libmp.to_rational(value._mpf_)))
                    tiny = Fraction(1, 10**50)
                    assert not bool(enclosure > layer.number(exact + tiny)) and not bool(enclosure < layer.number(exact - tiny))


@pytest.mark.parametrize("arithmetic", ARITHMETICS)
@pytest.mark.parametrize("name", NAMES)
def test_derivatives_are_those_of_the_regression(arithmetic, name):
    problem = drawn(name, 2, 2, 3, "1/3", 7, constant=True)
    weights = [Fraction(x) for x in np.random.default_rng(2).standard_normal(problem.dimension)]
    with arithmetic.precision(128):
        layer = hidden_layer(layered(problem), arithmetic)
        numbers = [layer.number(w) for w in weights]
        ours = derivatives(layer, [numbers[:2], numbers[2:4]], numbers[4:])
        with flint.ctx.workprec(128):
            theirs = by_balls.derivatives(problem, [by_balls.exact(w) for w in weights])
            pairs = [(ours.loss, theirs.loss), *zip(ours.gradient, theirs.gradient)]
            pairs += [(ours.hessian[i][j], theirs.hessian[i, j]) for i in range(7) for j in range(7)]
            for mine, other in pairs:
                assert float(arithmetic.middle(mine)) == pytest.approx(float(other.mid()), rel=1e-14, abs=1e-15)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(12))
def test_outer_weights_and_residuals_over_a_box_are_enclosed(name, seed):
    rng, arithmetic = np.random.default_rng(seed), FlintIntervals()
    problem = drawn(name, 2, 1, 4, "1/20", seed, constant=bool(seed % 2))
    far = region(problem)[:, 1]
    low = rng.uniform(-far, far) * rng.random()
    # Equal units make the normal matrix nearly singular.
    low[1] = low[0] if seed % 3 == 0 else low[1]
    width = float(rng.choice([1e-9, 1e-2, 3.0]))
    with arithmetic.precision(96):
        layer = hidden_layer(layered(problem), arithmetic)
        box = [[arithmetic.interval(Fraction(a), Fraction(a) + Fraction(width))] for a in low]
        over = activations(layer, box)
        outer = outer_weights(layer, over)
        for _ in range(10):
            inner = [arb(a) + arb(width * rng.random()) for a in low]
            for enclosure, weight in zip(outer.weights, outer_over(problem, inner)):
                assert enclosure.overlaps(weight)


@pytest.mark.parametrize("name, units, width", [("logistic", 1, 2), ("tanh", 2, 1), ("tanh", 1, 1)])
def test_no_critical_point_is_lost(name, units, width):
    """Random boxes around critical points in the fundamental domain: what is left holds them, and they lie within the region."""
    arithmetic, rng = FlintIntervals(), np.random.default_rng(units)
    problem = drawn(name, units, width, 4, "1/8", 6)
    with arithmetic.precision(96):
        layer = hidden_layer(layered(problem), arithmetic)
        bounds = [float(arithmetic.middle(bound)) for bound in reaches(layered(problem), layer)]
        for point in found(problem).points:
            weights = [z.real for z in point.point.ball]
            inner = [float(w.mid()) for w in weights[: problem.inner_weights]]
            assert all(abs(w) <= bound for w, bound in zip(inner, bounds))
            first = inner[::width]
            if any(a < b for a, b in pairwise(first)) or (name == "tanh" and min(first) < 0):
                continue
            for size in (1e-12, 1e-4, 0.1, 2.0):
                sides = [(Fraction(w - size * rng.random()), Fraction(w + size * rng.random())) for w in inner]
                left = remains(layer, [[arithmetic.interval(*sides[j * width + t]) for t in range(width)] for j in range(units)])
                assert left is not None
                kept = [*(w for row in left.inner for w in row), *left.outer]
                assert all(a.overlaps(b) for a, b in zip(kept, weights))
