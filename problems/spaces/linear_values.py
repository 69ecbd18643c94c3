"""The critical values of linear networks without ridge: ½(‖Y‖² − Σ_{k ∈ S} σ_k), S a set of at most p = least width eigenvalues.

σ_1 ≥ σ_2 ≥ … are the eigenvalues of Yᵀ P Y, P the orthogonal projection of ℝᵐ onto the columns of X (m × d_x); the least value has
S = {1, …, p} and is attained (Baldi and Hornik, "Neural networks and principal component analysis", Neural Networks 2, 1989; for more
layers Zhang, arXiv 1901.09827, and Trager, Kohn and Bruna, arXiv 1910.01671).
"""

from __future__ import annotations

from itertools import pairwise

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
