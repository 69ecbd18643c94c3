"""All critical points of L_{ε₀}, and the limits of all paths as ε → 0.

The compiled tracker leads the paths down a ladder of t = ε/ε₀; as soon as two windows of points on a path extrapolate to the same
limit the path is done. What is open at the foot of the ladder is followed in multiprecision.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise

import flint
import numpy as np
from flint import acb

from critscape.algebra.components.extrapolation import Extrapolated, extrapolated, neville
from critscape.algebra.components.multiprecision import SLOW, followed
from critscape.algebra.components.regularisation import Regularisation, Way, exactly_shrinking, in_normal_form, shrinking, symmetries
from critscape.algebra.polynomial.evaluation import ball_derivatives, ball_parameters, float_parameters, generic_vector
from critscape.algebra.polynomial.loss import Loss
from critscape.algebra.starts.start_set import StartSet
from critscape.algebra.symmetry.coincidence import match, merged
from critscape.algebra.symmetry.finite import SignedPermutation
from critscape.algebra.symmetry.orbits import orbits_of
from critscape.algebra.tracking.batch_engine import CAUTIONS, BatchTracker
from critscape.algebra.tracking.exact_end import ExactEnd
from critscape.algebra.tracking.flow import Flow
from critscape.algebra.tracking.homotopy import Homotopy, Outcome

LEGS = 6
"""Homotopies to L_{ε₀} that are tried until as many regular critical points are found as the generic member has."""
BARREN = 2
"""So many in a row that find nothing new end the search."""
STEP, LADDER = 0.5, 16
"""The ladder is t = 10^(−STEP·k), k = 2, …, LADDER + 1: down to 10^−8.5."""
RUNG_STEPS = 300
"""Steps from one rung to the next at most: 140 were the most that led anywhere, and a path that needs more is better followed with more digits."""
RUNG_CAUTIONS = tuple(CAUTIONS[k]._replace(max_steps=RUNG_STEPS) for k in (1, 0, 2))
"""The double-double kernel comes first; it does not pivot, the second one does."""
LOSS_BITS = 128
WINDOW = 6
"""Points from which a limit is extrapolated."""
AGREED, ACCEPTED = 1e-10, 1e-6
"""Relative distance of two successive extrapolations: at once; and at the foot of the ladder."""


class Fate(Enum):
    """What a path of ε → 0 does."""

    FINITE = "finite"
    AT_INFINITY = "at infinity"
    UNSETTLED = "unsettled"


@dataclass(frozen=True)
class Limit:
    """One path as ε → 0.

    ``point`` (n,) complex is its limit in the loss's own weights (None unless finite), ``error`` its relative error as far as
    extrapolations tell, ``winding`` the winding number; ``growth`` the g of |w| ~ ε^−g (0 at infinity: not known). ``loss`` is the limit
    of L along the path (None: not known, or none), of a finite one to about ``loss_error``.
    """

    fate: Fate
    point: np.ndarray | None = None
    error: float = 0.0
    winding: int | None = None
    growth: float = 0.0
    loss: complex | None = None
    loss_error: float = 0.0

    def has_loss(self, value: complex, tolerance: float, unit: float = 1.0) -> bool:
        """Whether the limit is finite and its loss is ``value`` to a tolerance relative to ``unit`` or ``value``, as far as it is known."""
        return (
            self.point is not None
            and self.loss is not None
            and abs(self.loss - value) <= tolerance * max(unit, abs(value)) + self.loss_error
        )


@dataclass(frozen=True)
class Account:
    """The limits of all paths of one regularisation; ``missing`` are those of the generic member's that L_{ε₀} does not have.

    ``strengths`` and ``centre`` (n,) are Λ and c for the loss's own weights, up to a common factor of Λ.
    """

    strengths: np.ndarray
    centre: np.ndarray
    limits: tuple[Limit, ...]
    missing: int

    def count(self, fate: Fate) -> int:
        return sum(limit.fate is fate for limit in self.limits)


def limits(
    loss: Loss,
    regularisation: Regularisation,
    way: Way,
    starts: StartSet,
    rng: np.random.Generator,
    jobs: int,
    progress: Callable[[str, int], None],
) -> Account:
    """The limits of all critical points of L_ε; ``loss`` is L in its own weights, ``way`` leads to L_{ε₀}."""
    progress("critical points with a ridge", len(starts.solutions))
    begun = regular_points(regularisation, way, starts, rng, jobs)
    group = symmetries(way) if regularisation.centred else symmetries(way)[:1]
    orbits = orbits_of(begun, group)
    progress("ridge to zero", len(orbits))
    found = ends(loss, regularisation, way, np.array([orbit.point for orbit in orbits]).reshape(-1, loss.dimension), jobs)
    everything = tuple(moved(element, limit) for orbit, limit in zip(orbits, found) for element in orbit.elements)
    strengths, centre = regularisation.strengths / way.loss_units**2, regularisation.centre * way.loss_units
    return Account(strengths, centre, everything, len(starts.solutions) - len(begun))


def moved(element: SignedPermutation, limit: Limit) -> Limit:
    """The image of a limit under a symmetry."""
    return limit if limit.point is None else replace(limit, point=element.of(limit.point[None, :])[0])


def regular_points(regularisation: Regularisation, way: Way, starts: StartSet, rng: np.random.Generator, jobs: int) -> np.ndarray:
    """The critical points of L_{ε₀} in natural units (P, n), from all solutions of the generic member, along several bends if need be."""
    tracker, n = BatchTracker(jobs=jobs), len(way.units)
    strengths, centre = in_normal_form(regularisation, way)
    known, barren = np.empty((0, n), dtype=complex), 0
    for _ in range(LEGS):
        bend = np.abs(starts.member.tilt).max() * generic_vector(rng, n)
        end = -strengths * centre
        tilt = np.array([end, starts.member.tilt - end + bend, -bend])
        paths = tracker.track(Homotopy(way.loss.family, way.curve(way.places(rng)), tilt), starts.solutions)
        found = [path.end for path in paths if path.outcome is Outcome.FINISHED]
        before = len(known)
        known, _ = merged(known, np.array(found, dtype=complex).reshape(-1, n))
        barren = barren + 1 if len(known) == before else 0
        if len(known) >= len(starts.solutions) or barren == BARREN:
            break
    return known


def ends(loss: Loss, regularisation: Regularisation, way: Way, begun: np.ndarray, jobs: int) -> list[Limit]:
    """The limits of the paths of ε → 0 that begin at ``begun`` (P, n), natural units, in order."""
    if not len(begun):
        return []
    flow = Flow.of(shrinking(regularisation, way), begun, jobs)
    found: list[Limit | None] = [None] * len(begun)
    ladder = 10.0 ** (-STEP * np.arange(2, LADDER + 2))
    places: list[list[float]] = [[] for _ in begun]
    points: list[list[np.ndarray]] = [[] for _ in begun]
    latest: list[Extrapolated | None] = [None] * len(begun)
    here, at = begun.copy(), np.ones(len(begun))
    active = np.arange(len(begun))
    for t in ladder:
        arrived = advanced(flow, here, at, active, t)
        for k in arrived:
            places[k].append(t)
            points[k].append(here[k].copy())
        still = []
        for k in arrived:
            if len(places[k]) >= WINDOW:
                seen = extrapolated(places[k][-WINDOW:], np.array(points[k][-WINDOW:]))
                if seen is not None and agree(latest[k], seen, AGREED):
                    found[k] = limit(loss, way, seen, places[k], points[k])
                    continue
                if seen is not None and t == ladder[-1] and agree(latest[k], seen, ACCEPTED):
                    found[k] = limit(loss, way, seen, places[k], points[k])
                    continue
                latest[k] = seen
            still.append(k)
        active = np.array(still, dtype=int)
        if not len(active):
            break
    # Lost ones too.
    end = exactly_shrinking(regularisation, way)

    def settled(k: int, done: Limit | None) -> Limit:
        if done is not None and not (done.fate is Fate.AT_INFINITY and done.growth < SLOW and done.loss is None):
            return done
        again = rescued(loss, way, end, [1.0, *places[k]], [begun[k], *points[k]])
        # What is clear of a path to infinity stays so where the limit of its loss is not.
        return done if done is not None and again.fate is Fate.UNSETTLED else again

    return [settled(k, done) for k, done in enumerate(found)]


def advanced(flow: Flow, here: np.ndarray, at: np.ndarray, active: np.ndarray, t: complex) -> list[int]:
    """Moves the ``active`` paths from ``at`` (P,) to t, in place, with more caution where that fails or paths meet; those that arrived."""
    arrived: dict[int, np.ndarray] = {}
    pending = np.asarray(active, dtype=int)
    for caution in RUNG_CAUTIONS:
        if not len(pending):
            break
        segment = flow.advance(here[pending], at[pending].astype(complex), np.full(len(pending), t, dtype=complex), 0.0, caution)
        for k, point, good in zip(pending, segment.points, segment.arrived):
            if good and np.isfinite(point).all():
                arrived[int(k)] = point
        met = meeting(arrived)
        for k in met:
            del arrived[k]
        pending = np.array([k for k in pending if k not in arrived] + [k for k in met if k not in pending], dtype=int)
    for k, point in arrived.items():
        here[k], at[k] = point, t
    return sorted(arrived)


def meeting(arrived: dict[int, np.ndarray]) -> set[int]:
    """The paths that are where another one is: for t > 0 no two meet, so one of them has jumped."""
    if len(arrived) < 2:
        return set()
    keys, points = list(arrived), np.array(list(arrived.values()))
    first = match(points, points)
    return {keys[k] for pair in ((k, f) for k, f in enumerate(first) if f != k) for k in pair}


def agree(one: Extrapolated | None, other: Extrapolated | None, tolerance: float) -> bool:
    """Whether two successive extrapolations tell the same limit."""
    if one is None or other is None or one.winding != other.winding or one.growth != other.growth:
        return False
    size = max(1e-3, float(np.abs(other.point).max()))
    # How fast a path diverges matters, its leading coefficients do not.
    return bool(np.abs(one.point - other.point).max() <= (1e-4 if other.growth > 0 else tolerance) * size)


def limit(loss: Loss, way: Way, seen: Extrapolated, places: Sequence[float], points: Sequence[np.ndarray]) -> Limit:
    """A limit in the loss's own weights."""
    if seen.growth > 0:
        values = [value_at(loss, point * way.units) for point in points]
        return Limit(Fate.AT_INFINITY, None, seen.error, seen.winding, seen.growth, limit_of_losses(places, values, seen, loss_unit(way)))
    return finite(loss, way, seen.point * way.units, seen.error, seen.winding)


