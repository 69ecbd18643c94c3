"""Ends of paths that branch close to t = 0."""

from fractions import Fraction

import numpy as np
import pytest
from flint import acb

from critscape.algebra.components.multiprecision import followed
from critscape.algebra.polynomial.loss import Family, Loss, exact
from critscape.algebra.tracking.exact_end import ExactEnd

QUARTIC = Family(("x",), ("a",), lambda w, p: w[0] ** 4 / 4 - p[0] * w[0] ** 2 / 2)


@pytest.mark.parametrize("decades", [6, 14, 20])
def test_a_limit_is_told_however_late_the_path_makes_for_it(decades):
    """x³ − ax = t: x ~ t^{1/3} down to t ~ a^{3/2}, then x → √a."""
    a = Fraction(1, 10**decades)
    end = ExactEnd(Loss(QUARTIC, (a,)), lambda: [[acb(exact(a))]], np.array([[0.0], [-1.0]]))
    found = followed(end, np.array([1.0 + 0j]), 0.0, 1.0)
    assert found is not None and (found.growth, found.winding) == (0.0, 1)
    assert found.point[0] == pytest.approx(10 ** (-decades / 2), rel=1e-8)
