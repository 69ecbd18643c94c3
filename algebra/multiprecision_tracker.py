"""The last resort: one path at a time in multiprecision (python-flint), slow and simple.

The same predictor–corrector idea as the lanes with a tangent predictor and Newton's method in ``BITS`` bits, and the same
endgame. It is reached only by paths that double-double lanes could not follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import flint
import numpy as np

from algebra.endgame import Ending, Segment, finish
from algebra.straight_line import evaluate
from algebra.tracking import Homotopy, Outcome, Path

if TYPE_CHECKING:
    from algebra.batch_engine import Flow

BITS = 256
MAX_STEPS = 4000
# Newton's corrections (relative) that a step may start and must end with.
FIRST_CORRECTION = 1e-3
CONTRACTION = 1e-2
LAST_CORRECTION = 1e-25
# A path below this t that has not arrived goes to the endgame.
ENDGAME = 1e-6


def follow(homotopy: Homotopy, starts: np.ndarray, index: int) -> Path:
    """Track the path from ``starts[index]`` (starts: (P, n), complex; all of them set the units) from t = 1 to its end."""
    from algebra.batch_engine import Flow

    ending = _ending(Flow.of(homotopy, starts, 1), starts[index])
    return Path(starts[index], ending.end, ending.outcome, ending.winding, ending.steps, ending.t)


def _ending(flow: Flow, start: np.ndarray) -> Ending:
    with _bits(BITS):
        system = _System(flow)
        segment = system.advance(start[None], np.ones(1, complex), np.zeros(1, complex), ENDGAME)
        steps = int(segment.steps[0])
        if segment.lost[0]:
            return Ending(Outcome.FAILED, t=float(segment.t[0].real), steps=steps)
        if segment.arrived[0]:
            limits, good = system.regular(segment.points)
            if good[0]:
                return Ending(Outcome.FINISHED, limits[0], 1, steps=steps)
            return Ending(Outcome.FAILED, steps=steps)
        ending = finish(system.advance, system.regular, flow.unit, segment.points, segment.t.real)[0]
        return Ending(ending.outcome, ending.end, ending.winding, ending.t, ending.steps + steps)


def settled(flow: Flow, point: np.ndarray) -> np.ndarray | None:
    """The regular zero at t = 0 that Newton's method in many bits finds close to ``point`` (n,); None if there is none."""
    with _bits(BITS):
        limits, good = _System(flow).regular(point[None])
    return limits[0] if good[0] else None


@contextmanager
def _bits(bits: int) -> Iterator[None]:
    """FLINT's working precision is global: set it and put it back."""
    before = flint.ctx.prec
    flint.ctx.prec = bits
    try:
        yield
    finally:
        flint.ctx.prec = before


