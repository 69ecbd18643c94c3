"""One hidden layer of logistic or tanh units over a box of inner weights, in intervals of any arithmetic: for the check of certificates.

With h_is = σ(w_s·x_i) (1 for an output bias), M = HᵀH + Λ and M v(w) = Hᵀy, every critical point has the outer weights v(w). Over a box:

- ‖r‖ ≤ ‖y‖ and |v_s| ≤ ‖y‖/(2√λ_s) wherever ∂L/∂v = 0;
- v = v̂ + M⁻¹ρ with ρ = Hᵀ(y − Hv̂) − Λv̂ for any v̂, and ‖Λ^{1/2}M⁻¹ρ‖ ≤ ‖Λ^{-1/2}ρ‖ as M ⪰ Λ;
- v = v̂ + Qu, r = Hv̂ − y + HQu, u = N⁻¹Qᵀρ, N = (HQ)ᵀHQ + QᵀΛQ for any regular Q, N⁻¹d = d + E(1 − E)⁻¹d with E = 1 − N, ‖E‖ < 1;
- λ_s v_s = −Σ_i r_i h_is.

The ranges of σ, σ′ and σ″ follow from the ends of an interval: σ increases, σ′ is even and falls with |t|, σ″ is odd with one extremum on
each side. Nothing is shared with the kernels of :mod:`critscape.algebra.intervals`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from critscape.algebra.certificates.intervals import Arithmetic, Interval
from critscape.algebra.certificates.layered import Layered

TURN = Fraction(13169578969, 10**10), Fraction(13169578970, 10**10)
"""Two numbers around ln(2 + √3), where the logistic function has σ″ = −1/(6√3)."""
PEAK = Fraction(96225044865, 10**12)
"""At least 1/(6√3)."""
SWING = Fraction(2239, 10**4)
"""At least sup |tσ′(t)| of the logistic function; for tanh it is twice that."""

Rows = list[list[Interval]]


@dataclass(frozen=True)
class HiddenLayer:
    """A network with its data in intervals of an arithmetic at one precision: k units with p inputs each (a bias is one that is 1), q outer weights.

    ``x`` (m, p), ``y`` (m), ridges ``inner`` (k, p) and ``outer`` (q); ``size`` encloses ‖y‖, ``most`` (q) bounds |v|. ``places`` (k, p) are the
    positions of the inner weights in the network, ``last`` (q) those of the outer ones; ``alike`` has the pairs of units that may be exchanged.
    """

    arithmetic: Arithmetic
    tanh: bool
    x: Rows
    y: list[Interval]
    inner: Rows
    outer: list[Interval]
    size: Interval
    most: list[Interval]
    places: list[list[int]]
    last: list[int]
    alike: list[tuple[int, int]]

    def number(self, value: Fraction | int) -> Interval:
        """A number as an interval."""
        exact = Fraction(value)
        return self.arithmetic.interval(exact, exact)

    @cached_property
    def zero(self) -> Interval:
        """0."""
        return self.number(0)

    @cached_property
    def one(self) -> Interval:
        """1."""
        return self.number(1)

    @cached_property
    def half(self) -> Interval:
        """1/2."""
        return self.number(Fraction(1, 2))

    @cached_property
    def steepest(self) -> Interval:
        """1/4, the largest slope of the logistic function."""
        return self.number(Fraction(1, 4))

    @cached_property
    def turns(self) -> tuple[tuple[Interval, Interval], ...]:
        """Where σ″ of the logistic function has its extremes, and bounds for these."""
        turn, peak = self.arithmetic.interval(*TURN), self.number(PEAK)
        return (turn, -peak), (-turn, peak)

    def symmetric(self, value: Interval) -> Interval:
        """[−|value|, |value|]."""
        top = self.arithmetic.ends(abs(value))[1]
        return self.arithmetic.hull(-top, top)


def hidden_layer(loss: Layered, arithmetic: Arithmetic) -> HiddenLayer:
    """The network at the working precision. Its ridge is positive, its activation logistic or tanh."""

    def point(value: Fraction) -> Interval:
        return arithmetic.interval(value, value)

    places, (last,) = loss.rows
    x = [[point(entry) for entry in (*row, *((Fraction(1),) if loss.biases[0] else ()))] for row in loss.inputs]
    ridge = [point(strength) for strength in loss.ridge]
    size = (
        arithmetic.sqrt(point(sum((row[0] ** 2 for row in loss.targets), Fraction(0))))
        if any(r[0] for r in loss.targets)
        else point(Fraction(0))
    )
    most = [size / (2 * arithmetic.sqrt(ridge[a])) for a in last]
    exact = [tuple(loss.ridge[a] for a in (*row, last[j])) for j, row in enumerate(places)]
    alike = []
    for j, strengths in enumerate(exact):
        before = [i for i in range(j) if exact[i] == strengths]
        alike += [(before[-1], j)] if before else []
    inner, outer = [[ridge[a] for a in row] for row in places], [ridge[a] for a in last]
    tanh = loss.activation == "tanh"
    return HiddenLayer(arithmetic, tanh, x, [point(r[0]) for r in loss.targets], inner, outer, size, most, places, last, alike)


@dataclass(frozen=True)
class Activations:
    """Arguments (m, k), values (m, q), first and second derivatives (m, k) of the units over a box."""

    arguments: Rows
    values: Rows
    slopes: Rows
    bends: Rows


def activations(layer: HiddenLayer, box: Rows) -> Activations:
    """Over a box (k, p) of inner weights."""
    one, zero = layer.one, layer.zero
    arguments = [[sum((w * x for w, x in zip(row, sample)), zero) for row in box] for sample in layer.x]
    found = [[ranges(layer, t) for t in row] for row in arguments]
    extra = [one] * (len(layer.outer) - len(box))
    values, slopes, bends = ([[entry[c] for entry in row] for row in found] for c in range(3))
    return Activations(arguments, [row + extra for row in values], slopes, bends)


def ranges(layer: HiddenLayer, t: Interval) -> tuple[Interval, Interval, Interval]:
    """Intervals that contain σ, σ′ and σ″ over t."""
    if layer.tanh:
        value, slope, bend = logistic_ranges(layer, 2 * t)
        return 2 * value - 1, 4 * slope, 8 * bend
    return logistic_ranges(layer, t)


def logistic_ranges(layer: HiddenLayer, t: Interval) -> tuple[Interval, Interval, Interval]:
    """The same for the logistic function."""
    arithmetic = layer.arithmetic
    low, high = arithmetic.ends(t)
    one, zero = layer.one, layer.zero
    first, last = (one / (one + arithmetic.exp(-end)) for end in (low, high))
    slopes = [s * (one - s) for s in (first, last)]
    bends = [d * (one - 2 * s) for d, s in zip(slopes, (first, last))]
    slope, bend = (arithmetic.hull(*pair) for pair in (slopes, bends))
    if not (bool(low > zero) or bool(high < zero)):
        slope = arithmetic.hull(slope, layer.steepest)
    for side, extreme in layer.turns:
        if not (bool(low > side) or bool(high < side)):
            bend = arithmetic.hull(bend, extreme)
    return arithmetic.hull(first, last), slope, bend


@dataclass(frozen=True)
class OuterWeights:
    """Outer weights (q) and residuals (m) wherever ∂L/∂v = 0, over a box of inner weights."""

    weights: list[Interval]
    residuals: list[Interval]


def outer_weights(layer: HiddenLayer, found: Activations) -> OuterWeights:
    """From the activations over the box; raises ArithmeticError where rounding alone makes the enclosures empty, which is a fault."""
    h, zero = found.values, layer.zero
    m, q = len(h), len(layer.outer)
    turn, guess = basis(layer, h)
    start = [sum((a * g for a, g in zip(row, guess)), -y) for row, y in zip(h, layer.y)]
    rho = [-sum((r * row[s] for r, row in zip(start, h)), zero) - layer.outer[s] * guess[s] for s in range(q)]
    norm = layer.arithmetic.sqrt(
        layer.arithmetic.ends(sum((square(layer, a) / s for a, s in zip(rho, layer.outer)), zero))[1] + layer.number(TINY)
    )
    near = [layer.symmetric(norm / layer.arithmetic.sqrt(s)) for s in layer.outer]
    weights = [met(layer, layer.symmetric(most), g + d) for most, g, d in zip(layer.most, guess, near)]
    residuals = [layer.symmetric(layer.size)] * m
    u = turned(layer, h, turn, rho)
    if u is not None:
        moved = [sum((turn[s][t] * u[t] for t in range(s, q)), zero) for s in range(q)]
        weights = [met(layer, w, g + d) for w, g, d in zip(weights, guess, moved)]
        columns = [[sum((row[s] * turn[s][t] for s in range(t + 1)), zero) for t in range(q)] for row in h]
        residuals = [met(layer, r, a + sum((c * d for c, d in zip(row, u)), zero)) for r, a, row in zip(residuals, start, columns)]
    residuals = [met(layer, r, sum((a * w for a, w in zip(row, weights)), -y)) for r, row, y in zip(residuals, h, layer.y)]
    weights = [met(layer, weights[s], -sum((r * row[s] for r, row in zip(residuals, h)), zero) / layer.outer[s]) for s in range(q)]
    return OuterWeights(weights, residuals)


TINY = Fraction(1, 2**200)


def square(layer: HiddenLayer, value: Interval) -> Interval:
    """An interval of squares that is not negative."""
    zero = layer.zero
    least, most = layer.arithmetic.ends(abs(value))
    return layer.arithmetic.hull(least * least if bool(least > zero) else zero, most * most)


def met(layer: HiddenLayer, one: Interval, other: Interval) -> Interval:
    """What two enclosures of the same number share."""
    both = layer.arithmetic.meet(one, other)
    if both is None:
        raise ArithmeticError("two enclosures of one number are disjoint")
    return both


def basis(layer: HiddenLayer, h: Rows) -> tuple[Rows, list[Interval]]:
    """An upper triangular Q with QᵀMQ ≈ 1 and v̂ ≈ M⁻¹Hᵀy at the middle, as numbers. Nothing rests on their accuracy."""
    about = layer.arithmetic.about
    values = np.array([[about(entry) for entry in row] for row in h])
    ridge, y = (np.array([about(entry) for entry in row]) for row in (layer.outer, layer.y))
    q = np.linalg.inv(np.linalg.cholesky(values.T @ values + np.diag(ridge))).T
    guess = q @ (q.T @ (values.T @ y))
    return [[layer.number(Fraction(float(a))) for a in row] for row in q], [layer.number(Fraction(float(a))) for a in guess]


def turned(layer: HiddenLayer, h: Rows, turn: Rows, rho: Sequence[Interval]) -> list[Interval] | None:
    """u = N⁻¹Qᵀρ; None where ‖1 − N‖ < 1 is not proved."""
    zero, one, q = layer.zero, layer.one, len(layer.outer)
    columns = [[sum((row[s] * turn[s][t] for s in range(t + 1)), zero) for t in range(q)] for row in h]
    reach = []
    for s in range(q):
        total = zero
        for t in range(q):
            products = [square(layer, row[s]) if s == t else row[s] * row[t] for row in columns]
            ridge = sum((turn[i][s] * turn[i][t] * layer.outer[i] for i in range(min(s, t) + 1)), zero)
            total += abs((one if s == t else zero) - sum(products, zero) - ridge)
        reach.append(total)
    if not all(bool(total < one) for total in reach):
        return None
    d = [sum((turn[i][t] * rho[i] for i in range(t + 1)), zero) for t in range(q)]
    far, worst = largest(layer, [abs(entry) for entry in d]), largest(layer, reach)
    return [entry + layer.symmetric(row * far / (one - worst)) for entry, row in zip(d, reach)]


def largest(layer: HiddenLayer, values: Sequence[Interval]) -> Interval:
    """A number that none of them exceeds."""
    tops = [layer.arithmetic.ends(value)[1] for value in values]
    found = tops[0]
    for top in tops[1:]:
        found = top if bool(top > found) else found
    return found


def pulls(layer: HiddenLayer, found: Activations, residuals: Sequence[Interval]) -> Rows:
    """T_jt = Σ_i r_i σ′_ij x_it (k, p)."""
    zero = layer.zero
    k, p = len(layer.inner), len(layer.x[0])
    return [[sum((r * slope[j] * x[t] for r, slope, x in zip(residuals, found.slopes, layer.x)), zero) for t in range(p)] for j in range(k)]


@dataclass(frozen=True)
class Derivatives:
    """L, ∇L (n) and ∇²L (n, n), inner weights unit by unit, then the outer ones."""

    loss: Interval
    gradient: list[Interval]
    hessian: Rows


def derivatives(layer: HiddenLayer, inner: Rows, outer: Sequence[Interval], residuals: Sequence[Interval] | None = None) -> Derivatives:
    """Over a box of all weights; ``residuals`` are what is known of them besides."""
    found, zero, half = activations(layer, inner), layer.zero, layer.half
    k, p, q = len(inner), len(inner[0]), len(outer)
    n = k * p
    flat = [*(w for row in inner for w in row), *outer]
    ridge = [*(s for row in layer.inner for s in row), *layer.outer]
    loss = sum((half * s * square(layer, w) for s, w in zip(ridge, flat)), zero)
    gradient = [s * w for s, w in zip(ridge, flat)]
    hessian = [[ridge[a] if a == b else zero for b in range(n + q)] for a in range(n + q)]
    for i, (x, y) in enumerate(zip(layer.x, layer.y)):
        value, slope, bend = found.values[i], found.slopes[i], found.bends[i]
        r = sum((v * h for v, h in zip(outer, value)), -y)
        if residuals is not None:
            r = met(layer, r, residuals[i])
        loss += half * square(layer, r)
        first = [outer[j] * slope[j] * x[t] for j in range(k) for t in range(p)] + value
        for a in range(n + q):
            gradient[a] += r * first[a]
            hessian[a][a] += square(layer, first[a])
            for b in range(a):
                hessian[a][b] += first[a] * first[b]
        for j in range(k):
            for t in range(p):
                hessian[n + j][j * p + t] += r * slope[j] * x[t]
                for s in range(t + 1):
                    hessian[j * p + t][j * p + s] += r * outer[j] * bend[j] * x[t] * x[s]
    for a in range(n + q):
        for b in range(a):
            hessian[b][a] = hessian[a][b]
    return Derivatives(loss, gradient, hessian)
