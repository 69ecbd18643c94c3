"""The steps of the search for an upper bound: degree falls and leading forms by sparse elimination modulo a prime.

The check of what is found (:mod:`critscape.algebra.bounds.macaulay`) does the same with dense matrices, and shares none of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from critscape.algebra.bounds.macaulay import SPARE_ROWS, Block, Charge, Polynomial, cancelled, combined, monomial_degree
from critscape.algebra.bounds.modular_matrix import dense, fallen, pivots


def spans_leading_forms(blocks: Iterable[Block], degree: int, prime: int, charge: Charge) -> bool:
    """Whether the leading forms of the multiples of this degree span all forms of this degree, modulo the prime."""
    for block in blocks:
        columns = [column for column in block.columns if monomial_degree(column) == degree]
        rows = block.of_degree(lambda d: d == degree)
        if len(rows) < len(columns):
            return False
        if dense(len(rows), len(columns)):
            # Combinations prove as much and are fewer; only if they happen to be dependent all rows are needed.
            fewer = combined(rows, len(columns) + SPARE_ROWS, prime)
            if len(pivots(fewer, columns, prime, charge)) == len(columns):
                continue
        if len(pivots(rows, columns, prime, charge)) < len(columns):
            return False
    return True


def degree_falls(blocks: Iterable[Block], lower: int, prime: int, charge: Charge) -> list[Polynomial]:
    """Combinations over ℚ of multiples, of degree at most ``lower``.

    Modulo the prime they span, with the multiples of degree at most ``lower``, all such combinations.

    Raises
    ------
    Unproved : modulo the prime there are more than over ℚ.
    """
    found = []
    for block in blocks:
        high = [column for column in block.columns if monomial_degree(column) > lower]
        low = [column for column in block.columns if monomial_degree(column) <= lower]
        there, rows = block.of_degree(lambda d: d <= lower), block.of_degree(lambda d: d > lower)
        chosen, used = fallen(rows, there, high, low, prime, charge)
        if chosen:
            found += cancelled([rows[k] for k in chosen], [rows[k] for k in used], high, prime, charge)
    return found
