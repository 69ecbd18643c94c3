"""Where gradient flow and gradient descent end: at which of the known critical points, and whether that is proved.

A run has arrived when it is in a trapping neighbourhood of a minimum (`critscape.algebra.landscape.basin`): the flow does not leave it. Nor does
gradient descent with step η, rounding apart, if η times the Hessian stays below 2 there: L then falls along each step, and is at
least the bound of the neighbourhood on its edge (Nesterov, "Lectures on convex optimization", 2018, section 1.2.3). A run that is
not seen there has settled where its Newton step vanishes at a positive definite Hessian; that is double precision, and is said. All
else is a finding.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from critscape.algebra.critical.double_precision import FLAT
from critscape.algebra.landscape.basin import Basin, basin, floats
from critscape.algebra.landscape.gradient_flow import Runs
from critscape.algebra.landscape.surface import Surface
from critscape.algebra.points.classification import RealPoint

INNER = 0.57
"""Less than 1/√3. As L(p + Ky) − L(p) is at most ¾|y|² in a trapping neighbourhood of radius r and its bound is L(p) + r²/4, all
points with |y| < INNER·r lie in it."""
STEEPEST = 1.51
"""Largest eigenvalue of Kᵀ∇²LK in a trapping neighbourhood, at most."""
SETTLED = 1e-9
"""A Newton step as short as this, relative to weights and distances of critical points, means that a run has settled."""
NEAR = 1e-6
"""A run as close as this to a critical point, relative to its distance from all others, is taken to be there."""
LARGE = 1e90
"""Weights larger than this have diverged."""


class Outcome(Enum):
    """How a run ends; the first two are what is to be expected, the third where a loss has valleys at infinity."""

    TRAPPED = "in a trapping neighbourhood of a minimum"
    SETTLED = "at a minimum, in double precision"
    RUNS_OFF = "runs off towards a valley at infinity"
    SADDLE = "at a saddle"
    UNKNOWN = "at a point that is not among the enumerated minima"
    DIVERGED = "diverged"
    UNFINISHED = "not settled within the steps allowed"


EXPECTED = (Outcome.TRAPPED, Outcome.SETTLED, Outcome.RUNS_OFF)


@dataclass(frozen=True)
class End:
    """Where one run ends: ``position`` of the nearest critical point, ``point`` (n,) in double precision, ``steps`` it took."""

    outcome: Outcome
    position: int
    point: np.ndarray
    steps: int


@dataclass(frozen=True)
class Targets:
    """The real critical points in double precision, and trapping neighbourhoods of minima; N points, M neighbourhoods.

    ``points`` (N, n), ``index`` (N,) the number of negative eigenvalues, ``separations`` (N,) the distances to the nearest other
    point; ``trapping`` (M,) positions of minima with a neighbourhood, ``inverses`` (M, n, n) and ``radii`` (M,) as in `Basin`.
    """

    points: np.ndarray
    index: np.ndarray
    separations: np.ndarray
    trapping: np.ndarray
    inverses: np.ndarray
    radii: np.ndarray


def trapping_neighbourhoods(loss: Surface, points: Sequence[RealPoint]) -> dict[int, Basin]:
    """Position → trapping neighbourhood of the minima for which one is proved."""
    whole = np.eye(loss.dimension, dtype=int)
    found = {k: basin(loss, k, point, whole) for k, point in enumerate(points) if point.index == 0}
    return {k: neighbourhood for k, neighbourhood in found.items() if neighbourhood is not None}


def targets(points: Sequence[RealPoint], neighbourhoods: dict[int, Basin]) -> Targets:
    """What runs are compared with."""
    places = np.array([[z.real for z in point.point.midpoint] for point in points])
    apart = np.linalg.norm(places[:, None] - places, axis=2)
    np.fill_diagonal(apart, np.inf)
    # A point without others is compared with its own size.
    separations = np.where(len(points) > 1, apart.min(axis=1), 1 + np.linalg.norm(places, axis=1))
    n = places.shape[1]
    return Targets(
        places,
        np.array([point.index for point in points]),
        separations,
        np.array(list(neighbourhoods), dtype=int),
        np.array([floats(each.inverse) for each in neighbourhoods.values()]).reshape(-1, n, n),
        np.array([float(each.radius) for each in neighbourhoods.values()]),
    )


def ends(runs: Generator[Runs, np.ndarray, None], count: int, known: Targets, most_steps: int, step: float | None) -> list[End]:
    """The ends of ``count`` runs of :func:`critscape.algebra.landscape.gradient_flow.flow` or :func:`critscape.algebra.landscape.gradient_descent.descent`, in their order.

    ``step`` is the fixed step of descent, None for the flow.
    """
    found: list[End | None] = [None] * count
    state = next(runs, None)
    while state is not None:
        outcomes, positions = judged(state, known, most_steps, step)
        done = np.array([outcome is not None for outcome in outcomes])
        for k, outcome in enumerate(outcomes):
            if outcome is not None:
                found[state.numbers[k]] = End(outcome, int(positions[k]), state.points[k].copy(), int(state.steps[k]))
        try:
            state = runs.send(done)
        except StopIteration:
            state = None
    return [end for end in found if end is not None]


def judged(runs: Runs, known: Targets, most_steps: int, step: float | None) -> tuple[list[Outcome | None], np.ndarray]:
    """The outcome of each run, None where it goes on, and the critical point that it is at or nearest to; shapes (P,)."""
    distances = np.sqrt(_squares(runs.points[:, None, :] - known.points))
    positions = distances.argmin(axis=1)
    at = distances[np.arange(len(positions)), positions] <= NEAR * known.separations[positions]
    trap = _trapped(runs.points, known, step)
    positions = np.where(trap >= 0, trap, positions)
    largest = np.abs(runs.eigenvalues).max(axis=1)
    convex = runs.eigenvalues.min(axis=1) > FLAT * largest
    if step is not None:
        convex &= step * largest < 2
    scale = np.abs(runs.points).max(axis=1) + known.separations.min()
    still = runs.lengths == 0
    settled = convex & (newton_lengths(runs) <= SETTLED * scale)
    minimum = known.index[positions] == 0
    large = ~(np.abs(runs.points).max(axis=1) < LARGE)
    over = runs.steps >= most_steps
    outcomes: list[Outcome | None] = [None] * len(positions)
    for k in np.flatnonzero((trap >= 0) | settled | still | runs.lost | large | over):
        if trap[k] >= 0:
            outcomes[k] = Outcome.TRAPPED
        elif large[k] or (runs.lost[k] and step is not None):
            outcomes[k] = Outcome.DIVERGED
        elif at[k] and not minimum[k]:
            outcomes[k] = Outcome.SADDLE if not settled[k] else Outcome.UNKNOWN
        elif settled[k] or still[k]:
            outcomes[k] = Outcome.SETTLED if at[k] and convex[k] else Outcome.UNKNOWN
        else:
            outcomes[k] = Outcome.UNFINISHED
    return outcomes, positions


def newton_lengths(runs: Runs) -> np.ndarray:
    """The largest entry of the Newton step in the eigenbasis of the Hessian, (P,); infinite where that is singular."""
    slopes = sum(runs.vectors[:, i, :] * runs.gradients[:, i, None] for i in range(runs.gradients.shape[1]))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        lengths = np.abs(slopes / runs.eigenvalues).max(axis=1)
    return np.where(np.isnan(lengths), np.inf, lengths)


def _trapped(points: np.ndarray, known: Targets, step: float | None) -> np.ndarray:
    """The position of the minimum whose neighbourhood holds each point (P, n), -1 where none does."""
    found = np.full(len(points), -1)
    for position, inverse, radius in zip(known.trapping, known.inverses, known.radii):
        # ∇²L is at most STEEPEST·K⁻ᵀK⁻¹ there.
        if step is not None and step * STEEPEST * np.linalg.norm(inverse, 2) ** 2 >= 2:
            continue
        offsets = points - known.points[position]
        with np.errstate(over="ignore", invalid="ignore"):
            inside = _squares(sum(inverse[:, j] * offsets[:, j, None] for j in range(len(inverse)))) < (INNER * radius) ** 2
        found[inside] = position
    return found


def _squares(vectors: np.ndarray) -> np.ndarray:
    """Squared lengths along the last axis, summed in an order that does not depend on the shape."""
    with np.errstate(over="ignore"):
        return sum((vectors[..., j] ** 2 for j in range(vectors.shape[-1])), np.zeros(vectors.shape[:-1]))
