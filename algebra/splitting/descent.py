"""The minimum at which units are split where none is given: the lowest that descent from random starts ends in, or how these runs end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import flint
import numpy as np
import scipy.optimize
from flint import arb

from critscape.algebra.splitting.critical_point import CriticalPoint, NotCritical, proved_point
from critscape.algebra.splitting.derivatives import BALLS, derivatives, gradient, loss
from critscape.algebra.splitting.feed_forward import Training

FLOAT = 64
"""Bits of the search for a point."""
SLOPE = 1e-7
"""Largest entry of the gradient, or its norm, at which a run ends."""
FLATTER = 1e-12
"""The same for a run that is followed on, as it has not ended in a regular minimum."""
FARTHEST = 1e3
"""Size of a weight beyond which descent is taken to go to infinity."""
GROWN = 1.05
"""Factor by which a weight of a run that is followed on grows if it goes to infinity: at a point where derivatives vanish it stays."""
FITTED = 1e-12
"""Loss, relative to the largest of all starts, at which all samples are fitted."""

Progress = Callable[[str, int], None]
"""Is told a stage and how far it is."""


def _silent(stage: str, count: int) -> None:
    pass


class End(Enum):
    """Where a run of descent ends that ends in no regular local minimum, as double precision tells it."""

    FITTED = "at a loss that double precision does not tell from 0"
    AWAY = "nowhere, as weights still grow when the gradient is below any bound that double precision resolves"
    SINGULAR = "where no regular local minimum is proved"


@dataclass(frozen=True)
class Run:
    """One run: where it ends, its largest weight and its loss there."""

    end: End
    largest: float
    loss: float


class NoMinimum(NotCritical):
    """No descent ended in a regular local minimum: how the ``runs`` ended."""

    def __init__(self, runs: tuple[Run, ...]) -> None:
        super().__init__(
            f"none of {len(runs)} descents does: {ended(runs)}; other data, with more samples than weights, a ridge, or a point of your "
            "own, --weights, may help"
        )
        self.runs = runs

    def all(self, *ends: End) -> bool:
        """Whether every run has one of these ends."""
        return all(run.end in ends for run in self.runs)


def ended(runs: tuple[Run, ...]) -> str:
    """How runs ended, in words.

    >>> ended((Run(End.AWAY, 157.2, 5.5362), Run(End.AWAY, 14.9, 5.4883), Run(End.SINGULAR, 1.0, 1.0)))
    '2 go to infinity, with weights of up to 157 at losses of 5.488 to 5.536, 1 settles where no regular minimum is proved'
    """
    counts, parts = Counter(run.end for run in runs), []
    if away := counts[End.AWAY]:
        far = [run for run in runs if run.end is End.AWAY]
        losses = list(dict.fromkeys(f"{value:.4g}" for value in (min(run.loss for run in far), max(run.loss for run in far))))
        at = f"a loss of {losses[0]}" if len(losses) == 1 else f"losses of {losses[0]} to {losses[1]}"
        parts.append(
            f"{away} {'goes' if away == 1 else 'go'} to infinity, with weights of up to {max(run.largest for run in far):.0f} at {at}"
        )
    if fitted := counts[End.FITTED]:
        parts.append(f"{fitted} {'fits' if fitted == 1 else 'fit'} all samples as far as double precision tells")
    if singular := counts[End.SINGULAR]:
        parts.append(f"{singular} {'settles' if singular == 1 else 'settle'} where no regular minimum is proved")
    return ", ".join(parts)


def lowest_minimum(training: Training, seed: int, starts: int, progress: Progress = _silent) -> CriticalPoint:
    """The lowest of the local minima with a regular Hessian that descent from Gaussian ``starts`` ends in, proved.

    Raises
    ------
    NoMinimum : none was found, as where minima lie at infinity.
    """
    generator, found, others = np.random.default_rng([seed, 6]), [], []
    for k in range(starts):
        progress("descent from random starts", k)
        start = generator.normal(size=training.network.dimension)
        place, settled = descended(training, start, SLOPE)
        point = minimum_at(training, place) if settled else None
        if point is None:
            others.append((start, place, settled))
        else:
            found.append(point)
    if not found:
        highest = max(height(training, start) for start, _, _ in others)
        raise NoMinimum(tuple(run(training, place, settled, FITTED * highest) for _, place, settled in others))
    return min(found, key=lambda point: float(point.at.value.mid()))


def minimum_at(training: Training, place: np.ndarray) -> CriticalPoint | None:
    """The regular local minimum next to a place (N), if one is proved."""
    try:
        point = proved_point(training, place)
    except NotCritical:
        return None
    return point if point.inertia is not None and point.inertia.definite == 1 else None


def run(training: Training, place: np.ndarray, settled: bool, zero: float) -> Run:
    """How a run ends that has come to a place (N), and has settled there or not; losses up to ``zero`` are no more than that."""
    largest, value = float(np.abs(place).max()), height(training, place)
    if value <= zero:
        return Run(End.FITTED, largest, value)
    if settled:
        further, settled = descended(training, place, FLATTER)
        settled &= float(np.abs(further).max()) <= GROWN * largest
    return Run(End.SINGULAR if settled else End.AWAY, largest, value)


def height(training: Training, place: np.ndarray) -> float:
    """L at a place (N)."""
    return float(loss(training, balls(place), BALLS).mid())


def balls(place: np.ndarray) -> list[arb]:
    return [arb(float(entry)) for entry in place]


def descended(training: Training, start: np.ndarray, slope: float) -> tuple[np.ndarray, bool]:
    """Where a trust-region method (Moré–Sorensen, as SciPy has it) ends from a start (N), and whether it settles, with a gradient of norm below ``slope``."""
    place = start

    def moved(x: Any) -> None:
        nonlocal place
        place = np.array(x)

    def value(x: Any) -> float:
        return height(training, x)

    def slope_at(x: Any) -> np.ndarray:
        return np.array([float(g.mid()) for g in gradient(training, balls(x), BALLS)])

    def curvature(x: Any) -> np.ndarray:
        return np.array([[float(h.mid()) for h in row] for row in derivatives(training, balls(x), BALLS).hessian.tolist()])

    others: Any = {"options": {"gtol": slope, "maxiter": 300}, "callback": moved}
    with flint.ctx.workprec(FLOAT), np.errstate(all="ignore"):
        try:
            done = scipy.optimize.minimize(value, list(start), method="trust-exact", jac=slope_at, hess=curvature, **others)
        except (ValueError, np.linalg.LinAlgError):
            # Numbers beyond double precision on the way.
            return place, False
    return done.x, bool(done.success and np.abs(done.x).max() < FARTHEST)
