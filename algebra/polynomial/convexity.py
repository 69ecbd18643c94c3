"""Whether a polynomial is convex, decided over ℚ: one in one variable on ℝ, one of degree 2 on ℝⁿ.

A polynomial keeps its sign between two consecutive real roots, so it is nowhere negative exactly if it is not negative at one
rational point of each such gap. FLINT isolates the roots rigorously (``arb_fmpz_poly_complex_roots``: a root is real exactly if
its ball is); the values at the rational points are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import floor

import flint

from critscape.algebra.polynomial.loss import Loss, exact, hessian, polynomial
from critscape.algebra.polynomial.roots import complex_roots


@dataclass(frozen=True)
class Convexity:
    """What holds of a polynomial ℓ on ℝ.

    ``witness`` is a rational r with ℓ″(r) < 0, of a small denominator, or None if ℓ is convex. A convex ℓ is ``strict`` unless it
    is affine, and ``strong`` if inf ℓ″ > 0. ``least_at_zero``: ℓ(r) ≥ ℓ(0) for every r; ``only_at_zero``: equality at r = 0 alone.
    """

    witness: Fraction | None
    strict: bool
    strong: bool
    bounded_below: bool
    least_at_zero: bool
    only_at_zero: bool

    @property
    def convex(self) -> bool:
        return self.witness is None

    def sentence(self, variable: str = "r") -> str:
        """The verdicts in words, beginning with what ℓ is."""
        if not self.convex:
            shape = f"not convex on ℝ: its second derivative is negative at {variable} = {self.witness}"
        elif self.strong:
            shape = "strongly convex on ℝ: its second derivative is bounded below by a positive number"
        elif self.strict:
            shape = "strictly convex on ℝ, not strongly: its second derivative is nowhere negative but somewhere zero"
        else:
            shape = "affine, so convex but not strictly convex"
        below = "bounded below" if self.bounded_below else "not bounded below"
        least = (
            f"its least value is at {variable} = 0 alone" if self.only_at_zero
            else f"its least value is at {variable} = 0 and elsewhere" if self.least_at_zero
            else f"its value at {variable} = 0 is not its least"
        )  # fmt: skip
        return f"{shape}; {below}; {least}"


def convexity(coefficients: Sequence[Fraction]) -> Convexity:
    """Of ℓ(r) = Σ_k ``coefficients[k]`` r^k.

    >>> convexity((0, 0, Fraction(1, 2), 0, Fraction(-1, 4), 0, Fraction(3, 40))).sentence()[:40]
    'strictly convex on ℝ, not strongly: its '
    >>> convexity((0, 0, Fraction(1, 2), 0, Fraction(-1, 100))).witness
    Fraction(3, 1)
    """
    polynomial = flint.fmpq_poly([exact(Fraction(c)) for c in coefficients])
    second = polynomial.derivative().derivative()
    shifted = polynomial - polynomial[0]
    negative = [r for r in sample_points(second) if second(exact(r)) < 0]
    witness = min(negative, key=lambda r: (r.denominator, abs(r), r < 0), default=None)
    least = nonnegative(shifted)
    return Convexity(
        witness=witness,
        strict=witness is None and bool(second),
        strong=witness is None and bool(second) and not isolated_roots(second),
        bounded_below=polynomial.degree() <= 0 or (polynomial.degree() % 2 == 0 and polynomial.leading_coefficient() > 0),
        least_at_zero=least,
        only_at_zero=least and bool(shifted) and len(isolated_roots(shifted)) == 1,
    )


def nonnegative(polynomial: flint.fmpq_poly) -> bool:
    """Whether it is ≥ 0 on all of ℝ."""
    return all(polynomial(exact(r)) >= 0 for r in sample_points(polynomial))


def sample_points(polynomial: flint.fmpq_poly) -> list[Fraction]:
    """The simplest rational in each of the intervals into which the real roots cut ℝ."""
    roots = isolated_roots(polynomial)
    if not roots:
        return [Fraction(0)]
    inner = [simplest_between(above, below) for (_, above), (below, _) in pairwise(roots)]
    first, last = roots[0][0], roots[-1][1]
    return [Fraction(min(0, -floor(-first) - 1)), *inner, Fraction(max(0, floor(last) + 1))]


def isolated_roots(polynomial: flint.fmpq_poly) -> list[tuple[Fraction, Fraction]]:
    """Disjoint closed intervals with rational ends, in increasing order, one around each real root; none for a constant."""
    if polynomial.degree() < 1:
        return []
    radical = flint.fmpz_poly([1])
    for factor, _ in polynomial.numer().factor_squarefree()[1]:
        radical *= factor
    bits = 64
    while True:
        with flint.ctx.workprec(bits):
            balls = [root.real for root, _ in complex_roots(radical) if root.imag == 0]
            roots = sorted((_dyadic(ball.lower()), _dyadic(ball.upper())) for ball in balls)
        # Narrow beside the gaps as well, so that little of the simple rationals between the roots is lost.
        widest = max((above - below for below, above in roots), default=Fraction(0))
        if all(right[0] - left[1] > 2**20 * widest for left, right in pairwise(roots)):
            return roots
        bits *= 2


def _dyadic(value: flint.arb) -> Fraction:
    """An exact floating-point number as a rational."""
    mantissa, exponent = (int(part) for part in value.man_exp())
    return mantissa * Fraction(2) ** exponent


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """The rational of the least denominator, then of the least size, strictly between two, by their continued fractions.

    >>> simplest_between(Fraction(1, 3), Fraction(1, 2)), simplest_between(Fraction(-7, 2), Fraction(-1))
    (Fraction(2, 5), Fraction(-2, 1))
    """
    if low < 0 < high:
        return Fraction(0)
    if high <= 0:
        return -simplest_between(-high, -low)
    whole = floor(low)
    if whole + 1 < high:
        return Fraction(whole + 1)
    # Both lie between whole and whole + 1: invert what is beyond whole.
    if low == whole:
        return whole + Fraction(1, floor(1 / (high - whole)) + 1)
    return whole + 1 / simplest_between(1 / (high - whole), 1 / (low - whole))


def convex_quadratic(loss: Loss) -> str | None:
    """Why L is convex, if it is of degree 2 at most and its Hessian, which is constant, is positive semidefinite; else None."""
    if polynomial(loss).total_degree() > 2:
        return None
    second = flint.fmpq_mat([[constant(entry) for entry in row] for row in hessian(loss)])
    # All roots of the characteristic polynomial are real: none is negative exactly if its coefficients alternate in sign.
    coefficients = second.charpoly().coeffs()
    if any((-1) ** (len(coefficients) - 1 - k) * c < 0 for k, c in enumerate(coefficients)):
        return None
    return "a polynomial of degree 2 with a positive semidefinite Hessian"


def constant(entry: flint.fmpq_mpoly) -> flint.fmpq:
    """The value of a polynomial without variables."""
    return next(iter(entry.to_dict().values()), flint.fmpq(0))
