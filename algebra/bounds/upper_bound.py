"""The search for an upper bound for the number of critical points that :mod:`critscape.algebra.bounds.macaulay` proves.

Degree by degree, the multiples of the generators are reduced modulo a prime. Where some of their combinations fall to a lower
degree, the lowest of these join the generators (computed over ℚ) and the search goes back to that degree. It ends when the
leading forms of the multiples span all forms of a degree.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from itertools import accumulate
from math import comb

from critscape.algebra.bounds.macaulay import (
    MOST_FALLS,
    Block,
    Polynomial,
    Unproved,
    UpperBound,
    degree_falls,
    degree_of,
    echelon,
    generators,
    macaulay_matrix,
    modulo,
    monomial_degree,
    parity_masks,
    spans_leading_forms,
)
from critscape.algebra.polynomial.loss import Loss

PRIME = 2**31 - 1
"""Any prime is sound; a large one is hardly ever unlucky."""


def upper_bound(loss: Loss, seconds: float, wanted: int | None = None) -> UpperBound | None:
    """An upper bound, with its proof, for the number of complex critical points counted with multiplicity.

    The search runs as a process of its own. It proves the bound on its way; :func:`critscape.algebra.bounds.macaulay.proved_bound` does it again.

    Parameters
    ----------
    seconds : time limit.
    wanted : stop at the first bound that is at most this (say :func:`critscape.algebra.elimination.msolve.quotient_dimension`), and not before.

    Returns
    -------
    None when the time or the size of a matrix does not suffice; always, when the critical points are not finitely many.

    Raises
    ------
    RuntimeError : the process ended without an answer, say for lack of memory.
    """
    try:
        known = generators(loss)
    except Unproved:
        return None
    if not known:
        return None
    # Hexadecimal, as Python limits the decimal digits that it reads.
    request = {
        "generators": [[[hex(monomial), hex(c)] for monomial, c in g.items()] for g in known],
        "n": loss.dimension,
        "masks": [hex(mask) for mask in parity_masks(loss)],
        "wanted": wanted,
    }
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "PYTHONSAFEPATH": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "critscape.algebra.bounds.upper_bound"],
            check=False,
            input=json.dumps(request),
            capture_output=True,
            text=True,
            env=environment,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        raise RuntimeError(f"the search for an upper bound ended with status {done.returncode}")
    answer = json.loads(done.stdout)
    return answer and UpperBound(**{**answer, "falls": tuple(map(tuple, answer["falls"]))})


def search(known: list[Polynomial], n: int, masks: list[int], wanted: int | None, prime: int = PRIME) -> UpperBound:
    """The first bound for the common zeros of ``known``, in n variables, as in :func:`upper_bound`.

    Raises
    ------
    Unproved : a matrix is too large, the steps are too many or the prime is unlucky.
    """
    known, falls = list(known), []
    degree = min(map(degree_of, known))
    # Dimensions of the span of the multiples of degree at most d, for d below ``degree``; it is 0 where none is noted.
    spans: dict[int, int] = {}
    while True:
        blocks = macaulay_matrix(known, n, degree, masks)
        bound = comb(n + degree - 1, n) - spans.get(degree - 1, 0)
        found = UpperBound(bound, prime, tuple(falls), degree - 1)
        if wanted is not None and bound <= wanted and spans_leading_forms(blocks, degree, prime):
            return found
        leading = leading_degrees(blocks, degree, prime)
        total = list(accumulate(leading))
        lower = next((d for d in range(degree) if total[d] > spans.get(d, 0)), None)
        if lower is not None:
            if len(falls) == MOST_FALLS:
                raise Unproved(f"more than {MOST_FALLS} steps are needed")
            known += degree_falls(blocks, lower, prime)
            falls.append((degree, lower))
            degree = lower
        elif wanted is None and leading[degree] == sum(monomial_degree(c) == degree for block in blocks for c in block.columns):
            return found
        else:
            spans[degree] = total[degree]
            degree += 1


def leading_degrees(blocks: Iterable[Block], degree: int, prime: int) -> list[int]:
    """How many elements of each degree from 0 to ``degree`` an echelon basis of the span of the multiples has modulo the prime."""
    degrees = Counter()
    for block in blocks:
        degrees.update(monomial_degree(block.columns[k]) for k in echelon(modulo(block.rows, block.columns, prime))[1])
    return [degrees[d] for d in range(degree + 1)]


def main() -> None:
    """Reads a request from standard input and prints the bound found as JSON: null when there is none."""
    request = json.load(sys.stdin)
    known = [{int(monomial, 16): int(c, 16) for monomial, c in g} for g in request["generators"]]
    masks = [int(mask, 16) for mask in request["masks"]]
    try:
        found = asdict(search(known, request["n"], masks, request["wanted"]))
    except Unproved:
        found = None
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
