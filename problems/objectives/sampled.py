"""Squared losses of few samples: the data themselves move, so that a path stays among losses of so many samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from critscape.algebra.polynomial.loss import Family
from critscape.problems.networks.network import Network, ridge_size
from critscape.problems.objectives.objective import Units, complex_gaussians, complex_ridge, curve
from critscape.problems.objectives.squared_loss import Metric, Weighting, family, parameters


@dataclass(frozen=True)
class Sampled:
    """Squared losses of ``samples`` samples; a place is (X, Y, s, t or Λ, λ).

    The s_i are there if ``weighted``, t with ``Metric.OUTPUTS``, the upper triangles of the Λ_i with ``Metric.FULL``.
    """

    network: Network
    samples: int
    weighted: bool = False
    metric: Metric = Metric.UNIT

    @property
    def family(self) -> Family:
        return family(self.network, self.metric)

    @property
    def title(self) -> str:
        return f"{self.network.title}{', weighted' * self.weighted}{form(self.metric)}-m{self.samples}"

    def document(self) -> dict:
        return {"architecture": self.network.document(), "samples": self.samples, **record(self.weighted, self.metric)}

    @property
    def lengths(self) -> tuple[int, ...]:
        """The numbers of entries of X, Y, s, t and Λ."""
        network, m = self.network, self.samples
        outer = network.outputs * (self.metric is Metric.OUTPUTS)
        full = m * network.outputs * (network.outputs + 1) // 2 * (self.metric is Metric.FULL)
        return m * network.inputs, m * network.outputs, m * self.weighted, outer, full

    def generic(self) -> np.ndarray:
        return self.draw(np.random.default_rng([self.samples, self.network.inputs, self.network.outputs]))

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Complex Gaussian inputs and targets, complex weights and a complex ridge near one in size."""
        inputs, targets, *weights = self.lengths
        data = [complex_gaussians(rng, inputs), complex_gaussians(rng, targets)]
        ridge = complex_ridge(rng, ridge_size(self.network))
        return np.concatenate([*data, *(complex_ridge(rng, count) for count in weights), ridge])

    def curve(self, places: np.ndarray) -> np.ndarray:
        return curve(self, places)

    def parameters(self, place: Sequence) -> tuple:
        rest = iter(place)
        inputs, targets, samples, outputs, metrics = ([next(rest) for _ in range(count)] for count in self.lengths)
        weighting = Weighting(tuple(samples), tuple(outputs), self._matrices(metrics))
        network = self.network
        return parameters(network, _rows(inputs, network.inputs), _rows(targets, network.outputs), tuple(rest), weighting)

    def _matrices(self, entries: Sequence) -> tuple:
        """The Λ_i from their upper triangles, row by row."""
        d = self.network.outputs
        upper = [(o, other) for o in range(d) for other in range(o, d)]
        place = {pair: k for k, pair in enumerate(upper)}
        return tuple(
            tuple(tuple(entries[start + place[min(o, p), max(o, p)]] for p in range(d)) for o in range(d))
            for start in range(0, len(entries), len(upper))
        )

    def units(self, units: Units) -> np.ndarray:
        network, (inputs, targets, samples, outputs, metrics) = self.network, self.lengths
        scale = units.metric
        shared = [scale] * samples + [1.0 if self.weighted else scale] * outputs + [scale] * metrics
        return np.array([units.x] * inputs + [units.y] * targets + shared + list(units.ridge[: ridge_size(network)]))


def form(metric: Metric) -> str:
    """The form of the Λ_i in titles."""
    return {Metric.UNIT: "", Metric.OUTPUTS: ", weighted outputs", Metric.FULL: ", metrics"}[metric]


def record(weighted: bool, metric: Metric) -> dict:
    """The form of the Λ_i in records: nothing for the plain squared loss."""
    return ({"weighted": True} if weighted else {}) | ({} if metric is Metric.UNIT else {"metric": metric.value})


def _rows(entries: Sequence, width: int) -> list[list]:
    return [list(entries[k : k + width]) for k in range(0, len(entries), width)]
