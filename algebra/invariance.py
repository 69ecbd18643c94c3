"""Continuous symmetries of a loss: the affine vector fields w ↦ A w + b along which L is constant, exactly over ℚ.

If ∇L(w)·(A w + b) = 0 identically, L is constant along the flow of the field, so a critical point that the field moves lies on
a whole curve of critical points: the critical set is not finite. Linear networks with equal ridges around a hidden layer
(so(d) rotates it) and without ridge (gl(d) acts on it) are of this kind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import flint

from algebra.loss import Loss, gradient

_PRIME = 2**31 - 1


@dataclass(frozen=True)
class VectorField:
    """w ↦ A w + b with rational entries: ``linear`` is n × n (rows), ``constant`` has length n."""

    linear: tuple[tuple[flint.fmpq, ...], ...]
    constant: tuple[flint.fmpq, ...]

    def __call__(self, point: Sequence, scalar: Callable = lambda a: a) -> list:
        """The field's value at a point, after its entries are taken to the ring of the coordinates by ``scalar``."""
        return [
            sum((w * scalar(a) for a, w in zip(row, point) if a != 0), scalar(b)) for row, b in zip(self.linear, self.constant)
        ]


@lru_cache(maxsize=64)
def infinitesimal_symmetries(loss: Loss) -> tuple[VectorField, ...]:
    """A basis over ℚ of the affine vector fields that annihilate L.

    The unknowns (A, b) solve one linear equation per monomial of Σ_i (A w + b)_i ∂L/∂w_i. Full column rank modulo a prime
    proves that there is none; otherwise the kernel is computed over ℚ.
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
    if not rows:
        return tuple(_field(unit, n) for unit in _identity(len(columns)))
    if _full_rank_modulo_prime(entries, len(rows), len(columns)):
        return ()
    matrix = flint.fmpq_mat(len(rows), len(columns))
    for r, c, coefficient in entries:
        matrix[r, c] = coefficient
    return tuple(_field(vector, n) for vector in _kernel(matrix))


def polynomial_ring_generators(loss: Loss) -> tuple[flint.fmpq_mpoly, ...]:
    """The variables as polynomials of the loss's ring."""
    return flint.fmpq_mpoly_ctx.get(loss.variables, "degrevlex").gens()


def _full_rank_modulo_prime(entries: list, rows: int, columns: int) -> bool:
    if rows < columns:
        return False
    reduced = flint.nmod_mat(rows, columns, _PRIME)
    for r, c, coefficient in entries:
        denominator = int(coefficient.q) % _PRIME
        if denominator == 0:
            return False
        reduced[r, c] = int(coefficient.p) % _PRIME * pow(denominator, -1, _PRIME) % _PRIME
    return reduced.rank() == columns


def _kernel(matrix: flint.fmpq_mat) -> list[list[flint.fmpq]]:
    """A basis of the right kernel, one vector per free column of the reduced row echelon form."""
    reduced, rank = matrix.rref()
    width = matrix.ncols()
    pivots = []
    for r in range(rank):
        pivots.append(next(c for c in range(pivots[-1] + 1 if pivots else 0, width) if reduced[r, c] != 0))
    basis = []
    for free in (c for c in range(width) if c not in pivots):
        vector = [flint.fmpq(0)] * width
        vector[free] = flint.fmpq(1)
        for r, pivot in enumerate(pivots):
            vector[pivot] = -reduced[r, free]
        basis.append(vector)
    return basis


def _identity(size: int) -> list[list[flint.fmpq]]:
    return [[flint.fmpq(int(i == j)) for j in range(size)] for i in range(size)]


def _field(vector: list[flint.fmpq], n: int) -> VectorField:
    return VectorField(tuple(tuple(vector[i * n : (i + 1) * n]) for i in range(n)), tuple(vector[n * n :]))
