"""The same data on the space of functions: critical points of the error itself, without the weights that parametrise functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, product

import flint
from flint import acb_mat

from critscape.algebra.points.certification import CertifiedPoint
from critscape.algebra.points.certified_sets import conjugated, located, moved
from critscape.algebra.symmetry.finite import SignedPermutation
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.low_rank import LowRank
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.networks.families.symmetric_low_rank import SymmetricLowRank
from critscape.problems.networks.network import Network, matrices, weight_count
from critscape.problems.problem.problem import Problem

FLAG = "--function-space"


def in_function_space(problem: Problem) -> Problem:
    """The problem's error on the closure over ℂ of the set of functions that its network computes, in a chart of the smooth points.

    For linear networks these are the matrices of rank at most r, the least width (Trager, Kohn and Bruna, "Pure and spurious
    critical points", arXiv 1910.01671); for quadratic networks the symmetric matrices of rank at most the number of units.

    Raises
    ------
    BadInput : a ridge, which is no function of f, or a network without a known chart.
    """
    if any(problem.ridge):
        raise BadInput("ridge", f"0 with {FLAG}: the ridge depends on the weights, not on the function alone")
    chart = chart_of(problem.network)
    return replace(problem, network=chart, ridge=(Fraction(0),) * weight_count(chart))


def chart_of(network: Network) -> Network:
    """The network whose weights are coordinates of the function space.

    Raises
    ------
    BadInput : no chart is known.
    """
    if isinstance(network, Linear):
        inputs, outputs, rank = network.inputs, network.outputs, min(network.widths)
        return LowRank(inputs, outputs, rank) if rank < min(inputs, outputs) else Linear((inputs, outputs))
    if isinstance(network, Quadratic) and network.hidden < network.inputs:
        if not network.norm_regressor and network.output is not None and all(sign > 0 for sign in network.output):
            return SymmetricLowRank(network.inputs, network.hidden, quadratic=True, semidefinite=True)
    expected = "a linear network, or a quadratic one with fewer units than inputs, fixed positive outer weights and without norm regressor"
    raise BadInput("architecture", f"{expected} with {FLAG}: no chart of the function space is known for others", network.title)


@dataclass(frozen=True)
class FunctionCounts:
    """Critical points of the error in the smooth part of a function space: those over ℂ, and the real ones."""

    complex: int
    real: int


def function_counts(problem: Problem, points: Sequence[CertifiedPoint]) -> FunctionCounts | None:
    """How many functions of full rank the critical points of a problem in a function space are; None for other problems.

    A symmetric matrix VᵀV of rank r comes from the 2^r matrices V that differ in the signs of their rows; it is real exactly if
    the conjugate of V is one of them. Points of smaller rank belong to the singular part and are not counted.
    """
    network = problem.network
    if not isinstance(network, (LowRank, SymmetricLowRank)):
        return None
    full = [point for point in points if _regular(network, point)]
    flips = _row_flips(network)
    conjugates = located([conjugated(point) for point in full], full)
    images = [located([moved(flip, point) for point in full], full) for flip in flips]
    real = sum(any(image[k] is not None and image[k] == conjugates[k] for image in images) for k in range(len(full)))
    return FunctionCounts(len(full) // network.sheets, real // network.sheets)


def _regular(network: LowRank | SymmetricLowRank, point: CertifiedPoint) -> bool:
    """Whether the function is proved to have full rank, and its weights to be isolated among those with the same function.

    For V lower triangular in its first r columns both hold where no diagonal entry is zero: then the rotations leave the triangular
    form in every direction.
    """
    factor = matrices(network, point.ball)[-1]
    if isinstance(network, SymmetricLowRank):
        return not any(factor[j][j].contains(0) for j in range(network.rank))
    with flint.ctx.workprec(point.precision):
        columns = [list(column) for column in zip(*factor)]
        return any(not acb_mat(list(chosen)).det().contains(0) for chosen in combinations(columns, network.rank))


def _row_flips(network: LowRank | SymmetricLowRank) -> list[SignedPermutation]:
    """The sign changes of the variables that leave the function unchanged."""
    size = weight_count(network)
    if isinstance(network, LowRank):
        return [SignedPermutation(tuple(range(size)), (1,) * size)]
    rows = [i for block in network.blocks for i, _ in block.positions]
    return [SignedPermutation(tuple(range(size)), tuple(signs[i] for i in rows)) for signs in product((1, -1), repeat=network.rank)]
