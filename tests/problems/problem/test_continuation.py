"""The way from a generic member to a problem, for every criterion: both of its ends, its units, and scaled copies of problems."""

from fractions import Fraction

import flint
import numpy as np
import pytest

from critscape.algebra.elimination import msolve
from critscape.algebra.polynomial.loss import exact, polynomial
from critscape.problems.files.problem_file import document, read
from critscape.problems.objectives.moments import Moments
from critscape.problems.problem.continuation import continuation
from critscape.problems.problem.problem import loss
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

SAMPLES = {"inputs": [[1, "1/2"], ["-2/3", 2], [3, "1/7"]], "targets": [[2, -1], ["1/3", 1], [5, "2/9"]]}
SCALARS = {"inputs": [[1], [-2], ["3/2"]], "targets": [[2], ["1/3"], [-1]]}
POPULATION = {
    "inputs": "gaussian",
    "covariance": [[2, 1], [1, 1]],
    "teacher": {"architecture": {"family": "linear", "widths": [2, 2]}, "weights": [[[1, 2], [3, "-1/2"]]]},
}


def network(name):
    return {
        "linear": {"family": "linear", "widths": [2, 1, 2]},
        "chain": {"family": "linear", "widths": [1, 1, 1]},
        "quadratic": {"family": "quadratic", "inputs": 1, "units": 1, "output": "trained"},
        "signed": {"family": "quadratic", "inputs": 1, "units": 2, "output": [2, "-1/3"]},
        "biased": {"family": "polynomial-network", "widths": [1, 1, 1], "activation": [0, 1], "biases": True},
    }[name]


def content(name, data, ridge, **measured):
    return {"architecture": network(name), "data": data, "ridge": ridge} | ({"loss": measured} if measured else {})


PROBLEMS = {
    "squared": content("linear", SAMPLES, ["1/2", "1/3"]),
    "one sample": content("linear", {field: rows[:1] for field, rows in SAMPLES.items()}, ["1/2", "1/3"]),
    "sample weights": content("linear", SAMPLES, ["1/2", "1/3"], sample_weights=[1, "3/2", 5]),
    "signed weights": content("linear", SAMPLES, ["1/2", "1/3"], sample_weights=[1, "-3/2", 5]),
    "output weights": content("linear", SAMPLES, ["1/2", "1/3"], output_weights=[1, "5/2"]),
    "metrics": content("linear", SAMPLES, ["1/2", "1/3"], metrics=[[[2, 1], [1, 2]], [[1, 0], [0, 3]], [[1, "1/3"], ["1/3", 0]]]),
    "few metrics": content("linear", {field: rows[:1] for field, rows in SAMPLES.items()}, ["1/2", "1/3"], metrics=[[[2, 1], [1, 3]]]),
    "r^4": content("chain", SCALARS, ["1/2", "1/3"], residual="r^4"),
    "mixed": content("chain", SCALARS, ["1/2", "1/3"], residual="r^2/2 + r^4/10", sample_weights=[1, 2, 3], output_weights=[4]),
    "quadratic r^4": content("quadratic", {"inputs": [[1]], "targets": [[2]]}, ["1/2", "1/3"], residual="r^4"),
    "constants": content("signed", SCALARS, "1/2"),
    "biased": content("biased", SCALARS, ["1/2", "1/3", "1/5", "1/7"]),
    "population": {"architecture": network("linear"), "data": {"population": POPULATION}, "ridge": ["1/2", "1/3"]},
    "typed": {
        "architecture": {"family": "polynomial", "variables": ["x", "y"], "loss": "(x^2 - 1)^2/4 + 10^6 y^2 - x y/3"},
        "ridge": "1/9",
    },
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_exact_curve_ends_at_the_problem_and_begins_at_the_generic_member(name):
    way = continuation(read(PROBLEMS[name]))
    places = way.places(np.random.default_rng(3))
    with flint.ctx.workprec(256):
        curve = way.exact_curve(places)
        end = [entry.real for entry in curve[0]]
        assert all(entry.imag.contains(0) for entry in curve[0])
        start = [complex(sum((column[k] for column in curve), flint.acb(0)).mid()) for k in range(len(curve[0]))]
        formula = way.loss.family.formula
        ring = [flint.acb(w) for w in range(2, 2 + way.problem.dimension)]
        # σ, the constant of the loss, is free where data are reduced; differences of values are not.
        found = formula(ring, end) - formula([flint.acb(0)] * len(ring), end)
        expanded = polynomial(way.loss)
        expected = expanded(*range(2, 2 + len(ring))) - expanded(*[0] * len(ring))
        assert (found - flint.acb(expected)).contains(0) and float(found.real.rad()) <= 1e-40 * (1 + abs(float(expected)))
    units = way.objective.units(way.natural)
    generic = way.objective.parameters(list(way.objective.generic() * units))
    assert np.allclose(start, np.array(generic, dtype=complex), rtol=1e-9, atol=1e-12 * max(map(abs, generic)))
    # In natural units both ends are those of ``places`` themselves.
    own = way.objective.curve(places)
    assert np.allclose(own.sum(axis=0), np.array(way.objective.parameters(list(way.objective.generic())), dtype=complex))


@pytest.mark.parametrize("name", PROBLEMS)
def test_natural_units_leave_the_loss_a_member_of_its_family(name):
    way = continuation(read(PROBLEMS[name]))
    parameters = np.array(way.objective.parameters(list(way.end)), dtype=complex)
    formula, rng = way.loss.family.formula, np.random.default_rng(5)
    own = [complex(Fraction(value)) for value in way.loss.values]
    for _ in range(3):
        u, v = (rng.standard_normal(way.problem.dimension) for _ in range(2))
        scaled = formula(list(u), list(parameters)) - formula(list(v), list(parameters))
        plain = formula(list(u * way.loss_units), own) - formula(list(v * way.loss_units), own)
        assert scaled * way.natural.loss == pytest.approx(plain, rel=1e-8, abs=1e-10 * abs(plain))


# x → 10^k x, y → 10^l y and w_b → 10^(a_b k + c_b l) w_b, (a_b, c_b) as below, is the same problem if λ_b → 10^(d l)/(that)² λ_b.
COPIES = {
    "squared": (2, [(-1, 1), (0, 0)]),
    "sample weights": (2, [(-1, 1), (0, 0)]),
    "output weights": (2, [(-1, 1), (0, 0)]),
    "metrics": (2, [(-1, 1), (0, 0)]),
    "r^4": (4, [(-1, 1), (0, 0)]),
    "quadratic r^4": (4, [(-1, 0), (0, 1)]),
    "biased": (2, [(-1, 1), (0, 1), (0, 0), (0, 1)]),
}
POWERS = [(6, 0), (-6, 0), (0, 6), (0, -6), (3, -3), (4, 4), (-4, -4)]


def power(k):
    return Fraction(10) ** k


def times(rows, factor):
    return [[str(Fraction(str(entry)) * factor) for entry in row] for row in rows]


def copied(name, k, ell):
    written = PROBLEMS[name]
    degree, blocks = COPIES[name]
    data = {"inputs": times(written["data"]["inputs"], power(k)), "targets": times(written["data"]["targets"], power(ell))}
    units = [power(a * k + c * ell) for a, c in blocks]
    ridge = [str(Fraction(strength) * power(degree * ell) / unit**2) for strength, unit in zip(written["ridge"], units)]
    return read(written | {"data": data, "ridge": ridge})


@pytest.mark.parametrize(("k", "ell"), POWERS)
@pytest.mark.parametrize("name", COPIES)
def test_scaled_copies_are_one_problem_in_natural_units(name, k, ell):
    end, copy = (continuation(problem).end for problem in (read(PROBLEMS[name]), copied(name, k, ell)))
    assert np.allclose(copy, end, rtol=1e-8) and 1e-2 < np.linalg.norm(copy) < 1e3


@pytest.mark.parametrize("power_of_ten", [6, -6])
@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("metrics", "metrics"),
        ("sample weights", "sample_weights"),
        ("signed weights", "sample_weights"),
        ("output weights", "output_weights"),
    ],
)
def test_weights_of_any_size_are_one_problem_in_natural_units(name, field, power_of_ten):
    problem, factor = read(PROBLEMS[name]), power(power_of_ten)
    given = PROBLEMS[name]["loss"][field]
    larger = [times(matrix, factor) for matrix in given] if field == "metrics" else times([given], factor)[0]
    ridge = [str(Fraction(strength) * factor) for strength in PROBLEMS[name]["ridge"]]
    copy = read(PROBLEMS[name] | {"loss": {field: larger}, "ridge": ridge})
    assert polynomial(loss(copy)) == polynomial(loss(problem)) * exact(factor)
    one, other = continuation(problem), continuation(copy)
    ends = [np.array(way.objective.parameters(list(way.end))) for way in (one, other)]
    assert isinstance(one.objective, Moments) == isinstance(other.objective, Moments)
    assert np.allclose(*ends, rtol=1e-8) and np.abs(ends[1]).max() < 1e3


