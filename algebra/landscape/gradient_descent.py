"""Gradient descent with a fixed step, w ← w − η∇L(w), from many points at once."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from critscape.algebra.landscape.gradient_flow import Runs
from critscape.algebra.landscape.surface import Surface, derivatives, stepped

BETWEEN = 200
"""Iterations between two looks at where the runs are."""
ESCAPED = 1e100
"""Weights larger than this have diverged."""


def descent(loss: Surface, starts: np.ndarray, step: float) -> Generator[Runs, np.ndarray, None]:
    """Iterates from ``starts`` (P, n): yields the runs at their starts, then after every BETWEEN iterations.

    The receiver answers as that of :func:`critscape.algebra.landscape.gradient_flow.flow`. A run is ``lost`` where its weights become larger than
    ESCAPED; ``lengths`` are η, but 0 where rounding has brought the iteration to a standstill.
    """
    points, numbers, steps = starts.copy(), np.arange(len(starts)), np.zeros(len(starts), int)
    lost, moving = np.zeros(len(starts), bool), np.ones(len(starts), bool)
    while len(numbers):
        gradients, hessians = derivatives(loss, points)
        sane = np.where(lost[:, None, None], 0.0, hessians)
        runs = Runs(numbers, points, gradients, *np.linalg.eigh(sane), steps, np.where(moving, step, 0.0), lost)
        done = yield runs
        if done is not None and done.any():
            numbers, points, steps = numbers[~done], points[~done], steps[~done]
        before = points.copy()
        moving = stepped(loss, points, step, BETWEEN)
        steps = steps + BETWEEN
        lost = ~(np.abs(points).max(axis=1, initial=0.0) < ESCAPED)
        points[lost] = before[lost]
