"""One step of every lane after its prediction: Newton corrections, the tangent at the new point.

Coordinates are in units near 1 (see `flow.units`). A step may be carried in double-double: where the Hessian is
ill-conditioned, the tangent at a point that is rounded to double precision is worth nothing.
"""

from __future__ import annotations

from llvmlite import ir

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
from critscape.algebra.kernels.lanes import VectorBuilder, add, lane_operation, load, product, relative_norm, run
from critscape.algebra.kernels.symmetric_lanes import factorize, multipliers, solve


def _next_power(v: VectorBuilder, t: tuple, value: tuple, re: ir.Value, im: ir.Value) -> tuple:
    moved = product(v, value, t)
    return v.plus(moved[0], re), v.plus(moved[1], im)


def _against(v: VectorBuilder, slope: tuple, tilt: tuple, correction: tuple, unit: ir.Value) -> tuple:
    return v.times(v.negative(v.plus(slope[0], tilt[0])), unit), v.times(v.negative(v.plus(slope[1], tilt[1])), unit)


def _with_speed(v: VectorBuilder, speed: tuple, slope: tuple, unit: ir.Value) -> tuple:
    re, im = product(v, speed, slope)
    return v.times(re, unit), v.times(im, unit)


_constant = lane_operation(lambda v, value, re, im: (re, im), (2,))
_copy = lane_operation(lambda v, a, c: a, (2, 2))
_power = lane_operation(_next_power, (2, 2))
_right_hand_side = lane_operation(_against, (2, 2, 2))
_speed_up = lane_operation(_with_speed, (2, 2))
# Rounded only here, after the terms have cancelled.
_add_rounded = lane_operation(lambda v, a, c: (v.plus(c[0], a[0]), v.plus(c[1], a[2])), (4, 2))


@compiled
def _horner(coefficients, t, rows, first, derivative):
    """Rows first + j become Σ_k coefficients[k, j] t^k per lane, or its derivative by t."""
    degree = coefficients.shape[0] - 1
    for j in range(coefficients.shape[1]):
        _constant(rows, first + j, 0.0, 0.0)
        for k in range(degree, derivative - 1, -1):
            c = coefficients[k, j] * (k if derivative else 1)
            if k == degree:
                _constant(rows, first + j, c.real, c.imag)
            else:
                _power(t, 0, rows, first + j, c.real, c.imag)


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
                _right_hand_side(registers, main.outputs[j], tilts, j, correction, j, unit[j])
            multipliers(registers, main.outputs, unit, work.hessian, work.scale)
            factorize(work.hessian, work.factor, work.inverse, work.scale, work.growth, work.doubtful)
            solve(work.hessian, work.factor, work.inverse, registers, main.outputs, unit, work.doubtful, work.pivoted, correction)
        relative_norm(correction, x, trial.norms[min(newton, 2)])
        if wide.extended:
            add_extended(wide.right, x, low)
        else:
            for j in range(n):
                add(x, j, correction, j, x, j)


@inlined
def tangent(way, speeds, trial, work, wide):
    """dx/dr at the new point; ``speeds`` (1, 2, LANES) are −dt/dr.

    The factors are one (small) correction old, as good as the contraction: enough for a predictor.
    """
    rate, unit, slope = way.rate, way.unit, trial.slope
    n, q = unit.shape[0], way.parameters.shape[1]
    _horner(way.tilt, trial.t, slope, 0, 1)
    if way.parameters.shape[0] > 1:
        load(trial.x, unit, work.rates)
        # p(t) is known from the corrections; where p is linear in t, dp/dt is there from the beginning.
        for k in range(q):
            _copy(work.registers, n + k, work.rates, n + k)
        if way.parameters.shape[0] > 2:
            _horner(way.parameters, trial.t, work.rates, n + q, 1)
        if wide.extended:
            widen(work.rates, wide.rates, n + 2 * q)
            load_low(trial.low, unit, wide.rates)
            run_extended(rate.opcode, rate.left, rate.right, rate.target, wide.rates)
        else:
            run(rate.opcode, rate.left, rate.right, rate.target, work.rates)
        for j in range(n):
            if wide.extended:
                _add_rounded(wide.rates, rate.outputs[j], slope, j)
            else:
                add(slope, j, work.rates, rate.outputs[j], slope, j)
    for j in range(n):
        _speed_up(speeds, 0, slope, j, unit[j])
    if wide.extended:
        widen(slope, wide.right, n)
        solve_extended(wide.factor, wide.inverse, wide.right)
        narrow(wide.right, slope)
    else:
        solve(work.hessian, work.factor, work.inverse, work.registers, way.main.outputs, unit, work.doubtful, work.pivoted, slope)
