"""All critical points of a loss: continuation from a start set, certification of what arrives, an account of what does not.

1. Exact checks for a critical set that is not finite (continuous symmetries, a Hessian that is singular everywhere).
2. A start set: all solutions of a generic tilted member (p₁, c) of the family, complete by the trace test.
3. The homotopy (p₁, c) → (p, 0) ends at every isolated critical point (parameter continuation, Morgan–Sommese 1989). Each end
   point is certified; paths that end at infinity or at singular points are followed a second time along another path, as isolated
   points do not depend on it.

The trace test is made at the generic member, as it needs a proper gradient map: where solutions escape to infinity at finite
tilts, as they do for linear networks with equal ridges on the outgoing weights of a unit, the sum of all solutions has poles
along a line of tilts and is not affine, however complete the set.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from algebra.certification import CertifiedPoint, Undecided, certify, same_zero
from algebra.coincidence import match
from algebra.evaluation import generic_vector
from algebra.infinity import ExactEnd, followed_to_the_end
from algebra.invariance import infinitesimal_symmetries
from algebra.loss import Loss, gradient
from algebra.positive_dimension import generic_rank_deficient, moved_by, witness
from algebra.start_set import StartSet
from algebra.tracking import Homotopy, Outcome, Path, Tracker

LEGS = 4
"""Times that the homotopy to the loss is run, along different bends, before what is missing is given up."""
FIRST_DECADE = 3
"""Paths to infinity are taken over from the engine at t = 10^−3."""
MOST_RESCUED = 24
"""Failed paths that are tracked again in multiprecision, at seconds each."""
SAME_SINGULAR_POINT = 1e-4
"""Relative distance within which two approximations of a singular end point count as one (they converge slowly)."""


@dataclass(frozen=True)
class DegeneratePoint:
    """An isolated critical point with a singular Hessian: its approximation (n,) and the number of paths that end there."""

    approximation: np.ndarray
    multiplicity: int


@dataclass(frozen=True)
class Enumeration:
    """What was found, and the fate of every path of the homotopy to the loss.

    ``not_finite`` is one sentence when the critical set has positive dimension (then no points are listed); ``open_ends`` are
    sentences about what is missing or undecided; ``starts`` is the start set, None when it was not needed.
    """

    points: tuple[CertifiedPoint, ...]
    degenerate: tuple[DegeneratePoint, ...]
    paths: dict[Outcome, int]
    starts: StartSet | None
    not_finite: str | None
    open_ends: tuple[str, ...]


class Continuation(Protocol):
    """The way from a generic member to the loss, in natural units.

    w = ``units``·u (n,), p = ``parameter_units``·p̃ (q,), c = ``tilt_units``·c̃ (n,).
    """

    units: np.ndarray
    parameter_units: np.ndarray
    tilt_units: np.ndarray

    def start(self) -> np.ndarray:
        """The parameters (q,) of the generic member, of size one."""

    def curve(self, rng: np.random.Generator | None) -> np.ndarray:
        """p(t) = Σ_k p_k t^k as (K + 1, q) from the generic member (t = 1) to the loss (t = 0), bent at random by a generator."""


def enumerate_critical_points(
    loss: Loss,
    tracker: Tracker,
    rng: np.random.Generator,
    continuation: Continuation,
    start_set: Callable[[], StartSet],
    progress: Callable[[str, int], None] = lambda stage, count: None,
) -> Enumeration:
    """Every isolated critical point of the loss, with every path accounted for.

    ``start_set`` is called for the solutions of the generic member once it is clear that they are needed.
    """
    infinite = exact_obstruction(loss, rng)
    if infinite:
        return _not_finite(infinite, None, {})
    starts = start_set()
    points: list[CertifiedPoint] = []
    previous: Ends | None = None
    unsettled: tuple[str, ...] = ()
    for leg in range(LEGS):
        progress("continuation", len(starts.solutions))
        homotopy = Homotopy(loss.family, continuation.curve(rng if leg else None), _vanishing(starts.member.tilt, rng if leg else None))
        tracked = rescued(homotopy, tracker.track(homotopy, starts.solutions, thorough=tracker.loops), tracker)
        paths = [in_units(path, continuation.units) for path in confirmed(loss, homotopy, tracked, continuation)]
        ends = settle(loss, paths)
        points = union(points, ends.points)
        if len(points) == len(starts.solutions):
            # As many simple zeros as start points: each is the end of one path, whichever homotopy found it.
            ends = Ends(tuple(points), (), {**dict.fromkeys(Outcome, 0), Outcome.FINISHED: len(points)}, 0)
            break
        if previous is None and any(ends.fates[fate] for fate in (Outcome.SINGULAR, Outcome.AT_INFINITY)):
            infinite = hidden_component(loss, paths, ends.singular, rng)
            if infinite:
                return _not_finite(infinite, starts, ends.fates)
        whole = not ends.fates[Outcome.FAILED] and not ends.collisions and len(points) == len(ends.points)
        # Singular end points are reached twice: what paths end at must not depend on the direction they come from.
        if whole and (not ends.singular or (previous is not None and previous.fates == ends.fates)):
            break
        previous = ends
    else:
        unsettled = ("repeated homotopies disagree on which paths are regular, singular or at infinity",)
    return Enumeration(
        tuple(points), ends.singular, ends.fates, starts, None, (*_open_ends(starts, previous or ends, ends, points), *unsettled)
    )


def rescued(homotopy: Homotopy, paths: Sequence[Path], tracker: Tracker) -> list[Path]:
    """Paths that an engine did not finish, decided again: by the endgame with Cauchy loops, then in multiprecision if they fail.

    Many lost paths need another homotopy rather than more digits, so only a few are followed in multiprecision.
    """
    result = list(paths)
    unfinished = [k for k, path in enumerate(paths) if path.outcome is not Outcome.FINISHED]
    if not unfinished:
        return result
    starts = np.array([path.start for path in paths])
    if not tracker.loops:
        # A near-singular end point looks like infinity to anything that does not go around it.
        from algebra.batch_engine import BatchTracker

        for k, path in zip(unfinished, BatchTracker().track(homotopy, starts[unfinished])):
            result[k] = path
    failed = [k for k in unfinished if result[k].outcome is Outcome.FAILED]
    if 0 < len(failed) <= MOST_RESCUED:
        from algebra.multiprecision_tracker import follow

        for k in failed:
            result[k] = follow(homotopy, starts, k)
    return result


def confirmed(loss: Loss, homotopy: Homotopy, paths: Sequence[Path], continuation: Continuation) -> list[Path]:
    """Paths to infinity followed to t = 10⁻⁶⁰ with the exact loss at the end; FAILED where that does not confirm it."""
    result = list(paths)
    doubtful = [k for k, path in enumerate(paths) if path.outcome is Outcome.AT_INFINITY]
    if not doubtful:
        return result
    from algebra.batch_engine import CAUTIONS, Flow

    units = continuation.units
    end = ExactEnd(loss, homotopy.parameters * continuation.parameter_units, homotopy.tilt * continuation.tilt_units)
    starts = np.array([path.start for path in paths])
    flow = Flow.of(homotopy, starts, 1)
    for k in doubtful:
        verdict = None
        for caution in CAUTIONS:
            near = flow.advance(starts[[k]], np.ones(1, complex), np.full(1, 10.0**-FIRST_DECADE, complex), 0.0, caution)
            if near.arrived[0]:
                verdict = followed_to_the_end(end, near.points[0] * units, FIRST_DECADE)
                break
        if verdict is None:
            result[k] = replace(paths[k], outcome=Outcome.FAILED, end=None)
        elif verdict is not True:
            result[k] = replace(paths[k], outcome=Outcome.FINISHED, end=verdict / units, winding=1)
    return result


def in_units(path: Path, units: np.ndarray) -> Path:
    """A path in natural units as one in the loss's own."""
    return replace(path, start=path.start * units, end=None if path.end is None else path.end * units)


