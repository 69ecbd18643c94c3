"""How errors are measured, as ``critscape show`` has it: whether ℓ is convex, whether weights and metrics are positive definite."""

from __future__ import annotations

from critscape.algebra.polynomial.convexity import convexity
from critscape.problems.criteria.definiteness import Definiteness, weighting_definiteness
from critscape.problems.criteria.entrywise import RESIDUAL, Entrywise
from critscape.problems.criteria.squared import Squared
from critscape.problems.input.expression import text
from critscape.problems.input.rational import written
from critscape.problems.objectives.squared_loss import UNIT
from critscape.problems.problem.problem import Problem

METRICS = {
    Definiteness.POSITIVE: "all metrics are positive definite",
    Definiteness.SEMIPOSITIVE: "all metrics are positive semidefinite, some are not definite",
    Definiteness.OTHER: "some metrics are not positive semidefinite: the loss is not convex in the outputs",
}
WEIGHTS = {
    Definiteness.POSITIVE: "all weights of errors are positive",
    Definiteness.SEMIPOSITIVE: "some weights of errors are zero, none is negative",
    Definiteness.OTHER: "some weights of errors are negative",
}


def describe_criterion(problem: Problem) -> dict | None:
    """The entry ``criterion``: what is decided exactly of ℓ and of the weights; None for populations and losses typed in."""
    criterion = problem.criterion
    if isinstance(criterion, Squared):
        weighting, kind = criterion.weighting, weighting_definiteness(criterion.weighting)
        return {"metric": kind.value, "sentence": None if weighting == UNIT else (METRICS if weighting.metrics else WEIGHTS)[kind]}
    if not isinstance(criterion, Entrywise):
        return None
    found = convexity(criterion.residual)
    signed = weighting_definiteness(criterion.weighting)
    sentence = f"ℓ({RESIDUAL}) = {text(criterion.residual, RESIDUAL)} is {found.sentence(RESIDUAL)}"
    if signed is not Definiteness.POSITIVE:
        sentence += f"; {WEIGHTS[signed]}"
    return {
        "residual": text(criterion.residual, RESIDUAL),
        "convex": found.convex,
        "witness": None if found.witness is None else written(found.witness),
        "strictly_convex": found.strict,
        "strongly_convex": found.strong,
        "bounded_below": found.bounded_below,
        "least_at_zero": found.least_at_zero,
        "least_only_at_zero": found.only_at_zero,
        "metric": signed.value,
        "sentence": sentence,
    }


def criterion_latex(problem: Problem) -> str | None:
    """ℓ and ℓ″ as LaTeX; None where errors are squared."""
    import sympy

    if not isinstance(problem.criterion, Entrywise):
        return None
    variable = sympy.Symbol(RESIDUAL, real=True)
    coefficients = [sympy.Rational(c.numerator, c.denominator) for c in problem.criterion.residual]
    polynomial = sympy.Poly(list(reversed(coefficients)), variable, domain="QQ")
    second = sympy.latex(polynomial.diff().diff().as_expr())
    return f"\\ell(r) = {sympy.latex(polynomial.as_expr())}, \\qquad \\ell''(r) = {second}"
