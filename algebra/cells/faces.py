"""Faces of the arrangement as places of a hidden unit: the direction it has there, and its kernel.

On a face with zero set Z and slopes D, with B a basis of ker X_Z and M = λΛ, a stationary unit that sees the residuals e has
w = λ v T e with T = B(BᵀMB)⁻¹BᵀXᵀD, and eᵀKe = 1 with K = DXT: the gradient in v and in w along the face. Both depend on the unit
through M alone, and s = λ v² is its strength.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq_mat

from critscape.algebra.cells.arrangement import Signs, covectors, null_matrix, zero_set
from critscape.algebra.cells.one_layer import Numbers, OneLayer, Residuals, rational, rows


@dataclass(frozen=True)
class Face:
    """A face for units of one metric.

    ``signs`` (m) says where it is, ``dimension`` is that of the cone {w}; ``activation`` is DX (m × d), ``direction`` is TQ (d × q)
    and ``kernel`` QᵀKQ (q × q), on residuals e = Qε.
    """

    signs: Signs
    metric: Numbers
    dimension: int
    activation: fmpq_mat
    direction: fmpq_mat
    kernel: fmpq_mat

    @property
    def zeros(self) -> tuple[int, ...]:
        return zero_set(self.signs)


@dataclass(frozen=True)
class Kernel:
    """A kernel K ≠ 0 (q × q), with all faces that have it: units of one kernel share their strength in any way."""

    matrix: fmpq_mat
    faces: tuple[Face, ...]


def faces(layer: OneLayer, metric: Numbers, space: Residuals) -> tuple[Face, ...]:
    """All faces of the arrangement for units with the metric λΛ (d)."""
    return tuple(face(layer, metric, space, signs) for signs in covectors(layer.samples))


def face(layer: OneLayer, metric: Numbers, space: Residuals, signs: Signs) -> Face:
    """One face, by its sign vector."""
    d = layer.inputs
    basis = null_matrix([x for x, entry in zip(layer.samples, signs) if not entry], d)
    activation = rows([[layer.slope(entry) * number for number in x] for x, entry in zip(layer.samples, signs)])
    force = activation.transpose() * space.basis
    if basis.ncols():
        strength = fmpq_mat(d, d, [rational(metric[i]) if i == j else 0 for i in range(d) for j in range(d)])
        along = basis.transpose()
        direction = basis * (along * strength * basis).inv() * (along * force)
    else:
        direction = fmpq_mat(d, space.size)
    return Face(signs, metric, basis.ncols(), activation, direction, force.transpose() * direction)


def kernels(places: Sequence[Face]) -> tuple[Kernel, ...]:
    """The different kernels of faces, without that of faces on which a unit sees nothing, in the order of their first faces."""
    found: dict[tuple, list[Face]] = {}
    for place in places:
        entries = tuple((int(entry.p), int(entry.q)) for entry in place.kernel.entries())
        if any(p for p, _ in entries):
            found.setdefault(entries, []).append(place)
    return tuple(Kernel(group[0].kernel, tuple(group)) for group in found.values())