def _vanishing(tilt: np.ndarray, rng: np.random.Generator | None) -> np.ndarray:
    """The tilt t·c, or with a generator t·c + t(1 − t)·b: zero at t = 0."""
    if rng is None:
        return np.array([np.zeros_like(tilt), tilt])
    bend = np.abs(tilt).max() * generic_vector(rng, len(tilt))
    return np.array([np.zeros_like(tilt), tilt + bend, -bend])


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
        if path.outcome is Outcome.SINGULAR and isinstance(certify(loss, path.end), CertifiedPoint):
            # Singular for the rounded loss, regular for the exact one: this path's own end point is not known.
            fates[Outcome.FAILED] += 1
        elif path.outcome is not Outcome.FINISHED:
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
        point = witness(loss, rng)
        if point is not None and moved_by(fields, point):
            return (
                f"the loss is constant along a {len(fields)}-parameter group of affine maps that moves its critical points, "
                "so they form curves or more"
            )
    return None


def hidden_component(
    loss: Loss, paths: Sequence[Path], singular: Sequence[DegeneratePoint], rng: np.random.Generator
) -> str | None:
    """Evidence that singular end points, or the ends at infinity, belong to a component of positive dimension."""
    fields = infinitesimal_symmetries(loss)
    for point in singular:
        if moved_by(fields, [complex(z) for z in point.approximation]):
            return "the loss is constant along a group of linear maps that moves a critical point, so the point is not isolated"
    near = [path.end for path in paths if path.end is not None and path.outcome is not Outcome.FINISHED]
    point = witness(loss, rng, near[:20])
    if point is not None:
        return "a critical point was found on a random hyperplane, so the critical set has a component of positive dimension"
    return None


def _open_ends(starts: StartSet, first: Ends, ends: Ends, points: Sequence[CertifiedPoint]) -> list[str]:
    """What is missing or undecided, one sentence each; ``first`` and ``ends`` are the last two homotopies'."""
    sentences = []
    if any(not any(close(p.approximation, q.approximation) for q in first.singular) for p in ends.singular):
        sentences.append("singular end points differ between two homotopies: the critical set may have positive dimension")
    if not starts.complete:
        sentences.append(
            f"the trace test failed with {len(starts.solutions)} solutions of the generic member "
            f"(residual {starts.trace.residual:.1e}, {starts.trace.lost} paths lost): some are missing, or more than the limit"
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
            f"{number} critical point{'s are' if number > 1 else ' is'} degenerate (singular Hessian) or too ill-conditioned to decide: "
            "nothing is proved there"
        )
    return sentences


def _not_finite(reason: str, starts: StartSet | None, fates: dict) -> Enumeration:
    return Enumeration((), (), {outcome: fates.get(outcome, 0) for outcome in Outcome}, starts, reason, ())
