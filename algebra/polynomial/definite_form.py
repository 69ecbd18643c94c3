"""Whether a weighted homogeneous form is positive definite, decided over ℚ in two variables and proved by a sum of squares in more.

In one or two variables the real roots of F(x, ±1) decide. In more, F = mᵀQm with m the monomials of half the weight of F and an exact
rational Q ≻ 0 is a proof: m vanishes at the origin alone. Such a Q is sought by alternating projections in double precision between
the matrices that represent F and those with eigenvalues at least δ, then rounded and corrected to represent F exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product

import flint
import numpy as np

from critscape.algebra.polynomial.convexity import isolated_roots
from critscape.algebra.polynomial.loss import exact

Terms = Mapping[tuple[int, ...], Fraction]
"""Exponent vector → coefficient."""

MOST_MONOMIALS = 60
"""Rows of the largest Q that is sought."""
SHARES = (1e-1, 1e-2, 1e-3, 1e-4)
"""Least eigenvalues δ that are tried, as shares of the largest coefficient."""
PROJECTIONS = 300
DENOMINATOR = 2**40


def positive_definite(form: Terms, powers: Sequence[int]) -> bool:
    """Whether F(x) > 0 for x ≠ 0; False also where no proof is found.

    ``powers`` are even numbers k_j with Σ_j α_j/k_j = 1 for every monomial x^α of F.

    >>> one = Fraction(1)
    >>> positive_definite({(4, 0): one, (2, 1): -one, (0, 2): one}, (4, 2))
    True
    >>> positive_definite({(4, 0): one, (2, 1): -2 * one, (0, 2): one}, (4, 2))
    False
    >>> positive_definite({(2, 0, 0): one, (0, 2, 0): one, (0, 0, 2): one, (1, 1, 0): one, (0, 1, 1): -one}, (2, 2, 2))
    True
    """
    n = len(powers)
    if any(form.get(tuple(k if i == j else 0 for i in range(n)), 0) <= 0 for j, k in enumerate(powers)):
        return False
    if n == 1:
        return True
    return all(positive(side) for side in _sides(form)) if n == 2 else has_positive_gram_matrix(form, powers)


def _sides(form: Terms) -> list[flint.fmpq_poly]:
    """F(x, 1) and F(x, −1): by its scaling every point with y ≠ 0 has the sign of one on these lines."""
    sides = []
    for sign in (1, -1):
        coefficients = [Fraction(0)] * (1 + max(i for i, _ in form))
        for (i, j), c in form.items():
            coefficients[i] += c * sign**j
        sides.append(flint.fmpq_poly([exact(c) for c in coefficients]))
    return sides


def positive(polynomial: flint.fmpq_poly) -> bool:
    """Whether a polynomial in one variable is positive on all of ℝ."""
    return polynomial(0) > 0 and not isolated_roots(polynomial)


def has_positive_gram_matrix(form: Terms, powers: Sequence[int]) -> bool:
    """Whether an exact rational Q ≻ 0 with F = mᵀQm is found."""
    half = [range(k // 2 + 1) for k in powers]
    if np.prod([len(r) for r in half]) > 10**5:
        return False
    basis = [beta for beta in product(*half) if sum(Fraction(2 * b, k) for b, k in zip(beta, powers)) == 1]
    # The places of Q that make up the coefficient of each monomial.
    places: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    for i, one in enumerate(basis):
        for j, other in enumerate(basis):
            places.setdefault(tuple(a + b for a, b in zip(one, other)), []).append((i, j))
    if len(basis) > MOST_MONOMIALS or any(alpha not in places for alpha in form):
        return False
    size = max(abs(float(c)) for c in form.values())
    wanted = {alpha: float(form.get(alpha, 0)) / size for alpha in places}

    def representing(matrix: np.ndarray) -> np.ndarray:
        for alpha, where in places.items():
            rows, columns = zip(*where)
            matrix[rows, columns] += (wanted[alpha] - matrix[rows, columns].sum()) / len(where)
        return matrix

    for share in SHARES:
        matrix = representing(np.zeros((len(basis),) * 2))
        for _ in range(PROJECTIONS):
            eigenvalues, vectors = np.linalg.eigh(matrix)
            if eigenvalues[0] > share / 2:
                break
            matrix = representing((vectors * np.maximum(eigenvalues, share)) @ vectors.T)
        if np.linalg.eigvalsh(matrix)[0] > 0 and is_positive_definite(_corrected(matrix * size, form, places)):
            return True
    return False


def _corrected(matrix: np.ndarray, form: Terms, places: Mapping[tuple[int, ...], Sequence[tuple[int, int]]]) -> list[list[Fraction]]:
    """A symmetric rational matrix near ``matrix`` that represents F exactly."""
    rounded = [[Fraction(round(float(entry) * DENOMINATOR), DENOMINATOR) for entry in row] for row in (matrix + matrix.T) / 2]
    for alpha, where in places.items():
        missing = (form.get(alpha, Fraction(0)) - sum(rounded[i][j] for i, j in where)) / len(where)
        for i, j in where:
            rounded[i][j] += missing
    return rounded


def is_positive_definite(matrix: Sequence[Sequence[Fraction]]) -> bool:
    """Whether all pivots of a symmetric rational matrix are positive (LDLᵀ over ℚ)."""
    rows = [list(row) for row in matrix]
    for k, pivot_row in enumerate(rows):
        pivot = pivot_row[k]
        if pivot <= 0:
            return False
        for row in rows[k + 1 :]:
            if factor := row[k] / pivot:
                for j in range(k, len(rows)):
                    row[j] -= factor * pivot_row[j]
    return True
