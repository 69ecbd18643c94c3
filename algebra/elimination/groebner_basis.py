"""Gröbner bases modulo primes with msolve: in an order that eliminates some variables, and leading monomials of any equations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import inf

import flint

from critscape.algebra.elimination import program
from critscape.algebra.elimination.msolve import UNREADABLE, MsolveError, modulo, row
from critscape.algebra.polynomial.loss import Loss, gradient, terms

Terms = dict[tuple[int, ...], int]
"""Exponents ↦ coefficient modulo a prime."""


def leading_monomials(loss: Loss, prime: int, seconds: float, most: float = inf) -> list[tuple[int, ...]]:
    """The minimal generators of the leading ideal of (∇L) modulo ``prime`` in the degree-reverse-lexicographic order, as exponents.

    Raises
    ------
    TooMuchWork : more than ``most``.
    MsolveError : msolve is not there, it ran out of time or failed, or the prime divides a denominator.
    """
    return leading_of([modulo(terms(slope), prime) for slope in gradient(loss)], loss.dimension, prime, seconds, most)


def leading_of(equations: Sequence[Terms], dimension: int, prime: int, seconds: float, most: float = inf) -> list[tuple[int, ...]]:
    """The leading monomials of the ideal of ``equations`` in ``dimension`` variables, degree-reverse-lexicographic order.

    Raises
    ------
    TooMuchWork : more than ``most``.
    MsolveError : msolve is not there, it ran out of time or failed.
    """
    printed, _ = program.run(listed(equations, dimension, prime), ["-g", "1"], seconds, most)
    return [next(iter(polynomial)) for polynomial in polynomials(printed, dimension)]


def eliminating(equations: Sequence[Terms], dimension: int, prime: int, seconds: float, eliminated: int, most: float = inf) -> list[Terms]:
    """The elements of a Gröbner basis that are free of the first ``eliminated`` variables: a basis of the elimination ideal.

    Raises
    ------
    TooMuchWork : more than ``most``.
    MsolveError : msolve is not there, it ran out of time or failed.
    """
    printed, _ = program.run(listed(equations, dimension, prime), ["-e", str(eliminated), "-g", "2"], seconds, most)
    found = polynomials(printed, dimension)
    return [polynomial for polynomial in found if not any(any(e[:eliminated]) for e in polynomial)]


def basis_of(equations: Sequence[Terms], dimension: int, prime: int, seconds: float, most: float = inf) -> list[Terms]:
    """The reduced Gröbner basis in the degree-reverse-lexicographic order; of each polynomial the leading term comes first.

    Raises
    ------
    TooMuchWork : more than ``most``.
    MsolveError : msolve is not there, it ran out of time or failed.
    """
    printed, _ = program.run(listed(equations, dimension, prime), ["-g", "2"], seconds, most)
    return polynomials(printed, dimension)


def listed(equations: Sequence[Terms], dimension: int, prime: int) -> str:
    """The input file."""
    names = [f"x{i}" for i in range(dimension)]
    return "\n".join([",".join(names), str(prime), ",\n".join(row(equation, names) for equation in equations)])


def polynomials(text: str, dimension: int) -> list[Terms]:
    """The polynomials of a printed basis in x0, x1, …; of leading monomials each is one term.

    >>> polynomials("#comment\\n[1*x0^2+3*x1,\\nx1*x0]:", 2)
    [{(2, 0): 1, (0, 1): 3}, {(1, 1): 1}]
    """
    names = [f"x{i}" for i in range(dimension)]
    found = "".join(line for line in text.splitlines() if not line.startswith("#"))
    read = []
    for printed in re.findall(r"[^\[\],:\s]+", found):
        polynomial: Terms = {}
        for term in filter(None, printed.replace("-", "+-").split("+")):
            powers, coefficient = dict.fromkeys(names, 0), -1 if term.startswith("-") else 1
            for factor in term.removeprefix("-").split("*"):
                name, _, power = factor.partition("^")
                if name in powers:
                    powers[name] += int(power or 1)
                elif name.isdecimal():
                    # Over ℚ they may have more digits than Python reads.
                    coefficient *= int(flint.fmpz(name))
                else:
                    raise MsolveError(UNREADABLE)
            polynomial[tuple(powers.values())] = coefficient
        read.append(polynomial)
    return read
