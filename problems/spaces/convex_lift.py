"""Losses with a ridge that are convex in a lifted space: what proves that a critical point is a global minimum.

Two linear layers with ridges λ₁, λ₂, one for each layer: ½λ₁‖W₁‖² + ½λ₂‖W₂‖² ≥ μ‖W₂W₁‖_*, μ = √(λ₁λ₂), with equality at critical
points, where λ₁W₁W₁ᵀ = λ₂W₂ᵀW₂ (Srebro, Rennie and Jaakkola, "Maximum-margin matrix factorization", NeurIPS 2004). So they are global
minima of ℓ(M) + μ‖M‖_* if μ²·1 − GᵀG ⪰ 0 with G = ∇ℓ(M): the subgradients of the nuclear norm. GᵀG W₁ᵀ = μ² W₁ᵀ holds at every critical
point.

Quadratic units with outer weights 1: f = xᵀSx + c‖x‖², S = WᵀW ⪰ 0, and the loss ℓ(S, c) + ½λ tr S (+ a ridge on c) is convex. So a
critical point is a global minimum if P = 2∇_Sℓ + λ·1 ⪰ 0; P Wᵀ = 0 holds at every critical point, as ∇_W L = W P.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import acb

from critscape.algebra.components.function_space import Lift
from critscape.algebra.polynomial.loss import exact
from critscape.problems.criteria.squared import Squared
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.networks.network import matrices
from critscape.problems.problem.problem import Problem, blockwise


def convex_lift(problem: Problem) -> Lift | None:
    """The lift of a squared loss of two linear layers or of quadratic units with outer weights 1, one ridge for each block; else None."""
    network = problem.network
    ridges = []
    for block in blockwise(network, problem.ridge):
        values = {value for row in block for value in row}
        if len(values) != 1 or min(values) < 0:
            return None
        ridges.append(min(values))
    if problem.criterion != Squared():
        return None
    if isinstance(network, Linear) and len(network.widths) == 3 and all(ridges):
        return two_layers(problem, ridges[0] * ridges[1])
    if isinstance(network, Quadratic) and network.output is not None and set(network.output) == {Fraction(1)}:
        return positive_units(problem, ridges[0])
    return None


def two_layers(problem: Problem, squared: Fraction) -> Lift:
    """μ²·1 − GᵀG and W₁ for weights in balls."""

    def lift(point: Sequence[acb]) -> tuple[list[list[acb]], list[list[acb]]]:
        first, second = matrices(problem.network, list(point))
        d, outputs = problem.network.inputs, problem.network.outputs
        product = [[sum((row[k] * first[k][j] for k in range(len(first))), acb(0)) for j in range(d)] for row in second]
        slope = [[acb(0)] * d for _ in range(outputs)]
        for x, y in zip(problem.inputs, problem.targets):
            for i in range(outputs):
                residual = sum((product[i][j] * exact(x[j]) for j in range(d)), acb(0)) - exact(y[i])
                slope[i] = [g + residual * exact(x[j]) for j, g in enumerate(slope[i])]
        gram = [[sum((row[a] * row[b] for row in slope), acb(0)) for b in range(d)] for a in range(d)]
        return [[(acb(exact(squared)) if a == b else acb(0)) - gram[a][b] for b in range(d)] for a in range(d)], [list(r) for r in first]

    return lift


def positive_units(problem: Problem, ridge: Fraction) -> Lift:
    """2∇_Sℓ + λ·1 and W for weights in balls."""

    def lift(point: Sequence[acb]) -> tuple[list[list[acb]], list[list[acb]]]:
        units, *others = matrices(problem.network, list(point))
        d = problem.network.inputs
        matrix = [[acb(exact(ridge)) if a == b else acb(0) for b in range(d)] for a in range(d)]
        for x, y in zip(problem.inputs, problem.targets):
            values = [sum((w * exact(v) for w, v in zip(row, x)), acb(0)) for row in units]
            residual = sum((v * v for v in values), acb(0)) - exact(y[0])
            if others:
                residual += others[0][0][0] * exact(sum((v * v for v in x), Fraction(0)))
            matrix = [[entry + 2 * residual * exact(x[a] * x[b]) for b, entry in enumerate(row)] for a, row in enumerate(matrix)]
        return matrix, [list(row) for row in units]

    return lift
