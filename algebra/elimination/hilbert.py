"""Dimension and degree of an affine variety from the leading ideal of its equations in a degree order.

The quotient by the ideal and the quotient by its leading ideal have the same Hilbert function; its series for the monomials of
degree at most s is K(t)/(1 − t)^(n+1), and with K(t) = (1 − t)^c Q(t), Q(1) ≠ 0, the dimension is n − c and the degree Q(1)
(Cox–Little–O'Shea, Ideals, Varieties and Algorithms, chapter 9, §3).
"""

from __future__ import annotations

from collections.abc import Sequence

import flint

Monomial = tuple[int, ...]


def dimension_and_degree(leading: Sequence[Monomial], variables: int) -> tuple[int, int]:
    """Dimension and degree of the variety of an ideal whose leading monomials (exponents, ``variables`` each) are given.

    The degree counts multiplicities and the components of the largest dimension alone; (-1, 0) is the empty set.

    >>> dimension_and_degree([(2, 0), (0, 3)], 2), dimension_and_degree([(1, 1)], 2), dimension_and_degree([(0, 0)], 2)
    ((0, 6), (1, 2), (-1, 0))
    """
    numerator = hilbert_numerator(tuple(sorted(set(leading))))
    if numerator == 0:
        return -1, 0
    codimension, factor = 0, flint.fmpz_poly([1, -1])
    while numerator(1) == 0:
        numerator, codimension = numerator // factor, codimension + 1
    return variables - codimension, int(numerator(1))


def hilbert_numerator(generators: tuple[Monomial, ...]) -> flint.fmpz_poly:
    """K(t) with Σ_s dim (k[x]/J)_s t^s = K(t)/(1 − t)^n for the monomial ideal J.

    With a variable x that divides several generators, K_J = K_{J + x} + t·K_{J : x}.

    >>> hilbert_numerator(((1, 1),))
    (-1)*x^2 + 1
    """
    t = flint.fmpz_poly([0, 1])
    generators = minimal(generators)
    occurrences = [sum(bool(e[i]) for e in generators) for i in range(len(generators[0]))] if generators else []
    if max(occurrences, default=0) < 2:
        # Generators without a common variable are a regular sequence.
        result = flint.fmpz_poly([1])
        for exponents in generators:
            result *= 1 - t ** sum(exponents)
        return result
    i = occurrences.index(max(occurrences))
    pivot = tuple(int(k == i) for k in range(len(occurrences)))
    without = tuple(e for e in generators if not e[i]) + (pivot,)
    quotient = tuple(tuple(power - (k == i and power > 0) for k, power in enumerate(e)) for e in generators)
    return hilbert_numerator(without) + t * hilbert_numerator(quotient)


def minimal(generators: Sequence[Monomial]) -> tuple[Monomial, ...]:
    """The monomials that no other one divides."""
    kept: list[Monomial] = []
    for candidate in sorted(set(generators), key=sum):
        if not any(all(a <= b for a, b in zip(divisor, candidate)) for divisor in kept):
            kept.append(candidate)
    return tuple(kept)
