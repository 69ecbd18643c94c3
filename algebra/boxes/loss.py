"""The loss of a regression as a function of a network's weights in their order: in balls, in double precision, along segments.

Along a segment w = a + td, 0 ≤ t ≤ 1, the arguments of the units are linear in t, and with the derivatives of σ over balls

    L(a + td) = c_0 + c_1 t + … + c_K t^K,   c_k = L^{(k)}/k! at t = 0 for k < K, and c_K over the whole segment

(Taylor's theorem with Lagrange's remainder): for each t this is a polynomial whose coefficients lie in these balls.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import factorial

import flint
import numpy as np
from flint import arb, arb_mat, arb_series

from critscape.algebra.boxes.regression import Regression, derivatives, exact

DEGREE = 6
"""K, of expansions along segments."""


@dataclass(frozen=True)
class RegressionLoss:
    """L of n weights named ``variables``; ``order`` (n) has the position of each in the regression."""

    regression: Regression
    order: tuple[int, ...]
    variables: tuple[str, ...]

    @property
    def dimension(self) -> int:
        """The number of weights."""
        return len(self.order)

    @cached_property
    def doubles(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Inputs (m, p), targets (m) and ridge (n + q) of the regression in double precision."""
        ridge = [*(s for row in self.regression.inner for s in row), *self.regression.outer]
        inputs, targets, strengths = (np.array(each, dtype=float) for each in (self.regression.inputs, self.regression.targets, ridge))
        return inputs, targets, strengths

    def placed(self, entries: Sequence) -> list:
        """Entries for the weights in the order of the regression."""
        found = [None] * len(self.order)
        for entry, place in zip(entries, self.order):
            found[place] = entry
        return found

    def reordered(self, matrix: arb_mat) -> arb_mat:
        """A matrix (n × n) of the regression in the order of the weights."""
        return arb_mat([[matrix[a, b] for b in self.order] for a in self.order])


def value(loss: RegressionLoss, point: Sequence[arb]) -> arb:
    """An enclosure of L at a point or over a box."""
    regression, w = loss.regression, loss.placed(point)
    return expansion(regression, w, [arb(0)] * len(w), 0)[0]


def hessian(loss: RegressionLoss, point: Sequence[arb]) -> arb_mat:
    """An enclosure of ∇²L (n × n) at a point or over a box."""
    return loss.reordered(derivatives(loss.regression, loss.placed(point)).hessian)


def along(loss: RegressionLoss, start: Sequence[arb], end: Sequence[arb]) -> list[arb]:
    """c_0, …, c_K of L on the segment between two points."""
    a, b = loss.placed(start), loss.placed(end)
    direction = [y - x for x, y in zip(a, b)]
    between = [x + arb(0.5, 0.5) * d for x, d in zip(a, direction)]
    first = expansion(loss.regression, a, direction, DEGREE - 1)
    return [*first, expansion(loss.regression, between, direction, DEGREE)[DEGREE]]


def expansion(regression: Regression, point: Sequence[arb], direction: Sequence[arb], order: int) -> list[arb]:
    """The derivatives of t ↦ L(point + t·direction) at t = 0, each divided by its factorial, of order 0 … ``order``; over a box if that is one."""
    k, p = regression.units, regression.width
    n = regression.inner_weights
    cap, flint.ctx.cap = flint.ctx.cap, order + 1
    try:
        line = [arb_series([w, d]) for w, d in zip(point, direction)]
        ridge = (*(s for row in regression.inner for s in row), *regression.outer)
        total = sum((exact(s) * w * w for s, w in zip(ridge, line)), arb_series([0]))
        for row, target in zip(regression.inputs, regression.targets):
            x = [exact(entry) for entry in row]
            residual = sum(line[n + k :], arb_series([-exact(target)]))
            for j in range(k):
                places = range(j * p, (j + 1) * p)
                argument, rate = (sum((each[a] * z for a, z in zip(places, x)), arb(0)) for each in (point, direction))
                jet = regression.activation.jet(argument, order)
                residual += line[n + j] * arb_series([c * rate**i / factorial(i) for i, c in enumerate(jet)])
            total += residual * residual
        return [arb(total[i]) / 2 for i in range(order + 1)]
    finally:
        flint.ctx.cap = cap


