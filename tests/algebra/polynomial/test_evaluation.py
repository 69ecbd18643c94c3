"""Gradients and Hessians in every arithmetic against the exact ones: random polynomials whose Hessians have no pattern."""

from fractions import Fraction

import numpy as np
import pytest
from flint import acb

from critscape.algebra.landscape import basin
from critscape.algebra.polynomial.evaluation import ball_derivatives, ball_derivatives_at, float_derivatives, float_derivatives_at
from critscape.algebra.polynomial.loss import Family, Loss, gradient, hessian, symmetric
from critscape.algebra.polynomial.straight_line import triangle


def random_loss(n, seed):
    rng = np.random.default_rng(seed)
    coefficients = [Fraction(int(a), int(b)) for a, b in zip(rng.integers(-20, 20, 3 * n), rng.integers(1, 9, 3 * n))]
    left, right = rng.integers(0, n, (2, 3 * n))

    def formula(w, p):
        return sum((a * w[i] * w[j] * (w[i] + 2 * w[j] + 1) for a, i, j in zip(p, left, right)), 0 * w[0])

    return Loss(Family(tuple(f"w{i}" for i in range(n)), tuple(f"p{k}" for k in range(3 * n)), formula), tuple(coefficients))


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_hessians_are_the_exact_ones_in_every_arithmetic(n):
    loss, rng = random_loss(n, n), np.random.default_rng(n)
    point = [int(v) for v in rng.integers(-9, 9, n)]
    slopes = np.array([float(Fraction(str(d(*point)))) for d in gradient(loss)])
    curvature = np.array([[float(Fraction(str(d(*point)))) for d in row] for row in hessian(loss)])
    balls = [acb(v) for v in point]
    zero = [acb(0)] * n
    at_points = float_derivatives_at(loss.family, [float(v) for v in loss.values], np.array([[0.0] * n, point, [1.0] * n], dtype=float))
    alone = float_derivatives_at(loss.family, [np.array([float(v)]) for v in loss.values], np.array([point], dtype=float))
    found = {
        "one point": (alone[0][0], alone[1][0]),
        "doubles": float_derivatives(loss, np.array(point, dtype=complex)),
        "many doubles": (at_points[0][1], at_points[1][1]),
        "balls": tuple(np.array(m.tolist(), dtype=complex) for m in ball_derivatives(loss, balls)),
        "balls of a family": tuple(
            np.array(m.tolist(), dtype=complex)
            for m in ball_derivatives_at(loss.family, [acb(v.numerator) / v.denominator for v in loss.values], balls, zero)
        ),
    }
    for name, (first, second) in found.items():
        np.testing.assert_allclose(np.ravel(first), slopes, rtol=1e-12, atol=1e-9, err_msg=name)
        np.testing.assert_allclose(second, curvature, rtol=1e-12, atol=1e-9, err_msg=name)
    real = basin.hessian(loss, [z.real for z in balls])
    np.testing.assert_allclose(basin.floats(real), curvature, rtol=1e-12, atol=1e-9)


def test_the_tilt_is_added_to_the_gradient_alone():
    loss, point, tilt = random_loss(3, 0), [acb(1), acb(2), acb(-1)], [acb(1), acb(0, 1), acb(5)]
    (slope, curvature), (tilted, same) = (
        ball_derivatives(loss, point),
        ball_derivatives_at(loss.family, [acb(v.numerator) / v.denominator for v in loss.values], point, tilt),
    )
    assert all((tilted[i, 0] - slope[i, 0]).overlaps(c) for i, c in enumerate(tilt))
    assert same.overlaps(curvature)


@pytest.mark.parametrize("n", range(7))
def test_the_triangle_is_listed_row_by_row(n):
    upper = [(i, j) for i in range(n) for j in range(i, n)]
    assert symmetric(upper, n) == [[(min(i, j), max(i, j)) for j in range(n)] for i in range(n)]
    assert triangle(n).tolist() == [[upper.index((min(i, j), max(i, j))) for j in range(n)] for i in range(n)]
