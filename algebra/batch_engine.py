"""The batch engine: our own path tracker, thousands of paths in lockstep lanes of one compiled kernel.

A path that the kernel cannot finish goes through an endgame, then is tracked again with more caution, at last in double-double.
End points are compared with each other: two paths of one homotopy never meet at a regular end point, so a coincidence means
that one has jumped, and both are tracked again with more caution.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from algebra import lane_tracker
from algebra.endgame import Ending, Segment, finish
from algebra.lane_tracker import ARRIVED, LOST, Caution, LaneProgram, track_paths
from algebra.straight_line import Program, Programs, evaluate, programs
from algebra.tracking import Homotopy, Outcome, Path

# From the usual way of tracking to the most careful one.
CAUTIONS = (
    Caution(error=1e-3, contraction=1e-2, history=3, first_step=1e-2, max_steps=1000, corrections=2, extended=False),
    Caution(error=1e-3, contraction=2e-2, history=3, first_step=1e-4, max_steps=20000, corrections=3, extended=True),
    Caution(error=1e-5, contraction=2e-3, history=3, first_step=1e-5, max_steps=20000, corrections=3, extended=True),
)
# Steps for one piece of an endgame loop; a path that needs more is better followed closer to its end.
ENDGAME_STEPS = 500
# A path below this t that cannot see t = 0 from where it is goes to the endgame.
ENDGAME = 1e-4
# A Hessian (in units near 1) with a larger condition number counts as singular until more digits are used.
SINGULAR_CONDITION = 1e13
# Two end points closer than this (relatively) are the same.
SAME = 1e-8


@dataclass(frozen=True)
class BatchTracker:
    """The `algebra.tracking.Tracker` built on lane kernels; ``jobs`` is the number of threads."""

    jobs: int = 1
    name: str = "batch"
    loops: bool = True

    def track(self, homotopy: Homotopy, starts: np.ndarray, thorough: bool = True) -> list[Path]:
        """The paths from ``starts`` (P, n) in order, each with an outcome; hard ones get more caution only if ``thorough``.

        Raises ValueError when shapes do not fit the family.
        """
        flow = Flow.of(homotopy, np.asarray(starts, dtype=complex), self.jobs)
        starts = np.array(starts, dtype=complex)
        endings = [Ending(Outcome.FAILED, t=1.0)] * len(starts)
        pending = np.arange(len(starts))
        for caution in CAUTIONS if thorough else CAUTIONS[:1]:
            for index, ending in zip(pending, flow.follow(starts[pending], caution)):
                endings[index] = Ending(ending.outcome, ending.end, ending.winding, ending.t, endings[index].steps + ending.steps)
            lost = {index for index, ending in enumerate(endings) if ending.outcome is Outcome.FAILED}
            pending = np.array(sorted(lost | collisions(starts, endings, flow.unit)), dtype=int)
            if not len(pending):
                break
        for index in collisions(starts, endings, flow.unit):
            endings[index] = Ending(Outcome.FAILED, steps=endings[index].steps)
        return [Path(start, e.end, e.outcome, e.winding, e.steps, e.t) for start, e in zip(starts, endings)]


def units(starts: np.ndarray) -> np.ndarray:
    """Powers of two near the typical size of every coordinate of ``starts`` (P, n); coordinates that are zero get a common one.

    Powers of two, so that scaling by them is exact.

    >>> units(np.array([[3.0, 0.0], [5.0, 0.0]]))
    array([4., 4.])
    """
    sizes = np.median(np.abs(starts), axis=0) if len(starts) else np.ones(starts.shape[1])
    largest = np.max(sizes, initial=0.0)
    if not largest > 0 or not np.isfinite(largest):
        return np.ones(starts.shape[1])
    return 2.0 ** np.round(np.log2(np.where(sizes > 1e-6 * largest, sizes, largest)))


def collisions(starts: np.ndarray, endings: list[Ending], unit: np.ndarray) -> set[int]:
    """The finished paths whose end points coincide although their starts do not."""
    finished = [index for index, ending in enumerate(endings) if ending.outcome is Outcome.FINISHED]
    if len(finished) < 2:
        return set()
    ends = np.array([endings[index].end for index in finished]) / unit
    direction = np.random.default_rng(0).standard_normal((2, ends.shape[1]))
    # Equal points are neighbours along a random direction.
    key = ends.real @ direction[0] + ends.imag @ direction[1]
    order = np.argsort(key)
    sizes = SAME * (1.0 + np.max(np.abs(ends), axis=1))
    met: set[int] = set()
    for gap in range(1, len(order)):
        first, second = order[:-gap], order[gap:]
        near = key[second] - key[first] <= 10 * ends.shape[1] * sizes[first]
        if not near.any():
            break
        first, second = first[near], second[near]
        same = np.max(np.abs(ends[first] - ends[second]), axis=1) <= sizes[first]
        for a, b in zip(first[same], second[same]):
            i, j = finished[a], finished[b]
            if np.max(np.abs(starts[i] - starts[j]) / (unit + np.abs(starts[i]))) > SAME:
                met |= {i, j}
    return met


@dataclass(frozen=True)
class Flow:
    """A homotopy made ready for the kernels: programs, contiguous coefficients, the units of the variables, the Hessian's size."""

    homotopy: Homotopy
    programs: Programs
    main: LaneProgram
    rate: LaneProgram
    parameters: np.ndarray
    tilt: np.ndarray
    unit: np.ndarray
    stiffness: float
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
        lanes = map(_lanes, (compiled.gradient_hessian, compiled.rate))
        # The size of the Hessian, in units near 1, where paths start: what its size at an end point is measured against.
        upper = evaluate(compiled.gradient_hessian, list(starts.T), [complex(p) for p in parameters.sum(axis=0)])[n:]
        weights = [unit[i] * unit[j] for i in range(n) for j in range(i, n)]
        stiffness = max((float(np.median(np.abs(h))) * w for h, w in zip(upper, weights)), default=0.0) if len(starts) else 0.0
        return cls(homotopy, compiled, *lanes, parameters, tilt, unit, stiffness, jobs)

    def follow(self, starts: np.ndarray, caution: Caution) -> list[Ending]:
        """Track from t = 1 to t = 0, with the endgame for paths that stall before it."""
        count = len(starts)
        segment = self.advance(starts, np.ones(count, dtype=complex), np.zeros(count, dtype=complex), ENDGAME, caution)
        limits, good = self.regular(segment.points)
        endings = [Ending(Outcome.FAILED, t=float(t.real), steps=int(steps)) for t, steps in zip(segment.t, segment.steps)]
        for index in np.flatnonzero(segment.arrived & good):
            endings[index] = Ending(Outcome.FINISHED, limits[index], 1, steps=int(segment.steps[index]))
        points, radii = segment.points.copy(), segment.t.real.copy()
        # A path may step right onto a singular end point: for the endgame it is led to just before it.
        jumped = np.flatnonzero(segment.arrived & ~good)
        before = self.advance(starts[jumped], np.ones(len(jumped), complex), np.full(len(jumped), ENDGAME, complex), 0.0, caution)
        points[jumped], radii[jumped] = before.points, ENDGAME
        stalled = np.union1d(np.flatnonzero(~segment.arrived & ~segment.lost), jumped[before.arrived])
        if len(stalled):

            def advance(points: np.ndarray, froms: np.ndarray, tos: np.ndarray, stall: float) -> Segment:
                bounded = caution if stall else caution._replace(max_steps=ENDGAME_STEPS)
                return self.advance(points, froms, tos, stall, bounded)

            for index, ending in zip(stalled, finish(advance, self.regular, self.unit, points[stalled], radii[stalled])):
                steps = ending.steps + int(segment.steps[index])
                endings[index] = Ending(ending.outcome, ending.end, ending.winding, ending.t, steps)
        # Only more digits tell a singular end point from an ill-conditioned one: a false SINGULAR would lose a critical point.
        unclear = [k for k, ending in enumerate(endings) if ending.outcome is Outcome.SINGULAR]
        unclear += [k for k in jumped if endings[k].outcome is Outcome.FAILED]
        if unclear:
            from algebra.multiprecision_tracker import settled

            for index in unclear:
                ending = endings[index]
                point = segment.points[index] if ending.end is None else ending.end
                limit = settled(self, point)
                # Several paths that meet stay SINGULAR here: the end of the homotopy is the rounded loss, and only the exact one
                # tells a multiple zero from a cluster of simple ones.
                if limit is not None and ending.winding in (None, 1):
                    endings[index] = Ending(Outcome.FINISHED, limit, 1, steps=ending.steps)
        return endings

    def advance(self, points: np.ndarray, froms: np.ndarray, tos: np.ndarray, stall: float, caution: Caution) -> Segment:
        """Follow each path from one value of t to another (see `lane_tracker.track_paths`), on ``jobs`` threads."""
        count, n = points.shape
        scaled = np.ascontiguousarray(points / self.unit)
        ends, tangents = np.empty((count, n), dtype=complex), np.empty((count, n), dtype=complex)
        remaining, status, steps = np.empty(count), np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)

        def piece(part: slice) -> None:
            track_paths(
                self.main, self.rate, self.parameters, self.tilt, self.unit, caution, stall, scaled[part], froms[part], tos[part],
                ends[part], tangents[part], remaining[part], status[part], steps[part],
            )  # fmt: skip

        workers = max(1, min(self.jobs, count // lane_tracker.LANES))
        parts = [slice(k * count // workers, (k + 1) * count // workers) for k in range(workers)]
        if workers == 1:
            piece(parts[0])
        else:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(piece, parts))
        return Segment(ends * self.unit, tos + remaining * (froms - tos), status == ARRIVED, status == LOST, steps)

    def regular(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Newton's method at t = 0 from ``points`` (P, n): the limits, and which of them are regular zeros close by."""
        x, unit, n = points / self.unit, self.unit, self.unit.size
        upper = np.triu_indices(n)
        parameters = [complex(value) for value in self.parameters[0]]
        good = np.isfinite(x).all(axis=1)
        x[~good] = 0.0
        moved, previous, condition = np.zeros(len(x)), np.full(len(x), np.inf), np.full(len(x), np.inf)
        for _ in range(4):
            values = evaluate(self.programs.gradient_hessian, list((x * unit).T), parameters)
            values = np.array([np.broadcast_to(value, len(x)) for value in values])
            gradient = (values[:n].T + self.tilt[0]) * unit
            hessian = np.zeros((len(x), n, n), dtype=complex)
            hessian[:, upper[0], upper[1]] = values[n:].T
            hessian[:, upper[1], upper[0]] = values[n:].T
            hessian *= (unit[:, None] * unit[None, :])[None]
            inverse, solvable = _inverses(hessian)
            step = -np.einsum("pij,pj->pi", inverse, gradient)
            sizes = np.max(np.abs(step) / np.maximum(np.abs(x), lane_tracker.FLOOR), axis=1)
            # A Hessian that vanishes altogether is singular too, however well it inverts.
            stiffness = np.maximum(np.abs(hessian).sum(axis=2).max(axis=1), self.stiffness)
            condition = stiffness * np.abs(inverse).sum(axis=2).max(axis=1)
            good &= solvable & np.isfinite(sizes)
            moved = moved + np.where(good, sizes, 0.0)
            x = np.where((good & (sizes < previous))[:, None], x + step, x)
            previous = np.where(good, np.minimum(previous, sizes), previous)
            if np.all(previous[good] < 1e-15):
                break
        good &= (condition < SINGULAR_CONDITION) & (moved < 1e-2) & (previous < 1e-6)
        return x * unit, good


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


def _lanes(program: Program) -> LaneProgram:
    constants = np.array([float(constant) for constant in program.constants], dtype=complex)
    errors = np.array([float(constant - Fraction(float(constant))) for constant in program.constants])
    return LaneProgram(
        program.opcode, program.left, program.right, program.target, program.outputs, constants, errors, program.registers
    )
