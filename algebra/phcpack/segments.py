"""Tracking one segment with PHCpack: ever more careful attempts until every path is finished or explained.

All attempts follow the same arc, so that a path tracked again ends where it should have ended at first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from critscape.algebra.phcpack.end_points import Segment, connected, diverges, regular_end_points, settled_at_infinity, singular_end_points
from critscape.algebra.phcpack.expanded_family import MonomialSystem
from critscape.algebra.phcpack.processes import answers
from critscape.algebra.symmetry.coincidence import merged
from critscape.algebra.tracking.homotopy import Outcome

CHUNK = 30
"""Most paths in one request: what a crash of PHCpack puts at risk, and the grain of sharing between processes."""


@dataclass(frozen=True)
class Attempt:
    """One way to track a segment: cut at the values ``cuts`` of s, each piece by PHCpack's ``operation`` in ``precision``."""

    operation: str
    precision: str
    cuts: tuple[float, ...]
    power: int
    tuning: tuple[tuple[str, float], ...]


WHOLE = (0.0, 1.0)
# Ends in decades of τ = (1 − s)²: PHCpack's last step may jump from a diverging path to a finite solution.
DECADES = (*(k / 8 for k in range(8)), 0.96, 0.99, 0.997, 0.999, 0.9997, 0.9999, 1.0)
# With the default end game (from s = 0.9 on) PHCpack gives up right behind 0.9. Tolerances are its own for the precision.
PLAIN = (("endgame_distance", 0.0), ("reruns", 0))
# Without any end game it sometimes jumps, or reports the start point, where a path diverges at the very end.
SHORT = (("endgame_distance", 0.01), ("reruns", 0))
# Where a path is large, residuals of 1e-8 are below rounding errors and PHCpack gets stuck.
LOOSE, LOOSEST = ((*PLAIN, ("residuals", tolerance), ("corrections", tolerance)) for tolerance in (1e-6, 1e-5))
QUICK = (
    Attempt("track", "double", WHOLE, 2, PLAIN),
    Attempt("track", "double", DECADES, 2, LOOSE),
    Attempt("track", "double", WHOLE, 2, SHORT),
    Attempt("track", "double", DECADES, 2, LOOSEST),
)
"""Tens of milliseconds a path."""
THOROUGH = (
    Attempt("Padé track", "double", WHOLE, 1, ()),
    Attempt("Padé track", "double double", WHOLE, 1, ()),
)
"""Seconds a path, more when it diverges."""
LAST_STEP = 0.99
"""A piece from here on to the end is short enough for Newton's method to lead back from its end to its beginning."""
FEW = 10
"""Most paths that are worth thorough attempts."""


@dataclass(frozen=True)
class Arrival:
    """Where a path stopped: ``s`` and ``point`` (n,) there; ``point`` is a zero of the target if the outcome is FINISHED."""

    point: np.ndarray
    s: float
    outcome: Outcome


def polynomials(system: MonomialSystem) -> list[list[tuple[float, float, list[int]]]]:
    """The system as the worker takes it: per equation its terms (re, im, exponents)."""
    exponents = system.exponents.tolist()
    return [[(c.real, c.imag, exponents[s]) for s, c in enumerate(row.tolist()) if c] for row in system.coefficients]


def follow(segment: Segment, starts: np.ndarray, jobs: int, deadline: float, thorough: bool = True) -> list[Arrival]:
    """The paths of ``segment`` from ``starts`` (P, n), in the same order; ``thorough`` attempts are made when few are missing.

    Raises
    ------
    PhcpyError : ``deadline`` (a value of ``time.monotonic()``) passed.
    """
    starts = np.asarray(starts, dtype=complex)
    begins, usable = regular_end_points(segment.start, starts)
    arrivals = [Arrival(start, 0.0, Outcome.FAILED) for start in starts]
    pending = [int(k) for k in np.flatnonzero(usable)]
    # Equal starts may share an end point; others may not.
    identities = merged(np.empty((0, starts.shape[1]), dtype=complex), begins)[1] if len(begins) else begins
    for attempt in QUICK + THOROUGH:
        if not pending or (attempt in THOROUGH and (len(pending) > FEW or not thorough)):
            break
        for k, arrival in zip(pending, attempted(attempt, segment, begins[pending], jobs, deadline)):
            if arrival.outcome is not Outcome.FAILED or arrivals[k].outcome in (Outcome.FINISHED, Outcome.FAILED):
                arrivals[k] = arrival
        met = meeting(arrivals, identities)
        pending = [k for k in range(len(starts)) if usable[k] and (k in met or arrivals[k].outcome in (Outcome.FAILED, Outcome.SINGULAR))]
    for k in meeting(arrivals, identities):
        arrivals[k] = Arrival(arrivals[k].point, arrivals[k].s, Outcome.FAILED)
    return arrivals


