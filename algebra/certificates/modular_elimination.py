"""Linear algebra modulo a prime in NumPy's integers, and solutions over ℚ lifted from it: for whoever checks FLINT's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import islice
from math import isqrt

import numpy as np

ROWS_AT_ONCE = 256
MOST_DIGITS = 2**12
"""p-adic digits to which a solution over ℚ is lifted before it counts as none; its numerators have half as many."""

SparseRow = Mapping[int, int]
"""Column → integer."""


def eliminated(rows: Iterable[SparseRow], width: int, lead: int, prime: int, tags: int = 0) -> Iterator[tuple[bool, np.ndarray]]:
    """Gaussian elimination modulo a prime of the columns before ``lead``, each row by those above it.

    Yields for each row of ``width`` columns whether it is independent of the rows above it in these columns, and what is left of
    it: then a row with leading entry 1, else one that is zero before ``lead``. With ``tags`` (at least as many as there are
    independent rows) it has so many more columns: how often each independent row, in their order, was added, and itself if it is
    one.
    """
    total = width + tags
    pivots: list[tuple[int, np.ndarray]] = []
    left = iter(rows)
    while batch := list(islice(left, ROWS_AT_ONCE)):
        chunk: np.ndarray = np.zeros((len(batch), total), dtype=entries(prime))
        for row, sparse in zip(chunk, batch):
            for column, value in sparse.items():
                row[column] = value % prime
        # A pivot row is zero before its column, so one pass from left to right is enough.
        for column, pivot in sorted(pivots, key=lambda pair: pair[0]):
            subtract(chunk, pivot, column, prime)
        for i, row in enumerate(chunk):
            leading = np.flatnonzero(row[:lead])
            if leading.size:
                if tags:
                    row[width + len(pivots)] = 1
                column = int(leading[0])
                row[:] = row * pow(int(row[column]), -1, prime) % prime
                pivots.append((column, row))
                subtract(chunk[i + 1 :], row, column, prime)
            yield bool(leading.size), row


def subtract(chunk: np.ndarray, pivot: np.ndarray, column: int, prime: int) -> None:
    """Clears a column of all rows by multiples of a row with a 1 there, in place."""
    there = np.flatnonzero(chunk[:, column])
    if there.size:
        used = np.flatnonzero(pivot)
        chunk[np.ix_(there, used)] = (chunk[np.ix_(there, used)] - np.outer(chunk[there, column], pivot[used])) % prime


def entries(prime: int) -> type:
    """Machine integers where products of residues fit into them, else Python's."""
    return np.int64 if prime < 2**31 else object


def inverse(matrix: np.ndarray, prime: int) -> np.ndarray:
    """The inverse modulo a prime of a matrix of Python's integers that is regular there."""
    size = len(matrix)
    both: np.ndarray = np.zeros((size, 2 * size), dtype=entries(prime))
    both[:, :size] = matrix % prime
    both[:, size:] = np.eye(size, dtype=int)
    for k in range(size):
        pivot = k + int(np.flatnonzero(both[k:, k])[0])
        both[[k, pivot]] = both[[pivot, k]]
        row = both[k] * pow(int(both[k, k]), -1, prime) % prime
        subtract(both, row, k, prime)
        both[k] = row
    return both[:, size:]


def lifted(matrix: np.ndarray, right: np.ndarray, prime: int) -> Iterator[list[Fraction]]:
    """Candidates for the solution x over ℚ of ``matrix`` x = ``right``, Python's integers, from more and more p-adic digits.

    The matrix (r × r) is regular modulo the prime. With twice as many digits as x has it is the last one (Dixon 1982); whether it is
    is for the caller to see. There are none beyond ``MOST_DIGITS``.
    """
    back = inverse(matrix, prime)
    rest, known, modulus, digits = right, np.zeros(len(right), dtype=object), 1, 0
    wanted = 4
    while wanted <= MOST_DIGITS:
        while digits < wanted:
            digit = ((back * (rest % prime).astype(back.dtype)[None, :]) % prime).sum(axis=1).astype(object) % prime
            known = known + digit * modulus
            rest = (rest - matrix @ digit) // prime
            modulus *= prime
            digits += 1
        found = [fraction for value in known if (fraction := reconstructed(int(value), modulus)) is not None]
        if len(found) == len(known):
            yield found
        wanted *= 2


def reconstructed(residue: int, modulus: int) -> Fraction | None:
    """The fraction n/d ≡ residue with |n|, d ≤ √(modulus/2), which is the only one; None if there is none.

    >>> reconstructed(-2 * pow(3, -1, 10007) % 10007, 10007)
    Fraction(-2, 3)
    """
    bound = isqrt(modulus // 2)
    above, below, one, other = modulus, residue % modulus, 0, 1
    while below > bound:
        quotient = above // below
        above, below = below, above - quotient * below
        one, other = other, one - quotient * other
    if not other or abs(other) > bound:
        return None
    return Fraction(below, other)
