"""Random problems that are special on purpose: small integers, zeros, repeated samples, ridges that are zero or equal in part."""

from __future__ import annotations

import random
from fractions import Fraction

from critscape.problems.criteria.squared import least_squares
from critscape.problems.files.problem_file import read
from critscape.problems.networks.network import Network, penalised, targets_are_inputs, weight_count
from critscape.problems.networks.reading import FAMILIES, network_from
from critscape.problems.problem.problem import Problem

MORE = (
    {"family": "linear", "widths": [1, 1]},
    {"family": "linear", "widths": [1, 1, 1]},
    {"family": "linear", "widths": [1, 2, 1]},
    {"family": "linear", "widths": [2, 2, 1]},
    {"family": "linear", "widths": [1, 1, 1, 1]},
    {"family": "linear", "widths": [2, 2, 2]},
    {"family": "quadratic", "inputs": 1, "units": 1, "output": "trained"},
    {"family": "quadratic", "inputs": 2, "units": 1, "output": "fixed", "norm_regressor": True},
)
"""Architectures beside the examples of every family."""
MOST_WEIGHTS = 8
Rows = tuple[tuple[Fraction, ...], ...]
TURNING = (
    {"family": "linear", "widths": [1, 2, 1]},
    {"family": "quadratic", "inputs": 2, "units": 2, "output": "fixed"},
    {"family": "linear", "widths": [2, 2, 1]},
    {"family": "quadratic", "inputs": 1, "units": 2, "output": "fixed", "norm_regressor": True},
    {"family": "linear", "widths": [1, 2, 2]},
    {"family": "linear", "widths": [1, 2, 1, 1]},
    {"family": "quadratic", "inputs": 2, "units": 2, "output": "fixed", "norm_regressor": True},
    {"family": "linear", "widths": [1, 3, 1]},
    {"family": "linear", "widths": [1, 2, 2, 1]},
    {"family": "linear", "widths": [2, 2, 2]},
)
"""Architectures whose units can be rotated into each other where all ridges are equal."""
DEEP = (
    (1, 1, 1), (2, 1, 2), (1, 1, 1, 1), (1, 2, 2), (2, 1, 1), (2, 1, 1, 2), (2, 2, 1), (1, 1, 1, 1, 1), (2, 1, 3), (1, 2, 1, 1),
    (3, 1, 2), (1, 1, 2, 1), (2, 2), (1, 2, 1), (2, 2, 2), (1, 2, 2, 1), (1, 1, 1, 2),
)  # fmt: skip
"""Widths of linear networks without ridge on some blocks."""
NETWORK, POLYNOMIAL, COMMON_RIDGE, NO_RIDGE = "network", "polynomial", "common ridge", "no ridge"
COORDINATES = ("x", "y", "z", "u")


def special_problem(kind: str, seed: int) -> Problem:
    """The problem of a kind (NETWORK, POLYNOMIAL, COMMON_RIDGE or NO_RIDGE) that ``seed`` fixes; networks take turns."""
    return {
        NETWORK: special_network,
        POLYNOMIAL: special_polynomial,
        COMMON_RIDGE: with_common_ridge,
        NO_RIDGE: without_ridge,
    }[kind](seed)


def architectures() -> list[Network]:
    """The examples of every family that can be given data, and MORE, with few weights."""
    examples = [example for family in FAMILIES.values() for example in family.schema["examples"]]
    networks = [network_from(example) for example in (*examples, *MORE)]
    return [network for network in networks if network.outputs and weight_count(network) <= MOST_WEIGHTS]


def special_network(seed: int) -> Problem:
    """Up to three samples of small integers and halves, some of them zero or equal; ridges generic, equal, or zero in part."""
    draw, known = random.Random(seed), architectures()
    network = known[seed % len(known)]
    inputs, targets = small_samples(draw, network)
    weights = weight_count(network)
    ridge = {
        "generic": lambda: [Fraction(k, 50) for k in draw.sample(range(1, 51), weights)],
        "equal": lambda: [Fraction(draw.choice((1, 1, 2)), draw.choice((1, 2, 5)))] * weights,
        "few values": lambda: [Fraction(draw.randint(1, 2), 2) for _ in range(weights)],
        "partial": lambda: [Fraction(draw.choice((0, 1, 2, 3)), 4) for _ in range(weights)],
        "none": lambda: [Fraction(0)] * weights,
    }[draw.choices(("generic", "equal", "few values", "partial", "none"), (3, 1, 3, 3, 1))[0]]()
    if not penalised(network):
        ridge = [Fraction(0)] * weights
    return least_squares(network, inputs, inputs if targets_are_inputs(network) else targets, tuple(ridge))


