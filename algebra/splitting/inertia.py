"""The inertia of a symmetric matrix: exactly over ℚ, and in balls as far as no eigenvalue is near zero."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from flint import arb, arb_mat, fmpq_mat

from critscape.algebra.points.classification import exponent, ldl_pivots


class Inertia(NamedTuple):
    """Numbers of positive, negative and zero eigenvalues."""

    positive: int
    negative: int
    zero: int

    @property
    def definite(self) -> int:
        """1: positive definite; −1: negative definite; 0: neither."""
        return 1 if not self.negative + self.zero else -1 if not self.positive + self.zero else 0


def inertia(matrix: fmpq_mat | arb_mat) -> Inertia | None:
    """The inertia of a symmetric matrix; None where balls do not decide it."""
    return _rational(matrix) if isinstance(matrix, fmpq_mat) else _enclosed(matrix)


def _rational(matrix: fmpq_mat) -> Inertia:
    """By Descartes' rule, which is exact for a polynomial with real roots alone, as a characteristic polynomial of a symmetric matrix."""
    coefficients = matrix.charpoly().coeffs() if matrix.nrows() else []
    zero = next((k for k, c in enumerate(coefficients) if c), 0)
    signs = [c > 0 for c in coefficients if c]
    positive = sum(a != b for a, b in pairwise(signs))
    return Inertia(positive, matrix.nrows() - zero - positive, zero)


def _enclosed(matrix: arb_mat) -> Inertia | None:
    """By the pivots of QᵀAQ for eigenvectors Q in double precision, and Sylvester's law of inertia."""
    n = matrix.nrows()
    if n == 0:
        return Inertia(0, 0, 0)
    if not all(entry.is_finite() for entry in matrix.entries()):
        return None
    size = max(exponent(entry) for entry in matrix.entries())
    floats = np.array([[float((matrix[i, j] * arb(2) ** -size).mid()) for j in range(n)] for i in range(n)])
    basis = arb_mat(np.linalg.eigh(floats)[1].tolist())
    pivots = ldl_pivots(basis.transpose() * matrix * basis)
    if pivots is None:
        return None
    # All pivots of a congruence that exclude zero: Q is regular too, as its determinant is a factor of theirs.
    negative = sum(pivot < 0 for pivot in pivots)
    return Inertia(n - negative, negative, 0)
