"""The steps of the search for an upper bound: degree falls by sparse elimination modulo a prime.

The check of what is found (:mod:`critscape.algebra.bounds.macaulay`) does the same with dense matrices, or multiplies out the
combinations that are noted here.
"""

from __future__ import annotations

from collections.abc import Iterable

from critscape.algebra.bounds.budget import Charge
from critscape.algebra.bounds.macaulay import Block, cancelled
from critscape.algebra.bounds.modular_matrix import fallen
from critscape.algebra.bounds.packed_polynomials import Polynomial, exponents_of
from critscape.algebra.bounds.proof import Combination


def degree_falls(blocks: Iterable[Block], n: int, lower: int, prime: int, charge: Charge) -> list[tuple[Polynomial, Combination]]:
    """Combinations over ℚ of multiples, of degree at most ``lower`` in n variables, divided by their content, and how they are combined.

    Modulo the prime they span, with the multiples of degree at most ``lower``, all such combinations.

    Raises
    ------
    Unproved : modulo the prime there are more than over ℚ.
    """
    found = []
    for block in blocks:
        above, below = block.split(lower)
        chosen, used = fallen(above.rows, below.rows, above.columns, below.columns, prime, charge)
        if chosen:
            rows = above.rows
            falls = cancelled([rows[k] for k in chosen], [rows[k] for k in used], above.columns, prime, charge)
            for k, (fall, weights) in zip(chosen, falls):
                multiples = [(*above.factors[row], c) for row, c in zip((k, *used), weights) if c]
                found.append((fall, tuple((g, exponents_of(factor, n), c) for g, factor, c in multiples)))
    return found
