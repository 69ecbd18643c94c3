"""All polynomials with the monomials of a typed one: their coefficients and the ridge are the parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np

from critscape.algebra.polynomial.loss import Family
from critscape.problems.networks.families.polynomial import Polynomial
from critscape.problems.networks.network import ridge_size, variables, weight_count
from critscape.problems.objectives.objective import Units, complex_ridge


@dataclass(frozen=True)
class Coefficients:
    """Losses Σ_α c_α w^α + ½ Σ_j λ_j w_j² over the monomials α of ``network``; a place is (c, λ)."""

    network: Polynomial

    @property
    def family(self) -> Family:
        return coefficient_family(self)

    @property
    def samples(self) -> int:
        return 0

    @property
    def title(self) -> str:
        return f"polynomial {self.network.expression}"

    def document(self) -> dict:
        return {"architecture": self.network.document(), "samples": 0}

    def generic(self) -> np.ndarray:
        return self.draw(np.random.default_rng([len(self.network.monomials), weight_count(self.network)]))

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Complex coefficients and a complex ridge near one in size."""
        return complex_ridge(rng, len(self.network.monomials) + ridge_size(self.network))

    def curve(self, places: np.ndarray) -> np.ndarray:
        return places

    def parameters(self, place: Sequence) -> tuple:
        return tuple(place)

    def units(self, units: Units) -> np.ndarray:
        monomials = [units.loss / prod((unit**k for unit, k in zip(units.weights, alpha)), start=1.0) for alpha in self.network.monomials]
        return np.array([*monomials, *units.ridge])

    def __call__(self, weights: Sequence[Any], parameters: Sequence[Any]) -> Any:
        """The formula L(w; c, λ)."""
        count, total = len(self.network.monomials), 0
        for coefficient, alpha in zip(parameters, self.network.monomials):
            factors = [weight**k if k > 1 else weight for weight, k in zip(weights, alpha) if k]
            total = total + prod(factors[1:], start=factors[0]) * coefficient if factors else total + coefficient
        for weight, strength in zip(weights, parameters[count:]):
            total = total + strength * (weight * weight) / 2
        return total


@lru_cache(maxsize=64)
def coefficient_family(objective: Coefficients) -> Family:
    """The losses, over all coefficients and ridges."""
    network = objective.network
    names = ["c_" + "_".join(map(str, alpha)) for alpha in network.monomials] + ["lambda_" + name for name in variables(network)]
    return Family(variables(network), tuple(names), objective)
