"""Problems near a problem, for searches over data and ridge that stay within what a recipe allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from critscape.problems.problem.problem import Problem
from critscape.problems.recipes.data_recipe import Recipe
from critscape.problems.recipes.distributions import DENOMINATOR, FixedRidge, LogUniform, Uniform, nearest, rounded, rows
from critscape.problems.recipes.random_data import RIDGES

LARGEST_STEP, DECADES = 1.0, 3.0
"""A step is at most the size of the data (or a factor e of the ridge) and at least so many powers of ten below it."""


def neighbour(problem: Problem, recipe: Recipe, rng: np.random.Generator) -> Problem:
    """The problem after a Gaussian step of random size in all samples and in the logarithms of the ridge.

    A fixed ridge stays; uniform data and random ridges stay in their interval. Entries are exact again: data are multiples of the
    recipe's 1/denominator, ridges have few binary digits. A ridge that is zero stays zero.
    """
    step = LARGEST_STEP * 10 ** (-DECADES * rng.random())
    inputs, targets = (part and moved(part, recipe, step, rng) for part in (problem.inputs, problem.targets))
    if isinstance(recipe.ridge, FixedRidge):
        return replace(problem, inputs=inputs, targets=targets)
    low, high = ridge_interval(recipe)
    factors = np.exp(step * rng.standard_normal(len(problem.ridge)))
    ridge = tuple(
        min(max(rounded(float(strength) * factor), low), high) if strength else strength
        for strength, factor in zip(problem.ridge, factors.tolist())
    )
    return replace(problem, inputs=inputs, targets=targets, ridge=ridge)


def moved(part: Sequence[Sequence[Fraction]], recipe: Recipe, step: float, rng: np.random.Generator) -> tuple:
    """Inputs or targets after a step relative to their root mean square."""
    entries = np.array(part, dtype=float)
    size = float(np.sqrt(np.mean(entries**2))) or 1.0
    denominator = getattr(recipe.data, "denominator", DENOMINATOR)
    values = [
        nearest(x + Fraction(change), denominator)
        for x, change in zip((x for row in part for x in row), (step * size * rng.standard_normal(entries.size)).tolist())
    ]
    if isinstance(recipe.data, Uniform):
        values = [min(max(value, recipe.data.low), recipe.data.high) for value in values]
    return rows(values, entries.shape[1])


def ridge_interval(recipe: Recipe) -> tuple[Fraction, Fraction]:
    """The interval of a random ridge."""
    if isinstance(recipe.ridge, (Uniform, LogUniform)):
        return recipe.ridge.low, recipe.ridge.high
    return Fraction(1, RIDGES), Fraction(1)
