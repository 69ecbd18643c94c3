"""All critical points of a loss: tilt, solve, let the tilt go to zero, certify what arrives and account for what does not.

1. Exact checks for a critical set that is not finite (continuous symmetries, a Hessian that is singular everywhere).
2. All solutions of ∇L(w; p₁) + c = 0 for a generic tilt c and a member p₁ of the family near enough to the problem's own p to
   waste few paths, but generic enough for the gradient map to be proper: from an engine's explicit start system or from one
   seed, completed by monodromy until the trace test holds.
3. The homotopy (p₁, c) → (p, 0) ends at every isolated critical point (parameter continuation, Morgan–Sommese 1989). Each end
   point is certified; paths that end at infinity or at singular points are followed a second time from another direction, as
   isolated points do not depend on it.

The trace test needs properness: where solutions escape to infinity at finite tilts, as they do for linear networks with equal
ridges on the outgoing weights of a unit, the sum of all solutions has poles along a line of tilts and is not affine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from algebra.certification import CertifiedPoint, Undecided, certify, same_zero
from algebra.coincidence import match
from algebra.evaluation import float_derivatives, float_gradient, float_parameters, generic_vector
from algebra.invariance import infinitesimal_symmetries
from algebra.loss import Family, Loss, gradient
from algebra.monodromy import TiltedSolutions, solve_tilted
from algebra.positive_dimension import generic_rank_deficient, moved_by, witness
from algebra.scaling import scaling
from algebra.tracking import Member, Outcome, Path, Tracker, segment

LEGS = 4
"""Times that the homotopy c → 0 is run, along different bends, before what is missing is given up."""
SEEDS = 8
"""Random points among which the seed of monodromy is chosen."""
SAME_SINGULAR_POINT = 1e-4
"""Relative distance within which two approximations of a singular end point count as one (they converge slowly)."""


@dataclass(frozen=True)
class DegeneratePoint:
    """An isolated critical point with a singular Hessian: its approximation (n,) and the number of paths that end there."""

    approximation: np.ndarray
    multiplicity: int


@dataclass(frozen=True)
class Enumeration:
    """What was found, and the fate of every path of the homotopy c → 0.

    ``not_finite`` is one sentence when the critical set has positive dimension (then no points are listed); ``open_ends`` are
    sentences about what is missing or undecided; ``stages`` are the figures of the earlier stages, for the record.
    """

    points: tuple[CertifiedPoint, ...]
    degenerate: tuple[DegeneratePoint, ...]
    paths: dict[Outcome, int]
    tilted: TiltedSolutions | None
    not_finite: str | None
    open_ends: tuple[str, ...]
    stages: dict


Start = Callable[[Family, Member, np.random.Generator], tuple[np.ndarray, dict]]
"""An explicit start system: (family, tilted member, rng) ↦ solutions of its gradient system (P, n) and figures for the record."""


def enumerate_critical_points(
    loss: Loss,
    tracker: Tracker,
    rng: np.random.Generator,
    limit: int,
    members: Sequence[np.ndarray],
    start: Start | None = None,
    progress: Callable[[str, int], None] = lambda stage, count: None,
) -> Enumeration:
    """Every isolated critical point of the loss, with every path accounted for.

    ``limit`` bounds the number of solutions of the tilted system. ``members`` are parameter vectors (q,) at which it is solved:
    the first whose solutions pass the trace test is used. ``start`` solves it from an explicit start system.
    """
    infinite = exact_obstruction(loss, rng)
    if infinite:
        return _not_finite(infinite, None, {}, {})
    family, n = loss.family, loss.dimension
    unit = scaling(loss).tilt
    target = Member(np.array(float_parameters(loss)), np.zeros(n))
    for parameters in members:
        if start is None:
            seed, tilt = seeded(loss, parameters, rng)
            source, known, stages = Member(parameters, tilt), seed[None, :], {}
        else:
            source = Member(parameters, unit * generic_vector(rng, n))
            known, stages = start(family, source, rng)
        tilted = solve_tilted(tracker, family, source, known, unit, rng, limit, progress)
        if tilted.trace.passed:
            break
    points: list[CertifiedPoint] = []
    for leg in range(LEGS):
        bend = None
        if leg:
            turn = generic_vector(rng, len(target.parameters)) * np.abs(source.parameters - target.parameters)
            bend = Member(turn, unit * generic_vector(rng, n))
        progress("tilt to zero", len(tilted.solutions))
        paths = tracker.track(segment(family, source, target, bend), tilted.solutions)
        ends = settle(loss, paths)
        points = union(points, ends.points)
        if leg == 0:
            first = ends
        irregular = ends.fates[Outcome.SINGULAR] + ends.fates[Outcome.AT_INFINITY]
        whole = not ends.fates[Outcome.FAILED] and not ends.collisions and len(points) == len(ends.points)
        # Paths to infinity or to singular points are taken twice: what they end at must not depend on the direction.
        if whole and (not irregular or leg):
            break
    degenerate: tuple[DegeneratePoint, ...] = ()
    if irregular:
        infinite = hidden_component(loss, paths, first.singular, ends.singular, rng)
        if infinite:
            return _not_finite(infinite, tilted, ends.fates, stages)
        degenerate = ends.singular
    return Enumeration(
        tuple(points), degenerate, ends.fates, tilted, None, tuple(_open_ends(tilted, ends, points, limit)), stages
    )


def seeded(loss: Loss, parameters: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A random point w and the tilt −∇L(w; p) that it solves; of a few draws, the one whose tilt is nearest to natural size."""
    units = scaling(loss)
    draws = [np.array(units.weights) * generic_vector(rng, loss.dimension) for _ in range(SEEDS)]
    tilts = [-float_gradient(loss.family, parameters, draw) for draw in draws]
    sizes = [abs(np.log(np.median(np.abs(tilt) / units.tilt))) for tilt in tilts]
    best = int(np.argmin(sizes))
    return draws[best], tilts[best]


