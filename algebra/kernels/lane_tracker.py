"""The compiled path tracker: whole paths of a homotopy, LANES of them in lockstep.

Each round tries one step on every lane: rational prediction from up to three points and tangents, a few Newton corrections, the new
tangent, then acceptance by contraction (Deuflhard, "Newton Methods for Nonlinear Problems", 2011, section 2.1; Timme, arXiv
1902.02968, section 4). A lane whose path ends takes the next one.
"""

from __future__ import annotations

from itertools import pairwise

from critscape.algebra.kernels.compilation import compiled, inlined
from critscape.algebra.kernels.lane_paths import ARRIVED, LOST, STALLED
from critscape.algebra.kernels.lane_predictor import predict
from critscape.algebra.kernels.lane_program import LANES
from critscape.algebra.kernels.lane_step import correct, tangent
from critscape.algebra.kernels.lanes import VectorBuilder, lane_operation

UNDER_WAY = -1

# Newton corrections below this (relative) size carry no information on the contraction.
NOISE = 1e-7
EXTENDED_NOISE = 1e-12


def _shifted(v: VectorBuilder, moved: tuple, *rows: tuple) -> tuple:
    """The history of a row, the newest first, with a new value on the lanes that moved."""
    return tuple(v.where(">", moved[0], v.number(0.0), new, old) for later, earlier in pairwise(rows) for new, old in zip(later, earlier))


_shift = lane_operation(_shifted, (1, 2, 2, 2, 2), results=3)
_shift_nodes = lane_operation(_shifted, (1, 1, 1, 1, 1), results=3)


@compiled
def track_paths(way, caution, stall, passage, fates, memory):
    """Track every path of a `Passage` along a `Way`; what becomes of them is written to `Fates`.

    With t = to + r·(from − to), r runs from 1 to 0. A path is given back as STALLED when r < ``stall`` and the step is shorter
    than r: its end point is likely to be singular or at infinity. ``memory`` is fresh.
    """
    paths, n = passage.starts.shape
    trail, trial, pace, work, wide = memory
    waiting, active = 0, 0
    for i in range(LANES):
        if waiting < paths:
            _begin(i, waiting, passage.starts, pace, trail)
            waiting += 1
            active += 1
    while active:
        for i in range(LANES):
            p = pace.path[i]
            trial.attempt[i] = max(pace.r[i] - pace.h[i], 0.0)
            if p >= 0:
                value = passage.tos[p] + trial.attempt[i] * (passage.froms[p] - passage.tos[p])
                trial.t[0, i], trial.t[1, i] = value.real, value.imag
                speed = passage.tos[p] - passage.froms[p]
                pace.speeds[0, 0, i], pace.speeds[0, 1, i] = speed.real, speed.imag
        predict(trail, work.weights, work.correction, trial)
        correct(way, caution.corrections, trial, work, wide)
        tangent(way, pace.speeds, trial, work, wide)
        accept(caution, stall, trial, pace, trail)
        remember(caution.extended, trial, pace, trail)
        for i in range(LANES):
            if pace.fate[i] == UNDER_WAY:
                continue
            p = pace.path[i]
            for j in range(n):
                fates.ends[p, j] = complex(trail.points[0, j, 0, i], trail.points[0, j, 1, i])
                fates.tangents[p, j] = complex(trail.slopes[0, j, 0, i], trail.slopes[0, j, 1, i])
            fates.remaining[p], fates.status[p], fates.steps[p] = pace.r[i], pace.fate[i], pace.tried[i]
            pace.path[i] = -1
            active -= 1
            if waiting < paths:
                _begin(i, waiting, passage.starts, pace, trail)
                waiting += 1
                active += 1


@inlined
def accept(caution, stall, trial, pace, trail):
    """Accept or reject the step that each lane tried and choose the length of its next one; ``pace.fate`` says which paths ended."""
    depth, h, r, moved = trail.depth, pace.h, pace.r, pace.moved
    noise = EXTENDED_NOISE if caution.extended else NOISE
    for i in range(LANES):
        pace.fate[i], moved[i] = UNDER_WAY, 0.0
        if pace.path[i] < 0:
            continue
        first, second = trial.norms[0, i], trial.norms[1, i]
        pace.tried[i] += 1
        if depth[i] == 0:
            if second <= 1e-6 and first <= 1e-2:
                h[i] = caution.first_step
                moved[i], r[i], depth[i] = 1.0, trial.attempt[i], 1
            else:
                pace.fate[i] = LOST
            continue
        contraction = 0.0 if second <= noise else second / first
        ratio = max(first / caution.error, contraction / caution.contraction)
        change = 0.9 * max(ratio, 1e-12) ** (-0.5 / depth[i])
        if ratio <= 10.0 and second < 1e-3:
            fresh = depth[i] < caution.history
            moved[i], r[i], depth[i] = 1.0, trial.attempt[i], min(depth[i] + 1, caution.history)
            # A longer history deserves a longer step than the shorter one suggests.
            h[i] *= min(max(change, 0.2), 4.0 if fresh else 2.0)
            if r[i] <= 0.0:
                pace.fate[i] = ARRIVED
            elif r[i] < stall and h[i] < r[i]:
                pace.fate[i] = STALLED
            pace.rejected[i] = 0
        else:
            h[i] *= min(change, 0.5) if change >= 0.1 else 0.1
            pace.rejected[i] += 1
            # Extrapolation amplifies rounding errors a thousandfold however short the step: forget the history.
            if pace.rejected[i] > 2:
                depth[i] = 1
        # A step that is not a number is no step.
        # NaN: a step that is not a number ends the path, too.
        if pace.fate[i] == UNDER_WAY and (pace.tried[i] >= caution.max_steps or not h[i] > 1e-14 * r[i]):
            pace.fate[i] = LOST


@compiled
def _begin(lane, p, starts, pace, trail):
    """Put path p on a lane; its first round is a step of length 0."""
    pace.path[lane], pace.r[lane], pace.h[lane] = p, 1.0, 0.0
    pace.tried[lane], pace.rejected[lane], trail.depth[lane] = 0, 0, 0
    for j in range(starts.shape[1]):
        trail.points[0, j, 0, lane], trail.points[0, j, 1, lane] = starts[p, j].real, starts[p, j].imag
        trail.lows[0, j, 0, lane], trail.lows[0, j, 1, lane] = 0.0, 0.0


@inlined
def remember(extended, trial, pace, trail):
    """The lanes that accepted their step move to the new point and remember the old ones."""
    n = trial.x.shape[0]
    _shift_nodes(pace.moved, 0, trial.attempt, 0, trail.nodes, 0, trail.nodes, 1, trail.nodes, 2)
    for j in range(n):
        _shift(pace.moved, 0, trial.x, j, trail.points, j, trail.points, n + j, trail.points, 2 * n + j)
        _shift(pace.moved, 0, trial.slope, j, trail.slopes, j, trail.slopes, n + j, trail.slopes, 2 * n + j)
        if extended:
            _shift(pace.moved, 0, trial.low, j, trail.lows, j, trail.lows, n + j, trail.lows, 2 * n + j)
