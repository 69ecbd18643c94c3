"""Losses Σ_i s_i Σ_o t_o ℓ(f_w(x_i)_o − y_io) + ½ Σ_j λ_j w_j² of polynomials ℓ with given powers.

The data themselves and the coefficients of ℓ are the parameters: so the generic member is of size one whatever the size of ℓ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np

from critscape.algebra.polynomial.loss import Family
from critscape.problems.networks.network import Network, matrices, penalised, ridge_size, variables
from critscape.problems.objectives.objective import Units, complex_gaussians, complex_ridge


@dataclass(frozen=True)
class Residuals:
    """Losses of ``samples`` samples with ℓ(r) = Σ_k a_k r^k over k in ``powers``, in increasing order.

    A place is (X, Y, s, t, a, λ), with s and t where they are weighted.
    """

    network: Network
    powers: tuple[int, ...]
    samples: int
    weighted_samples: bool = False
    weighted_outputs: bool = False

    @property
    def family(self) -> Family:
        return residual_family(self)

    @property
    def title(self) -> str:
        weighted = ", weighted" * self.weighted_samples + ", weighted outputs" * self.weighted_outputs
        powers = ", ".join(f"r^{k}" for k in self.powers)
        return f"{self.network.title}, {powers}{weighted}-m{self.samples}"

    def document(self) -> dict:
        found = {"architecture": self.network.document(), "samples": self.samples, "powers": list(self.powers)}
        weighted = {"weighted": self.weighted_samples, "weighted_outputs": self.weighted_outputs}
        return found | {name: True for name, value in weighted.items() if value}

    @property
    def lengths(self) -> tuple[int, ...]:
        """The numbers of entries of X, Y, s, t and a."""
        network, m = self.network, self.samples
        weights = m * self.weighted_samples, network.outputs * self.weighted_outputs
        return m * network.inputs, m * network.outputs, *weights, len(self.powers)

    def generic(self) -> np.ndarray:
        return self.draw(np.random.default_rng([self.samples, self.network.inputs, self.network.outputs, *self.powers]))

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Complex Gaussian inputs and targets, complex weights, coefficients and a complex ridge near one in size."""
        inputs, targets, *weights = self.lengths
        data = [complex_gaussians(rng, inputs), complex_gaussians(rng, targets)]
        return np.concatenate([*data, *(complex_ridge(rng, count) for count in (*weights, ridge_size(self.network)))])

    def curve(self, places: np.ndarray) -> np.ndarray:
        return places

    def parameters(self, place: Sequence) -> tuple:
        return tuple(place)

    def units(self, units: Units) -> np.ndarray:
        inputs, targets, samples, outputs, _ = self.lengths
        coefficients = [units.loss / (units.metric * units.y**k) for k in self.powers]
        weights = [units.metric] * samples + [1.0 if samples else units.metric] * outputs
        data = [units.x] * inputs + [units.y] * targets
        return np.array(data + weights + coefficients + list(units.ridge[: ridge_size(self.network)]))

    def __call__(self, weights: Sequence[Any], parameters: Sequence[Any]) -> Any:
        """The formula L(w; X, Y, s, t, λ)."""
        network, rest = self.network, iter(parameters)
        inputs, targets, samples, outputs, coefficients = ([next(rest) for _ in range(count)] for count in self.lengths)
        rows = network.coefficients(matrices(network, weights))
        total = 0
        for i in range(self.samples):
            x = inputs[i * network.inputs : (i + 1) * network.inputs]
            features = [prod((entry**k for entry, k in zip(x, alpha) if k), start=1) for alpha in network.exponents]
            error = 0
            for o, row in enumerate(rows):
                # A constant feature adds its coefficient as it is.
                value = sum((c if isinstance(power, int) else c * power for c, power in zip(row, features)), 0)
                term = horner(self.powers, coefficients, value - targets[i * network.outputs + o])
                error = error + (outputs[o] * term if outputs else term)
            total = total + (samples[i] * error if samples else error)
        for weight, strength in zip(weights, rest):
            total = total + strength * (weight * weight) / 2
        return total


def horner(powers: Sequence[int], coefficients: Sequence[Any], value: Any) -> Any:
    """Σ_k coefficients[k] value^powers[k], the powers in increasing order."""
    total, above = coefficients[-1], powers[-1]
    for power, coefficient in zip(reversed(powers[:-1]), reversed(coefficients[:-1])):
        total, above = total * raised(value, above - power) + coefficient, power
    return total * raised(value, above) if above else total


def raised(value: Any, power: int) -> Any:
    return value**power if power > 1 else value


@lru_cache(maxsize=64)
def residual_family(objective: Residuals) -> Family:
    """The losses, over all data and ridges."""
    network, m = objective.network, objective.samples
    names = [
        f"{letter}_{i + 1}_{k + 1}"
        for letter, width in (("x", network.inputs), ("y", network.outputs))
        for i in range(m)
        for k in range(width)
    ]
    names += [f"s_{i + 1}" for i in range(m * objective.weighted_samples)]
    names += [f"t_{o + 1}" for o in range(network.outputs * objective.weighted_outputs)]
    names += [f"a_{k}" for k in objective.powers]
    names += ["lambda_" + weight for weight in variables(network)] if penalised(network) else []
    return Family(variables(network), tuple(names), objective)
