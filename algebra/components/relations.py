"""Exact relations Σ_i a_i(s) ∂_iL|_T ≡ 0 on a rational linear subspace T, the polynomials a_i of low degree in its free weights.

Where the vectors a have rank ρ at a critical point p ∈ T, all of ∇L|_T vanishes as soon as n − ρ of its entries do, so the critical
points in T near p form a set of dimension ≥ dim T − (n − ρ). The relations of degree one on the whole space are the affine symmetries
of L (see `critscape.algebra.symmetry.continuous`); degree two is needed where towers of layers share directions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement

import flint
import numpy as np

from critscape.algebra.components.subspace import Subspace
from critscape.algebra.polynomial.loss import Loss, gradient
from critscape.algebra.symmetry.continuous import PRIME, kernel_of, lifted

MOST_COLUMNS = 1500
"""Unknowns of the linear system whose relations are sought."""

SMALL = 1e-3
"""Coordinates are not taken for smaller than this share of the largest one where the size of a relation is estimated."""

Polynomial = dict[tuple[int, ...], flint.fmpq]


@dataclass(frozen=True)
class Relation:
    """One vector of polynomials: entry i ↦ {exponents in all n variables: coefficient}; zero entries are left out."""

    entries: tuple[tuple[int, tuple[tuple[tuple[int, ...], flint.fmpq], ...]], ...]


def restricted(loss: Loss, subspace: Subspace) -> list[Polynomial]:
    """∂_iL on T, n polynomials in its free weights."""
    return [{tuple(map(int, e)): c for e, c in subspace.restricted(slope).to_dict().items()} for slope in gradient(loss)]


@lru_cache(maxsize=256)
def relations(loss: Loss, subspace: Subspace, degree: int) -> tuple[Relation, ...] | None:
    """A basis over ℚ of the relations of degree ≤ ``degree`` on T = ``subspace``; None when there are too many unknowns.

    They are found modulo a prime, lifted and verified over ℚ; one that cannot be lifted is left out, which only weakens the bound.

    >>> from critscape.algebra.polynomial.loss import Family
    >>> hyperbola = Loss(Family(("x", "y"), (), lambda w, p: (w[0] * w[1] - 1) ** 2), ())
    >>> len(relations(hyperbola, Subspace(2), 1)), len(relations(hyperbola, Subspace(2, ((0, ()), (1, ()))), 0))
    (1, 2)
    """
    n = loss.dimension
    slopes = restricted(loss, subspace)
    free = list(subspace.free)
    constants = tuple(Relation(((i, (((0,) * n, flint.fmpq(1)),)),)) for i in range(n) if not slopes[i])
    moving = [i for i in range(n) if slopes[i]]
    monomials = [m for d in range(degree + 1) for m in _monomials(n, free, d)]
    columns = [(i, m) for i in moving for m in monomials]
    if len(columns) > MOST_COLUMNS:
        return None
    if not columns:
        return constants
    rows: dict[tuple, int] = {}
    entries = []
    for c, (i, m) in enumerate(columns):
        for e, coefficient in slopes[i].items():
            entries.append((rows.setdefault(tuple(a + b for a, b in zip(e, m)), len(rows)), c, coefficient))
    found = []
    for candidate in rational_kernel(entries, len(rows), len(columns)):
        grouped: dict[int, list] = {}
        for (i, m), a in zip(columns, candidate):
            if a != 0:
                grouped.setdefault(i, []).append((m, a))
        found.append(Relation(tuple((i, tuple(poly)) for i, poly in grouped.items())))
    return (*constants, *found)


def rational_kernel(entries: list[tuple[int, int, flint.fmpq]], rows: int, columns: int) -> list[list[flint.fmpq]]:
    """Independent vectors that a sparse matrix, entries (row, column, coefficient), annihilates over ℚ: all, or those that can be lifted."""
    common = math.lcm(*(int(coefficient.q) for _, _, coefficient in entries))
    reduced = flint.nmod_mat(max(1, rows), columns, PRIME)
    for r, c, coefficient in entries:
        reduced[r, c] = int(reduced[r, c]) + int(coefficient * common) % PRIME
    by_column: list[list[tuple[int, flint.fmpq]]] = [[] for _ in range(columns)]
    for r, c, coefficient in entries:
        by_column[c].append((r, coefficient))
    zero = flint.fmpq(0)
    candidates = ([lifted(int(entry)) if entry else zero for entry in vector] for vector in kernel_of(*reduced.rref()))
    return [candidate for candidate in candidates if _vanishes(candidate, by_column)]


def _monomials(n: int, free: list[int], degree: int) -> list[tuple[int, ...]]:
    return [tuple(choice.count(i) for i in range(n)) for choice in combinations_with_replacement(free, degree)]


def _vanishes(vector: list[flint.fmpq], by_column: list[list[tuple[int, flint.fmpq]]]) -> bool:
    """Whether the combination of columns, lists of (row, coefficient), is zero over ℚ."""
    totals: dict[int, flint.fmpq] = {}
    for factor, column in zip(vector, by_column):
        if factor:
            for r, coefficient in column:
                totals[r] = totals.get(r, 0) + coefficient * factor
    return not any(totals.values())


def rows_at(found: tuple[Relation, ...], point: list, zero) -> list[list]:
    """The vectors a (one row for each relation) at a point, in the ring of its coordinates; ``zero`` is that ring's zero."""
    n = len(point)
    rows = []
    for relation in found:
        row = [zero] * n
        for i, poly in relation.entries:
            row[i] = value(poly, point, zero)
        rows.append(row)
    return rows


def row_sizes(found: tuple[Relation, ...], point: list[float]) -> np.ndarray:
    """What the entries of each row at a point would be if nothing cancelled and no coordinate were much smaller than the largest one.

    A row far below that vanishes at the point that ``point`` approximates.
    """
    least = SMALL * max((abs(x) for x in point), default=0.0)
    sizes = [max(abs(x), least) for x in point]
    largest = [max(value([(e, abs(c)) for e, c in poly], sizes, 0.0) for _, poly in relation.entries) for relation in found]
    return np.array(largest)


def value(poly, point: list, zero):
    """A polynomial (pairs of exponents and coefficients) at a point."""
    total = zero
    for exponents, coefficient in poly:
        term = zero + (coefficient if not isinstance(zero, float | complex) else float(coefficient.p) / float(coefficient.q))
        for x, power in zip(point, exponents):
            if power:
                term = term * x**power
        total = total + term
    return total
