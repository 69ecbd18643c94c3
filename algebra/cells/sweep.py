"""All sets of kernels that may be the supports of stationary points: the others are proved empty, in compiled double precision.

The alive units of a stationary point with residuals ε and strengths τ > 0, on the kernels of a set S, minimise the convex function
G(τ) = ½yᵀ(N + Σ_S τ_jK_j)⁻¹y + ½Σ_S τ_j over τ ≥ 0, since ∂G/∂τ_j = ½(1 − εᵀK_jε) with ε = (N + ΣτK)⁻¹y. The dual problem is to
maximise D(ε) = εᵀy − ½εᵀNε where εᵀK_jε ≤ 1 on S, and its optimum ε° is unique. Any feasible ε and any τ ≥ 0 give
½‖ε − ε°‖²_N ≤ P − D(ε) with P = ½zᵀN⁻¹z + Σ τ_j√(εᵀK_jε), z = y − Σ τ_jK_jε: weak duality, and D is strongly concave. So ε° is
known within a radius, and S is empty where a constraint is slack at ε°, a direction leaves all faces of its kernel, or the loss goes up
on one side of a kink and down on the other.
"""

from __future__ import annotations

import numpy as np

from critscape.algebra.cells.tables import TINY, Tables
from critscape.algebra.kernels.lanes import compiled

ROUNDING = 1e-15
"""More than four times the unit of rounding: times the number of operations and the sum of the terms it bounds a sum's error."""
NEWTON_STEPS = 60
SLACK = 1 - 1e-12
ENOUGH = 1e-4
"""The part of what a step promises that it must bring."""
CURVED = 1.1
"""εᵀKε above which εᵀKε = 1 is too curved an equation in τ."""


def sweep(table: Tables, first: int) -> list[tuple[tuple[int, ...], tuple[float, ...]]]:
    """The sets of kernels whose least number is ``first`` and that are not proved empty, with strengths τ near the minimum of G."""
    most = int(table.room.sum())
    sets, strengths, sizes = explore(
        first,
        most,
        table.metric,
        table.inverse,
        table.target,
        table.kernels,
        table.factors,
        table.spread,
        table.pulls,
        table.reach,
        table.signs,
        table.first,
        table.bends,
        table.leaps,
        table.kind,
        table.room,
    )
    return [
        (tuple(int(place) for place in chosen[:size]), tuple(float(value) for value in tau[:size]))
        for chosen, tau, size in zip(sets, strengths, sizes)
    ]


@compiled
def length(factors, vector, unit):
    """More than √(vᵀKv) = ‖Fᵀv‖ by what rounding may hide: this is far less than in vᵀKv, where large terms cancel twice."""
    square = 0.0
    for p in range(factors.shape[0]):
        value, size = 0.0, 0.0
        for i in range(vector.shape[0]):
            term = factors[p, i] * vector[i]
            value += term
            size += abs(term)
        square += (abs(value) + unit * size + TINY) ** 2
    return np.sqrt(square) * (1.0 + unit)


@compiled
def quadratic(matrix, vector):
    """vᵀAv and Σ|v||A||v|."""
    value, size = 0.0, 0.0
    for i in range(vector.shape[0]):
        for j in range(vector.shape[0]):
            term = vector[i] * matrix[i, j] * vector[j]
            value += term
            size += abs(term)
    return value, size


@compiled
def solved(matrix, right, columns, factor, found):
    """Cholesky: the solutions (columns × q) of Ax = b for the first rows of ``right``; False where A is not definite."""
    q = matrix.shape[0]
    for i in range(q):
        for j in range(i + 1):
            value = matrix[i, j]
            for p in range(j):
                value -= factor[i, p] * factor[j, p]
            if i == j:
                if not value > 0.0:
                    return False
                factor[i, i] = np.sqrt(value)
            else:
                factor[i, j] = value / factor[j, j]
    for c in range(columns):
        for i in range(q):
            value = right[c, i]
            for p in range(i):
                value -= factor[i, p] * found[c, p]
            found[c, i] = value / factor[i, i]
        for i in range(q - 1, -1, -1):
            value = found[c, i]
            for p in range(i + 1, q):
                value -= factor[p, i] * found[c, p]
            found[c, i] = value / factor[i, i]
    return True


