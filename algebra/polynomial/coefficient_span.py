"""Whether a family of losses has one scale: the sizes of the coefficients of its members when all parameters have size one."""

from __future__ import annotations

import random
from fractions import Fraction
from functools import lru_cache

from critscape.algebra.polynomial.loss import Family, Loss, polynomial, terms

WIDEST = 1e5
"""Families whose coefficients differ by more have solutions so far from others that a trace test in double precision, which
compares them with its rounding errors (1e-13), may not feel that they are missing. Common networks have less than 200."""


@lru_cache(maxsize=64)
def coefficient_span(family: Family) -> float:
    """The largest coefficient of a member divided by the smallest one, for rational parameters between 1/2 and 2 in size."""
    draw = random.Random(0)
    values = tuple(Fraction(draw.choice((-1, 1)) * draw.randint(50, 200), 100) for _ in family.parameters)
    sizes = [abs(c) for alpha, c in terms(polynomial(Loss(family, values))).items() if any(alpha)]
    return float(max(sizes) / min(sizes)) if sizes else 1.0
