"""What is known of a problem's loss beside its formula: bounds from below, and the loss as one on the space of functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar

import flint

from critscape.algebra.components.function_space import FunctionSpace, Knowledge
from critscape.algebra.components.function_space import function_space as of_functions
from critscape.algebra.polynomial.convexity import convexity
from critscape.algebra.polynomial.loss import Loss, hessian
from critscape.problems.criteria.definiteness import Definiteness, definiteness, weighting_definiteness
from critscape.problems.criteria.entrywise import Entrywise
from critscape.problems.networks.network import Block, Matrix, Network, matrices, variables
from critscape.problems.problem.problem import Problem, loss
from critscape.problems.spaces.linear_values import least_value


@dataclass(frozen=True)
class Coefficients:
    """All functions Σ_α c_α x^α with the exponents of a network: the weights are the coefficients themselves."""

    inputs: int
    outputs: int
    exponents: tuple[tuple[int, ...], ...]
    family: ClassVar[str] = "coefficients"
    schema: ClassVar[dict] = {}
    """No file names it."""
    penalised: ClassVar[bool] = False

    @property
    def title(self) -> str:
        return "coefficients"

    units = title

    @property
    def blocks(self) -> tuple[Block, ...]:
        return (Block("C", self.outputs, len(self.exponents)),)

    def coefficients(self, weights: Sequence[Matrix]) -> Matrix:
        return weights[0]

    def normal_form(self) -> tuple[Network, tuple[Fraction, ...]]:
        return self, (Fraction(1),) * (self.outputs * len(self.exponents))

    def document(self) -> dict[str, Any]:
        return {"family": self.family}

    def infinite_reason(self, ridge: Sequence[Matrix]) -> str | None:
        return None


def knowledge(problem: Problem) -> Knowledge:
    """What is known of the loss of a problem."""
    with_ridge = replace(problem, ridge=(Fraction(1),) * problem.dimension)
    floor, least_ridge = problem.shape.floor, min(problem.ridge, default=Fraction(0))
    bounded = floor is not None or problem.coercive or (least_ridge >= 0 and with_ridge.coercive)
    return Knowledge(bounded, floor, function_space(problem), least_value(problem))


def function_space(problem: Problem) -> FunctionSpace | None:
    """The loss on the space of functions, where it has no other part: no ridge, and a network that computes functions."""
    network = problem.network
    if any(problem.ridge) or not network.outputs:
        return None
    free = replace(problem, network=Coefficients(network.inputs, network.outputs, network.exponents), ridge=())
    ring = flint.fmpq_mpoly_ctx.get(variables(network), "degrevlex")
    rows = network.coefficients(matrices(network, ring.gens()))
    entries = tuple(c if isinstance(c, flint.fmpq_mpoly) else ring.constant(flint.fmpq(c)) for row in rows for c in row)
    on_functions = loss(free)
    return of_functions(on_functions, entries, convex(problem, on_functions))


def convex(problem: Problem, on_functions: Loss) -> bool:
    """Whether the loss is convex in the function, decided exactly: a positive semidefinite quadratic form, or a sum of convex terms."""
    if isinstance(problem.criterion, Entrywise):
        weighted = weighting_definiteness(problem.criterion.weighting) is not Definiteness.OTHER
        return weighted and convexity(problem.criterion.residual).convex
    second = hessian(on_functions)
    if not all(entry.is_constant() for row in second for entry in row):
        return False
    origin = (0,) * on_functions.dimension
    return definiteness(tuple(tuple(fraction(entry(*origin)) for entry in row) for row in second)) is not Definiteness.OTHER


def fraction(value: flint.fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))
