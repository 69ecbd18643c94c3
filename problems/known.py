"""What is known of a problem without solving it: why its critical set is not finite."""

from __future__ import annotations

from problems.linear import Linear
from problems.network import matrices
from problems.problem import Problem


def infinite_reason(problem: Problem) -> str | None:
    """One sentence on why the critical set has positive dimension, where the reason is a known one.

    For linear networks, W_{h+1} W_h is unchanged under W_h → G W_h, W_{h+1} → W_{h+1} G⁻¹; the ridge breaks this group down to
    what preserves Σ λ_j w_j² on the two layers: everything when it is zero there, rotations of units with the same ridges.
    """
    if not any(problem.ridge):
        return "the ridge is zero: rescaling the layers against each other moves critical points along curves"
    if isinstance(problem.network, Linear):
        ridge = matrices(problem.network, problem.ridge)
        for layer, (inward, outward) in enumerate(zip(ridge, ridge[1:]), start=1):
            units = [(tuple(row), tuple(column)) for row, column in zip(inward, zip(*outward))]
            alike = max(units.count(unit) for unit in units)
            if alike > 1 and any(any(part) for unit in units for part in unit):
                return (
                    f"{alike} units of hidden layer {layer} have the same ridges inward and outward, "
                    f"which leaves the rotations O({alike}) as a symmetry"
                )
    zero_blocks = [
        block.name
        for block, rows in zip(problem.network.blocks, matrices(problem.network, problem.ridge))
        if not any(strength for row in rows for strength in row)
    ]
    if zero_blocks:
        return f"the ridge is zero on {', '.join(zero_blocks)}, so critical points need not be isolated there"
    return None
