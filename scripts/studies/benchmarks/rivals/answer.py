"""What a rival answered, and how much of it is right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

AGREEMENT = 1e-6
"""Relative distance, coordinate by largest coordinate, within which a rival's point agrees with a critical point."""


class RivalError(RuntimeError):
    """A rival gave no answer; the message is one sentence."""


class OutOfTime(RivalError):
    """The time limit was exceeded."""


@dataclass(frozen=True)
class Answer:
    """``points`` (P, n), or None from a solver that only counts to ``count``; ``seconds`` of solving (starting the process and
    reading the system not counted, unless a module says so); ``memory``, the solver's peak in bytes, if known; ``real``, whether
    the real points are all that it looks for.
    """

    points: np.ndarray | None
    count: int
    seconds: float
    memory: int | None = None
    real: bool = False


@dataclass(frozen=True)
class Score:
    """Of the points that were returned: those ``right`` for the first time, those ``repeated``, those that are ``wrong``."""

    right: int
    repeated: int
    wrong: int


def score(points: np.ndarray, truth: np.ndarray) -> Score:
    """Compares ``points`` (P, n) with the distinct critical points ``truth`` (K, n): each agrees with the nearest one or with none.

    >>> score(np.array([[1.0], [1.0 + 1e-9], [5.0], [np.nan]]), np.array([[1.0], [2.0]]))
    Score(right=1, repeated=1, wrong=2)
    """
    met: set[int] = set()
    repeated = wrong = 0
    for point in points:
        distances = np.abs(truth - point).max(axis=1, initial=0.0) if np.isfinite(point).all() else np.full(len(truth), np.inf)
        nearest = int(np.argmin(distances)) if len(truth) else -1
        if nearest < 0 or not distances[nearest] <= AGREEMENT * (1 + np.abs(truth[nearest]).max()):
            wrong += 1
        elif nearest in met:
            repeated += 1
        else:
            met.add(nearest)
    return Score(len(met), repeated, wrong)
