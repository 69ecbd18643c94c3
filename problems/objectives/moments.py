"""Squared losses whose moments fill their space: all numbers of samples, and populations, belong to one linear family."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from critscape.algebra.polynomial.loss import Family
from critscape.problems.networks.network import Network, ridge_size
from critscape.problems.objectives.objective import Units
from critscape.problems.objectives.sampled import Sampled, form, record
from critscape.problems.objectives.squared_loss import Metric, family, moments

COMPLEX_STEP = 1e-30


@dataclass(frozen=True)
class Moments:
    """Squared losses of any number of samples; a place is the parameters (μ, ν, σ, t, λ) themselves."""

    network: Network
    metric: Metric = Metric.UNIT

    @property
    def samples(self) -> int:
        """The number of samples of the generic member: the least that fill the space."""
        return filling(self.network, self.metric)

    @property
    def family(self) -> Family:
        return family(self.network, self.metric)

    @property
    def title(self) -> str:
        return f"{self.network.title}{form(self.metric)}-m{self.samples}"

    def document(self) -> dict:
        return {"architecture": self.network.document(), "samples": self.samples, **record(False, self.metric)}

    @property
    def sampled(self) -> Sampled:
        """The data sets that fill the space."""
        return Sampled(self.network, self.samples, False, self.metric)

    def generic(self) -> np.ndarray:
        return np.array(self.sampled.parameters(list(self.sampled.generic())), dtype=complex)

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """The parameters of complex data."""
        return np.array(self.sampled.parameters(list(self.sampled.draw(rng))), dtype=complex)

    def curve(self, places: np.ndarray) -> np.ndarray:
        return places

    def parameters(self, place: Sequence) -> tuple:
        return tuple(place)

    def units(self, units: Units) -> np.ndarray:
        network, x = self.network, units.x
        outer = [units.metric] * network.outputs if self.metric is Metric.OUTPUTS else []
        scale = 1.0 if outer else units.metric
        mu = [scale * x ** sum(gamma) for _, gamma in moments(network, self.metric)]
        nu = [scale * x ** sum(alpha) * units.y for _ in range(network.outputs) for alpha in network.exponents]
        return np.array([*mu, *nu, units.loss, *outer, *units.ridge[: ridge_size(network)]])


def squared(network: Network, samples: int, weighted: bool = False, metric: Metric = Metric.UNIT) -> Sampled | Moments:
    """The squared losses of so many samples: by moments as soon as these fill their space."""
    return Moments(network, metric) if samples >= filling(network, metric) else Sampled(network, samples, weighted, metric)


@lru_cache(maxsize=64)
def filling(network: Network, metric: Metric = Metric.UNIT) -> int:
    """The least number of samples whose moments (μ, ν) fill their space: the Jacobian of (X, Y, Λ) ↦ (μ, ν) has full rank."""
    one = Sampled(network, 1, False, metric)
    inputs, targets, _, outer, full = one.lengths
    count = len(moments(network, metric)) + network.outputs * len(network.exponents)
    # Σ_i 1 = m does not vary with the data (Σ_i Λ_i does).
    fixed = [k for k, (_, gamma) in enumerate(moments(network, metric)) if not any(gamma) and metric is not Metric.FULL]
    wanted = count - len(fixed)
    free = np.r_[0 : inputs + targets, inputs + targets + outer : inputs + targets + outer + full]
    draw, columns, samples = np.random.default_rng(0), np.empty((wanted, 0)), 0
    while True:
        samples += 1
        place = np.concatenate([draw.standard_normal(inputs + targets), np.ones(len(one.generic()) - inputs - targets)])
        if full:
            place[free[-full:]] = draw.standard_normal(full)
        # Derivatives of polynomials with real coefficients, without cancellation (the complex-step method).
        steps = place + 1j * COMPLEX_STEP * np.eye(len(place))[free]
        jacobian = np.array([np.array(one.parameters(list(step))[:count], dtype=complex).imag for step in steps]).T / COMPLEX_STEP
        columns = np.hstack([columns, np.delete(jacobian, fixed, axis=0)])
        if columns.shape[1] >= wanted and np.linalg.matrix_rank(columns) == wanted:
            return samples
