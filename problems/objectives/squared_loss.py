"""The ridge-regularised squared loss of a network, as a family that is linear in the moments of the data.

L(w) = ½ Σ_i (f_w(x_i) − y_i)ᵀ Λ_i (f_w(x_i) − y_i) + ½ Σ_j λ_j w_j² expands, with f_w = Σ_α c_α(w) x^α, to
½ Σ_{α,β} c_αᵀ μ_{α+β} c_β − Σ_α c_α·ν_α + ½ σ + ½ Σ_j λ_j w_j²,  where
μ_γ = Σ_i x_i^γ Λ_i, ν_α = Σ_i x_i^α Λ_i y_i, σ = Σ_i y_iᵀ Λ_i y_i. With Λ_i = s_i T, T = diag(t), the matrices μ_γ are
Σ_i s_i x_i^γ times T, which stays outside the moments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from math import prod
from typing import Any

from critscape.algebra.polynomial.loss import Family
from critscape.problems.networks.network import Network, matrices, penalised, variables


class Metric(Enum):
    """The form of the Λ_i: multiples of the identity, of one diagonal matrix T, or any symmetric matrices."""

    UNIT = "unit"
    OUTPUTS = "outputs"
    FULL = "full"


@dataclass(frozen=True)
class Weighting:
    """The Λ_i of m samples over any ring: ``samples`` s_i (m) times diag ``outputs`` t (d_y), or ``metrics`` (m × d_y × d_y).

    What is empty counts as ones.
    """

    samples: tuple = ()
    outputs: tuple = ()
    metrics: tuple = ()

    @property
    def metric(self) -> Metric:
        return Metric.FULL if self.metrics else Metric.OUTPUTS if self.outputs else Metric.UNIT


UNIT = Weighting()


@dataclass(frozen=True)
class SquaredLoss:
    """The formula L(w; μ, ν, σ, t, λ) of one network: hashable, picklable, generic over the ring.

    There is no t but for ``Metric.OUTPUTS``, and no λ where the network has no ridge.
    """

    network: Network
    metric: Metric = Metric.UNIT

    def __call__(self, weights: Sequence[Any], parameters: Sequence[Any]) -> Any:
        network, exponents = self.network, self.network.exponents
        rest = iter(parameters)
        mu = {key: next(rest) for key in moments(network, self.metric)}
        nu = [[next(rest) for _ in exponents] for _ in range(network.outputs)]
        sigma = next(rest)
        outer = [next(rest) for _ in range(network.outputs)] if self.metric is Metric.OUTPUTS else None
        rows = network.coefficients(matrices(network, weights))
        doubled = sigma
        for o, row in enumerate(rows):
            error = 0
            # c_α·(Σ_β μ_{α+β} c_β − 2ν_α): one multiplication by c_α per feature.
            for a, alpha in enumerate(exponents):
                applied = sum(
                    (
                        mu[pair, added(alpha, beta)] * rows[other][b]
                        for other, pair in partners(network, self.metric, o)
                        for b, beta in enumerate(exponents)
                    ),
                    0,
                )
                error = error + row[a] * (applied - 2 * nu[o][a])
            doubled = doubled + (error if outer is None else outer[o] * error)
        for weight, strength in zip(weights, rest):
            doubled = doubled + strength * (weight * weight)
        return doubled / 2


def partners(network: Network, metric: Metric, output: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The outputs that μ couples to one, each with the name of the entry of μ: (), or a pair in increasing order."""
    if metric is not Metric.FULL:
        yield output, ()
        return
    for other in range(network.outputs):
        yield other, (min(output, other), max(output, other))


@lru_cache(maxsize=64)
def moments(network: Network, metric: Metric) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
    """(entry, γ) of all parameters μ: the entry of the matrix μ_γ (() where it is a multiple of one matrix), and γ."""
    entries = [(o, other) for o in range(network.outputs) for other in range(o, network.outputs)] if metric is Metric.FULL else [()]
    return tuple((entry, gamma) for entry in entries for gamma in moment_exponents(network))


@lru_cache(maxsize=64)
def moment_exponents(network: Network) -> tuple[tuple[int, ...], ...]:
    """The distinct sums α + β of two feature exponents, in order of first appearance."""
    return tuple(dict.fromkeys(added(alpha, beta) for alpha in network.exponents for beta in network.exponents))


def added(alpha: tuple[int, ...], beta: tuple[int, ...]) -> tuple[int, ...]:
    """The exponent of a product of two monomials."""
    return tuple(a + b for a, b in zip(alpha, beta))


@lru_cache(maxsize=64)
def family(network: Network, metric: Metric = Metric.UNIT) -> Family:
    """All squared losses of the network with Λ_i of one form, over all data and ridges."""

    def name(letter: str, *indices: Sequence[int]) -> str:
        return "_".join([letter, *("".join(map(str, index)) for index in indices if index)])

    names = [name("mu", tuple(o + 1 for o in entry), gamma) for entry, gamma in moments(network, metric)]
    names += [name("nu", (o + 1,), alpha) for o in range(network.outputs) for alpha in network.exponents]
    names.append("sigma")
    if metric is Metric.OUTPUTS:
        names += [name("t", (o + 1,)) for o in range(network.outputs)]
    if penalised(network):
        names += ["lambda_" + weight for weight in variables(network)]
    return Family(variables(network), tuple(names), SquaredLoss(network, metric))


def parameters(network: Network, inputs: Sequence, targets: Sequence, ridge: Sequence, weighting: Weighting = UNIT) -> tuple:
    """The parameters (μ, ν, σ, t, λ) of a data set over any ring.

    ``inputs`` has m samples of length ``network.inputs``, ``targets`` m of length ``network.outputs``, ``ridge`` one entry per
    weight, or none where the network has no ridge.
    """
    metric, outputs = weighting.metric, range(network.outputs)
    powers = {gamma: [monomial(sample, gamma) for sample in inputs] for gamma in {*moment_exponents(network), *network.exponents}}
    if metric is Metric.FULL:
        weighted = [[sum(a * y for a, y in zip(row, target)) for row in matrix] for matrix, target in zip(weighting.metrics, targets)]
        mu = [
            sum(power * matrix[entry[0]][entry[1]] for power, matrix in zip(powers[gamma], weighting.metrics))
            for entry, gamma in moments(network, metric)
        ]
    else:
        scales = weighting.samples
        weighted = [[s * y for y in target] for s, target in zip(scales, targets)] if scales else list(targets)
        weighted_powers = {gamma: [s * p for s, p in zip(scales, row)] for gamma, row in powers.items()} if scales else powers
        mu = [sum(weighted_powers[gamma]) for _, gamma in moments(network, metric)]
    nu = [sum(power * target[o] for power, target in zip(powers[alpha], weighted)) for o in outputs for alpha in network.exponents]
    products = [[a * y for a, y in zip(side, target)] for side, target in zip(weighted, targets)]
    sigma = sum(t * a for row in products for t, a in zip(weighting.outputs, row)) if weighting.outputs else sum(map(sum, products))
    return (*mu, *nu, sigma, *weighting.outputs, *ridge)


def monomial(sample: Sequence, gamma: Sequence[int]) -> Any:
    """x^γ.

    >>> monomial([2, 3], [0, 2]), monomial([2, 3], [1, 1]), monomial([2, 3], [0, 0])
    (9, 6, 1)
    """
    factors = [x if k == 1 else x**k for x, k in zip(sample, gamma) if k]
    return prod(factors[1:], start=factors[0]) if factors else 1
