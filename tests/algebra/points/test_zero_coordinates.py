"""Zero coordinates are proved, or said to be undecided."""

from dataclasses import replace
from fractions import Fraction

import pytest
from flint import acb, arb

from critscape.algebra.points import zero_coordinates as module
from critscape.algebra.points.certification import CertifiedPoint, certify
from critscape.algebra.points.zero_coordinates import zero_coordinates
from critscape.algebra.polynomial.loss import Family, Loss
from critscape.problems.networks.families.linear import Linear
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

PATTERNS = [
    # Known partitions of the count by zero patterns.
    (Linear((2, 2, 2)), 1, {0: 16, 4: 16, 8: 1}),
    (Linear((2, 2, 1)), 1, {3: 8, 6: 1}),
    (Linear((1, 1, 1, 1)), 1, {0: 16, 3: 1}),
]


@pytest.mark.parametrize(("network", "samples", "wanted"), PATTERNS, ids=lambda x: getattr(x, "title", ""))
def test_patterns_partition_the_count(network, samples, wanted):
    critical = solve(random_problem(network, samples, 2), Options(engine="batch")).critical
    sizes = [len(pattern) for pattern in critical.zero_patterns]
    assert {size: sizes.count(size) for size in sizes} == wanted


@pytest.mark.parametrize(("network", "samples"), [(Linear((2, 2, 1)), 1), (Linear((2, 2, 2)), 2)], ids=lambda x: getattr(x, "title", ""))
def test_patterns_of_orbits_are_those_of_each_point(network, samples):
    problem = random_problem(network, samples, 3)
    critical = solve(problem, Options(engine="batch")).critical
    exact = loss(problem)
    assert critical.zero_patterns == tuple(zero_coordinates(exact, point) for point in critical.enumeration.points)
    assert len(set(critical.zero_patterns)) > 2 and None not in critical.zero_patterns


def test_dead_units_are_seen_by_their_changes_of_sign_and_as_by_the_test_on_the_subspace(monkeypatch):
    problem = random_problem(Linear((2, 2, 2)), 2, 3)
    critical, exact = solve(problem, Options(engine="batch")).critical, loss(problem)
    seen = []
    monkeypatch.setattr(module, "_restricted_krawczyk", lambda *_: seen.append(_))
    alone = tuple(zero_coordinates(exact, point) for point in critical.enumeration.points)
    monkeypatch.undo()
    monkeypatch.setattr(module, "even", lambda *_: False)
    proved = tuple(zero_coordinates(exact, point) for point in critical.enumeration.points)
    assert alone == proved and None not in proved and len(set(proved)) == 4 and not seen


def test_a_reflection_that_leaves_the_box_proves_nothing():
    # L is even in x: the critical points ±10^−12 are each other's images, and no ball of such a point may count as zero.
    family = Family(("x",), ("small",), lambda w, p: w[0] ** 4 / 4 - p[0] ** 2 * w[0] ** 2 / 2)
    exact = Loss(family, (Fraction(1, 10**12),))
    point = certify(exact, [1e-12])
    assert isinstance(point, CertifiedPoint) and zero_coordinates(exact, point) == ()
    wide = replace(point, ball=(acb(arb(0, 2e-12)),))
    assert zero_coordinates(exact, wide) is None


def of(formula, *names):
    return Loss(Family(names, (), formula), ())


def test_a_zero_that_the_equations_do_not_force_stays_undecided():
    # The critical point (1, 0): ∂L/∂y = y + (x − 1) does not vanish on y = 0.
    exact = of(lambda w, p: (w[0] - 1) ** 2 + w[1] ** 2 / 2 + (w[0] - 1) * w[1], "x", "y")
    point = certify(exact, [1, 0])
    assert isinstance(point, CertifiedPoint) and zero_coordinates(exact, point) is None


def test_a_small_coordinate_is_not_zero():
    family = Family(("x", "y"), ("small",), lambda w, p: w[0] ** 3 / 3 - p[0] ** 2 * w[0] + w[1] ** 2 / 2)
    point = certify(Loss(family, (Fraction(1, 10**12),)), [1e-12, 0])
    assert isinstance(point, CertifiedPoint) and zero_coordinates(Loss(family, (Fraction(1, 10**12),)), point) == (1,)
