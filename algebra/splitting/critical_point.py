"""A critical point of a feed-forward network's loss: exact over ℚ, or found by Newton's method and proved in balls.

Let X be a box with centre x, Y any matrix and K = −Y ∇L(x) + (1 − Y ∇²L(X))(X − x). If x + K lies in the interior of X, then X holds
exactly one critical point, and x + K holds it (Krawczyk 1969; Rump 1983).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import flint
import numpy as np
import scipy.optimize
from flint import arb, arb_mat

from critscape.algebra.splitting.derivatives import BALLS, RATIONALS, Derivatives, derivatives, gradient, loss
from critscape.algebra.splitting.feed_forward import Training
from critscape.algebra.splitting.inertia import Inertia, inertia
from critscape.algebra.splitting.interpolation import interpolates
from critscape.algebra.splitting.logarithms import Exact, Irrational

PRECISIONS = (128, 256, 512, 1024)
"""Bits at which a proof is tried, one after the other."""
FLOAT = 64
"""Bits of the search for a point."""
NEWTON_STEPS = 40
FARTHEST = 1e3
"""Size of a weight beyond which descent is taken to go to infinity."""


Progress = Callable[[str, int], None]
"""Is told a stage and how far it is."""


def _silent(stage: str, count: int) -> None:
    pass


class NotCritical(ValueError):
    """No critical point is proved where one was asked for; the text is one sentence that says why and what to try."""


@dataclass(frozen=True)
class CriticalPoint:
    """A critical point w: ``weights`` are Exact numbers (N) if ``exact``, or balls (N) with the only critical point of a box in them.

    ``at`` : L, ∇L and ∇²L there, over ℚ or in balls. ``inertia`` : of ∇²L; None where balls do not decide it.
    ``interpolates`` : whether the loss is proved to be 0 exactly. ``centre``, ``radius`` : the box of a point in balls; ``precision`` : the bits that it and what follows are computed with.
    """

    training: Training
    weights: tuple
    at: Derivatives
    inertia: Inertia | None
    exact: bool
    precision: int
    interpolates: bool
    centre: tuple[arb, ...] = ()
    radius: arb | None = None

    @property
    def balls(self) -> list[arb]:
        """The weights as balls, at FLINT's working precision."""
        return [w.ball for w in self.weights] if self.exact else list(self.weights)


def exact_point(training: Training, weights: Sequence[Exact]) -> CriticalPoint | None:
    """The point with these exact weights (N), if it is critical and all that is asked of it is rational; else None."""
    try:
        at = derivatives(training, weights, RATIONALS)
    except Irrational:
        return None
    return (
        None if any(at.gradient) else CriticalPoint(training, tuple(weights), at, inertia(at.hessian), True, PRECISIONS[1], at.value == 0)
    )


def proved_point(training: Training, start: Iterable[float] | Iterable[arb]) -> CriticalPoint:
    """The critical point to which Newton's method leads from ``start`` (N), proved at rising precision.

    Raises
    ------
    NotCritical : Newton's method does not settle, or Krawczyk's test fails at all precisions.
    """
    reason, place = "", [arb(x) for x in start]
    for precision in PRECISIONS:
        with flint.ctx.workprec(precision):
            settled = newton(training, place)
            if settled is None:
                reason = "Newton's method does not settle; give a start nearer to a critical point, or let --seed choose starts"
                continue
            place = settled
            found = krawczyk(training, place)
            if found is not None:
                return found
            reason = "Krawczyk's test fails: the Hessian is singular or nearly so; a ridge, or another start, makes it regular"
    raise NotCritical(reason)


