"""The exact engine: the same answers as the tracker, degenerate points typed exactly, positive dimension measured."""

import dataclasses
from fractions import Fraction
from operator import neg

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.algebra.bounds.root_counts import Bound
from critscape.algebra.critical import exact_engine
from critscape.algebra.critical.critical_set import BY_RANKS, Status, critical_set, with_evidence
from critscape.algebra.critical.cross_check import DEGREE, DIMENSION, REAL, cross_check
from critscape.algebra.critical.exact_engine import eliminate
from critscape.algebra.critical.levels import Level, levels
from critscape.algebra.elimination import msolve
from critscape.algebra.elimination.hilbert import dimension_and_degree
from critscape.algebra.elimination.number_field import characteristic_polynomial, sign_variations
from critscape.algebra.points.certification import certify
from critscape.algebra.polynomial.loss import Family, Loss
from critscape.algebra.polynomial.shape import Shape
from critscape.problems.files.problem_file import read
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

needs_msolve = pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)
ONE = Fraction(1)
SECONDS = 120


def of(formula, *names):
    return Loss(Family(names, (), formula), ())


def eliminated(exact):
    return eliminate(exact, np.random.default_rng(3), SECONDS)


COERCIVE = Shape(coercive="told so")


def whole(exact, shape=Shape()):
    return critical_set(exact, lambda: eliminated(exact), shape, [])


SAME = [
    (Linear((1, 1, 1)), 2), (Linear((2, 1, 2)), 3), (Linear((2, 1, 3)), 2), (Linear((1, 2, 1)), 2), (Linear((2, 2, 2)), 1),
    (Linear((1, 1, 1, 1)), 1), (Linear((1, 1, 1, 1, 1)), 1), (Linear((1, 1, 2, 1)), 1), (Quadratic(1, 1, (ONE,)), 2),
    (Quadratic(3, 1, (ONE,)), 3), (Quadratic(2, 2, (ONE, ONE)), 3), (Quadratic(1, 1, None), 2), (Quadratic(2, 1, None), 2),
    (Quadratic(1, 2, None), 2), pytest.param(Linear((2, 2, 2)), 2, marks=pytest.mark.slow),
]  # fmt: skip


@needs_msolve
@pytest.mark.parametrize(("network", "samples"), SAME, ids=lambda x: getattr(x, "title", x))
def test_the_engines_find_the_same_points(network, samples):
    problem = random_problem(network, samples, 17)
    exact, tracked = (solve(problem, Options(engine=engine)).document for engine in ("exact", "batch"))
    assert exact["status"] == tracked["status"] == "complete"
    assert exact["counts"] == tracked["counts"]
    pairs = zip(
        *(sorted((p["index"], p["loss"][:25], sorted(x[:20] for x in p["point"])) for p in r["critical_points"]) for r in (exact, tracked))
    )
    assert all(one == other for one, other in pairs)


@needs_msolve
def test_a_pitchfork_at_the_origin_is_degenerate_and_typed():
    problem = read({"architecture": {"family": "linear", "widths": [1, 1, 1]}, "data": {"inputs": [[1]], "targets": [[1]]}, "ridge": 1})
    result = solve(problem, Options(engine="exact")).document
    (point,) = result["critical_points"]
    assert (result["status"], result["counts"]["complex"], result["counts"]["degenerate"]) == ("complete", 3, 1)
    assert (point["kind"], point["index"], point["nullity"], point["multiplicity"], point["loss"]) == ("degenerate", 0, 1, 3, "0.5")
    assert result["levels"]["complex"] == "certified"


# (formula, variables, {real coordinates to 6 digits: (nullity, index, multiplicity)}, regular points)
DEGENERATE = [
    # L′ = (x² − 2)²: two double points that are conjugate over ℚ.
    (lambda w, p: w[0] ** 5 / 5 - w[0] ** 3 * 4 / 3 + 4 * w[0], ("x",), {(-1.414214,): (1, 0, 2), (1.414214,): (1, 0, 2)}, 0),
    # Corank two and one negative direction: multiplicity 3·3.
    (lambda w, p: (w[0] ** 4 + w[1] ** 4) / 4 - w[2] ** 2 / 2, ("x", "y", "z"), {(0, 0, 0): (2, 1, 9)}, 0),
    # A cusp beside a regular minimum.
    (lambda w, p: w[0] ** 4 / 4 - w[0] ** 3 + w[1] ** 2, ("x", "y"), {(0, 0): (1, 0, 2)}, 1),
    # x²y + y⁴/4 has D₅ at the origin.
    (lambda w, p: w[0] ** 2 * w[1] + w[1] ** 4 / 4, ("x", "y"), {(0, 0): (2, 0, 5)}, 0),
]  # fmt: skip