@pytest.mark.parametrize("size", [6, -6])
def test_populations_of_any_size_are_one_problem_in_natural_units(size):
    larger = POPULATION | {"covariance": times(POPULATION["covariance"], power(2 * size))}
    ridge = [str(Fraction(strength) * power(2 * size)) for strength in ("1/2", "1/3")]
    copy = read(PROBLEMS["population"] | {"data": {"population": larger}, "ridge": ridge})
    assert np.allclose(continuation(copy).end, continuation(read(PROBLEMS["population"])).end, rtol=1e-8)


def counts(result):
    return {name: result["counts"][name] for name in ("complex", "real", "by_index", "degenerate")}


@pytest.mark.parametrize(("k", "ell"), [(6, -2), pytest.param(-5, 5, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", ["r^4", "biased", "quadratic r^4", "metrics"])
def test_scaled_copies_have_the_same_critical_points(name, k, ell):
    one, other = (solve(problem, Options(engine="batch")).document for problem in (read(PROBLEMS[name]), copied(name, k, ell)))
    assert one["status"] == other["status"] == "complete" and counts(one) == counts(other)


@pytest.mark.slow
@pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)
@pytest.mark.parametrize(("k", "ell"), [(2, 0), (-2, 0), (0, 2), (0, -2)])
@pytest.mark.parametrize("name", COPIES)
def test_other_data_with_the_same_ridge(name, k, ell):
    written = document(copied(name, k, ell)) | {"ridge": PROBLEMS[name]["ridge"]}
    ours, theirs = (solve(read(written), Options(engine=engine)).document for engine in ("batch", "exact"))
    assert ours["status"] == theirs["status"] == "complete" and counts(ours) == counts(theirs)


def test_a_unit_that_no_double_holds_is_left_out():
    written = content("chain", {"inputs": [[1]], "targets": [["1e30"]]}, ["1/2", "1/3"], residual="r^40")
    assert np.all(continuation(read(written)).natural.weights == 1)
