"""The critical values of linear networks without ridge: ½(‖Y‖² − Σ_{k ∈ S} σ_k), S a set of at most p = least width eigenvalues.

σ_1 ≥ σ_2 ≥ … are the eigenvalues of Yᵀ P Y, P the orthogonal projection of ℝᵐ onto the columns of X (m × d_x); the least value has
S = {1, …, p} and is attained (Baldi and Hornik, "Neural networks and principal component analysis", Neural Networks 2, 1989; for more
layers Zhang, arXiv 1901.09827, and Trager, Kohn and Bruna, arXiv 1910.01671).

With a ridge λ_l on each block l, critical points are balanced: λ_{l+1} W_{l+1}ᵀW_{l+1} = λ_l W_l W_lᵀ. So where λ_l = 0 the blocks beside
it that have a ridge vanish, then all that have one do (their gradients are λW), and ½‖Y‖² is the only critical value.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise
from math import comb

import flint
from flint import arb, fmpq, fmpq_mat

from critscape.algebra.polynomial.loss import exact
from critscape.problems.criteria.squared import Squared
from critscape.problems.networks.families.linear import Linear
from critscape.problems.problem.problem import Problem

BITS = 256


def least_value(problem: Problem) -> arb | None:
    """An interval around inf L in which no other critical value lies; None unless the loss is a plain squared one of a linear network."""
    network = problem.network
    if any(problem.ridge) or not isinstance(network, Linear) or problem.criterion != Squared():
        return None
    inputs, targets = (fmpq_mat([[exact(v) for v in row] for row in rows]) for rows in (problem.inputs, problem.targets))
    with flint.ctx.workprec(BITS):
        found = eigenvalues(explained(inputs, targets))
        total = sum((v * v for v in targets.entries()), fmpq(0))
        top = min(network.widths)
        taken = sum((value for value in expanded(found)[:top]), arb(0))
        # Another value is larger by one exchange of eigenvalues at least, where 0 is one: S may be smaller.
        distinct = [value for value, _ in found if value > 0] + [arb(0)]
        gaps = [(larger - smaller).lower() for larger, smaller in pairwise(distinct)]
        least = (arb(total) - taken) / 2
        return arb(least, min(gaps) / 6) if gaps else least


def critical_values(problem: Problem) -> list[arb] | None:
    """All critical values, each once, the least first; None unless the loss is a plain squared one of a linear network, and some block
    has no ridge and each other one a single positive one.
    """
    network = problem.network
    if not isinstance(network, Linear) or problem.criterion != Squared():
        return None
    blocks, start = [], 0
    for block in network.blocks:
        blocks.append(set(problem.ridge[start : start + len(block.positions)]))
        start += len(block.positions)
    if any(len(values) > 1 or min(values) < 0 for values in blocks) or {Fraction(0)} not in blocks:
        return None
    inputs, targets = (fmpq_mat([[exact(v) for v in row] for row in rows]) for rows in (problem.inputs, problem.targets))
    total = sum((v * v for v in targets.entries()), fmpq(0))
    with flint.ctx.workprec(BITS):
        if any(problem.ridge):
            return [arb(total) / 2]
        positive = [value for value in expanded(eigenvalues(explained(inputs, targets))) if value > 0]
        # One layer has no saddles: all of Y that X explains is taken.
        sizes = range(min(network.widths) + 1) if len(network.widths) > 2 else [len(positive)]
        sums = [sum(chosen, arb(0)) for size in sizes for chosen in combinations(positive, size)]
        found: list[arb] = []
        for value in sorted(((arb(total) - taken) / 2 for taken in sums), key=lambda v: float(v.mid())):
            if not found or not value.overlaps(found[-1]):
                found.append(value)
        return found


def functions_of_full_rank(problem: Problem) -> int | None:
    """The number of complex critical points M of rank r, the least width, of the squared loss on the matrices of rank at most r.

    With A = Y restricted to the rows of X, AAᵀ or AᵀA (the smaller one) with simple non-zero eigenvalues alone: NᵀA = NᵀN and
    ANᵀ = NNᵀ make the column space of N invariant, and N the projection of A to it (Eckart and Young). None for other data and losses.
    """
    network = problem.network
    if any(problem.ridge) or not isinstance(network, Linear) or problem.criterion != Squared():
        return None
    inputs, targets = (fmpq_mat([[exact(v) for v in row] for row in rows]) for rows in (problem.inputs, problem.targets))
    smaller = min(network.inputs, network.outputs)
    if inputs.rank() < network.inputs:
        return None
    with flint.ctx.workprec(BITS):
        positive = [multiplicity for value, multiplicity in eigenvalues(explained(inputs, targets)) if value > 0]
    return comb(smaller, min(network.widths)) if positive == [1] * smaller else None


def explained(inputs: fmpq_mat, targets: fmpq_mat) -> fmpq_mat:
    """Yᵀ P Y over ℚ."""
    echelon, rank = inputs.rref()
    pivots, column = [], 0
    for r in range(rank):
        while echelon[r, column] == 0:
            column += 1
        pivots.append(column)
        column += 1
    if not pivots:
        return fmpq_mat(targets.ncols(), targets.ncols())
    basis = fmpq_mat([[inputs[i, j] for j in pivots] for i in range(inputs.nrows())])
    products = basis.transpose() * targets
    return products.transpose() * (basis.transpose() * basis).solve(products)


def eigenvalues(matrix: fmpq_mat) -> list[tuple[arb, int]]:
    """The distinct eigenvalues of a positive semidefinite rational matrix with their multiplicities, the largest first."""
    roots = []
    for factor, multiplicity in matrix.charpoly().numer().factor()[1]:
        # The stubs of python-flint know the roots without their multiplicities.
        roots += [(root.real, multiplicity) for root, _ in factor.complex_roots()]  # type: ignore[misc, has-type]
    return sorted(roots, key=lambda pair: -float(pair[0].mid()))


def expanded(found: list[tuple[arb, int]]) -> list[arb]:
    """Each eigenvalue as often as it occurs."""
    return [value for value, multiplicity in found for _ in range(multiplicity)]
