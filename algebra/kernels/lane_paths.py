"""What the path tracker reads and writes: homotopies, paths and where they ended, the memory in which lanes are followed."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from critscape.algebra.kernels import machine_code
from critscape.algebra.kernels.lane_program import (
    LANES,
    Lane,
    LaneProgram,
    LaneReals,
    LaneRows,
    WideRows,
    extended_registers,
    fill,
    registers,
    zeros,
)

ARRIVED, STALLED, LOST = range(3)


class Way(NamedTuple):
    """A homotopy as kernels read it: programs, the coefficients of p(t) (K + 1, q) and of c(t) (M + 1, n), units (n,)."""

    main: LaneProgram
    rate: LaneProgram
    parameters: np.ndarray
    tilt: np.ndarray
    unit: np.ndarray


class Caution(NamedTuple):
    """How carefully a path is followed. All sizes are relative corrections.

    ``error`` and ``contraction`` are the aims for the first Newton correction ‖Δ₀‖ and for ‖Δ₁‖/‖Δ₀‖; a step is rejected when it
    exceeds ten times the aim. ``history`` is the number of points that the predictor uses (1 to 3: order 1, 3, 5).
    ``corrections`` (2 to 4) Newton steps are made; the tangent uses the Hessian before the last one. ``extended`` carries points and
    corrections in double-double.
    """

    error: float
    contraction: float
    history: int
    first_step: float
    max_steps: int
    corrections: int
    extended: bool


class Passage(NamedTuple):
    """Paths to follow: each row of ``starts`` (P, n) from t = froms[p] to t = tos[p], complex (P,), on the straight segment between."""

    starts: np.ndarray
    froms: np.ndarray
    tos: np.ndarray


class Fates(NamedTuple):
    """Where each path ended: the point and the tangent dx/dr (P, n), the remaining r, the status and the number of steps (P,)."""

    ends: np.ndarray
    tangents: np.ndarray
    remaining: np.ndarray
    status: np.ndarray
    steps: np.ndarray


class Trail(NamedTuple):
    """The latest points of every lane, the newest first.

    ``depth`` (LANES,) of them are known, at ``nodes`` (3, LANES); ``points``, their derivatives ``slopes`` and ``lows``, what double
    precision drops of the points (zero unless the steps are extended): (3, n, 2, LANES).
    """

    depth: Lane
    nodes: Annotated[np.ndarray, (3, LANES)]
    points: Annotated[np.ndarray, (3, None, 2, LANES)]
    lows: Annotated[np.ndarray, (3, None, 2, LANES)]
    slopes: Annotated[np.ndarray, (3, None, 2, LANES)]


class Trial(NamedTuple):
    """A step that is tried: to r = ``attempt`` (LANES,), where t is ``t`` (2, LANES).

    The new point ``x`` + ``low`` and the tangent ``slope`` there, (n, 2, LANES); ``norms`` (3, LANES) are the relative sizes of the
    first, the second and the last Newton correction.
    """

    attempt: Lane
    t: Annotated[np.ndarray, (2, LANES)]
    x: LaneRows
    low: LaneRows
    slope: LaneRows
    norms: Annotated[np.ndarray, (3, LANES)]


class Pace(NamedTuple):
    """Where the lanes are: ``path`` (−1: none), its r and next step ``h``, −dt/dr as ``speeds`` (1, 2, LANES), whether it ``moved`` (1 or 0),
    steps ``tried`` and ``rejected`` in a row, ``fate``; (LANES,) each.
    """

    path: Lane
    r: Lane
    h: Lane
    speeds: LaneRows
    moved: Lane
    tried: Lane
    rejected: Lane
    fate: Lane


class Workspace(NamedTuple):
    """Scratch memory of a step: registers of both programs, one linear system, the predictor's weights."""

    registers: LaneRows
    rates: LaneRows
    tilts: LaneRows
    correction: LaneRows
    hessian: LaneRows
    factor: LaneRows
    inverse: LaneRows
    scale: LaneReals
    growth: LaneReals
    doubtful: Lane
    pivoted: np.ndarray
    weights: Annotated[np.ndarray, (24, LANES)]


class ExtendedWorkspace(NamedTuple):
    """The same in double-double; empty unless steps are ``extended``."""

    extended: bool
    registers: WideRows
    rates: WideRows
    hessian: WideRows
    factor: WideRows
    inverse: WideRows
    right: WideRows


class Memory(NamedTuple):
    """All that lanes need while they are followed."""

    trail: Trail
    trial: Trial
    pace: Pace
    work: Workspace
    wide: ExtendedWorkspace


def track(way: Way, caution: Caution, stall: float, passage: Passage) -> Fates:
    """Follows the paths (see `lane_tracker.track_paths`); other threads run meanwhile."""
    count, n = passage.starts.shape
    fates = Fates(
        ends=np.empty((count, n), dtype=complex),
        tangents=np.empty((count, n), dtype=complex),
        remaining=np.empty(count),
        status=np.empty(count, dtype=np.int64),
        steps=np.empty(count, dtype=np.int64),
    )
    machine_code.call("lane_tracker", "track_paths", way, caution, stall, passage, fates, memory(way, caution.extended))
    return fates


def memory(way: Way, extended: bool) -> Memory:
    """Memory for the paths of ``way``; kernels allocate none."""
    n = len(way.unit)
    history, new, counts = zeros(3, 3, n, 2, LANES), zeros(3, n, 2, LANES), np.zeros((3, LANES), dtype=np.int64)
    return Memory(
        Trail(np.zeros(LANES, dtype=np.int64), zeros(3, LANES), history[0], history[1], history[2]),
        Trial(zeros(LANES), zeros(2, LANES), new[0], new[1], new[2], zeros(3, LANES)),
        Pace(np.full(LANES, -1), zeros(LANES), zeros(LANES), zeros(1, 2, LANES), zeros(LANES), counts[0], counts[1], counts[2]),
        _workspace(way),
        _extended_workspace(way, extended),
    )


def _workspace(way: Way) -> Workspace:
    """Scratch memory with the constants of the programs and the first coefficients of the parameters and their rates filled in."""
    n, q = len(way.unit), way.parameters.shape[1]
    entries = n * (n + 1) // 2
    main, rates = registers(way.main, n + q), registers(way.rate, n + 2 * q)
    fill(main, n, way.parameters[0])
    fill(rates, n, way.parameters[0])
    if len(way.parameters) > 1:
        fill(rates, n + q, way.parameters[1])
    return Workspace(
        main,
        rates,
        tilts=zeros(n, 2, LANES),
        correction=zeros(n, 2, LANES),
        hessian=zeros(entries, 2, LANES),
        factor=zeros(entries, 2, LANES),
        inverse=zeros(n, 2, LANES),
        scale=zeros(n, LANES),
        growth=zeros(n, LANES),
        doubtful=zeros(LANES),
        pivoted=np.zeros((n, n + 1), dtype=complex),
        weights=zeros(24, LANES),
    )


def _extended_workspace(way: Way, extended: bool) -> ExtendedWorkspace:
    n, q = (len(way.unit) if extended else 0), way.parameters.shape[1]
    entries = n * (n + 1) // 2
    none = zeros(0, 4, LANES)
    return ExtendedWorkspace(
        extended,
        extended_registers(way.main, n + q) if extended else none,
        extended_registers(way.rate, n + 2 * q) if extended else none,
        hessian=zeros(entries, 4, LANES),
        factor=zeros(entries, 4, LANES),
        inverse=zeros(n, 4, LANES),
        right=zeros(n, 4, LANES),
    )
