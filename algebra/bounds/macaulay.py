"""A proof, by linear algebra modulo one prime, that a loss has at most so many critical points.

Let I = (∇L), P_s the polynomials of degree at most s, V ⊂ I ∩ P_s. If every form of degree s + 1 is the leading form of an element
of I, then P_{s+1} ⊂ I + P_s; times the variables, P_{s+2} ⊂ I + P_{s+1}, and so on: ℂ[w] = I + P_s, and

    dim ℂ[w]/I ≤ dim P_s − dim V:

the critical points are finitely many, and with multiplicity at most so many. Both conditions are ranks of matrices A of the
coefficients of multiples of generators of I with integer coefficients (Macaulay 1902; Lazard, EUROCAL 1983). A rank modulo a prime
is at most that over ℚ, so what it proves holds over ℚ: an unlucky prime gives a worse bound or none, never a wrong one.

The multiples of ∂L/∂w_i alone are rarely enough, as their leading forms have common zeros at infinity: elements of I of degree at
most d among the combinations of multiples of a larger degree up to D ("degree falls"; for linear networks those of
W_{h+1}ᵀ(Λ_{h+1}∘W_{h+1}) = (Λ_h∘W_h)W_hᵀ) must join the generators first. A degree fall modulo p proves nothing, so each is
computed over ℚ: the weights with which rows of A cancel the columns of degree above d solve a linear system that is regular
modulo p; it is solved exactly, and that they cancel all of these columns is checked over ℤ.

The sign changes that leave L unchanged grade the polynomials by parity and every generator is homogeneous, so A has blocks.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import comb, gcd, lcm
from typing import Any

import flint

from critscape.algebra.bounds.proof import Unproved, UpperBound
from critscape.algebra.polynomial.loss import Loss, gradient, polynomial, terms
from critscape.algebra.symmetry.finite import sign_changes

BITS = 8
"""A monomial is the integer Σ e_i 2^(8i): products are sums."""
LARGEST_DEGREE = 2**BITS - 1
LARGEST_BLOCK = 60_000_000
"""Entries of the largest block of a matrix, of 8 bytes each; a few copies are needed."""
MOST_ROWS = 200_000
"""Multiples, and monomials, of the largest matrix."""
MOST_TERMS = 6_000_000
"""Terms of all multiples together, of about 100 bytes each."""
SPARE_ROWS = 30
MOST_FALLS = 40

Polynomial = dict[int, int]
"""Monomial → integer coefficient, none of them zero."""


TERM = 2000
"""Operations modulo a prime that take as long as one term of a multiple does."""

Charge = Callable[[float], None]
"""Is told of each step, before it is made, how many operations modulo a prime take as long; it raises OverBudget to forbid the step."""


class OverBudget(Unproved):
    """The proof takes more work than it was allowed."""


def unlimited(work: float) -> None:
    """The charge of whoever has all the time that it takes."""


def at_most(work: float) -> Charge:
    """A charge that forbids the step with which the sum would exceed ``work``: the same step on every machine."""
    left = work

    def charge(operations: float) -> None:
        nonlocal left
        left -= operations
        if left < 0:
            raise OverBudget(f"the proof takes more than {work:.0e} operations modulo a prime")

    return charge


@dataclass(frozen=True)
class Block:
    """The multiples of the generators (rows), their degrees, and the monomials by falling degree (columns) of one parity."""

    rows: list[Polynomial]
    degrees: list[int]
    columns: list[int]

    def of_degree(self, wanted: Callable[[int], bool]) -> list[Polynomial]:
        """The rows of certain degrees."""
        return [row for row, degree in zip(self.rows, self.degrees) if wanted(degree)]


def proved_bound(loss: Loss, claim: UpperBound) -> int:
    """The bound that the prime, the degree falls and the degree of a claim prove; its ``bound`` is not read.

    Raises
    ------
    Unproved : they prove none, or it takes matrices that are too large.
    """
    if not (claim.prime < 2**63 and flint.fmpz(claim.prime).is_prime()):
        raise Unproved(f"{claim.prime} is not a prime below 2^63")
    if len(claim.falls) > MOST_FALLS:
        raise Unproved(f"there are more than {MOST_FALLS} steps")
    known, masks = generators(loss), parity_masks(loss)
    for degree, lower in claim.falls:
        joining = degree_falls(macaulay_matrix(known, loss.dimension, degree, masks), lower, claim.prime)
        if not joining:
            raise Unproved(f"no multiples of degree at most {degree} fall to degree {lower}")
        known += joining
    blocks = macaulay_matrix(known, loss.dimension, claim.degree + 1, masks)
    if not spans_leading_forms(blocks, claim.degree + 1, claim.prime):
        raise Unproved(f"the multiples of degree {claim.degree + 1} do not have all forms of this degree as leading forms")
    return codimension(blocks, loss.dimension, claim.degree, claim.prime)


def spans_leading_forms(blocks: Iterable[Block], degree: int, prime: int) -> bool:
    """Whether the leading forms of the multiples of this degree span all forms of this degree, modulo the prime."""
    for block in blocks:
        columns = [column for column in block.columns if monomial_degree(column) == degree]
        rows = block.of_degree(lambda d: d == degree)
        if len(rows) < len(columns):
            return False
        # Combinations prove as much and are fewer; only if they happen to be dependent all rows are needed.
        fewer = combined(rows, len(columns) + SPARE_ROWS, prime)
        if rank(fewer, columns, prime) < len(columns) and rank(rows, columns, prime) < len(columns):
            return False
    return True


def codimension(blocks: Iterable[Block], n: int, degree: int, prime: int) -> int:
    """dim P_s − dim V for the span V of the multiples of degree at most s = ``degree``, modulo the prime."""
    found = comb(n + degree, n)
    for block in blocks:
        columns = [column for column in block.columns if monomial_degree(column) <= degree]
        found -= rank(block.of_degree(lambda d: d <= degree), columns, prime)
    return found


def degree_falls(blocks: Iterable[Block], lower: int, prime: int) -> list[Polynomial]:
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
        if len(high) * len(low) > LARGEST_BLOCK:
            raise Unproved("a matrix of degree falls is too large")
        there, rows = block.of_degree(lambda d: d <= lower), block.of_degree(lambda d: d > lower)
        # A column k of the reduced echelon form holds the weights with which the independent rows give row k above the degree.
        reduced, independent = echelon(modulo(rows, high, prime).transpose())
        basis = [rows[k] for k in independent]
        # Below its rank the echelon form is zero.
        padded = stacked(modulo(basis, low, prime), flint.nmod_mat(len(high) - len(basis), len(low), prime))
        fallen = modulo(rows, low, prime) - reduced.transpose() * padded
        _, choice = echelon(stacked(modulo(there, low, prime), fallen).transpose())
        chosen = [k - len(there) for k in choice if k >= len(there)]
        if chosen:
            used = [i for i in range(len(basis)) if any(reduced[i, k] for k in chosen)]
            found += cancelled([rows[k] for k in chosen], [basis[i] for i in used], high, prime)
    return found


def stacked(above: flint.nmod_mat, below: flint.nmod_mat) -> flint.nmod_mat:
    """The rows of one matrix and those of another."""
    return flint.nmod_mat(above.nrows() + below.nrows(), below.ncols(), above.entries() + below.entries(), below.modulus())


def cancelled(
    chosen: Sequence[Polynomial], basis: Sequence[Polynomial], high: Sequence[int], prime: int, charge: Charge = unlimited
) -> list[Polynomial]:
    """Each chosen row less the combination over ℚ of the basis with which the columns ``high`` cancel, as a primitive polynomial.

    Raises
    ------
    Unproved : there is none.
    """
    bits = max(abs(c).bit_length() for row in (*chosen, *basis) for c in row.values())
    # Lifting (Dixon, Numerische Mathematik 40, 1982): as many rounds as there are digits in the minors of the matrix.
    charge(len(basis) ** 2 * (len(basis) + len(chosen)) * (1 + bits / 32))
    present = sorted({monomial for row in basis for monomial in row}.intersection(high))
    if len(present) * len(basis) > LARGEST_BLOCK:
        raise Unproved("a matrix of degree falls is too large")
    _, columns = echelon(modulo(basis, present, prime))
    regular = [present[k] for k in columns]
    matrix = flint.fmpz_mat([[row.get(column, 0) for row in basis] for column in regular])
    right = flint.fmpz_mat([[row.get(column, 0) for row in chosen] for column in regular])
    # The stub of fmpz_mat.solve does not know that it answers over ℚ.
    solution: Any = matrix.solve(right)
    weights, denominator = solution.numer_denom()
    forbidden, found = set(high), []
    for k, row in enumerate(chosen):
        rest = {monomial: denominator * c for monomial, c in row.items()}
        for i, other in enumerate(basis):
            if weight := weights[i, k]:
                for monomial, c in other.items():
                    rest[monomial] = rest.get(monomial, 0) - weight * c
        rest = {monomial: int(c) for monomial, c in rest.items() if c}
        if not rest or not forbidden.isdisjoint(rest):
            raise Unproved(f"a degree fall modulo {prime} is none over the rationals")
        content = gcd(*rest.values())
        found.append({monomial: c // content for monomial, c in rest.items()})
    return found


def macaulay_matrix(known: Sequence[Polynomial], n: int, degree: int, masks: Sequence[int], charge: Charge = unlimited) -> list[Block]:
    """The multiples of degree at most ``degree`` of the generators ``known`` in n variables, by parity.

    Raises
    ------
    Unproved : they are too many; a generator has terms of different parities.
    """
    too_large = Unproved(f"the matrix of degree {degree} is too large")
    degrees = [degree_of(g) for g in known]
    if not 0 <= degree <= LARGEST_DEGREE or sum(comb(n + degree - d, n) for d in degrees if d <= degree) > MOST_ROWS:
        raise too_large
    if comb(n + degree, n) > MOST_ROWS:
        raise too_large
    all_terms = sum(len(g) * comb(n + degree - d, n) for g, d in zip(known, degrees) if d <= degree)
    if all_terms > MOST_TERMS:
        raise too_large
    charge(TERM * all_terms)
    levels = monomials(n, degree)
    columns: dict[int, list[int]] = {}
    for level in reversed(levels):
        for monomial in level:
            columns.setdefault(parity(monomial, masks), []).append(monomial)
    rows: dict[int, list[Polynomial]] = {key: [] for key in columns}
    sizes: dict[int, list[int]] = {key: [] for key in columns}
    for g, d in zip(known, degrees):
        if len({parity(monomial, masks) for monomial in g}) > 1:
            raise Unproved("a generator has terms of different parities")
        for size, level in enumerate(levels[: max(0, degree - d + 1)], d):
            for factor in level:
                multiple = {factor + monomial: c for monomial, c in g.items()}
                key = parity(next(iter(multiple)), masks)
                rows[key].append(multiple)
                sizes[key].append(size)
    return [Block(rows[key], sizes[key], columns[key]) for key in columns]


def generators(loss: Loss) -> list[Polynomial]:
    """The ∂L/∂w_i that are not zero, each times its common denominator.

    Raises
    ------
    Unproved : a degree is too large.
    """
    found = []
    for slope in map(terms, gradient(loss)):
        if max(map(sum, slope), default=0) > LARGEST_DEGREE:
            raise Unproved(f"the gradient has a degree above {LARGEST_DEGREE}")
        common = lcm(*(c.denominator for c in slope.values()))
        found.append({packed(exponents): int(c * common) for exponents, c in slope.items()})
    return [g for g in found if g]


def parity_masks(loss: Loss) -> list[int]:
    """For each of a basis of the sign changes that leave L unchanged, the variables that change sign, as a packed monomial."""
    basis = sign_changes(terms(polynomial(loss)), loss.dimension)
    return [packed([int(sign < 0) for sign in signs]) for signs in basis]


def parity(monomial: int, masks: Sequence[int]) -> int:
    """Whether each sign change changes the sign of a monomial, as bits."""
    return sum(((monomial & mask).bit_count() & 1) << k for k, mask in enumerate(masks))


def monomials(n: int, degree: int) -> list[list[int]]:
    """The packed monomials in n variables of each degree from 0 to ``degree``.

    >>> [len(level) for level in monomials(3, 4)]
    [1, 3, 6, 10, 15]
    """
    levels = [[(0, 0)]]
    for _ in range(degree):
        levels.append([(monomial + (1 << BITS * i), i) for monomial, last in levels[-1] for i in range(last, n)])
    return [[monomial for monomial, _ in level] for level in levels]


def packed(exponents: Sequence[int]) -> int:
    """The monomial with these exponents (each at most 255) as one integer.

    >>> packed((2, 0, 3)) == 2 + 3 * 2**16
    True
    """
    return sum(exponent << BITS * i for i, exponent in enumerate(exponents))


def monomial_degree(monomial: int) -> int:
    """The total degree of a packed monomial.

    >>> monomial_degree(packed((2, 0, 3)))
    5
    """
    return sum(monomial.to_bytes((monomial.bit_length() + 7) // 8, "little"))


def degree_of(row: Polynomial) -> int:
    """The total degree of a polynomial that is not zero."""
    return max(map(monomial_degree, row))


def modulo(rows: Sequence[Polynomial], columns: Sequence[int], prime: int) -> flint.nmod_mat:
    """The coefficients of the monomials ``columns``, modulo the prime."""
    place = {column: j for j, column in enumerate(columns)}
    result = flint.nmod_mat(len(rows), len(columns), prime)
    for i, row in enumerate(rows):
        for monomial, c in row.items():
            if (j := place.get(monomial)) is not None:
                result[i, j] = c
    return result


def combined(rows: Sequence[Polynomial], number: int, prime: int) -> list[Polynomial]:
    """``number`` combinations modulo the prime, each of other rows, with pseudo-random weights that the prime fixes."""
    draw = random.Random(prime)
    result: list[Polynomial] = [{} for _ in range(number)]
    for k, row in enumerate(rows):
        weight, total = draw.randrange(1, prime), result[k % number]
        for monomial, c in row.items():
            total[monomial] = (total.get(monomial, 0) + weight * c) % prime
    return result


def rank(rows: Sequence[Polynomial], columns: Sequence[int], prime: int) -> int:
    """The rank of the coefficients of the monomials ``columns``, modulo the prime.

    Raises
    ------
    Unproved : the matrix is too large.
    """
    if len(rows) * len(columns) > LARGEST_BLOCK:
        raise Unproved(f"a matrix of {len(rows):,} rows and {len(columns):,} columns is too large")
    return modulo(rows, columns, prime).rank()


def echelon(matrix: flint.nmod_mat) -> tuple[flint.nmod_mat, list[int]]:
    """The reduced row echelon form and the columns of its pivots, which are the first columns that are independent."""
    reduced, number = matrix.rref()
    found: list[int] = []
    j = 0
    for i in range(number):
        while not reduced[i, j]:
            j += 1
        found.append(j)
        j += 1
    return reduced, found