def turning(loss: RegressionLoss, box: Sequence[arb], direction: Sequence[float]) -> arb_mat:
    """The derivative of ∇²L (n × n) in a direction, at a point or over a box: with ∇²L = Σ_i ∇f∇fᵀ + r∇²f + Λ that of each factor."""
    regression = loss.regression
    w, d = loss.placed(box), loss.placed([arb(x) for x in direction])
    k, p, n, size = regression.units, regression.width, regression.inner_weights, regression.dimension
    total = arb_mat(size, size)
    for row, target in zip(regression.inputs, regression.targets):
        x = [exact(entry) for entry in row]
        gradient, second, change = [arb(1)] * size, arb_mat(size, size), arb_mat(size, size)
        residual = sum(w[n + k :], -exact(target))
        for j in range(k):
            places, v, outer = range(j * p, (j + 1) * p), w[n + j], n + j
            argument, rate = (sum((each[a] * z for a, z in zip(places, x)), arb(0)) for each in (w, d))
            value_, slope, curve, third = regression.activation.jet(argument, 3)
            residual += v * value_
            gradient[outer] = value_
            for a, z in zip(places, x):
                gradient[a] = v * slope * z
                second[a, outer] = second[outer, a] = slope * z
                change[a, outer] = change[outer, a] = curve * rate * z
                for b, y in zip(places, x):
                    second[a, b] = v * curve * z * y
                    change[a, b] = (d[outer] * curve + v * third * rate) * z * y
        column, moved = arb_mat([[g] for g in gradient]), second * arb_mat([[each] for each in d])
        product = moved * column.transpose()
        slope_of_residual = sum((g * each for g, each in zip(gradient, d)), arb(0))
        total += product + product.transpose() + slope_of_residual * second + residual * change
    return loss.reordered(total)


def heights(loss: RegressionLoss, weights: Sequence[np.ndarray]) -> np.ndarray:
    """L in double precision, the n weights as arrays of one shape."""
    w = loss.placed([np.asarray(each, dtype=float) for each in weights])
    return sum(residual**2 for residual, *_ in samples(loss, w, 0)) / 2 + sum(s * x * x for s, x in zip(loss.doubles[2], w)) / 2


def gradients(loss: RegressionLoss, points: np.ndarray) -> np.ndarray:
    """∇L (P, n) at points (P, n) in double precision."""
    w = np.array(loss.placed(list(points.T)))
    found = loss.doubles[2][:, None] * w
    for residual, first, _ in samples(loss, w, 1):
        for a, slope in enumerate(first):
            found[a] += residual * slope
    return np.ascontiguousarray(found[list(loss.order)].T)


def float_derivatives(loss: RegressionLoss, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """∇L (P, n) and ∇²L (P, n, n) at points (P, n) in double precision. Each point is a computation of its own, to the last bit."""
    w, size = np.array(loss.placed(list(points.T))), loss.dimension
    ridge = loss.doubles[2]
    slopes, second = ridge[:, None] * w, np.zeros((size, size, len(points)))
    second[range(size), range(size)] = ridge[:, None]
    for residual, first, curved in samples(loss, w, 2):
        for a in range(size):
            slopes[a] += residual * first[a]
            for b in range(size):
                second[a, b] += first[a] * first[b]
        for (a, b), entry in curved.items():
            second[a, b] += residual * entry
    order = list(loss.order)
    return np.ascontiguousarray(slopes[order].T), np.ascontiguousarray(second[np.ix_(order, order)].transpose(2, 0, 1))


def samples(loss: RegressionLoss, w: Sequence[np.ndarray] | np.ndarray, order: int) -> Iterator[tuple[np.ndarray, list, dict]]:
    """For each sample the residual, ∇f (n + q arrays; if ``order`` > 0) and the entries of ∇²f that are not zero (if ``order`` > 1)."""
    regression = loss.regression
    k, p, n = regression.units, regression.width, regression.inner_weights
    for x, target in zip(*loss.doubles[:2]):
        residual = sum(w[n + k :], -target)
        first: list = [None] * (n + k) + [1.0] * (len(regression.outer) - k)
        curved = {}
        for j in range(k):
            places, v = range(j * p, (j + 1) * p), w[n + j]
            jet = regression.activation.floats(sum(w[a] * z for a, z in zip(places, x)), order)
            residual = residual + v * jet[0]
            first[n + j] = jet[0]
            for a, z in zip(places, x):
                if order > 0:
                    first[a] = v * jet[1] * z
                if order > 1:
                    curved[a, n + j] = curved[n + j, a] = jet[1] * z
                    curved |= {(a, b): v * jet[2] * z * y for b, y in zip(places, x)}
        yield residual, first, curved
