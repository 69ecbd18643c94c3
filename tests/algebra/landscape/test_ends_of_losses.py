"""Exact curves to infinity and exact rays: what they prove is checked by substitution."""

from fractions import Fraction

import flint
import numpy as np
import pytest
from flint import acb, fmpq_poly

from critscape.algebra.landscape.descending_ray import descending_ray
from critscape.algebra.landscape.initial_form import curve
from critscape.algebra.landscape.regularised_tree import Distance, regularised
from critscape.algebra.points.certification import certify
from critscape.algebra.polynomial.loss import Family, Loss

PLANE = Distance((Fraction(1), Fraction(3, 2)), (Fraction(1, 3), Fraction(-1, 5)))


def plane(formula):
    return Loss(Family(("x", "y"), (), formula), ())


def hyperbola(w, p):
    return (w[0] * w[1] - 1) ** 2 + w[0] ** 2


def deep_and_shallow(w, p):
    z = w[0] * w[1]
    return (z - 1) ** 2 * (z + 2) ** 2 / 4 + z * z / 8 + w[0] ** 4 / 4


@pytest.mark.parametrize(
    ("formula", "winding", "exponents", "start", "limit"),
    [
        (hyperbola, 4, ("1/4", "-1/4"), (1.0, 1.0), 0.0),
        (hyperbola, 4, ("1/4", "-1/4"), (-1.0, -1.0), 0.0),
        (deep_and_shallow, 6, ("1/6", "-1/6"), (1.0, 0.9), 0.11818653442397),
        (deep_and_shallow, 6, ("1/6", "-1/6"), (1.2, -1.5), 0.47165338588966),
    ],
)
def test_curves_beside_paths_of_minima(formula, winding, exponents, start, limit):
    loss, ridges = plane(formula), (Fraction(1, 10**6), Fraction(1, 10**8))
    points = []
    for ridge in ridges:
        member = regularised(loss, PLANE, ridge)
        # Descent in double precision from the curve that is expected: a point of its own at each ridge.
        scale = float(ridge) ** np.array([float(Fraction(e)) for e in exponents])
        points.append(certify(member, descended(member, np.array(start) * scale, scale)))
    found = curve(loss, points, ridges, winding)
    assert found.exponents == tuple(map(Fraction, exponents)) and abs(float(found.limit.mid()) - limit) < 1e-12
    for power in (20, 40):
        # L on the curve itself, t = 10^−power.
        with flint.ctx.workprec(400):
            t = [flint.arb(10) ** (flint.arb(-power) * e.numerator / e.denominator) for e in found.exponents]
            value = formula([acb(a * s) for a, s in zip(found.coefficients, t)], []).real
        assert abs(value - found.limit).upper() < 10.0 ** (-power / 3)


def descended(member, start, scale):
    """A critical point near a start, by Newton's method in coordinates of size one."""
    from critscape.algebra.polynomial.evaluation import float_derivatives

    point = start.copy()
    for _ in range(200):
        slope, hessian = float_derivatives(member, point.astype(complex))
        values, vectors = np.linalg.eigh(scale[:, None] * hessian.real * scale)
        step = vectors @ ((vectors.T @ (scale * slope.real)) / np.abs(values))
        point = point - scale * step * min(1.0, 0.1 / np.abs(step).max())
    return point


@pytest.mark.parametrize(
    "formula",
    [
        lambda w, p: w[0] ** 2 * w[1],
        lambda w, p: w[0] ** 2 / 2 - w[1] ** 2,
        lambda w, p: w[0] ** 4 + w[1] ** 4 - 3 * w[0] ** 2 * w[1] ** 2,
        lambda w, p: (w[0] + 2 * w[1]) ** 3 + w[0] ** 2,
    ],
)
def test_a_ray_along_which_a_loss_falls_without_bound(formula):
    found = descending_ray(plane(formula), np.random.default_rng(1))
    along = formula([fmpq_poly([a, b]) for a, b in zip(found.start, found.direction)], [])
    assert along.degree() == found.degree and along[found.degree] == found.coefficient < 0


def test_no_ray_of_a_loss_that_is_bounded_below():
    assert descending_ray(plane(hyperbola), np.random.default_rng(1)) is None
