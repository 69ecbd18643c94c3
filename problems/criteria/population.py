"""The population loss ½ E‖f_w(x) − f_teacher(x)‖² for Gaussian inputs x ~ N(0, Σ), with the moments of x in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import sqrt

from flint import acb

from critscape.algebra.polynomial.loss import Family, exact
from critscape.algebra.polynomial.shape import Shape
from critscape.problems.criteria.natural_units import natural_units
from critscape.problems.criteria.ridge import of_ridge
from critscape.problems.criteria.words import GAUSSIAN
from critscape.problems.input.partial_array import partial_document
from critscape.problems.input.rational import written
from critscape.problems.networks.network import Network, matrices, penalised
from critscape.problems.objectives.moments import Moments
from critscape.problems.objectives.objective import Units
from critscape.problems.objectives.squared_loss import added, family, moment_exponents
from critscape.problems.problem.problem import Problem


@dataclass(frozen=True)
class Population:
    """The teacher with its flat ``weights``, and the covariance Σ of the inputs (d_x × d_x)."""

    teacher: Network
    weights: tuple[Fraction, ...]
    covariance: tuple[tuple[Fraction, ...], ...]

    def shape(self, problem: Problem) -> Shape:
        return of_ridge(problem, Fraction(0))

    def title(self, problem: Problem) -> str:
        return ", Gaussian population"

    def family(self, problem: Problem) -> Family:
        return family(problem.network)

    def parameters(self, problem: Problem) -> tuple:
        """(μ, ν, σ, λ): μ_γ = E x^γ, ν_α = Σ_β t_β E x^(α+β), σ = E‖Σ_β t_β x^β‖² for a teacher Σ_β t_β x^β."""
        network, teacher = problem.network, self.teacher
        rows = teacher.coefficients(matrices(teacher, self.weights))
        mu = [self._moment(gamma) for gamma in moment_exponents(network)]
        nu = [
            sum(t * self._moment(added(alpha, beta)) for t, beta in zip(row, teacher.exponents))
            for row in rows
            for alpha in network.exponents
        ]
        sigma = sum(
            a * b * self._moment(added(alpha, beta))
            for row in rows
            for a, alpha in zip(row, teacher.exponents)
            for b, beta in zip(row, teacher.exponents)
        )
        return tuple(map(Fraction, (*mu, *nu, sigma, *(problem.ridge if penalised(network) else ()))))

    def _moment(self, gamma: tuple[int, ...]) -> Fraction:
        return moment(self.covariance, gamma)

    def objective(self, problem: Problem) -> Moments:
        return Moments(problem.network)

    def place(self, problem: Problem) -> list[acb]:
        return [acb(exact(value)) for value in self.parameters(problem)]

    def units(self, problem: Problem) -> Units:
        variances = [float(row[k]) for k, row in enumerate(self.covariance)]
        network, values = problem.network, self.parameters(problem)
        sigma = values[len(moment_exponents(network)) + network.outputs * len(network.exponents)]
        x, y = sqrt(sum(variances) / len(variances)), sqrt(float(sigma) / network.outputs)
        return natural_units(problem, x or 1.0, y or 1.0, 1.0)

    def document(self, problem: Problem) -> dict:
        teacher = {"architecture": self.teacher.document(), "weights": _blocks(self.teacher, self.weights)}
        covariance = [[written(a) for a in row] for row in self.covariance]
        return {"data": {"population": {"inputs": GAUSSIAN, "covariance": covariance, "teacher": teacher}}}


def _blocks(network: Network, flat: Sequence[Fraction]) -> list:
    return [partial_document(block) for block in matrices(network, flat)]


@lru_cache(maxsize=100_000)
def moment(covariance: tuple[tuple[Fraction, ...], ...], gamma: tuple[int, ...]) -> Fraction:
    """E x^γ for x ~ N(0, Σ): Stein's identity E x_i p(x) = Σ_j Σ_ij E ∂_j p(x), which gives Isserlis' theorem.

    >>> moment(((Fraction(2),),), (4,))
    Fraction(12, 1)
    """
    first = next((i for i, power in enumerate(gamma) if power), None)
    if first is None:
        return Fraction(1)
    rest = [power - (k == first) for k, power in enumerate(gamma)]
    total = Fraction(0)
    for j, power in enumerate(rest):
        if power and covariance[first][j]:
            lowered = tuple(value - (k == j) for k, value in enumerate(rest))
            total += covariance[first][j] * power * moment(covariance, lowered)
    return total
