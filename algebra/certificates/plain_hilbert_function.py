"""The Hilbert function of forms modulo a prime, computed again without FLINT.

What is computed is said in ``critscape.algebra.bounds.hilbert_function``: modulo an ideal, the forms of degree t are spanned by
variables times a basis in degree t − 1, and all relations are x(yb) = y(xb), with b in a basis in degree t − 2, and the
generators of degree t.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import comb

import numpy as np

from critscape.algebra.bounds.proof import Unproved
from critscape.algebra.certificates.modular_elimination import eliminated, subtract

LARGEST_DEGREE = 255
LARGEST_BORDER = 7_500
MOST_RELATIONS = 1_000_000

Monomial = tuple[int, ...]
IntegerPolynomial = dict[Monomial, int]


def hilbert_function(forms: Sequence[IntegerPolynomial], n: int, most: int, signs: Sequence[int], prime: int) -> list[int]:
    """The dimensions in degrees 0, 1, … up to the first that is 0, or to ``most``.

    Raises
    ------
    Unproved : the monomials are too many.
    """
    one = (0,) * n
    forms = [form for form in ({m: c % prime for m, c in form.items() if c % prime} for form in forms) if form]
    # What each variable times each monomial of a basis is, in the basis of the next degree.
    images: dict[Monomial, IntegerPolynomial] = {one: {one: 1}}
    before: list[Monomial] = []
    basis = [] if any(one in form for form in forms) else [one]
    found = [len(basis)]
    while basis and len(found) <= most:
        border: dict[tuple[int, ...], list[Monomial]] = {}
        for monomial in sorted({raised(m, i) for m in basis for i in range(n)}, key=lambda m: m[::-1], reverse=True):
            border.setdefault(parity(monomial, signs), []).append(monomial)
        too_many = max(map(len, border.values())) > LARGEST_BORDER or comb(n, 2) * len(before) > MOST_RELATIONS
        if too_many or len(found) > LARGEST_DEGREE:
            raise Unproved(f"the forms of degree {len(found)} are too many")
        given = [multiplied_out(form, images, prime) for form in forms if sum(next(iter(form))) == len(found)]
        next_basis, next_images = [], {}
        for key, columns in border.items():
            place = {monomial: j for j, monomial in enumerate(columns)}
            rows = ({place[m]: c for m, c in row.items()} for row in given if row and next(iter(row)) in place)
            both = (row for part in (rows, commutators(before, n, images, place, signs, key)) for row in part)
            solved, free = solutions(both, len(columns), prime)
            next_basis += [columns[j] for j in free]
            next_images.update({columns[j]: {columns[j]: 1} for j in free})
            next_images.update({columns[j]: {columns[k]: c for k, c in row.items()} for j, row in solved.items()})
        images.update(next_images)
        before, basis = basis, next_basis
        found.append(len(basis))
    return found


def commutators(
    before: Sequence[Monomial],
    n: int,
    images: Mapping[Monomial, IntegerPolynomial],
    place: Mapping[Monomial, int],
    signs: Sequence[int],
    key: tuple[int, ...],
) -> Iterator[dict[int, int]]:
    """x(yb) − y(xb) for all pairs of variables, where it has the given parity, by positions of monomials."""
    for b in before:
        for i in range(n):
            for j in range(i):
                if parity(raised(raised(b, i), j), signs) == key:
                    row: dict[int, int] = {}
                    for m, c in images[raised(b, j)].items():
                        row[place[raised(m, i)]] = c
                    for m, c in images[raised(b, i)].items():
                        k = place[raised(m, j)]
                        row[k] = row.get(k, 0) - c
                    if any(row.values()):
                        yield row


def solutions(rows: Iterator[dict[int, int]], width: int, prime: int) -> tuple[dict[int, dict[int, int]], list[int]]:
    """The leading columns of an echelon form, each by the other columns modulo the rows, and these."""
    echelon = {int(np.flatnonzero(row)[0]): row for new, row in eliminated(rows, width, width, prime) if new}
    columns = sorted(echelon)
    table = np.array([echelon[j] for j in columns]).reshape(len(columns), width)
    for k in range(len(columns) - 1, 0, -1):
        subtract(table[:k], table[k], columns[k], prime)
    free = [j for j in range(width) if j not in echelon]
    solved = {j: {k: prime - int(row[k]) for k in free if row[k]} for j, row in zip(columns, table)}
    return solved, free


def multiplied_out(form: IntegerPolynomial, images: dict[Monomial, IntegerPolynomial], prime: int) -> IntegerPolynomial:
    """A form that is not constant, as a sum of variables times the basis one degree lower."""
    total: IntegerPolynomial = {}
    for monomial, c in form.items():
        i = next(i for i, power in enumerate(monomial) if power)
        rest = (*monomial[:i], monomial[i] - 1, *monomial[i + 1 :])
        if rest not in images:
            terms: IntegerPolynomial = {}
            for border, value in multiplied_out({rest: 1}, images, prime).items():
                for m, d in images[border].items():
                    terms[m] = (terms.get(m, 0) + value * d) % prime
            images[rest] = terms
        for m, value in images[rest].items():
            product = raised(m, i)
            total[product] = (total.get(product, 0) + c * value) % prime
    return {m: c for m, c in total.items() if c}


def raised(monomial: Monomial, i: int) -> Monomial:
    """The monomial times the i-th variable."""
    return (*monomial[:i], monomial[i] + 1, *monomial[i + 1 :])


def parity(monomial: Monomial, signs: Sequence[int]) -> tuple[int, ...]:
    """Whether each sign change changes the sign of a monomial."""
    odd = sum((power & 1) << i for i, power in enumerate(monomial))
    return tuple((mask & odd).bit_count() & 1 for mask in signs)