@needs_msolve
@pytest.mark.parametrize(("formula", "names", "wanted", "regular"), DEGENERATE)
def test_degenerate_points_are_never_certified_and_typed_exactly(formula, names, wanted, regular):
    exact = of(formula, *names)
    found = eliminated(exact)
    assert (len(found.points), found.open_ends, found.not_finite) == (regular, (), None)
    typed = {
        tuple(round(float(z.real.mid()), 6) + 0.0 for z in p.exact.ball): (p.exact.nullity, p.exact.index, p.multiplicity)
        for p in found.degenerate
        if p.exact.real
    }
    assert typed == wanted
    # From either side: Krawczyk's test refuses the same places.
    for point in found.degenerate:
        assert not hasattr(certify(exact, point.approximation), "isolation")
    assert levels(whole(exact))["complex"] is Level.CERTIFIED


@needs_msolve
@pytest.mark.parametrize(("position", "kind"), [(3, "global minimum"), (2, "global minimum"), (Fraction(7, 5), "spurious local minimum")])
def test_a_degenerate_minimum_may_be_the_lowest(position, kind):
    # L′ = x³ (x − 1)(x − a) is flat at 0, where L = 0; L(a) = a⁵(3 − 2a)/60.
    position = Fraction(position)
    steps = Loss(Family(("x",), ("a",), lambda w, p: w[0] ** 6 / 6 - w[0] ** 5 / 5 * (p[0] + 1) + w[0] ** 4 / 4 * p[0]), (position,))
    critical = whole(steps, COERCIVE)
    assert critical.status is Status.COMPLETE
    (minimum,) = [point for point in critical.real if point.index == 0]
    value = position**6 / 6 - position**5 * (position + 1) / 5 + position**5 / 4
    assert minimum.kind.value == kind == ("global minimum" if value < 0 else "spurious local minimum")


@needs_msolve
@pytest.mark.parametrize(
    ("formula", "names", "dimension", "degree"),
    [
        (lambda w, p: (w[0] ** 2 + w[1] ** 2 - 1) ** 2, ("x", "y"), 1, 2),
        (lambda w, p: (w[0] * w[1] * w[2] - 1) ** 2, ("x", "y", "z"), 2, 3),
        (lambda w, p: (w[0] - w[1]) ** 2 / 2, ("x", "y"), 1, 1),
    ],
)
def test_positive_dimension_is_reported_with_its_degree(formula, names, dimension, degree):
    critical = whole(of(formula, *names))
    assert critical.status is Status.NOT_FINITE and set(levels(critical).values()) == {None}
    assert f"dimension {dimension} and degree {degree} (elimination modulo" in critical.reason


@pytest.mark.parametrize(
    ("leading", "variables", "wanted"),
    [
        ([(1, 0, 0), (0, 1, 0)], 3, (1, 1)),
        ([(1, 1, 0), (0, 1, 1), (1, 0, 1)], 3, (1, 3)),
        ([(2, 0), (1, 1), (0, 2)], 2, (0, 3)),
        ([], 2, (2, 1)),
        ([(0, 3)], 2, (1, 3)),
    ],
)  # fmt: skip
def test_dimension_and_degree_of_monomial_ideals(leading, variables, wanted):
    assert dimension_and_degree(leading, variables) == wanted


@needs_msolve
def test_a_wrong_parametrisation_is_noticed(monkeypatch):
    exact = of(DEGENERATE[0][0], "x")
    right = msolve.parametrisation(exact, SECONDS)
    monkeypatch.setattr(msolve, "parametrisation", lambda *_: dataclasses.replace(right, constants=tuple(map(neg, right.constants))))
    moved = of(lambda w, p: (w[0] - 1) ** 5 / 5 - (w[0] - 1) ** 3 * 4 / 3 + 4 * w[0], "x")
    assert "the gradient does not vanish there" in " ".join(eliminated(moved).open_ends)


@needs_msolve
def test_a_lost_point_makes_the_answer_incomplete(monkeypatch):
    exact = loss(random_problem(Linear((2, 1, 2)), 2, 1))
    place = exact_engine.places
    monkeypatch.setattr(exact_engine, "places", lambda points: place(points)[1:])
    critical = critical_set(exact, lambda: eliminated(exact), COERCIVE, [])
    assert critical.status is Status.INCOMPLETE and "of 17 points 16" in critical.reason
    assert levels(critical)["complex"] is Level.NUMERICAL


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(-4, 4), min_size=4, max_size=4), min_size=4, max_size=4))
def test_descartes_counts_the_inertia(rows):
    symmetric = np.array(rows) + np.array(rows).T
    field = flint.fmpq_poly([0, 1])
    coefficients = characteristic_polynomial([[flint.fmpq_poly([int(x)]) for x in row] for row in symmetric], field)
    signs = [0 if c == 0 else 1 if c[0] > 0 else -1 for c in coefficients]
    nullity = next(k for k, sign in enumerate(signs) if sign)
    negative = sign_variations([sign * (-1) ** k for k, sign in enumerate(signs) if sign])
    eigenvalues = np.linalg.eigvalsh(symmetric)
    assert nullity == int((np.abs(eigenvalues) < 1e-9).sum())
    assert negative == int((eigenvalues < -1e-9).sum())


