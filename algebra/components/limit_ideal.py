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
    n = loss.dimension
    # Variables: z, then the weights, then ε; bases in an order that eliminates z.
    equations: list[Terms] = []
    for i, slope in enumerate(gradient(loss)):
        total: dict[tuple[int, ...], Fraction] = {(0, *e, 0): c for e, c in terms(slope).items()}
        weight, constant = [0] * (n + 2), [0] * (n + 2)
        weight[i + 1] = weight[n + 1] = constant[n + 1] = 1
        total[tuple(weight)] = total.get(tuple(weight), 0) + strengths[i]
        total[tuple(constant)] = total.get(tuple(constant), 0) - strengths[i] * centre[i]
        equations.append(msolve.modulo(total, prime))
    equations.append({(0,) * (n + 2): 1, (1, *(0,) * n, 1): prime - 1})
    basis = eliminating(equations, n + 2, prime, seconds, 1, most)
    at_zero = []
    for polynomial in basis:
        kept = {e[1:-1]: c for e, c in polynomial.items() if e[-1] == 0}
        if kept:
            at_zero.append(kept)
    leading = leading_of(at_zero, n, prime, seconds, most)
    return LimitIdeal(prime, *dimension_and_degree(leading, n))
