"""Copies under symmetries: points whose coordinates are no radicals, on manifolds and isolated."""

from fractions import Fraction

import numpy as np
import pytest

from critscape.algebra.components.component import component
from critscape.algebra.components.function_space import Knowledge
from critscape.algebra.components.gauge import representative
from critscape.algebra.components.symmetric_copies import copies
from critscape.algebra.polynomial.loss import Family, Loss


def proved(loss, point):
    found = representative(loss, Knowledge(False), component(loss, Knowledge(False), np.array(point)))
    assert found.proved is not None
    return found.proved


def roots(coefficients):
    return sorted(r.real for r in np.polynomial.Polynomial(coefficients).roots() if abs(r.imag) < 1e-9)


@pytest.mark.parametrize("k", range(2, 5))
def test_curves_of_critical_points_are_copies_under_a_change_of_both_signs(k):
    # L = f(xy) with f' = (z − 1)(z + 2)(2z + 1)/2 + z/(2k): each root z of it is a curve xy = z of two branches.
    loss = Loss(Family(("x", "y"), (), lambda w, p: (w[0] * w[1] - 1) ** 2 * (w[0] * w[1] + 2) ** 2 / 4 + (w[0] * w[1]) ** 2 / (4 * k)), ())
    values = roots((np.poly1d([1, -1]) * np.poly1d([1, 2]) * np.poly1d([2, 1]) / 2 + np.poly1d([1 / (2 * k), 0])).coeffs[::-1])
    assert len(values) == 3
    branches = [(proved(loss, [s * 1.3, s * z / 1.3]), z) for z in values for s in (1, -1)]
    for one, a in branches:
        assert [copies(one, other) for other, _ in branches] == [a == b for _, b in branches]


def test_isolated_points_are_copies_only_where_the_loss_is_symmetric():
    def formula(w, p):
        return w[0] ** 4 / 4 - w[0] ** 2 + p[0] * w[0] + w[1] ** 6 / 6 - 2 * w[1] ** 2 + w[1]

    [y, *_] = roots([1, -4, 0, 0, 0, 1])
    symmetric, tilted = (Loss(Family(("x", "y"), ("slope",), formula), (Fraction(slope),)) for slope in ("0", "1/1000000000000"))
    assert copies(proved(symmetric, [2**0.5, y]), proved(symmetric, [-(2**0.5), y]))
    assert not copies(proved(tilted, [2**0.5, y]), proved(tilted, [-(2**0.5), y]))
