"""Seeded random problems with small exact rationals."""

from __future__ import annotations

import random
from fractions import Fraction

from critscape.problems.criteria.squared import least_squares
from critscape.problems.networks.network import (
    Architecture,
    Network,
    penalised,
    refuse_without_data,
    targets_are_inputs,
    weight_count,
)
from critscape.problems.problem.problem import Problem, Samples

Ridge = tuple[Fraction, ...]

NUMERATORS = 40
"""Data are p/q with |p| ≤ 40."""
DENOMINATORS = 10
"""… and 1 ≤ q ≤ 10."""
RIDGES = 50
"""Ridges are k/50 with 1 ≤ k ≤ 50: entrywise generic, in (0, 1]."""


def random_problem(network: Network, samples: int, seed: int, ridge: Ridge | None = None) -> Problem:
    """The problem of squared errors that ``seed`` fixes, with the numbers of ``random_numbers``."""
    return least_squares(network, *random_numbers(network, samples, seed, ridge))


def random_numbers(network: Architecture, samples: int, seed: int, ridge: Ridge | None) -> tuple[Samples, Samples, Ridge]:
    """Inputs, then targets (the inputs, for autoencoders), then (unless given) the ridge, entry by entry.

    Data entries are uniform over the pairs (p, q) and never zero; ridges are k/50, made distinct as long as there are enough.
    """
    draw = random.Random(seed)

    def entry() -> Fraction:
        return Fraction(draw.choice((-1, 1)) * draw.randint(1, NUMERATORS), draw.randint(1, DENOMINATORS))

    refuse_without_data(network)
    inputs = tuple(tuple(entry() for _ in range(network.inputs)) for _ in range(samples))
    if targets_are_inputs(network):
        targets = inputs
    else:
        targets = tuple(tuple(entry() for _ in range(network.outputs)) for _ in range(samples))
    weights = weight_count(network)
    if not penalised(network):
        ridge = (Fraction(0),) * weights
    if ridge is None:
        choices = draw.sample(range(1, RIDGES + 1), RIDGES)
        ridge = tuple(Fraction(choices[j % RIDGES], RIDGES) for j in range(weights))
    return inputs, targets, ridge
