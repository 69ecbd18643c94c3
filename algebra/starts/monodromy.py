"""All solutions of the tilted gradient system of a generic member, by monodromy in its data and its tilt.

{(w, d, c): ∇L(w; p(d)) + c = 0} is a graph over (w, d), hence irreducible: loops in the data d and the tilt c act transitively on
the solutions at a generic member. The loops are those of a graph of generic members, joined by arcs along
which solutions are tracked (Duff–Hill–Jensen–Lee–Leykin–Sommars 2019). Every member but the first is drawn with a solution w of
its own, as c = −∇L(w; p(d)), so that it brings a new one. The trace test says when all have been found.

Tilts stay small beside the data: far tilts drive the solutions along the gauge orbits of the network, where they are large and
ill-conditioned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from critscape.algebra.polynomial.evaluation import float_gradient, generic_vector
from critscape.algebra.polynomial.loss import Family
from critscape.algebra.polynomial.parameter_space import ParameterSpace
from critscape.algebra.starts.trace_test import VOID, Trace, trace_test
from critscape.algebra.symmetry.coincidence import merged
from critscape.algebra.tracking.homotopy import Homotopy, Member, Outcome, Path, Tracker

SEED_SIZE = 0.5
"""Size of the random solution that each further member is drawn with, in natural units."""
BEND = 1.0
"""Size of an arc's bend, in units of what it joins."""
ARCS, FIRST_ARCS = 2, 3
"""Different arcs between the base member and each other one; two alone join the solutions in cycles, on which they come one after the other."""
IDLE_MEMBERS = 12
"""The search ends when this many further members in a row turn up nothing new although the trace test fails."""
NEARLY = 0.5
"""Arcs with at least this part of the most untried solutions are followed in the same round."""
UNTRIED, LOST = -1, -2


class Part(Protocol):
    """A part of the solutions that is searched on its own, one solution of each orbit."""

    def holds(self, points: np.ndarray) -> np.ndarray:
        """Which of the ``points`` (P, n) lie there, shape (P,)."""

    def representatives(self, points: np.ndarray) -> np.ndarray:
        """One point (P, n) of the orbit of each."""


@dataclass
class Vertex:
    """A tilted member and the solutions found there: ``place`` d (D,), ``parameters`` p(d) (q,), ``tilt`` c (n,), ``solutions`` (P, n)."""

    place: np.ndarray
    parameters: np.ndarray
    tilt: np.ndarray
    solutions: np.ndarray

    @property
    def member(self) -> Member:
        return Member(self.parameters, self.tilt)


@dataclass
class Arc:
    """A bent segment between two vertices.

    ``partners`` says, for each solution at either end, which solution at the other end its path leads to (UNTRIED, or LOST).
    """

    ends: tuple[int, int]
    place_bend: np.ndarray
    tilt_bend: np.ndarray
    partners: list[np.ndarray] = field(default_factory=lambda: [np.empty(0, dtype=int), np.empty(0, dtype=int)])


@dataclass
class Search:
    """The state of a monodromy search, which can be kept and taken up again: the first vertex is the base.

    ``idle`` counts the vertices since the last new solution; ``tracked``, ``lost`` and ``jumped`` count paths: all, those that did
    not arrive and those that met another one (neither harms, as long as the trace test holds).

    While strata are searched (:mod:`critscape.algebra.starts.strata`) the base has no tilt, and each solution stands for its ``orbit``, so
    many: ``finished`` has those (P, n) in the strata that are done, which stand for ``before``, and ``goal`` (n,) is the tilt that the base
    gets afterwards.
    """

    vertices: list[Vertex]
    arcs: list[Arc]
    rng: np.random.Generator
    idle: int = 0
    tracked: int = 0
    lost: int = 0
    jumped: int = 0
    orbit: int = 1
    before: int = 0
    finished: list[np.ndarray] = field(default_factory=list)
    goal: np.ndarray | None = None

    @property
    def base(self) -> Vertex:
        return self.vertices[0]


def complete(
    search: Search,
    tracker: Tracker,
    family: Family,
    space: ParameterSpace,
    limit: int,
    progress: Callable[[str, int], None] = lambda stage, count: None,
    checkpoint: Callable[[Search], None] = lambda search: None,
) -> Trace:
    """Carries a search on until the trace test holds at its base; returns the last trace test.

    Also stops when ``limit`` solutions are exceeded, without a test, and when IDLE_MEMBERS members brought nothing new. ``checkpoint`` is called
    whenever the search could be kept.
    """
    base, most = search.base, most_solutions(search)
    # What an explicit start system found may be everything already.
    untested = len(base.solutions) > 1 and not search.arcs
    while True:
        if most > limit:
            return VOID
        steps = promising(search)
        if not steps:
            if len(base.solutions) and (untested or search.idle):
                progress("trace test", len(base.solutions))
                trace = trace_test(tracker, family, base.member, base.solutions, search.rng)
                search.tracked, search.lost, untested = search.tracked + trace.tracked, search.lost + trace.lost, False
                if trace.passed or search.idle >= IDLE_MEMBERS:
                    return trace
            grow(search, seeded(family, space, search.rng))
            continue
        follow(search, steps, tracker, family, space)
        if most_solutions(search) > most:
            most, search.idle = most_solutions(search), 0
        progress("monodromy" + without_news(search), most)
        checkpoint(search)


