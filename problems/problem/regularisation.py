"""The way from the generic member of a problem's family to the problem's loss plus ε₀·½ Σ_j Λ_j (w_j − c_j)²."""

from __future__ import annotations

from dataclasses import replace

from critscape.algebra.components.regularisation import Regularisation, in_normal_form
from critscape.problems.problem.continuation import Continuation, continuation
from critscape.problems.problem.problem import Problem


def regularised(problem: Problem, regularisation: Regularisation) -> Continuation:
    """The continuation of a problem whose network carries a ridge, with its end at the ridges λ + ε₀Λ.

    Its ``exact_curve`` still ends at the problem itself.
    """
    way = continuation(problem)
    strengths, _ = in_normal_form(regularisation, way)
    end = way.end.copy()
    end[-len(strengths) :] += strengths
    return replace(way, end=end)
