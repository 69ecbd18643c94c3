"""The proof of an upper bound by ranks modulo a prime, made again without FLINT.

The argument is that of ``critscape.algebra.bounds.macaulay``, the work is done by other code: polynomials are dictionaries of
Python's integers, ranks come from ``modular_elimination`` and ``plain_hilbert_function``, and the degree falls, which need weights over ℚ, from weights modulo the
prime that are lifted to ℚ; that all columns of a high degree cancel is then checked over ℤ.

Which elements join the generators decides what is proved next, so it is fixed by the order of the rows: multiples by generator,
degree and lexicographic order of the factor; an element is that of the first row that it needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement
from math import comb, gcd, lcm

import numpy as np

from critscape.algebra.bounds.proof import Combination, Unproved, UpperBound
from critscape.algebra.certificates.modular_elimination import eliminated, lifted
from critscape.algebra.certificates.plain_hilbert_function import IntegerPolynomial, Monomial, hilbert_function, parity
from critscape.algebra.polynomial.rational_polynomial import RationalPolynomial, derivative

LARGEST_DEGREE = 255
LARGEST_BLOCK = 60_000_000
"""Entries of the largest matrix."""
MOST_ROWS = 200_000
MOST_MONOMIALS = 2_000_000
MOST_WORDS = 20_000_000
MOST_FALLS = 40
WITNESSES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)


@dataclass(frozen=True)
class Block:
    """The multiples (rows) and monomials (columns, by falling degree) of one parity."""

    rows: list[IntegerPolynomial]
    columns: list[Monomial]


def proved_bound(loss: RationalPolynomial, claim: UpperBound) -> int:
    """The bound that the prime, the degree falls and the degree of a claim prove; its ``bound`` is not read.

    Raises
    ------
    Unproved : they prove none, or it takes matrices that are too large.
    """
    if not is_prime(claim.prime):
        raise Unproved(f"{claim.prime} is not a prime below 2^63")
    if len(claim.falls) > MOST_FALLS:
        raise Unproved(f"there are more than {MOST_FALLS} steps")
    terms, n = loss.terms(), loss.variables
    known = [g for i in range(n) if (g := integral(derivative(terms, i)))]
    if any(degree(g) > LARGEST_DEGREE for g in known):
        raise Unproved(f"the gradient has a degree above {LARGEST_DEGREE}")
    signs = sign_changes(terms, n)
    known += combined(known, claim.combinations, n, signs)
    for high, low in claim.falls:
        falls = [fall for block in blocks(known, n, high, signs) for fall in degree_falls(block, low, claim.prime)]
        if not falls:
            raise Unproved(f"no multiples of degree at most {high} fall to degree {low}")
        known += falls
    top = claim.degree + 1
    if top > LARGEST_DEGREE or comb(n + max(top, 0), n) > MOST_MONOMIALS:
        raise Unproved(f"the matrix of degree {top} is too large")
    leading = [{m: c for m, c in g.items() if sum(m) == degree(g)} for g in known]
    dimensions = hilbert_function(leading, n, top, signs, claim.prime)
    if top < 0 or dimensions[-1]:
        raise Unproved(f"the multiples of degree {top} do not have all forms of this degree as leading forms")
    return sum(dimensions)


def combined(
    known: Sequence[IntegerPolynomial], combinations: Iterable[Combination], n: int, signs: Sequence[int]
) -> list[IntegerPolynomial]:
    """Each Σ c w^α g_k in turn, without its content; the g_k are ``known`` and those before it.

    Raises
    ------
    Unproved : they have too many terms; one is none of polynomials that are known, is zero, or has terms of different parities.
    """
    found: list[IntegerPolynomial] = []
    words = 0
    for combination in combinations:
        total: IntegerPolynomial = {}
        for k, factor, c in combination:
            if k < 0 or k >= len(known) + len(found) or len(factor) != n or any(power < 0 for power in factor):
                raise Unproved("a combination is none of what is known")
            g = known[k] if k < len(known) else found[k - len(known)]
            words += len(g) * (1 + (max(value.bit_length() for value in g.values()) + c.bit_length()) // 64)
            if words > MOST_WORDS or degree(g) + sum(factor) > LARGEST_DEGREE:
                raise Unproved("a combination is too large")
            for m, value in g.items():
                product = tuple(a + b for a, b in zip(m, factor))
                total[product] = total.get(product, 0) + c * value
        content = gcd(*total.values())
        total = {m: c // content for m, c in total.items() if c}
        if len({parity(m, signs) for m in total}) != 1:
            raise Unproved("a combination is zero or has terms of different parities")
        found.append(total)
    return found


def blocks(known: Sequence[IntegerPolynomial], n: int, most: int, signs: Sequence[int]) -> list[Block]:
    """The multiples of degree at most ``most`` of the generators in n variables, by parity under sign changes.

    Raises
    ------
    Unproved : they are too many.
    """
    degrees = [degree(g) for g in known]
    counts = [comb(n + most, n), sum(comb(n + most - d, n) for d in degrees if d <= most)]
    if most > LARGEST_DEGREE or max(counts) > MOST_ROWS:
        raise Unproved(f"the matrix of degree {most} is too large")
    levels = [monomials(n, d) for d in range(most + 1)]
    found: dict[tuple[int, ...], Block] = {}
    for level in reversed(levels):
        for monomial in level:
            found.setdefault(parity(monomial, signs), Block([], [])).columns.append(monomial)
    for g, d in zip(known, degrees):
        for level in levels[: max(0, most - d + 1)]:
            for factor in level:
                multiple = {tuple(a + b for a, b in zip(factor, monomial)): c for monomial, c in g.items()}
                # L is unchanged under the sign changes, so all terms of a derivative have one parity, and of combinations of one.
                found[parity(next(iter(multiple)), signs)].rows.append(multiple)
    if any(len(block.rows) * len(block.columns) > LARGEST_BLOCK for block in found.values()):
        raise Unproved(f"the matrix of degree {most} is too large")
    return list(found.values())


def degree_falls(block: Block, low: int, prime: int) -> list[IntegerPolynomial]:
    """Combinations over ℚ of the multiples in a block, of degree at most ``low``.

    Modulo the prime they span, with the multiples of degree at most ``low``, all such combinations.

    Raises
    ------
    Unproved : modulo the prime there are more than over ℚ.
    """
    there = [row for row in block.rows if degree(row) <= low]
    rows = [row for row in block.rows if degree(row) > low]
    place, width = positions(block.columns), len(block.columns)
    lead = sum(sum(monomial) > low for monomial in block.columns)
    if not rows or lead * (width - lead) > LARGEST_BLOCK:
        if rows:
            raise Unproved("a matrix of degree falls is too large")
        return []
    sparse = [{place[m]: c for m, c in row.items()} for row in rows]
    basis, fallen = [], []
    for k, (independent, rest) in enumerate(eliminated(sparse, width, lead, prime, tags=min(len(rows), lead))):
        if independent:
            basis.append(k)
        else:
            fallen.append((k, rest[lead:].copy()))
    # Of those that are left, in the low columns, the ones that are independent of what is there.
    low_rows = [{place[m] - lead: c for m, c in row.items()} for row in there]
    low_rows += [{j: int(rest[j]) for j in np.flatnonzero(rest[: width - lead]).tolist()} for _, rest in fallen]
    chosen = [k for k, (new, _) in enumerate(eliminated(low_rows, width - lead, width - lead, prime)) if new and k >= len(there)]
    return [cancelled(rows, *fallen[k - len(there)], basis, low, width - lead, prime) for k in chosen]


def cancelled(
    rows: Sequence[IntegerPolynomial],
    chosen: int,
    rest: np.ndarray,
    basis: Sequence[int],
    low: int,
    skip: int,
    prime: int,
) -> IntegerPolynomial:
    """The chosen row and the combination over ℚ of the basis with which its terms of degree above ``low`` cancel.

    ``rest[skip:]`` has the weights modulo the prime.

    Raises
    ------
    Unproved : there is none.
    """
    used = [rows[basis[i]] for i in np.flatnonzero(rest[skip:]).tolist()]
    high = sorted({m for row in used for m in row if sum(m) > low})
    place = positions(high)
    # As many columns in which the rows are independent.
    transposed: list[dict[int, int]] = [{} for _ in high]
    for i, row in enumerate(used):
        for m, c in row.items():
            if m in place:
                transposed[place[m]][i] = c
    regular = [high[j] for j, (new, _) in enumerate(eliminated(transposed, len(used), len(used), prime)) if new]
    matrix = np.array([[row.get(m, 0) for row in used] for m in regular], dtype=object).reshape(len(used), len(used))
    right = np.array([-rows[chosen].get(m, 0) for m in regular], dtype=object)
    for weights in lifted(matrix, right, prime):
        common = lcm(*(weight.denominator for weight in weights))
        total = {m: common * c for m, c in rows[chosen].items()}
        for weight, row in zip(weights, used):
            for m, c in row.items():
                total[m] = total.get(m, 0) + int(weight * common) * c
        total = {m: c for m, c in total.items() if c}
        if total and degree(total) <= low:
            content = gcd(*total.values())
            return {m: c // content for m, c in total.items()}
    raise Unproved(f"a degree fall modulo {prime} is none over the rationals")


def integral(terms: dict[Monomial, Fraction]) -> IntegerPolynomial:
    """The polynomial times its common denominator."""
    common = lcm(*(c.denominator for c in terms.values()))
    return {m: int(c * common) for m, c in terms.items()}


def sign_changes(terms: dict[Monomial, Fraction], n: int) -> list[int]:
    """A basis of the sign changes of variables that leave the polynomial unchanged, as bit masks: the kernel over GF(2) of its exponents.

    >>> sign_changes({(1, 1, 0): 1, (0, 0, 2): 1}, 3)
    [3, 4]
    """
    kernel = [1 << i for i in range(n)]
    for monomial in terms:
        odd = sum((power & 1) << i for i, power in enumerate(monomial))
        wrong = [mask for mask in kernel if (mask & odd).bit_count() & 1]
        if wrong:
            kernel = [mask ^ wrong[0] if mask in wrong else mask for mask in kernel if mask != wrong[0]]
    return kernel


def monomials(n: int, total: int) -> list[Monomial]:
    """The exponent vectors of degree ``total`` in n variables, lexicographic.

    >>> monomials(2, 2)
    [(2, 0), (1, 1), (0, 2)]
    """
    return [tuple(choice.count(i) for i in range(n)) for choice in combinations_with_replacement(range(n), total)]


def degree(polynomial: IntegerPolynomial) -> int:
    """The total degree of a polynomial that is not zero."""
    return max(map(sum, polynomial))


def positions(monomials: Iterable[Monomial]) -> dict[Monomial, int]:
    """Monomial → its position."""
    return {monomial: k for k, monomial in enumerate(monomials)}


def is_prime(number: int) -> bool:
    """Whether a number below 2⁶³ is prime: Miller and Rabin's test, with bases that are enough below 3·10²⁴ (Sorenson–Webster 2015)."""
    if number < 2 or number >= 2**63:
        return False
    if number in WITNESSES:
        return True
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in WITNESSES:
        power = pow(base, odd, number)
        if power not in (1, number - 1) and not any((power := power * power % number) == number - 1 for _ in range(twos - 1)):
            return False
    return True
