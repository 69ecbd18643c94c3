"""Tracking one segment with PHCpack: ever more careful attempts until every path is finished or explained.

All attempts follow the same arc, so that a path tracked again ends where it should have ended at first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from algebra.coincidence import merged
from algebra.end_points import Segment, diverges, regular_end_points, singular_end_points
from algebra.expanded_family import MonomialSystem
from algebra.phcpy_processes import answers
from algebra.tracking import Outcome

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
EIGHTHS = tuple(k / 8 for k in range(9))
# With the default end game (from s = 0.9 on) PHCpack gives up right behind 0.9. Tolerances are its own for the precision.
PLAIN = (("endgame_distance", 0.0), ("reruns", 0))
# Without any end game it sometimes jumps, or reports a start point, where a path is steep at the very end.
SHORT = (("endgame_distance", 0.01), ("reruns", 0))
QUICK = (
    Attempt("track", "double", WHOLE, 2, PLAIN),
    Attempt("track", "double", EIGHTHS, 2, PLAIN),
    Attempt("track", "double", WHOLE, 2, SHORT),
)
"""Tens of milliseconds a path."""
THOROUGH = (
    Attempt("Padé track", "double", WHOLE, 1, ()),
    Attempt("Padé track", "double double", WHOLE, 1, ()),
)
"""Seconds a path, more when it diverges."""
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
        pending = [
            k
            for k in range(len(starts))
            if usable[k] and (k in met or arrivals[k].outcome in (Outcome.FAILED, Outcome.SINGULAR))
        ]
    for k in meeting(arrivals, identities):
        arrivals[k] = Arrival(arrivals[k].point, arrivals[k].s, Outcome.FAILED)
    return arrivals


def meeting(arrivals: Sequence[Arrival], identities: Sequence[int]) -> set[int]:
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
    moving = list(range(len(begins)))
    for low, high in zip(attempt.cuts, attempt.cuts[1:]):
        if not moving:
            break
        # Positive combinations of two points of an arc γ(1 − s)^k·F + s^k·G are on the arc: the pieces leave no gap.
        piece = Segment(segment.at(low), segment.at(high), attempt.power)
        if attempt.power != segment.power and attempt.cuts == WHOLE:
            piece = Segment(segment.start, segment.target, attempt.power)
        ends = tracked(attempt, piece, np.array([arrivals[k].point for k in moving]), jobs, deadline)
        points, reached = np.array([end[0] for end in ends]), np.array([end[1] for end in ends])
        zeros, regular = regular_end_points(piece.target, points)
        regular &= np.abs(reached - 1) <= 1e-10
        last, onward = high == 1.0, []
        for i, k in enumerate(moving):
            s = low + (high - low) * reached[i]
            if regular[i]:
                arrivals[k] = Arrival(zeros[i], high, Outcome.FINISHED if last else Outcome.FAILED)
                onward.append(k)
            elif last and diverges(piece, points[i], reached[i]):
                arrivals[k] = Arrival(points[i], s, Outcome.AT_INFINITY)
            else:
                arrivals[k] = Arrival(points[i], s, Outcome.FAILED)
        if last:
            late = [i for i, k in enumerate(moving) if arrivals[k].outcome is Outcome.FAILED and (1 - reached[i]) <= 1e-2]
            if late:
                zeros, singular = singular_end_points(piece.target, points[late])
                for i, zero, found in zip(late, zeros, singular):
                    if found:
                        arrivals[moving[i]] = Arrival(zero, arrivals[moving[i]].s, Outcome.SINGULAR)
        moving = onward
    return arrivals


def tracked(
    attempt: Attempt, piece: Segment, points: np.ndarray, jobs: int, deadline: float
) -> list[tuple[np.ndarray, float]]:
    """Where PHCpack left each path, (point, s); NaN where it left nothing."""
    n = piece.start.dimension
    common = {
        "operation": attempt.operation,
        "start": polynomials(piece.start),
        "target": polynomials(piece.target),
        "gamma": [1.0, 0.0],
        "precision": attempt.precision,
        "tuning": dict(attempt.tuning),
    }
    if attempt.operation == "track":
        common["power"] = attempt.power
    chunk = int(np.clip(np.ceil(len(points) / (4 * jobs)), 1, CHUNK))
    pairs = np.stack([points.real, points.imag], axis=2).tolist()
    groups = [list(range(k, min(k + chunk, len(points)))) for k in range(0, len(points), chunk)]
    ends: list[dict | None] = [None] * len(points)
    # Whatever happens to a group, each of its paths gets a second chance alone.
    for last_chance in (False, True):
        replies = answers([{**common, "points": [pairs[k] for k in group]} for group in groups], jobs, deadline)
        for group, reply in zip(groups, replies):
            for k, end in zip(group, reply.get("answer") or [None] * len(group)):
                ends[k] = end
        groups = [[k] for k, end in enumerate(ends) if end is None]
        if not groups:
            break
    missing = (np.full(n, np.nan, dtype=complex), float("nan"))
    return [missing if end is None else (np.array(end["point"]) @ np.array([1, 1j]), end["t"]) for end in ends]
