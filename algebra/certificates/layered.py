"""A feed-forward network's loss along a line, in intervals: value, slope and bend, by Taylor's rule layer by layer.

Nothing of :mod:`critscape.algebra.splitting` is shared: gradients are slopes along axes, Hessians come from bends by polarisation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from critscape.algebra.certificates.intervals import Arithmetic, Interval

Samples = tuple[tuple[Fraction, ...], ...]
Jet = tuple[Interval, Interval, Interval]
"""Value, first and second derivative in t."""


@dataclass(frozen=True)
class Layered:
    """½ Σ_i ‖f_w(x_i) − y_i‖² + ½ Σ_j λ_j w_j²; the weights are W_1 row by row, b_1 if ``biases``[0], W_2, …

    ``activation`` is "logistic", "tanh", or the coefficients of a polynomial from the lowest on.
    """

    widths: tuple[int, ...]
    biases: tuple[bool, ...]
    activation: str | tuple[Fraction, ...]
    inputs: Samples
    targets: Samples
    ridge: tuple[Fraction, ...]

    @property
    def rows(self) -> list[list[list[int]]]:
        """Per layer and unit the positions of its incoming weights, its bias last."""
        found, start = [], 0
        for (columns, count), bias in zip(pairwise(self.widths), self.biases):
            matrix = [[start + s * columns + r for r in range(columns)] for s in range(count)]
            start += columns * count
            found.append([[*row, start + s] if bias else row for s, row in enumerate(matrix)])
            start += count * bias
        return found

    @property
    def dimension(self) -> int:
        """The number of weights."""
        return sum(len(row) for rows in self.rows for row in rows)


def line_jet(loss: Layered, place: Sequence[Interval], move: Sequence[Interval], arithmetic: Arithmetic) -> Jet:
    """L, dL/dt and d²L/dt² of t ↦ L(place + t move) at t = 0, over the box ``place``."""
    zero, one, half = (arithmetic.interval(Fraction(k, 2), Fraction(k, 2)) for k in (0, 2, 1))
    rows, (value, slope, bend) = loss.rows, (zero, zero, zero)
    for x, y in zip(loss.inputs, loss.targets):
        jets: list[Jet] = [(arithmetic.interval(entry, entry), zero, zero) for entry in x]
        for layer, units in enumerate(rows, start=1):
            below = [*jets, (one, zero, zero)]
            sums = [_weighted(row, below, place, move, zero) for row in units]
            jets = sums if layer == len(rows) else [_activated(loss.activation, n, arithmetic) for n in sums]
        for (f, first, second), entry in zip(jets, y):
            r = f - arithmetic.interval(entry, entry)
            value, slope, bend = value + half * r * r, slope + r * first, bend + first * first + r * second
    for strength, w, m in zip(loss.ridge, place, move):
        if strength:
            s = arithmetic.interval(strength, strength)
            value, slope, bend = value + half * s * w * w, slope + s * w * m, bend + s * m * m
    return value, slope, bend


def _weighted(row: Sequence[int], below: Sequence[Jet], place: Sequence[Interval], move: Sequence[Interval], zero: Interval) -> Jet:
    """Σ w h for jets h and weights w + t m."""
    total = [zero, zero, zero]
    for k, (h, first, second) in zip(row, below):
        w, m = place[k], move[k]
        total[0] = total[0] + w * h
        total[1] = total[1] + w * first + m * h
        total[2] = total[2] + w * second + m * first + m * first
    return total[0], total[1], total[2]


def _activated(activation: str | tuple[Fraction, ...], n: Jet, arithmetic: Arithmetic) -> Jet:
    """σ of a jet."""
    one, two = (arithmetic.interval(Fraction(k), Fraction(k)) for k in (1, 2))
    if activation == "logistic":
        value = one / (one + arithmetic.exp(-n[0]))
        first = value * (one - value)
        second = first * (one - two * value)
    elif activation == "tanh":
        value = one - two / (arithmetic.exp(two * n[0]) + one)
        first = one - value * value
        second = -two * value * first
    else:
        coefficients = [c for c in activation if isinstance(c, Fraction)]
        derivatives = []
        for _ in range(3):
            total = one - one
            for c in reversed(coefficients):
                total = total * n[0] + arithmetic.interval(c, c)
            derivatives.append(total)
            coefficients = [k * c for k, c in enumerate(coefficients)][1:]
        value, first, second = derivatives
    return value, first * n[1], first * n[2] + second * n[1] * n[1]


def slope_at_infinity(
    loss: Layered, layer: int, incoming: Sequence[Fraction], outgoing: Sequence[Fraction], place: Sequence[Interval], arithmetic: Arithmetic
) -> Interval:
    """∂L/∂p at p = 0 of one more unit of a hidden layer with an infinite bias: p = e^{−b} for the logistic function, e^{−2b} for tanh.

    With weights w it is 1 − kpe^{−kw·a} + …, k = 1 or 2, where a are the values of the layer below. So the unit moves the arguments of the layer
    above at the rate −kv e^{−kw·a}, v its outgoing weights.
    """
    zero, one = (arithmetic.interval(Fraction(k), Fraction(k)) for k in (0, 1))
    rate = arithmetic.interval(*(Fraction(2 if loss.activation == "tanh" else 1),) * 2)
    still, slope = [zero] * len(place), zero
    for x, y in zip(loss.inputs, loss.targets):
        jets: list[Jet] = [(arithmetic.interval(entry, entry), zero, zero) for entry in x]
        push: list[Interval] = []
        for number, units in enumerate(loss.rows, start=1):
            if number == layer:
                total = sum((arithmetic.interval(w, w) * a for w, (a, _, _) in zip(incoming, jets)), zero)
                push = [-rate * arithmetic.interval(v, v) * arithmetic.exp(-rate * total) for v in outgoing]
            sums = [_weighted(row, [*jets, (one, zero, zero)], place, still, zero) for row in units]
            if number == layer + 1:
                sums = [(value, first + by, second) for (value, first, second), by in zip(sums, push)]
            jets = sums if number == len(loss.rows) else [_activated(loss.activation, n, arithmetic) for n in sums]
        for (f, first, _), entry in zip(jets, y):
            slope = slope + (f - arithmetic.interval(entry, entry)) * first
    return slope


def axis(n: int, k: int, arithmetic: Arithmetic) -> list[Interval]:
    """The k-th unit vector of length n."""
    return [arithmetic.interval(Fraction(int(i == k)), Fraction(int(i == k))) for i in range(n)]


def gradient(loss: Layered, place: Sequence[Interval], arithmetic: Arithmetic) -> list[Interval]:
    """∇L over a box."""
    n = loss.dimension
    return [line_jet(loss, place, axis(n, k, arithmetic), arithmetic)[1] for k in range(n)]


def hessian(loss: Layered, place: Sequence[Interval], arithmetic: Arithmetic) -> list[list[Interval]]:
    """∇²L over a box: the entry (i, j) is half of what the bend along e_i + e_j exceeds those along e_i and e_j by."""
    n, half = loss.dimension, arithmetic.interval(Fraction(1, 2), Fraction(1, 2))
    axes = [axis(n, k, arithmetic) for k in range(n)]
    own = [line_jet(loss, place, e, arithmetic)[2] for e in axes]
    found = [[own[i]] * n for i in range(n)]
    for i in range(n):
        for j in range(i):
            both = line_jet(loss, place, [a + b for a, b in zip(axes[i], axes[j])], arithmetic)[2]
            found[i][j] = found[j][i] = half * (both - own[i] - own[j])
    return found


@dataclass(frozen=True)
class ClaimedSplit:
    """A unit of a hidden layer (both from 1) with the shares of its copies, and what is claimed of D: whether it vanishes."""

    layer: int
    unit: int
    shares: tuple[Fraction, ...]
    vanishing: bool


def widened(loss: Layered, splits: Sequence[ClaimedSplit]) -> Layered:
    """The loss of the network with copies, its ridge shared: λ_c of it on what goes into a copy, 1/λ_c on what comes out."""
    units = copies(loss, splits)
    ridge: list[Fraction] = []
    for layer, rows in enumerate(loss.rows, start=1):
        bias = loss.biases[layer - 1]
        for s, share in units[layer]:
            row = rows[s][:-1] if bias else rows[s]
            ridge += [loss.ridge[row[r]] * share / (part or Fraction(1)) for r, part in units[layer - 1]]
        if bias:
            ridge += [loss.ridge[rows[s][-1]] * share for s, share in units[layer]]
    return replace(loss, widths=tuple(map(len, units)), ridge=tuple(ridge))


def copies(loss: Layered, splits: Sequence[ClaimedSplit]) -> list[list[tuple[int, Fraction]]]:
    """Per layer, the inputs first, the unit (from 0) and the share of each unit of the wider network."""
    shares = {(split.layer, split.unit - 1): split.shares for split in splits}
    return [
        [(s, share) for s in range(width) for share in shares.get((layer, s), (Fraction(1),))] for layer, width in enumerate(loss.widths)
    ]


def embedded(loss: Layered, splits: Sequence[ClaimedSplit], place: Sequence[Interval], arithmetic: Arithmetic) -> list[Interval]:
    """The weights of the wider network at which it computes the same."""
    units, found = copies(loss, splits), []
    for layer, rows in enumerate(loss.rows, start=1):
        for s, _ in units[layer]:
            found += [place[rows[s][r]] * arithmetic.interval(part, part) for r, part in units[layer - 1]]
        if loss.biases[layer - 1]:
            found += [place[rows[s][-1]] for s, _ in units[layer]]
    return found
