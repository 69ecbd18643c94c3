"""A loss as L(w) = ℓ(c(w)) + (ridge), ℓ a loss on the space of functions: where ∇ℓ(c(w)) = 0 and ℓ is convex, w is a global minimum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import flint

from critscape.algebra.polynomial.loss import Loss, gradient


@dataclass(frozen=True)
class FunctionSpace:
    """``gradient`` is a basis over ℚ of the span of the entries of ∇ℓ(c(w)), polynomials in w: all entries vanish where these do.

    ``convex`` says whether ℓ is.
    """

    gradient: tuple[flint.fmpq_mpoly, ...]
    convex: bool


@dataclass(frozen=True)
class Knowledge:
    """What is known of a loss beside its formula.

    ``bounded_below``: inf L > −∞, proved. ``floor``: a number with L ≥ floor, or None. ``function_space``: L = ℓ(c(w)) without ridge,
    or None. ``least``: an interval around inf L in which no other critical value lies, or None.
    """

    bounded_below: bool
    floor: Fraction | None = None
    function_space: FunctionSpace | None = None
    least: flint.arb | None = None


def function_space(loss: Loss, coefficients: Sequence[flint.fmpq_mpoly], convex: bool) -> FunctionSpace:
    """From ℓ as a loss in the coefficients c, and the polynomials c(w) over ℚ."""
    entries = [slope.compose(*coefficients, ctx=coefficients[0].context()) for slope in gradient(loss)]
    rows: dict[tuple, int] = {}
    for entry in entries:
        for exponents in entry.monoms():
            rows.setdefault(tuple(exponents), len(rows))
    matrix = flint.fmpq_mat(len(entries), max(1, len(rows)))
    for k, entry in enumerate(entries):
        for exponents, coefficient in entry.to_dict().items():
            matrix[k, rows[tuple(exponents)]] = coefficient
    echelon, rank = matrix.transpose().rref()
    pivots, column = [], 0
    for r in range(rank):
        while echelon[r, column] == 0:
            column += 1
        pivots.append(column)
        column += 1
    return FunctionSpace(tuple(entries[k] for k in pivots), convex)
