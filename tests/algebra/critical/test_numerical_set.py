"""Critical sets in double precision: right where nothing is in doubt, and in doubt where something is wrong."""

from fractions import Fraction
from functools import lru_cache

import numpy as np
import pytest

from critscape.algebra.critical.numerical_set import classified, numerical_set
from critscape.algebra.polynomial.loss import Family, Loss
from critscape.algebra.tracking.batch_engine import BatchTracker
from critscape.problems.criteria.squared import least_squares
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.engines import batch
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.parameter_homotopy import paths_to
from critscape.scripts.studies.start_sets import start_set

CHAIN = Linear((1, 1, 1))


@lru_cache
def starts(network, samples):
    return start_set(random_problem(network, samples, 0), batch(1), 0, 1000, lambda stage, count: None)


def numbers(problem, alter=lambda homotopy, orbits, units: (homotopy, orbits, units)):
    found = starts(problem.network, min(problem.samples, 2))
    return numerical_set(loss(problem), BatchTracker(), *alter(*paths_to(problem, found)), len(found.solutions), problem.coercive)


def chain(target, ridge=1):
    """Widths 1-1-1, x = 1: N_R = 3 iff y² > λμ."""
    return least_squares(CHAIN, ((Fraction(1),),), ((Fraction(target),),), (Fraction(1), Fraction(ridge)))


@pytest.mark.parametrize("problem", [
    random_problem(Linear((2, 2, 2)), 2, 1),
    random_problem(Linear((1, 1, 1, 1)), 1, 4),
    random_problem(Quadratic(2, 2, (Fraction(1), Fraction(-1, 2))), 2, 3),
], ids=lambda problem: problem.network.title)  # fmt: skip
def test_the_same_as_certified(problem):
    found, result = numbers(problem), solve(problem, Options(engine="batch", max_paths=1000)).document
    counts, points = result["counts"], result["critical_points"]
    assert found.doubts == ()
    assert (found.complex, len(found.index), found.spurious) == (counts["complex"], counts["real"], counts["spurious_minima"])
    assert {str(i): k for i, k in found.by_index.items()} == counts["by_index"]
    assert np.allclose(found.losses, [float(p["loss"]) for p in points], rtol=1e-10)
    assert np.isclose(found.eigenvalues.min(), min(float(p["least_eigenvalue"]) for p in points), rtol=1e-5)
    assert np.array_equal(found.minima, found.losses[found.index == 0])


@pytest.mark.parametrize("gap", [Fraction(1, 10), Fraction(1, 1000), Fraction(1, 10**5)])
def test_both_sides_of_a_fold(gap):
    above, below = numbers(chain(1 + gap)), numbers(chain(1 - gap))
    assert (above.doubts, len(above.index), above.by_index, above.spurious) == ((), 3, {0: 2, 1: 1}, 0)
    assert (below.doubts, len(below.index), below.by_index, below.spurious) == ((), 1, {0: 1}, 0)
    # Where the pair is not real, its imaginary parts shrink with the square root of the distance to the fold.
    assert 0.1 * float(gap) ** 0.5 < below.apart < 10 * float(gap) ** 0.5


@pytest.mark.parametrize("gap", [0, Fraction(1, 10**14), Fraction(-1, 10**14), Fraction(1, 10**18)])
def test_the_fold_itself_is_in_doubt(gap):
    assert numbers(chain(1 + gap)).doubts


def test_a_lost_orbit_shows():
    problem = random_problem(Linear((2, 2, 2)), 2, 1)
    assert numbers(problem, lambda homotopy, orbits, units: (homotopy, orbits[:-1], units)).doubts


def test_an_orbit_that_came_twice_shows():
    problem = random_problem(Linear((2, 2, 2)), 2, 1)
    sizes = [len(orbit) for orbit in paths_to(problem, starts(problem.network, 2))[1]]
    last, before = (k for k in reversed(range(len(sizes))) if sizes[k] == max(sizes)), None
    last, before = next(last), next(last)

    def twice(homotopy, orbits, units):
        changed = list(orbits)
        changed[last] = changed[before]
        return homotopy, changed, units

    assert numbers(problem, twice).doubts == ("points coincide",)


def test_another_loss_shows():
    # The homotopy of one data set and the loss of another.
    problem, other = random_problem(Linear((2, 2, 2)), 2, 1), random_problem(Linear((2, 2, 2)), 2, 2)
    found = starts(problem.network, 2)
    doubts = numerical_set(loss(other), BatchTracker(), *paths_to(problem, found), len(found.solutions), True).doubts
    assert "points are not zeros of the gradient" in doubts


def test_points_at_infinity_and_a_curve_of_critical_points_are_in_doubt():
    # Equal ridges on the outgoing weights of a unit: 205 points, not 225; equal ridges altogether: a continuous symmetry.
    problem = random_problem(Linear((2, 2, 2)), 2, 1)
    ridge = list(problem.ridge)
    ridge[4] = ridge[6]
    for special in (tuple(ridge), (Fraction(1, 2),) * 8):
        assert numbers(least_squares(problem.network, problem.inputs, problem.targets, special)).doubts


def test_without_a_full_ridge_no_minimum_is_called_spurious():
    found = numbers(chain(2, 0))
    assert found.spurious is None and found.doubts
    assert numbers(chain(2)).spurious == 0


def test_a_loss_may_have_no_real_critical_point():
    # ∂L/∂x = x² + 1.
    no_real = Loss(Family(("x",), ("a",), lambda w, p: w[0] ** 3 / 3 + p[0] * w[0]), (Fraction(1),))
    values, index, eigenvalues, clear = classified(no_real, np.empty((0, 1)), np.ones(1))
    assert values.shape == index.shape == eigenvalues.shape == clear.shape == (0,)
