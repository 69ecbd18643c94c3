"""Valleys in which outer weights keep one sign: the infimum is attained, nothing in the valley is lower, and borders are not crossed."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import minimize

from critscape.algebra.points.low_values import exact_value
from critscape.problems.files.problem_file import read
from critscape.problems.input.bad_input import BadInput
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.valley_data import valley_data
from critscape.problems.spaces.one_sign import one_sign_valleys
from critscape.problems.spaces.valley_theorems import intrinsic_dimension, no_spurious_valley
from critscape.scripts.studies.verdicts.trapped import trapped


def squares(inputs, units, x, y, norm=False, output="trained", **others):
    architecture = {"family": "quadratic", "inputs": inputs, "units": units, "output": output, "norm_regressor": norm}
    return read({"architecture": architecture, "data": {"inputs": x, "targets": [[v] for v in y]}, **others})


SHAPES = [(2, 1, None), (3, 1, None), (3, 2, None), (4, 3, None), (2, 1, 0), (3, 2, 1), (4, 2, 2), (4, 1, 4)]


@pytest.mark.parametrize(("inputs", "units", "seed"), SHAPES)
def test_the_infimum_is_attained_and_nothing_with_these_signs_is_lower(inputs, units, seed):
    problem = valley_data(inputs, units, seed)
    held = trapped(problem)
    assert held is not None and held.valley.sign == 1
    assert exact_value(loss(problem), held.valley.weights) == held.valley.infimum > exact_value(loss(problem), held.lower)
    assert all(u > 0 for u in held.valley.weights[-units:])
    # Below the intrinsic dimension on the data unless that is one, where the theorem of wide networks is silent.
    dimension = intrinsic_dimension(problem)
    assert dimension is not None and units < dimension.dimension and no_spurious_valley(problem) is None
    x, y = (np.array([[float(v) for v in row] for row in rows]) for rows in (problem.inputs, problem.targets))

    def height(w):
        f = ((x @ w.reshape(units, inputs).T) ** 2).sum(axis=1)
        return float(((f - y[:, 0]) ** 2).sum()) / 2

    rng = np.random.default_rng(0)
    least = min(minimize(height, rng.standard_normal(units * inputs)).fun for _ in range(10))
    assert least >= float(held.valley.infimum) - 1e-9


@pytest.mark.parametrize(("inputs", "units", "seed"), SHAPES[:6])
def test_with_a_unit_less_the_bottom_is_not_reached(inputs, units, seed):
    problem = valley_data(inputs, units, seed)
    infimum = float(one_sign_valleys(problem)[0].infimum)
    x, y = (np.array([[float(v) for v in row] for row in rows]) for rows in (problem.inputs, problem.targets))

    def height(w):
        f = ((x @ w.reshape(-1, inputs).T) ** 2).sum(axis=1) if len(w) else np.zeros(len(x))
        return float(((f - y[:, 0]) ** 2).sum()) / 2

    rng = np.random.default_rng(1)
    size = (units - 1) * inputs
    least = min(minimize(height, rng.standard_normal(size)).fun for _ in range(20)) if size else height(np.zeros(0))
    assert least > infimum + 1e-6


@pytest.mark.parametrize(
    "problem",
    [
        # One positive target: two units have one to spare.
        squares(2, 2, [[1, 0], [0, 1]], [1, -2]),
        # Data that do not determine the form.
        squares(2, 1, [[1, 0]], [1]),
        squares(3, 1, [[1, 0, 0], [0, 1, 0]], [1, -2]),
        # A form of rank one that is not positive semidefinite, and one of rank two for one unit.
        squares(2, 2, [[1, 0], [0, 1], [1, 1]], [1, 1, 5]),
        squares(2, 1, [[1, 0], [0, 1], [1, 1]], [1, 1, 2]),
        squares(2, 1, [[1, 0], [0, 1]], [0, 0]),
        squares(2, 1, [[1, 0], [0, 1]], [1, -2], norm=True),
        squares(2, 1, [[1, 0], [0, 1]], [1, -2], output="fixed"),
        squares(2, 1, [[1, 0], [0, 1]], [1, -2], ridge="1/100"),
        squares(2, 1, [[1, 0], [0, 1]], [1, -2], loss={"sample_weights": [1, 2]}),
    ],
)
def test_outside_the_argument_nothing_is_said(problem):
    assert trapped(problem) is None


def test_the_lower_of_two_valleys_is_not_spurious():
    # With u > 0 the infimum is 2, with u < 0 it is 1/2.
    problem = squares(2, 1, [[1, 0], [0, 1]], [1, -2])
    assert [(v.sign, v.infimum) for v in one_sign_valleys(problem)] == [(1, 2), (-1, Fraction(1, 2))]
    held = trapped(problem)
    assert held is not None and held.valley.sign == 1
    # Equal targets: both valleys have the infimum 1/2, and neither is spurious.
    assert trapped(squares(2, 1, [[1, 0], [0, 1]], [1, -1])) is None


@pytest.mark.parametrize("unit", [Fraction(1), Fraction(1, 10**9), Fraction(10**9), Fraction(2, 7)])
@pytest.mark.parametrize("second", [Fraction(-2), Fraction(-10001, 10000)])
def test_the_sentence_shows_a_lower_loss_in_any_unit(unit, second):
    held = trapped(squares(2, 1, [[1, 0], [0, 1]], [str(unit), str(unit * second)]))
    assert held is not None
    bound = Fraction(held.sentence.rsplit(" ", 1)[1])
    assert held.value < bound <= held.valley.infimum


@pytest.mark.parametrize(("inputs", "units", "field"), [(1, 1, "inputs"), (2, 2, "units"), (3, 0, "units"), (21, 1, "inputs")])
def test_there_are_fewer_units_than_inputs(inputs, units, field):
    with pytest.raises(BadInput, match=field):
        valley_data(inputs, units)


def test_a_seed_fixes_the_data():
    assert valley_data(3, 2, 7) == valley_data(3, 2, 7) != valley_data(3, 2, 8)
