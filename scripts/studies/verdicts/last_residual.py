"""R = Σ_i r_i h_i h_iᵀ of a quadratic network: the gradient of the error by the quadratic form of its last layer.

h_i are the inputs of the last layer for sample i, x_i itself in a network with one layer, and r_i the derivative of the error by f(x_i),
f(x_i) − y_i for plain squares (Kazemipour, Larsen and Druckmann, arXiv 2001.00098). At a critical point ∂L/∂w_j = 2 a_j R w_j + λ_j w_j = 0
for the units w_j of the last layer: balls never tell an eigenvalue from zero, and this does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

import flint
import numpy as np
from flint import arb, arb_mat, fmpq, fmpq_mat, fmpz_mat

from critscape.algebra.components.arcs import exact_inertia
from critscape.algebra.components.local_system import PRECISION
from critscape.algebra.points.classification import ldl_pivots
from critscape.algebra.polynomial.loss import exact
from critscape.problems.criteria.squared import weighting_of
from critscape.problems.networks.families.deep_quadratic import DeepQuadratic
from critscape.problems.networks.network import Matrix, Network, matrices, weight_count
from critscape.problems.problem.problem import Problem
from critscape.scripts.studies.verdicts.stationary import Stationary, rank_at_least


@dataclass(frozen=True)
class LastResidual:
    """What is known of R at a point: whether it is zero (None: not decided), and how many eigenvalues are at least positive, negative
    and zero.
    """

    zero: bool | None
    positive: int
    negative: int
    null: int
    size: int

    @property
    def text(self) -> str:
        """0, or the numbers of positive, negative and zero eigenvalues; –: not decided."""
        if self.zero:
            return "0"
        if self.positive + self.negative + self.null == self.size:
            return f"({self.positive}, {self.negative}, {self.null})"
        return "–" if self.zero is None else f"(≥ {self.positive}, ≥ {self.negative}, {f'≥ {self.null}' if self.null else '–'})"


def last_residual(problem: Problem, point: Stationary) -> LastResidual:
    """R at a critical point."""
    size = last_width(problem.network)
    vanishing = LastResidual(True, 0, 0, size, size)
    if point.flat:
        # Σ r_i f(x_i) does not depend on the weights of the last layer then.
        return vanishing
    if point.rational is not None:
        entries = residual_matrix(problem, point.rational)
        matrix = fmpq_mat([[fmpq(0) + entry for entry in row] for row in entries])
        return LastResidual(False, *exact_inertia(matrix), size) if any(matrix.entries()) else vanishing
    if point.weights is None:
        return LastResidual(None, 0, 0, 0, size)
    with flint.ctx.workprec(PRECISION):
        balls = [[arb(0) + entry for entry in row] for row in residual_matrix(problem, point.weights)]
        positive, negative = signs_at_least(balls)
        kernel = annihilated(problem, point.weights)
        null = rank_at_least(kernel) if kernel else 0
    if null >= size - traceless(problem) or all(entry.is_zero() for row in balls for entry in row):
        # One eigenvalue is left, and their sum is zero; or weights that are zero exactly make it so.
        return vanishing
    known = positive + negative > 0 or any(not entry.contains(0) for row in balls for entry in row)
    return LastResidual(False if known else None, positive, negative, null, size)


def annihilated(problem: Problem, weights: Sequence[arb]) -> list[list[arb]]:
    """Vectors v with R v = 0 at a critical point in a box: the w_j without a ridge whose outer weight a_j is not zero, and in a network
    with one layer those orthogonal to all x_i.
    """
    network = problem.network
    inner, outer, ridge = last_units(network, weights, problem.ridge)
    found = [list(w) for w, a, strengths in zip(inner, outer, ridge) if not any(strengths) and not (arb(0) + a).contains(0)]
    if not isinstance(network, DeepQuadratic) or network.depth == 1:
        basis, nullity = fmpz_mat(fmpq_mat([[exact(x) for x in row] for row in problem.inputs]).numer_denom()[0]).nullspace()
        found += [[arb(basis[i, j]) for i in range(network.inputs)] for j in range(nullity)]
    return found


def traceless(problem: Problem) -> bool:
    """Whether tr R = 0 at every critical point: it is ∂L/∂c for the coefficient c of the norm regressor of the last layer, without a ridge."""
    network: Any = problem.network
    norm = network.depth in network.norm_layers if isinstance(network, DeepQuadratic) else network.norm_regressor
    name = f"s{network.depth}" if isinstance(network, DeepQuadratic) else "c"
    return norm and not by_block(network, problem.ridge)[name][0][0]


def by_block(network: Network, values: Sequence[Any]) -> dict[str, Matrix]:
    """Weights, or their ridges, by the names of their blocks."""
    return dict(zip((block.name for block in network.blocks), matrices(network, list(values))))


def last_units(network: Any, weights: Sequence[Any], ridge: Sequence[Fraction]) -> tuple[Matrix, Sequence[Any], Matrix]:
    """Of the units of the last layer the w_j, the outer weights a_j and the ridges of the w_j."""
    found, strengths = by_block(network, weights), by_block(network, ridge)
    if isinstance(network, DeepQuadratic):
        inner, outer = f"W{network.depth}", f"L{network.depth}"
        return found[inner], found[outer][0], strengths[inner]
    fixed = [exact(a) for a in network.output or ()]
    return found["W"], fixed or found["a"][0], strengths["W"]


def last_width(network: Network) -> int:
    """The number of inputs of the last layer."""
    return network.widths[-2] if isinstance(network, DeepQuadratic) else network.inputs


def residual_matrix(problem: Problem, weights: Sequence[Any]) -> list[list[Any]]:
    """R over the ring of the weights (n)."""
    network = problem.network
    features = last_inputs(problem, weights)
    outputs = [row[0] for row in values(network, weights, problem)]
    residuals = [scale * (f - exact(y)) for scale, f, (y,) in zip(scales(problem), outputs, problem.targets)]
    size = last_width(network)
    return [[sum(r * h[p] * h[q] for r, h in zip(residuals, features)) for q in range(size)] for p in range(size)]


def scales(problem: Problem) -> list[fmpq]:
    """The weight of each squared error."""
    weighting = weighting_of(problem)
    if weighting.metrics:
        return [exact(matrix[0][0]) for matrix in weighting.metrics]
    output = exact(weighting.outputs[0]) if weighting.outputs else fmpq(1)
    return [exact(s) * output for s in weighting.samples or (1,) * problem.samples]


def last_inputs(problem: Problem, weights: Sequence[Any]) -> list[list[Any]]:
    """The inputs of the last layer, one row for each sample."""
    network = problem.network
    if not isinstance(network, DeepQuadratic) or network.depth == 1:
        return [[exact(x) for x in row] for row in problem.inputs]
    before = tuple(layer for layer in network.norm_layers if layer < network.depth)
    below = DeepQuadratic(network.widths[:-1], network.hidden[:-1], before)
    return values(below, weights[: weight_count(below)], problem)


def values(network: Network, weights: Sequence[Any], problem: Problem) -> list[list[Any]]:
    """f(x_i), one row for each sample."""
    coefficients = network.coefficients(matrices(network, list(weights)))
    powers = [
        [prod((exact(x) ** k for x, k in zip(row, alpha) if k), start=fmpq(1)) for alpha in network.exponents] for row in problem.inputs
    ]
    return [[sum(c * power for c, power in zip(row, at)) for row in coefficients] for at in powers]


def signs_at_least(balls: list[list[arb]]) -> tuple[int, int]:
    """Numbers of eigenvalues of a symmetric matrix that are proved to be positive and negative (Cauchy's interlacing)."""
    floats = np.array([[float(entry.mid()) for entry in row] for row in balls])
    eigenvalues, vectors = np.linalg.eigh(floats)
    steep = np.abs(eigenvalues) > 1e-9 * np.abs(eigenvalues).max(initial=0.0)
    if not steep.any():
        return 0, 0
    basis = arb_mat(vectors[:, steep].tolist())
    pivots = ldl_pivots(basis.transpose() * arb_mat(balls) * basis)
    if pivots is None:
        return 0, 0
    negative = sum(bool(pivot < 0) for pivot in pivots)
    return len(pivots) - negative, negative
