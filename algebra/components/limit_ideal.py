"""The exact twin of the limits: the ideal (I_ε : ε^∞) + (ε) modulo a prime, I_ε = (∇L + εΛ(w − c)).

Its zeros are the limits of the critical points of L_ε that stay finite, and its degree counts their paths, where it is zero-dimensional.
Saturation is elimination of z from I_ε + (1 − zε).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from critscape.algebra.elimination import msolve
from critscape.algebra.elimination.groebner_basis import Terms, eliminating, leading_of
from critscape.algebra.elimination.hilbert import dimension_and_degree
from critscape.algebra.polynomial.loss import Loss, gradient, terms


@dataclass(frozen=True)
class LimitIdeal:
    """Dimension and degree of the limit ideal modulo ``prime``."""

    prime: int
    dimension: int
    degree: int


def limit_ideal(
    loss: Loss, strengths: Sequence[Fraction], centre: Sequence[Fraction], prime: int, seconds: float, most: float
) -> LimitIdeal:
    """Dimension and degree of the limit ideal for Λ = ``strengths`` and c = ``centre``.

    ``most`` bounds the work of each run of msolve, ``seconds`` its time.

    Raises
    ------
    msolve.TooMuchWork : more than ``most``.
    msolve.MsolveError : msolve is not there, ran out of time or failed, or the prime divides a denominator.
    """
    leading = leading_of(limit_equations(loss, strengths, centre, prime, seconds, most), loss.dimension, prime, seconds, most)
    return LimitIdeal(prime, *dimension_and_degree(leading, loss.dimension))


def limit_equations(
    loss: Loss, strengths: Sequence[Fraction], centre: Sequence[Fraction], characteristic: int, seconds: float, most: float
) -> list[Terms]:
    """Generators of the limit ideal modulo a prime, or over ℚ for ``characteristic`` 0, with integer coefficients.

    Raises
    ------
    msolve.TooMuchWork, msolve.MsolveError : as above.
    """
    n = loss.dimension
    # Variables: z, then the weights, then ε; bases in an order that eliminates z.
    equations = [reduced({(0, *e): c for e, c in equation.items()}, characteristic) for equation in regularised(loss, strengths, centre)]
    equations.append({(0,) * (n + 2): -1 % characteristic if characteristic else -1, (1, *(0,) * n, 1): 1})
    basis = eliminating(equations, n + 2, characteristic, seconds, 1, most)
    at_zero = ({e[1:-1]: c for e, c in polynomial.items() if e[-1] == 0} for polynomial in basis)
    return [kept for kept in at_zero if kept]


def regularised(loss: Loss, strengths: Sequence[Fraction], centre: Sequence[Fraction]) -> list[dict[tuple[int, ...], Fraction]]:
    """∂_iL + εΛ_i(w_i − c_i), n polynomials in w and, last, ε."""
    n = loss.dimension
    equations = []
    for i, slope in enumerate(gradient(loss)):
        total: dict[tuple[int, ...], Fraction] = {(*e, 0): c for e, c in terms(slope).items()}
        weight, constant = [0] * (n + 1), [0] * (n + 1)
        weight[i] = weight[n] = constant[n] = 1
        total[tuple(weight)] = total.get(tuple(weight), 0) + strengths[i]
        total[tuple(constant)] = total.get(tuple(constant), 0) - strengths[i] * centre[i]
        equations.append(total)
    return equations


def reduced(equation: dict[tuple[int, ...], Fraction], characteristic: int) -> Terms:
    """The equation modulo a prime, or without denominators."""
    return msolve.modulo(equation, characteristic) if characteristic else msolve.integral(equation)
