"""Eigenvalues and eigenvectors of small symmetric matrices, compiled: Jacobi's method.

Golub and Van Loan, "Matrix computations", 2013, section 8.5. It sums in one order, so that the answer is the same on every machine with
the same arithmetic, and finds small eigenvalues of badly scaled positive definite matrices well.
"""

from __future__ import annotations

import numpy as np

from critscape.algebra.cells.compilation import compiled

SWEEPS = 40


@compiled
def eigensystem(matrix, values, vectors):
    """The eigenvalues (n) and, in columns, orthonormal eigenvectors (n × n) of a symmetric matrix (n × n), which becomes diagonal."""
    n = matrix.shape[0]
    vectors[:, :] = 0.0
    for a in range(n):
        vectors[a, a] = 1.0
    for _ in range(SWEEPS):
        off, total = 0.0, 0.0
        for a in range(n):
            for b in range(n):
                total += matrix[a, b] * matrix[a, b]
                if a != b:
                    off += matrix[a, b] * matrix[a, b]
        if not off > 1e-36 * total:
            break
        for a in range(n - 1):
            for b in range(a + 1, n):
                if matrix[a, b] == 0.0:
                    continue
                theta = (matrix[b, b] - matrix[a, a]) / (2.0 * matrix[a, b])
                tangent = 1.0 / (abs(theta) + np.sqrt(theta * theta + 1.0))
                if theta < 0.0:
                    tangent = -tangent
                cosine = 1.0 / np.sqrt(tangent * tangent + 1.0)
                sine = tangent * cosine
                for p in range(n):
                    one, other = matrix[p, a], matrix[p, b]
                    matrix[p, a], matrix[p, b] = cosine * one - sine * other, sine * one + cosine * other
                for p in range(n):
                    one, other = matrix[a, p], matrix[b, p]
                    matrix[a, p], matrix[b, p] = cosine * one - sine * other, sine * one + cosine * other
                for p in range(n):
                    one, other = vectors[p, a], vectors[p, b]
                    vectors[p, a], vectors[p, b] = cosine * one - sine * other, sine * one + cosine * other
    for a in range(n):
        values[a] = matrix[a, a]
