"""The search for an upper bound for the number of critical points that :mod:`critscape.algebra.bounds.macaulay` proves.

Degree by degree, the multiples of the generators are reduced modulo a prime. Where some of their combinations fall to a lower
degree, the lowest of these join the generators (computed over ℚ) and the search goes back to that degree. It ends when the
leading forms of the generators prove the bound that is wanted, or else when those of the multiples span all forms of a degree.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from itertools import accumulate
from math import comb

from critscape.algebra.bounds.budget import Charge, OverBudget, at_most, unlimited
from critscape.algebra.bounds.degree_falls import degree_falls
from critscape.algebra.bounds.hilbert_function import hilbert_function
from critscape.algebra.bounds.macaulay import MOST_FALLS, Block, combined, generators, macaulay_matrix, parity_masks
from critscape.algebra.bounds.modular_matrix import elimination, pivots
from critscape.algebra.bounds.packed_polynomials import Polynomial, degree_of, leading_form, monomial_degree
from critscape.algebra.bounds.proof import Combination, Unproved, UpperBound
from critscape.algebra.polynomial.loss import Loss
from critscape.algebra.tied_process import tied

PRIME = 2**31 - 1
"""Any prime is sound; a large one is hardly ever unlucky."""


LARGEST_REPEATED = 1e10
"""Operations up to which degree falls are found again by whoever checks: ten seconds. A proof with larger ones says how they are combined."""

AT_ONCE = 1e9
"""A search of so many operations, half a second, is made in this process; a longer one can be interrupted, and may use up memory."""


def upper_bound(loss: Loss, work: float, wanted: int | None = None) -> UpperBound:
    """An upper bound, with its proof, for the number of complex critical points counted with multiplicity.

    The search proves the bound on its way; :func:`critscape.algebra.bounds.macaulay.proved_bound` does it again. Where it is long, it
    runs as a process of its own.

    Parameters
    ----------
    work : the operations modulo a prime that the search may take, a thousand million of them a second or two. Whether a bound is
        found depends on this number and not on how fast the machine is.
    wanted : stop at the first bound that is at most this (say :func:`critscape.algebra.elimination.msolve.quotient_dimension`), and not before.

    Raises
    ------
    Unproved : the work or the size of a matrix does not suffice, for which there may be no bound at all (always when the critical
        points are not finitely many).
    RuntimeError : the process ended without an answer, say for lack of memory.
    """
    known, masks = generators(loss), parity_masks(loss)
    if not known:
        raise Unproved("the gradient vanishes everywhere")
    try:
        return search(known, loss.dimension, masks, wanted, charge=at_most(min(work, AT_ONCE)))
    except OverBudget:
        if work <= AT_ONCE:
            raise
    # Hexadecimal, as Python limits the decimal digits that it reads.
    request = {
        "generators": [[[hex(monomial), hex(c)] for monomial, c in g.items()] for g in known],
        "n": loss.dimension,
        "masks": [hex(mask) for mask in masks],
        "wanted": wanted,
        "work": work,
    }
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "PYTHONSAFEPATH": "1"}
    command = tied([sys.executable, "-m", "critscape.algebra.bounds.upper_bound"])
    done = subprocess.run(command, check=False, input=json.dumps(request), capture_output=True, text=True, env=environment)
    if done.returncode:
        raise RuntimeError(f"the search for an upper bound ended with status {done.returncode}, perhaps for lack of memory")
    answer = json.loads(done.stdout)
    if isinstance(answer, str):
        raise Unproved(answer)
    combinations = answer.pop("combinations", ())
    terms = (tuple((k, tuple(exponents), int(c, 16)) for k, exponents, c in combination) for combination in combinations)
    return UpperBound(**{**answer, "falls": tuple(map(tuple, answer["falls"])), "combinations": tuple(terms)})


def search(
    known: list[Polynomial], n: int, masks: list[int], wanted: int | None, prime: int = PRIME, charge: Charge = unlimited
) -> UpperBound:
    """The first bound for the common zeros of ``known``, in n variables, as in :func:`upper_bound`; the prime is below 2³¹.

    Raises
    ------
    Unproved : a matrix is too large, the steps are too many, the charge forbids one or the prime is unlucky.
    """
    given, known = known, list(known)
    falls: list[tuple[int, int]] = []
    combinations: list[Combination] = []
    largest = 0

    def proof(bound: int, degree: int) -> UpperBound:
        if largest > LARGEST_REPEATED:
            # Whoever checks does this too.
            combined(given, combinations, n, masks)
            return UpperBound(bound, prime, (), degree, tuple(combinations))
        return UpperBound(bound, prime, tuple(falls), degree)

    degree = min(map(degree_of, known))
    # Dimensions of the span of the multiples of degree at most d, for d below ``degree``; it is 0 where none is noted.
    spans: dict[int, int] = {}
    joined = True
    while True:
        if joined and wanted is not None and (found := bound_at_most(wanted, known, n, masks, prime, charge)):
            return proof(*found)
        blocks = macaulay_matrix(known, n, degree, masks, charge)
        leading = leading_degrees(blocks, degree, prime, charge)
        total = list(accumulate(leading))
        lower = next((d for d in range(degree) if total[d] > spans.get(d, 0)), None)
        joined = lower is not None
        if lower is not None:
            if len(falls) == MOST_FALLS:
                raise Unproved(f"more than {MOST_FALLS} steps are needed")
            joining = degree_falls(blocks, n, lower, prime, charge)
            known += [fall for fall, _ in joining]
            combinations += [combination for _, combination in joining]
            falls.append((degree, lower))
            largest = max(largest, *(elimination(len(block.rows), len(block.columns)) for block in blocks))
            degree = lower
        elif wanted is None and leading[degree] == sum(monomial_degree(c) == degree for block in blocks for c in block.columns):
            return proof(comb(n + degree - 1, n) - spans.get(degree - 1, 0), degree - 1)
        else:
            spans[degree] = total[degree]
            degree += 1


def bound_at_most(wanted: int, known: list[Polynomial], n: int, masks: list[int], prime: int, charge: Charge) -> tuple[int, int] | None:
    """The bound that the leading forms of ``known`` prove and the last degree that counts, if the bound is at most ``wanted``."""
    total = 0
    try:
        for degree, dimension in enumerate(hilbert_function(list(map(leading_form, known)), n, masks, prime, charge)):
            if not dimension:
                return total, degree - 1
            total += dimension
            if total > wanted:
                break
    except OverBudget:
        raise
    except Unproved:
        # Too large a matrix; with further generators it may be smaller.
        pass
    return None


def leading_degrees(blocks: Iterable[Block], degree: int, prime: int, charge: Charge) -> list[int]:
    """How many elements of each degree from 0 to ``degree`` an echelon basis of the span of the multiples has modulo the prime."""
    degrees: Counter[int] = Counter()
    for block in blocks:
        degrees.update(monomial_degree(block.columns[k]) for k in pivots(block.rows, block.columns, prime, charge))
    return [degrees[d] for d in range(degree + 1)]


def main() -> None:
    """Reads a request from standard input and prints the bound found as JSON, or the sentence that says why there is none."""
    request = json.load(sys.stdin)
    known = [{int(monomial, 16): int(c, 16) for monomial, c in g} for g in request["generators"]]
    masks = [int(mask, 16) for mask in request["masks"]]
    try:
        found: dict | str = search(known, request["n"], masks, request["wanted"], charge=at_most(request["work"])).document()
    except Unproved as reason:
        found = str(reason)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