@dataclass(frozen=True)
class Ends:
    """The end points of one homotopy c → 0: certified points, singular ones, paths by outcome, paths that met another."""

    points: tuple[CertifiedPoint, ...]
    singular: tuple[DegeneratePoint, ...]
    fates: dict[Outcome, int]
    collisions: int


def settle(loss: Loss, paths: Sequence[Path]) -> Ends:
    """Certifies the end points; a finished path whose end cannot be certified as regular is counted as singular."""
    points: list[CertifiedPoint] = []
    singular: list[np.ndarray] = []
    fates = {outcome: 0 for outcome in Outcome}
    collisions = 0
    finished = [path for path in paths if path.outcome is Outcome.FINISHED]
    ends = np.array([path.end for path in finished]) if finished else np.empty((0, loss.dimension))
    twins = Counter(match(ends, ends).tolist())
    for position, path in enumerate(finished):
        if position not in twins:
            # It ends where an earlier path ends.
            continue
        decided = certify(loss, path.end)
        if isinstance(decided, Undecided):
            singular += [np.array([complex(z) for z in decided.approximation])] * twins[position]
            fates[Outcome.SINGULAR] += twins[position]
            continue
        before = len(points)
        points = union(points, [decided])
        # At a simple zero exactly one path ends.
        collisions += twins[position] - (len(points) - before)
        fates[Outcome.FINISHED] += twins[position]
    for path in paths:
        if path.outcome is not Outcome.FINISHED:
            fates[path.outcome] += 1
            if path.outcome is Outcome.SINGULAR:
                singular.append(path.end)
    return Ends(tuple(points), clustered(singular), fates, collisions)


def union(points: Sequence[CertifiedPoint], more: Sequence[CertifiedPoint]) -> list[CertifiedPoint]:
    """``points`` with those of ``more`` added that are not among them, decided by the certificates."""
    result = list(points)
    for candidate in more:
        middle = np.array(candidate.midpoint)
        near = [p for p in result if np.abs(np.array(p.midpoint) - middle).max() < 1e-3 * (1 + np.abs(middle).max())]
        if not any(same_zero(known, candidate) for known in near):
            result.append(candidate)
    return result


