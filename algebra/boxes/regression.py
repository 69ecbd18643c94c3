"""One hidden layer of smooth units with a scalar output, as exact numbers, and its loss with derivatives in balls.

    f(x) = Σ_j v_j σ(w_j·x) (+ c),   L = ½ Σ_i (f(x_i) − y_i)² + ½ Σ_j λ_j v_j² (+ ½ λ_c c²) + ½ Σ_jq λ_jq w_jq²

A bias of the units is an input that is 1. The weights are ordered (w_1, …, w_k, v_1, …, v_k, c).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, arb_mat, fmpq

from critscape.algebra.activations.activation import Activation


@dataclass(frozen=True)
class Regression:
    """m samples (``inputs`` m × p, ``targets`` m), the ridge of the inner (k × p) and of the outer weights (q = k, or k + 1 with the
    constant c of the output), all positive.
    """

    activation: Activation
    inputs: tuple[tuple[Fraction, ...], ...]
    targets: tuple[Fraction, ...]
    inner: tuple[tuple[Fraction, ...], ...]
    outer: tuple[Fraction, ...]

    @property
    def units(self) -> int:
        """k."""
        return len(self.inner)

    @property
    def width(self) -> int:
        """p, the number of inner weights of a unit."""
        return len(self.inner[0])

    @property
    def inner_weights(self) -> int:
        """n = kp."""
        return self.units * self.width

    @property
    def dimension(self) -> int:
        """n + q."""
        return self.inner_weights + len(self.outer)

    @property
    def constant(self) -> bool:
        """Whether the output has a constant."""
        return len(self.outer) > self.units

    def alike(self, one: int, other: int) -> bool:
        """Whether exchanging two units is a symmetry of L."""
        return self.inner[one] == self.inner[other] and self.outer[one] == self.outer[other]


def exact(number: Fraction) -> arb:
    """A rational number in a ball, at the present precision."""
    return arb(fmpq(number.numerator, number.denominator))


@dataclass(frozen=True)
class Derivatives:
    """L, ∇L (n + q) and ∇²L in balls."""

    loss: arb
    gradient: list[arb]
    hessian: arb_mat


def derivatives(regression: Regression, point: Sequence[arb]) -> Derivatives:
    """L and its derivatives at a point, or over a box, of n + q balls."""
    k, p, q, size = regression.units, regression.width, len(regression.outer), regression.dimension
    inner, outer = point[: k * p], point[k * p :]
    ridge = [exact(strength) for strength in (*(s for row in regression.inner for s in row), *regression.outer)]
    loss = sum((r * w * w for r, w in zip(ridge, point)), arb(0))
    gradient = [r * w for r, w in zip(ridge, point)]
    hessian = arb_mat(size, size)
    for a in range(size):
        hessian[a, a] = ridge[a]
    for row, target in zip(regression.inputs, regression.targets):
        x = [exact(entry) for entry in row]
        jets = [regression.activation.jet(sum((w * z for w, z in zip(inner[j * p : (j + 1) * p], x)), arb(0)), 2) for j in range(k)]
        values = [jet[0] for jet in jets] + [arb(1)] * (q - k)
        residual = sum((v * h for v, h in zip(outer, values)), -exact(target))
        loss += residual * residual
        # f's own derivatives, then those of ½ r².
        first = [outer[j] * jets[j][1] * z for j in range(k) for z in x] + values
        for a in range(size):
            gradient[a] += residual * first[a]
            for b in range(a, size):
                hessian[a, b] += first[a] * first[b]
        for j in range(k):
            for s, z in enumerate(x):
                a = j * p + s
                hessian[a, k * p + j] += residual * jets[j][1] * z
                for t in range(s, p):
                    hessian[a, j * p + t] += residual * outer[j] * jets[j][2] * z * x[t]
    for a in range(size):
        for b in range(a):
            hessian[a, b] = hessian[b, a]
    return Derivatives(loss / 2, gradient, hessian)
