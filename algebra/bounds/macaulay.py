"""A proof, by linear algebra modulo one prime, that a loss has at most so many critical points.

Let I = (∇L), and g_1, …, g_r elements of I with integer coefficients. Their leading forms (the terms of the highest degree) lead
elements of I, so with J the ideal that these generate over ℚ, and J_p that of the same forms modulo a prime p,

    dim ℂ[w]/I ≤ Σ_t dim (ℚ[w]/J)_t ≤ Σ_t dim (F_p[w]/J_p)_t:

the first would be an equality with the leading forms of all of I; in the second, J is spanned in degree t by multiples of forms with
integer coefficients, whose rank modulo a prime is at most that over ℚ. Where the last sum is finite, so are the critical points,
and with multiplicity they are at most so many: an unlucky prime gives a worse bound or none, never a wrong one. The sum ends at the
first dimension that is 0 (:mod:`critscape.algebra.bounds.hilbert_function`).

The ∂L/∂w_i alone are rarely enough, as their leading forms have common zeros at infinity: elements of I of degree at most d among
the combinations of multiples of a larger degree up to D ("degree falls"; for linear networks those of
W_{h+1}ᵀ(Λ_{h+1}∘W_{h+1}) = (Λ_h∘W_h)W_hᵀ) must join them first. They are found in the matrix A of the coefficients of these multiples
(Macaulay 1902; Lazard, EUROCAL 1983). A degree fall modulo p proves nothing, so each is computed over ℚ: the weights with which rows
of A cancel the columns of degree above d solve a linear system that is regular modulo p; it is solved exactly, and that they cancel
all of these columns is checked over ℤ. Where the matrices are large, a claim lists the combinations itself, and they are multiplied out.

The sign changes that leave L unchanged grade the polynomials by parity and every generator is homogeneous, so A has blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from math import comb, gcd, lcm
from typing import Any

import flint

from critscape.algebra.bounds.budget import TERM, Charge, unlimited
from critscape.algebra.bounds.hilbert_function import hilbert_function
from critscape.algebra.bounds.packed_polynomials import (
    LARGEST_DEGREE,
    Polynomial,
    degree_of,
    echelon,
    leading_form,
    modulo,
    monomial_degree,
    monomials,
    packed,
    parity,
)
from critscape.algebra.bounds.proof import Combination, Unproved, UpperBound
from critscape.algebra.polynomial.loss import Loss, gradient, polynomial, terms
from critscape.algebra.symmetry.finite import sign_changes

LARGEST_BLOCK = 60_000_000
"""Entries of the largest block of a matrix, of 8 bytes each; a few copies are needed."""
MOST_ROWS = 200_000
"""Multiples, and monomials, of the largest matrix."""
MOST_TERMS = 6_000_000
"""Terms of all multiples together, of about 100 bytes each."""
MOST_WORDS = 20_000_000
"""Words of all multiples in combinations together, of 8 bytes each."""
MOST_MONOMIALS = 2_000_000
"""Monomials up to the degree of which all forms are to be leading ones."""
MOST_FALLS = 40


@dataclass(frozen=True)
class Block:
    """The multiples of the generators (rows) and the monomials by falling degree (columns) of one parity.

    Each row has its degree, and as ``factors`` the number of the generator and the monomial that it is multiplied by.
    """

    rows: list[Polynomial]
    degrees: list[int]
    factors: list[tuple[int, int]]
    columns: list[int]

    def split(self, lower: int) -> tuple[Block, Block]:
        """The rows and the columns of degree above ``lower``, and the others."""
        return self.restricted(lambda degree: degree > lower), self.restricted(lambda degree: degree <= lower)

    def restricted(self, wanted: Callable[[int], bool]) -> Block:
        """The rows and the columns of certain degrees."""
        chosen = [k for k, degree in enumerate(self.degrees) if wanted(degree)]
        return Block(
            [self.rows[k] for k in chosen],
            [self.degrees[k] for k in chosen],
            [self.factors[k] for k in chosen],
            [column for column in self.columns if wanted(monomial_degree(column))],
        )


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
    known += combined(known, claim.combinations, loss.dimension, masks)
    for degree, lower in claim.falls:
        joining = degree_falls(macaulay_matrix(known, loss.dimension, degree, masks), lower, claim.prime)
        if not joining:
            raise Unproved(f"no multiples of degree at most {degree} fall to degree {lower}")
        known += joining
    degree, n = claim.degree + 1, loss.dimension
    if degree > LARGEST_DEGREE or comb(n + max(degree, 0), n) > MOST_MONOMIALS:
        raise Unproved(f"the matrix of degree {degree} is too large")
    dimensions = list(islice(hilbert_function(list(map(leading_form, known)), n, masks, claim.prime), degree + 1))
    if not dimensions or dimensions[-1]:
        raise Unproved(f"the multiples of degree {degree} do not have all forms of this degree as leading forms")
    return sum(dimensions)


def combined(known: Sequence[Polynomial], combinations: Iterable[Combination], n: int, masks: Sequence[int]) -> list[Polynomial]:
    """The combinations of polynomials in n variables, in turn, each divided by its content.

    Raises
    ------
    Unproved : they have too many terms; one is none of polynomials that are known, is zero, or has terms of different parities.
    """
    everything, words = list(known), 0
    for combination in combinations:
        total: Polynomial = {}
        for k, exponents, c in combination:
            if not (0 <= k < len(everything) and len(exponents) == n and min(exponents) >= 0):
                raise Unproved("a combination is none of what is known")
            words += len(everything[k]) * (1 + (bits(everything[k]) + c.bit_length()) // 64)
            if words > MOST_WORDS or sum(exponents) + degree_of(everything[k]) > LARGEST_DEGREE:
                raise Unproved("a combination is too large")
            factor = packed(exponents)
            for monomial, value in everything[k].items():
                total[monomial + factor] = total.get(monomial + factor, 0) + c * value
        total = {monomial: c for monomial, c in total.items() if c}
        if len({parity(monomial, masks) for monomial in total}) != 1:
            raise Unproved("a combination is zero or has terms of different parities")
        everything.append(primitive(total))
    return everything[len(known) :]


def degree_falls(blocks: Iterable[Block], lower: int, prime: int) -> list[Polynomial]:
    """Combinations over ℚ of multiples, of degree at most ``lower``.

    Modulo the prime they span, with the multiples of degree at most ``lower``, all such combinations.

    Raises
    ------
    Unproved : modulo the prime there are more than over ℚ.
    """
    found = []
    for block in blocks:
        above, below = block.split(lower)
        rows, high, low = above.rows, above.columns, below.columns
        if len(high) * len(low) > LARGEST_BLOCK:
            raise Unproved("a matrix of degree falls is too large")
        # A column k of the reduced echelon form holds the weights with which the independent rows give row k above the degree.
        reduced, independent = echelon(modulo(rows, high, prime).transpose())
        basis = [rows[k] for k in independent]
        # Below its rank the echelon form is zero.
        padded = stacked(modulo(basis, low, prime), flint.nmod_mat(len(high) - len(basis), len(low), prime))
        fallen = modulo(rows, low, prime) - reduced.transpose() * padded
        _, choice = echelon(stacked(modulo(below.rows, low, prime), fallen).transpose())
        chosen = [k - len(below.rows) for k in choice if k >= len(below.rows)]
        if chosen:
            used = [i for i in range(len(basis)) if any(reduced[i, k] for k in chosen)]
            falls = cancelled([rows[k] for k in chosen], [basis[i] for i in used], high, prime)
            found += [fall for fall, _ in falls]
    return found


def stacked(above: flint.nmod_mat, below: flint.nmod_mat) -> flint.nmod_mat:
    """The rows of one matrix and those of another."""
    return flint.nmod_mat(above.nrows() + below.nrows(), below.ncols(), above.entries() + below.entries(), below.modulus())


def cancelled(
    chosen: Sequence[Polynomial], basis: Sequence[Polynomial], high: Sequence[int], prime: int, charge: Charge = unlimited
) -> list[tuple[Polynomial, list[int]]]:
    """Each chosen row less the combination over ℚ of the basis with which the columns ``high`` cancel, as a primitive polynomial.

    With each come integers, by which this row and the rows of the basis are combined to a multiple of it.

    Raises
    ------
    Unproved : there is none.
    """
    size = max(map(bits, (*chosen, *basis)))
    # Lifting (Dixon, Numerische Mathematik 40, 1982): as many rounds as there are digits in the minors of the matrix.
    charge(len(basis) ** 2 * (len(basis) + len(chosen)) * (1 + size / 32))
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
        factors = [int(denominator), *(-int(weights[i, k]) for i in range(len(basis)))]
        common = gcd(*factors)
        found.append((primitive(rest), [factor // common for factor in factors]))
    return found


def bits(row: Polynomial) -> int:
    """The number of bits of the largest coefficient."""
    return max(c.bit_length() for c in row.values())


def primitive(row: Polynomial) -> Polynomial:
    """A polynomial that is not zero, divided by its content."""
    content = gcd(*row.values())
    return {monomial: c // content for monomial, c in row.items()}


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
    factors: dict[int, list[tuple[int, int]]] = {key: [] for key in columns}
    for k, (g, d) in enumerate(zip(known, degrees)):
        if len({parity(monomial, masks) for monomial in g}) > 1:
            raise Unproved("a generator has terms of different parities")
        for size, level in enumerate(levels[: max(0, degree - d + 1)], d):
            for factor in level:
                multiple = {factor + monomial: c for monomial, c in g.items()}
                key = parity(next(iter(multiple)), masks)
                rows[key].append(multiple)
                sizes[key].append(size)
                factors[key].append((k, factor))
    return [Block(rows[key], sizes[key], factors[key], columns[key]) for key in columns]


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
