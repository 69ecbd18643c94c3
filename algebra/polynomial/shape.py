"""What is known of a loss on all of ℝⁿ, beyond its critical points; it decides which local minima are global."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from critscape.algebra.polynomial.coercivity import coercive
from critscape.algebra.polynomial.convexity import convex_quadratic
from critscape.algebra.polynomial.loss import Loss


@dataclass(frozen=True)
class Shape:
    """Facts about L, each proved; None (False) where it is not known.

    ``coercive`` is why L(w) → ∞ with ‖w‖, so that L has a global minimum; ``convex`` why L is convex, so that every local minimum
    is global; ``theorem`` why that is so though L is not known to be convex; all are clauses. ``floor`` is a number with L ≥ ``floor`` everywhere.
    """

    coercive: str | None = None
    convex: str | None = None
    theorem: str | None = None
    floor: Fraction | None = None


def of_polynomial(loss: Loss, known: Shape = Shape()) -> Shape:
    """What the monomials of L say, beside what is ``known``."""
    return replace(known, coercive=known.coercive or coercive(loss), convex=known.convex or convex_quadratic(loss))
