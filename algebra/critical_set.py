"""The critical set of one loss: enumerated, certified, classified, with its evidence and status."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np

from algebra.classification import Kind, RealPoint, classify
from algebra.enumeration import Continuation, Enumeration, enumerate_critical_points
from algebra.evidence import Evidence, gather, orbits
from algebra.loss import Loss
from algebra.start_set import StartSet
from algebra.symmetry import SymmetryGroup, symmetry_group
from algebra.tracking import Tracker


class Status(Enum):
    """Whether the answer is all there is."""

    COMPLETE = "complete"
    NOT_FINITE = "not-finite"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True)
class CriticalSet:
    """Everything that is known about the critical points of one loss.

    ``real`` are the real points in increasing loss; ``orbits`` are lists of positions in ``enumeration.points`` (None when not
    closed); ``reason`` is one sentence unless the status is COMPLETE; ``seconds`` the time of each stage.
    """

    enumeration: Enumeration
    real: tuple[RealPoint, ...]
    group: SymmetryGroup
    orbits: tuple[tuple[int, ...], ...] | None
    evidence: tuple[Evidence, ...]
    status: Status
    reason: str | None
    seconds: dict[str, float]

    @property
    def torus_count(self) -> int:
        """N_C*: the points without a zero coordinate."""
        return sum(not any(z.contains(0) for z in point.ball) for point in self.enumeration.points) + sum(
            bool(np.all(np.abs(p.approximation) > 1e-6)) for p in self.enumeration.degenerate
        )

    @property
    def by_index(self) -> dict[int, int]:
        """Number of real points of each index that occurs."""
        return dict(sorted(Counter(point.index for point in self.real).items()))

    def count(self, kind: Kind) -> int:
        """Number of real points of a kind."""
        return sum(point.kind is kind for point in self.real)


def critical_set(
    loss: Loss,
    tracker: Tracker,
    seed: int,
    coercive: bool,
    bounds: Mapping[str, int],
    continuation: Continuation,
    start_set: Callable[[], StartSet],
    progress: Callable[[str, int], None] = lambda stage, count: None,
) -> CriticalSet:
    """Finds, certifies and classifies all critical points.

    Parameters
    ----------
    seed : fixes every random choice.
    coercive : whether L(w) → ∞ with ‖w‖, so that the Euler sum is 1 and the least critical value is the global minimum.
    bounds : named upper bounds for N_C, checked as evidence.
    continuation, start_set, progress : see :func:`algebra.enumeration.enumerate_critical_points`.
    """
    began = time.perf_counter()
    enumeration = enumerate_critical_points(loss, tracker, np.random.default_rng([seed, 1]), continuation, start_set, progress)
    enumerated = time.perf_counter()
    group = symmetry_group(loss)
    if enumeration.not_finite:
        return CriticalSet(
            enumeration, (), group, None, (), Status.NOT_FINITE, enumeration.not_finite, {"enumeration": enumerated - began}
        )
    progress("classification", len(enumeration.points))
    # Which minimum is global is known only when none can be missing.
    decomposition = orbits(enumeration.points, group)
    real = tuple(classify(loss, enumeration.points, coercive and not enumeration.open_ends, decomposition))
    evidence = gather(enumeration, real, group, decomposition, bounds, coercive)
    reasons = [*enumeration.open_ends, *(f"{e.name}: {e.measured}" for e in evidence if e.holds is False and not enumeration.open_ends)]
    seconds = {"enumeration": enumerated - began, "classification": time.perf_counter() - enumerated}
    return CriticalSet(
        enumeration,
        real,
        group,
        None if decomposition is None else tuple(tuple(orbit) for orbit in decomposition),
        evidence,
        Status.INCOMPLETE if reasons else Status.COMPLETE,
        "; ".join(reasons) or None,
        seconds,
    )
