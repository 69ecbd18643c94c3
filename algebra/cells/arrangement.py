"""The arrangement of the hyperplanes {w : w·x_i = 0}: the sign vectors of all its faces, exactly.

Sign vectors of faces are the covectors of an oriented matroid: all are compositions of cocircuits, which belong to the faces that
are rays modulo the lineality space (Björner, Las Vergnas, Sturmfels, White and Ziegler, "Oriented matroids", 3.7.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from flint import fmpq_mat

from critscape.algebra.cells.one_layer import rows

Signs = tuple[int, ...]


def covectors(samples: Sequence[Sequence[Fraction]]) -> tuple[Signs, ...]:
    """The sign vectors (sgn w·x_i)_i of all w, as many as the arrangement of m samples (m × d) has faces, in a fixed order.

    >>> covectors([(Fraction(1),), (Fraction(-1),)])
    ((-1, 1), (0, 0), (1, -1))
    """
    lines = cocircuits(samples)
    zero = (0,) * len(samples)
    found, frontier = {zero}, [zero]
    while frontier:
        composed = {tuple(a or b for a, b in zip(face, line)) for face in frontier for line in lines}
        frontier = list(composed - found)
        found |= composed
    return tuple(sorted(found))


def cocircuits(samples: Sequence[Sequence[Fraction]]) -> tuple[Signs, ...]:
    """The sign vectors of the faces that are rays modulo the lineality space."""
    return tuple(sorted({signs(samples, ray) for ray in rays(samples)}))


def rays(samples: Sequence[Sequence[Fraction]]) -> list[tuple[Fraction, ...]]:
    """A vector (d) in each face that is a ray modulo the lineality space {w : w·x_i = 0 for all i}; it lies in the span of the samples."""
    matrix = rows(samples)
    # Hyperplanes that are equal, and samples that are zero, say nothing new.
    lines = list(dict.fromkeys(direction(x) for x in samples if any(x)))
    rank = matrix.rank()
    if not rank:
        return []
    found = []
    null = null_space(samples)
    for chosen in combinations(lines, rank - 1):
        # The lineality space and rank − 1 samples leave one line in the span of the samples.
        kernel = null_space([*null, *chosen], len(samples[0]))
        if len(kernel) == 1:
            found += [kernel[0], tuple(-entry for entry in kernel[0])]
    return list(dict.fromkeys(found))


def direction(vector: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """A multiple of a vector that is the same for all its multiples: the first entry that is not zero is 1."""
    lead = next(entry for entry in vector if entry)
    return tuple(Fraction(entry) / lead for entry in vector)


def null_space(vectors: Sequence[Sequence[Fraction]], size: int | None = None) -> list[tuple[Fraction, ...]]:
    """A basis of the w (``size`` entries) that are orthogonal to all vectors, each first non-zero entry 1 (reduced echelon form)."""
    if not vectors:
        return [tuple(Fraction(int(i == j)) for j in range(size or 0)) for i in range(size or 0)]
    reduced, rank = rows(vectors).rref()
    n = reduced.ncols()
    pivots = [next(j for j in range(n) if reduced[i, j]) for i in range(rank)]
    basis = []
    for free in (j for j in range(n) if j not in pivots):
        entries = [Fraction(0)] * n
        entries[free] = Fraction(1)
        for i, pivot in enumerate(pivots):
            entries[pivot] = -Fraction(int(reduced[i, free].p), int(reduced[i, free].q))
        basis.append(direction(entries))
    return basis


def signs(samples: Sequence[Sequence[Fraction]], vector: Sequence[Fraction]) -> Signs:
    """(sgn w·x_i)_i of one vector w."""
    return tuple(sign(sum((a * b for a, b in zip(x, vector)), Fraction(0))) for x in samples)


def sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def in_closure(face: Signs, other: Signs) -> bool:
    """Whether a face lies in the closure of another."""
    return all(a in (0, b) for a, b in zip(face, other))


def zero_set(face: Signs) -> tuple[int, ...]:
    """The samples whose hyperplanes hold a face."""
    return tuple(i for i, entry in enumerate(face) if not entry)


def null_matrix(samples: Sequence[Sequence[Fraction]], size: int) -> fmpq_mat:
    """A basis (``size`` × dimension) of the vectors that are orthogonal to the samples given."""
    basis = null_space(samples, size)
    return rows(basis).transpose() if basis else fmpq_mat(size, 0)
