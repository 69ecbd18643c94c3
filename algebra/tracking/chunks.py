"""Many paths in chunks, here or by workers elsewhere: each path is followed on its own, so that its end is the same whoever follows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from critscape.algebra.kernels.lane_paths import Caution
from critscape.algebra.kernels.lane_program import LANES
from critscape.algebra.tracking.endgame import Ending
from critscape.algebra.tracking.flow import Flow
from critscape.algebra.tracking.homotopy import Homotopy, Spread

CHUNK = 512
"""Paths of a chunk: seconds of work where paths are long, and little memory."""
MANY = 4
"""Chunks of a homotopy from which on workers are asked: they take a second or two to start. Then they get those of its hard paths as well."""
SHARES = 16
"""Chunks of fewer paths than these fill: as many workers as that find work."""


@dataclass(frozen=True)
class Chunk:
    """The paths ``first``, ``first`` + 1, … of a homotopy, from ``starts`` (P, n); ``unit`` and ``stiffness`` are those of all its paths."""

    first: int
    homotopy: Homotopy = field(repr=False)
    unit: np.ndarray = field(repr=False)
    stiffness: float = field(repr=False)
    starts: np.ndarray = field(repr=False)
    caution: Caution = field(repr=False)
    endgame: bool = field(repr=False)


def followed(chunk: Chunk) -> list[Ending]:
    """What becomes of the paths of a chunk, on one thread."""
    homotopy = replace(chunk.homotopy, parameters=aligned(chunk.homotopy.parameters), tilt=aligned(chunk.homotopy.tilt))
    flow = Flow.ready(homotopy, aligned(chunk.unit), chunk.stiffness, jobs=1)
    return flow.follow(aligned(chunk.starts), chunk.caution, chunk.endgame)


def aligned(array: np.ndarray) -> np.ndarray:
    """The array where kernels read it: what came over a network may lie anywhere in memory."""
    return np.require(array, requirements=("C_CONTIGUOUS", "ALIGNED"))


def many(count: int) -> bool:
    """Whether so many paths of a homotopy are worth the workers."""
    return count >= MANY * CHUNK


def in_chunks(flow: Flow, starts: np.ndarray, caution: Caution, endgame: bool, spread: Spread | None) -> list[Ending]:
    """What becomes of the paths from ``starts`` (P, n), in their order; ``spread``, if given, hands them to workers."""
    if spread is None:
        parts = (starts[first : first + CHUNK * flow.jobs] for first in range(0, len(starts), CHUNK * flow.jobs))
        return [ending for part in parts for ending in flow.follow(part, caution, endgame)]
    # The few that are hard are shared as well.
    size = min(CHUNK, max(LANES, -(-len(starts) // SHARES)))

    def chunks() -> Iterator[Chunk]:
        for first in range(0, len(starts), size):
            yield Chunk(first, flow.homotopy, flow.unit, flow.stiffness, starts[first : first + size], caution, endgame)

    done = {chunk.first: endings for chunk, endings in spread(followed, chunks())}
    return [ending for first in sorted(done) for ending in done[first]]
