"""Data for which a network of squares with few units has a spurious valley (after Venturi, Bandeira and Bruna, JMLR 20, 2019).

For d inputs and p < d units the samples are e_1, …, e_p, e_i + e_j for i < j ≤ p, and e_{p+1}, …, e_d. The targets of the first ones are
those of T = diag(a_1, …, a_p), a_j > 0, those of the others −b. All units with positive outer weights fit T, which takes p of them, so
that none is left for the others: L = ½ (d − p) b² is the bottom of their valley (``one_sign``). One unit with a negative outer weight fits
all of the others, and L is then at most what it costs to give up the least a_j, ½ p a²: b² > p a² makes the valley spurious.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import isqrt

from flint import fmpq_mat

from critscape.problems.criteria.squared import least_squares
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.networks.network import weight_count
from critscape.problems.problem.problem import Problem

MOST_INPUTS = 20
LARGEST = 5
"""The a_j of random data are integers up to this, entries of random coordinates between −2 and 2."""


def valley_data(inputs: int, units: int, seed: int | None = None) -> Problem:
    """The problem for d = ``inputs`` and p = ``units``: the plain samples with a_j = 1, or with a ``seed`` random a_j, b and coordinates.

    Raises
    ------
    BadInput : not 1 ≤ p < d ≤ MOST_INPUTS, d ≥ 2.
    """
    if not 2 <= inputs <= MOST_INPUTS:
        raise BadInput("inputs", f"a number from 2 to {MOST_INPUTS}", inputs)
    if not 1 <= units < inputs:
        raise BadInput(
            "units",
            f"a number from 1 to {inputs - 1}, below the {inputs} inputs: with as many units as inputs one is free whenever all outer weights "
            "have one sign, and this construction traps none",
            units,
        )
    draw = None if seed is None else random.Random(seed)
    heights = [Fraction(1 if draw is None else draw.randint(1, LARGEST)) for _ in range(units)]
    cost = units * min(heights) ** 2
    # The least integer b with b² > p a², or somewhat more.
    bottom = Fraction(isqrt(int(cost)) + (1 if draw is None else draw.randint(1, 3)))
    forms = [(axis(inputs, j), heights[j]) for j in range(units)]
    forms += [(added(axis(inputs, i), axis(inputs, j)), heights[i] + heights[j]) for i, j in combinations(range(units), 2)]
    forms += [(axis(inputs, j), -bottom) for j in range(units, inputs)]
    turned = [row for row, _ in forms] if draw is None else in_coordinates([row for row, _ in forms], draw)
    network = Quadratic(inputs, units, None)
    return least_squares(network, tuple(turned), tuple((y,) for _, y in forms), (Fraction(0),) * weight_count(network))


def axis(size: int, k: int) -> tuple[Fraction, ...]:
    """e_k."""
    return tuple(Fraction(int(i == k)) for i in range(size))


def added(one: Sequence[Fraction], other: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """The sum of two vectors."""
    return tuple(a + b for a, b in zip(one, other))


def in_coordinates(samples: list[tuple[Fraction, ...]], draw: random.Random) -> list[tuple[Fraction, ...]]:
    """The samples A x for a random invertible integer matrix A: w·(A x) = (Aᵀw)·x, so the landscape is the same in other coordinates."""
    size = len(samples[0])
    while True:
        rows = [[draw.randint(-2, 2) for _ in range(size)] for _ in range(size)]
        if fmpq_mat(size, size, [entry for row in rows for entry in row]).det() != 0:
            return [tuple(sum((a * v for a, v in zip(row, x)), Fraction(0)) for row in rows) for x in samples]
