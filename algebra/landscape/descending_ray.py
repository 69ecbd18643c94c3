"""Losses that are not bounded below: an exact ray along which L tends to −∞.

On a ray p + t·v L is a polynomial in t; where its leading coefficient is negative L falls without bound. Finding none proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from flint import fmpq, fmpq_poly

from critscape.algebra.polynomial.loss import Loss, exact

RANDOM = 300
"""Random rays that are tried after those along one or two coordinates."""
MOST = 3
"""Largest entry of their integer vectors."""


@dataclass(frozen=True)
class DescendingRay:
    """L(``start`` + t·``direction``) = ``coefficient``·t^``degree`` + lower powers, ``coefficient`` < 0; integer vectors (n,)."""

    start: tuple[int, ...]
    direction: tuple[int, ...]
    degree: int
    coefficient: fmpq


def descending_ray(loss: Loss, rng: np.random.Generator) -> DescendingRay | None:
    """A ray along which L tends to −∞, exact; None if none was found.

    >>> from critscape.algebra.polynomial.loss import Family
    >>> found = descending_ray(Loss(Family(("x", "y"), (), lambda w, p: w[0] ** 2 * w[1]), ()), np.random.default_rng(0))
    >>> found.degree, found.coefficient < 0
    (3, True)
    """
    values = [exact(value) for value in loss.values]
    for start, direction in candidates(loss.dimension, rng):
        line = [fmpq_poly([p, v]) for p, v in zip(start, direction)]
        along = fmpq_poly([0]) + loss.family.formula(line, values)
        if along.degree() > 0 and along[along.degree()] < 0:
            return DescendingRay(tuple(start), tuple(direction), along.degree(), along[along.degree()])
    return None


def candidates(n: int, rng: np.random.Generator) -> Iterator[tuple[Sequence[int], Sequence[int]]]:
    """Rays from the origin along one and two coordinates, then random ones."""
    zero = [0] * n
    for i in range(n):
        for sign in (1, -1):
            yield zero, [sign * (j == i) for j in range(n)]
    for i, j in combinations(range(n), 2):
        for a, b in product((1, -1), repeat=2):
            yield zero, [a * (k == i) + b * (k == j) for k in range(n)]
    for _ in range(RANDOM):
        start, direction = rng.integers(-MOST, MOST + 1, (2, n)).tolist()
        if any(direction):
            yield start, direction