def finite(loss: Loss, way: Way, point: np.ndarray, error: float, winding: int | None) -> Limit:
    """A finite limit, a critical point of L, with its loss.

    Terms of L cancel far out, and L is stationary: so L is evaluated with more digits, to within gᵀ H⁺ g, g and H its derivatives.
    """
    with flint.ctx.workprec(LOSS_BITS):
        balls = [acb(complex(z)) for z in point]
        value = complex(acb(loss.family.formula(balls, ball_parameters(loss, LOSS_BITS))).mid())
        slope, hessian = ball_derivatives(loss, balls)
        n = len(point)
        g = np.array([complex(slope[i, 0].mid()) for i in range(n)]) * way.units
        h = np.array([[complex(hessian[i, j].mid()) for j in range(n)] for i in range(n)]) * np.outer(way.units, way.units)
    decrement = abs(g @ (np.linalg.pinv(h, rcond=1e-12) @ g))
    return Limit(Fate.FINITE, point, error, winding, 0.0, value, float(decrement))


def loss_unit(way: Way) -> float:
    """The natural unit of L."""
    return float(way.tilt_units[0] * way.loss_units[0])


def limit_of_losses(places: Sequence[float], values: Sequence[complex], seen: Extrapolated, unit: float) -> complex | None:
    """The limit of L along a path to infinity that grows more slowly than ε^(−1/2); None where it has none or it is not seen.

    L is a power series in ε^{1/m} there, m the winding number of the path, or has a pole. ``unit`` is the natural unit of L.
    """
    if seen.growth >= SLOW:
        return None
    u, losses = np.asarray(places) ** (1 / seen.winding), np.array(values)
    guesses = [complex(neville(u[-k:], losses[-k:], 0.0)) for k in range(3, len(u) + 1)]
    changes = [abs(a - b) for a, b in pairwise(guesses)]
    # Too many points amplify rounding: the extrapolations that agree best count. A pole shows, as the values grow.
    best = int(np.argmin(changes))
    grows = abs(losses[-1]) > 2 * abs(losses[0]) + unit
    return None if grows or changes[best] > ACCEPTED * max(unit, abs(guesses[best + 1])) else guesses[best + 1]


def value_at(loss: Loss, point: np.ndarray) -> complex:
    """L at a point of ℂⁿ in double precision."""
    return complex(loss.family.formula(list(point), float_parameters(loss)))


def rescued(loss: Loss, way: Way, end: ExactEnd, places: Sequence[float], points: Sequence[np.ndarray]) -> Limit:
    """The limit of a path that the compiled tracker has seen at ``places``, in multiprecision, from the last place that serves."""
    for k in (-1, -3, 3, 1, 0):
        if -len(places) <= k < len(places):
            seen = followed(end, points[k] * way.loss_units, -np.log10(places[k]), loss_unit(way))
            if seen is not None and seen.growth > 0:
                return Limit(Fate.AT_INFINITY, None, seen.error, seen.winding, seen.growth, seen.loss if seen.growth < SLOW else None)
            if seen is not None:
                return finite(loss, way, seen.point * way.units / way.loss_units, seen.error, seen.winding)
    return Limit(Fate.UNSETTLED)
