"""All solutions of the tilted gradient system from one of them, by monodromy in the tilt.

{(w, c): ∇L(w) + c = 0} is the graph of −∇L, hence irreducible: loops of a generic tilt c act transitively on the solutions
(DESIGN, section 4; Duff–Hill–Jensen–Lee–Leykin–Sommars 2019 for the graph of edges between a few tilts). The trace test says when
all have been found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from algebra.coincidence import merged
from algebra.evaluation import float_gradient, generic_vector
from algebra.loss import Family
from algebra.scaling import Scaling
from algebra.trace_test import Trace, repeated_trace_test
from algebra.tracking import Member, Outcome, Tracker, tilt_segment

SEED_SIZES, BEND_SIZES = (0.2, 5.0), (0.5, 20.0)
"""Seeds, in natural units, and bends, in units of the tilts that they join, have log-uniform sizes: branch points lie at all scales."""
ARCS = 2
"""Different arcs between the base tilt and each other tilt."""
IDLE_PATHS, IDLE_ROUNDS = 4000, 30
"""The search ends after this many paths, or paths per known solution if that is more, that turned up nothing new."""


@dataclass(frozen=True)
class TiltedSolutions:
    """Solutions of ∇L(w; p) + tilt = 0, shape (P, n), with the trace test that they passed or failed.

    ``tracked`` counts the paths that were tracked on the way, ``lost`` those that did not arrive and ``jumped`` those that met
    another path (neither harms, as long as the trace test holds).
    """

    tilt: np.ndarray
    solutions: np.ndarray
    trace: Trace
    tracked: int
    lost: int
    jumped: int


@dataclass
class _Edge:
    """An arc between two tilts and the solutions already matched along it, by position at either end."""

    ends: tuple[int, int]
    bend: np.ndarray
    matched: tuple[dict[int, int], dict[int, int]] = field(default_factory=lambda: ({}, {}))
    failed: tuple[set[int], set[int]] = field(default_factory=lambda: (set(), set()))


def solve_tilted(
    tracker: Tracker,
    family: Family,
    member: Member,
    known: np.ndarray,
    unit: Scaling,
    rng: np.random.Generator,
    limit: int,
    progress: Callable[[str, int], None] = lambda stage, count: None,
) -> TiltedSolutions:
    """All solutions of ∇L(w; p) + c = 0 at the tilted ``member`` (p, c) from the ``known`` ones (P ≥ 1, n).

    ``unit`` are the natural units of the loss. Stops when the trace test holds, when ``limit`` solutions are exceeded, or when
    after several new arcs nothing more is found although the test fails.
    """
    parameters, tilt = member.parameters, member.tilt
    tracked = lost = jumped = 0
    if len(known) > 1:
        trace = repeated_trace_test(tracker, family, parameters, tilt, known, unit.tilt, rng)
        tracked, lost = trace.tracked, trace.lost
        if trace.passed:
            return TiltedSolutions(tilt, known, trace, tracked, lost, jumped)
    tilts, found, edges = [tilt], [known], []
    fruitful = tracked
    while True:
        step = _most_promising(edges, found)
        if step is None or max(map(len, found)) > limit:
            if edges:
                trace = repeated_trace_test(tracker, family, parameters, tilt, found[0], unit.tilt, rng)
                tracked, lost = tracked + trace.tracked, lost + trace.lost
                idle = tracked - fruitful > max(IDLE_PATHS, IDLE_ROUNDS * len(found[0]))
                if trace.passed or max(map(len, found)) > limit or idle:
                    return TiltedSolutions(tilt, found[0], trace, tracked, lost, jumped)
            # A further tilt comes with a solution of its own, so it brings a new one and new loops.
            seed = _log_uniform(rng, SEED_SIZES) * np.array(unit.weights) * generic_vector(rng, len(tilt))
            tilts.append(-float_gradient(family, parameters, seed))
            found.append(seed[None, :])
            reach = np.abs(tilts[-1]) + np.abs(tilt)
            bends = [_log_uniform(rng, BEND_SIZES) * reach * generic_vector(rng, len(tilt)) for _ in range(ARCS)]
            edges += [_Edge((0, len(tilts) - 1), bend) for bend in bends]
            continue
        edge, side = step
        source, target = edge.ends[side], edge.ends[1 - side]
        pending = [i for i in range(len(found[source])) if i not in edge.matched[side] and i not in edge.failed[side]]
        # The arc is t(1 − t)-symmetric, so the same bend serves both ways.
        homotopy = tilt_segment(family, parameters, tilts[source], tilts[target], edge.bend)
        paths = tracker.track(homotopy, found[source][pending], thorough=False)
        arrived = [(i, path) for i, path in zip(pending, paths) if path.outcome is Outcome.FINISHED]
        edge.failed[side].update(i for i, path in zip(pending, paths) if path.outcome is not Outcome.FINISHED)
        tracked, lost = tracked + len(paths), lost + len(paths) - len(arrived)
        if arrived:
            most = max(map(len, found))
            found[target], places = merged(found[target], np.array([path.end for _, path in arrived]))
            for (i, _), place in zip(arrived, map(int, places)):
                if edge.matched[1 - side].setdefault(place, i) == i:
                    edge.matched[side][i] = place
                else:
                    # Two paths along one arc never meet: one of them jumped. Neither is used on this arc again.
                    edge.failed[side].add(i)
                    jumped += 1
            if len(found[target]) > most:
                fruitful = tracked
                progress("monodromy", max(map(len, found)))


def _most_promising(edges: list[_Edge], found: list[np.ndarray]) -> tuple[_Edge, int] | None:
    """The edge and direction with the most solutions not yet matched at its start, relative to what its end may lack."""
    best, most = None, 0
    for edge in edges:
        for side in (0, 1):
            source, target = edge.ends[side], edge.ends[1 - side]
            pending = len(found[source]) - len(edge.matched[side]) - len(edge.failed[side] - edge.matched[side].keys())
            unreached = len(found[target]) - len(edge.matched[1 - side])
            if pending > 0 and (promise := pending / (1 + unreached)) > most:
                best, most = (edge, side), promise
    return best


def _log_uniform(rng: np.random.Generator, bounds: tuple[float, float]) -> float:
    return float(np.exp(rng.uniform(*np.log(bounds))))
