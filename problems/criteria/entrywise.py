"""A polynomial ℓ of each residual: Σ_i s_i Σ_o t_o ℓ(f_w(x_i)_o − y_io)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from flint import acb

from critscape.algebra.polynomial.convexity import convexity
from critscape.algebra.polynomial.loss import Family, exact
from critscape.algebra.polynomial.shape import Shape
from critscape.problems.criteria.definiteness import Definiteness, weighting_definiteness
from critscape.problems.criteria.natural_units import feature_degrees, natural_units
from critscape.problems.criteria.ridge import of_ridge
from critscape.problems.criteria.sample_data import data_document, mean_square, samples_title
from critscape.problems.criteria.squared import weighting_document, weighting_title
from critscape.problems.criteria.words import RESIDUAL
from critscape.problems.input.expression import text
from critscape.problems.networks.network import penalised
from critscape.problems.objectives.objective import Units
from critscape.problems.objectives.residuals import Residuals
from critscape.problems.objectives.squared_loss import UNIT, Weighting
from critscape.problems.problem.problem import Problem


@dataclass(frozen=True)
class Entrywise:
    """ℓ(r) = Σ_k ``residual[k]`` r^k with the last coefficient not zero; s_i and t_o as in ``weighting`` (without metrics)."""

    residual: tuple[Fraction, ...]
    weighting: Weighting = UNIT

    def shape(self, problem: Problem) -> Shape:
        """With ℓ bounded below and no s_i t_o < 0 the error is; with ℓ convex and f affine in the weights L is convex."""
        growth = convexity(self.residual)
        signed = weighting_definiteness(self.weighting) is Definiteness.OTHER
        floor = None
        if growth.bounded_below and not signed and growth.least_at_zero:
            floor = self.residual[0] * self.total_weight(problem)
        found = of_ridge(problem, floor, bounded=growth.bounded_below and not signed)
        affine = max((sum(degrees) for degrees, _ in feature_degrees(problem.network)), default=0) <= 1
        if growth.convex and affine and not signed:
            found = replace(found, convex="a convex error of a function that is affine in the weights")
        return found

    def total_weight(self, problem: Problem) -> Fraction:
        """Σ_i s_i Σ_o t_o."""
        samples = self.weighting.samples or (Fraction(1),) * problem.samples
        outputs = self.weighting.outputs or (Fraction(1),) * problem.network.outputs
        return Fraction(sum(samples) * sum(outputs))

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
