"""Indices of D restricted to a component: they add up to its Euler characteristic."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from critscape.algebra.components.euler import index_on_component
from critscape.algebra.elimination.msolve import PRIMES, degree_modulo
from critscape.algebra.polynomial.loss import Family, Loss, gradient, hessian, polynomial, terms
from critscape.problems.files.problem_file import read
from critscape.problems.problem.problem import loss
from critscape.scripts.printing.delivery import exit_status
from critscape.scripts.studies.answer import solve, with_components
from critscape.scripts.studies.options import Options

pytestmark = pytest.mark.usefixtures("answers_once")


def sphere(names):
    return Loss(Family(names, (), lambda w, p: (sum(x * x for x in w) - 1) ** 2), ())


def nearest_and_farthest(centre):
    return [sign * centre / np.linalg.norm(centre) for sign in (1, -1)]


@pytest.mark.parametrize("names, expected", [("xy", [0, 1]), ("xyz", [0, 2])])
def test_nearest_and_farthest_points_of_spheres(names, expected):
    centre = np.arange(2.0, 2 + len(names))
    for strength in (1.0, 0.3):
        strengths = np.full(len(names), strength)
        found = [index_on_component(sphere(tuple(names)), q, len(names) - 1, strengths, centre) for q in nearest_and_farthest(centre)]
        assert found == expected


def test_an_ellipse_of_strengths():
    """From the centre of the circle Λ = diag(1, 2) has two nearest and two farthest points."""
    circle, strengths, centre = sphere(("x", "y")), np.array([1.0, 2.0]), np.zeros(2)
    points = [np.array(q) for q in ([1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0])]
    assert [index_on_component(circle, q, 1, strengths, centre) for q in points] == [0, 0, 1, 1]
    # Equal strengths: D is constant on the circle, and no index is clear.
    assert index_on_component(circle, points[0], 1, np.ones(2), centre) is None
    assert index_on_component(circle, np.zeros(2), 0, strengths, centre) == 0


@pytest.mark.parametrize("offset", [5e-324, 1e-319, 1e-300, 1e-160, 1e-20, 0.0])
def test_limits_that_almost_lie_on_the_component(offset):
    """The line x = 0 curves nowhere: D has one index there, however far off rounding leaves its point."""
    line = Loss(Family(("x", "y"), (), lambda w, p: w[0] ** 2 * (1 + w[1] ** 2)), ())
    for point in ((offset, 0.5), (-offset, 3.0)):
        assert index_on_component(line, np.array(point), 1, np.array([1.0, 2.0]), np.zeros(2)) == 0


def test_a_sum_that_does_not_agree_is_no_answer():
    hat = read({"architecture": {"family": "polynomial", "variables": ["x", "y"], "loss": "(x^2+y^2-1)^2"}})
    answer = solve(hat, Options(engine="batch", components=True))
    rows = answer.document["components"]
    assert [(row["loss"], row["euler_characteristic"]) for row in rows] == [("0", 0), ("1", 1)] and exit_status(answer.document) == 0
    assert answer.document["evidence"]["Euler sum"]["holds"]
    first, *others = answer.table.rows
    wrong = replace(answer.table, rows=(replace(first, euler_sums=(0, 1, 0)), *others))
    assert wrong.sums_agree is False and not wrong.settled and exit_status(with_components(answer.document, wrong)) == 1
    lost = replace(answer.table, rows=answer.table.rows[:1])
    assert lost.euler_total == 0 and not lost.settled
    fewer = replace(answer.table, rows=(replace(first, paths_by_centre=(4, 4, 3)), *others))
    assert not fewer.settled


def distance_degree(exact, value, dimension, rng):
    """The Λ-weighted Euclidean distance degree of {∇L = 0, L = value}, by elimination modulo a prime, no path followed.

    D has a critical point there if ∇D lies in the image of the Hessian, whose kernel is the tangent space: ∇D = Hμ, where μ is made
    unique by ``dimension`` random affine conditions. Where the set is Morse–Bott all zeros are simple.
    """
    n, prime = exact.dimension, PRIMES[0]
    strengths, centre = rng.integers(1, prime, (2, n)).tolist()

    def modular(expanded):
        return {(*e, *[0] * n): c.numerator * pow(c.denominator, -1, prime) % prime for e, c in terms(expanded).items()}

    def unit(k):
        return tuple(int(j == k) for j in range(2 * n))

    level = modular(polynomial(exact))
    level[(0,) * (2 * n)] = (level.get((0,) * (2 * n), 0) - value.numerator * pow(value.denominator, -1, prime)) % prime
    equations = [*map(modular, gradient(exact)), level]
    for i, row in enumerate(hessian(exact)):
        equation = {unit(i): strengths[i], (0,) * (2 * n): -strengths[i] * centre[i] % prime}
        for j, entry in enumerate(row):
            for e, c in modular(entry).items():
                shifted = (*e[:n], *(int(k == j) for k in range(n)))
                equation[shifted] = (equation.get(shifted, 0) - c) % prime
        equations.append(equation)
    for _ in range(dimension):
        equations.append({**{unit(n + j): int(rng.integers(1, prime)) for j in range(n)}, (0,) * (2 * n): int(rng.integers(1, prime))})
    return degree_modulo([{e: c for e, c in equation.items() if c} for equation in equations], 2 * n, prime, 600.0)


DISTANCES = {
    "a bottleneck": ({"family": "linear", "widths": [2, 1, 2]}, [[1, 0], [0, 1]], [[2, 0], [0, 1]], 0, 3),
    "a quadratic unit": ({"family": "quadratic", "inputs": 2, "units": 1, "output": "trained"}, [[1, 0], [0, 1]], [[1], [-2]], 0, 2),
    "a chain": ({"family": "linear", "widths": [1, 1, 1, 1]}, [[1]], [["5/4"]], 0, 1),
    "a circle": ({"family": "linear", "widths": [1, 2, 1]}, [[1]], [[2]], "1/2", 2),
    "one sample": ({"family": "linear", "widths": [2, 1, 2]}, [[1, 2]], [[1, -1]], 0, 2),
    "two units": ({"family": "linear", "widths": [1, 2, 1]}, [[1]], [[2]], 0, 2),
}


@pytest.mark.parametrize("case", [pytest.param(case, marks=() if case == "a circle" else pytest.mark.slow) for case in DISTANCES])
def test_as_many_paths_end_on_a_component_as_its_distance_degree(case):
    """Theorem B, path by path: what elimination says of nearest points is what the limits are."""
    architecture, inputs, targets, ridge, least = DISTANCES[case]
    problem = read({"architecture": architecture, "data": {"inputs": inputs, "targets": targets}, "ridge": ridge})
    table = solve(problem, Options(engine="batch", components=True)).table
    exact, rng, seen = loss(problem), np.random.default_rng(7), 0
    for row in table.rows:
        found = row.component
        if row.euler_sums and row.closed and "√" not in row.closed:
            assert distance_degree(exact, Fraction(row.closed), found.dimension, rng) == row.paths == row.paths_by_centre[-1]
            seen += 1
    assert seen >= least
