"""Exact algebra over ℚ in Python's own fractions, for whoever proves claims: ranks, inertia, convexity on a line."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from critscape.algebra.polynomial.rational_polynomial import RationalPolynomial, Terms, constant

Matrix = Sequence[Sequence[Fraction]]


def independent_rows(rows: Matrix) -> list[int]:
    """The positions of the rows that are no combination of those before.

    >>> independent_rows([[1, 2], [2, 4], [0, 1]])
    [0, 2]
    """
    found: list[int] = []
    pivots: list[tuple[int, list[Fraction]]] = []
    for k, row in enumerate(rows):
        rest = [Fraction(a) for a in row]
        for column, pivot in pivots:
            if factor := rest[column]:
                rest = [a - factor * b for a, b in zip(rest, pivot)]
        leading = next((j for j, a in enumerate(rest) if a), None)
        if leading is not None:
            pivots.append((leading, [a / rest[leading] for a in rest]))
            found.append(k)
    return found


def inertia(matrix: Matrix) -> tuple[int, int, int]:
    """The numbers of positive, negative and zero eigenvalues of a symmetric matrix, by congruences (Lagrange; Sylvester).

    >>> inertia([[0, 1, 0], [1, 0, 0], [0, 0, 0]])
    (1, 1, 1)
    """
    rest, signs = [[Fraction(a) for a in row] for row in matrix], []
    while any(any(row) for row in rest):
        pivot = next((i for i, row in enumerate(rest) if row[i]), None)
        if pivot is None:
            # All diagonal entries vanish: with row and column j added to row and column i, entry (i, i) is twice entry (i, j).
            pivot, other = next((i, j) for i, row in enumerate(rest) for j, a in enumerate(row) if a)
            rest[pivot] = [a + b for a, b in zip(rest[pivot], rest[other])]
            for row in rest:
                row[pivot] += row[other]
        d, line = rest[pivot][pivot], rest[pivot]
        signs.append(d > 0)
        rest = [
            [a - row[pivot] * b / d for j, (a, b) in enumerate(zip(row, line)) if j != pivot] for i, row in enumerate(rest) if i != pivot
        ]
    positive = sum(signs)
    return positive, len(signs) - positive, len(matrix) - len(signs)


def composed(outer: Sequence[Fraction], inner: RationalPolynomial) -> RationalPolynomial:
    """φ(r) for φ with the coefficients ``outer`` of 1, t, t², …"""
    total = constant(inner.variables, 0)
    for coefficient in reversed(outer):
        total = total * inner + coefficient
    return total


def value(terms: Terms, point: Sequence[Fraction]) -> Fraction:
    """A polynomial at a rational point."""
    total = Fraction(0)
    for exponents, c in terms.items():
        for x, power in zip(point, exponents):
            if power:
                c = c * x**power
        total += c
    return total


def convex(coefficients: Sequence[Fraction]) -> bool:
    """Whether Σ_k ``coefficients[k]`` t^k is convex on ℝ: its second derivative is nowhere negative.

    >>> [convex([0, 0, Fraction(1, 2), 0, a, 0, Fraction(3, 40)]) for a in (Fraction(-1, 4), Fraction(-1, 2))]
    [True, False]
    """
    second = _trimmed([k * (k - 1) * Fraction(c) for k, c in enumerate(coefficients)][2:])
    if not second:
        return True
    if len(second) % 2 == 0 or second[-1] < 0:
        return False
    # It changes its sign at its real roots of odd multiplicity, if there are any.
    return not any(multiplicity % 2 and _real_roots(factor) for factor, multiplicity in _square_free(second))


def _trimmed(polynomial: Sequence[Fraction]) -> list[Fraction]:
    """Without zeros at the end: the coefficients of 1, t, …, and none for the zero polynomial."""
    found = list(polynomial)
    while found and not found[-1]:
        found.pop()
    return found


def _slope(polynomial: Sequence[Fraction]) -> list[Fraction]:
    return [k * c for k, c in enumerate(polynomial)][1:]


def _divided(above: Sequence[Fraction], below: Sequence[Fraction]) -> tuple[list[Fraction], list[Fraction]]:
    """Quotient and remainder."""
    rest, quotient = list(above), [Fraction(0)] * max(0, len(above) - len(below) + 1)
    for shift in reversed(range(len(quotient))):
        factor = quotient[shift] = rest[shift + len(below) - 1] / below[-1]
        for k, c in enumerate(below):
            rest[shift + k] -= factor * c
    return _trimmed(quotient), _trimmed(rest)


def _common(one: Sequence[Fraction], other: Sequence[Fraction]) -> list[Fraction]:
    """The monic greatest common divisor."""
    while other:
        one, other = other, _divided(one, other)[1]
    return [c / one[-1] for c in one]


def _square_free(polynomial: Sequence[Fraction]) -> list[tuple[list[Fraction], int]]:
    """Square-free factors with their multiplicities (Yun 1976)."""
    found, multiplicity = [], 1
    slope = _slope(polynomial)
    common = _common(polynomial, slope)
    rest, other = _divided(polynomial, common)[0], _divided(slope, common)[0]
    while len(rest) > 1:
        other = _trimmed([a - b for a, b in zip([*other, *[Fraction(0)] * len(rest)], _slope(rest) + [Fraction(0)] * (len(other) + 1))])
        factor = _common(rest, other)
        if len(factor) > 1:
            found.append((factor, multiplicity))
        rest, other = _divided(rest, factor)[0], _divided(other, factor)[0]
        multiplicity += 1
    return found


def _real_roots(polynomial: Sequence[Fraction]) -> int:
    """The number of real roots of a square-free polynomial (Sturm 1829)."""
    chain = [list(polynomial), _slope(polynomial)]
    while chain[-1]:
        chain.append([-c for c in _divided(chain[-2], chain[-1])[1]])
    leading = [(p[-1] > 0, len(p) % 2 == 1) for p in chain if p]
    right = [positive for positive, _ in leading]
    left = [positive if even else not positive for positive, even in leading]
    return sum(a != b for a, b in pairwise(left)) - sum(a != b for a, b in pairwise(right))
