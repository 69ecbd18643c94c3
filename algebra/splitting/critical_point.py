"""A critical point of a feed-forward network's loss: exact over ℚ, or found by Newton's method and proved in balls.

Let X be a box with centre x, Y any matrix and K = −Y ∇L(x) + (1 − Y ∇²L(X))(X − x). If x + K lies in the interior of X, then X holds
exactly one critical point, and x + K holds it (Krawczyk 1969; Rump 1983).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import flint
from flint import arb, arb_mat

from critscape.algebra.splitting.derivatives import BALLS, RATIONALS, Derivatives, derivatives, gradient
from critscape.algebra.splitting.feed_forward import Training
from critscape.algebra.splitting.inertia import Inertia, inertia
from critscape.algebra.splitting.interpolation import interpolates
from critscape.algebra.splitting.logarithms import Exact, Irrational

PRECISIONS = (128, 256, 512, 1024)
"""Bits at which a proof is tried, one after the other."""
NEWTON_STEPS = 40


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
