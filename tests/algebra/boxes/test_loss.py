"""The loss in the order of a network's weights: in double precision, in balls, along segments, each against another way to the same."""

import flint
import numpy as np
import pytest
from flint import arb

from critscape.algebra.boxes.loss import RegressionLoss, along, float_derivatives, gradients, heights, hessian, turning, value
from critscape.algebra.boxes.regression import derivatives
from tests.algebra.boxes.searching import drawn

NAMES = ("logistic", "tanh")


def shuffled(name, seed):
    problem = drawn(name, 2, 2, 3, "1/3", seed, constant=True)
    rng = np.random.default_rng(seed)
    order = tuple(int(k) for k in rng.permutation(problem.dimension))
    return RegressionLoss(problem, order, tuple(f"w{k}" for k in order)), rng


@pytest.mark.parametrize("name", NAMES)
def test_double_precision_agrees_with_balls_in_any_order(name):
    loss, rng = shuffled(name, 1)
    points = rng.standard_normal((5, loss.dimension))
    slopes, second = float_derivatives(loss, points)
    assert np.array_equal(slopes, gradients(loss, points))
    levels = heights(loss, list(points.T))
    for point, slope, curvature, level in zip(points, slopes, second, levels):
        balls = [arb(x) for x in point]
        found = derivatives(loss.regression, loss.placed(balls))
        assert level == pytest.approx(float(found.loss.mid()), rel=1e-13)
        assert float(value(loss, balls).mid()) == pytest.approx(float(found.loss.mid()), rel=1e-14)
        assert slope == pytest.approx([float(found.gradient[a].mid()) for a in loss.order], rel=1e-11, abs=1e-12)
        exact = hessian(loss, balls)
        assert curvature == pytest.approx(np.array([[float(exact[i, j].mid()) for j in range(7)] for i in range(7)]), rel=1e-11, abs=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_a_point_is_a_computation_of_its_own_to_the_last_bit(name):
    loss, rng = shuffled(name, 2)
    points = rng.standard_normal((33, loss.dimension))
    together = float_derivatives(loss, points)
    for k in (0, 7, 32):
        alone = float_derivatives(loss, points[k : k + 1])
        assert np.array_equal(alone[0][0], together[0][k]) and np.array_equal(alone[1][0], together[1][k])


@pytest.mark.parametrize("name", NAMES)
def test_the_hessian_turns_as_its_differences_do(name):
    loss, rng = shuffled(name, 3)
    with flint.ctx.workprec(256):
        point, direction = ([arb(float(x)) for x in rng.standard_normal(loss.dimension)] for _ in range(2))
        step = arb(2) ** -60
        there, here = (hessian(loss, [w + s * step * d for w, d in zip(point, direction)]) for s in (1, -1))
        rate = turning(loss, point, [float(d) for d in direction])
        for i in range(loss.dimension):
            for j in range(loss.dimension):
                assert abs((there[i, j] - here[i, j]) / (2 * step) - rate[i, j]) < arb(2) ** -90


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("length", [0.01, 0.3, 2.0])
def test_the_expansion_holds_all_values_along_a_segment(name, length):
    loss, rng = shuffled(name, 4)
    with flint.ctx.workprec(128):
        start = [arb(float(x)) for x in rng.standard_normal(loss.dimension)]
        end = [w + arb(length * float(d)) for w, d in zip(start, rng.standard_normal(loss.dimension))]
        coefficients = along(loss, start, end)
        for t in [arb(k) / 16 for k in range(17)]:
            bound = sum((c * t**k for k, c in enumerate(coefficients)), arb(0))
            exact = value(loss, [a + t * (b - a) for a, b in zip(start, end)])
            assert bound.overlaps(exact) and not bound.lower() > exact.lower() and not bound.upper() < exact.upper()
        # No wider than they need be: a short segment has a narrow last coefficient.
        assert length > 0.1 or coefficients[-1].rad() < 1e-6
