"""Steps from a problem to one nearby."""

import itertools
from fractions import Fraction

import numpy as np

from critscape.problems.files.problem_file import document, read
from critscape.problems.networks.families.linear import Linear
from critscape.problems.recipes.data_recipe import read_recipe
from critscape.problems.recipes.neighbour import neighbour

NETWORK = Linear((2, 1, 1))


def walk(data, ridge, steps=300):
    recipe = read_recipe({"data": data, "ridge": ridge})
    rng, path = np.random.default_rng(3), [recipe.problem(NETWORK, 3, 0, 0)]
    for _ in range(steps):
        path.append(neighbour(path[-1], recipe, rng))
    return path


def test_steps_move_everything_by_many_sizes():
    path = walk({"distribution": "gaussian"}, {"distribution": "log-uniform", "low": "1/100", "high": 1})
    assert all(read(document(p)) == p and Fraction(1, 100) <= min(p.ridge) and max(p.ridge) <= 1 for p in path)
    assert all(2**20 % x.denominator == 0 for p in path for row in p.inputs + p.targets for x in row)
    sizes = [float(np.abs(np.array(q.inputs, float) - np.array(p.inputs, float)).max()) for p, q in itertools.pairwise(path)]
    assert min(sizes) < 0.01 and max(sizes) > 1
    assert path[-1].targets != path[0].targets and path[-1].ridge != path[0].ridge


def test_what_the_recipe_fixes_stays():
    path = walk({"distribution": "uniform", "low": 0, "high": 1, "denominator": 8}, "1/3")
    assert {p.ridge for p in path} == {(Fraction(1, 3),) * 3}
    values = [x for p in path for row in p.inputs + p.targets for x in row]
    assert set(values) == {Fraction(k, 8) for k in range(9)}


def test_a_seed_fixes_the_walk():
    again = walk({"distribution": "rational"}, {"distribution": "rational"})
    assert again == walk({"distribution": "rational"}, {"distribution": "rational"})
    assert all(Fraction(1, 50) <= x <= 1 for p in again for x in p.ridge)
