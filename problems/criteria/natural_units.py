"""Units of weights, data and loss in which inputs, targets and the ridge of each block are about one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import flint
import numpy as np

from critscape.problems.networks.network import Network, matrices, weight_count
from critscape.problems.objectives.objective import Units
from critscape.problems.problem.problem import Problem

SQUARE = {2: 1.0}
"""The size of the one term of squared errors."""
STIFFNESS = 10.0
"""How much rather the units of weights give way than those of x and y, where the network leaves a choice."""
LARGEST_LOGARITHM = 600.0
"""The size of a logarithm of the unit of the loss beyond which the units stay one: double precision ends at 709."""


def natural_units(problem: Problem, x: float, y: float, metric: float, sizes: Mapping[int, float] = SQUARE) -> Units:
    """The units for data of sizes ``x``, ``y`` and ``metric``, and a loss with a term of size ``sizes[k]``·|f − y|^k for each k.

    With w = a_b w̃ on block b, x = s x̃, y = r ỹ, a monomial of c_α(w) with degrees e_b in the blocks stays a monomial of the same
    network if ∏ a_b^{e_b} s^{|α|} = r; the unit of the loss is then that of its largest term, κ = max_k ``sizes[k]`` r^k times the
    ``metric``. The units of the weights are chosen near √(κ/λ_b), where the ridge is one, within these constraints. Where they
    cannot all be met with the sizes of x and y, as with residual connections, the units of x and y give way too.
    """
    network = problem.network
    blocks = len(network.blocks)

    def loss_log(y_log: float) -> float:
        return float(np.log(metric) + max(np.log(size) + k * y_log for k, size in sizes.items()))

    constraints = constrained(network)
    wished = np.array([*(wished_logs(problem) + loss_log(np.log(y)) / 2), np.log(x), np.log(y)])
    logs = nearest(constraints, wished, blocks)
    if logs is None:
        logs = nearest(constraints, wished, blocks + 2)
    if logs is None or max(abs(loss_log(logs[-1])), max(sizes) * abs(logs[-1])) > LARGEST_LOGARITHM:
        logs = np.zeros(blocks + 2)
    weights = np.repeat(np.exp(logs[:blocks]), [block.size for block in network.blocks])
    x, y = np.exp(logs[blocks:]).tolist()
    return Units(weights, x, y, metric, float(np.exp(loss_log(logs[-1]))))


def wished_logs(problem: Problem) -> np.ndarray:
    """−½ log λ for each block, with the geometric mean of its λ; blocks without ridge get the mean of the others."""
    network = problem.network
    strengths = [np.abs(np.array(block, dtype=float).ravel()) for block in matrices(network, problem.ridge)]
    mean = [float(np.log(rows[rows > 0]).mean()) if (rows > 0).any() else None for rows in strengths]
    known = [value for value in mean if value is not None]
    level = float(np.mean(known)) if known else 0.0
    return np.array([-(level if value is None else value) / 2 for value in mean])


def nearest(constraints: np.ndarray, wished: np.ndarray, free: int) -> np.ndarray | None:
    """The vector nearest to the wish with ``constraints`` @ vector = 0 that differs in the first ``free`` entries; None if there is none."""
    stiffness = np.ones(free)
    stiffness[len(wished) - 2 :] = STIFFNESS
    shift = np.linalg.lstsq(constraints[:, :free] / stiffness, -constraints @ wished, rcond=None)[0] / stiffness
    moved = wished + np.concatenate([shift, np.zeros(len(wished) - free)])
    return moved if np.abs(constraints @ moved).max(initial=0.0) <= 1e-6 else None


@lru_cache(maxsize=64)
def constrained(network: Network) -> np.ndarray:
    """The rows (degrees in each block, |α|, −1): what they say of the logarithms of the units is that each vanishes on these."""
    return np.array([[*degrees, size, -1] for degrees, size in feature_degrees(network)], dtype=float).reshape(-1, len(network.blocks) + 2)


@lru_cache(maxsize=64)
def feature_degrees(network: Network) -> tuple[tuple[tuple[int, ...], int], ...]:
    """(degrees in each block, |α|) of the monomials of the c_α(w), each pair once."""
    ring = flint.fmpq_mpoly_ctx.get(tuple(f"w{j}" for j in range(weight_count(network))), "degrevlex")
    blocks = np.repeat(np.arange(len(network.blocks)), [block.size for block in network.blocks])
    found = set()
    for row in network.coefficients(matrices(network, ring.gens())):
        for alpha, entry in zip(network.exponents, row):
            for exponents in (ring.constant(1) * entry).to_dict():
                degrees = np.bincount(blocks, weights=np.array(exponents, dtype=float), minlength=len(network.blocks))
                found.add((tuple(map(int, degrees)), sum(alpha)))
    return tuple(sorted(found))
