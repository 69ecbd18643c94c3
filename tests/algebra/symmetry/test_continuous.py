"""Affine symmetries of networks, whose numbers are known."""

from dataclasses import replace
from fractions import Fraction

import pytest

from critscape.algebra.symmetry.continuous import infinitesimal_symmetries
from critscape.problems.networks.families.linear import Linear
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem


@pytest.mark.parametrize(("widths", "order"), [((2, 2, 2), 4), ((2, 2, 2, 2), 8), ((3, 3, 3), 9)])
def test_many_equations_are_combined_and_nothing_is_lost(widths, order):
    # gl(d) acts on every hidden layer where there is no ridge, so(d) where it is the same for all, nothing where it is generic.
    problem = random_problem(Linear(widths), 3, 0)
    hidden = len(widths) - 2
    rotations = hidden * widths[1] * (widths[1] - 1) // 2
    for ridge, expected in (
        ((Fraction(0),) * problem.dimension, order),
        ((Fraction(1),) * problem.dimension, rotations),
        (problem.ridge, 0),
    ):
        assert len(infinitesimal_symmetries(loss(replace(problem, ridge=ridge)))) == expected
