"""A homotopy made ready for the kernels, and its paths followed from t = 1 to t = 0 with one caution: each on its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import numpy as np

from critscape.algebra.kernels.lane_paths import ARRIVED, LOST, Caution, Fates, Passage, Way, track
from critscape.algebra.kernels.lane_points import polish
from critscape.algebra.kernels.lane_program import LANES, LaneProgram, lane_program
from critscape.algebra.polynomial.straight_line import Programs, evaluate, programs, triangle
from critscape.algebra.tracking.endgame import Ending, Segment, finish
from critscape.algebra.tracking.homotopy import Homotopy, Outcome
from critscape.algebra.tracking.settling import settled

Piece = TypeVar("Piece")

# Steps for one piece of an endgame loop; a path that needs more is better followed closer to its end.
ENDGAME_STEPS = 500
# A path below this t that cannot see t = 0 from where it is goes to the endgame; with more digits it is led closer first.
ENDGAME, EXTENDED_ENDGAME = 1e-6, 1e-8
# Newton corrections of an end point in double-double.
CORRECTIONS = 5
# A Hessian (in units near 1) with a larger condition number counts as singular until more digits are used.
SINGULAR_CONDITION = 1e13
# Starts, about, at which the typical size of the Hessian is taken.
TYPICAL = 1000


def units(starts: np.ndarray) -> np.ndarray:
    """Powers of two near the typical size of every coordinate of ``starts`` (P, n), zeros aside; those always zero get a common one.

    Powers of two, so that scaling by them is exact.

    >>> units(np.array([[3.0, 0.0], [5.0, 1e-50]]))
    array([4., 4.])
    """
    sizes = np.abs(starts)
    largest = np.max(sizes, initial=0.0)
    if not largest > 0 or not np.isfinite(largest):  # NaN: has no unit.
        return np.ones(starts.shape[1])
    present = sizes > 1e-6 * largest
    # The median of each column, those that are present coming first.
    ordered, counts = np.sort(np.where(present, sizes, np.inf), axis=0), present.sum(axis=0)
    columns = np.arange(len(counts))
    typical = (ordered[(counts - 1) // 2, columns] + ordered[counts // 2, columns]) / 2
    if not counts.all():
        typical[counts == 0] = np.median(sizes[present])
    return 2.0 ** np.round(np.log2(typical))


@dataclass(frozen=True)
class Flow:
    """A homotopy made ready for the kernels: programs, contiguous coefficients, the units of the variables, some of its starts."""

    homotopy: Homotopy
    programs: Programs
    main: LaneProgram
    rate: LaneProgram
    parameters: np.ndarray
    tilt: np.ndarray
    unit: np.ndarray
    some: np.ndarray
    jobs: int

    @classmethod
    def of(cls, homotopy: Homotopy, starts: np.ndarray, jobs: int) -> Flow:
        n, q = len(homotopy.family.variables), len(homotopy.family.parameters)
        parameters = np.ascontiguousarray(homotopy.parameters, dtype=complex)
        tilt = np.ascontiguousarray(homotopy.tilt, dtype=complex)
        for name, array, width in (("starts", starts, n), ("parameters", parameters, q), ("tilt", tilt, n)):
            if array.ndim != 2 or array.shape[1] != width or (name != "starts" and not len(array)):
                raise ValueError(f"{name}: expected rows of length {width}, got an array of shape {array.shape}")
        compiled, unit = programs(homotopy.family), units(starts)
        lanes, rates = lane_program(compiled.gradient_hessian), lane_program(compiled.rate)
        some = starts[:: max(1, len(starts) // TYPICAL)]
        return cls(replace(homotopy, parameters=parameters, tilt=tilt), compiled, lanes, rates, parameters, tilt, unit, some, jobs)

    @classmethod
    def ready(cls, homotopy: Homotopy, unit: np.ndarray, stiffness: float, jobs: int) -> Flow:
        """The flow of a homotopy whose arrays are contiguous, with the units and the size of the Hessian that its paths have."""
        compiled = programs(homotopy.family)
        lanes, rates = lane_program(compiled.gradient_hessian), lane_program(compiled.rate)
        none = np.empty((0, len(unit)), dtype=complex)
        flow = cls(homotopy, compiled, lanes, rates, homotopy.parameters, homotopy.tilt, unit, none, jobs)
        flow.__dict__["stiffness"] = stiffness
        return flow

    @cached_property
    def stiffness(self) -> float:
        """The size of the Hessian, in units near 1, where paths start: what its size at an end point is measured against."""
        if not len(self.some):
            return 0.0
        typical = np.median(np.abs(_upper(self.programs, self.some, self.parameters.sum(axis=0))), axis=0)
        return float(np.max(typical[triangle(len(self.unit))] * np.outer(self.unit, self.unit), initial=0.0))

    def follow(self, starts: np.ndarray, caution: Caution, endgame: bool) -> list[Ending]:
        """Track from t = 1 to t = 0, with the endgame, if wanted, for paths that stall before it."""
        count, radius = len(starts), EXTENDED_ENDGAME if caution.extended else ENDGAME
        stall = radius if endgame else 0.0
        segment = self.advance(starts, np.ones(count, dtype=complex), np.zeros(count, dtype=complex), stall, caution)
        limits, good = self.regular(segment.points, SINGULAR_CONDITION if endgame else np.inf)
        endings = [
            Ending(Outcome.FINISHED, limit, 1, steps=steps) if finished else Ending(Outcome.FAILED, t=t, steps=steps)
            for finished, limit, t, steps in zip((segment.arrived & good).tolist(), limits, segment.t.real.tolist(), segment.steps.tolist())
        ]
        if not endgame:
            return endings
        points, radii = segment.points.copy(), segment.t.real.copy()
        # A path may step right onto a singular end point: for the endgame it is led to just before it.
        jumped = np.flatnonzero(segment.arrived & ~good)
        before = self.advance(starts[jumped], np.ones(len(jumped), complex), np.full(len(jumped), radius, complex), 0.0, caution)
        points[jumped], radii[jumped] = before.points, radius
        stalled = np.union1d(np.flatnonzero(~segment.arrived & ~segment.lost), jumped[before.arrived])
        if len(stalled):

            def advance(points: np.ndarray, froms: np.ndarray, tos: np.ndarray, stall: float) -> Segment:
                bounded = caution if stall else caution._replace(max_steps=ENDGAME_STEPS)
                return self.advance(points, froms, tos, stall, bounded)

            for index, ending in zip(stalled.tolist(), finish(advance, self.regular, self.unit, points[stalled], radii[stalled])):
                steps = ending.steps + int(segment.steps[index])
                endings[index] = Ending(ending.outcome, ending.end, ending.winding, ending.t, steps)
        # Only more digits tell a singular end point from an ill-conditioned one: a false SINGULAR would lose a critical point.
        unclear = [k for k, ending in enumerate(endings) if ending.outcome is Outcome.SINGULAR]
        unclear += [int(k) for k in jumped if endings[k].outcome is Outcome.FAILED]
        for index in unclear:
            ending = endings[index]
            limit = settled(self.homotopy, self.unit, segment.points[index] if ending.end is None else ending.end)
            # Several paths that meet stay SINGULAR here: the end of the homotopy is the rounded loss, and only the exact one
            # tells a multiple zero from a cluster of simple ones.
            if limit is not None and ending.winding in (None, 1):
                endings[index] = Ending(Outcome.FINISHED, limit, 1, steps=ending.steps)
        return endings

    def advance(self, points: np.ndarray, froms: np.ndarray, tos: np.ndarray, stall: float, caution: Caution) -> Segment:
        """Follow each path from one value of t to another (see `lane_tracker.track_paths`), on ``jobs`` threads."""
        scaled = np.ascontiguousarray(points / self.unit)
        way = Way(self.main, self.rate, self.parameters, self.tilt, self.unit)

        def piece(part: slice) -> Fates:
            return track(way, caution, stall, Passage(scaled[part], froms[part], tos[part]))

        fates = Fates(*map(np.concatenate, zip(*self.threaded(piece, len(points)))))
        where = tos + fates.remaining * (froms - tos)
        return Segment(fates.ends * self.unit, where, fates.status == ARRIVED, fates.status == LOST, fates.steps)

    def regular(self, points: np.ndarray, condition: float = SINGULAR_CONDITION) -> tuple[np.ndarray, np.ndarray]:
        """Newton's method at t = 0 from ``points`` (P, n): the limits, and which of them are regular zeros close by.

        The corrections are made in double-double: the limits of ill-conditioned points have all digits too, so that coincidences
        show. Newton's method must settle, and the condition number of the Hessian be below ``condition``.
        """
        x = np.ascontiguousarray(points / self.unit)
        finite = np.isfinite(x).all(axis=1)
        x[~finite] = 0.0

        def piece(part: slice) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
            return polish(self.main, self.parameters[0], self.tilt[0], self.unit, x[part], CORRECTIONS)

        limits, moved, last = map(np.concatenate, zip(*self.threaded(piece, len(points))))
        good = finite & (moved < 1e-2) & (last < 1e-12)
        if not np.isfinite(condition):
            # Newton's method has solved with the Hessian there.
            return limits * self.unit, good
        hessians = self.hessians(limits)
        inverses, solvable = _inverses(hessians)
        # A Hessian that vanishes altogether is singular too, however well it inverts.
        stiffness = np.maximum(np.abs(hessians).sum(axis=2).max(axis=1), self.stiffness)
        with np.errstate(over="ignore"):
            # Beyond the largest double it is infinite, which is what it should be.
            conditions = stiffness * np.abs(inverses).sum(axis=2).max(axis=1)
        return limits * self.unit, good & solvable & (conditions < condition)

    def hessians(self, points: np.ndarray) -> np.ndarray:
        """D·∇²L·D at t = 0 at ``points`` (P, n) in units of the variables, D their units; shape (P, n, n)."""
        upper = _upper(self.programs, points * self.unit, self.parameters[0])
        return np.ascontiguousarray(upper[:, triangle(points.shape[1])]) * np.outer(self.unit, self.unit)

    def threaded(self, piece: Callable[[slice], Piece], count: int) -> list[Piece]:
        """What ``piece`` makes of slices of ``count`` paths, on ``jobs`` threads."""
        workers = max(1, min(self.jobs, count // LANES))
        parts = [slice(k * count // workers, (k + 1) * count // workers) for k in range(workers)]
        if workers == 1:
            return [piece(parts[0])]
        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(piece, parts))


def _upper(compiled: Programs, points: np.ndarray, parameters: np.ndarray) -> np.ndarray:
    """The entries ∂_i∂_j L, j ≥ i, row by row, at ``points`` (P, n); shape (P, n(n + 1)/2)."""
    count, n = points.shape
    values = evaluate(compiled.gradient_hessian, list(points.T), [complex(p) for p in parameters])[n:]
    upper = np.empty((len(values), count), dtype=complex)
    for row, value in zip(upper, values):
        row[:] = value
    return upper.T


def _inverses(matrices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The inverse of each matrix (P, n, n), zero where there is none, and a flag for each."""
    finite = np.isfinite(matrices).all(axis=(1, 2))
    try:
        return np.linalg.inv(np.where(finite[:, None, None], matrices, np.eye(matrices.shape[1]))), finite
    except np.linalg.LinAlgError:
        inverse = np.zeros_like(matrices)
        for k in np.flatnonzero(finite):
            try:
                inverse[k] = np.linalg.inv(matrices[k])
            except np.linalg.LinAlgError:
                finite[k] = False
        return inverse, finite
