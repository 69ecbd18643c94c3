"""The batch engine: our own path tracker, thousands of paths in lockstep lanes of one compiled kernel.

A path that the kernel cannot finish goes through an endgame, then is tracked again with more caution, at last in double-double.
End points are compared with each other: two paths of one homotopy never meet at a regular end point, so a coincidence means
that one has jumped, and both are tracked again with more caution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from critscape.algebra.kernels.lane_paths import Caution
from critscape.algebra.tracking.chunks import in_chunks, worth
from critscape.algebra.tracking.endgame import Ending
from critscape.algebra.tracking.flow import Flow
from critscape.algebra.tracking.homotopy import Homotopy, Outcome, Path, Spread

# From the usual way of tracking to the most careful one; QUICK where a lost path does no harm.
QUICK = (
    Caution(error=1e-2, contraction=5e-2, history=3, first_step=3e-2, max_steps=1000, corrections=3, extended=False),
    Caution(error=1e-2, contraction=5e-2, history=3, first_step=1e-3, max_steps=1000, corrections=3, extended=True),
)
CAUTIONS = (
    Caution(error=1e-3, contraction=1e-2, history=3, first_step=1e-2, max_steps=1000, corrections=2, extended=False),
    Caution(error=1e-3, contraction=2e-2, history=3, first_step=1e-4, max_steps=2000, corrections=4, extended=True),
    Caution(error=1e-5, contraction=2e-3, history=3, first_step=1e-5, max_steps=5000, corrections=4, extended=True),
)
# Those that lead a path close to its end where only more digits will judge it.
CAREFUL = CAUTIONS[1:]
# Two end points closer than this (relatively) are the same.
SAME = 1e-8


@dataclass(frozen=True)
class BatchTracker:
    """The `critscape.algebra.tracking.homotopy.CarefulTracker` built on lane kernels.

    ``jobs`` is the number of threads; ``spread``, if given, hands chunks of paths to workers where these are many.
    """

    jobs: int = 1
    spread: Spread | None = field(default=None, compare=False)
    name: str = "batch"
    loops: bool = True
    cares: int = len(CAREFUL)

    def track(self, homotopy: Homotopy, starts: np.ndarray, thorough: bool = True) -> list[Path]:
        """The paths from ``starts`` (P, n) in order, each with an outcome; only if ``thorough``, the endgame and more caution.

        Raises ValueError when shapes do not fit the family.
        """
        (paths,) = self.track_all([(homotopy, starts)], thorough)
        return paths

    def track_all(self, ways: Sequence[tuple[Homotopy, np.ndarray]], thorough: bool = True) -> list[list[Path]]:
        """The same of several homotopies, each with its starts; workers get the chunks of all of them at once.

        Raises ValueError when shapes do not fit the family.
        """
        starts = [np.array(points, dtype=complex) for _, points in ways]
        flows = [Flow.of(homotopy, points, self.jobs) for (homotopy, _), points in zip(ways, starts)]
        endings: list[list[Ending]] = [[] for _ in ways]
        pending = [np.arange(len(points)) for points in starts]
        met: list[set[int]] = [set() for _ in ways]
        spread = self.spread if self.spread is not None and worth(self.spread, sum(map(len, starts))) else None
        for caution in CAUTIONS if thorough else QUICK:
            going = [k for k, open_ in enumerate(pending) if len(open_)]
            if not going:
                break
            for k, followed in zip(going, in_chunks([(flows[k], starts[k][pending[k]]) for k in going], caution, thorough, spread)):
                endings[k] = taken(endings[k], pending[k], followed)
                met[k] = collisions(starts[k], endings[k], flows[k].unit)
                lost = {index for index, ending in enumerate(endings[k]) if ending.outcome is Outcome.FAILED}
                pending[k] = np.array(sorted(lost | met[k]), dtype=int)
        for some, indices in zip(endings, met):
            for index in indices:
                some[index] = Ending(Outcome.FAILED, steps=some[index].steps)
        return [
            [Path(start, e.end, e.outcome, e.winding, e.steps, e.t) for start, e in zip(points, some)]
            for points, some in zip(starts, endings)
        ]

    def near(self, homotopy: Homotopy, starts: np.ndarray, chosen: np.ndarray, t: float, care: int) -> list[np.ndarray | None]:
        """The points (n,) at t > 0 of the paths from the ``chosen`` rows of ``starts`` (P, n); None for paths that were lost."""
        flow, count = Flow.of(homotopy, starts, self.jobs), len(chosen)
        led = flow.advance(starts[chosen], np.ones(count, dtype=complex), np.full(count, t, dtype=complex), 0.0, CAREFUL[care])
        return [point if arrived else None for point, arrived in zip(led.points, led.arrived)]


def taken(endings: list[Ending], pending: np.ndarray, followed: list[Ending]) -> list[Ending]:
    """The endings with those of the ``pending`` paths as they were ``followed`` again, all steps counted."""
    if not endings:
        return followed
    for index, ending in zip(pending.tolist(), followed):
        endings[index] = ending._replace(steps=endings[index].steps + ending.steps)
    return endings


def collisions(starts: np.ndarray, endings: Sequence[Ending | Path], unit: np.ndarray) -> set[int]:
    """The finished paths whose end points coincide although their starts do not."""
    finished = [index for index, ending in enumerate(endings) if ending.outcome is Outcome.FINISHED]
    if len(finished) < 2:
        return set()
    ends = np.array([endings[index].end for index in finished]) / unit
    direction = np.random.default_rng(0).standard_normal((2, ends.shape[1]))
    # Equal points are neighbours along a random direction.
    key = ends.real @ direction[0] + ends.imag @ direction[1]
    order = np.argsort(key)
    sizes = SAME * (1.0 + np.max(np.abs(ends), axis=1))
    met: set[int] = set()
    for gap in range(1, len(order)):
        first, second = order[:-gap], order[gap:]
        near = key[second] - key[first] <= 10 * ends.shape[1] * sizes[first]
        if not near.any():
            break
        first, second = first[near], second[near]
        same = np.max(np.abs(ends[first] - ends[second]), axis=1) <= sizes[first]
        for a, b in zip(first[same], second[same]):
            i, j = finished[a], finished[b]
            if np.max(np.abs(starts[i] - starts[j]) / (unit + np.abs(starts[i]))) > SAME:
                met |= {i, j}
    return met
