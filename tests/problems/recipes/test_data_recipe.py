"""Recipes for random problems: what they draw, that draws depend on seed and number alone, and what they refuse."""

import json
import pickle
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from critscape.problems.criteria.entrywise import Entrywise
from critscape.problems.files.problem_file import document, read
from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.json_file import parse
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.objectives.squared_loss import Weighting
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.data_recipe import read_recipe
from critscape.problems.recipes.distributions import DENOMINATOR, SIGNIFICANT_BITS

NETWORK = Linear((2, 3, 1))
GAUSSIAN = {"distribution": "gaussian"}
TEACHER = {"distribution": "teacher", "architecture": {"family": "linear", "widths": [2, 1]}, "noise": 0}
DATA = [
    GAUSSIAN,
    {"distribution": "uniform", "low": -1, "high": "1/2"},
    {"distribution": "rational"},
    TEACHER,
]
RIDGES = [
    "1/2",
    [1, [["1/2", "1/3", "1/4"]]],
    {"distribution": "uniform", "low": "1/100", "high": 1},
    {"distribution": "log-uniform", "low": "1/1000", "high": 10},
    {"distribution": "rational"},
]


def draws(data, ridge, count=200, samples=4, network=NETWORK, seed=5):
    recipe = read_recipe({"data": data, "ridge": ridge})
    return [recipe.problem(network, samples, seed, number) for number in range(count)]


def entries(problems):
    return [x for p in problems for part in (p.inputs, p.targets) for row in part for x in row]


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("ridge", RIDGES)
def test_a_draw_is_an_exact_problem_fixed_by_seed_and_number(data, ridge):
    recipe = read_recipe({"data": data, "ridge": ridge})
    again = pickle.loads(pickle.dumps(read_recipe(parse(json.dumps(recipe.document()), "recipe"))))
    late_first = [again.problem(NETWORK, 3, 11, number) for number in (7, 2)]
    for problem, number in zip(late_first, (7, 2)):
        assert problem == recipe.problem(NETWORK, 3, 11, number) == read(document(problem))
        assert [len(part) for part in (problem.inputs, problem.targets)] == [3, 3]
        assert {len(row) for row in problem.inputs} == {2} and {len(row) for row in problem.targets} == {1}
        assert len(problem.ridge) == 9 and problem.coercive
    assert late_first[0] != late_first[1] and recipe.problem(NETWORK, 3, 12, 7) != late_first[0]


def test_gaussian_data():
    values = np.array(entries(draws(GAUSSIAN, 1)), dtype=float)
    assert len(values) == 2400
    # Five standard deviations of the mean and of the mean square.
    assert abs(values.mean()) < 5 / 2400**0.5 and abs((values**2).mean() - 1) < 5 * (2 / 2400) ** 0.5
    assert all(DENOMINATOR % x.denominator == 0 for x in entries(draws(GAUSSIAN, 1, 3)))
    assert {x.denominator for x in entries(draws({**GAUSSIAN, "denominator": 7}, 1))} == {1, 7}


def test_uniform_data_reach_both_ends_and_no_further():
    values = entries(draws({"distribution": "uniform", "low": "-1/3", "high": "1/2", "denominator": 4}, 1))
    assert set(values) == {Fraction(k, 4) for k in (-1, 0, 1, 2)}
    assert all(300 < values.count(x) < 900 for x in set(values))


def test_rational_data_and_ridge():
    problems = draws({"distribution": "rational"}, {"distribution": "rational"})
    assert all(0 < abs(x) <= 40 and x.denominator <= 10 for x in entries(problems))
    assert min(entries(problems)) < -30 and max(entries(problems)) > 30
    assert all(len(set(p.ridge)) == 9 and {50 % x.denominator for x in p.ridge} == {0} for p in problems)
    assert {x for p in problems for x in p.ridge} == {Fraction(k, 50) for k in range(1, 51)}


def test_random_ridges_fill_their_interval():
    uniform, logarithmic = ([x for p in draws(GAUSSIAN, ridge) for x in p.ridge] for ridge in RIDGES[2:4])
    assert Fraction(1, 100) <= min(uniform) < Fraction(2, 100) and Fraction(99, 100) < max(uniform) <= 1
    assert Fraction(1, 1000) <= min(logarithmic) and max(logarithmic) <= 10
    # A quarter of the draws in each decade; 1800 of them.
    for decade in range(-3, 1):
        assert 350 < sum(10.0**decade <= x < 10.0 ** (decade + 1) for x in logarithmic) < 550
    assert all(x.numerator.bit_length() <= SIGNIFICANT_BITS + 1 for x in logarithmic if x not in (Fraction(1, 1000), 10))
    assert draws(GAUSSIAN, ["0.1", "1/3"], 1)[0].ridge == (Fraction(1, 10),) * 6 + (Fraction(1, 3),) * 3