def clustered(approximations: Sequence[np.ndarray]) -> tuple[DegeneratePoint, ...]:
    """Singular end points that coincide, as one degenerate point each."""
    clusters: list[list[np.ndarray]] = []
    for point in approximations:
        for cluster in clusters:
            if close(cluster[0], point):
                cluster.append(point)
                break
        else:
            clusters.append([point])
    return tuple(DegeneratePoint(np.mean(cluster, axis=0), len(cluster)) for cluster in clusters)


def close(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two approximations of singular points count as one."""
    return float(np.abs(one - other).max()) < SAME_SINGULAR_POINT * (1 + float(np.abs(one).max()))


def exact_obstruction(loss: Loss, rng: np.random.Generator) -> str | None:
    """A reason, found by exact algebra, why the critical set is not finite; None when there is none of these kinds."""
    if not any(len(slope) for slope in gradient(loss)):
        return "the loss is constant, so every point is critical"
    if generic_rank_deficient(loss):
        return "the Hessian is singular everywhere, so no critical point is isolated"
    fields = infinitesimal_symmetries(loss)
    if fields:
        for _ in range(40):
            point = _newton(loss, np.array(scaling(loss).weights) * generic_vector(rng, loss.dimension))
            if point is not None and moved_by(fields, point):
                return (
                    f"the loss is constant along a {len(fields)}-parameter group of linear maps that moves its critical points, "
                    "so they form curves or more"
                )
    return None


def hidden_component(
    loss: Loss, paths: Sequence[Path], first: Sequence[DegeneratePoint], second: Sequence[DegeneratePoint], rng
) -> str | None:
    """Evidence that singular end points, or the ends at infinity, belong to a component of positive dimension."""
    fields = infinitesimal_symmetries(loss)
    for point in second:
        if moved_by(fields, [complex(z) for z in point.approximation]):
            return "the loss is constant along a group of linear maps that moves a critical point, so the point is not isolated"
    near = [path.end for path in paths if path.end is not None and path.outcome is not Outcome.FINISHED]
    point = witness(loss, rng, near[:20])
    if point is not None:
        return "a critical point was found on a random hyperplane, so the critical set has a component of positive dimension"
    return None


def _open_ends(tilted: TiltedSolutions, ends: Ends, points: Sequence[CertifiedPoint], limit: int) -> list[str]:
    sentences = []
    if len(tilted.solutions) > limit:
        sentences.append(f"the tilted system has more than {limit} solutions, the limit that was set")
    elif not tilted.trace.passed:
        sentences.append(
            f"the trace test failed with {len(tilted.solutions)} solutions of the tilted system "
            f"(residual {tilted.trace.residual:.1e}, {tilted.trace.lost} paths lost): some are missing"
        )
    if ends.fates[Outcome.FAILED]:
        sentences.append(f"{ends.fates[Outcome.FAILED]} paths failed")
    if ends.collisions:
        sentences.append(f"{ends.collisions} paths met another one at a regular end point")
    if len(points) > len(ends.points):
        sentences.append(f"repeated homotopies found {len(points)} points, the last one {len(ends.points)}")
    if ends.singular:
        number = len(ends.singular)
        sentences.append(
            f"{number} critical point{'s are' if number > 1 else ' is'} degenerate (singular Hessian): nothing is proved there"
        )
    return sentences


def _not_finite(reason: str, tilted: TiltedSolutions | None, fates: dict, stages: dict) -> Enumeration:
    return Enumeration((), (), {outcome: fates.get(outcome, 0) for outcome in Outcome}, tilted, reason, (), stages)


def _newton(loss: Loss, point: np.ndarray) -> np.ndarray | None:
    """Newton's method in double precision for ∇L = 0; least-squares steps, as critical points may not be isolated."""
    weights, tilt = np.array(scaling(loss).weights), scaling(loss).tilt
    for _ in range(60):
        slope, hessian = float_derivatives(loss, point)
        if not np.isfinite(slope).all():
            return None
        if np.abs(slope / tilt).max() < 1e-12:
            return point
        point = point - weights * np.linalg.lstsq(hessian / tilt[:, None] * weights, slope / tilt, rcond=1e-9)[0]
    return None
