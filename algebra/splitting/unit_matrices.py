"""The matrices B and D of a hidden unit at a critical point (Petzka and Sminchisescu, JMLR 22, 2021), and when D = 0.

Let the unit r of layer l have incoming weights u, outgoing weights v, pre-activation n and inputs a (the values of layer l − 1, and 1
for a bias), and let ḡ_s = ∂L/∂n(l+1, s) without the ridge, sample by sample. Then

B = Σ_samples (Σ_s ḡ_s v_s) σ″(n) a aᵀ,   D = Σ_samples σ′(n) a ḡᵀ   (D has a column for each unit s of layer l + 1).

Let Λ_u and Λ_v be the ridge. As the point is critical in u, D v = −Λ_u u. So without a ridge on u, D = 0 by structure

- where layer l + 1 has one unit and v ≠ 0, as then D v = 0 is v D = 0. The last hidden layer of a network with one output is a case;
- where ḡ_s = c_s g for all samples, with numbers c_s and Σ_s c_s v_s ≠ 0: then D v = (Σ c_s v_s) Σ σ′(n) a g = 0. Where all ḡ_s are equal
  all c_s are 1; this is decided at exact points, where D itself is.

With two outputs or more nothing of the kind holds in the last hidden layer: D v = 0 is one relation among the columns of D.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any

from flint import arb_mat, fmpq_mat

from critscape.algebra.splitting.critical_point import CriticalPoint
from critscape.algebra.splitting.derivatives import BALLS, RATIONALS
from critscape.algebra.splitting.inertia import Inertia, inertia


class Vanishing(Enum):
    """What is known of D; the value is what is said of it."""

    ONE_UNIT = "D = 0: the layer above has one unit, and its weight v is not zero, so that D v = 0 says it"
    EXACT = "D = 0, computed over the rationals"
    RESIDUALS = "D = 0 and B = 0, as all residuals are proved to vanish"
    NOT_ZERO = "D is not zero: an entry of it is proved to be positive or negative"
    OPEN = "whether D = 0 is not decided: balls hold zero, and no structure says it"

    @property
    def zero(self) -> bool | None:
        """Whether D = 0; None where it is not decided."""
        return {Vanishing.NOT_ZERO: False, Vanishing.OPEN: None}.get(self, True)


@dataclass(frozen=True)
class UnitMatrices:
    """B (n × n) and D (n × p) of unit ``unit`` (from 0) of layer ``layer`` (from 1) with n incoming and p outgoing weights.

    ``inertia`` is that of B, None where it is not decided. ``ridged`` says whether u or v have a ridge.
    """

    layer: int
    unit: int
    B: fmpq_mat | arb_mat
    D: fmpq_mat | arb_mat
    inertia: Inertia | None
    vanishing: Vanishing
    ridged: bool


def unit_matrices(point: CriticalPoint, layer: int, unit: int) -> UnitMatrices:
    """B and D of a hidden unit, over ℚ at an exact point, else in balls at FLINT's working precision."""
    training, network = point.training, point.training.network
    arithmetic = RATIONALS if point.exact else BALLS
    n, p = len(network.incoming(layer, unit)), network.widths[layer + 1]
    B, D = arithmetic.matrix(n, n), arithmetic.matrix(n, p)
    one = arithmetic.rational(Fraction(1))
    for sample in point.at.passes:
        inputs = [*sample.values[layer - 1], *([one] if network.biases[layer - 1] else [])]
        bend = sample.on_values[layer - 1][unit] * sample.bends[layer - 1][unit]
        slope = sample.slopes[layer - 1][unit]
        for i, a in enumerate(inputs):
            for j, b in enumerate(inputs):
                B[i, j] += bend * a * b
            for s, g in enumerate(sample.backward[layer]):
                D[i, s] += g * slope * a
    if point.interpolates and not point.exact:
        B, D = fmpq_mat(n, n), fmpq_mat(n, p)
    around = [*network.incoming(layer, unit), *network.outgoing(layer, unit)]
    ridged = any(training.ridge[k] for k in around)
    return UnitMatrices(layer, unit, B, D, inertia(B), _vanishing(point, layer, unit, D), ridged)


def _vanishing(point: CriticalPoint, layer: int, unit: int, D: Any) -> Vanishing:
    network, entries = point.training.network, D.entries()
    if point.exact:
        return Vanishing.NOT_ZERO if any(entries) else Vanishing.EXACT
    if point.interpolates:
        return Vanishing.RESIDUALS
    if not any(point.training.ridge[k] for k in network.incoming(layer, unit)) and network.widths[layer + 1] == 1:
        (out,) = network.outgoing(layer, unit)
        weight = point.weights[out]
        if weight > 0 or weight < 0:
            return Vanishing.ONE_UNIT
    return Vanishing.NOT_ZERO if any(entry > 0 or entry < 0 for entry in entries) else Vanishing.OPEN
