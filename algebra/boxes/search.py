"""The search for all critical points in pieces: each is branch and prune of some boxes with a budget, a function of nothing else.

What it finds depends neither on how many processes share the pieces nor on how fast they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from critscape.algebra.boxes.region import data, region
from critscape.algebra.boxes.regression import Regression
from critscape.algebra.intervals.branch_and_prune import prune
from critscape.algebra.intervals.enclosures import Data, room

PIECES = 32
"""Boxes that the region is cut into before the pieces are handed out."""
BUDGET = 60_000
"""Boxes that one piece examines: a few seconds."""
PORTIONS = 8
"""Pieces at most that what a piece leaves is divided into."""
HEIGHT, MOST_CELLS, MOST_LEFT = 4096, 1024, 512
"""Sizes of the arrays of the kernel; where one is full the rest goes to another piece."""


@dataclass(frozen=True)
class Outcome:
    """What became of a piece: ``rest`` (b, n, 2) was not examined, each of ``cells`` (z, n, 2) is proved to hold exactly one zero of ∇R, ``left``
    (u, n, 2) is too small to be split; ``examined`` boxes in all.
    """

    rest: np.ndarray
    cells: np.ndarray
    left: np.ndarray
    examined: int


def examined(regression: Regression, boxes: np.ndarray, budget: int = BUDGET) -> Outcome:
    """Branch and prune of boxes (b, n, 2), the last one first."""
    return pruned(data(regression), boxes, budget)


def pruned(known: Data, boxes: np.ndarray, budget: int) -> Outcome:
    """The same for the data of the kernels."""
    number, n, _ = boxes.shape
    (m, p, _), q = known.x.shape, len(known.outer)
    stack = np.empty((HEIGHT + number, n, 2))
    stack[:number] = boxes
    cells, left = np.empty((MOST_CELLS, n, 2)), np.empty((MOST_LEFT, n, 2))
    rooms = room(m, n // p, p, q), room(m, n // p, p, q)
    height, found, gone, done = prune(known, stack, number, budget, cells, 0, left, 0, *rooms)
    return Outcome(stack[:height].copy(), cells[:found].copy(), left[:gone].copy(), int(done))


def first_pieces(regression: Regression) -> tuple[list[np.ndarray], Outcome]:
    """The region cut into pieces (each (1, n, 2)), breadth first, and what was decided on the way.

    Raises
    ------
    BeyondDoublePrecision : the sizes of data or ridge.
    """
    known, queue, outcomes = data(regression), [region(regression)], []
    while 0 < len(queue) < PIECES:
        outcome = pruned(known, queue.pop(0)[None], 1)
        queue.extend(outcome.rest)
        outcomes.append(without_rest(outcome))
    return [box[None] for box in queue], together(outcomes, regression.inner_weights)


def without_rest(outcome: Outcome) -> Outcome:
    """The outcome, once its rest has gone to other pieces."""
    return replace(outcome, rest=outcome.rest[:0])


def divided(rest: np.ndarray) -> list[np.ndarray]:
    """The pieces of what a piece left; the first boxes of its stack are the largest."""
    return [portion for k in range(PORTIONS) if len(portion := rest[k::PORTIONS])]


def together(outcomes: list[Outcome], n: int) -> Outcome:
    """The outcomes of several pieces as one, in their order."""
    empty = np.empty((0, n, 2))
    rest, cells, left = (np.concatenate([empty, *(getattr(o, name) for o in outcomes)]) for name in ("rest", "cells", "left"))
    return Outcome(rest, cells, left, sum(o.examined for o in outcomes))


def volume(boxes: np.ndarray) -> float:
    """The sum of the volumes of boxes (b, n, 2)."""
    return float(np.prod(boxes[:, :, 1] - boxes[:, :, 0], axis=1).sum())
