"""What a ridge says of the loss on all of ℝⁿ."""

from __future__ import annotations

from fractions import Fraction

from critscape.algebra.polynomial.shape import Shape
from critscape.problems.networks.network import penalised
from critscape.problems.problem.problem import Problem


def of_ridge(problem: Problem, floor: Fraction | None, bounded: bool | None = None) -> Shape:
    """The shape of an error that is at least ``floor`` (None: no number is known) plus ½ Σ_j λ_j w_j².

    ``bounded`` says whether the error is bounded below (None: it is if there is a ``floor``). With every λ_j > 0 the loss is then
    coercive; with every λ_j ≥ 0 it is at least ``floor``.
    """
    ridge = problem.ridge if penalised(problem.network) else ()
    bounded = floor is not None if bounded is None else bounded
    growing = bounded and len(ridge) == problem.dimension and all(strength > 0 for strength in ridge)
    return Shape(
        coercive="every ridge is positive and the error bounded below" if growing else None,
        floor=floor if all(strength >= 0 for strength in ridge) else None,
    )
