"""The limits of the critical points of L_ε by elimination over ℚ: a parametrisation of the limit ideal and the multiplicities of its zeros.

No path is followed. That an element of Kⁿ, K a number field, is critical is verified exactly; that there are no further limits rests on
msolve's reconstruction from primes, and is compared with the degree modulo another prime.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import inf

import flint
import numpy as np
from flint import acb, acb_poly, fmpq_poly

from critscape.algebra.components.limit_ideal import limit_equations, regularised
from critscape.algebra.components.limits import Account, Fate, Limit
from critscape.algebra.elimination import msolve
from critscape.algebra.elimination.groebner_basis import basis_of
from critscape.algebra.elimination.number_field import field_coordinates, value
from critscape.algebra.elimination.quotient_algebra import characteristic_polynomial, multiplicity
from critscape.algebra.polynomial.loss import Loss, polynomial
from critscape.algebra.polynomial.roots import complex_roots

BITS = 256
"""Precision at which limits are evaluated."""
MOST_POINTS = 100
"""Critical points of the largest L_ε whose limits are eliminated over ℚ: 225 of them took a minute for one centre, 481 more than ten."""
PARAMETER = Fraction(7919, 7907)
"""An ε at which the critical points of L_ε are counted."""


def exact_limits(
    loss: Loss, strengths: Sequence[Fraction], centre: Sequence[Fraction], prime: int, seconds: float, most: float = inf
) -> Account:
    """The limits of all critical points of L_ε for Λ = ``strengths`` and c = ``centre``, each as often as paths end there.

    The paths are as many as L_ε has critical points at a rational ε modulo ``prime``; those without a finite limit go to infinity, at a
    rate that is not known (0). ``seconds`` and ``most`` bound the time and the work of each run of msolve; work over ℚ is not bounded.

    Raises
    ------
    msolve.PositiveDimension : the limits are not finitely many.
    msolve.TooMuchWork, msolve.MsolveError : msolve is not there, ran out of time or failed, or the prime is an unlucky one.
    """
    n = loss.dimension
    modular = limit_equations(loss, strengths, centre, prime, seconds, most)
    basis = basis_of(modular, n, prime, seconds, most)
    total = msolve.degree_modulo(
        [at(equation, PARAMETER, prime) for equation in regularised(loss, strengths, centre)], n, prime, seconds, most
    )
    if total > MOST_POINTS:
        raise msolve.TooMuchWork(
            f"the limits of {total} critical points are too many for elimination over the rationals: {MOST_POINTS} at most"
        )
    points = msolve.parametrised(limit_equations(loss, strengths, centre, 0, seconds, inf), n, seconds)
    try:
        characteristic = characteristic_polynomial(basis, points.form, prime)
    except ValueError:
        raise msolve.PositiveDimension("the limits are not finitely many for this Λ and c") from None
    limits: list[Limit] = []
    for factor, _ in points.eliminant.factor()[1]:
        count = multiplicity(characteristic, flint.nmod_poly([int(c) % prime for c in factor.coeffs()], prime))
        limits += [limit for limit in embedded(loss, points, factor) for _ in range(count)]
    if len(limits) != characteristic.degree():
        raise msolve.MsolveError(
            f"{len(limits)} limits over ℚ and {characteristic.degree()} modulo {prime}: an unlucky prime, or a wrong answer"
        )
    infinite = total - len(limits)
    if infinite < 0:
        raise msolve.MsolveError(f"{len(limits)} limits of {total} paths modulo {prime}: an unlucky prime, or a wrong answer")
    everything = (*limits, *[Limit(Fate.AT_INFINITY, growth=0.0)] * infinite)
    return Account(np.array([float(a) for a in strengths]), np.array([float(c) for c in centre]), everything, 0)


def embedded(loss: Loss, points: msolve.Parametrisation, factor: flint.fmpz_poly) -> list[Limit]:
    """The critical points that belong to an irreducible factor of the eliminant with their losses, one for each of its complex roots.

    Raises
    ------
    msolve.MsolveError : the gradient does not vanish there: msolve's parametrisation is wrong.
    """
    if factor.degree() < 1:
        return []
    modulus = fmpq_poly(factor)
    try:
        coordinates = field_coordinates(loss, points, factor)
    except ArithmeticError as error:
        raise msolve.MsolveError(str(error)) from None
    parameter = sum((x * a for x, a in zip(coordinates, points.form)), fmpq_poly([])) - fmpq_poly([0, 1])
    if parameter % modulus:
        raise msolve.MsolveError("msolve's parametrisation is not by the form that it names")
    elements = [*coordinates, value(polynomial(loss), coordinates, modulus)]
    found = []
    with flint.ctx.workprec(BITS):
        for root, _ in complex_roots(factor):
            *point, level = (complex(acb(acb_poly(element)(root))) for element in elements)
            found.append(Limit(Fate.FINITE, np.array(point), loss=level))
    return found


def at(equation: dict[tuple[int, ...], Fraction], parameter: Fraction, prime: int) -> dict[tuple[int, ...], int]:
    """A polynomial in w and ε at a rational ε, modulo a prime."""
    total: dict[tuple[int, ...], Fraction] = {}
    for exponents, c in equation.items():
        total[exponents[:-1]] = total.get(exponents[:-1], Fraction(0)) + c * parameter ** exponents[-1]
    return msolve.modulo(total, prime)
