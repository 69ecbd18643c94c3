"""One hidden layer of units that are linear on either side of a hyperplane, its data and its ridge, exactly.

L(v, w, c) = ½ Σ_i (Σ_j v_j φ(w_j·x_i) + c − y_i)² + ½ Σ_j (λ_j v_j² + w_jᵀΛ_j w_j) + ½ κ c², with φ(t) = a₊t for t > 0 and a₋t
for t < 0. A bias is one more input, 1, with a ridge of its own in Λ_j.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_mat

Numbers = tuple[Fraction, ...]


@dataclass(frozen=True)
class Unit:
    """The ridge of one hidden unit: λ > 0 of its outgoing weight and the d entries of the diagonal Λ > 0 of its incoming ones."""

    outgoing: Fraction
    incoming: Numbers

    @property
    def metric(self) -> Numbers:
        """The diagonal of λΛ: all that the geometry of a unit depends on."""
        return tuple(self.outgoing * strength for strength in self.incoming)


@dataclass(frozen=True)
class OneLayer:
    """Samples x_i (m × d), targets y (m), slopes a₊ ≠ a₋, the ridges of k units, and κ ≥ 0 where there is an output bias (else None).

    Raises
    ------
    ValueError : no unit or no sample, equal slopes, a ridge that is not positive, or shapes that do not fit.
    """

    samples: tuple[Numbers, ...]
    targets: Numbers
    right_slope: Fraction
    left_slope: Fraction
    units: tuple[Unit, ...]
    output_bias: Fraction | None = None

    def __post_init__(self) -> None:
        if not self.samples or not self.units:
            raise ValueError("at least one sample and one hidden unit are needed")
        if len(self.samples) != len(self.targets) or any(len(x) != self.inputs for x in self.samples):
            raise ValueError("one target per sample, and samples of one length, are needed")
        if self.right_slope == self.left_slope:
            raise ValueError("an activation with two equal slopes has no kink: the network is linear")
        if any(len(unit.incoming) != self.inputs or min(unit.outgoing, *unit.incoming) <= 0 for unit in self.units):
            raise ValueError("every hidden unit needs a positive ridge on its outgoing weight and on each incoming one")
        if self.output_bias is not None and self.output_bias < 0:
            raise ValueError("the ridge of the output bias must not be negative")

    @property
    def inputs(self) -> int:
        """The dimension d."""
        return len(self.samples[0])

    def slope(self, sign: int) -> Fraction:
        """φ′ on the side of a sign; 0 on the hyperplane."""
        return self.right_slope if sign > 0 else self.left_slope if sign < 0 else Fraction(0)


@dataclass(frozen=True)
class Residuals:
    """Residuals e = y − f that the output bias leaves possible, as e = Qε, and the loss of f over them.

    min_c ½‖y − f − c‖² + ½κc² = max_ε ε·Qᵀ(y − f) − ½εᵀNε with N = Qᵀ(1 + 11ᵀ/κ)Q for κ > 0, and for κ = 0 with Q a basis of the
    residuals whose sum is zero. Without an output bias Q = N = 1.
    """

    basis: fmpq_mat
    metric: fmpq_mat
    target: fmpq_mat

    @property
    def size(self) -> int:
        return self.basis.ncols()


def residuals(layer: OneLayer) -> Residuals:
    """The residuals of a layer's loss."""
    m = len(layer.targets)
    y = column(layer.targets)
    if layer.output_bias == 0:
        basis = fmpq_mat(m, m - 1, [int(i == j) - int(i == m - 1) for i in range(m) for j in range(m - 1)])
        return Residuals(basis, basis.transpose() * basis, basis.transpose() * y)
    metric = identity(m)
    if layer.output_bias is not None:
        strength = rational(1 / layer.output_bias)
        metric = metric + fmpq_mat(m, m, [strength] * (m * m))
    return Residuals(identity(m), metric, y)


def rational(value: Fraction | int) -> fmpq:
    """A Fraction in FLINT's form."""
    return fmpq(value.numerator, value.denominator)


def column(values: Sequence[Fraction]) -> fmpq_mat:
    return fmpq_mat(len(values), 1, [rational(value) for value in values])


def rows(values: Sequence[Sequence[Fraction]]) -> fmpq_mat:
    return fmpq_mat(len(values), len(values[0]), [rational(value) for row in values for value in row])


def identity(size: int) -> fmpq_mat:
    return fmpq_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])
