"""The critical values of a loss by elimination modulo a prime: the zeros of the generator of (∇L, t − L) ∩ 𝔽_p[t].

They are finitely many whatever the dimension of the critical set is, as L is constant on its components. Modulo all but finitely many
primes there are as many as over ℂ.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import inf

import flint

from critscape.algebra.elimination.groebner_basis import Terms, eliminating, leading_of
from critscape.algebra.elimination.hilbert import dimension_and_degree
from critscape.algebra.elimination.msolve import MsolveError, modulo
from critscape.algebra.polynomial.loss import Loss, gradient, polynomial, terms


@dataclass(frozen=True)
class ValueCount:
    """The number of critical values modulo ``prime``."""

    prime: int
    number: int


def values_modulo(loss: Loss, prime: int, seconds: float, most: float = inf) -> flint.nmod_poly:
    """The monic polynomial over 𝔽_p whose zeros, all simple, are the critical values; 1 when there is no critical point.

    Raises
    ------
    msolve.TooMuchWork, msolve.MsolveError : msolve took more work than ``most``, failed or ran out of time, or the prime divides a
        denominator.
    """
    n = loss.dimension
    level: dict[tuple[int, ...], Fraction] = {(*e, 0): -c for e, c in terms(polynomial(loss)).items()}
    level[(*(0,) * n, 1)] = Fraction(1)
    equations: list[Terms] = [modulo({(*e, 0): c for e, c in terms(slope).items()}, prime) for slope in gradient(loss)]
    basis = eliminating([*equations, modulo(level, prime)], n + 1, prime, seconds, n, most)
    if not basis:
        raise MsolveError("the elimination ideal of the critical values came out as zero")
    generator = min((univariate(element, prime) for element in basis), key=lambda f: f.degree())
    return generator // generator.gcd(generator.derivative()) if generator.degree() > 0 else generator


def univariate(element: Terms, prime: int) -> flint.nmod_poly:
    """A polynomial in the last variable alone."""
    coefficients = [0] * (1 + max(e[-1] for e in element))
    for exponents, coefficient in element.items():
        coefficients[exponents[-1]] = coefficient % prime
    found = flint.nmod_poly(coefficients, prime)
    return found / found[found.degree()]


def dimension_at(loss: Loss, value: Fraction, prime: int, seconds: float, most: float = inf) -> int:
    """The dimension modulo a prime of the critical points at which L has a rational value; −1 when there are none.

    Raises
    ------
    msolve.TooMuchWork, msolve.MsolveError : as :func:`values_modulo`.
    """
    n = loss.dimension
    level = terms(polynomial(loss))
    level[(0,) * n] = level.get((0,) * n, Fraction(0)) - value
    equations = [modulo(terms(slope), prime) for slope in gradient(loss)]
    equations.append(modulo({e: c for e, c in level.items() if c}, prime))
    return dimension_and_degree(leading_of(equations, n, prime, seconds, most), n)[0]