@compiled
def downhill(gradient, force, tau, size, right, found, step):
    """The step H⁻¹·force in the strengths that are free, as far as none becomes negative, and the slope of G along it (0: none is left).

    ``right`` and ``found`` have K_jε and (N + ΣτK)⁻¹K_jε in rows 1 to ``size``: their products are H.
    """
    q = right.shape[1]
    hessian, inner = np.zeros((size, size)), np.zeros((size, size))
    one, answer = np.zeros((1, size)), np.zeros((1, size))
    free = np.zeros(size, dtype=np.int64)
    count = 0
    for p in range(size):
        step[p] = 0.0
        if tau[p] > 0.0 or gradient[p] < 0.0:
            free[count] = p
            count += 1
    blocked = True
    while blocked:
        for a in range(count):
            for b in range(count):
                hessian[a, b] = 0.0
                for i in range(q):
                    hessian[a, b] += right[free[a] + 1, i] * found[free[b] + 1, i]
            # Kernels with dependent images leave G flat: what is added moves no minimum.
            hessian[a, a] *= 1.0 + 1e-12
            one[0, a] = force[free[a]]
        if not solved(hessian[:count, :count], one, 1, inner, answer):
            return 0.0, 1.0
        # A strength that is zero and would be negative stays zero.
        blocked, kept = False, 0
        for a in range(count):
            if tau[free[a]] == 0.0 and answer[0, a] <= 0.0:
                blocked = True
            else:
                free[kept] = free[a]
                kept += 1
        if blocked:
            count = kept
    slope, longest = 0.0, 1.0
    for a in range(count):
        step[free[a]] = answer[0, a]
        slope += gradient[free[a]] * answer[0, a]
        if answer[0, a] < 0.0:
            longest = min(longest, -tau[free[a]] / answer[0, a])
    for p in range(size):
        # The first strength that becomes zero is zero exactly, and the next step is made without it.
        step[p] = -tau[p] if step[p] < 0.0 and -tau[p] / step[p] <= longest else longest * step[p]
    return slope * longest, longest


@compiled
def minimise(metric, target, kernels, factors, chosen, size, tau, epsilon):
    """Projected Newton for G over τ ≥ 0 from ``tau``, which it moves; ``epsilon`` becomes (N + ΣτK)⁻¹y.

    Where σ = εᵀKε > 1 the equation is 1/√σ = 1: that is nearly linear in τ, as in trust regions (Moré and Sorensen 1983), and σ = 1 is
    not. Where G does not go down enough along such a step, Newton's own is made.
    """
    q = target.shape[0]
    matrix, factor = np.zeros((q, q)), np.zeros((q, q))
    right, found = np.zeros((size + 1, q)), np.zeros((size + 1, q))
    gradient, force, step, trial = np.zeros(size), np.zeros(size), np.zeros(size), np.zeros(size)
    value, slope, longest = np.inf, 0.0, 1.0
    trial[:] = tau[:size]
    scale, bent, last = 1.0, False, False
    for _ in range(NEWTON_STEPS):
        for i in range(q):
            right[0, i] = target[i]
            for j in range(q):
                entry = metric[i, j]
                for p in range(size):
                    entry += trial[p] * kernels[chosen[p], i, j]
                matrix[i, j] = entry
        if not solved(matrix, right, 1, factor, found):
            return
        new = 0.0
        for i in range(q):
            new += 0.5 * target[i] * found[0, i]
        for p in range(size):
            new += 0.5 * trial[p]
        if not last and new > value + ENOUGH * scale * slope + 1e-15 * abs(value):
            if bent:
                bent = False
                force[:] = -gradient
                slope, longest = downhill(gradient, force, tau, size, right, found, step)
            else:
                scale *= 0.5
            if scale < 1e-12 or slope >= 0.0:
                return
            for p in range(size):
                trial[p] = max(tau[p] + scale * step[p], 0.0)
            continue
        value = new
        for p in range(size):
            tau[p] = trial[p]
        epsilon[:] = found[0]
        if last:
            return
        largest, bent = 0.0, False
        for p in range(size):
            image, square = right[p + 1], 0.0
            image[:] = 0.0
            for r in range(factors.shape[1]):
                along = 0.0
                for i in range(q):
                    along += factors[chosen[p], r, i] * epsilon[i]
                for i in range(q):
                    image[i] += factors[chosen[p], r, i] * along
                square += along * along
            gradient[p] = 0.5 * (1.0 - square)
            force[p] = -gradient[p]
            if tau[p] > 0.0 or gradient[p] < 0.0:
                largest = max(largest, abs(gradient[p]))
            if square > CURVED:
                force[p] = square * (np.sqrt(square) - 1.0)
                bent = True
        if largest < 1e-16:
            return
        solved(matrix, right, size + 1, factor, found)
        slope, longest = downhill(gradient, force, tau, size, right, found, step)
        if slope >= 0.0 and bent:
            bent = False
            force[:] = -gradient
            slope, longest = downhill(gradient, force, tau, size, right, found, step)
        if slope >= 0.0:
            return
        moved, scale = 0.0, 1.0
        for p in range(size):
            trial[p] = max(tau[p] + step[p], 0.0)
            moved = max(moved, abs(trial[p] - tau[p]) / (1e-30 + abs(trial[p])))
        if moved < 4e-16:
            return
        # What is left of G is at the level of rounding: after one more step nothing is.
        last = not bent and longest == 1.0 and -slope < 1e-14 * abs(value)


