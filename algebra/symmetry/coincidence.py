"""Which end points coincide: matching of double-precision points of ℂⁿ while enumerating (certification decides finally)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

TOLERANCE = 1e-8
"""Relative distance at or below which two polished end points count as one."""


def match(points: np.ndarray, known: np.ndarray) -> np.ndarray:
    """For each of ``points`` (P, n) the first position in ``known`` (K, n) of a point it coincides with, or −1.

    >>> match(np.array([[1 + 1e-12j], [2.0]]), np.array([[5.0], [1.0], [1.0]]))
    array([ 1, -1])
    """
    return matching(known)(points) if len(points) else np.full(0, -1)


def matching(known: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """:func:`match` with ``known`` points (K, n) that are sorted once."""
    if not len(known):
        return lambda points: np.full(len(points), -1)
    # Points that coincide have close projections on a fixed generic direction, so only a window of the sorted ones is compared.
    direction = np.cos(np.sqrt(np.arange(2, 2 + known.shape[1])) * 7)
    order = np.argsort(known.real @ direction, kind="stable")
    sorted_projections = (known.real @ direction)[order]

    def matched(points: np.ndarray) -> np.ndarray:
        found = np.full(len(points), -1)
        reach = TOLERANCE * np.maximum(1, np.abs(points).max(axis=1))
        projections, width = points.real @ direction, reach * np.abs(direction).sum()
        lows = np.searchsorted(sorted_projections, projections - width, side="left")
        highs = np.searchsorted(sorted_projections, projections + width, side="right")
        # Windows hold few points each: compare the first candidate of all, then the second, and so on.
        for offset in range(int((highs - lows).max(initial=0))):
            open_windows = np.flatnonzero(lows + offset < highs)
            candidates = order[lows[open_windows] + offset]
            near = np.abs(known[candidates] - points[open_windows]).max(axis=1) <= reach[open_windows]
            hits, candidates = open_windows[near], candidates[near]
            found[hits] = np.where(found[hits] < 0, candidates, np.minimum(found[hits], candidates))
        return found

    return matched


def merged(known: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``known`` (K, n) with those of ``points`` (P, n) appended that coincide with none before them.

    Also returns the position of each of ``points`` in the result, shape (P,).

    >>> merged(np.array([[1.0]]), np.array([[2.0], [1.0], [2.0]]))
    (array([[1.],
           [2.]]), array([1, 0, 1]))
    """
    everything = np.concatenate([known, points]) if len(known) else points
    first = match(points, everything)
    leaders = np.flatnonzero(first == np.arange(len(known), len(everything)))
    place = np.arange(len(everything))
    place[len(known) + leaders] = len(known) + np.arange(len(leaders))
    # ``first`` points backwards, to a point that is known or a leader: closeness is all but transitive at this tolerance.
    for p in np.flatnonzero(first != np.arange(len(known), len(everything))):
        place[len(known) + p] = place[first[p]]
    return everything[np.concatenate([np.arange(len(known)), len(known) + leaders]).astype(int)], place[len(known) :]