def newton(training: Training, start: Sequence[arb]) -> list[arb] | None:
    """Newton's method at the working precision until steps are at rounding level; None where it does not get there."""
    place, n = [x.mid() for x in start], training.network.dimension
    goal = arb(2) ** -(flint.ctx.prec * 3 // 4)
    for _ in range(NEWTON_STEPS):
        at = derivatives(training, place, BALLS)
        try:
            step = at.hessian.mid().solve(arb_mat(n, 1, [g.mid() for g in at.gradient]), algorithm="approx").mid().entries()
        except (ZeroDivisionError, ValueError):
            return None
        if not all(s.is_finite() for s in step):
            return None
        place = [(x - s).mid() for x, s in zip(place, step)]
        if all(abs(s) < goal * (1 + abs(x)) for s, x in zip(step, place)):
            return place
    return None


def krawczyk(training: Training, centre: Sequence[arb]) -> CriticalPoint | None:
    """Krawczyk's test in a box of about half of the working precision; None where it fails."""
    size = max(1.0, *(float(abs(x).upper()) for x in centre))
    radius = arb(size).upper() * arb(2) ** -(flint.ctx.prec // 2)
    radius = radius.mid()
    proved = contraction(training, centre, radius)
    if proved is None:
        return None
    # Once more in the smaller box, for a narrow enclosure.
    weights = [x + d for x, d in zip(centre, proved)]
    at = derivatives(training, weights, BALLS)
    vanishing = at.value.contains(0) and interpolates(training, centre, radius)
    return CriticalPoint(training, tuple(weights), at, inertia(at.hessian), False, flint.ctx.prec, vanishing, tuple(centre), radius)


def contraction(training: Training, centre: Sequence[arb], radius: arb) -> list[arb] | None:
    """K for the box of half-side ``radius`` around an exact ``centre`` (N); None unless it lies in the interior of X − x."""
    n = len(centre)
    side = arb(0, radius)
    over = derivatives(training, [x + side for x in centre], BALLS).hessian
    slope = arb_mat(n, 1, gradient(training, centre, BALLS))
    one = arb_mat([[int(i == j) for j in range(n)] for i in range(n)])
    try:
        inverse = over.mid().inv().mid()
    except ZeroDivisionError:
        return None
    shift = ((one - inverse * over) * arb_mat(n, 1, [side] * n) - inverse * slope).entries()
    return shift if all(abs(d) < radius for d in shift) else None


def lowest_minimum(training: Training, seed: int, starts: int, progress: Progress = _silent) -> CriticalPoint:
    """The lowest of the local minima with a regular Hessian that descent from Gaussian ``starts`` ends in, proved.

    Raises
    ------
    NotCritical : none was found, as where minima lie at infinity.
    """
    generator, found = np.random.default_rng([seed, 6]), []
    for k in range(starts):
        progress("descent from random starts", k)
        place = descended(training, generator.normal(size=training.network.dimension))
        if place is None:
            continue
        try:
            point = proved_point(training, place)
        except NotCritical:
            continue
        if point.inertia is not None and point.inertia.definite == 1:
            found.append(point)
    if not found:
        raise NotCritical(
            f"none of {starts} descents does; without a ridge they often go to infinity, and where the data are fitted exactly minima need not be "
            "isolated: other data, with more samples than weights, a ridge on other layers, or a point of your own, --weights, may help"
        )
    return min(found, key=lambda point: float(point.at.value.mid()))


def descended(training: Training, start: np.ndarray) -> np.ndarray | None:
    """Where a trust-region method (Moré–Sorensen, as SciPy has it) ends from a start (N); None if it does not settle."""

    def balls(x: np.ndarray) -> list[arb]:
        return [arb(float(entry)) for entry in x]

    def value(x: Any) -> float:
        return float(loss(training, balls(x), BALLS).mid())

    def slope(x: Any) -> np.ndarray:
        return np.array([float(g.mid()) for g in gradient(training, balls(x), BALLS)])

    def curvature(x: Any) -> np.ndarray:
        return np.array([[float(h.mid()) for h in row] for row in derivatives(training, balls(x), BALLS).hessian.tolist()])

    options: Any = {"gtol": 1e-7, "maxiter": 300}
    with flint.ctx.workprec(FLOAT), np.errstate(all="ignore"):
        try:
            done = scipy.optimize.minimize(value, list(start), jac=slope, hess=curvature, method="trust-exact", options=options)
        except (ValueError, np.linalg.LinAlgError):
            # Numbers beyond double precision on the way.
            return None
    return done.x if done.success and np.abs(done.x).max() < FARTHEST else None
