"""Where descent ends without ridge: on a manifold of minima, or on its way to infinity.

In double precision a run has settled where the Hessian has no clearly negative eigenvalue, Newton's step in its steep directions vanishes
and the gradient does so in the flat ones; it runs off when its weights are far larger than those at its start. What that is worth is
decided afterwards, by proofs at the point where it was last.
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from critscape.algebra.landscape.arrival import LARGE, SETTLED, End, Outcome
from critscape.algebra.landscape.gradient_flow import Runs

FLAT = 1e-7
"""Eigenvalues below this share of the largest count as zero."""
FAR = 30.0
"""A run whose weights are so many times larger than all at its start, and than one, runs off."""


def ends_on_components(runs: Generator[Runs, np.ndarray, None], starts: np.ndarray, most_steps: int) -> list[End]:
    """The ends of runs from ``starts`` (P, n) in their order: SETTLED, RUNS_OFF, SADDLE, DIVERGED or UNFINISHED, none proved."""
    far = FAR * np.maximum(1.0, np.abs(starts).max(axis=1))
    found: list[End | None] = [None] * len(starts)
    state = next(runs, None)
    while state is not None:
        outcomes = judged(state, far, most_steps)
        for k, outcome in enumerate(outcomes):
            if outcome is not None:
                found[state.numbers[k]] = End(outcome, -1, state.points[k].copy(), int(state.steps[k]))
        try:
            state = runs.send(np.array([outcome is not None for outcome in outcomes]))
        except StopIteration:
            state = None
    return [end for end in found if end is not None]


def judged(runs: Runs, far: np.ndarray, most_steps: int) -> list[Outcome | None]:
    """The outcome of each run, None where it goes on."""
    largest = np.maximum(np.abs(runs.eigenvalues).max(axis=1), np.finfo(float).tiny)
    sizes = np.abs(runs.points).max(axis=1)
    slopes = np.abs(np.einsum("pij,pi->pj", runs.vectors, runs.gradients))
    steep = np.abs(runs.eigenvalues) > FLAT * largest[:, None]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        newton = np.where(steep, slopes / np.abs(runs.eigenvalues), 0.0).max(axis=1)
    drift = np.where(steep, 0.0, slopes).max(axis=1)
    settled = (newton <= SETTLED * (1 + sizes)) & (drift <= SETTLED**1.5 * largest * (1 + sizes))
    negative = runs.eigenvalues.min(axis=1) < -FLAT * largest
    outcomes: list[Outcome | None] = [None] * len(sizes)
    for k in range(len(sizes)):
        if not sizes[k] < LARGE:
            outcomes[k] = Outcome.DIVERGED
        elif settled[k]:
            outcomes[k] = Outcome.SADDLE if negative[k] else Outcome.SETTLED
        elif sizes[k] > far[k]:
            outcomes[k] = Outcome.RUNS_OFF
        elif runs.lost[k] or runs.lengths[k] == 0 or runs.steps[k] >= most_steps:
            outcomes[k] = Outcome.UNFINISHED
    return outcomes