def test_a_decimal_ridge_stays_exact():
    recipe = read_recipe(parse('{"data": {"distribution": "gaussian"}, "ridge": [0.1, 0.30]}', "recipe"))
    assert set(recipe.problem(NETWORK, 1, 0, 0).ridge) == {Fraction(1, 10), Fraction(3, 10)}


def test_a_teacher_without_noise_is_fitted_exactly():
    # Four samples of a linear function of two variables satisfy all 3 × 3 minors of (X, y), up to the rounding of targets.
    for problem in draws(TEACHER, 1, 5):
        matrix = np.array([[*x, *y] for x, y in zip(problem.inputs, problem.targets)], dtype=float)
        assert np.linalg.svd(matrix)[1][2] < 1e-5
    noisy = draws({**TEACHER, "noise": "1/10"}, 1, 5)
    assert all(np.linalg.svd(np.array([[*x, *y] for x, y in zip(p.inputs, p.targets)], dtype=float))[1][2] > 1e-4 for p in noisy)


def test_a_quadratic_teacher_has_targets_of_one_sign():
    network = Quadratic(2, 2, None)
    teacher = {"distribution": "teacher", "architecture": {"family": "quadratic", "inputs": 2, "units": 1}, "noise": 0}
    problems = draws(teacher, 1, 20, network=network)
    assert all(y >= 0 for p in problems for (y,) in p.targets)


def test_data_sets_of_a_file_in_turn(tmp_path):
    sets = [{"inputs": [[k, "1/2"]], "targets": [[0.25]]} for k in range(3)]
    (tmp_path / "sets.json").write_text(json.dumps(sets))
    content = {"data": {"distribution": "file", "file": "sets.json"}, "ridge": 1}
    recipe = read_recipe(content, folder=tmp_path)
    assert recipe.distinct == 3
    for number in range(3):
        problem = recipe.problem(NETWORK, 1, 0, number)
        assert (problem.inputs, problem.targets) == (((number, Fraction(1, 2)),), ((Fraction(1, 4),),))
    random_ridge = read_recipe({**content, "ridge": RIDGES[2]}, folder=tmp_path)
    assert random_ridge.distinct is None
    first, second = (random_ridge.problem(NETWORK, 1, 0, number) for number in (0, 3))
    assert first.inputs == second.inputs and first.ridge != second.ridge
    # Another content is another recipe.
    (tmp_path / "sets.json").write_text(json.dumps(sets[:2]))
    assert read_recipe(content, folder=tmp_path).document() != recipe.document()


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ([], "r:"),
        ({"ridge": 1}, "r.data:"),
        ({"data": GAUSSIAN}, "r.ridge:"),
        ({"data": 3, "ridge": 1}, "r.data:"),
        ({"data": {}, "ridge": 1}, "r.data.distribution:"),
        ({"data": {"distribution": "cauchy"}, "ridge": 1}, "r.data.distribution:"),
        ({"data": {**GAUSSIAN, "low": 1}, "ridge": 1}, "r.data.low:"),
        ({"data": {**GAUSSIAN, "denominator": 0}, "ridge": 1}, "r.data.denominator:"),
        ({"data": {**GAUSSIAN, "denominator": "10"}, "ridge": 1}, "r.data.denominator:"),
        ({"data": {"distribution": "uniform", "low": 0}, "ridge": 1}, "r.data.high:"),
        ({"data": {"distribution": "uniform", "low": 1, "high": 0}, "ridge": 1}, "r.data.high:"),
        ({"data": {"distribution": "uniform", "low": True, "high": 0}, "ridge": 1}, "r.data.low:"),
        ({"data": {"distribution": "uniform", "low": "1/3", "high": "2/5", "denominator": 2}, "ridge": 1}, "r.data.denominator:"),
        ({"data": {"distribution": "uniform", "low": 0, "high": 10**20}, "ridge": 1}, "r.data.denominator:"),
        ({"data": {**TEACHER, "noise": -1}, "ridge": 1}, "r.data.noise:"),
        ({"data": {**TEACHER, "architecture": {"family": "linear"}}, "ridge": 1}, "r.data.architecture.widths:"),
        ({"data": {**TEACHER, "architecture": {"family": "linear", "widths": [3, 1]}}, "ridge": 1}, "r.data.architecture:"),
        ({"data": {"distribution": "file", "file": "absent.json"}, "ridge": 1}, "r.data.file:"),
        ({"data": GAUSSIAN, "ridge": {"distribution": "uniform", "low": -1, "high": 1}}, "r.ridge.low:"),
        ({"data": GAUSSIAN, "ridge": {"distribution": "log-uniform", "low": 0, "high": 1}}, "r.ridge.low:"),
        ({"data": GAUSSIAN, "ridge": {"distribution": "gaussian"}}, "r.ridge.distribution:"),
        ({"data": GAUSSIAN, "ridge": -1}, "r.ridge:"),
        ({"data": GAUSSIAN, "ridge": [1]}, "r.ridge:"),
        ({"data": GAUSSIAN, "ridge": None}, "r.ridge:"),
    ],
)
def test_bad_recipes_name_the_field(content, field):
    with pytest.raises(BadInput) as refused:
        read_recipe(content, "r").problem(NETWORK, 2, 0, 0)
    assert str(refused.value).startswith(field) and "expected" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[", "JSON"),
        ("[]", "data.file: expected a list of data sets"),
        ('{"inputs": [[1, 1]]}', "data.file"),
        ('[{"inputs": [[1, 1]]}]', "data.file[0].targets"),
        ('[{"inputs": [[1, 1]], "targets": [[1]]}, {"inputs": [[1]], "targets": [[1]]}]', "data.file[1].inputs"),
        ('[{"inputs": [[1, 1]], "targets": [[1]]}, {"inputs": [[1, 1]], "targets": [["x"]]}]', "data.file[1].targets[0][0]"),
        ('[{"inputs": [[1, NaN]], "targets": [[1]]}]', "NaN"),
    ],
)
def test_bad_files_of_data_sets_name_the_place(tmp_path: Path, text, words):
    (tmp_path / "sets.json").write_text(text)
    with pytest.raises(BadInput) as refused:
        recipe = read_recipe({"data": {"distribution": "file", "file": "sets.json"}, "ridge": 1}, folder=tmp_path)
        for number in range(2):
            recipe.problem(NETWORK, 1, 0, number)
    assert words in str(refused.value)


