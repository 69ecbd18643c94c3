"""A polynomial loss with exact parameters, and its exact derivatives.

A *family* of losses is one formula L(w; p) in the weights w and the parameters p (moments of the data, ridge); a *loss* is a
member of the family at rational p. The formula is evaluated in whatever ring its arguments live in: over ℚ it gives exact
values, on polynomial generators it expands, on traced nodes it becomes a straight-line program.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from typing import Any

import flint


def hashed_once(record: Any) -> int:
    """The hash of a frozen dataclass, computed once: what is remembered of losses is asked for by them at every point."""
    if "_hash" not in record.__dict__:
        record.__dict__["_hash"] = hash(tuple(getattr(record, field.name) for field in fields(record)))
    return record.__dict__["_hash"]


def without_hash(record: Any) -> dict[str, Any]:
    """What goes to another process, where strings have other hashes."""
    return {name: value for name, value in record.__dict__.items() if name != "_hash"}


@dataclass(frozen=True)
class Family:
    """All losses L(w; p) of one formula.

    Parameters
    ----------
    variables : names of the n weights, in the order that files, arrays and tables use.
    parameters : names of the q parameters.
    formula : hashable and picklable callable ``formula(weights, parameters)``; it uses only +, −, *, integer powers and
        division by integers on its arguments (n and q ring elements), so it runs over any commutative ring that contains ℚ.
    """

    variables: tuple[str, ...]
    parameters: tuple[str, ...]
    formula: Callable[[Sequence[Any], Sequence[Any]], Any]

    __hash__, __getstate__ = hashed_once, without_hash


@dataclass(frozen=True)
class Loss:
    """The member of ``family`` at exact parameter ``values`` (length q)."""

    family: Family
    values: tuple[Fraction, ...]

    __hash__, __getstate__ = hashed_once, without_hash

    @property
    def variables(self) -> tuple[str, ...]:
        return self.family.variables

    @property
    def dimension(self) -> int:
        """The number n of weights."""
        return len(self.family.variables)


def exact(value: Fraction | int) -> flint.fmpq:
    """The rational as a FLINT number.

    >>> exact(Fraction(2, 6))
    1/3
    """
    return flint.fmpq(value.numerator, value.denominator)


@lru_cache(maxsize=64)
def polynomial(loss: Loss) -> flint.fmpq_mpoly:
    """L expanded over ℚ in the weights (degree-reverse-lexicographic order).

    >>> from operator import mul
    >>> square = Family(("x",), ("a",), lambda w, p: (w[0] - p[0]) ** 2 / 2)
    >>> polynomial(Loss(square, (Fraction(3),)))
    1/2*x^2 - 3*x + 9/2
    """
    ring = flint.fmpq_mpoly_ctx.get(loss.variables, "degrevlex")
    expanded = loss.family.formula(ring.gens(), [ring.constant(exact(value)) for value in loss.values])
    return expanded if isinstance(expanded, flint.fmpq_mpoly) else ring.constant(expanded)


@lru_cache(maxsize=64)
def gradient(loss: Loss) -> tuple[flint.fmpq_mpoly, ...]:
    """∂L/∂w_i over ℚ, n polynomials in the order of the variables."""
    expanded = polynomial(loss)
    return tuple(expanded.derivative(i) for i in range(loss.dimension))


@lru_cache(maxsize=64)
def hessian(loss: Loss) -> tuple[tuple[flint.fmpq_mpoly, ...], ...]:
    """∂²L/∂w_i∂w_j over ℚ as n rows of n polynomials (the lower triangle repeats the upper)."""
    n = loss.dimension
    upper = [slope.derivative(j) for i, slope in enumerate(gradient(loss)) for j in range(i, n)]
    return tuple(tuple(row) for row in symmetric(upper, n))


def symmetric(upper: Sequence[Any], n: int) -> list[list[Any]]:
    """The rows of the symmetric n × n matrix whose upper triangle is listed row by row.

    >>> symmetric("abcdef", 3)
    [['a', 'b', 'c'], ['b', 'd', 'e'], ['c', 'e', 'f']]
    """
    return [[upper[place] for place in row] for row in _places(n)]


@lru_cache(maxsize=64)
def _places(n: int) -> list[list[int]]:
    """Where entry (i, j) stands among those of the upper triangle."""
    rows = [i * n - i * (i + 1) // 2 for i in range(n)]
    return [[rows[min(i, j)] + max(i, j) for j in range(n)] for i in range(n)]


def terms(expanded: flint.fmpq_mpoly) -> dict[tuple[int, ...], Fraction]:
    """Exponent vector → coefficient of every monomial.

    >>> ring = flint.fmpq_mpoly_ctx.get(("x", "y"), "lex")
    >>> x, y = ring.gens()
    >>> terms(x * y / 2 - 3)
    {(1, 1): Fraction(1, 2), (0, 0): Fraction(-3, 1)}
    """
    return {
        tuple(map(int, exponents)): Fraction(int(coefficient.p), int(coefficient.q))
        for exponents, coefficient in expanded.to_dict().items()
    }


def fingerprint(loss: Loss) -> int:
    """A number below 2⁶⁴ that the exact coefficients of L determine: random points that depend on it cannot be guessed from outside."""
    terms_of = sorted((tuple(map(int, monomial)), str(value)) for monomial, value in polynomial(loss).to_dict().items())
    return int.from_bytes(sha256(repr(terms_of).encode()).digest()[:8], "big")
