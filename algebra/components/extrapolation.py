"""The limit of a path from points on it: extrapolation to t = 0 in u = t^{1/m}, with the winding number m found by back-testing.

Near t = 0 a path is w_i = t^{v_i} z_i(u), z_i analytic (Puiseux). Whatever m and v, the last point is predicted from the ones before
it: only an m with which that succeeds is believed. Neville's scheme; see Morgan, Sommese and Wampler, "A power series method for
computing singular solutions to nonlinear analytic systems", Numer. Math. 63 (1992).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MOST_WINDING = 6
BELIEVED = 1e-6
"""Largest relative error of a back-test that is believed."""
SLOWEST = 1 / 24
"""A growth below is not told from a finite limit by its rate alone."""


@dataclass(frozen=True)
class Extrapolated:
    """A limit: ``point`` (n,), the winding number, the largest growth g of a coordinate ~ t^−g (0: finite) and the error, relative.

    Of a path to infinity ``point`` are the leading coefficients of w_i t^{g_i}.
    """

    point: np.ndarray
    winding: int
    growth: float
    error: float


def extrapolated(places: Sequence[float], points: np.ndarray) -> Extrapolated | None:
    """The limit of a path that is at ``points`` (K, n) for decreasing t in ``places``; None when no winding number explains it.

    >>> t = 10.0 ** -np.arange(3, 9)
    >>> found = extrapolated(t, np.array([1 + np.sqrt(t), 2 - t]).T)
    >>> np.round(found.point, 8).tolist(), found.winding, found.growth
    ([1.0, 2.0], 2, 0.0)
    >>> found = extrapolated(t, np.array([t ** (-1 / 3), 2 + t]).T)
    >>> found.winding, round(found.growth, 6)
    (3, 0.333333)
    """
    t = np.asarray(places, dtype=float)
    size = np.abs(points).max(axis=0)
    size = np.maximum(size, 1e-6 * max(1.0, float(size.max())))
    # For all winding numbers at once: (K, m, n).
    windings = np.arange(1, MOST_WINDING + 1)[:, None]
    powers = np.minimum(np.round(windings * slopes(t, points)), 0)
    z = points[:, None] * t[:, None, None] ** (-powers / windings)
    scale = np.abs(z).max(axis=0)
    scale = np.maximum(scale, 1e-6 * np.maximum(1.0, scale.max(axis=1, keepdims=True)))
    u = t[:, None, None] ** (1 / windings)
    errors = (np.abs(neville(u[:-1], z[:-1], u[-1]) - z[-1]) / scale).max(axis=1)
    best: Extrapolated | None = None
    for k, m in enumerate(windings[:, 0].tolist()):
        error = float(errors[k])
        # A larger m explains what a smaller one does, so it has to do much better.
        if not error < BELIEVED or (best is not None and not error < 1e-2 * best.error):
            continue
        limit = neville(u[:, k], z[:, k], 0.0)
        # A leading coefficient that vanishes is none.
        leading = powers[k] < 0
        if (np.abs(limit)[leading] < 1e-5 * scale[k, leading]).any():
            continue
        best = Extrapolated(limit, m, float(np.abs(powers[k]).max(initial=0.0) / m), error)
    return best


def slopes(t: np.ndarray, points: np.ndarray) -> np.ndarray:
    """d log|w_i| / d log t at the last two points (n,); 0 where a coordinate is zero, or tends to zero."""
    first, last = np.abs(points[-2]), np.abs(points[-1])
    tiny = 1e-12 * max(1.0, float(last.max()))
    moving = (first > tiny) & (last > tiny)
    ratio = np.where(moving, last, 1.0) / np.where(moving, first, 1.0)
    return np.log(ratio) / np.log(t[-1] / t[-2])


def neville(nodes: np.ndarray, values: np.ndarray, at: float | np.ndarray) -> np.ndarray:
    """The values (…) at ``at`` of the polynomials through ``values`` (K, …) at ``nodes`` (K, …), shapes that broadcast.

    >>> float(neville(np.array([1.0, 2.0, 3.0]), np.array([1.0, 4.0, 9.0]), 4.0))
    16.0
    """
    column = values
    for order in range(1, len(values)):
        first, last = nodes[:-order], nodes[order:]
        column = ((at - last) * column[:-1] - (at - first) * column[1:]) / (first - last)
    return column[0]
