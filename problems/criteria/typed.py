"""Polynomial losses that are typed in: there are no data, the loss is what it says plus the ridge."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import acb

from critscape.algebra.polynomial.coercivity import proper
from critscape.algebra.polynomial.loss import Family, Loss, exact
from critscape.algebra.polynomial.shape import Shape
from critscape.problems.input.expression import sum_of_squares
from critscape.problems.networks.families.polynomial import Polynomial
from critscape.problems.objectives.coefficients import Coefficients
from critscape.problems.objectives.objective import Units
from critscape.problems.problem.problem import Problem


@dataclass(frozen=True)
class Typed:
    """The criterion of the family ``polynomial``."""

    def shape(self, problem: Problem) -> Shape:
        """What the sum that was typed in says: with squares and a number alone it is at least that number."""
        network = problem.network
        assert isinstance(network, Polynomial)  # The only network that this criterion belongs to.
        squares, rest = sum_of_squares(network.expression, network.variables)
        if rest.degree > 0 or any(strength < 0 for strength in problem.ridge):
            return Shape()
        ridged = [{tuple(int(i == j) for i in range(problem.dimension)): Fraction(1)} for j, s in enumerate(problem.ridge) if s > 0]
        grows = proper([*(square.base.terms() for square in squares), *ridged], network.variables)
        return Shape(coercive=grows, floor=rest.packed.get(0, Fraction(0)))

    def title(self, problem: Problem) -> str:
        return ""

    def family(self, problem: Problem) -> Family:
        return self.objective(problem).family

    def parameters(self, problem: Problem) -> tuple:
        return (*typed(problem).coefficients_of_loss, *problem.ridge)

    def objective(self, problem: Problem) -> Coefficients:
        return Coefficients(typed(problem).support)

    def place(self, problem: Problem) -> list[acb]:
        return [acb(exact(value)) for value in self.parameters(problem)]

    def units(self, problem: Problem) -> Units:
        # Only solvers need units; the checker reads problems too.
        from critscape.algebra.polynomial.scaling import scaling

        found = scaling(Loss(self.family(problem), self.parameters(problem)))
        return Units(np.array(found.weights), 1.0, 1.0, 1.0, found.loss)

    def document(self, problem: Problem) -> dict:
        return {}


def typed(problem: Problem) -> Polynomial:
    """The typed polynomial of a problem."""
    assert isinstance(problem.network, Polynomial)
    return problem.network