@needs_msolve
@pytest.mark.parametrize("engine", ["batch", "exact"])
def test_cross_check_agrees(engine):
    result = solve(random_problem(Linear((2, 1, 2)), 2, 4), Options(engine=engine, cross_check=True)).document
    assert result["status"] == "complete"
    assert result["evidence"][DEGREE]["holds"] is True and result["evidence"][REAL]["holds"] is True


@needs_msolve
def test_cross_check_catches_what_is_missing():
    exact = loss(random_problem(Linear((2, 1, 2)), 2, 4))
    critical = whole(exact, COERCIVE)
    rng = np.random.default_rng(0)
    without = next(k for k, point in enumerate(critical.enumeration.points) if not point.real)
    fewer = dataclasses.replace(critical.enumeration, points=tuple(p for k, p in enumerate(critical.enumeration.points) if k != without))
    degree, real = cross_check(exact, dataclasses.replace(critical, enumeration=fewer), rng, SECONDS)
    assert (degree.holds, real.holds) == (False, True)
    short = dataclasses.replace(critical, real=critical.real[:-1])
    degree, real = cross_check(exact, short, rng, SECONDS)
    assert (degree.holds, real.holds) == (True, False)
    checked = with_evidence(short, (degree, real), [], {})
    assert checked.status is Status.INCOMPLETE and REAL in checked.reason


@needs_msolve
def test_cross_check_of_a_critical_set_that_is_not_finite():
    exact = of(lambda w, p: (w[0] ** 2 + w[1] ** 2 - 1) ** 2, "x", "y")
    (evidence,) = cross_check(exact, whole(exact), np.random.default_rng(0), SECONDS)
    assert (evidence.name, evidence.holds) == (DIMENSION, True)


@needs_msolve
def test_levels_follow_the_bounds():
    exact = loss(random_problem(Linear((2, 1, 2)), 2, 4))

    def level(bounds):
        return levels(critical_set(exact, lambda: eliminated(exact), COERCIVE, bounds))

    assert set(level([]).values()) == {Level.CERTIFIED}
    assert set(level([Bound(BY_RANKS, 17, False)]).values()) == {Level.CERTIFIED}
    assert set(level([Bound(BY_RANKS, 18, True)]).values()) == {Level.CERTIFIED}
    assert set(level([Bound(BY_RANKS, 17, True)]).values()) == {Level.PROVED}


def chain(widths, x, y, ridge):
    return read({"architecture": {"family": "linear", "widths": widths}, "data": {"inputs": [[x]], "targets": [[y]]}, "ridge": ridge})


@pytest.mark.parametrize(
    ("problem", "count"), [(chain([1, 1], 2**31 - 1, 1, 0), 1), (chain([1, 1, 1], 2**31 - 1, 2**31 - 1, [1, 2**31 - 1]), 5)]
)
def test_a_hessian_that_is_singular_modulo_a_prime_alone_obstructs_nothing(problem, count):
    result = solve(problem, Options(engine="batch")).document
    assert (result["status"], result["counts"]["complex"]) == ("complete", count)


@needs_msolve
@pytest.mark.parametrize(("x", "ridge"), [(1, 3), (10**21, 3 * 10**14)])
def test_zero_coordinates_of_degenerate_points_do_not_depend_on_units(x, ridge):
    counts = solve(chain([1, 1, 1, 1], x, 4, ridge), Options(engine="exact")).document["counts"]
    assert (counts["complex"], counts["complex_torus"], counts["degenerate"]) == (13, 12, 4)


@needs_msolve
def test_minima_are_not_counted_where_a_degenerate_point_may_be_one():
    result = solve(chain([1, 1, 1], 1, 1, 1), Options(engine="exact")).document
    assert [result["counts"][name] for name in ("local_minima", "global_minima", "spurious_minima")] == [None] * 3
    assert result["levels"]["local_minima"] is None


@needs_msolve
def test_the_cross_check_tells_close_points_apart():
    problem = chain([1, 1, 1, 1], 1, f"4.{'0' * 29}1", 3)
    result = solve(problem, Options(engine="batch", cross_check=True)).document
    assert (result["status"], result["counts"]["real"], result["evidence"][REAL]["holds"]) == ("complete", 9, True)


def test_an_incomplete_set_has_no_global_minimum(monkeypatch):
    from critscape.algebra.critical import critical_set as module

    found = solve(chain([1, 1, 1, 1], 1, "5/4", "1/4"), Options(engine="batch")).document
    assert found["counts"]["global_minima"] == 4
    failing = [module.Evidence("a test", False, "it fails")]
    monkeypatch.setattr(module, "gather", lambda *_: tuple(failing))
    result = solve(chain([1, 1, 1, 1], 1, "5/4", "1/4"), Options(engine="batch")).document
    # What lies above a proved value is spurious all the same.
    kinds = {"local minimum", "spurious local minimum", "strict saddle"}
    assert result["status"] == "incomplete" and {p["kind"] for p in result["critical_points"]} == kinds
    assert result["counts"]["global_minima"] is result["counts"]["spurious_minima"] is None
