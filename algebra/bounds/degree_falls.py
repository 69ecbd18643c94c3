"""The steps of the search for an upper bound: degree falls by sparse elimination modulo a prime.

The check of what is found (:mod:`critscape.algebra.bounds.macaulay`) does the same with dense matrices, and shares none of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from critscape.algebra.bounds.budget import Charge
from critscape.algebra.bounds.macaulay import Block, cancelled
from critscape.algebra.bounds.modular_matrix import fallen
from critscape.algebra.bounds.packed_polynomials import Polynomial


def degree_falls(blocks: Iterable[Block], lower: int, prime: int, charge: Charge) -> list[Polynomial]:
    """Combinations over ℚ of multiples, of degree at most ``lower``.

    Modulo the prime they span, with the multiples of degree at most ``lower``, all such combinations.

    Raises
    ------
    Unproved : modulo the prime there are more than over ℚ.
    """
    found = []
    for block in blocks:
        high, low, there, rows = block.split(lower)
        chosen, used = fallen(rows, there, high, low, prime, charge)
        if chosen:
            found += cancelled([rows[k] for k in chosen], [rows[k] for k in used], high, prime, charge)
    return found
