"""Squared errors ½ Σ_i (f_w(x_i) − y_i)ᵀ Λ_i (f_w(x_i) − y_i), in the simplest case ½ Σ_i ‖f_w(x_i) − y_i‖²."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

import flint
from flint import acb, acb_mat

from critscape.algebra.polynomial.loss import Family, exact
from critscape.algebra.polynomial.shape import Shape
from critscape.problems.criteria.definiteness import Definiteness, weighting_definiteness
from critscape.problems.criteria.natural_units import natural_units
from critscape.problems.criteria.ridge import of_ridge
from critscape.problems.criteria.sample_data import data_document, mean_square, samples_title
from critscape.problems.input.rational import written
from critscape.problems.networks.families.low_rank import LowRank
from critscape.problems.networks.network import Network, penalised
from critscape.problems.objectives.moments import Moments, squared
from critscape.problems.objectives.objective import Units
from critscape.problems.objectives.sampled import Sampled
from critscape.problems.objectives.squared_loss import UNIT, Weighting, family, parameters
from critscape.problems.problem.problem import Problem, Samples


@dataclass(frozen=True)
class Squared:
    """Squared errors with the rational Λ_i of ``weighting``."""

    weighting: Weighting = UNIT

    def shape(self, problem: Problem) -> Shape:
        """With positive semidefinite Λ_i and λ_j ≥ 0, L ≥ 0; with every λ_j > 0 it is coercive."""
        bounded = weighting_definiteness(self.weighting) is not Definiteness.OTHER
        return replace(of_ridge(problem, Fraction(0) if bounded else None), theorem=low_rank_approximation(problem, self.weighting))

    def title(self, problem: Problem) -> str:
        return samples_title(problem) + weighting_title(self.weighting)

    def family(self, problem: Problem) -> Family:
        return family(problem.network, self.weighting.metric)

    def parameters(self, problem: Problem) -> tuple:
        ridge = problem.ridge if penalised(problem.network) else ()
        return parameters(problem.network, problem.inputs, problem.targets, ridge, self.weighting)

    def objective(self, problem: Problem) -> Sampled | Moments:
        kept = bool(self.weighting.samples) and not absorbing(problem)
        return squared(problem.network, rank(problem) or problem.samples, kept, self.weighting.metric)

    def place(self, problem: Problem) -> list[acb]:
        inputs, targets = exact_data(problem)
        ridge = [acb(exact(strength)) for strength in problem.ridge] if penalised(problem.network) else []
        samples = () if absorbing(problem) else tuple(acb(exact(s)) for s in self.weighting.samples)
        outputs = tuple(acb(exact(t)) for t in self.weighting.outputs)
        metrics = tuple(tuple(tuple(acb(exact(a)) for a in row) for row in matrix) for matrix in self.weighting.metrics)
        if isinstance(self.objective(problem), Moments):
            found = parameters(problem.network, inputs, targets, ridge, Weighting(samples, outputs, metrics))
            return [acb(value) for value in found]
        upper = [matrix[o][p] for matrix in metrics for o in range(len(matrix)) for p in range(o, len(matrix))]
        return [*(x for row in inputs for x in row), *(y for row in targets for y in row), *samples, *outputs, *upper, *ridge]

    def units(self, problem: Problem) -> Units:
        inputs, targets = (mean_square([abs(complex(value.mid())) for row in rows for value in row]) for rows in exact_data(problem))
        samples = () if absorbing(problem) else self.weighting.samples
        diagonals = [matrix[o][o] for matrix in self.weighting.metrics for o in range(len(matrix))]
        return natural_units(problem, inputs, targets, mean_square(samples) * mean_square(self.weighting.outputs) * mean_square(diagonals))

    def document(self, problem: Problem) -> dict:
        return {"data": data_document(problem), **weighting_document(self.weighting)}


def least_squares(network: Network, inputs: Samples, targets: Samples, ridge: Sequence[Fraction]) -> Problem:
    """The problem of plain squared errors ½ Σ_i ‖f_w(x_i) − y_i‖², its ridge one λ_j per weight (flat, n)."""
    return Problem(network, inputs, targets, tuple(ridge), Squared())


def weighting_of(problem: Problem) -> Weighting:
    """The weighting of a problem of squared errors."""
    assert isinstance(problem.criterion, Squared)
    return problem.criterion.weighting


def absorbing(problem: Problem) -> bool:
    """Whether f is linear in x and every s_i > 0: then s_i ‖f(x_i) − y_i‖² is the plain squared error of √s_i x_i and √s_i y_i."""
    weighting = weighting_of(problem)
    linear = all(sum(alpha) == 1 for alpha in problem.network.exponents)
    return linear and not weighting.metrics and all(s > 0 for s in weighting.samples)


def low_rank_approximation(problem: Problem, weighting: Weighting) -> str | None:
    """Why no isolated local minimum is spurious among matrices of rank r; None for other networks.

    With Σ_i s_i x_i x_iᵀ and diag(t) positive definite a change of basis makes the error the distance to a matrix: its critical points
    of rank r keep r singular values, and all are saddles but for the largest ones (Eckart–Young; Baldi and Hornik, Neural Networks 2,
    1989). Where the r-th is repeated no minimum is isolated.
    """
    if not isinstance(problem.network, LowRank) or weighting.metrics or any(problem.ridge):
        return None
    if not all(weight > 0 for weight in (*weighting.samples, *weighting.outputs)):
        return None
    if flint.fmpq_mat([[exact(x) for x in row] for row in problem.inputs]).rank() < problem.network.inputs:
        return None
    return "the best approximation of bounded rank, by the theorem of Eckart and Young"


@lru_cache(maxsize=64)
def rank(problem: Problem) -> int | None:
    """The number r of samples to which the data are reduced, where f is linear in x; None where they are not reduced."""
    if not absorbing(problem):
        return None
    found = flint.fmpq_mat([[exact(x) for x in row] for row in problem.inputs]).rank()
    return None if found in (0, problem.samples, problem.network.inputs) else found


def exact_data(problem: Problem) -> tuple[list[list[acb]], list[list[acb]]]:
    """Inputs and targets at FLINT's working precision, with as few samples as the rank of the inputs where f is linear in x.

    With XᵀSX = Σ_k d_k l_k l_kᵀ (LDLᵀ over ℚ, r terms) the r samples √d_k l_k, and targets that keep XᵀSY, give the same loss up
    to a constant: rank-deficient data are generic again as data of r samples, and no path is wasted on them.
    """
    scales = weighting_of(problem).samples if absorbing(problem) else ()
    reduced = rank(problem)
    if reduced is None:
        roots = [acb(exact(s)).sqrt() for s in scales] or [acb(1)] * problem.samples
        data = problem.inputs, problem.targets
        inputs, targets = ([[root * acb(exact(value)) for value in row] for root, row in zip(roots, rows)] for rows in data)
        return inputs, targets
    samples, wanted = (flint.fmpq_mat([[exact(x) for x in row] for row in rows]) for rows in (problem.inputs, problem.targets))
    weighted = flint.fmpq_mat([[exact(s * x) for x in row] for s, row in zip(scales or (1,) * problem.samples, problem.inputs)])
    rows = []
    rest = weighted.transpose() * samples
    for _ in range(reduced):
        k = max(range(rest.nrows()), key=lambda k: rest[k, k])
        pivot = rest[k, k]
        column = flint.fmpq_mat([[rest[i, k] / pivot] for i in range(rest.nrows())])
        rows.append([acb(pivot).sqrt() * acb(entry) for entry in column.entries()])
        rest -= column * column.transpose() * pivot
    reduced_inputs = acb_mat(rows)
    products = acb_mat([[acb(value) for value in row] for row in (weighted.transpose() * wanted).tolist()])
    # Ỹ with X̃ᵀỸ = XᵀSY.
    return rows, (reduced_inputs * reduced_inputs.transpose()).solve(reduced_inputs * products).tolist()


def weighting_title(weighting: Weighting) -> str:
    """What headings say of weights that are not all one."""
    parts = ("weighted samples", weighting.samples), ("weighted outputs", weighting.outputs), ("metrics", weighting.metrics)
    return "".join(f", {name}" for name, given in parts if given)


def weighting_document(weighting: Weighting) -> dict:
    """The ``loss`` of a problem file; nothing for weights that are all one."""
    found: dict[str, list] = {}
    if weighting.samples:
        found["sample_weights"] = [written(s) for s in weighting.samples]
    if weighting.outputs:
        found["output_weights"] = [written(t) for t in weighting.outputs]
    if weighting.metrics:
        found["metrics"] = [[[written(a) for a in row] for row in matrix] for matrix in weighting.metrics]
    return {"loss": found} if found else {}