def test_a_population_has_exact_moments_and_no_samples():
    content = {"data": {"distribution": "population", "architecture": {"family": "linear", "widths": [2, 2]}}, "ridge": 1}
    recipe = read_recipe(content)
    assert recipe.samples(None, "samples") == 0
    problem = recipe.problem(Linear((2, 1, 2)), 0, 3, 4)
    assert problem.inputs == () and problem == read_recipe(recipe.document()).problem(Linear((2, 1, 2)), 0, 3, 4)
    assert problem != recipe.problem(Linear((2, 1, 2)), 0, 3, 5)
    # ½ E‖(W − T) x‖² = ½ ‖W − T‖² at W = 0.
    teacher = problem.criterion.weights
    assert sum(w * w for w in teacher) / 2 == loss(problem).family.formula([Fraction(0)] * 4, loss(problem).values)
    with pytest.raises(BadInput, match="samples: expected nothing"):
        recipe.samples(2, "samples")
    with pytest.raises(BadInput, match="architecture: expected a teacher with 1 inputs"):
        recipe.problem(Linear((1, 1, 2)), 0, 3, 4)


def test_a_loss_belongs_to_every_draw():
    content = {"data": {"distribution": "gaussian"}, "loss": {"residual": "r^4/4", "output_weights": ["1/2", 0.1]}, "ridge": 1}
    recipe = read_recipe(parse(json.dumps(content), "recipe"))
    problem = recipe.problem(Linear((2, 1, 2)), 3, 0, 0)
    assert problem.criterion == Entrywise((0, 0, 0, 0, Fraction(1, 4)), Weighting(outputs=(Fraction(1, 2), Fraction(1, 10))))
    assert read_recipe(parse(json.dumps(recipe.document()), "recipe")).problem(Linear((2, 1, 2)), 3, 0, 0) == problem
    with pytest.raises(BadInput, match="loss.output_weights"):
        recipe.problem(Linear((2, 1, 1)), 3, 0, 0)
    with pytest.raises(BadInput, match="r.loss: expected nothing beside a population"):
        read_recipe({**content, "data": {"distribution": "population", "architecture": {"family": "linear", "widths": [2, 2]}}}, "r")
