"""The algebra 𝔽_p[x]/I of a zero-dimensional ideal: multiplication by linear forms, and the multiplicities of zeros.

In the basis of the monomials that no leading monomial divides, multiplication by a form t is a matrix; the zeros of its characteristic
polynomial are the values of t at the zeros of I, each as often as its multiplicity (Stickelberger; Auzinger and Stetter 1988).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import flint
import numpy as np

from critscape.algebra.elimination.groebner_basis import Terms

Monomial = tuple[int, ...]


def characteristic_polynomial(basis: Sequence[Terms], form: Sequence[int], prime: int) -> flint.nmod_poly:
    """That of multiplication by Σ form_i x_i, monic of degree dim 𝔽_p[x]/I.

    ``basis`` is the reduced Gröbner basis of I in the degree-reverse-lexicographic order, leading terms first.

    Raises
    ------
    ValueError : I is not zero-dimensional.

    >>> square = [{(0, 2): 1}, {(1, 0): 1, (0, 0): 10}]  # y² = 0, x = 1 modulo 11
    >>> characteristic_polynomial(square, [1, 1], 11)
    x^2 + 9*x + 1
    """
    n = len(form)
    standard = standard_monomials([next(iter(polynomial)) for polynomial in basis], n)
    forms = normal_forms(basis, standard, n, prime)
    matrix = np.zeros((len(standard), len(standard)), dtype=np.int64)
    for i, factor in enumerate(form):
        for k, monomial in enumerate(standard):
            matrix[:, k] = (matrix[:, k] + factor % prime * forms[raised(monomial, i)]) % prime
    return flint.nmod_mat(len(standard), len(standard), [int(a) for a in matrix.ravel()], prime).charpoly()


def standard_monomials(leading: Sequence[Monomial], n: int) -> list[Monomial]:
    """The monomials that no leading monomial divides, in increasing order.

    Raises
    ------
    ValueError : there are infinitely many.
    """
    bounds = [min((e[i] for e in leading if sum(e) == e[i]), default=None) for i in range(n)]
    if any(bound is None for bound in bounds):
        raise ValueError("the ideal is not zero-dimensional")
    found: list[Monomial] = []
    layer = [(0,) * n] if not any(not any(e) for e in leading) else []
    while layer:
        found += layer
        above = {raised(monomial, i) for monomial in layer for i in range(n)}
        layer = [m for m in above if not any(divides(e, m) for e in leading)]
    return sorted(found, key=rank)


def normal_forms(basis: Sequence[Terms], standard: Sequence[Monomial], n: int, prime: int) -> dict[Monomial, np.ndarray]:
    """The standard monomials and their products with the variables, modulo I, as vectors in the standard monomials."""
    place = {monomial: k for k, monomial in enumerate(standard)}
    tails = {next(iter(polynomial)): polynomial for polynomial in basis}
    forms = {monomial: np.eye(1, len(standard), k, dtype=np.int64)[0] for monomial, k in place.items()}
    border = {raised(monomial, i) for monomial, i in product(standard, range(n))} - place.keys()
    # Increasing: what a product reduces to comes before it.
    for monomial in sorted(border, key=rank):
        if monomial in tails:
            leading, *rest = tails[monomial].items()
            scale = -pow(leading[1], -1, prime)
            vector = np.zeros(len(standard), dtype=np.int64)
            for exponents, c in rest:
                vector[place[exponents]] = c * scale % prime
        else:
            # It is x_i times another one of the border, whose normal form is known.
            i = next(i for i in range(n) if monomial[i] and lowered(monomial, i) in forms and lowered(monomial, i) not in place)
            below = forms[lowered(monomial, i)]
            vector = np.zeros(len(standard), dtype=np.int64)
            for k in np.flatnonzero(below):
                vector = (vector + int(below[k]) * forms[raised(standard[int(k)], i)]) % prime
        forms[monomial] = vector
    return forms


def multiplicity(characteristic: flint.nmod_poly, factor: flint.nmod_poly) -> int:
    """How often a factor divides the characteristic polynomial."""
    count = 0
    while True:
        quotient, rest = divmod(characteristic, factor)
        if rest != 0:
            return count
        characteristic, count = quotient, count + 1


def rank(monomial: Monomial) -> tuple:
    """A key that increases with the degree-reverse-lexicographic order.

    >>> sorted([(0, 2), (2, 0), (1, 1), (1, 0)], key=rank)
    [(1, 0), (0, 2), (1, 1), (2, 0)]
    """
    return sum(monomial), tuple(-power for power in reversed(monomial))


def divides(one: Monomial, other: Monomial) -> bool:
    return all(a <= b for a, b in zip(one, other))


def raised(monomial: Monomial, i: int) -> Monomial:
    """Times x_i."""
    return (*monomial[:i], monomial[i] + 1, *monomial[i + 1 :])


def lowered(monomial: Monomial, i: int) -> Monomial:
    """Divided by x_i."""
    return (*monomial[:i], monomial[i] - 1, *monomial[i + 1 :])
