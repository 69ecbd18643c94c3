"""Which end points coincide: matching of double-precision points of ℂⁿ while enumerating (certification decides finally)."""

from __future__ import annotations

import numpy as np

TOLERANCE = 1e-8
"""Relative distance at or below which two polished end points count as one."""


def match(points: np.ndarray, known: np.ndarray) -> np.ndarray:
    """For each of ``points`` (P, n) the first position in ``known`` (K, n) of a point it coincides with, or −1.

    >>> match(np.array([[1 + 1e-12j], [2.0]]), np.array([[5.0], [1.0], [1.0]]))
    array([ 1, -1])
    """
    found = np.full(len(points), -1)
    if not len(points) or not len(known):
        return found
    # Points that coincide have close projections on a fixed generic direction, so only a window of the sorted ones is compared.
    direction = np.cos(np.sqrt(np.arange(2, 2 + points.shape[1])) * 7)
    order = np.argsort(known.real @ direction, kind="stable")
    sorted_projections = (known.real @ direction)[order]
    reach = TOLERANCE * np.maximum(1, np.abs(points).max(axis=1))
    projections, width = points.real @ direction, reach * np.abs(direction).sum()
    lows = np.searchsorted(sorted_projections, projections - width, side="left")
    highs = np.searchsorted(sorted_projections, projections + width, side="right")
    for p, (low, high) in enumerate(zip(lows, highs)):
        window = order[low:high]
        near = window[np.abs(known[window] - points[p]).max(axis=1) <= reach[p]]
        if len(near):
            found[p] = near.min()
    return found


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
    for p, f in enumerate(first):
        # ``first`` points backwards, so the place it names is settled already.
        place[len(known) + p] = place[f]
    positions = place[len(known) :]
    return everything[np.concatenate([np.arange(len(known)), len(known) + leaders]).astype(int)], positions
