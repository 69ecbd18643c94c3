"""The levels at which gradient flow from many points comes to rest: minima, found without any list of critical points."""

from __future__ import annotations

import numpy as np

from critscape.algebra.landscape.gradient_flow import flow
from critscape.algebra.polynomial.loss import Loss

TOLERANCE = 1e-6
"""Error of one step, relative to the largest weight."""
MOST_STEPS = 3000
AT_REST, CONVEX = 1e-10, 1e-7
"""A run is at rest where the gradient is below AT_REST and no eigenvalue of the Hessian below −CONVEX, relative to the largest one and
the largest weight."""


def levels(loss: Loss, starts: np.ndarray) -> np.ndarray:
    """L where the flow from each of ``starts`` (P, n) comes to rest, (P,); NaN where it does not."""
    found = np.full(len(starts), np.nan)
    runs = flow(loss, starts, TOLERANCE)
    state = next(runs)
    for _ in range(MOST_STEPS):
        largest = np.maximum(np.abs(state.eigenvalues).max(axis=1), np.finfo(float).tiny)
        sizes = np.maximum(1.0, np.abs(state.points).max(axis=1))
        flat = np.abs(state.gradients).max(axis=1) <= AT_REST * largest * sizes
        rest = flat & (state.eigenvalues.min(axis=1) >= -CONVEX * largest)
        for k in np.flatnonzero(rest):
            found[state.numbers[k]] = float(loss.family.formula(list(state.points[k]), [float(v) for v in loss.values]))
        try:
            state = runs.send(rest | state.lost)
        except StopIteration:
            break
    return found