def meeting(arrivals: Sequence[Arrival], identities: Sequence[int] | np.ndarray) -> set[int]:
    """Positions of finished paths that share their end point although they started apart: at least one of them jumped."""
    finished = [k for k, arrival in enumerate(arrivals) if arrival.outcome is Outcome.FINISHED]
    if not finished:
        return set()
    points = np.array([arrivals[k].point for k in finished])
    places = merged(np.empty((0, points.shape[1]), dtype=complex), points)[1]
    visitors: dict[int, set[int]] = {}
    for k, place in zip(finished, places):
        visitors.setdefault(int(place), set()).add(int(identities[k]))
    return {k for k, place in zip(finished, places) if len(visitors[int(place)]) > 1}


def attempted(attempt: Attempt, segment: Segment, begins: np.ndarray, jobs: int, deadline: float) -> list[Arrival]:
    """One attempt at every path from ``begins`` (P, n)."""
    arrivals = [Arrival(point, 0.0, Outcome.FAILED) for point in begins]
    trails: list[list[tuple[np.ndarray, float]]] = [[] for _ in begins]
    moving = list(range(len(begins)))
    for low, high in zip(attempt.cuts, attempt.cuts[1:]):
        if not moving:
            break
        # Positive combinations of two points of the arc (1 − s)^k·F + s^k·G are on the arc: the pieces leave no gap.
        piece = Segment(segment.at(low), segment.at(high), attempt.power)
        begun = np.array([arrivals[k].point for k in moving])
        ends = tracked(attempt, piece, begun, jobs, deadline)
        points, reached = np.array([end[0] for end in ends]), np.array([end[1] for end in ends])
        zeros, regular = regular_end_points(piece.target, points)
        regular &= np.abs(reached - 1) <= 1e-10
        if high == 1.0 and low >= LAST_STEP:
            regular &= connected(segment.at(low), zeros, begun)
        onward = []
        for i, k in enumerate(moving):
            if regular[i]:
                arrivals[k] = Arrival(zeros[i], high, Outcome.FINISHED if high == 1.0 else Outcome.FAILED)
                trails[k].append((zeros[i], high))
                onward.append(k)
                continue
            stop = position(segment.power, attempt.power, low, high, reached[i])
            arrivals[k] = Arrival(points[i], stop, Outcome.FAILED)
            if diverges(segment, points[i], stop) or settled_at_infinity(segment, trails[k]):
                arrivals[k] = Arrival(points[i], stop, Outcome.AT_INFINITY)
        moving = onward
    late = [k for k, arrival in enumerate(arrivals) if arrival.outcome is Outcome.FAILED and arrival.s > 0.99]
    if late:
        zeros, singular = singular_end_points(segment.target, np.array([arrivals[k].point for k in late]))
        for k, zero, found in zip(late, zeros, singular):
            if found:
                arrivals[k] = Arrival(zero, arrivals[k].s, Outcome.SINGULAR)
    return arrivals


def position(power: int, piece_power: int, low: float, high: float, s: float) -> float:
    """Where s on the piece from ``low`` to ``high`` (with its own power) is on the whole segment.

    >>> position(2, 2, 0.0, 1.0, 0.25), position(2, 1, 0.5, 1.0, 0.0)
    (0.25, 0.5)
    """
    start = (1 - s) ** piece_power * (1 - low) ** power + s**piece_power * (1 - high) ** power
    target = (1 - s) ** piece_power * low**power + s**piece_power * high**power
    return target ** (1 / power) / (start ** (1 / power) + target ** (1 / power))


def tracked(attempt: Attempt, piece: Segment, points: np.ndarray, jobs: int, deadline: float) -> list[tuple[np.ndarray, float]]:
    """Where PHCpack left each path, (point, s); NaN where it left nothing."""
    n = piece.start.dimension
    common: dict[str, Any] = {
        "operation": attempt.operation,
        "start": polynomials(piece.start),
        "target": polynomials(piece.target),
        "gamma": [1.0, 0.0],
        "precision": attempt.precision,
    }
    if attempt.operation == "track":
        common |= {"power": attempt.power, "tuning": dict(attempt.tuning)}
    chunk = int(np.clip(np.ceil(len(points) / (4 * jobs)), 1, CHUNK))
    pairs = np.stack([points.real, points.imag], axis=2).tolist()
    groups = [list(range(k, min(k + chunk, len(points)))) for k in range(0, len(points), chunk)]
    ends: list[dict | None] = [None] * len(points)
    # Whatever happens to a group, each of its paths gets a second chance alone.
    for _ in range(2):
        replies = answers([{**common, "points": [pairs[k] for k in group]} for group in groups], jobs, deadline)
        for group, reply in zip(groups, replies):
            for k, end in zip(group, reply.get("answer") or [None] * len(group)):
                ends[k] = end
        groups = [[k] for k, end in enumerate(ends) if end is None]
        if not groups:
            break
    missing = (np.full(n, np.nan, dtype=complex), float("nan"))
    return [missing if end is None else (np.array(end["point"]) @ np.array([1, 1j]), end["t"]) for end in ends]
