"""One step of every lane after its prediction: Newton corrections, the tangent at the new point.

Coordinates are in units near 1 (see `flow.units`). A step may be carried in double-double: where the Hessian is
ill-conditioned, the tangent at a point that is rounded to double precision is worth nothing.
"""

from __future__ import annotations

from critscape.algebra.kernels.compilation import compiled, inlined
from critscape.algebra.kernels.extended_lanes import (
    add_extended,
    factorize_extended,
    load_low,
    narrow,
    residual,
    run_extended,
    solve_extended,
    widen,
)
from critscape.algebra.kernels.lane_program import LANES
from critscape.algebra.kernels.lanes import load, relative_norm, run
from critscape.algebra.kernels.symmetric_lanes import factorize, multipliers, solve


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
            solve(work.hessian, work.factor, work.inverse, registers, main.outputs, unit, work.doubtful, work.pivoted, correction)
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
        solve(work.hessian, work.factor, work.inverse, work.registers, way.main.outputs, unit, work.doubtful, work.pivoted, slope)
