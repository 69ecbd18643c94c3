"""Value, gradient and Hessian of the loss of a feed-forward network, over ℚ or in balls, with what splitting needs of each unit.

With n the pre-activations, h = σ(n) and ḡ = ∂L/∂n, h̄ = ∂L/∂h of one sample (backpropagation), the chain rule sums over the places
where something is not linear, σ at each hidden unit and the products W h of each layer:

∇²L = Σ_samples ( Σ_outputs ∇f ∇fᵀ + Σ_units h̄ σ″(n) ∇n ∇nᵀ + Σ_{s,r} ḡ_s (e_{sr} ∇h_rᵀ + ∇h_r e_{sr}ᵀ) ) + diag λ,

e_{sr} the unit vector of the weight from r to s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, arb_mat, fmpq, fmpq_mat

from critscape.algebra.activations.activation import Activation
from critscape.algebra.splitting.feed_forward import FeedForward, Training
from critscape.algebra.splitting.logarithms import Exact, exact_jet


@dataclass(frozen=True)
class Arithmetic:
    """Numbers to compute in: from rationals, matrices of them, and the jets (σ, σ′, σ″) of an activation at a pre-activation.

    ``first`` makes a weight of the first layer, and the inputs beside it, into what pre-activations are summed of; ``number``
    makes a weight of a higher layer into a number.
    """

    rational: Callable[[Fraction], Any]
    matrix: Callable[..., Any]
    jet: Callable[[Activation, Any], Sequence[Any]]
    weight: Callable[[Any], Any]
    factor: Callable[[Fraction], Any]
    nothing: Any


def _quotient(x: Fraction) -> fmpq:
    return fmpq(x.numerator, x.denominator)


def _exact_jet(activation: Activation, n: Exact | fmpq) -> list[fmpq]:
    """In higher layers pre-activations are rational numbers already."""
    return exact_jet(activation, n if isinstance(n, Exact) else Exact(Fraction(int(n.p), int(n.q))))


BALLS = Arithmetic(lambda x: arb(_quotient(x)), arb_mat, lambda a, n: a.jet(n, 2), lambda w: w, lambda x: arb(_quotient(x)), arb(0))
"""Weights are balls."""
RATIONALS = Arithmetic(_quotient, fmpq_mat, _exact_jet, lambda w: w.quotient, lambda x: x, Exact())
"""Weights are :class:`Exact`; raises ``Irrational`` where a number that is needed is not rational."""


@dataclass(frozen=True)
class Pass:
    """One sample through a network: per layer l = 0, …, H its values h (of inputs, hidden units, outputs).

    Per layer of weights (position l − 1): σ′, σ″ of the units (empty for the outputs), ḡ = ∂L/∂n, and h̄ = ∂L/∂h.
    """

    values: list[list[Any]]
    slopes: list[list[Any]]
    bends: list[list[Any]]
    backward: list[list[Any]]
    on_values: list[list[Any]]


@dataclass(frozen=True)
class Derivatives:
    """L, ∇L (N) and ∇²L (N × N matrix), the passes of the samples that they come from, and the gradients of all outputs (rows of N)."""

    value: Any
    gradient: list[Any]
    hessian: Any
    passes: list[Pass]
    output_slopes: list[list[Any]]


def passes(training: Training, weights: Sequence[Any], arithmetic: Arithmetic) -> list[Pass]:
    """Every sample forwards and backwards; ``weights`` (N) as the arithmetic takes them."""
    network = training.network
    layers = _layers(network, weights, arithmetic)
    found = []
    for x, y in zip(training.inputs, training.targets):
        values, slopes, bends = [[arithmetic.rational(entry) for entry in x]], [], []
        for layer in range(1, network.depth + 1):
            if layer == 1:
                places = [network.incoming(1, unit) for unit in range(network.widths[1])]
                ones = [arithmetic.factor(entry) for entry in (*x, *([Fraction(1)] if network.biases[0] else []))]
                sums = [sum((weights[k] * a for k, a in zip(place, ones)), arithmetic.nothing) for place in places]
            else:
                sums = [sum((w * a for w, a in zip(row, values[-1])), shift) for row, shift in layers[layer - 1]]
            if layer == network.depth:
                # One layer of weights only: what is summed is the output itself.
                values.append([arithmetic.weight(n) for n in sums] if layer == 1 else sums)
                break
            jets = [arithmetic.jet(network.activation, n) for n in sums]
            values.append([jet[0] for jet in jets])
            slopes.append([jet[1] for jet in jets])
            bends.append([jet[2] for jet in jets])
        backward = [[f - arithmetic.rational(entry) for f, entry in zip(values[-1], y)]]
        on_values = [backward[0]]
        for layer in range(network.depth - 1, 0, -1):
            rows = [row for row, _ in layers[layer]]
            bar = [sum((row[r] * g for row, g in zip(rows, backward[0])), 0 * backward[0][0]) for r in range(network.widths[layer])]
            on_values.insert(0, bar)
            backward.insert(0, [b * slope for b, slope in zip(bar, slopes[layer - 1])])
        found.append(Pass(values, slopes, bends, backward, on_values))
    return found


def _layers(network: FeedForward, weights: Sequence[Any], arithmetic: Arithmetic) -> list[list[tuple[list[Any], Any]]]:
    """Per layer the rows of its matrix, each with its bias; nothing for the first, whose weights may be logarithms."""
    found: list[list[tuple[list[Any], Any]]] = [[]]
    for layer in range(2, network.depth + 1):
        rows = []
        for s in range(network.widths[layer]):
            row = [arithmetic.weight(weights[network.weight(layer, s, r)]) for r in range(network.widths[layer - 1])]
            shift = arithmetic.weight(weights[network.bias(layer, s)]) if network.biases[layer - 1] else arithmetic.rational(Fraction(0))
            rows.append((row, shift))
        found.append(rows)
    return found


def loss(training: Training, weights: Sequence[Any], arithmetic: Arithmetic) -> Any:
    """L at the weights."""
    return _value(training, weights, arithmetic, passes(training, weights, arithmetic))


def _value(training: Training, weights: Sequence[Any], arithmetic: Arithmetic, found: Sequence[Pass]) -> Any:
    error = sum((r * r for one in found for r in one.on_values[-1]), arithmetic.rational(Fraction(0))) / 2
    return error + sum((arithmetic.rational(s / 2) * arithmetic.weight(w) ** 2 for s, w in zip(training.ridge, weights) if s), 0)


def gradient(training: Training, weights: Sequence[Any], arithmetic: Arithmetic) -> list[Any]:
    """∇L (N) at the weights."""
    return _gradient(training, weights, arithmetic, passes(training, weights, arithmetic))


def _gradient(training: Training, weights: Sequence[Any], arithmetic: Arithmetic, found: Sequence[Pass]) -> list[Any]:
    network = training.network
    total = [arithmetic.rational(s) * arithmetic.weight(w) if s else arithmetic.rational(s) for s, w in zip(training.ridge, weights)]
    for one in found:
        for layer in range(1, network.depth + 1):
            for s, g in enumerate(one.backward[layer - 1]):
                for r, h in enumerate(one.values[layer - 1]):
                    total[network.weight(layer, s, r)] += g * h
                if network.biases[layer - 1]:
                    total[network.bias(layer, s)] += g
    return total


def derivatives(training: Training, weights: Sequence[Any], arithmetic: Arithmetic) -> Derivatives:
    """L, ∇L and ∇²L at the weights (N, as the arithmetic takes them).

    Raises
    ------
    Irrational : over ℚ, where one of the numbers is not rational.
    """
    network, found = training.network, passes(training, weights, arithmetic)
    n, zero, one = network.dimension, arithmetic.rational(Fraction(0)), arithmetic.rational(Fraction(1))
    layers = _layers(network, weights, arithmetic)
    rows, factors, output_slopes = [], [], []
    mixed = arithmetic.matrix(n, n)
    for sample in found:
        # The gradients of the units' values in all weights, layer by layer.
        inner = None
        for layer in range(1, network.depth + 1):
            width = network.widths[layer]
            if inner is None:
                slopes = arithmetic.matrix(width, n)
            else:
                slopes = arithmetic.matrix([row for row, _ in layers[layer - 1]]) * inner
                for s, g in enumerate(sample.backward[layer - 1]):
                    for r in range(network.widths[layer - 1]):
                        place = network.weight(layer, s, r)
                        for k in range(network.start(layer)):
                            mixed[place, k] += g * inner[r, k]
            for s in range(width):
                for r, h in enumerate(sample.values[layer - 1]):
                    slopes[s, network.weight(layer, s, r)] += h
                if network.biases[layer - 1]:
                    slopes[s, network.bias(layer, s)] += one
            table = slopes.tolist()
            rows += table
            if layer == network.depth:
                factors += [one] * width
                output_slopes += table
                break
            factors += [b * c for b, c in zip(sample.on_values[layer - 1], sample.bends[layer - 1])]
            inner = arithmetic.matrix([[d * entry for entry in row] for d, row in zip(sample.slopes[layer - 1], table)])
    weighted = arithmetic.matrix([[factor * entry for entry in row] for factor, row in zip(factors, rows)])
    hessian = arithmetic.matrix(rows).transpose() * weighted + mixed + mixed.transpose()
    for j, strength in enumerate(training.ridge):
        hessian[j, j] += arithmetic.rational(strength) if strength else zero
    return Derivatives(
        _value(training, weights, arithmetic, found), _gradient(training, weights, arithmetic, found), hessian, found, output_slopes
    )  # fmt: skip
