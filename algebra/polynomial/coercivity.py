"""Sufficient conditions for L(w) → ∞ with ‖w‖, each of them a proof.

- *Pure powers.* With a term c_j w_j^{k_j}, c_j > 0, k_j even, of the highest pure power of each variable, a monomial w^α with
  Σ_j α_j/k_j < 1 is smaller than any multiple of their sum far out (weighted arithmetic and geometric means), and a product of even
  powers with a positive coefficient does no harm (Bajbar and Stein, "Coercive polynomials and their Newton polytopes", SIAM J.
  Optim. 25, 2015).
- *A leading form.* If Σ_j α_j/k_j ≤ 1 for every monomial, those with equality are a form that scales with weights 1/k_j; where it is
  positive definite it outgrows the others. A positive definite form has all pure powers, so no other weights need to be tried.
- *Completing a square.* L = a y² + b y + c with a > 0 a number and polynomials b, c in the other variables: L → ∞ if and only if
  c − b²/(4a) does, the least value of L over y.
- *Squares.* If L bounds the squares of polynomials r_i, and bounded r_i bound all variables one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import flint

from critscape.algebra.polynomial.definite_form import Terms, positive_definite
from critscape.algebra.polynomial.loss import Loss, exact, polynomial, terms

POWERS = "pure even powers of all variables outgrow everything else"
FORM = "its leading form is positive definite"
MOST_TERMS = 3000
"""Terms of the largest polynomial whose squares are completed."""


def coercive(loss: Loss) -> str | None:
    """Why L(w) → ∞ with ‖w‖; None means only that nothing here shows it.

    >>> from critscape.algebra.polynomial.loss import Family
    >>> double_well = Family(("x", "y"), (), lambda w, p: (w[0] ** 2 - 1) ** 2 + w[1] ** 2 + w[0] * w[1])
    >>> coercive(Loss(double_well, ())), coercive(Loss(Family(("x", "y"), (), lambda w, p: (w[0] * w[1] - 1) ** 2), ()))
    ('pure even powers of all variables outgrow everything else', None)
    >>> coercive(Loss(Family(("x", "y"), (), lambda w, p: (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2), ()))
    'after completing the square in y: pure even powers of all variables outgrow everything else'
    """
    return growing(terms(polynomial(loss)), loss.variables)


def growing(monomials: Terms, names: Sequence[str]) -> str | None:
    """The same of a polynomial in ``names``."""
    completed: list[str] = []
    monomials, left = dict(monomials), list(range(len(names)))
    while left and len(monomials) <= MOST_TERMS:
        found = outgrowing(monomials, left)
        if found:
            return f"after completing the square in {', '.join(completed)}: {found}" if completed else found
        square = next((j for j in left if _is_square_in(monomials, j)), None)
        if square is None:
            return None
        monomials = _completed(monomials, square)
        completed.append(names[square])
        left.remove(square)
    return None if left else "a positive definite quadratic polynomial"


def outgrowing(monomials: Terms, variables: Sequence[int], others: Sequence[tuple[int, ...]] = ()) -> str | None:
    """Why a polynomial goes to infinity with its ``variables`` (positions), by its pure powers or its leading form.

    ``others`` are exponents of monomials whose coefficients are bounded, but not known.
    """
    powers = dict.fromkeys(variables, 0)
    for alpha in monomials:
        support = [j for j in variables if alpha[j]]
        if len(support) == 1 and sum(map(bool, alpha)) == 1:
            powers[support[0]] = max(powers[support[0]], alpha[support[0]])
    if not all(powers.values()) or any(power % 2 for power in powers.values()):
        return None

    def size(alpha: tuple[int, ...]) -> Fraction:
        return sum((Fraction(alpha[j], power) for j, power in powers.items()), Fraction(0))

    if any(size(alpha) >= 1 for alpha in others):
        return None
    sizes = {alpha: size(alpha) for alpha in monomials}
    if all(sizes[a] < 1 or (c > 0 and all(power % 2 == 0 for power in a)) for a, c in monomials.items()):
        return POWERS
    if max(sizes.values()) > 1:
        return None
    form = {tuple(alpha[j] for j in variables): c for alpha, c in monomials.items() if sizes[alpha] == 1}
    return FORM if positive_definite(form, [powers[j] for j in variables]) else None


def _is_square_in(monomials: Terms, j: int) -> bool:
    """Whether variable j occurs as a y² + b y + c with a positive number a."""
    second = [(alpha, c) for alpha, c in monomials.items() if alpha[j] >= 2]
    return len(second) == 1 and sum(second[0][0]) == second[0][0][j] == 2 and second[0][1] > 0


def _completed(monomials: Terms, j: int) -> dict[tuple[int, ...], Fraction]:
    """c − b²/(4a)."""
    leading = next(c for alpha, c in monomials.items() if alpha[j] == 2)
    slope = {(*alpha[:j], 0, *alpha[j + 1 :]): c for alpha, c in monomials.items() if alpha[j] == 1}
    rest = {alpha: c for alpha, c in monomials.items() if not alpha[j]}
    for one, c in slope.items():
        for other, d in slope.items():
            alpha = tuple(a + b for a, b in zip(one, other))
            rest[alpha] = rest.get(alpha, Fraction(0)) - c * d / (4 * leading)
    return {alpha: c for alpha, c in rest.items() if c}


def proper(squares: Sequence[Terms], names: Sequence[str]) -> str | None:
    """Why w is bounded where all the polynomials ``squares`` are; None means only that nothing here shows it.

    What has a single unbounded variable, or grows with several, bounds them; combinations are tried as elimination makes them.

    >>> one = Fraction(1)
    >>> proper([{(0, 1): one, (3, 0): -one}, {(0, 0): one, (1, 0): -one}], ("x", "y"))
    'bounded squares bound x, then y'
    >>> proper([{(1, 1): one, (0, 0): -one}], ("x", "y"))
    """
    bounded: set[int] = set()
    steps: list[str] = []
    while len(bounded) < len(names):
        reached = _bounded_next(squares, bounded, len(names))
        if not reached:
            return None
        steps.append(", ".join(names[j] for j in sorted(reached)))
        bounded |= reached
    return "bounded squares bound " + ", then ".join(steps)


def _bounded_next(squares: Sequence[Terms], bounded: set[int], n: int) -> set[int]:
    """Further variables that bounded ``squares`` bound, once those in ``bounded`` are."""
    open_ = [{alpha: c for alpha, c in r.items() if any(alpha[j] for j in range(n) if j not in bounded)} for r in squares]
    for r in [r for r in (*open_, *_combined(open_)) if r]:
        variables = [j for j in range(n) if j not in bounded and any(alpha[j] for alpha in r)]
        pure = {alpha: c for alpha, c in r.items() if not any(alpha[j] for j in bounded)}
        mixed = [alpha for alpha in r if alpha not in pure]
        if not pure:
            continue
        if len(variables) == 1:
            (j,) = variables
            if max(alpha[j] for alpha in pure) > max((alpha[j] for alpha in mixed), default=0):
                return {j}
        elif any(outgrowing({a: sign * c for a, c in pure.items()}, variables, mixed) for sign in (1, -1)):
            return set(variables)
    return set()


def _combined(polynomials: Sequence[Terms]) -> list[Mapping[tuple[int, ...], Fraction]]:
    """Their sum, and what elimination leaves of them when monomials of high degree go first, and of low degree."""
    combined = []
    monomials = sorted({alpha for r in polynomials for alpha in r}, key=lambda alpha: (sum(alpha), alpha))
    if not monomials:
        return []
    for order in (monomials[::-1], monomials):
        matrix = flint.fmpq_mat([[exact(r.get(alpha, Fraction(0))) for alpha in order] for r in polynomials])
        echelon, rank = matrix.rref()
        for i in range(rank):
            row = {alpha: Fraction(int(echelon[i, k].p), int(echelon[i, k].q)) for k, alpha in enumerate(order)}
            combined.append({alpha: c for alpha, c in row.items() if c})
    total: dict[tuple[int, ...], Fraction] = {}
    for r in polynomials:
        for alpha, c in r.items():
            total[alpha] = total.get(alpha, Fraction(0)) + c
    return [*combined, {alpha: c for alpha, c in total.items() if c}]
