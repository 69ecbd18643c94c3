"""A polynomial ℓ of each residual: Σ_i s_i Σ_o t_o ℓ(f_w(x_i)_o − y_io)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import acb

from critscape.algebra.polynomial.loss import Family, exact
from critscape.problems.criteria.definiteness import Definiteness, weighting_definiteness
from critscape.problems.criteria.natural_units import natural_units
from critscape.problems.criteria.sample_data import data_document, mean_square, samples_title
from critscape.problems.criteria.squared import weighting_document, weighting_title
from critscape.problems.input.expression import text
from critscape.problems.networks.network import penalised
from critscape.problems.objectives.objective import Units
from critscape.problems.objectives.residuals import Residuals
from critscape.problems.objectives.squared_loss import UNIT, Weighting
from critscape.problems.problem.problem import Problem

RESIDUAL = "r"
"""The variable of ℓ in problem files."""


@dataclass(frozen=True)
class Entrywise:
    """ℓ(r) = Σ_k ``residual[k]`` r^k with the last coefficient not zero; s_i and t_o as in ``weighting`` (without metrics)."""

    residual: tuple[Fraction, ...]
    weighting: Weighting = UNIT

    def coercive(self, problem: Problem) -> bool:
        """ℓ is bounded below, no s_i t_o is negative, and every λ_j > 0."""
        bounded = len(self.residual) % 2 == 1 and self.residual[-1] > 0
        signed = weighting_definiteness(self.weighting) is Definiteness.OTHER
        return bounded and not signed and all(strength > 0 for strength in problem.ridge)

    def title(self, problem: Problem) -> str:
        return f"{samples_title(problem)}, loss {text(self.residual, RESIDUAL)}{weighting_title(self.weighting)}"

    def family(self, problem: Problem) -> Family:
        return self.objective(problem).family

    def parameters(self, problem: Problem) -> tuple:
        ridge = problem.ridge if penalised(problem.network) else ()
        flat = [entry for rows in (problem.inputs, problem.targets) for row in rows for entry in row]
        coefficients = filter(None, self.residual)
        return (*flat, *self.weighting.samples, *self.weighting.outputs, *coefficients, *ridge)

    def objective(self, problem: Problem) -> Residuals:
        weighting = self.weighting
        powers = tuple(k for k, c in enumerate(self.residual) if c)
        return Residuals(problem.network, powers, problem.samples, bool(weighting.samples), bool(weighting.outputs))

    def place(self, problem: Problem) -> list[acb]:
        return [acb(exact(value)) for value in self.parameters(problem)]

    def units(self, problem: Problem) -> Units:
        inputs, targets = (mean_square([x for row in rows for x in row]) for rows in (problem.inputs, problem.targets))
        metric = mean_square(self.weighting.samples) * mean_square(self.weighting.outputs)
        return natural_units(problem, inputs, targets, metric, {k: abs(float(c)) for k, c in enumerate(self.residual) if k and c})

    def document(self, problem: Problem) -> dict:
        weights = weighting_document(self.weighting).get("loss", {})
        return {"data": data_document(problem), "loss": {"residual": text(self.residual, RESIDUAL), **weights}}
