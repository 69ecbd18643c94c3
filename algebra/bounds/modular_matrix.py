"""Matrices of coefficients modulo a prime: ranks, pivots and the rows that fall below a degree; small ones dense, large ones sparse.

Small matrices go to FLINT. Rows of large ones are multiples of few short polynomials, and are eliminated as sparse rows
(:mod:`critscape.algebra.kernels.modular_rows`): the operations that are charged for are then those that are made.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np

from critscape.algebra.bounds.budget import Charge
from critscape.algebra.bounds.packed_polynomials import Polynomial, echelon, modulo
from critscape.algebra.bounds.proof import Unproved
from critscape.algebra.kernels.modular_rows import Echelon, SparseRows, TooMany, favourable, reduced

SMALL = 300_000
"""Entries up to which a matrix is dense: it is done before the kernel is there."""


def dense(rows: int, columns: int) -> bool:
    """Whether a matrix of this size is reduced by FLINT."""
    return rows * columns <= SMALL


def elimination(rows: int, columns: int) -> int:
    """The operations that reduce a dense matrix to echelon form, if its rank is full."""
    return rows * columns * min(rows, columns)


def sparse(rows: Sequence[Polynomial], columns: Sequence[int], prime: int) -> SparseRows:
    """The same coefficients as sparse rows."""
    place = {column: j for j, column in enumerate(columns)}
    starts, found, values = [0], array("q"), array("q")
    for row in rows:
        for monomial, c in row.items():
            if (j := place.get(monomial)) is not None and (value := c % prime):
                found.append(j)
                values.append(value)
        starts.append(len(found))
    return SparseRows(np.array(starts, dtype=np.int64), np.array(found, dtype=np.int64), np.array(values, dtype=np.int64))


def pivots(rows: Sequence[Polynomial], columns: Sequence[int], prime: int, charge: Charge) -> list[int]:
    """The columns of an echelon form that have a pivot: the first ones that are independent.

    Raises
    ------
    Unproved : it takes too much memory.
    """
    if dense(len(rows), len(columns)):
        charge(elimination(len(rows), len(columns)))
        return echelon(modulo(rows, columns, prime))[1]
    return in_memory(sparse(rows, columns, prime), len(columns), len(columns), prime, charge).pivots


def fallen(
    rows: Sequence[Polynomial], there: Sequence[Polynomial], high: Sequence[int], low: Sequence[int], prime: int, charge: Charge
) -> tuple[list[int], list[int]]:
    """Rows of which combinations modulo the prime vanish in the columns ``high`` and are independent in ``low``, of each other and of ``there``.

    The second list has the rows that these are combined with, which are independent in the columns ``high``.

    Raises
    ------
    Unproved : it takes too much memory.
    """
    split = len(high)
    first = in_memory(sparse(rows, [*high, *low], prime), split + len(low), split, prime, charge, noted=True)
    known = sparse(there, low, prime)
    rest = [first.remainder(k) for k in first.fallen]
    both = SparseRows(
        np.concatenate([known.starts, known.starts[-1] + np.cumsum([len(c) for c, _ in rest], dtype=np.int64)]),
        np.concatenate([known.columns, *(c - split for c, _ in rest)]),
        np.concatenate([known.values, *(v for _, v in rest)]),
    )
    order = np.concatenate([favourable(known), len(there) + np.arange(len(rest))])
    second = in_memory(both, len(low), len(low), prime, charge, order=order)
    chosen = [first.fallen[k - len(there)] for k in second.independent if k >= len(there)]
    return chosen, sorted({row for k in chosen for row in first.combination(k)})


def in_memory(
    rows: SparseRows, width: int, lead: int, prime: int, charge: Charge, noted: bool = False, order: np.ndarray | None = None
) -> Echelon:
    """The echelon form.

    Raises
    ------
    Unproved : it takes too much memory.
    """
    try:
        return reduced(rows, width, lead, prime, charge, noted, order)
    except TooMany as error:
        raise Unproved(str(error)) from None
