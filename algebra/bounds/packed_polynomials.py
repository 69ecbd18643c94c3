"""Polynomials with packed monomials, and the matrices of their coefficients modulo a prime."""

from __future__ import annotations

from collections.abc import Sequence

import flint

BITS = 8
"""A monomial is the integer Σ e_i 2^(8i): products are sums."""
LARGEST_DEGREE = 2**BITS - 1

Polynomial = dict[int, int]
"""Monomial → integer coefficient, none of them zero."""


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


def exponents_of(monomial: int, n: int) -> tuple[int, ...]:
    """The exponents of the n variables in a packed monomial.

    >>> exponents_of(packed((2, 0, 3)), 3)
    (2, 0, 3)
    """
    return tuple(monomial.to_bytes(n, "little"))


def monomial_degree(monomial: int) -> int:
    """The total degree of a packed monomial.

    >>> monomial_degree(packed((2, 0, 3)))
    5
    """
    return sum(monomial.to_bytes((monomial.bit_length() + 7) // 8, "little"))


def degree_of(row: Polynomial) -> int:
    """The total degree of a polynomial that is not zero."""
    return max(map(monomial_degree, row))


def leading_form(row: Polynomial) -> Polynomial:
    """The terms of the highest degree."""
    degree = degree_of(row)
    return {monomial: c for monomial, c in row.items() if monomial_degree(monomial) == degree}


def modulo(rows: Sequence[Polynomial], columns: Sequence[int], prime: int) -> flint.nmod_mat:
    """The coefficients of the monomials ``columns``, modulo the prime."""
    place = {column: j for j, column in enumerate(columns)}
    result = flint.nmod_mat(len(rows), len(columns), prime)
    for i, row in enumerate(rows):
        for monomial, c in row.items():
            if (j := place.get(monomial)) is not None:
                result[i, j] = c
    return result


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
