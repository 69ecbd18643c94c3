"""A sufficient condition for L(w) → ∞ with ‖w‖, read off from the monomials of L."""

from __future__ import annotations

from fractions import Fraction

from critscape.algebra.polynomial.loss import Loss, polynomial, terms


def coercive(loss: Loss) -> str | None:
    """Why L(w) → ∞ with ‖w‖, if pure even powers of all weights outgrow everything else in L; None means only that this does not show it.

    With a term c_j w_j^{2k_j}, c_j > 0, of the highest pure power of each weight, a monomial w^α with Σ_j α_j/(2k_j) < 1 is smaller
    than any multiple of their sum far out (weighted arithmetic and geometric means), and a product of even powers with a positive
    coefficient does no harm. Bajbar and Stein, "Coercive polynomials and their Newton polytopes", SIAM J. Optim. 25 (2015), have
    the condition in terms of the Newton polytope.

    >>> from critscape.algebra.polynomial.loss import Family
    >>> double_well = Family(("x", "y"), (), lambda w, p: (w[0] ** 2 - 1) ** 2 + w[1] ** 2 + w[0] * w[1])
    >>> coercive(Loss(double_well, ())), coercive(Loss(Family(("x", "y"), (), lambda w, p: (w[0] * w[1] - 1) ** 2), ()))
    ('pure even powers of all variables outgrow everything else', None)
    """
    monomials = terms(polynomial(loss))
    powers = [0] * loss.dimension
    for alpha in monomials:
        if sum(map(bool, alpha)) == 1:
            j = next(j for j, power in enumerate(alpha) if power)
            powers[j] = max(powers[j], alpha[j])
    if not all(powers) or any(power % 2 for power in powers):
        return None
    for alpha, coefficient in monomials.items():
        even = all(power % 2 == 0 for power in alpha)
        size = sum(Fraction(a, power) for a, power in zip(alpha, powers))
        if size >= 1 and not (even and coefficient > 0):
            return None
    return "pure even powers of all variables outgrow everything else"
