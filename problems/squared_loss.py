"""The ridge-regularised squared loss of a network, as a family that is linear in the moments of the data.

L(w) = ½ Σ_i ‖f_w(x_i) − y_i‖² + ½ Σ_j λ_j w_j² expands, with f_w = Σ_α c_α(w) x^α, to
½ Σ_{α,β} (c_α·c_β) μ_{α+β} − Σ_α c_α·ν_α + ½ σ + ½ Σ_j λ_j w_j²,  where
μ_γ = Σ_i x_i^γ, ν_α = Σ_i x_i^α y_i, σ = Σ_i ‖y_i‖². The parameters are μ, ν, σ, λ in this order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

from algebra.loss import Family
from problems.network import Network, matrices, variables


@dataclass(frozen=True)
class SquaredLoss:
    """The formula L(w; μ, ν, σ, λ) of one network: hashable, picklable, generic over the ring."""

    network: Network

    def __call__(self, weights: Sequence[Any], parameters: Sequence[Any]) -> Any:
        network = self.network
        exponents = network.exponents
        moments = moment_exponents(network)
        mu = dict(zip(moments, parameters))
        nu_start = len(moments)
        nu_end = nu_start + network.outputs * len(exponents)
        nu, sigma, ridge = parameters[nu_start:nu_end], parameters[nu_end], parameters[nu_end + 1 :]
        doubled = sigma
        for o, row in enumerate(network.coefficients(matrices(network, weights))):
            # c_α·(Σ_β μ_{α+β} c_β − 2ν_α): one multiplication by c_α per feature.
            for a, alpha in enumerate(exponents):
                applied = sum((mu[added(alpha, beta)] * row[b] for b, beta in enumerate(exponents)), 0)
                doubled = doubled + row[a] * (applied - 2 * nu[o * len(exponents) + a])
        for weight, strength in zip(weights, ridge):
            doubled = doubled + strength * (weight * weight)
        return doubled / 2


@lru_cache(maxsize=64)
def moment_exponents(network: Network) -> tuple[tuple[int, ...], ...]:
    """The distinct sums α + β of two feature exponents, in order of first appearance."""
    return tuple(dict.fromkeys(added(alpha, beta) for alpha in network.exponents for beta in network.exponents))


def added(alpha: tuple[int, ...], beta: tuple[int, ...]) -> tuple[int, ...]:
    """The exponent of a product of two monomials."""
    return tuple(a + b for a, b in zip(alpha, beta))


@lru_cache(maxsize=64)
def family(network: Network) -> Family:
    """All squared losses of the network, over all data and ridges."""
    names = (
        tuple("mu_" + "".join(map(str, gamma)) for gamma in moment_exponents(network))
        + tuple(f"nu_{o + 1}_" + "".join(map(str, alpha)) for o in range(network.outputs) for alpha in network.exponents)
        + ("sigma",)
        + tuple("lambda_" + name for name in variables(network))
    )
    return Family(variables(network), names, SquaredLoss(network))


def parameters(network: Network, inputs: Sequence, targets: Sequence, ridge: Sequence) -> tuple:
    """The parameters (μ, ν, σ, λ) of a data set over any ring.

    ``inputs`` has m samples of length ``network.inputs``, ``targets`` m of length ``network.outputs``, ``ridge`` one entry per
    weight.
    """
    powers = {
        gamma: [prod((x**k for x, k in zip(sample, gamma) if k), start=1) for sample in inputs]
        for gamma in {*moment_exponents(network), *network.exponents}
    }
    mu = [sum(powers[gamma]) for gamma in moment_exponents(network)]
    nu = [
        sum(power * target[o] for power, target in zip(powers[alpha], targets))
        for o in range(network.outputs)
        for alpha in network.exponents
    ]
    sigma = sum(y * y for target in targets for y in target)
    return (*mu, *nu, sigma, *ridge)
