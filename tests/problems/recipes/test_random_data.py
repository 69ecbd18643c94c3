"""Seeded problems."""

from critscape.problems.networks.families.linear import Linear
from critscape.problems.recipes.random_data import random_problem


def test_a_seed_fixes_the_problem():
    assert random_problem(Linear((2, 2, 2)), 5, 7) == random_problem(Linear((2, 2, 2)), 5, 7)
    assert random_problem(Linear((2, 2, 2)), 5, 7) != random_problem(Linear((2, 2, 2)), 5, 8)


def test_random_ridges_are_positive_and_distinct():
    problem = random_problem(Linear((3, 3, 3)), 2, 1)
    assert problem.coercive and len(set(problem.ridge)) == len(problem.ridge)