def small_samples(draw: random.Random, network: Network) -> tuple[Rows, Rows]:
    """Inputs and targets: up to three samples of small integers and halves, some of them zero or equal."""

    def sample(length: int) -> tuple[Fraction, ...]:
        return tuple(Fraction(draw.choice((-3, -2, -1, -1, 0, 0, 1, 1, 2, 3)), draw.choice((1, 1, 1, 2))) for _ in range(length))

    inputs: list[tuple[Fraction, ...]] = []
    targets: list[tuple[Fraction, ...]] = []
    for _ in range(draw.randint(1, 3)):
        again = bool(inputs) and draw.random() < 0.25
        inputs.append(draw.choice(inputs) if again else sample(network.inputs))
        targets.append(sample(network.outputs))
    return tuple(inputs), tuple(targets)


def with_common_ridge(seed: int) -> Problem:
    """One ridge on all weights: every other network is one whose units can be rotated, the others are of all families in turn."""
    draw = random.Random(f"{COMMON_RIDGE} {seed}")
    others = [network for network in architectures() if penalised(network)]
    network = others[seed // 2 % len(others)] if seed % 2 else network_from(TURNING[seed // 2 % len(TURNING)])
    inputs, targets = small_samples(draw, network)
    ridge = Fraction(*draw.choice(((1, 10), (1, 4), (1, 2), (1, 1), (2, 1))))
    return least_squares(network, inputs, inputs if targets_are_inputs(network) else targets, (ridge,) * weight_count(network))


def without_ridge(seed: int) -> Problem:
    """A linear network of any depth, one to four samples of quarters; every other one has ridges on some blocks but not on all."""
    draw = random.Random(f"{NO_RIDGE} {seed}")
    network = network_from({"family": "linear", "widths": list(DEEP[seed // 2 % len(DEEP)])})
    rows = [[[Fraction(draw.randint(-9, 9), 4) for _ in range(n)] for _ in range(4)] for n in (network.inputs, network.outputs)]
    samples = draw.randint(1, 4)
    inputs, targets = (tuple(tuple(row) for row in block[:samples]) for block in rows)
    blocks = network.blocks
    free = (
        set(draw.sample(range(len(blocks)), draw.randint(1, len(blocks) - 1))) if seed % 2 and len(blocks) > 1 else set(range(len(blocks)))
    )
    ridge = []
    for k, block in enumerate(blocks):
        ridge += [Fraction(0) if k in free else Fraction(draw.randint(1, 4), 4)] * len(block.positions)
    return least_squares(network, inputs, targets, tuple(ridge))


def special_polynomial(seed: int) -> Problem:
    """A typed polynomial in up to four variables, of degree at most six, with small integers; every other one has even leading terms."""
    draw = random.Random(-1 - seed)
    names = COORDINATES[: draw.choice((1, 2, 2, 2, 3, 3, 4))]
    most = 6 if len(names) < 3 else 4 if len(names) < 4 else 3
    terms = []
    for _ in range(draw.randint(2, 3 + len(names))):
        powers = [0] * len(names)
        for _ in range(draw.randint(1, most)):
            powers[draw.randrange(len(names))] += 1
        factors = [f"{name}^{power}" for name, power in zip(names, powers) if power]
        terms.append("*".join([str(draw.choice((-3, -2, -1, 1, 1, 2, 3))), *factors]))
    if draw.random() < 0.5:
        terms += [f"{draw.randint(1, 2)}*{name}^{most + most % 2}" for name in names]
    missing = [name for name in names if not any(name in term for term in terms)]
    formula = " + ".join([*terms, *(f"1*{name}^2" for name in missing)]).replace("+ -", "- ")
    return read({"architecture": {"family": "polynomial", "variables": list(names), "loss": formula}})
