"""Searched upper bounds against the known counts."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from critscape.algebra.bounds.budget import OverBudget
from critscape.algebra.bounds.macaulay import Unproved, proved_bound
from critscape.algebra.bounds.upper_bound import upper_bound
from critscape.algebra.polynomial.loss import Family, Loss
from critscape.problems.files.problem_file import load
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem

EXAMPLES = Path(__file__).parents[3] / "problems" / "examples"
PATIENT = 1e11
ONES = (Fraction(1), Fraction(1))
COUNTS = [
    (Linear((1, 1, 1)), 1, 5),
    (Linear((1, 2, 1)), 1, 9),
    (Linear((1, 2, 2)), 1, 33),
    (Linear((2, 2, 2)), 1, 33),
    (Linear((1, 1, 1, 1)), 1, 17),
    (Linear((1, 1, 1, 1, 1)), 1, 49),
    (Linear((1, 1, 2, 1)), 1, 33),
    (Linear((2, 1, 2)), 2, 17),
    (Linear((2, 1, 3)), 2, 25),
    (Linear((2, 1, 1, 2)), 2, 81),
    (Quadratic(3, 1, ONES[:1]), 3, 27),
    (Quadratic(2, 2, ONES), 3, 33),
    (Quadratic(2, 1, None), 2, 33),
    (Quadratic(1, 2, None), 2, 33),
]


@pytest.mark.parametrize(("network", "samples", "count"), COUNTS, ids=lambda x: getattr(x, "title", x))
def test_bounds_are_the_known_counts_and_prove_themselves_again(network, samples, count):
    exact = loss(random_problem(network, samples, 5))
    found = upper_bound(exact, PATIENT)
    assert found.bound == count == proved_bound(exact, found)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("network", "samples", "count"),
    [
        (Linear((2, 2, 2)), 2, 225),
        (Quadratic(2, 2, None), 2, 353),
        (Quadratic(2, 2, None), 3, 481),
        (Linear((2, 2, 2, 2)), 1, 641),
        (Linear((2, 2, 3)), 2, 705),
    ],
    ids=lambda x: getattr(x, "title", x),
)
def test_large_bounds_are_the_known_counts(network, samples, count):
    exact = loss(random_problem(network, samples, 5))
    found = upper_bound(exact, 10 * PATIENT, count)
    assert found.bound == count == proved_bound(exact, found)


@pytest.mark.slow
def test_special_data_have_their_own_smaller_bound():
    # 205, not 225.
    exact = loss(load(EXAMPLES / "2-2-2-equal-outgoing-ridges.json"))
    found = upper_bound(exact, 10 * PATIENT, 205)
    assert found.bound == 205 == proved_bound(exact, found)


def test_degenerate_points_count_with_their_multiplicity():
    # Widths 1-1-1 with λμ = (xy)² : the origin has multiplicity 3, beside it two points.
    degenerate = of(lambda w, p: (w[0] * w[1] - p[0]) ** 2 / 2 + (w[0] ** 2 + w[1] ** 2) / 2, "ab", 1)
    found = upper_bound(degenerate, PATIENT)
    assert found.bound == 5 == proved_bound(degenerate, found)


def test_huge_data_are_bounded_too():
    # Coefficients of far more digits than Python reads in decimal.
    huge = of(lambda w, p: (w[0] * w[1] - p[0]) ** 2 / 2 + w[0] ** 2 + w[1] ** 2 / 3, "ab", Fraction(10**9000 + 1, 7**9000))
    found = upper_bound(huge, PATIENT)
    assert found.bound == 5 == proved_bound(huge, found)


def test_no_critical_point_at_all():
    slope = of(lambda w, p: w[0] + w[1] ** 2, "ab")
    found = upper_bound(slope, PATIENT)
    assert found.bound == 0 == proved_bound(slope, found)


@pytest.mark.parametrize(
    ("formula", "reason"),
    [(lambda w, p: (w[0] * w[1] - 1) ** 2 / 2, "more than 1e\\+08 operations"), (lambda w, p: 0 * w[0], "vanishes everywhere")],
)
def test_there_is_none_for_a_curve_of_critical_points(formula, reason):
    with pytest.raises(Unproved, match=reason):
        upper_bound(of(formula, "ab"), 1e8)


def test_a_bound_that_is_too_good_is_not_found():
    with pytest.raises(Unproved):
        upper_bound(loss(random_problem(Linear((1, 1, 1)), 1, 5)), 1e8, wanted=4)


def test_a_process_of_its_own_finds_the_same(monkeypatch):
    exact = loss(random_problem(Linear((1, 2, 2)), 1, 5))
    here = upper_bound(exact, PATIENT)
    monkeypatch.setattr("critscape.algebra.bounds.upper_bound.AT_ONCE", 1.0)
    assert upper_bound(exact, PATIENT) == here
    with pytest.raises(Unproved, match=r"more than 1e\+03 operations"):
        upper_bound(exact, 1e3)


@given(st.integers(0, 10))
def test_more_work_finds_the_same_or_what_less_did_not(power):
    # A bound is found from one amount of work on, and it is always the same one.
    exact = loss(random_problem(Linear((2, 1, 2)), 2, 5))
    try:
        found = upper_bound(exact, 10.0**power)
    except OverBudget:
        with pytest.raises(OverBudget):
            upper_bound(exact, 10.0**power / 2)
    else:
        assert found == upper_bound(exact, 10.0**power * 2) and found.bound == 17


def test_a_wanted_bound_that_is_reached_early_is_a_bound():
    exact = loss(random_problem(Quadratic(2, 1, None), 2, 5))
    found = upper_bound(exact, PATIENT, wanted=10**6)
    assert 33 <= found.bound == proved_bound(exact, found)


def of(formula, variables, *values):
    parameters = tuple(f"p{i}" for i in range(len(values)))
    return Loss(Family(tuple(variables), parameters, formula), tuple(map(Fraction, values)))