def without_news(search: Search) -> str:
    """How many members, of those that end a search, have brought nothing new; the last one is still being looked at."""
    return f", {search.idle - 1} of {IDLE_MEMBERS} members in a row without a new solution" if search.idle > 1 else ""


def seeded(family: Family, space: ParameterSpace, rng: np.random.Generator) -> Vertex:
    """A random member whose tilt gives it a solution of its own."""
    place = space.draw(rng)
    parameters = space.curve(place[None, :])[0]
    seed = SEED_SIZE * generic_vector(rng, len(family.variables))
    return Vertex(place, parameters, -float_gradient(family, parameters, seed), seed[None, :])


def grow(search: Search, vertex: Vertex) -> None:
    """Adds a vertex, and arcs from the base to it."""
    rng, base = search.rng, search.base
    search.vertices.append(vertex)
    search.idle += 1
    for _ in range(ARCS if search.arcs else FIRST_ARCS):
        place_bend, tilt_bend = (
            BEND * (np.abs(one) + np.abs(other)) * generic_vector(rng, len(one))
            for one, other in ((base.place, vertex.place), (base.tilt, vertex.tilt))
        )
        search.arcs.append(Arc((0, len(search.vertices) - 1), place_bend, tilt_bend))


def follow(
    search: Search,
    steps: Sequence[tuple[Arc, int]],
    tracker: Tracker,
    family: Family,
    space: ParameterSpace,
    part: Part | None = None,
) -> None:
    """Tracks the untried solutions at one end of each arc to the other; only those in a ``part`` count, and one of each orbit there."""
    pending = [np.flatnonzero(partners(search, arc, side) == UNTRIED) for arc, side in steps]
    ways = []
    for (arc, side), untried in zip(steps, pending):
        source, target = (search.vertices[k] for k in (arc.ends[side], arc.ends[1 - side]))
        ways.append((homotopy(arc, source, target, family, space), source.solutions[untried]))
    for step, untried, paths in zip(steps, pending, tracker.track_all(ways, thorough=False)):
        arrive(search, *step, untried, paths, part)


def arrive(search: Search, arc: Arc, side: int, pending: np.ndarray, paths: Sequence[Path], part: Part | None) -> None:
    """Takes the ends of the ``paths`` from the ``pending`` solutions at one end of an arc to the solutions at the other."""
    there, target = partners(search, arc, side), search.vertices[arc.ends[1 - side]]
    there[pending] = LOST
    arrived = [(k, path.end) for k, path in zip(pending, paths) if path.outcome is Outcome.FINISHED]
    if part is not None and arrived:
        ends = np.array([end for _, end in arrived])
        arrived = [(k, end) for (k, _), end, inside in zip(arrived, part.representatives(ends), part.holds(ends)) if inside]
    search.tracked, search.lost = search.tracked + len(paths), search.lost + len(paths) - len(arrived)
    if not arrived:
        return
    target.solutions, places = merged(target.solutions, np.array([end for _, end in arrived]))
    back = partners(search, arc, 1 - side)
    for (k, _), place in zip(arrived, places):
        if back[place] in (UNTRIED, LOST):
            there[k], back[place] = place, k
        else:
            # Two paths along one arc never meet: one of them jumped. This one is not used on this arc again.
            search.jumped += 1


def homotopy(arc: Arc, source: Vertex, target: Vertex, family: Family, space: ParameterSpace) -> Homotopy:
    """The way along an arc from one end to the other; the bend, a multiple of t(1 − t), is the same both ways."""
    places, tilts = (
        np.array([end, start - end + bend, -bend])
        for start, end, bend in ((source.place, target.place, arc.place_bend), (source.tilt, target.tilt, arc.tilt_bend))
    )
    return Homotopy(family, space.curve(places), tilts)


def partners(search: Search, arc: Arc, side: int) -> np.ndarray:
    """The partners of all solutions at one end of an arc (an array that may be written to)."""
    missing = len(search.vertices[arc.ends[side]].solutions) - len(arc.partners[side])
    if missing:
        arc.partners[side] = np.concatenate([arc.partners[side], np.full(missing, UNTRIED)])
    return arc.partners[side]


def most_solutions(search: Search) -> int:
    """The largest number of solutions that is known at any vertex."""
    return search.before + search.orbit * max(len(vertex.solutions) for vertex in search.vertices)


def promising(search: Search) -> list[tuple[Arc, int]]:
    """The arc and direction with the most untried solutions at its start, of those the one whose end has the fewest, and the others that have
    nearly as many, one direction of each arc.

    Many paths are followed together as fast as one, and the solutions that are known grow by a factor with each round along all arcs;
    one path at a time would go around one cycle of a permutation.
    """
    untried = [[int((partners(search, arc, end) == UNTRIED).sum()) for end in (0, 1)] for arc in search.arcs]
    # Of both directions one shows what the other leads to.
    sides = [int(first < second) for first, second in untried]
    ahead = [(counts[side], -counts[1 - side]) for counts, side in zip(untried, sides)]
    order = sorted(range(len(sides)), key=lambda k: ahead[k], reverse=True)
    most = ahead[order[0]][0] if order else 0
    return [(search.arcs[k], sides[k]) for k in order if ahead[k][0] > 0 and ahead[k][0] >= NEARLY * most]
