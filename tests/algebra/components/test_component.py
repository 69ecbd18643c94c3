"""What is proved at single points: degenerate on purpose, never a false kind."""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq

from critscape.algebra.components.arcs import arc, higher_order
from critscape.algebra.components.component import Kind, component
from critscape.algebra.components.document import approximate, undecided
from critscape.algebra.components.function_space import Knowledge
from critscape.algebra.components.relations import relations
from critscape.algebra.components.subspace import Subspace, coordinate_subspace
from critscape.algebra.polynomial.loss import Family, Loss

UNKNOWN = Knowledge(bounded_below=False)


def loss(formula, names=("x", "y")):
    return Loss(Family(names, (), formula), ())


@pytest.mark.parametrize(
    "formula, kind, dimension, exact",
    [
        (lambda w, p: w[1] ** 2 + w[0] ** 4, Kind.LOCAL_MINIMUM, 0, True),
        (lambda w, p: w[1] ** 2 + w[0] ** 3, Kind.NON_STRICT_SADDLE, 0, False),
        (lambda w, p: w[1] ** 2 - w[0] ** 4, Kind.NON_STRICT_SADDLE, 0, False),
        (lambda w, p: (w[1] - w[0] ** 2) ** 2, Kind.LOCAL_MINIMUM, 1, True),
        # The quartic vanishes: an arc of order six decides one of them, nothing here the other.
        (lambda w, p: (w[1] - w[0] ** 2) ** 2 - w[0] ** 6, Kind.NON_STRICT_SADDLE, 0, False),
        (lambda w, p: (w[1] - w[0] ** 2) ** 2 + w[0] ** 6, Kind.DEGENERATE, 0, False),
        # Minima whose quartic nobody proves to be positive, and a maximum.
        (lambda w, p: w[0] ** 4 + w[1] ** 4, Kind.DEGENERATE, 0, False),
        (lambda w, p: w[0] ** 2 * w[1] ** 2, Kind.DEGENERATE, 1, False),
        (lambda w, p: -(w[0] ** 4) - w[1] ** 4, Kind.DEGENERATE, 0, False),
        # Of the reduced quartic (1 - 1) + 1 x⁴: D⁴ alone says -3, D⁴ with the term of D³ is needed.
        (lambda w, p: w[1] ** 2 + 2 * w[1] * w[0] ** 2 + w[0] ** 4 / 2, Kind.NON_STRICT_SADDLE, 0, False),
        (lambda w, p: w[0] ** 2 - w[1] ** 2, Kind.STRICT_SADDLE, 0, True),
    ],
)
def test_kinds_at_the_origin(formula, kind, dimension, exact):
    found = component(loss(formula), UNKNOWN, np.zeros(2))
    assert (found.kind, found.dimension, found.exact_dimension) == (kind, dimension, exact)
    assert found.kind_proved == (kind is not Kind.DEGENERATE)
    if kind is Kind.NON_STRICT_SADDLE:
        falling = found.higher.falling
        again = arc(loss(formula), found.rational, falling.velocity, falling.bend)
        assert again == falling and falling.descends


@pytest.mark.parametrize("x, y", [(Fraction(1, 2), Fraction(1, 2)), (Fraction(3, 7), Fraction(4, 7)), (Fraction(-2), Fraction(3))])
@pytest.mark.parametrize("odd, kind", [(4, Kind.DEGENERATE), (3, Kind.NON_STRICT_SADDLE)])
def test_a_rational_point_is_proved_whatever_its_multiplicity(x, y, odd, kind):
    """The equations of (x + y − 1)⁴ + (ax − by)^k, k = 6 or 3, are irreducible, and vanish to a high order where both forms do."""
    point = loss(
        lambda w, p: (
            (w[0] + w[1] - 1) ** 4 + (w[0] * y.numerator * x.denominator - w[1] * x.numerator * y.denominator) ** (odd if odd == 3 else 6)
        )
    )
    found = component(point, UNKNOWN, np.array([float(x), float(y)]))
    assert found.rational == (fmpq(x.numerator, x.denominator), fmpq(y.numerator, y.denominator))
    assert (found.kind, found.dimension, found.exact_dimension) == (kind, 0, False)


def test_minima_on_a_circle_and_the_maximum_in_it():
    hat = loss(lambda w, p: (w[0] ** 2 + w[1] ** 2 - 1) ** 2)
    circle = component(hat, UNKNOWN, np.array([0.6, 0.8]))
    assert (circle.kind, circle.dimension, circle.exact_dimension, circle.inertia.exact) == (Kind.LOCAL_MINIMUM, 1, True, True)
    assert component(hat, UNKNOWN, np.zeros(2)).kind is Kind.MAXIMUM
    # A point that is none is not called one.
    assert component(hat, UNKNOWN, np.array([0.5, 0.5])).proved is None


def test_a_curve_of_minima_loses_its_sign_on_the_way():
    """x²y: minima for y > 0, maxima for y < 0, a cubic in between."""
    half = loss(lambda w, p: w[0] ** 2 * w[1])
    kinds = [component(half, UNKNOWN, np.array([0.0, y])).kind for y in (1.0, -1.0, 0.0)]
    assert kinds == [Kind.LOCAL_MINIMUM, Kind.MAXIMUM, Kind.NON_STRICT_SADDLE]