@compiled
def radius(metric, inverse, target, factors, chosen, size, tau, epsilon):
    """A factor θ ≤ 1 that makes θε feasible and a bound for ‖θε − ε°‖_N, rounding included."""
    q = target.shape[0]
    unit = ROUNDING * (4 * q + 4 * size + 16)
    largest, primal, noise = 0.0, 0.0, 0.0
    z, sizes = np.zeros(q), np.zeros(q)
    for i in range(q):
        z[i], sizes[i] = target[i], abs(target[i])
    for p in range(size):
        longest = length(factors[chosen[p]], epsilon, unit)
        largest = max(largest, longest)
        primal += tau[p] * longest
        for r in range(factors.shape[1]):
            along, total = 0.0, 0.0
            for i in range(q):
                term = factors[chosen[p], r, i] * epsilon[i]
                along += term
                total += abs(term)
            for i in range(q):
                z[i] -= tau[p] * factors[chosen[p], r, i] * along
                sizes[i] += tau[p] * abs(factors[chosen[p], r, i]) * total
    noise += unit * primal
    for i in range(q):
        for j in range(q):
            primal += 0.5 * z[i] * inverse[i, j] * z[j]
            # z is off by less than unit·sizes.
            noise += abs(inverse[i, j]) * (unit * abs(z[i]) * (abs(z[j]) + sizes[j]) + unit * unit * sizes[i] * sizes[j])
    theta = 1.0
    if largest > 1.0:
        theta = (1.0 - unit) / largest
    product, total = 0.0, 0.0
    for i in range(q):
        product += epsilon[i] * target[i]
        total += abs(epsilon[i] * target[i])
    square, squares = quadratic(metric, epsilon)
    noise += unit * (total + squares)
    gap = primal - theta * product + 0.5 * theta * theta * square + noise + TINY
    return theta, np.sqrt(2.0 * max(gap, 0.0)) * (1.0 + unit)


@compiled
def slack(factors, spread, theta, epsilon, bound, unit):
    """Whether ε°ᵀKε° < 1 for certain."""
    return theta * length(factors, epsilon, unit) + spread * bound < SLACK


