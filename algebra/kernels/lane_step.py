"""One step of every lane: Hermite prediction, Newton corrections, the tangent at the new point.

Coordinates are in units near 1 (see `batch_engine.units`). A step may be carried in double-double: where the Hessian is
ill-conditioned, the tangent at a point that is rounded to double precision is worth nothing.
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
from critscape.algebra.kernels.lane_program import LaneProgram
from critscape.algebra.kernels.lanes import LANES, compiled, fill, inlined, load, relative_norm, run
from critscape.algebra.kernels.symmetric_lanes import factorize, multipliers, solve


class Way(NamedTuple):
    """A homotopy as kernels read it: programs, the coefficients of p(t) (K + 1, q) and of c(t) (M + 1, n), units (n,)."""

    main: LaneProgram
    rate: LaneProgram
    parameters: np.ndarray
    tilt: np.ndarray
    unit: np.ndarray


class Trail(NamedTuple):
    """The latest points of every lane, the newest first.

    ``depth`` (LANES,) of them are known, at ``nodes`` (3, LANES); ``points``, their derivatives ``slopes`` and ``lows``, what double
    precision drops of the points (zero unless the steps are extended): (3, n, 2, LANES).
    """

    depth: np.ndarray
    nodes: np.ndarray
    points: np.ndarray
    lows: np.ndarray
    slopes: np.ndarray


class Trial(NamedTuple):
    """A step that is tried: to r = ``attempt`` (LANES,), where t is ``t`` (2, LANES).

    The new point ``x`` + ``low`` and the tangent ``slope`` there, (n, 2, LANES); ``norms`` (3, LANES) are the relative sizes of the
    first, the second and the last Newton correction.
    """

    attempt: np.ndarray
    t: np.ndarray
    x: np.ndarray
    low: np.ndarray
    slope: np.ndarray
    norms: np.ndarray


class Workspace(NamedTuple):
    """Scratch memory of a step: registers of both programs, one linear system, the predictor's weights."""

    registers: np.ndarray
    rates: np.ndarray
    tilts: np.ndarray
    correction: np.ndarray
    hessian: np.ndarray
    factor: np.ndarray
    inverse: np.ndarray
    scale: np.ndarray
    growth: np.ndarray
    doubtful: np.ndarray
    weights: np.ndarray


class ExtendedWorkspace(NamedTuple):
    """The same in double-double; empty unless steps are ``extended``."""

    extended: bool
    registers: np.ndarray
    rates: np.ndarray
    hessian: np.ndarray
    factor: np.ndarray
    inverse: np.ndarray
    right: np.ndarray


@inlined
def workspace(way):
    """Scratch memory with the constants of the programs and the first coefficients of the parameters filled in."""
    n, q = way.unit.shape[0], way.parameters.shape[1]
    entries = n * (n + 1) // 2
    registers, rates = np.zeros((way.main.registers, 2, LANES)), np.zeros((way.rate.registers, 2, LANES))
    fill(registers, n + q, way.main.constants)
    fill(rates, n + 2 * q, way.rate.constants)
    fill(registers, n, way.parameters[0])
    fill(rates, n, way.parameters[0])
    return Workspace(
        registers,
        rates,
        np.zeros((n, 2, LANES)),
        np.zeros((n, 2, LANES)),
        np.zeros((entries, 2, LANES)),
        np.zeros((entries, 2, LANES)),
        np.zeros((n, 2, LANES)),
        np.zeros((n, LANES)),
        np.zeros(LANES),
        np.zeros(LANES, dtype=np.bool_),
        np.zeros((6, LANES)),
    )


@inlined
def extended_workspace(way, extended):
    """The same in double-double."""
    n, q = way.unit.shape[0], way.parameters.shape[1]
    entries = n * (n + 1) // 2 if extended else 0
    registers = np.zeros((way.main.registers if extended else 0, 4, LANES))
    rates = np.zeros((way.rate.registers if extended else 0, 4, LANES))
    if extended:
        load_constants(way.main, n + q, registers)
        load_constants(way.rate, n + 2 * q, rates)
    hessian, factor = np.zeros((entries, 4, LANES)), np.zeros((entries, 4, LANES))
    inverse, right = np.zeros((n if extended else 0, 4, LANES)), np.zeros((n if extended else 0, 4, LANES))
    return ExtendedWorkspace(extended, registers, rates, hessian, factor, inverse, right)


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


