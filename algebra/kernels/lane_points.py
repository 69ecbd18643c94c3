"""End points to the last digit of double precision: Newton's method in double-double on LANES points at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from critscape.algebra.kernels import machine_code
from critscape.algebra.kernels.lane_program import LANES, Lane, LaneProgram, LaneRows, WideRows, extended_registers, fill, zeros


class PointMemory(NamedTuple):
    """What Newton's method needs: the rows of p filled in, registers in double-double, one linear system, points, tilts and norms."""

    given: LaneRows
    registers: WideRows
    hessian: WideRows
    factor: WideRows
    inverse: WideRows
    right: WideRows
    x: LaneRows
    correction: LaneRows
    tilts: LaneRows
    norm: Lane


def polish(
    main: LaneProgram, parameters: np.ndarray, tilt: np.ndarray, unit: np.ndarray, points: np.ndarray, rounds: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Newton's method for ∇L(w; p) + c = 0 from every row of ``points`` (P, n), at most ``rounds`` corrections.

    Coordinates are in units: w = unit·x. ``parameters`` p (q,) and ``tilt`` c (n,) are complex. Returns the limits (P, n), and for each
    point the sum and the smallest of the relative corrections (P,). A correction that is larger than the one before it is not made.
    """
    limits, moved, last = np.empty_like(points), np.empty(len(points)), np.empty(len(points))
    machine_code.call("lane_newton", "polish", main, unit, points, limits, moved, last, rounds, _memory(main, parameters, tilt))
    return limits, moved, last


def _memory(main: LaneProgram, parameters: np.ndarray, tilt: np.ndarray) -> PointMemory:
    n, q = len(tilt), len(parameters)
    entries = n * (n + 1) // 2
    given, tilts = zeros(n + q, 2, LANES), zeros(n, 2, LANES)
    fill(given, n, parameters)
    fill(tilts, 0, tilt)
    return PointMemory(
        given,
        extended_registers(main, n + q),
        hessian=zeros(entries, 4, LANES),
        factor=zeros(entries, 4, LANES),
        inverse=zeros(n, 4, LANES),
        right=zeros(n, 4, LANES),
        x=zeros(n, 2, LANES),
        correction=zeros(n, 2, LANES),
        tilts=tilts,
        norm=zeros(LANES),
    )
