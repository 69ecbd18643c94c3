"""The compiled path tracker: whole paths of a homotopy, LANES of them in lockstep.

Each round tries one step on every lane: Hermite prediction from up to three points and tangents, a few Newton corrections, the new
tangent, then acceptance by contraction (Deuflhard, "Newton Methods for Nonlinear Problems", 2011, section 2.1; Timme, arXiv
1902.02968, section 4). A lane whose path ends takes the next one. Coordinates are in units near 1 (see `batch_engine.units`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from critscape.algebra.kernels.extended_lanes import (
    add_extended,
    factorize_extended,
    load_constants,
    load_low,
    narrow,
    residual,
    run_extended,
    solve_extended,
    widen,
)
from critscape.algebra.kernels.lanes import LANES, compiled, fill, load, relative_norm, run
from critscape.algebra.kernels.symmetric_lanes import factorize, multipliers, solve

ARRIVED, STALLED, LOST = range(3)

# Newton corrections below this (relative) size carry no information on the contraction.
NOISE = 1e-7
EXTENDED_NOISE = 1e-12


class Caution(NamedTuple):
    """How carefully a path is followed. All sizes are relative corrections.

    ``error`` and ``contraction`` are the aims for the first Newton correction ‖Δ₀‖ and for ‖Δ₁‖/‖Δ₀‖; a step is rejected when it
    exceeds ten times the aim. ``history`` is the number of points that the predictor uses (1 to 3: order 1, 3, 5).
    ``corrections`` (2 to 4) Newton steps are made; the tangent uses the Hessian before the last one. ``extended`` carries points and
    corrections in double-double: where the Hessian is ill-conditioned, the tangent at a point that is rounded to double precision
    is worth nothing.
    """

    error: float
    contraction: float
    history: int
    first_step: float
    max_steps: int
    corrections: int
    extended: bool


@compiled
def _horner(coefficients, t, rows, first, derivative):
    """Rows first + j become Σ_k coefficients[k, j] t^k per lane, or its derivative by t."""
    degree = coefficients.shape[0] - 1
    for j in range(coefficients.shape[1]):
        real, imaginary = rows[first + j, 0], rows[first + j, 1]
        real[:] = 0.0
        imaginary[:] = 0.0
        for k in range(degree, derivative - 1, -1):
            c = coefficients[k, j] * (k if derivative else 1)
            for i in range(LANES):
                re = real[i] * t[0, i] - imaginary[i] * t[1, i] + c.real
                imaginary[i] = real[i] * t[1, i] + imaginary[i] * t[0, i] + c.imag
                real[i] = re


@compiled
def _hermite_weights(r, nodes, depth, weights):
    """Weights of x_0, ẋ_0, x_1, ẋ_1, … in the Hermite interpolant on the latest ``depth`` nodes, at r; rows of ``weights``."""
    weights[:] = 0.0
    for i in range(LANES):
        if depth[i] == 0:
            weights[0, i] = 1.0
        for j in range(depth[i]):
            basis, slope = 1.0, 0.0
            for k in range(depth[i]):
                if k != j:
                    gap = nodes[j, i] - nodes[k, i]
                    basis *= (r[i] - nodes[k, i]) / gap
                    slope += 1.0 / gap
            basis *= basis
            weights[2 * j, i] = (1.0 - 2.0 * (r[i] - nodes[j, i]) * slope) * basis
            weights[2 * j + 1, i] = (r[i] - nodes[j, i]) * basis


@compiled
def track_paths(main, rate, parameters, tilt, unit, caution, stall, starts, froms, tos, ends, tangents, remaining, status, steps):
    """Track every row of ``starts`` (P, n) from t = froms[p] to t = tos[p] on the straight segment between them.

    With t = to + r·(from − to), r runs from 1 to 0. A path is given back as STALLED when r < ``stall`` and the step is shorter
    than r: its end point is likely to be singular or at infinity. Results: ``ends`` and ``tangents`` = dx/dr (P, n),
    ``remaining`` r, ``status``, ``steps`` (P).
    """
    paths, n = starts.shape
    q = parameters.shape[1]
    moving = parameters.shape[0] > 1
    entries = n * (n + 1) // 2
    registers = np.zeros((main.registers, 2, LANES))
    rate_registers = np.zeros((rate.registers, 2, LANES))
    fill(registers, n + q, main.constants)
    fill(rate_registers, n + 2 * q, rate.constants)
    fill(registers, n, parameters[0])
    fill(rate_registers, n, parameters[0])
    wide = caution.extended
    wide_registers = np.zeros((main.registers if wide else 0, 4, LANES))
    wide_hessian, wide_factor = np.zeros((entries if wide else 0, 4, LANES)), np.zeros((entries if wide else 0, 4, LANES))
    wide_inverse, wide_rhs = np.zeros((n if wide else 0, 4, LANES)), np.zeros((n if wide else 0, 4, LANES))
    wide_rate_registers = np.zeros((rate.registers if wide else 0, 4, LANES))
    if wide:
        load_constants(main, n + q, wide_registers)
        load_constants(rate, n + 2 * q, wide_rate_registers)
    points, slopes = np.zeros((3, n, 2, LANES)), np.zeros((3, n, 2, LANES))
    # What double precision drops of the points: zero unless the corrections are extended.
    lows, low = np.zeros((3, n, 2, LANES)), np.zeros((n, 2, LANES))
    x, tilts, correction, slope = (np.zeros((n, 2, LANES)), np.zeros((n, 2, LANES)), np.zeros((n, 2, LANES)), np.zeros((n, 2, LANES)))
    hessian, factor, inverse = np.zeros((entries, 2, LANES)), np.zeros((entries, 2, LANES)), np.zeros((n, 2, LANES))
    weights, nodes, norms = np.zeros((6, LANES)), np.zeros((3, LANES)), np.zeros((3, LANES))
    scale, growth, doubtful = np.zeros((n, LANES)), np.zeros(LANES), np.zeros(LANES, dtype=np.bool_)
    r, attempt, h, t = np.zeros(LANES), np.zeros(LANES), np.zeros(LANES), np.zeros((2, LANES))
    depth, count, path = np.zeros(LANES, dtype=np.int64), np.zeros(LANES, dtype=np.int64), np.full(LANES, -1)
    rejected = np.zeros(LANES, dtype=np.int64)
    noise = EXTENDED_NOISE if wide else NOISE
    waiting, active = 0, 0
    for i in range(LANES):
        if waiting < paths:
            _begin(i, waiting, path, starts, points, lows, nodes, r, h, depth, count)
            waiting += 1
            active += 1
    while active:
        for i in range(LANES):
            attempt[i] = max(r[i] - h[i], 0.0)
            if path[i] >= 0:
                value = tos[path[i]] + attempt[i] * (froms[path[i]] - tos[path[i]])
                t[0, i], t[1, i] = value.real, value.imag
        _hermite_weights(attempt, nodes, depth, weights)
        # Differences to the latest point, as the weights of the points add up to one: their rounding errors are small.
        for j in range(n):
            for part in range(2):
                for i in range(LANES):
                    ahead = weights[1, i] * slopes[0, j, part, i]
                    for k in range(1, 3):
                        gap = (points[k, j, part, i] - points[0, j, part, i]) + (lows[k, j, part, i] - lows[0, j, part, i])
                        ahead += weights[2 * k, i] * gap + weights[2 * k + 1, i] * slopes[k, j, part, i]
                    x[j, part, i] = points[0, j, part, i] + ahead
                    low[j, part, i] = lows[0, j, part, i]
        if moving:
            _horner(parameters, t, registers, n, 0)
        _horner(tilt, t, tilts, 0, 0)
        for newton in range(caution.corrections):
            load(x, unit, registers)
            if wide:
                widen(registers, wide_registers, n + q)
                load_low(low, unit, wide_registers)
                run_extended(main.opcode, main.left, main.right, main.target, wide_registers)
                factorize_extended(wide_registers, main.outputs, unit, wide_hessian, wide_factor, wide_inverse)
                residual(wide_registers, main.outputs, tilts, unit, wide_rhs)
                solve_extended(wide_factor, wide_inverse, wide_rhs)
                narrow(wide_rhs, correction)
            else:
                run(main.opcode, main.left, main.right, main.target, registers)
                for j in range(n):
                    row = main.outputs[j]
                    for part in range(2):
                        for i in range(LANES):
                            correction[j, part, i] = -(registers[row, part, i] + tilts[j, part, i]) * unit[j]
                multipliers(registers, main.outputs, unit, hessian, scale)
                factorize(hessian, factor, inverse, scale, growth, doubtful)
                solve(hessian, factor, inverse, registers, main.outputs, unit, doubtful, correction)
            relative_norm(correction, x, norms[min(newton, 2)])
            if wide:
                add_extended(wide_rhs, x, low)
            else:
                for j in range(n):
                    for part in range(2):
                        for i in range(LANES):
                            x[j, part, i] += correction[j, part, i]
        # The factors are one (small) correction old, as good as the contraction: enough for a predictor.
        _horner(tilt, t, slope, 0, 1)
        if moving:
            load(x, unit, rate_registers)
            _horner(parameters, t, rate_registers, n, 0)
            _horner(parameters, t, rate_registers, n + q, 1)
            if wide:
                widen(rate_registers, wide_rate_registers, n + 2 * q)
                load_low(low, unit, wide_rate_registers)
                run_extended(rate.opcode, rate.left, rate.right, rate.target, wide_rate_registers)
            else:
                run(rate.opcode, rate.left, rate.right, rate.target, rate_registers)
            for j in range(n):
                row = rate.outputs[j]
                for part in range(2):
                    for i in range(LANES):
                        # Rounded only here, after the terms have cancelled.
                        slope[j, part, i] += wide_rate_registers[row, 2 * part, i] if wide else rate_registers[row, part, i]
        for i in range(LANES):
            if path[i] >= 0:
                speed = tos[path[i]] - froms[path[i]]
                for j in range(n):
                    value = speed * complex(slope[j, 0, i], slope[j, 1, i]) * unit[j]
                    slope[j, 0, i], slope[j, 1, i] = value.real, value.imag
        if wide:
            widen(slope, wide_rhs, n)
            solve_extended(wide_factor, wide_inverse, wide_rhs)
            narrow(wide_rhs, slope)
        else:
            solve(hessian, factor, inverse, registers, main.outputs, unit, doubtful, slope)

        for i in range(LANES):
            p = path[i]
            if p < 0:
                continue
            first, second = norms[0, i], norms[1, i]
            count[i] += 1
            fate = -1
            if depth[i] == 0:
                if second <= 1e-6 and first <= 1e-2:
                    h[i] = caution.first_step
                    _accept(i, x, low, slope, attempt, points, lows, slopes, nodes, r, depth)
                else:
                    fate = LOST
            else:
                contraction = 0.0 if second <= noise else second / first
                ratio = max(first / caution.error, contraction / caution.contraction)
                change = 0.9 * max(ratio, 1e-12) ** (-0.5 / depth[i])
                if ratio <= 10.0 and second < 1e-3:
                    fresh = depth[i] < caution.history
                    _accept(i, x, low, slope, attempt, points, lows, slopes, nodes, r, depth)
                    depth[i] = min(depth[i], caution.history)
                    # A longer history deserves a longer step than the shorter one suggests.
                    h[i] *= min(max(change, 0.2), 4.0 if fresh else 2.0)
                    if r[i] <= 0.0:
                        fate = ARRIVED
                    elif r[i] < stall and h[i] < r[i]:
                        fate = STALLED
                    rejected[i] = 0
                else:
                    h[i] *= min(change, 0.5) if change >= 0.1 else 0.1
                    rejected[i] += 1
                    # Extrapolation amplifies rounding errors a thousandfold however short the step: forget the history.
                    if rejected[i] > 2:
                        depth[i] = 1
                if fate < 0 and (count[i] >= caution.max_steps or not h[i] > 1e-14 * r[i]):
                    fate = LOST
            if fate >= 0:
                for j in range(n):
                    ends[p, j] = complex(points[0, j, 0, i], points[0, j, 1, i])
                    tangents[p, j] = complex(slopes[0, j, 0, i], slopes[0, j, 1, i])
                remaining[p], status[p], steps[p] = r[i], fate, count[i]
                path[i] = -1
                active -= 1
                if waiting < paths:
                    _begin(i, waiting, path, starts, points, lows, nodes, r, h, depth, count)
                    waiting += 1
                    active += 1


@compiled
def _begin(lane, p, path, starts, points, lows, nodes, r, h, depth, count):
    """Put path p on a lane; its first round is a step of length 0."""
    path[lane], r[lane], h[lane], depth[lane], count[lane] = p, 1.0, 0.0, 0, 0
    for j in range(starts.shape[1]):
        points[0, j, 0, lane], points[0, j, 1, lane] = starts[p, j].real, starts[p, j].imag
        lows[0, j, 0, lane], lows[0, j, 1, lane] = 0.0, 0.0


@compiled
def _accept(lane, x, low, slope, attempt, points, lows, slopes, nodes, r, depth):
    """Move the lane to its new point and remember the old ones."""
    for k in range(min(depth[lane], 2), 0, -1):
        nodes[k, lane] = nodes[k - 1, lane]
        for j in range(x.shape[0]):
            for part in range(2):
                points[k, j, part, lane] = points[k - 1, j, part, lane]
                lows[k, j, part, lane] = lows[k - 1, j, part, lane]
                slopes[k, j, part, lane] = slopes[k - 1, j, part, lane]
    nodes[0, lane] = r[lane] = attempt[lane]
    for j in range(x.shape[0]):
        for part in range(2):
            points[0, j, part, lane] = x[j, part, lane]
            lows[0, j, part, lane] = low[j, part, lane]
            slopes[0, j, part, lane] = slope[j, part, lane]
    depth[lane] += 1