@compiled
def outside(pulls, reach, signs, theta, epsilon, bound, unit):
    """Whether neither Tε° nor its opposite lies on a face for certain: two samples pull to different sides of it."""
    m, q = pulls.shape
    along, against = False, False
    for i in range(m):
        if signs[i] != 0:
            value, total = 0.0, 0.0
            for j in range(q):
                term = pulls[i, j] * epsilon[j]
                value += term
                total += abs(term)
            value *= theta * signs[i]
            doubt = reach[i] * bound * (1.0 + unit) + unit * total + TINY
            along = along or value > doubt
            against = against or value < -doubt
            if along and against:
                return True
    return False


@compiled
def crossed(bends, leaps, theta, epsilon, bound, unit):
    """Whether the loss goes up on one side of some kink and down on the other for certain: then no point here is Clarke-stationary."""
    kinks, _, q = bends.shape
    for kink in range(kinks):
        up, down = False, False
        for side in range(2):
            value, total = 0.0, 0.0
            for j in range(q):
                term = bends[kink, side, j] * epsilon[j]
                value += term
                total += abs(term)
            doubt = leaps[kink, side] * bound * (1.0 + unit) + unit * total + TINY
            up = up or theta * value > doubt
            down = down or theta * value < -doubt
        if up and down:
            return True
    return False


@compiled
def explore(first, most, metric, inverse, target, kernels, factors, spread, pulls, reach, signs, starts, bends, leaps, kind, room):
    """Depth first through the sets with least number ``first``; a set starts from the minimum of G on the set without its last."""
    n, q = kernels.shape[0], target.shape[0]
    sets, strengths, sizes = [np.zeros(0, dtype=np.int64) for _ in range(0)], [np.zeros(0) for _ in range(0)], [0 for _ in range(0)]
    chosen = np.zeros(most + 1, dtype=np.int64)
    tau, epsilon = np.zeros((most + 1, most + 1)), np.zeros((most + 1, q))
    theta, bound = np.ones(most + 1), np.zeros(most + 1)
    used = np.zeros(room.shape[0], dtype=np.int64)
    unit = ROUNDING * (4 * q + 4 * most + 16)
    minimise(metric, target, kernels, factors, chosen, 0, tau[0], epsilon[0])
    theta[0], bound[0] = radius(metric, inverse, target, factors, chosen, 0, tau[0], epsilon[0])
    level = 1
    chosen[0] = first
    while level > 0:
        last = chosen[level - 1]
        if last >= n or (level == 1 and last > first):
            level -= 1
            if level > 0:
                used[kind[chosen[level - 1]]] -= 1
                chosen[level - 1] += 1
            continue
        if used[kind[last]] == room[kind[last]]:
            chosen[level - 1] += 1
            continue
        tau[level, :level] = tau[level - 1, :level]
        tau[level, level - 1] = 0.0
        if slack(factors[last], spread[last], theta[level - 1], epsilon[level - 1], bound[level - 1], unit):
            # The last constraint is slack at the optimum without it, which is the optimum with it.
            epsilon[level] = epsilon[level - 1]
            theta[level], bound[level] = theta[level - 1], bound[level - 1]
            empty = True
        else:
            minimise(metric, target, kernels, factors, chosen, level, tau[level], epsilon[level])
            theta[level], bound[level] = radius(metric, inverse, target, factors, chosen, level, tau[level], epsilon[level])
            empty = False
            for p in range(level):
                place = chosen[p]
                if not empty and slack(factors[place], spread[place], theta[level], epsilon[level], bound[level], unit):
                    empty = True
            for p in range(level):
                place = chosen[p]
                if not empty:
                    empty = True
                    for f in range(starts[place], starts[place + 1]):
                        if (
                            empty
                            and not outside(pulls[f], reach[f], signs[f], theta[level], epsilon[level], bound[level], unit)
                            and not crossed(bends[f], leaps[f], theta[level], epsilon[level], bound[level], unit)
                        ):
                            empty = False
        if not empty:
            sets.append(chosen[:level].copy())
            strengths.append(tau[level, :level].copy())
            sizes.append(level)
        if level < most and last + 1 < n:
            used[kind[last]] += 1
            level += 1
            chosen[level - 1] = last + 1
        else:
            chosen[level - 1] += 1
    return sets, strengths, sizes
