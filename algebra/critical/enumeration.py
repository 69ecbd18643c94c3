"""All critical points of a loss: continuation from a start set, certification of what arrives, an account of what does not.

1. Exact checks for a critical set that is not finite (continuous symmetries, a Hessian that is singular everywhere).
2. A start set: all solutions of a generic member p₁ of the family, complete by the trace test.
3. The homotopy p₁ → p ends at every isolated critical point (parameter continuation, Morgan–Sommese 1989). One path of each orbit
   of the family's symmetries is tracked; where the start set has no untilted solutions, (p₁, c) → (p, 0) with all of the tilted
   ones. Each end point is certified. Where some are singular a second homotopy must end in the same way, as isolated points do
   not depend on it.

The trace test is made at the generic member, as it needs a proper gradient map: where solutions escape to infinity at finite
tilts, as they do for linear networks with equal ridges on the outgoing weights of a unit, the sum of all solutions has poles
along a line of tilts and is not affine, however complete the set.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import Protocol

import numpy as np
from flint import acb

from critscape.algebra.critical.ends import DegeneratePoint, Ends, accounted, all_regular, close, settle
from critscape.algebra.critical.obstruction import Obstruction, hidden_component, obstruction
from critscape.algebra.elimination.degree import Elimination
from critscape.algebra.points.certification import CertifiedPoint
from critscape.algebra.points.certified_sets import union
from critscape.algebra.polynomial.coefficient_span import WIDEST, coefficient_span
from critscape.algebra.polynomial.evaluation import generic_vector
from critscape.algebra.polynomial.loss import Loss
from critscape.algebra.starts.start_set import StartSet
from critscape.algebra.symmetry.coincidence import match
from critscape.algebra.symmetry.finite import SignedPermutation, leaves_family_unchanged, leaves_unchanged
from critscape.algebra.symmetry.orbits import Images, Orbit, Orbits
from critscape.algebra.tracking.batch_engine import collisions
from critscape.algebra.tracking.exact_end import ExactEnd, all_followed
from critscape.algebra.tracking.flow import units
from critscape.algebra.tracking.homotopy import CarefulTracker, Homotopy, Outcome, Path, Tracker

QUICK_LEGS = 6
"""Homotopies, at most, whose regular end points are collected before singular ends and ends at infinity are considered."""
FEW = 16
"""A path costs a dozen times as much with care as without: where fewer than one in so many are left open, care is the shorter way."""
LEGS = 4
"""Times that the homotopy to the loss is then run, along different bends, before what is missing is given up."""
FIRST_DECADES = (9, 6, 3)
"""Paths to infinity are taken over from the engine at t = 10^−9, or earlier if it cannot lead them there."""
MOST_RESCUED = 24
"""Failed paths that are followed in multiprecision."""


@dataclass(frozen=True)
class Choice:
    """The engine that answered where none was asked for, ``batch`` or ``exact``, and why it did."""

    engine: str
    why: str


@dataclass(frozen=True)
class Enumeration:
    """What was found, and the fate of every path of the homotopy to the loss.

    ``not_finite`` is one sentence when the critical set has positive dimension (then no points are listed); ``open_ends`` are
    sentences about what is missing or undecided; ``starts`` is the start set, None when it was not needed. ``paths`` counts all
    paths of a homotopy, of which ``representatives`` were tracked (the others are their images under the symmetries of the
    family), in each of several ``homotopies``. ``eliminations`` are the degrees of the gradient ideal that the exact engine found.
    ``choice`` says which engine answered and why, where there was a choice.
    """

    points: Sequence[CertifiedPoint]
    degenerate: tuple[DegeneratePoint, ...]
    paths: dict[Outcome, int]
    representatives: int
    homotopies: int
    starts: StartSet | None
    not_finite: str | None
    open_ends: tuple[str, ...]
    eliminations: tuple[Elimination, ...] = ()
    choice: Choice | None = None


@dataclass(frozen=True)
class Standing:
    """What quick homotopies came to: so many proved points, and so many tracked paths that have not ended at one of them."""

    points: int
    unfinished: int


class Continuation(Protocol):
    """The way from a generic member to the loss, in natural units.

    The way may lead to a normal form of the loss in other variables v: ``loss`` is that form, v = ``loss_units``·u,
    c = ``tilt_units``·c̃ its tilt, and w = ``units``·u (complex) are the weights of the loss itself; all (n,).
    """

    @property
    def loss(self) -> Loss: ...

    @property
    def loss_units(self) -> np.ndarray: ...

    @property
    def tilt_units(self) -> np.ndarray: ...

    @property
    def units(self) -> np.ndarray: ...

    @property
    def steep(self) -> bool:
        """Whether a slow way is another one."""

    def places(self, rng: np.random.Generator, slow: bool = False) -> np.ndarray:
        """Places d(t) = Σ_k d_k t^k as (K + 1, D) from the generic member (t = 1) to the loss (t = 0), bent at random.

        A ``slow`` one leaves room, before t = 0, for entries of the loss that are many decades smaller than those of the member.
        """

    def curve(self, places: np.ndarray) -> np.ndarray:
        """p(d(t)) = Σ_k p_k t^k as (K′ + 1, q)."""

    def exact_curve(self, places: np.ndarray) -> list[list[acb]]:
        """The same in the loss's own units at FLINT's working precision, exactly the loss at t = 0."""


def enumerate_critical_points(
    loss: Loss,
    tracker: Tracker,
    careful: CarefulTracker,
    rng: np.random.Generator,
    continuation: Continuation,
    start_set: Callable[[], StartSet],
    progress: Callable[[str, int], None] = lambda stage, count: None,
    instead: Callable[[Standing | None], Enumeration | None] = lambda standing: None,
) -> Enumeration:
    """Every isolated critical point of the loss, with every path accounted for.

    ``careful`` tracks again what ``tracker`` leaves open. ``start_set`` is called for the solutions of the generic member once it is
    clear that they are needed. ``instead`` may answer in another way: it is asked before there is a start set (with None) and
    before anything but quick homotopies is tried.
    """
    obstacle = obstruction(loss, rng)
    if obstacle is not None:
        return without_paths(obstacle)
    otherwise = instead(None)
    if otherwise is not None:
        return otherwise
    starts = start_set()
    orbits, tilted = start_orbits(starts, loss)
    total = len(starts.solutions)
    origins = points_of(orbits, loss.dimension)

    def way(slow: bool = False) -> tuple[Homotopy, ExactEnd]:
        places = continuation.places(rng, slow)
        tilt = _vanishing(starts.member.tilt, rng) if tilted else np.zeros((1, loss.dimension), dtype=complex)
        end = ExactEnd(continuation.loss, partial(continuation.exact_curve, places), tilt * continuation.tilt_units)
        return Homotopy(continuation.loss.family, continuation.curve(places), tilt), end

    progress("continuation", total)
    found, quick, last = gathered(tracker, careful, way, orbits, origins, total, continuation.steep)
    reached = [Path(orbit.point, orbit.point * continuation.units, Outcome.FINISHED, 1) for orbit in found]
    ends = settle(loss, reached, found, continuation.units, (), progress)
    points = ends.points
    if len(points) == total:
        ends = all_regular(points)
        sentences = (*_open_ends(starts, ends, ends, points), *_scale(continuation))
        return Enumeration(ends.points, (), ends.fates, len(orbits), quick, starts, None, sentences)
    otherwise = instead(Standing(len(points), len(orbits) - len(found)))
    if otherwise is not None:
        return otherwise
    previous: Ends | None = None
    unsettled: tuple[str, ...] = ()
    for leg in range(LEGS):
        progress("continuation", total)
        if leg:
            homotopy, end = way()
            last = Leg(homotopy, end, tracker.track(homotopy, origins, thorough=False))
        last = last.redecided(careful)
        judged = confirmed(last.homotopy, last.end, last.paths, continuation.loss_units, careful)
        paths = [in_units(path, continuation.units) for path in judged]
        ends = settle(loss, paths, orbits, continuation.units, points, progress)
        points = union(points, ends.points)
        if len(points) == total:
            ends = all_regular(points)
            break
        ends = accounted(ends, points)
        if previous is None and any(ends.fates[fate] for fate in (Outcome.SINGULAR, Outcome.AT_INFINITY)):
            infinite = hidden_component(loss, paths, [point.approximation for point in ends.singular], rng)
            if infinite:
                return _not_finite(infinite, starts, ends.fates, len(orbits), quick + leg)
        whole = not ends.fates[Outcome.FAILED] and not ends.collisions and len(points) == len(ends.points)
        # Singular end points are reached twice: what paths end at must not depend on the direction they come from.
        if whole and (not ends.singular or (previous is not None and previous.fates == ends.fates)):
            break
        previous = ends
    else:
        unsettled = ("repeated homotopies disagree on which paths are regular, singular or at infinity",)
    sentences = (*_open_ends(starts, previous or ends, ends, points), *unsettled, *_scale(continuation))
    return Enumeration(points, ends.singular, ends.fates, len(orbits), quick + leg, starts, None, sentences)


@dataclass(frozen=True)
class Leg:
    """A homotopy, its end in multiprecision, and what became of its paths; whether those that were left open were followed with care."""

    homotopy: Homotopy
    end: ExactEnd
    paths: Sequence[Path]
    decided: bool = False

    @property
    def few_open(self) -> bool:
        """Whether care for what is left open is shorter than another homotopy."""
        return sum(path.outcome is not Outcome.FINISHED for path in self.paths) * FEW < len(self.paths)

    def redecided(self, careful: CarefulTracker) -> Leg:
        """The same with what is left open followed with care."""
        return self if self.decided else replace(self, paths=redecided(self.homotopy, self.paths, careful), decided=True)


def gathered(
    tracker: Tracker,
    careful: CarefulTracker,
    way: Callable[..., tuple[Homotopy, ExactEnd]],
    orbits: Sequence[Orbit],
    origins: np.ndarray,
    total: int,
    steep: bool,
) -> tuple[list[Orbit], int, Leg]:
    """Regular end points of several quick homotopies, each orbit once, until there are ``total`` or one of them leaves few paths open,
    which are followed with care, or finds nothing new; how many were run, and the last one. Where that is less than half on a ``steep``
    way, those of a slow one come after it.

    A path that passes close to a singular point is slow on one homotopy and harmless on another: where many do and all end points are
    regular it is quicker to collect them from several than to insist on every path of one.
    """
    found: list[Orbit] = []
    known = np.empty((0, origins.shape[1]), dtype=complex)
    legs, slow = 0, False
    while legs < QUICK_LEGS:
        legs += 1
        homotopy, end = way(slow)
        leg = Leg(homotopy, end, tracker.track(homotopy, origins, thorough=slow and tracker.loops), slow)
        if leg.few_open:
            leg = leg.redecided(careful)
        if not slow:
            last = leg
        new = [
            Orbit(path.end, orbit.elements)
            for path, orbit in zip(leg.paths, orbits)
            if path.end is not None and path.outcome is Outcome.FINISHED
        ]
        new = [orbit for orbit, place in zip(new, match(points_of(new, origins.shape[1]), known)) if place < 0]
        if new:
            # The first orbit of this homotopy that has the point counts.
            places, points = Images.of(orbit.elements for orbit in new), points_of(new, origins.shape[1])
            around = places.moved(points)
            kept = places.owners[match(points, around)] == np.arange(len(new))
            found += [new[k] for k in np.flatnonzero(kept)]
            known = np.concatenate([known, around[kept[places.owners]]])
        if len(known) >= total or leg.decided:
            break
        slow = steep and not new and len(found) < len(orbits) / 2
        if not new and not slow:
            break
    return found, legs, last


def points_of(orbits: Sequence[Orbit], n: int) -> np.ndarray:
    """The representatives of orbits in ℂⁿ, (R, n)."""
    return np.array([orbit.point for orbit in orbits], dtype=complex).reshape(-1, n)


def start_orbits(starts: StartSet, loss: Loss) -> tuple[Orbits, bool]:
    """Where paths start: one point of each orbit of the untilted generic member, or every tilted solution; and whether tilted.

    The images of a path are paths because the symmetries leave every member of the family unchanged: at the loss itself this is
    checked exactly.
    """
    if starts.orbits and all(
        leaves_family_unchanged(element, loss.family) or leaves_unchanged(element, loss) for element in starts.orbits.images.group
    ):
        return starts.orbits, False
    identity = SignedPermutation(tuple(range(loss.dimension)), (1,) * loss.dimension)
    return Orbits(Orbit(point, (identity,)) for point in starts.solutions), True


def redecided(homotopy: Homotopy, paths: Sequence[Path], careful: CarefulTracker) -> list[Path]:
    """Paths that were not finished or met another one, tracked again along the same homotopy with care, by an engine with loops.

    A near-singular end point looks like infinity to anything that does not go around it. Of paths that a hasty step has exchanged
    both ends are right; one that jumped to the way of another meets that one at its end, then or when the other is followed again.
    """
    result, again = list(paths), set[int]()
    starts = np.array([path.start for path in paths])
    unit = units(starts)
    while True:
        unfinished = {k for k, path in enumerate(result) if path.outcome is not Outcome.FINISHED}
        doubtful = sorted((unfinished | collisions(starts, result, unit)) - again)
        if not doubtful:
            return result
        for k, path in zip(doubtful, careful.track(homotopy, starts[doubtful])):
            result[k] = path
        again.update(doubtful)


def confirmed(homotopy: Homotopy, end: ExactEnd, paths: Sequence[Path], units: np.ndarray, careful: CarefulTracker) -> list[Path]:
    """Paths without a regular end point followed to t = 10⁻⁶⁰ with the exact loss at the end; FAILED if that shows no end.

    Many lost paths need another homotopy rather than more digits, so no more than MOST_RESCUED of them are followed.
    """
    lost = [k for k, path in enumerate(paths) if path.outcome is Outcome.FAILED]
    doubtful = [k for k, path in enumerate(paths) if path.outcome in (Outcome.AT_INFINITY, Outcome.SINGULAR)]
    if len(lost) <= MOST_RESCUED:
        doubtful += lost
    starts = np.array([path.start for path in paths])
    pending = np.array(doubtful, dtype=int)
    result = [path._replace(outcome=Outcome.FAILED, end=None) if k in doubtful else path for k, path in enumerate(paths)]
    for decade, care in product(FIRST_DECADES, range(careful.cares)):
        if not len(pending):
            break
        led = zip(pending.tolist(), careful.near(homotopy, starts, pending, 10.0**-decade, care))
        near = [(k, point * units) for k, point in led if point is not None]
        for k, ending in all_followed(end, near, decade, careful.spread):
            if ending.outcome is not Outcome.FAILED:
                limit = None if ending.end is None else ending.end / units
                result[k] = paths[k]._replace(outcome=ending.outcome, end=limit, winding=ending.winding or paths[k].winding)
        pending = np.array([k for k in pending if result[k].outcome is Outcome.FAILED], dtype=int)
    return result


def in_units(path: Path, units: np.ndarray) -> Path:
    """A path in natural units as one in the loss's own."""
    return path._replace(start=path.start * units, end=None if path.end is None else path.end * units)


def _vanishing(tilt: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The tilt t·c + t(1 − t)·b with a random b: zero at t = 0."""
    bend = np.abs(tilt).max() * generic_vector(rng, len(tilt))
    return np.array([np.zeros_like(tilt), tilt + bend, -bend])


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


def _scale(continuation: Continuation) -> list[str]:
    """What makes the trace test of the generic member worthless, if anything does."""
    span = coefficient_span(continuation.loss.family)
    if span <= WIDEST:
        return []
    return [f"the coefficients of the generic member span a factor of {span:.0e}: its trace test does not see solutions that are far away"]


def without_paths(found: Obstruction) -> Enumeration:
    """What an obstruction says of the critical set, before any path is followed."""
    return Enumeration((), (), {}, 0, 0, None, found.not_finite, found.open_ends, found.eliminations)


def _not_finite(reason: str, starts: StartSet | None, fates: dict, representatives: int, homotopies: int) -> Enumeration:
    return Enumeration((), (), {outcome: fates.get(outcome, 0) for outcome in Outcome}, representatives, homotopies, starts, reason, ())
