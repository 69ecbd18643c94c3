"""The least critical value of linear networks without ridge, told from the next one over ℚ.

With inputs X (m × d_x), targets Y (m × d_y), P the orthogonal projection of ℝᵐ onto the columns of X and p the least width, the critical
values of ½‖f(X) − Y‖² are ½(‖Y‖² − Σ_{k ∈ S} σ_k), S a set of at most p eigenvalues of YᵀPY, and the least one, inf L, has the p largest
(Eckart and Young; Baldi and Hornik, Neural Networks 2, 1989; for more layers Zhang, arXiv 1901.09827, and Trager, Kohn and Bruna, arXiv
1910.01671). Another one has an eigenvalue at least exchanged for a smaller one, or for 0: it is larger by half the least distance of
distinct ones. How many there are is the degree of the minimal polynomial; intervals as many that are disjoint hold one each.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from critscape.algebra.certificates.rational_algebra import Matrix, independent_rows, inertia

MOST_HALVINGS = 200
"""Of the interval of an eigenvalue, from its trace on."""


def least_below(inputs: Matrix, targets: Matrix, width: int) -> Fraction | None:
    """A number above inf L below which no other critical value lies; None where eigenvalues are too close to be told apart.

    >>> least_below([[1, 0], [0, 1]], [[2, 0], [0, 1]], 1), least_below([[1, 0], [0, 1]], [[1, 0], [0, 1]], 1)
    (Fraction(15, 16), Fraction(15, 16))
    """
    matrix, total = explained(inputs, targets), sum((Fraction(y) ** 2 for row in targets for y in row), Fraction(0))
    rank = inertia(matrix)[0]
    kept = min(width, rank)
    if not kept:
        return total / 2 + 1
    distinct = distinct_eigenvalues(matrix) - (rank < len(matrix))

    def above(t: Fraction) -> int:
        return inertia([[a - t * (i == j) for j, a in enumerate(row)] for i, row in enumerate(matrix)])[0]

    # σ_k lies in (lower, upper]; intervals are equal or disjoint.
    intervals = [(Fraction(0), sum((matrix[k][k] for k in range(len(matrix))), Fraction(0)))] * rank
    for _ in range(MOST_HALVINGS):
        apart = [*dict.fromkeys(intervals), (Fraction(0), Fraction(0))]
        if len(apart) == distinct + 1:
            gap = min(larger[0] - smaller[1] for larger, smaller in pairwise(apart))
            largest = sum(upper for _, upper in intervals[:kept])
            if gap > 0 and largest - sum(lower for lower, _ in intervals[:kept]) <= gap / 4:
                return (total - largest + gap) / 2
        counts = {(lower, upper): above((lower + upper) / 2) for lower, upper in dict.fromkeys(intervals)}
        for k, (lower, upper) in enumerate(intervals):
            middle = (lower + upper) / 2
            intervals[k] = (middle, upper) if counts[lower, upper] > k else (lower, middle)
    return None


def distinct_eigenvalues(matrix: Matrix) -> int:
    """How many distinct eigenvalues a symmetric matrix has: as many of its powers, from 1 on, as are independent.

    >>> distinct_eigenvalues([[1, 0, 0], [0, 1, 0], [0, 0, 2]])
    2
    """
    n = len(matrix)
    powers = [[[Fraction(i == j) for j in range(n)] for i in range(n)]]
    for _ in range(n):
        powers.append([[sum((a * b for a, b in zip(row, column)), Fraction(0)) for column in zip(*matrix)] for row in powers[-1]])
    return len(independent_rows([[a for row in power for a in row] for power in powers]))


def explained(inputs: Matrix, targets: Matrix) -> list[list[Fraction]]:
    """YᵀPY: with B independent columns of X, elimination of the first block of [[BᵀB, BᵀY], [YᵀB, 0]] leaves its negative."""
    columns = [[Fraction(row[j]) for row in inputs] for j in range(len(inputs[0]))]
    basis = [columns[k] for k in independent_rows(columns)]
    vectors = [*basis, *([Fraction(row[j]) for row in targets] for j in range(len(targets[0])))]
    size = len(basis)
    rest = [
        [sum((a * b for a, b in zip(u, v)), Fraction(0)) if min(i, j) < size else Fraction(0) for j, v in enumerate(vectors)]
        for i, u in enumerate(vectors)
    ]
    for _ in basis:
        first, *others = rest
        rest = [[a - row[0] * b / first[0] for a, b in zip(row[1:], first[1:])] for row in others]
    return [[-a for a in row] for row in rest]
