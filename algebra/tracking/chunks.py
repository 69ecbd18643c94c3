"""Many paths in chunks, here or by workers elsewhere: each path is followed on its own, so that its end is the same whoever follows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np

from critscape.algebra.kernels.lane_paths import Caution
from critscape.algebra.kernels.lane_program import LANES
from critscape.algebra.tracking.endgame import Ending
from critscape.algebra.tracking.flow import Flow
from critscape.algebra.tracking.homotopy import Homotopy, Spread

CHUNK = 512
"""Paths that a thread follows together: seconds of work where paths are long, and little memory."""
MANY, ENOUGH = 2048, 128
"""Paths from which on workers are asked: they take a second or two to start, and once they are awake some ten milliseconds to answer."""
LARGEST, SHORT, LEAST = 2048, 512, 96
"""Paths of a chunk that workers get, and of the last ones: to hand one over takes as long as a dozen paths. Hard ones come in as many as there
are lanes."""
SHARES, PARTS = 8, 24
"""A chunk is one in so many of the paths that are not handed out yet, but no less than one in so many of all: the last ones are short, so that
workers end together."""


@dataclass(frozen=True)
class Chunk:
    """Paths of one homotopy, numbered ``first``, ``first`` + 1, … among all that are followed together, from ``starts`` (P, n); ``unit`` and
    ``stiffness`` are those of all paths of the homotopy.
    """

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


def worth(spread: Spread, count: int) -> bool:
    """Whether so many paths are worth the workers of ``spread``, who then get those of them that are hard as well."""
    return count >= (ENOUGH if spread.awake else MANY)


def in_chunks(ways: Sequence[tuple[Flow, np.ndarray]], caution: Caution, endgame: bool, spread: Spread | None) -> list[list[Ending]]:
    """What becomes of the paths of several flows, each from ``starts`` (P, n), in their order; ``spread``, if given, hands them to workers."""
    if spread is None:
        return [[ending for part in parts(flow, starts) for ending in flow.follow(part, caution, endgame)] for flow, starts in ways]

    def chunks() -> Iterator[Chunk]:
        first = 0
        for flow, rest in ways:
            # Those that are hard are few, and each takes long.
            for size in sizes(len(rest), LANES if caution.extended else LEAST):
                yield Chunk(first, flow.homotopy, flow.unit, flow.stiffness, rest[:size], caution, endgame)
                first, rest = first + size, rest[size:]

    done = {chunk.first: endings for chunk, endings in spread(followed, chunks())}
    everything = (ending for first in sorted(done) for ending in done[first])
    return [list(islice(everything, len(starts))) for _, starts in ways]


def parts(flow: Flow, starts: np.ndarray) -> Iterator[np.ndarray]:
    """Starts (P, n) in pieces that the threads of a flow follow together."""
    return (starts[first : first + CHUNK * flow.jobs] for first in range(0, len(starts), CHUNK * flow.jobs))


def sizes(count: int, least: int) -> list[int]:
    """Numbers of paths in the chunks of ``count`` paths, the longest first (guided self-scheduling: Polychronopoulos and Kuck, IEEE Trans.
    Computers C-36, 1987), ``least`` in all but the last: always the same, so that what was recorded is found again.

    >>> sizes(100, 48), sizes(1000, 48)[:4]
    ([48, 48, 4], [125, 110, 96, 84])
    """
    found, rest, shortest = list[int](), count, max(least, min(SHORT, count // PARTS))
    while rest:
        found.append(min(rest, LARGEST, max(shortest, -(-rest // SHARES))))
        rest -= found[-1]
    return found
