"""A loss as a sum of functions of residuals, L(w) = Σ_k φ_k(r_k(w)): what follows where its gradient in function space vanishes.

With r_k = Σ_α r_kα w^α and the multipliers m_k = φ_k'(r_k(p)) let q_α(p) = Σ_k m_k r_kα for every monomial w^α but 1. Where all q_α
vanish Σ_k m_k r_k(w) does not depend on w, so p is a critical point; and if all φ_k are convex,
L(w) ≥ L(p) + Σ_k m_k (r_k(w) − r_k(p)) = L(p): p is a global minimum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import flint

from critscape.algebra.polynomial.convexity import convexity
from critscape.algebra.polynomial.loss import exact


@dataclass(frozen=True)
class Term:
    """φ(r(w)): ``outer`` are the coefficients of 1, t, t², … of φ, ``inner`` is r over ℚ."""

    outer: tuple[Fraction | int, ...]
    inner: flint.fmpq_mpoly


@dataclass(frozen=True)
class FunctionSpace:
    """L as the sum of its ``terms``."""

    terms: tuple[Term, ...]

    @cached_property
    def gradient(self) -> tuple[flint.fmpq_mpoly, ...]:
        """A basis over ℚ of the span of the q_α, polynomials in w."""
        monomials = dict.fromkeys(tuple(e) for term in self.terms for e in term.inner.monoms() if any(e))
        multipliers = [multiplier(term) for term in self.terms]
        entries = []
        for monomial in monomials:
            parts = [m * term.inner.to_dict()[monomial] for m, term in zip(multipliers, self.terms) if monomial in term.inner.to_dict()]
            entries.append(sum(parts[1:], parts[0]))
        return independent(entries)

    @cached_property
    def equations(self) -> tuple[flint.fmpq_mpoly, ...]:
        """Another basis of it, of as many multipliers m_k as lie in it and then q_α: where few parameters fit few samples these are short."""
        single = [multiplier(term) for term in self.terms]
        inside = [m for m in single if m != 0 and len(independent([*self.gradient, m])) == len(self.gradient)]
        return independent([*inside, *self.gradient])

    @cached_property
    def convex(self) -> bool:
        """Whether all φ_k are, decided exactly."""
        return all(convexity([Fraction(c) for c in term.outer]).convex for term in self.terms)


@dataclass(frozen=True)
class Knowledge:
    """What is known of a loss beside its formula.

    ``bounded_below``: inf L > −∞, proved. ``floor``: a number with L ≥ floor, or None. ``function_space``: L as a sum of functions of
    residuals, or None. ``least``: an interval around inf L in which no other critical value lies, or None.
    ``coercive``: L tends to infinity with w, proved. ``composition``: as ``function_space``, with terms φ(t) = t of a ridge.
    """

    bounded_below: bool
    floor: Fraction | None = None
    function_space: FunctionSpace | None = None
    least: flint.arb | None = None
    coercive: bool = False
    composition: FunctionSpace | None = None


def multiplier(term: Term) -> flint.fmpq_mpoly:
    """φ'(r(w)), by Horner's rule."""
    total = term.inner * 0
    for power in range(len(term.outer) - 1, 0, -1):
        total = total * term.inner + exact(power * Fraction(term.outer[power]))
    return total


def independent(polynomials: list[flint.fmpq_mpoly]) -> tuple[flint.fmpq_mpoly, ...]:
    """Those of the polynomials that are no combination over ℚ of the ones before."""
    rows: dict[tuple, int] = {}
    for polynomial in polynomials:
        for exponents in polynomial.monoms():
            rows.setdefault(tuple(exponents), len(rows))
    matrix = flint.fmpq_mat(len(polynomials), max(1, len(rows)))
    for k, polynomial in enumerate(polynomials):
        for exponents, coefficient in polynomial.to_dict().items():
            matrix[k, rows[tuple(exponents)]] = coefficient
    echelon, rank = matrix.transpose().rref()
    pivots, column = [], 0
    for r in range(rank):
        while echelon[r, column] == 0:
            column += 1
        pivots.append(column)
        column += 1
    return tuple(polynomials[k] for k in pivots)


def squares(quadratic: flint.fmpq_mpoly) -> Iterator[tuple[tuple[Fraction | int, ...], flint.fmpq_mpoly]]:
    """A polynomial of degree 2 at most as Σ φ(affine form), the forms independent: by completing squares (Lagrange).

    Yields (coefficients of φ, form): the φ are d t² with d ≠ 0, then at most once t, then a number. All d are positive exactly if the
    polynomial is convex (Sylvester's law of inertia).

    >>> ring = flint.fmpq_mpoly_ctx.get(("x", "y"), "degrevlex")
    >>> x, y = ring.gens()
    >>> [(outer, str(form)) for outer, form in squares(x**2 + x * y + 1)]
    [((0, 0, Fraction(1, 1)), 'x + 1/2*y'), ((0, 0, Fraction(-1, 4)), 'y'), ((Fraction(1, 1),), '0')]
    """
    ring = quadratic.context()
    variables = ring.gens()
    rest = quadratic
    while rest.total_degree() == 2:
        slopes = [rest.derivative(i) for i in range(len(variables))]
        i = next((i for i, slope in enumerate(slopes) if slope.derivative(i) != 0), None)
        if i is None:
            # Products alone: x y + x a + y b + … = (x + b)(y + a) + … = ¼ (x + b + y + a)² − ¼ (x + b − y − a)² + …
            j, k = next((j, k) for j, slope in enumerate(slopes) for k in range(j) if slope.derivative(k) != 0)
            scale = _number(slopes[j].derivative(k))
            left, right = slopes[k] / scale, slopes[j] / scale
            for sign in (1, -1):
                yield (0, 0, sign * _fraction(scale) / 4), left + sign * right
            rest = rest - left * right * scale
        else:
            scale = _number(slopes[i].derivative(i))
            form = slopes[i] / scale
            yield (0, 0, _fraction(scale) / 2), form
            rest = rest - form * form * (scale / 2)
    if rest.total_degree() == 1:
        yield (0, Fraction(1)), rest
    elif rest != 0:
        yield (_fraction(_number(rest)),), ring.constant(0)


def _number(constant: flint.fmpq_mpoly) -> flint.fmpq:
    return next(iter(constant.to_dict().values()))


def _fraction(value: flint.fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))
