"""What descent needs of a loss: its values and derivatives in balls and in double precision, and its expansion along a segment.

Nothing else of this room's proofs and integrators asks what kind of loss it is; a further kind is registered here with the same
functions. Polynomials come with their straight-line programs, regressions with the derivatives of their activation
(:mod:`critscape.algebra.boxes.loss`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, singledispatch

import flint
import numpy as np
from flint import acb, arb, arb_mat, arb_series

from critscape.algebra.boxes import loss as of_regressions
from critscape.algebra.boxes.loss import RegressionLoss
from critscape.algebra.kernels.lane_program import LaneProgram, lane_program
from critscape.algebra.kernels.lane_runs import iterate
from critscape.algebra.points.classification import RealPoint
from critscape.algebra.points.exact_losses import told_apart
from critscape.algebra.polynomial.evaluation import ball_parameters, float_derivatives_at, outputs_at
from critscape.algebra.polynomial.loss import Family, Loss, polynomial, symmetric
from critscape.algebra.polynomial.straight_line import evaluate, programs


@dataclass(frozen=True)
class InUnits:
    """u ↦ L(a·u), a = ``units`` (n,), powers of two: exact in double precision as in balls."""

    loss: Surface
    units: tuple[float, ...]

    @property
    def dimension(self) -> int:
        return len(self.units)

    @property
    def variables(self) -> tuple[str, ...]:
        return self.loss.variables

    def own(self, point: Sequence[arb]) -> list[arb]:
        """a·u."""
        return [x * a for x, a in zip(point, self.units)]

    def scaled(self, matrix: arb_mat) -> arb_mat:
        """A second derivative (n × n) by w as one by u."""
        return arb_mat([[matrix[i, j] * (a * b) for j, b in enumerate(self.units)] for i, a in enumerate(self.units)])


Surface = Loss | RegressionLoss | InUnits


@singledispatch
def value(loss: Surface, point: Sequence[arb]) -> arb:
    """An enclosure of L at a point or over a box."""
    raise TypeError(type(loss))


@singledispatch
def hessian(loss: Surface, point: Sequence[arb]) -> arb_mat:
    """An enclosure of ∇²L (n × n) at a point or over a box."""
    raise TypeError(type(loss))


@singledispatch
def turning(loss: Surface, box: Sequence[arb], direction: Sequence[float]) -> arb_mat:
    """An enclosure of the derivative of ∇²L (n × n) in a direction (n), at a point or over a box."""
    raise TypeError(type(loss))


@singledispatch
def along(loss: Surface, start: Sequence[arb], end: Sequence[arb]) -> list[arb]:
    """Balls c_0, …, c_K, K ≥ 2: for every 0 ≤ t ≤ 1 some numbers in them have L(start + t(end − start)) = Σ c_k t^k.

    All but c_K are the derivatives at t = 0 divided by their factorials, so that the first ones are known to vanish where those do.
    """
    raise TypeError(type(loss))


@singledispatch
def heights(loss: Surface, weights: Sequence[np.ndarray]) -> np.ndarray:
    """L in double precision, the n weights as arrays of one shape."""
    raise TypeError(type(loss))


@singledispatch
def gradients(loss: Surface, points: np.ndarray) -> np.ndarray:
    """∇L (P, n) at points (P, n) in double precision, each a computation of its own to the last bit."""
    raise TypeError(type(loss))


@singledispatch
def derivatives(loss: Surface, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """∇L (P, n) and ∇²L (P, n, n) at points (P, n) in double precision, each a computation of its own to the last bit."""
    raise TypeError(type(loss))


@singledispatch
def stepped(loss: Surface, points: np.ndarray, step: float, iterations: int) -> np.ndarray:
    """Moves ``points`` (P, n) by so many steps w − step·∇L(w), in place; returns whether the last one changed anything (P,)."""
    raise TypeError(type(loss))


@singledispatch
def distinguished(loss: Surface, points: Sequence[RealPoint], alike: Sequence[int], asked: Sequence[int]) -> tuple[list[RealPoint], list]:
    """The points with sharper losses where positions ``asked`` cannot be told apart, and labels that equal losses share (None: unknown).

    ``alike`` are classes of points with equal losses (:func:`critscape.algebra.points.global_minima.equal_losses`).
    """
    raise TypeError(type(loss))


@value.register
def _(loss: Loss, point: Sequence[arb]) -> arb:
    # In python-flint a power of a real ball with midpoint 0 is nan, that of a complex one is not.
    return acb(loss.family.formula([acb(x) for x in point], ball_parameters(loss, flint.ctx.prec))).real


@hessian.register
def _(loss: Loss, point: Sequence[arb]) -> arb_mat:
    upper = evaluate(programs(loss.family).gradient_hessian, point, ball_parameters(loss, flint.ctx.prec))[loss.dimension :]
    return arb_mat(symmetric([arb(entry) for entry in upper], loss.dimension))


@turning.register
def _(loss: Loss, box: Sequence[arb], direction: Sequence[float]) -> arb_mat:
    cap, flint.ctx.cap = flint.ctx.cap, 2
    try:
        lines = [arb_series([x, slope]) for x, slope in zip(box, direction)]
        upper = evaluate(programs(loss.family).gradient_hessian, lines, ball_parameters(loss, flint.ctx.prec))[loss.dimension :]
        return arb_mat(symmetric([arb_series(entry)[1] for entry in upper], loss.dimension))
    finally:
        flint.ctx.cap = cap


@along.register
def _(loss: Loss, start: Sequence[arb], end: Sequence[arb]) -> list[arb]:
    degree = max(2, polynomial(loss).total_degree())
    cap, flint.ctx.cap = flint.ctx.cap, degree + 1
    try:
        line = [arb_series([a, b - a]) for a, b in zip(start, end)]
        series = arb_series(loss.family.formula(line, ball_parameters(loss, flint.ctx.prec)))
        return [series[k] for k in range(degree + 1)]
    finally:
        flint.ctx.cap = cap


@lru_cache(maxsize=64)
def _parameters(loss: Loss) -> tuple[float, ...]:
    return tuple(float(each) for each in loss.values)


@heights.register
def _(loss: Loss, weights: Sequence[np.ndarray]) -> np.ndarray:
    return np.asarray(loss.family.formula(list(weights), list(_parameters(loss))))


@gradients.register
def _(loss: Loss, points: np.ndarray) -> np.ndarray:
    return outputs_at(programs(loss.family).gradient, points, _parameters(loss)).astype(float).T


@derivatives.register
def _(loss: Loss, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return float_derivatives_at(loss.family, _parameters(loss), points)


@lru_cache(maxsize=64)
def _gradient_program(family: Family) -> LaneProgram:
    return lane_program(programs(family).gradient)


@stepped.register
def _(loss: Loss, points: np.ndarray, step: float, iterations: int) -> np.ndarray:
    return iterate(_gradient_program(loss.family), np.array(_parameters(loss)), points, step, iterations)


distinguished.register(Loss, told_apart)

value.register(RegressionLoss, of_regressions.value)
hessian.register(RegressionLoss, of_regressions.hessian)
turning.register(RegressionLoss, of_regressions.turning)
along.register(RegressionLoss, of_regressions.along)
heights.register(RegressionLoss, of_regressions.heights)
gradients.register(RegressionLoss, of_regressions.gradients)
derivatives.register(RegressionLoss, of_regressions.float_derivatives)


@stepped.register
def _(loss: RegressionLoss, points: np.ndarray, step: float, iterations: int) -> np.ndarray:
    moving = np.ones(len(points), dtype=bool)
    for _ in range(iterations):
        before = points.copy()
        with np.errstate(over="ignore", invalid="ignore"):
            points -= step * gradients(loss, points)
        moving = (points != before).any(axis=1)
    return moving


@distinguished.register
def _(loss: RegressionLoss, points: Sequence[RealPoint], alike: Sequence[int], asked: Sequence[int]) -> tuple[list[RealPoint], list]:
    # No numbers are known here that two transcendental losses could be shown to share.
    return list(points), [None] * len(points)


@value.register
def _(loss: InUnits, point: Sequence[arb]) -> arb:
    return value(loss.loss, loss.own(point))


@hessian.register
def _(loss: InUnits, point: Sequence[arb]) -> arb_mat:
    return loss.scaled(hessian(loss.loss, loss.own(point)))


@turning.register
def _(loss: InUnits, box: Sequence[arb], direction: Sequence[float]) -> arb_mat:
    return loss.scaled(turning(loss.loss, loss.own(box), [x * a for x, a in zip(direction, loss.units)]))


@along.register
def _(loss: InUnits, start: Sequence[arb], end: Sequence[arb]) -> list[arb]:
    return along(loss.loss, loss.own(start), loss.own(end))


@gradients.register
def _(loss: InUnits, points: np.ndarray) -> np.ndarray:
    return gradients(loss.loss, points * loss.units) * loss.units


@derivatives.register
def _(loss: InUnits, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    slopes, matrices = derivatives(loss.loss, points * loss.units)
    return slopes * loss.units, matrices * np.outer(loss.units, loss.units)
