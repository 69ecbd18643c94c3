"""Whether a path really ends at infinity: followed in multiprecision, with the exact target, to t = 10⁻⁶⁰.

A finite end point with a branch point at distance δ from t = 0 looks like infinity for t ≫ δ, and data that are nearly special
make δ tiny. So no verdict of an engine is final: the path is followed along t = t₀ρᵏ with the predictor
w_i(ρt) ≈ w_i(t) ρ^{v_i}, v_i = t w_i′/w_i, which is exact for power laws; the v_i are the valuations of the polyhedral endgame
(Huber–Verschelde 1998). The end of the homotopy is the loss over ℚ, not its rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

import flint
import numpy as np
from flint import acb, acb_mat, arb

from algebra.loss import Loss, exact
from algebra.straight_line import evaluate, programs

BITS = 640
LAST_DECADE = 60
"""The path is followed to t = 10^−60."""
LONGEST_STEP = 4.0
"""Decades of t in one step at most."""
SHORTEST_STEP = 1e-3
LARGEST_CORRECTION = 0.05
"""First Newton correction, relative, that a step may have."""
DIVERGENCE = 1 / 60
"""A valuation below −1/60 at the end is divergence: winding numbers beyond 60 are not met in practice."""


@dataclass(frozen=True)
class ExactEnd:
    """A homotopy in the loss's own units whose end is exactly the loss.

    ``curve`` (K + 1, q) and ``tilt`` (M + 1, n) are the coefficients of p(t) and c(t); their constant rows are replaced by the
    exact parameters and by zero.
    """

    loss: Loss
    curve: np.ndarray
    tilt: np.ndarray


def followed_to_the_end(end: ExactEnd, point: np.ndarray, decade: float) -> np.ndarray | bool | None:
    """Follows the path that is near ``point`` (n,) at t = 10^−decade.

    Returns True when it diverges, its finite end point (n,) when it is regular, and None when neither is seen.
    """
    with flint.ctx.workprec(BITS):
        system = _System(end)
        x = [acb(complex(z)) for z in point]
        x = system.corrected(x, _power(decade), 1.0)
        stride = 0.5
        while x is not None and decade < LAST_DECADE:
            valuations = system.valuations(x, _power(decade))
            if valuations is None:
                return None
            if max(map(abs, valuations)) < 0.05:
                limit = system.corrected(x, acb(0), LARGEST_CORRECTION)
                if limit is not None:
                    return np.array([complex(z) for z in limit])
            while stride > SHORTEST_STEP:
                ratio = arb(10) ** (arb(-stride))
                guess = [z * (acb(v) * ratio.log()).exp() for z, v in zip(x, valuations)]
                trial = system.corrected([z.mid() for z in guess], _power(decade + stride), LARGEST_CORRECTION)
                if trial is not None:
                    break
                stride /= 2
            else:
                return None
            x, decade, stride = trial, decade + stride, min(2 * stride, LONGEST_STEP)
        if x is None:
            return None
        valuations = system.valuations(x, _power(decade))
        if valuations is not None and min(v.real for v in valuations) < -DIVERGENCE:
            return True
    return None


def _power(decade: float) -> acb:
    return acb(arb(10) ** arb(-decade))


class _System:
    """∇L(w; p(t)) + c(t) with exact p(0) and c(0) = 0, in balls that are rounded to midpoints."""

    def __init__(self, end: ExactEnd) -> None:
        self.programs, self.n = programs(end.loss.family), end.loss.dimension
        self.curve = [[acb(exact(v)) for v in end.loss.values]]
        self.curve += [[acb(complex(v)) for v in row] for row in end.curve[1:]]
        self.tilt = [[acb(0)] * self.n] + [[acb(complex(v)) for v in row] for row in end.tilt[1:]]

    def corrected(self, x: list[acb], t: acb, largest: float) -> list[acb] | None:
        """Newton's method at t to all digits; None when the first correction is too large or it does not contract."""
        sizes: list[float] = []
        parameters, tilt = _at(self.curve, t), _at(self.tilt, t)
        for _ in range(14):
            values = evaluate(self.programs.gradient_hessian, x, parameters)
            step = self._solved(values, [-(g + c) for g, c in zip(values, tilt)])
            if step is None:
                return None
            x = [(z + s).mid() for z, s in zip(x, step)]
            size = max(_size(z) for z in x)
            sizes.append(max(_size(s) for s in step) / size if size else 0.0)
            if not sizes[-1] <= largest or (len(sizes) > 1 and sizes[-1] > 0.5 * sizes[-2] and sizes[-1] > 1e-60):
                return None
            if sizes[-1] < 1e-80:
                return x
        return x if sizes[-1] < 1e-60 else None

    def valuations(self, x: list[acb], t: acb) -> list[complex] | None:
        """t w_i′(t)/w_i(t); coordinates that are zero, or far below the others and at rest, count as constant."""
        parameters = _at(self.curve, t)
        rates = evaluate(self.programs.rate, x, parameters, _at(_derivative(self.curve), t))
        values = evaluate(self.programs.gradient_hessian, x, parameters)
        slope = self._solved(values, [-(r + c) for r, c in zip(rates, _at(_derivative(self.tilt), t))])
        if slope is None:
            return None
        return [complex(t * s / z) if _size(z) > 1e-150 else 0j for s, z in zip(slope, x)]

    def _solved(self, values: list, right: list) -> list[acb] | None:
        hessian = acb_mat(self.n, self.n)
        upper = iter(values[self.n :])
        for i in range(self.n):
            for j in range(i, self.n):
                hessian[i, j] = hessian[j, i] = acb(next(upper)).mid()
        try:
            solution = hessian.solve(acb_mat([[acb(v).mid()] for v in right]), algorithm="approx")
        except ZeroDivisionError:
            return None
        entries = [solution[i, 0].mid() for i in range(self.n)]
        return entries if all(z.is_finite() for z in entries) else None


def _at(coefficients: list[list[acb]], t: acb) -> list[acb]:
    values = coefficients[-1]
    for row in reversed(coefficients[:-1]):
        values = [value * t + c for value, c in zip(values, row)]
    return values


def _derivative(coefficients: list[list[acb]]) -> list[list[acb]]:
    return [[c * k for c in row] for k, row in enumerate(coefficients)][1:] or [[acb(0)] * len(coefficients[0])]


def _size(value: acb) -> float:
    return float(abs(value).mid())