@inlined
def predict(trail, weights, trial):
    """The point at ``trial.attempt`` by Hermite interpolation."""
    points, lows, slopes, x, low = trail.points, trail.lows, trail.slopes, trial.x, trial.low
    _hermite_weights(trial.attempt, trail.nodes, trail.depth, weights)
    # Differences to the latest point, as the weights of the points add up to one: their rounding errors are small.
    for j in range(x.shape[0]):
        for part in range(2):
            for i in range(LANES):
                ahead = weights[1, i] * slopes[0, j, part, i]
                for k in range(1, 3):
                    gap = (points[k, j, part, i] - points[0, j, part, i]) + (lows[k, j, part, i] - lows[0, j, part, i])
                    ahead += weights[2 * k, i] * gap + weights[2 * k + 1, i] * slopes[k, j, part, i]
                x[j, part, i] = points[0, j, part, i] + ahead
                low[j, part, i] = lows[0, j, part, i]


@inlined
def correct(way, rounds, trial, work, wide):
    """Newton's method at ``trial.t``: ``rounds`` corrections of ``trial.x``; the last factors stay in the workspace."""
    main, unit, x, low = way.main, way.unit, trial.x, trial.low
    n, q = unit.shape[0], way.parameters.shape[1]
    registers, tilts, correction = work.registers, work.tilts, work.correction
    if way.parameters.shape[0] > 1:
        _horner(way.parameters, trial.t, registers, n, 0)
    _horner(way.tilt, trial.t, tilts, 0, 0)
    for newton in range(rounds):
        load(x, unit, registers)
        if wide.extended:
            widen(registers, wide.registers, n + q)
            load_low(low, unit, wide.registers)
            run_extended(main.opcode, main.left, main.right, main.target, wide.registers)
            factorize_extended(wide.registers, main.outputs, unit, wide.hessian, wide.factor, wide.inverse)
            residual(wide.registers, main.outputs, tilts, unit, wide.right)
            solve_extended(wide.factor, wide.inverse, wide.right)
            narrow(wide.right, correction)
        else:
            run(main.opcode, main.left, main.right, main.target, registers)
            for j in range(n):
                row = main.outputs[j]
                for part in range(2):
                    for i in range(LANES):
                        correction[j, part, i] = -(registers[row, part, i] + tilts[j, part, i]) * unit[j]
            multipliers(registers, main.outputs, unit, work.hessian, work.scale)
            factorize(work.hessian, work.factor, work.inverse, work.scale, work.growth, work.doubtful)
            solve(work.hessian, work.factor, work.inverse, registers, main.outputs, unit, work.doubtful, correction)
        relative_norm(correction, x, trial.norms[min(newton, 2)])
        if wide.extended:
            add_extended(wide.right, x, low)
        else:
            for j in range(n):
                for part in range(2):
                    for i in range(LANES):
                        x[j, part, i] += correction[j, part, i]


@inlined
def tangent(way, speeds, trial, work, wide):
    """dx/dr at the new point; ``speeds`` (LANES,) are −dt/dr.

    The factors are one (small) correction old, as good as the contraction: enough for a predictor.
    """
    rate, unit, slope = way.rate, way.unit, trial.slope
    n, q = unit.shape[0], way.parameters.shape[1]
    _horner(way.tilt, trial.t, slope, 0, 1)
    if way.parameters.shape[0] > 1:
        load(trial.x, unit, work.rates)
        _horner(way.parameters, trial.t, work.rates, n, 0)
        _horner(way.parameters, trial.t, work.rates, n + q, 1)
        if wide.extended:
            widen(work.rates, wide.rates, n + 2 * q)
            load_low(trial.low, unit, wide.rates)
            run_extended(rate.opcode, rate.left, rate.right, rate.target, wide.rates)
        else:
            run(rate.opcode, rate.left, rate.right, rate.target, work.rates)
        for j in range(n):
            row = rate.outputs[j]
            for part in range(2):
                for i in range(LANES):
                    # Rounded only here, after the terms have cancelled.
                    slope[j, part, i] += wide.rates[row, 2 * part, i] if wide.extended else work.rates[row, part, i]
    for i in range(LANES):
        for j in range(n):
            value = speeds[i] * complex(slope[j, 0, i], slope[j, 1, i]) * unit[j]
            slope[j, 0, i], slope[j, 1, i] = value.real, value.imag
    if wide.extended:
        widen(slope, wide.right, n)
        solve_extended(wide.factor, wide.inverse, wide.right)
        narrow(wide.right, slope)
    else:
        solve(work.hessian, work.factor, work.inverse, work.registers, way.main.outputs, unit, work.doubtful, slope)
