"""Where in a box of inner weights critical points of a hidden layer can be: the box made narrower, or nothing left of it.

- *Fundamental domain.* The first weights of alike units decrease; for tanh, which is odd, they are not negative.
- *Ridge.* λ_jt w_jt = −v_j Σ_i r_i σ′_ij x_it at critical points, and λ_s v_s = −Σ_i r_i h_is (:mod:`critscape.algebra.certificates.hidden_layer`).
- *Euler's identity.* Σ_t λ_jt w_jt² = −v_j Σ_i r_i z_ij σ′(z_ij), z_ij = w_j·x_i, as w_j·∂L/∂w_j = 0.
- *Mean value and Krawczyk.* In all weights, inner and outer ones: ∇L(z) ∈ ∇L(c) + ∇²L(box)(z − c), and z ∈ c − Y∇L(c) + (1 − Y∇²L(box))(z − c)
  for zeros z in the box, Y any matrix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from critscape.algebra.certificates.hidden_layer import (
    SWING,
    HiddenLayer,
    Rows,
    activations,
    derivatives,
    outer_weights,
    pulls,
    square,
)
from critscape.algebra.certificates.intervals import Interval

ROUNDS = 12
"""Times at most that a box is made narrower."""
WORTHWHILE = 0.8
"""Once more if a side has become shorter than this part of itself."""


class Empty(Exception):
    """Nothing is left of a box."""


@dataclass(frozen=True)
class Remains:
    """Intervals of the inner (k, p) and outer weights (q) that hold all critical points of the box in the fundamental domain."""

    inner: Rows
    outer: list[Interval]


def remains(layer: HiddenLayer, box: Rows) -> Remains | None:
    """What is left of a box (k, p) of inner weights; None if no critical point in the fundamental domain is."""
    inner, outer = [list(row) for row in box], list[Interval]()
    try:
        for _ in range(ROUNDS):
            before = widths(layer, inner)
            inner, outer = by_ridge(layer, inner)
            after = widths(layer, inner)
            if shorter(before, after):
                continue
            inner, outer = by_krawczyk(layer, inner, outer)
            if not shorter(after, widths(layer, inner)):
                break
    except Empty:
        return None
    return Remains(inner, outer)


def widths(layer: HiddenLayer, inner: Rows) -> list[float]:
    """The lengths of sides, about."""
    ends = [layer.arithmetic.ends(w) for row in inner for w in row]
    return [layer.arithmetic.about(high - low) for low, high in ends]


def shorter(before: Sequence[float], after: Sequence[float]) -> bool:
    """Whether it is worth going on."""
    return any(b < WORTHWHILE * a for a, b in zip(before, after))


def cut(layer: HiddenLayer, one: Interval, other: Interval) -> Interval:
    """What two intervals share; raises Empty where that is nothing."""
    both = layer.arithmetic.meet(one, other)
    if both is None:
        raise Empty
    return both


def refuse_outside(layer: HiddenLayer, inner: Rows) -> None:
    """Raises Empty for a box that does not meet the fundamental domain."""
    if any(bool(inner[i][0] < inner[j][0]) for i, j in layer.alike):
        raise Empty
    if layer.tanh and any(bool(row[0] < layer.zero) for row in inner):
        raise Empty


def by_ridge(layer: HiddenLayer, inner: Rows) -> tuple[Rows, list[Interval]]:
    """The box cut by Euler's identity and by λw = −vT, with the outer weights over it."""
    refuse_outside(layer, inner)
    found = activations(layer, inner)
    outer = outer_weights(layer, found)
    zero, swing = layer.zero, layer.number(2 * SWING if layer.tanh else SWING)
    swings, new = layer.symmetric(swing), []
    for j, (row, pull) in enumerate(zip(inner, pulls(layer, found, outer.residuals))):
        moments = [cut(layer, z[j] * d[j], swings) * r for z, d, r in zip(found.arguments, found.slopes, outer.residuals)]
        # Σ_t λ w² on the left, so that the right is not negative.
        left = sum((s * square(layer, w) for s, w in zip(layer.inner[j], row)), zero)
        right = cut(layer, left, -outer.weights[j] * sum(moments, zero))
        top = layer.arithmetic.ends(right)[1]
        if bool(top < zero):
            raise Empty
        reach = [layer.arithmetic.sqrt(top / s) if bool(top > zero) else zero for s in layer.inner[j]]
        row = [cut(layer, w, layer.symmetric(far)) for w, far in zip(row, reach)]
        new.append([cut(layer, w, -outer.weights[j] * t / s) for w, t, s in zip(row, pull, layer.inner[j])])
    return new, outer.weights


def by_krawczyk(layer: HiddenLayer, inner: Rows, outer: Sequence[Interval]) -> tuple[Rows, list[Interval]]:
    """The box of all weights cut by mean values and by Krawczyk's operator."""
    arithmetic, zero, one = layer.arithmetic, layer.zero, layer.one
    k, p = len(inner), len(inner[0])
    box = [*(w for row in inner for w in row), *outer]
    centre = [layer.number(arithmetic.middle(w)) for w in box]
    over = derivatives(layer, inner, outer)
    there = derivatives(layer, [centre[j * p : (j + 1) * p] for j in range(k)], centre[k * p :])
    offset = [w - c for w, c in zip(box, centre)]
    for slope, row in zip(there.gradient, over.hessian):
        cut(layer, zero, slope + sum((h * d for h, d in zip(row, offset)), zero))
    middles = np.array([[arithmetic.about(entry) for entry in row] for row in over.hessian])
    try:
        inverse = np.linalg.inv(middles)
    except np.linalg.LinAlgError:
        return inner, list(outer)
    if not np.isfinite(inverse).all():
        return inner, list(outer)
    numbers = [[layer.number(Fraction(float(a))) for a in row] for row in inverse]
    new = []
    for a, row in enumerate(numbers):
        moved = centre[a] - sum((y * g for y, g in zip(row, there.gradient)), zero)
        for b, d in enumerate(offset):
            moved += ((one if a == b else zero) - sum((y * h[b] for y, h in zip(row, over.hessian)), zero)) * d
        new.append(cut(layer, box[a], moved))
    return [new[j * p : (j + 1) * p] for j in range(k)], new[k * p :]
