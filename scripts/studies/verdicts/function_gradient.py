"""The gradient of a loss in function space at a point: what a theorem calls ∇ℓ(M)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import prod

import flint
from flint import arb

from critscape.algebra.components.function_space import FunctionSpace
from critscape.problems.criteria.entrywise import Entrywise
from critscape.problems.criteria.squared import Squared
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.problems.spaces.knowledge import composition
from critscape.scripts.studies.verdicts.stationary import Stationary
from critscape.scripts.studies.verdicts.verdict import Hypothesis


def unregularised(problem: Problem) -> Problem:
    """The problem without its ridge."""
    return replace(problem, ridge=(Fraction(0),) * problem.dimension)


def errors(problem: Problem) -> FunctionSpace:
    """The error of a problem, without its ridge, as a sum of functions of residuals."""
    found = composition(unregularised(problem))
    assert found is not None  # Theorems that ask for it are about networks that compute functions.
    return found


def gradient_vanishes(space: FunctionSpace, point: Stationary) -> bool | None:
    """Whether the gradient in function space is zero at a point, proved; None where that is not decided."""
    if point.flat:
        return True
    if point.rational is not None:
        return all(polynomial(*point.rational) == 0 for polynomial in space.gradient)
    if point.weights is None:
        return None
    return False if any(not value(polynomial, point.weights).contains(0) for polynomial in space.gradient) else None


def value(polynomial: flint.fmpq_mpoly, weights: Sequence[arb]) -> arb:
    """An enclosure of a polynomial over ℚ on a box."""
    terms = (
        coefficient * prod((w ** int(k) for w, k in zip(weights, e) if k), start=arb(1)) for e, coefficient in polynomial.to_dict().items()
    )
    return sum(terms, arb(0))


def zero_ridge(problem: Problem | Regression) -> Hypothesis:
    """The hypothesis that no weight has a ridge."""
    ridged = sum(map(bool, problem.ridge))
    because = f"{ridged} of {problem.dimension} weights have a ridge" if ridged else "λ = 0 for every weight"
    which = "every weight has" if ridged == problem.dimension else "some weights have"
    return Hypothesis("zero ridge", not ridged, because, f"{which} a ridge")


def convex_error(problem: Problem) -> Hypothesis:
    """The hypothesis that the error is a convex function of what the network computes; polynomials are differentiable."""
    space = errors(problem)
    kind = "squared errors" if isinstance(problem.criterion, Squared) else "a polynomial of each residual"
    if not isinstance(problem.criterion, Squared | Entrywise):
        kind = "an expected squared error"
    name = "convex differentiable loss"
    because = "its second derivatives are nowhere negative" if space.convex else "one of its second derivatives is negative somewhere"
    return Hypothesis(name, space.convex, f"{kind}: {because}, decided over ℚ", "the loss is not convex")
