"""The Hilbert function of forms modulo a prime: the dimension, degree by degree, of all forms modulo the multiples of the given ones.

For forms ℓ_1, …, ℓ_r in x_1, …, x_n let A = F_p[x]/(ℓ_1, …, ℓ_r). By Koszul's complex A_t follows from degrees t − 1 and t − 2
alone: it is x_1⊗A_{t−1} ⊕ … ⊕ x_n⊗A_{t−1} modulo

    x_i⊗(x_j a) − x_j⊗(x_i a)     for a in a basis of A_{t−2}

and modulo the ℓ_k of degree t. A has a basis of monomials (those that lead no element of the ideal, in a lexicographic order): all that
occur in degree t are on the border, a variable times one in the basis of degree t − 1. Where there are tens of thousands of
monomials of a degree, these are some hundreds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, combinations, count, islice
from math import comb

from critscape.algebra.bounds.budget import TERM, Charge, unlimited
from critscape.algebra.bounds.packed_polynomials import BITS, LARGEST_DEGREE, Polynomial, degree_of, echelon, modulo, parity
from critscape.algebra.bounds.proof import Unproved

LARGEST_BORDER = 7_500
"""Monomials of one parity on the border: matrices have three times as many rows, of 8 bytes for each of them."""
MOST_RELATIONS = 1_000_000
"""Pairs of variables times the dimension of A_{t−2}."""


def hilbert_function(forms: Sequence[Polynomial], n: int, masks: Sequence[int], prime: int, charge: Charge = unlimited) -> Iterator[int]:
    """The dimensions of A_0, A_1, …, of which the last is the first that is 0; there need not be one.

    Parameters
    ----------
    forms : homogeneous in n variables, all terms of one parity.
    masks : as of :func:`critscape.algebra.bounds.macaulay.parity_masks`.

    Raises
    ------
    Unproved : a matrix is too large.
    """
    variables = [1 << BITS * i for i in range(n)]
    given = [residues for form in forms if (residues := reduced(form, prime))]
    basis = [] if any(degree_of(form) == 0 for form in given) else [0]
    before: list[int] = []
    normal: dict[int, Polynomial] = {0: {0: 1}}
    yield len(basis)
    for degree in count(1):
        if not basis:
            return
        border: dict[int, list[int]] = {}
        for monomial in sorted({m + x for m in basis for x in variables}, reverse=True):
            border.setdefault(parity(monomial, masks), []).append(monomial)
        if max(degree - LARGEST_DEGREE, max(map(len, border.values())) - LARGEST_BORDER, comb(n, 2) * len(before) - MOST_RELATIONS) > 0:
            raise Unproved(f"the forms of degree {degree} are too many")
        joining = [lowered(form, normal, variables, prime) for form in given if degree_of(form) == degree]
        found: dict[int, Polynomial] = {}
        for key, columns in border.items():
            relations = chain(
                (form for form in joining if form and parity(next(iter(form)), masks) == key),
                commutators(before, normal, variables, key, masks, prime),
            )
            found |= normal_forms(relations, columns, prime, charge)
        normal |= found
        before, basis = basis, [monomial for monomial, form in found.items() if monomial in form]
        yield len(basis)


def commutators(
    before: Sequence[int], normal: Mapping[int, Polynomial], variables: Sequence[int], key: int, masks: Sequence[int], prime: int
) -> Iterator[Polynomial]:
    """The x_i⊗(x_j a) − x_j⊗(x_i a) of one parity that are not zero, by monomials of the border."""
    parities = {x: parity(x, masks) for x in variables}
    for a in before:
        wanted = parity(a, masks) ^ key
        for x, y in combinations(variables, 2):
            if parities[x] ^ parities[y] == wanted:
                relation = {monomial + x: c for monomial, c in normal[a + y].items()}
                for monomial, c in normal[a + x].items():
                    relation[monomial + y] = relation.get(monomial + y, 0) - c
                if relation := reduced(relation, prime):
                    yield relation


def lowered(form: Polynomial, normal: dict[int, Polynomial], variables: Sequence[int], prime: int) -> Polynomial:
    """The same element of A, by monomials of the border of its degree."""
    total: Polynomial = {}
    for monomial, c in form.items():
        x = next(x for i, x in enumerate(variables) if monomial >> BITS * i & LARGEST_DEGREE)
        for other, value in normal_form(monomial - x, normal, variables, prime).items():
            total[other + x] = total.get(other + x, 0) + c * value
    return reduced(total, prime)


def normal_form(monomial: int, normal: dict[int, Polynomial], variables: Sequence[int], prime: int) -> Polynomial:
    """The same element of A in the basis; it is noted in ``normal``."""
    if monomial not in normal:
        total: Polynomial = {}
        for other, c in lowered({monomial: 1}, normal, variables, prime).items():
            for base, value in normal[other].items():
                total[base] = total.get(base, 0) + c * value
        normal[monomial] = reduced(total, prime)
    return normal[monomial]


def normal_forms(relations: Iterator[Polynomial], columns: Sequence[int], prime: int, charge: Charge) -> dict[int, Polynomial]:
    """Each monomial of the border (``columns``, decreasing) modulo the relations, by those that lead none."""
    found: dict[int, Polynomial] = {monomial: {monomial: 1} for monomial in columns}
    leading: list[int] = []
    while len(leading) < len(columns) and (rows := list(islice(relations, 2 * len(columns)))):
        charge(float(len(leading) + len(rows)) * len(columns) ** 2 + TERM * sum(map(len, rows)))
        known = [{monomial: 1, **{other: -c for other, c in found[monomial].items()}} for monomial in leading]
        matrix, pivots = echelon(modulo([*known, *rows], columns, prime))
        leading = [columns[j] for j in pivots]
        free = sorted(set(range(len(columns))).difference(pivots))
        for k, j in enumerate(pivots):
            found[columns[j]] = {columns[f]: prime - int(matrix[k, f]) for f in free if f > j and matrix[k, f]}
    return found


def reduced(polynomial: Polynomial, prime: int) -> Polynomial:
    """The polynomial modulo the prime, without zeros."""
    return {monomial: residue for monomial, c in polynomial.items() if (residue := c % prime)}
