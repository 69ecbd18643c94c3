"""What is known of a problem without solving it: why its critical set is not finite."""

from __future__ import annotations

from collections.abc import Sequence

from problems.linear import Linear
from problems.network import matrices
from problems.problem import Problem
from problems.quadratic import Quadratic


def infinite_reason(problem: Problem) -> str | None:
    """One sentence on why the critical set has positive dimension, where the reason is a known one; None elsewhere.

    The sentence explains a critical set that was found not to be finite; it does not by itself prove that it is not.
    """
    ridge = matrices(problem.network, problem.ridge)
    if isinstance(problem.network, Linear):
        return _linear_reason(ridge)
    if isinstance(problem.network, Quadratic):
        return _quadratic_reason(problem.network, ridge)
    return None


def _linear_reason(ridge: Sequence) -> str | None:
    """W_{h+1} W_h is unchanged under W_h → G W_h, W_{h+1} → W_{h+1} G⁻¹; the ridge keeps what preserves Σ λ_j w_j² of both layers.

    That is all of GL(d) when the ridge is zero there, and the rotations of units with the same ridges inward and outward.
    """
    for layer, (inward, outward) in enumerate(zip(ridge, ridge[1:]), start=1):
        units = [(tuple(row), tuple(column)) for row, column in zip(inward, zip(*outward))]
        if any(not any(row) and not any(column) for row, column in units):
            return (
                f"the ridge is zero around hidden layer {layer}: "
                "rescaling its unit inward against outward moves critical points along curves"
            )
        alike = max(map(units.count, units))
        if alike > 1:
            return (
                f"{alike} units of hidden layer {layer} have the same ridges inward and outward, "
                f"which leaves the rotations O({alike}) as a symmetry"
            )
    zero = [f"W{k}" for k, rows in enumerate(ridge, start=1) if not any(strength for row in rows for strength in row)]
    return f"the ridge is zero on {', '.join(zero)}, which leaves directions in which the loss is flat" if zero else None


def _quadratic_reason(network: Quadratic, ridge: Sequence) -> str | None:
    """Σ_j a_j (w_j·x)² with equal a_j is a‖Wx‖², unchanged under W → QW; with trained a_j under w_j → s w_j, a_j → a_j/s²."""
    rows = [tuple(row) for row in ridge[0]]
    if network.output is None:
        outer = ridge[1][0]
        if any(not any(row) and not strength for row, strength in zip(rows, outer)):
            return "the ridge is zero on a unit and its outer weight: rescaling them against each other moves critical points"
        return None
    units = list(zip(rows, network.output))
    alike = max(map(units.count, units))
    if alike > 1:
        return f"{alike} units have the same ridges and outer weights, which leaves the rotations O({alike}) as a symmetry"
    return None
