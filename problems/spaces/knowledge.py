"""What is known of a problem's loss beside its formula: bounds from below, and the loss as a sum of functions of residuals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod
from typing import Any, ClassVar

import flint

from critscape.algebra.components.function_space import FunctionSpace, Knowledge, Term, squares
from critscape.algebra.polynomial.loss import exact, polynomial
from critscape.algebra.polynomial.rational_polynomial import RationalPolynomial
from critscape.problems.criteria.entrywise import Entrywise
from critscape.problems.input.expression import sum_of_squares
from critscape.problems.networks.families.polynomial import Polynomial
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
    # What the criterion says of a positive ridge rests on an error that is bounded below; that a polynomial with a ridge grows does not.
    growing = with_ridge.criterion.shape(with_ridge).coercive is not None
    bounded = floor is not None or problem.coercive or (least_ridge >= 0 and growing)
    space = composition(problem)
    return Knowledge(bounded, floor, None if any(problem.ridge) else space, least_value(problem), problem.coercive, space)


def composition(problem: Problem) -> FunctionSpace | None:
    """The loss as a sum of functions of residuals: those of the samples, the squares in a loss that is typed in, and ½λw² as residuals."""
    network = problem.network
    ring = flint.fmpq_mpoly_ctx.get(variables(network), "degrevlex")
    penalties = [Term((0, Fraction(1)), w * w * exact(strength / 2)) for w, strength in zip(ring.gens(), problem.ridge) if strength]
    if isinstance(network, Polynomial):
        return FunctionSpace((*typed_terms(network, ring), *penalties))
    if not network.outputs:
        return None
    rows = network.coefficients(matrices(network, ring.gens()))
    entries = [c if isinstance(c, flint.fmpq_mpoly) else ring.constant(flint.fmpq(c)) for row in rows for c in row]
    if isinstance(problem.criterion, Entrywise):
        return FunctionSpace((*residual_terms(problem, problem.criterion, entries), *penalties))
    free = replace(problem, network=Coefficients(network.inputs, network.outputs, network.exponents), ridge=())
    forms = squares(polynomial(loss(free)))
    return FunctionSpace((*(Term(outer, form.compose(*entries, ctx=ring)) for outer, form in forms), *penalties))


def typed_terms(network: Polynomial, ring: flint.fmpq_mpoly_ctx) -> Iterator[Term]:
    """The c r^(2k) of a sum that was typed in, and what else is in it as one term."""
    powers, rest = sum_of_squares(network.expression, network.variables)
    for power in powers:
        yield Term((0,) * power.exponent + (power.factor,), over_rationals(power.base, ring))
    if rest:
        yield Term((0, Fraction(1)), over_rationals(rest, ring))


def over_rationals(polynomial: RationalPolynomial, ring: flint.fmpq_mpoly_ctx) -> flint.fmpq_mpoly:
    """A polynomial in Python's fractions as one of FLINT."""
    return ring.from_dict({exponents: exact(c) for exponents, c in polynomial.terms().items()})


def residual_terms(problem: Problem, criterion: Entrywise, entries: Sequence[flint.fmpq_mpoly]) -> Iterator[Term]:
    """s_i t_o ℓ(f_w(x_i)_o − y_io) for every sample and output; ``entries`` are the c_α(w), output by output."""
    network, weighting = problem.network, criterion.weighting
    count, one = len(network.exponents), Fraction(1)
    for i, (x, y) in enumerate(zip(problem.inputs, problem.targets)):
        features = [exact(prod((entry**k for entry, k in zip(x, alpha)), start=one)) for alpha in network.exponents]
        for o, target in enumerate(y):
            scale = (weighting.samples or (one,) * problem.samples)[i] * (weighting.outputs or (one,) * network.outputs)[o]
            value = sum((c * feature for c, feature in zip(entries[o * count : (o + 1) * count], features)), entries[0] * 0)
            yield Term(tuple(scale * c for c in criterion.residual), value - exact(target))
