"""Losses, limits and components in other units, exactly: w = a·u entrywise and L(w) = κ·L̃(u), a and κ powers of ten.

What is decided approximately, such as which coordinates vanish and which losses are equal, is decided in units in which weights and
losses are about one. What is proved there holds for L itself, as all numbers are exact; short decimals stay short.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import log10, prod
from typing import Any

import flint
import numpy as np
from flint import arb, fmpq

from critscape.algebra.components.arcs import Arc, HigherOrder
from critscape.algebra.components.component import Component
from critscape.algebra.components.function_space import FunctionSpace, Knowledge, Term
from critscape.algebra.components.limits import Account, Limit
from critscape.algebra.components.local_system import LocalSystem, ProvedPoint
from critscape.algebra.components.relations import Relation
from critscape.algebra.components.subspace import Subspace
from critscape.algebra.polynomial.loss import Family, Loss, exact

PRECISION = 2048
"""Bits at which enclosures change their units: they stay as wide as they are."""


@dataclass(frozen=True)
class DecimalUnits:
    """w = ``weights``·u (n,) and L = ``loss``·L̃."""

    weights: tuple[Fraction, ...]
    loss: Fraction

    @property
    def trivial(self) -> bool:
        return self.loss == 1 and all(a == 1 for a in self.weights)

    @property
    def inverse(self) -> DecimalUnits:
        """From u and L̃ to w and L."""
        return DecimalUnits(tuple(1 / a for a in self.weights), 1 / self.loss)


def decimal_units(weights: np.ndarray, loss: float) -> DecimalUnits:
    """Powers of ten next to given units of weights (n,) and loss: what is within a factor of three of one is left alone.

    >>> [str(unit) for unit in decimal_units(np.array([0.2, 3.0, 8.0, 1234.5, 3e-3]), 1.0).weights]
    ['1/10', '1', '10', '1000', '1/1000']
    """
    return DecimalUnits(tuple(Fraction(10) ** round(log10(a)) for a in weights.tolist()), Fraction(10) ** round(log10(loss)))


@dataclass(frozen=True)
class FormulaInUnits:
    """u, p ↦ L(a·u; p)/κ."""

    formula: Callable[[Sequence[Any], Sequence[Any]], Any]
    units: DecimalUnits

    def __call__(self, weights: Sequence[Any], parameters: Sequence[Any]) -> Any:
        own = [w * a.numerator / a.denominator for w, a in zip(weights, self.units.weights)]
        return self.formula(own, parameters) * self.units.loss.denominator / self.units.loss.numerator


def loss_in(units: DecimalUnits, loss: Loss) -> Loss:
    """L̃."""
    if units.trivial:
        return loss
    family = loss.family
    return Loss(Family(family.variables, family.parameters, FormulaInUnits(family.formula, units)), loss.values)


def knowledge_in(units: DecimalUnits, known: Knowledge) -> Knowledge:
    """What is known of L̃."""
    if units.trivial:
        return known
    return replace(
        known,
        floor=None if known.floor is None else known.floor / units.loss,
        least=None if known.least is None else _ball_in(units, known.least),
        function_space=None if known.function_space is None else space_in(units, known.function_space),
        composition=None if known.composition is None else space_in(units, known.composition),
    )


def space_in(units: DecimalUnits, space: FunctionSpace) -> FunctionSpace:
    """L̃ as a sum of functions of residuals."""
    terms = (Term(tuple(Fraction(c) / units.loss for c in term.outer), substituted(term.inner, units.weights)) for term in space.terms)
    return FunctionSpace(tuple(terms))


def account_in(units: DecimalUnits, account: Account) -> Account:
    """The limits of the same paths; Λ and c are those of the same distance."""
    if units.trivial:
        return account
    a, size = np.array(units.weights, dtype=float), float(units.loss)

    def limit(one: Limit) -> Limit:
        return replace(
            one,
            point=None if one.point is None else one.point / a,
            loss=None if one.loss is None else one.loss / size,
            loss_error=one.loss_error / size,
        )

    return replace(account, strengths=account.strengths * a**2, centre=account.centre / a, limits=tuple(map(limit, account.limits)))


def component_in(units: DecimalUnits, loss: Loss, found: Component) -> Component:
    """The component for the weights u, with everything that is proved of it; ``loss`` is L̃."""
    if units.trivial:
        return found
    return replace(
        found,
        point=found.point / np.array(units.weights, dtype=float),
        proved=None if found.proved is None else proved_in(units, loss, found.proved),
        rational=None if found.rational is None else vector_in(units, found.rational),
        loss=_ball_in(units, found.loss),
        manifold=None if found.manifold is None else system_in(units, loss, found.manifold),
        higher=None if found.higher is None else higher_in(units, found.higher),
    )


def proved_in(units: DecimalUnits, loss: Loss, proved: ProvedPoint) -> ProvedPoint:
    """An enclosure, as wide as it is."""
    with flint.ctx.workprec(PRECISION):
        ball = tuple(z / exact(a) for z, a in zip(proved.ball, units.weights))
    fixed = None if proved.fixed is None else {i: value / exact(units.weights[i]) for i, value in proved.fixed.items()}
    return ProvedPoint(ball, system_in(units, loss, proved.system), fixed)


def system_in(units: DecimalUnits, loss: Loss, system: LocalSystem) -> LocalSystem:
    """The same equations up to factors: Σ_i b_i(w) ∂L/∂w_i = 0 says Σ_i b_i(a·u)/a_i ∂L̃/∂u_i = 0."""
    return replace(
        system,
        loss=loss,
        subspace=subspace_in(units, system.subspace),
        chosen=tuple(_relation_in(units, relation) for relation in system.chosen),
        entries=tuple(substituted(entry, units.weights) for entry in system.entries),
        factors=None if system.factors is None else tuple(_factor_in(units, *factor) for factor in system.factors),
    )


def subspace_in(units: DecimalUnits, subspace: Subspace) -> Subspace:
    """The same subspace: w_i = Σ_j e_ij w_j says u_i = Σ_j e_ij a_j/a_i u_j."""
    a = units.weights
    return Subspace(subspace.dimension, tuple((i, tuple((j, e * exact(a[j] / a[i])) for j, e in form)) for i, form in subspace.bound))


def higher_in(units: DecimalUnits, higher: HigherOrder) -> HigherOrder:
    """The same arcs."""
    falling, rising = (None if one is None else arc_in(units, one) for one in (higher.falling, higher.rising))
    return replace(higher, falling=falling, rising=rising)


def arc_in(units: DecimalUnits, arc: Arc) -> Arc:
    """The same arc, along which L̃ changes by 1/κ of what L does."""
    return Arc(vector_in(units, arc.velocity), vector_in(units, arc.bend), arc.order, arc.coefficient / exact(units.loss))


def vector_in(units: DecimalUnits, vector: Sequence[fmpq]) -> tuple[fmpq, ...]:
    """w/a."""
    return tuple(x / exact(a) for x, a in zip(vector, units.weights))


def _factor_in(
    units: DecimalUnits, factor: flint.fmpq_mpoly, cofactors: tuple[flint.fmpq_mpoly, ...]
) -> tuple[flint.fmpq_mpoly, tuple[flint.fmpq_mpoly, ...]]:
    return substituted(factor, units.weights), tuple(substituted(cofactor, units.weights) for cofactor in cofactors)


def _ball_in(units: DecimalUnits, value: arb) -> arb:
    with flint.ctx.workprec(PRECISION):
        return value / exact(units.loss)


def _relation_in(units: DecimalUnits, relation: Relation) -> Relation:
    entries = []
    for i, terms in relation.entries:
        factors = ((e, c * exact(_power(units.weights, e) / units.weights[i])) for e, c in terms)
        entries.append((i, tuple(factors)))
    return Relation(tuple(entries))


def substituted(polynomial: flint.fmpq_mpoly, weights: Sequence[Fraction]) -> flint.fmpq_mpoly:
    """p(a·u)."""
    terms = {tuple(map(int, e)): c for e, c in polynomial.to_dict().items()}
    return polynomial.context().from_dict({e: c * exact(_power(weights, e)) for e, c in terms.items()})


def _power(weights: Sequence[Fraction], exponents: Sequence[int]) -> Fraction:
    return prod((a**k for a, k in zip(weights, exponents)), start=Fraction(1))
