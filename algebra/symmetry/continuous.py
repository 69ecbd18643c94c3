"""Continuous symmetries of a loss: the affine vector fields w ↦ A w + b along which L is constant, exactly over ℚ.

If ∇L(w)·(A w + b) = 0 identically, L is constant along the flow of the field, so a critical point that the field moves lies on
a whole curve of critical points: the critical set is not finite. Linear networks with equal ridges around a hidden layer
(so(d) rotates it) and without ridge (gl(d) acts on it) are of this kind.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import flint

from critscape.algebra.polynomial.loss import Loss, gradient

PRIME = 2**61 - 1
COMBINATIONS = 4
"""Combinations of equations for each unknown, at most: networks have a hundred equations for one."""


@dataclass(frozen=True)
class VectorField:
    """w ↦ A w + b with rational entries: ``linear`` is n × n (rows), ``constant`` has length n."""

    linear: tuple[tuple[flint.fmpq, ...], ...]
    constant: tuple[flint.fmpq, ...]

    @property
    def diagonal(self) -> bool:
        """Whether its flow rescales the weights, each by a factor of its own."""
        return not any(self.constant) and not any(a for i, row in enumerate(self.linear) for j, a in enumerate(row) if i != j)

    def __call__(self, point: Sequence, scalar: Callable = lambda a: a) -> list:
        """The field's value at a point, after its entries are taken to the ring of the coordinates by ``scalar``."""
        return [sum((w * scalar(a) for a, w in zip(row, point) if a != 0), scalar(b)) for row, b in zip(self.linear, self.constant)]


@lru_cache(maxsize=64)
def infinitesimal_symmetries(loss: Loss) -> tuple[VectorField, ...]:
    """A basis over ℚ of the affine vector fields that annihilate L.

    The unknowns (A, b) solve one linear equation per monomial of Σ_i (A w + b)_i ∂L/∂w_i. Full column rank modulo a prime, of
    random combinations of the equations where they are many, proves that there is none. A kernel modulo the prime is lifted to ℚ
    and verified; if that fails it is computed over ℚ.
    """
    n = loss.dimension
    slopes = gradient(loss)
    generators = polynomial_ring_generators(loss)
    # Columns: A_ij multiplies w_j ∂_i L, b_i multiplies ∂_i L.
    columns = [slopes[i] * generators[j] for i in range(n) for j in range(n)] + list(slopes)
    rows: dict[tuple, int] = {}
    entries = []
    for c, column in enumerate(columns):
        for exponents, coefficient in column.to_dict().items():
            entries.append((rows.setdefault(tuple(exponents), len(rows)), c, coefficient))
    # Clearing denominators keeps the kernel and lets every entry be reduced.
    common = math.lcm(*(int(coefficient.q) for _, _, coefficient in entries)) if entries else 1
    height = min(len(rows), COMBINATIONS * len(columns))
    draw = random.Random(0)
    # Every equation joins one of the combinations, with a random factor; few enough are left as they are.
    place = [(draw.randrange(height), draw.randrange(1, PRIME)) if height < len(rows) else (r, 1) for r in range(len(rows))]
    sums: dict[tuple[int, int], int] = {}
    for r, c, coefficient in entries:
        target, factor = place[r]
        sums[target, c] = (sums.get((target, c), 0) + factor * (int(coefficient * common) % PRIME)) % PRIME
    reduced = flint.nmod_mat(max(1, height), len(columns), PRIME)
    for (r, c), entry in sums.items():
        reduced[r, c] = entry
    kernel = kernel_of(*reduced.rref())
    if not kernel:
        return ()
    found = [[lifted(int(entry)) for entry in vector] for vector in kernel]
    if not all(_annihilates(vector, columns) for vector in found):
        exact = flint.fmpq_mat(len(rows), len(columns))
        for r, c, coefficient in entries:
            exact[r, c] = coefficient
        found = kernel_of(*exact.rref())
    return tuple(_field(vector, n) for vector in found)


def lifted(residue: int) -> flint.fmpq:
    """The fraction p/q with small p, q that is congruent to a residue (half-extended Euclid; Wang 1981)."""
    above, below = (PRIME, 0), (residue, 1)
    while below[0] * below[0] * 2 > PRIME:
        quotient = above[0] // below[0]
        above, below = below, (above[0] - quotient * below[0], above[1] - quotient * below[1])
    return flint.fmpq(below[0], below[1])


def _annihilates(vector: list[flint.fmpq], columns: list[flint.fmpq_mpoly]) -> bool:
    """Whether the combination of the columns is the zero polynomial over ℚ."""
    total = columns[0] * 0
    for factor, column in zip(vector, columns):
        if factor != 0:
            total += column * factor
    return total == 0


def polynomial_ring_generators(loss: Loss) -> tuple[flint.fmpq_mpoly, ...]:
    """The variables as polynomials of the loss's ring."""
    return flint.fmpq_mpoly_ctx.get(loss.variables, "degrevlex").gens()


def kernel_of(reduced, rank: int) -> list[list]:
    """A basis of the right kernel of a matrix in reduced row echelon form, one vector per free column."""
    width, zero = reduced.ncols(), reduced[0, 0] * 0
    pivots: list[int] = []
    for r in range(rank):
        pivots.append(next(c for c in range(pivots[-1] + 1 if pivots else 0, width) if reduced[r, c] != 0))
    basis = []
    for free in sorted(set(range(width)) - set(pivots)):
        vector = [zero] * width
        vector[free] = zero + 1
        for r, pivot in enumerate(pivots):
            vector[pivot] = -reduced[r, free]
        basis.append(vector)
    return basis


def _field(vector: list[flint.fmpq], n: int) -> VectorField:
    return VectorField(tuple(tuple(vector[i * n : (i + 1) * n]) for i in range(n)), tuple(vector[n * n :]))
