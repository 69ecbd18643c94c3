"""Local minima at infinity: a critical point of a network, and one more hidden unit whose bias is infinite.

A logistic unit with incoming weights w and bias b is 1/(1 + p e^{−w·a}) in the chart p = e^{−b}; tanh is (1 − p e^{−2w·a})/(1 + p e^{−2w·a})
for p = e^{−2b}. Both are smooth in p, and 1 at p = 0: there the unit adds its outgoing weights v to the biases of the layer above. Let
those be lowered by v. In the coordinates (θ, w, v, p), θ the weights of the small network with what v adds, L = L(θ) at p = 0,
whatever w and v are, and

∂L/∂p = −k Σ_samples Σ_s ḡ_s v_s e^{−k w·a} at p = 0,   k = 1 for the logistic function, 2 for tanh.

If ∇²L(θ) ≻ 0 and ∂L/∂p > 0, then L > L(θ) near the point wherever p > 0 or θ is moved: it is a local minimum on {p ≥ 0}, at which no finite
weights are (Petzka and Sminchisescu, JMLR 22, 2021, section on minima at infinity). If ∂L/∂p < 0, the loss falls as the bias comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import flint
from flint import arb, fmpq

from critscape.algebra.activations.activation import Activation
from critscape.algebra.activations.logistic import Logistic
from critscape.algebra.activations.tanh import Tanh
from critscape.algebra.splitting.copies import CannotSplit
from critscape.algebra.splitting.critical_point import CriticalPoint
from critscape.algebra.splitting.derivatives import BALLS, passes


@dataclass(frozen=True)
class Saturated:
    """One more unit of a layer with infinite bias: ``incoming`` w and ``outgoing`` v, and ``slope`` = ∂L/∂p in the chart p = e^{−rate·b}.

    ``minimum`` says whether the point at p = 0 is a local minimum; None where that is not decided. ``because`` is one sentence.
    """

    layer: int
    incoming: tuple[Fraction, ...]
    outgoing: tuple[Fraction, ...]
    rate: int
    slope: arb
    minimum: bool | None
    because: str


def rate_of(activation: Activation) -> int | None:
    """k for which 1 − σ(t) decreases like e^{−kt}, of an activation that tends to 1; None for any other."""
    return {Logistic: 1, Tanh: 2}.get(type(activation))


def saturated(point: CriticalPoint, layer: int, incoming: Sequence[Fraction], outgoing: Sequence[Fraction]) -> Saturated:
    """A unit at infinity beside those of a hidden layer, with w (one for each unit of the layer below) and v (one for each above).

    Raises
    ------
    CannotSplit : an activation that does not saturate, layers without biases, a ridge around the layer, another number of weights.
    """
    training, network = point.training, point.training.network
    rate = rate_of(network.activation)
    if rate is None:
        raise CannotSplit("activation", "logistic or tanh, which tend to 1, for a unit at infinity")
    if not 1 <= layer < network.depth:
        raise CannotSplit("layer", f"a hidden layer, 1 to {network.depth - 1}, not {layer}")
    if not (network.biases[layer - 1] and network.biases[layer]):
        raise CannotSplit("biases", "biases in the layer of the unit at infinity and in the layer above (biases, output_bias)")
    places = range(network.start(layer), network.start(layer + 2))
    if any(training.ridge[k] for k in places):
        raise CannotSplit("ridge", "no ridge around the layer of a unit at infinity, as its bias has no finite one")
    for name, given, wanted in (("incoming", incoming, network.widths[layer - 1]), ("outgoing", outgoing, network.widths[layer + 1])):
        if len(given) != wanted:
            raise CannotSplit(name, f"{wanted} weights of a unit at infinity, not {len(given)}")
    with flint.ctx.workprec(point.precision):
        w, v = ([arb(fmpq(x.numerator, x.denominator)) for x in given] for given in (incoming, outgoing))
        slope = arb(0)
        for sample in passes(training, point.balls, BALLS):
            bar = sum((g * b for g, b in zip(sample.backward[layer], v)), arb(0))
            slope -= rate * bar * (-rate * sum((a * b for a, b in zip(w, sample.values[layer - 1])), arb(0))).exp()
    minimum, because = _judged(point, slope)
    return Saturated(layer, tuple(incoming), tuple(outgoing), rate, slope, minimum, because)


def _judged(point: CriticalPoint, slope: arb) -> tuple[bool | None, str]:
    if point.inertia is not None and point.inertia.negative:
        return False, "the Hessian of the network without the unit has a negative eigenvalue"
    if slope < 0:
        return False, "the loss falls as the bias comes back from infinity"
    if not slope > 0:
        return None, "balls do not tell the sign of the derivative at infinity; other weights of the unit have one"
    if point.inertia is None or point.inertia.zero:
        return None, "the Hessian of the network without the unit is not proved to be regular"
    return True, "the Hessian of the network without the unit is positive definite, and the loss rises as the bias comes back from infinity"
