"""The minimum of G over the strengths τ ≥ 0 at the working precision, where double precision does not reach it.

Projected Newton, as in `critscape.algebra.cells.sweep`: kernels that are nearly dependent leave G so flat that rounding hides in which
direction it goes down. Nothing here is a proof; what is found is proved by weak duality in `critscape.algebra.cells.solution`.
"""

from __future__ import annotations

from collections.abc import Sequence

import flint
from flint import arb, arb_mat

NEWTON_STEPS = 200
HALVINGS = 40


def minimum(metric: arb_mat, target: arb_mat, kernels: Sequence[arb_mat], start: Sequence[arb]) -> list[arb]:
    """Strengths (one per kernel) at which G goes down no more, or after NEWTON_STEPS; those that are zero are zero exactly."""
    small = arb(2) ** -(flint.ctx.prec * 7 // 8)
    tau = [value.mid() for value in start]
    value, epsilon = dual(metric, target, kernels, tau)
    for _ in range(NEWTON_STEPS):
        forces = [(kernel * epsilon).mid() for kernel in kernels]
        gradient = [(1 - (epsilon.transpose() * force)[0, 0].mid()) / 2 for force in forces]
        step = downhill(system(metric, kernels, tau), forces, gradient, tau)
        slope = sum((a * b for a, b in zip(gradient, step)), arb(0))
        if not -slope > small * value:
            return tau
        for _ in range(HALVINGS):
            trial = [max(old + move, arb(0), key=float).mid() if move else old for old, move in zip(tau, step)]
            new, residuals = dual(metric, target, kernels, trial)
            if new < value + slope / 10000:
                break
            step, slope = [move / 2 for move in step], slope / 2
        else:
            return tau
        tau, value, epsilon = trial, new, residuals
    return tau


def downhill(matrix: arb_mat, forces: Sequence[arb_mat], gradient: Sequence[arb], tau: Sequence[arb]) -> list[arb]:
    """Newton's step in the strengths that are free, as far as none becomes negative."""
    step = [arb(0)] * len(tau)
    free = [place for place, value in enumerate(tau) if value > 0 or gradient[place] < 0]
    while free:
        columns = arb_mat([[forces[place][i, 0] for place in free] for i in range(matrix.nrows())])
        hessian = (columns.transpose() * matrix.solve(columns)).mid()
        # Dependent forces leave G flat, and those that vanish leave it linear: what is added moves no minimum.
        slight = arb(2) ** -(flint.ctx.prec // 2)
        for a in range(len(free)):
            hessian[a, a] = slight if hessian[a, a].is_zero() else hessian[a, a] * (1 + slight)
        answer = hessian.solve(arb_mat([[-gradient[place]] for place in free]).mid()).mid()
        kept = [place for a, place in enumerate(free) if tau[place] > 0 or answer[a, 0] > 0]
        if kept == free:
            moves = {place: answer[a, 0].mid() for a, place in enumerate(free)}
            reach = {place: -tau[place] / move for place, move in moves.items() if move < 0}
            longest = min([arb(1), *reach.values()], key=lambda value: value.mid())
            for place, move in moves.items():
                step[place] = -tau[place] if place in reach and not reach[place] > longest else move * longest
            return step
        free = kept
    return step


def dual(metric: arb_mat, target: arb_mat, kernels: Sequence[arb_mat], tau: Sequence[arb]) -> tuple[arb, arb_mat]:
    """G and ε = (N + Στ_jK_j)⁻¹y, rounded."""
    epsilon = system(metric, kernels, tau).solve(target).mid()
    return ((target.transpose() * epsilon)[0, 0] + sum(tau, arb(0))).mid() / 2, epsilon


def system(metric: arb_mat, kernels: Sequence[arb_mat], tau: Sequence[arb]) -> arb_mat:
    """N + Σ τ_jK_j."""
    return sum((kernel * value for kernel, value in zip(kernels, tau)), metric)