def test_relations_of_degree_two_are_found():
    """w₁w₂w₃: two scalings on the whole space; on a line of zeros all entries vanish."""
    tower = loss(lambda w, p: (w[0] * w[1] * w[2] - 1) ** 2, ("a", "b", "c"))
    assert len(relations(tower, Subspace(3), 1)) == 2 and len(relations(tower, coordinate_subspace(3, (0, 1)), 0)) == 3


def test_third_order_needs_a_kernel():
    well = loss(lambda w, p: w[0] ** 2 + w[1] ** 2 + w[0] ** 3)
    assert higher_order(well, [fmpq(0), fmpq(0)]).minimum


def test_a_curve_of_critical_points_that_is_not_real_is_none():
    """On z = 0 the gradient is (0, 0, x² + y²): a curve over ℂ, one point over ℝ."""
    cone = loss(lambda w, p: w[2] ** 2 + w[2] * (w[0] ** 2 + w[1] ** 2), ("x", "y", "z"))
    assert component(cone, UNKNOWN, np.zeros(3)).dimension == 0


@pytest.mark.parametrize(
    "formula, kinds",
    [
        (lambda w, p: (w[0] ** 2 - 2) ** 2 + w[1] ** 4, [Kind.LOCAL_MINIMUM] * 2),
        (lambda w, p: (w[0] ** 2 - 2) ** 2 + w[0] * w[1] ** 3, [Kind.NON_STRICT_SADDLE] * 2),
        # The two points are conjugate: only the embedding tells them apart.
        (lambda w, p: (w[0] ** 2 - 2) ** 2 - w[0] * w[1] ** 4, [Kind.NON_STRICT_SADDLE, Kind.LOCAL_MINIMUM]),
        # The quartic part alone is positive: with the term of third order it is ½ - 1 < 0, and 2 - 1 > 0.
        (lambda w, p: (w[0] ** 2 - 2) ** 2 + 2 * (w[0] ** 2 - 2) * w[1] ** 2 + w[1] ** 4 / 2, [Kind.NON_STRICT_SADDLE] * 2),
        (lambda w, p: (w[0] ** 2 - 2) ** 2 + 2 * (w[0] ** 2 - 2) * w[1] ** 2 + 2 * w[1] ** 4, [Kind.LOCAL_MINIMUM] * 2),
        # A maximum, and a minimum of order six.
        (lambda w, p: -((w[0] ** 2 - 2) ** 2) - w[1] ** 4, [Kind.DEGENERATE] * 2),
        (lambda w, p: (w[0] ** 2 - 2) ** 2 + w[1] ** 6, [Kind.DEGENERATE] * 2),
    ],
)
def test_kinds_at_irrational_points(formula, kinds):
    """At (±√2, 0), over ℚ(√2)."""
    for sign, kind in zip((1, -1), kinds):
        found = component(loss(formula), UNKNOWN, np.array([sign * 2**0.5, 0.0]))
        assert (found.kind, found.kind_proved, found.dimension) == (kind, kind is not Kind.DEGENERATE, 0)
        assert found.exact_dimension == (kind is Kind.LOCAL_MINIMUM) and found.rational is None and found.inertia.exact


@pytest.mark.parametrize("formula, kind", [
    (lambda w, p: -(w[0] ** 2) - w[1] ** 4, Kind.DEGENERATE),
    (lambda w, p: -(w[0] ** 2) + w[1] ** 4, Kind.STRICT_SADDLE),
    (lambda w, p: -(w[0] ** 2) + w[1] ** 3, Kind.STRICT_SADDLE),
])  # fmt: skip
def test_a_negative_eigenvalue_alone_makes_no_saddle(formula, kind):
    assert component(loss(formula), UNKNOWN, np.zeros(2)).kind is kind


@pytest.mark.parametrize("formula, point, reason", [
    (lambda w, p: w[0] ** 4 + w[1] ** 4, (0, 0), "third and fourth order"),
    (lambda w, p: -(w[0] ** 2) - w[1] ** 4, (0, 0), "nor is it proved to be a maximum"),
    # The real root of x⁵ = x + 1 has no expression in radicals.
    (lambda w, p: (w[0] ** 5 - w[0] - 1) ** 2 + w[1] ** 4, (1.1673039782614187, 0), "irrational"),
    (lambda w, p: (w[0] + w[1] - 1) ** 4 + (w[0] ** 2 - w[1]) ** 6, (0.6180339887498949, 0.3819660112501051), "no critical point is proved"),
])  # fmt: skip
def test_what_is_not_decided_says_why(formula, point, reason):
    found = component(loss(formula), UNKNOWN, np.array(point, dtype=float))
    assert found.kind is Kind.DEGENERATE and reason in undecided(found)


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e3, 1e6, 1e9, 1e14])
def test_extrapolated_numbers_are_seldom_taken_for_fractions_by_chance(size):
    # What is known to eight digits is not written with more.
    values = size * np.random.default_rng(0).uniform(1, 2, 2000)
    texts = [approximate(complex(value), Fraction(min(size, 1.0))) for value in values]
    assert all(abs(float(Fraction(text)) / value - 1) <= 1.1e-7 for text, value in zip(texts, values))
    taken = [text for text in texts if "/" in text or len(text.lstrip("0.").replace(".", "")) < 6]
    assert len(taken) <= 20
    assert not any("/" not in text and len(text) > 13 for text in texts)