class _System:
    """∇L(w; p(t)) + c(t) with its derivatives, on complex numbers of many bits."""

    def __init__(self, flow: Flow):
        self.flow = flow
        self.n = flow.unit.size
        self.parameters = [[flint.acb(complex(value)) for value in row] for row in flow.parameters]
        self.tilt = [[flint.acb(complex(value)) for value in row] for row in flow.tilt]

    def newton(self, x: list[flint.acb], t: flint.acb) -> tuple[list[flint.acb], flint.acb_mat]:
        """The Newton correction at (x, t), and the Hessian."""
        values = evaluate(self.flow.programs.gradient_hessian, x, _horner(self.parameters, t))
        hessian = flint.acb_mat(self.n, self.n)
        k = self.n
        for i in range(self.n):
            for j in range(i, self.n):
                hessian[i, j] = hessian[j, i] = values[k]
                k += 1
        residual = [-(value + c) for value, c in zip(values, _horner(self.tilt, t))]
        return _solved(hessian, residual), hessian

    def slope(self, x: list[flint.acb], t: flint.acb, hessian: flint.acb_mat) -> list[flint.acb]:
        """dx/dt."""
        rates = evaluate(self.flow.programs.rate, x, _horner(self.parameters, t), _horner(_derivative(self.parameters), t))
        return _solved(hessian, [-(rate + c) for rate, c in zip(rates, _horner(_derivative(self.tilt), t))])

    def size(self, step: list[flint.acb], x: list[flint.acb]) -> float:
        """max_i |step_i| / max(|x_i|, 0.1 unit_i)."""
        return max(_absolute(s) / max(_absolute(v), 0.1 * unit) for s, v, unit in zip(step, x, self.flow.unit))

    def advance(self, points: np.ndarray, froms: np.ndarray, tos: np.ndarray, stall: float) -> Segment:
        """See `endgame.Advance`."""
        if not len(points):
            return Segment(points, froms, np.zeros(0, bool), np.zeros(0, bool), np.zeros(0, int))
        rows = [self._advance_one(*path, stall) for path in zip(points, froms, tos)]
        ends, t, arrived, lost, steps = zip(*rows)
        return Segment(np.array(ends), np.array(t, dtype=complex), np.array(arrived), np.array(lost), np.array(steps))

    def _advance_one(self, start: np.ndarray, origin: complex, target: complex, stall: float) -> tuple:
        x = [flint.acb(complex(value)) for value in start]
        a, b = flint.acb(complex(origin)), flint.acb(complex(target))
        r, h = 1.0, 0.0
        slope: list[flint.acb] = []
        for count in range(1, MAX_STEPS + 1):
            attempt = max(r - h, 0.0)
            t = b + (a - b) * attempt
            trial = [value + s * ((b - a) * (r - attempt)) for value, s in zip(x, slope)] if slope else list(x)
            sizes: list[float] = []
            try:
                for _ in range(8):
                    step, hessian = self.newton(trial, t)
                    trial = [(value + s).mid() for value, s in zip(trial, step)]
                    sizes.append(self.size(step, trial))
                    if sizes[-1] < LAST_CORRECTION or not sizes[-1] < 0.1:
                        break
                new_slope = [value.mid() for value in self.slope(trial, t, hessian)]
            except ZeroDivisionError:
                sizes = [np.inf]
            contracts = len(sizes) < 2 or sizes[1] <= 10 * CONTRACTION * sizes[0] or sizes[1] < 1e-20
            if sizes[-1] < LAST_CORRECTION and contracts and (not slope or sizes[0] <= 10 * FIRST_CORRECTION):
                first, r, x = not slope, attempt, trial
                slope = new_slope
                if r == 0.0:
                    return _rounded(x), target, True, False, count
                ratio = max(sizes[0] / FIRST_CORRECTION, sizes[1] / sizes[0] / CONTRACTION if len(sizes) > 1 and sizes[0] else 0.0)
                h = 1e-3 if first else h * min(2.0, max(0.2, 0.9 * max(ratio, 1e-9) ** -0.5))
                if r < stall and h < r:
                    return _rounded(x), target + r * (origin - target), False, False, count
            else:
                h *= 0.25
                if not slope or h < 1e-30 * r:
                    break
        return _rounded(x), target + r * (origin - target), False, True, count

    def regular(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See `endgame.Regular`: Newton's method at t = 0 converges quadratically, to 50 digits, without moving far."""
        limits, good = [], []
        for point in points:
            x = [flint.acb(complex(value)) for value in point]
            sizes = []
            try:
                for _ in range(10):
                    step, _ = self.newton(x, flint.acb(0))
                    x = [(value + s).mid() for value, s in zip(x, step)]
                    sizes.append(self.size(step, x))
                    if sizes[-1] < 1e-50 or not np.isfinite(sizes[-1]):
                        break
            except ZeroDivisionError:
                sizes.append(np.inf)
            limits.append(_rounded(x))
            good.append(bool(sizes[-1] < 1e-50 and sum(sizes) < 1e-2))
        return np.array(limits), np.array(good)


def _solved(matrix: flint.acb_mat, rhs: list[flint.acb]) -> list[flint.acb]:
    """The midpoint solution of a linear system; ZeroDivisionError when it is singular to working precision."""
    middle = flint.acb_mat(matrix.nrows(), matrix.ncols(), [entry.mid() for entry in matrix.entries()])
    solution = middle.solve(flint.acb_mat([[value.mid()] for value in rhs]))
    return [entry.mid() for entry in solution.entries()]


def _horner(coefficients: list[list[flint.acb]], t: flint.acb) -> list[flint.acb]:
    values = coefficients[-1]
    for row in reversed(coefficients[:-1]):
        values = [value * t + c for value, c in zip(values, row)]
    return values


def _derivative(coefficients: list[list[flint.acb]]) -> list[list[flint.acb]]:
    return [[c * k for c in row] for k, row in enumerate(coefficients)][1:] or [[flint.acb(0)] * len(coefficients[0])]


def _absolute(value: flint.acb) -> float:
    return float(abs(value).mid())


def _rounded(x: list[flint.acb]) -> np.ndarray:
    return np.array([complex(value) for value in x])
