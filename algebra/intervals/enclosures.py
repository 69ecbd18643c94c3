"""Enclosures of the solved-out outer weights, of the gradient and of the Hessian of the reduced loss, over a box of inner weights.

Over inner weights w (k units × p inputs) the outer weights v(w) minimise L(w, ·): with the m × q matrix H of activations (and a column
of ones where there is an output bias) M v = Hᵀy, M = HᵀH + diag(λ_v). The reduced loss R(w) = L(w, v(w)) has

    ∂R/∂w_jq = v_j Σ_i r_i σ′_ij x_iq + λ_jq w_jq,   r = Hv − y,   ∇²R = L_ww − Bᵀ M⁻¹ B,   B = L_vw  (the Schur complement).

All arrays of intervals end in a dimension of two, lower and upper end. Compiled and rigorous.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from critscape.algebra.intervals.compilation import rigorous
from critscape.algebra.intervals.directed import (
    above,
    below,
    divided,
    greater,
    lesser,
    magnitude,
    minus,
    plus,
    root_above,
    scaled,
    square,
    times,
)
from critscape.algebra.intervals.sigmoid import ranges


class Data(NamedTuple):
    """One regression in intervals: what the kernels know of it.

    ``kind`` is the number of the activation and ``swing`` at least sup |tσ′(t)|; ``x`` (m, p, 2), ``y`` (m, 2); ``inner`` (k, p, 2) and ``outer`` (q, 2) the ridge;
    ``most`` (q) bounds the outer weights and ``rest`` the norm of the residuals, wherever
    ∂L/∂v = 0; ``spread`` (p) is about the norm of each input over the samples; ``alike`` (k) says of each
    unit but the first whether exchanging it with the one before is a symmetry; ``odd`` whether σ is odd.
    """

    kind: int
    swing: float
    x: np.ndarray
    y: np.ndarray
    inner: np.ndarray
    outer: np.ndarray
    most: np.ndarray
    rest: float
    spread: np.ndarray
    alike: np.ndarray
    odd: bool


class Room(NamedTuple):
    """Arrays that the kernels write to, for m samples, k units, p inputs, q outer weights and n = kp inner ones.

    The arguments z (m, k, 2) of the activations, H (m, q, 2) and their derivatives σ′, σ″ (m, k, 2); Q (q, q), v̂ (q), G = HQ (m, q, 2), bounds of the entries and the
    row sums of 1 − N; v (q, 2), r (m, 2), T_jq = Σ_i r_i σ′_ij x_iq (k, p, 2); gradient (n, 2), QᵀB and N⁻¹QᵀB (q, n, 2), Hessian (n, n, 2).
    """

    level: np.ndarray
    value: np.ndarray
    slope: np.ndarray
    curve: np.ndarray
    change: np.ndarray
    guess: np.ndarray
    turned: np.ndarray
    defect: np.ndarray
    reach: np.ndarray
    v: np.ndarray
    residual: np.ndarray
    pull: np.ndarray
    gradient: np.ndarray
    mixed: np.ndarray
    solved: np.ndarray
    hessian: np.ndarray


def room(m: int, k: int, p: int, q: int) -> Room:
    """Arrays for m samples, k units, p inputs and q outer weights."""
    n = k * p
    samples = ((m, k, 2), (m, q, 2), (m, k, 2), (m, k, 2))
    solved_out = ((q, q), (q,), (m, q, 2), (q, q), (q,), (q, 2), (m, 2))
    reduced = ((k, p, 2), (n, 2), (q, n, 2), (q, n, 2), (n, n, 2))
    return Room(*(np.zeros(shape) for shape in (*samples, *solved_out, *reduced)))


@rigorous
def inverted(matrix, inverse):
    """Writes an approximate inverse of a small matrix, which is overwritten; False where it is singular. Nothing rests on its accuracy."""
    n = matrix.shape[0]
    for i in range(n):
        for j in range(n):
            inverse[i, j] = 1.0 if i == j else 0.0
    for c in range(n):
        best = c
        for i in range(c + 1, n):
            if abs(matrix[i, c]) > abs(matrix[best, c]):
                best = i
        if not abs(matrix[best, c]) > 1e-60:
            return False
        for j in range(n):
            matrix[c, j], matrix[best, j] = matrix[best, j], matrix[c, j]
            inverse[c, j], inverse[best, j] = inverse[best, j], inverse[c, j]
        pivot = matrix[c, c]
        for j in range(n):
            matrix[c, j] /= pivot
            inverse[c, j] /= pivot
        for i in range(n):
            if i != c:
                factor = matrix[i, c]
                for j in range(n):
                    matrix[i, j] -= factor * matrix[c, j]
                    inverse[i, j] -= factor * inverse[c, j]
    for i in range(n):
        for j in range(n):
            if not abs(inverse[i, j]) < 1e60:
                return False
    return True


@rigorous
def activate(data, box, r):
    """Writes activations and derivatives over a box (n, 2)."""
    m, p, _ = data.x.shape
    k = data.inner.shape[0]
    for i in range(m):
        for j in range(k):
            a, b = 0.0, 0.0
            for t in range(p):
                c, d = times(data.x[i, t, 0], data.x[i, t, 1], box[j * p + t, 0], box[j * p + t, 1])
                a, b = plus(a, b, c, d)
            r.level[i, j, 0], r.level[i, j, 1] = a, b
            r.value[i, j, 0], r.value[i, j, 1], r.slope[i, j, 0], r.slope[i, j, 1], r.curve[i, j, 0], r.curve[i, j, 1] = ranges(
                data.kind, a, b
            )
        for j in range(k, r.value.shape[1]):
            r.value[i, j, 0] = r.value[i, j, 1] = 1.0


@rigorous
def basis(data, r):
    """Writes an upper triangular Q with Qᵀ M̂ Q ≈ 1 for the midpoint M̂ of M, and v̂ ≈ M̂⁻¹Ĥᵀy. Nothing rests on their accuracy."""
    m, q, _ = r.value.shape
    factor = np.zeros((q, q))
    r.change[:] = 0.0
    r.guess[:] = 0.0
    for s in range(q):
        for t in range(s + 1):
            total = data.outer[s, 0] if s == t else 0.0
            for i in range(m):
                total += 0.25 * (r.value[i, s, 0] + r.value[i, s, 1]) * (r.value[i, t, 0] + r.value[i, t, 1])
            for h in range(t):
                total -= factor[s, h] * factor[t, h]
            factor[s, t] = math.sqrt(greater(total, data.outer[s, 0])) if s == t else total / factor[t, t]
    for s in range(q):
        # Column s of Q is row s of the inverse of the Cholesky factor.
        for t in range(s, -1, -1):
            total = 1.0 if s == t else 0.0
            for h in range(t + 1, s + 1):
                total -= factor[h, t] * r.change[h, s]
            r.change[t, s] = total / factor[t, t]
    for s in range(q):
        moment = 0.0
        for t in range(s + 1):
            for i in range(m):
                moment += 0.25 * r.change[t, s] * (r.value[i, t, 0] + r.value[i, t, 1]) * (data.y[i, 0] + data.y[i, 1])
        for t in range(s + 1):
            r.guess[t] += r.change[t, s] * moment


@rigorous
def normal_matrix(data, r):
    """Writes G = HQ and bounds of the entries and row sums of 1 − N, N = GᵀG + QᵀΛQ = QᵀMQ; returns a bound for ‖1 − N‖_∞."""
    m, q, _ = r.value.shape
    for i in range(m):
        for s in range(q):
            a, b = 0.0, 0.0
            for t in range(s + 1):
                c, d = scaled(r.change[t, s], r.value[i, t, 0], r.value[i, t, 1])
                a, b = plus(a, b, c, d)
            r.turned[i, s, 0], r.turned[i, s, 1] = a, b
    for s in range(q):
        for t in range(s, q):
            a, b = (1.0, 1.0) if s == t else (0.0, 0.0)
            for i in range(m):
                if s == t:
                    c, d = square(r.turned[i, s, 0], r.turned[i, s, 1])
                else:
                    c, d = times(r.turned[i, s, 0], r.turned[i, s, 1], r.turned[i, t, 0], r.turned[i, t, 1])
                a, b = minus(a, b, c, d)
            for h in range(s + 1):
                c, d = scaled(r.change[h, s], data.outer[h, 0], data.outer[h, 1])
                c, d = scaled(r.change[h, t], c, d)
                a, b = minus(a, b, c, d)
            r.defect[s, t] = r.defect[t, s] = magnitude(a, b)
    worst = 0.0
    for s in range(q):
        r.reach[s] = 0.0
        for t in range(q):
            r.reach[s] = above(r.reach[s] + r.defect[s, t])
        worst = greater(worst, r.reach[s])
    return worst


@rigorous
def outer_weights(data, r):
    """Writes the outer weights and the residuals over the box whose activations are there; returns a bound for ‖1 − N‖_∞.

    With any regular Q, N = QᵀMQ and ρ = Hᵀ(y − Hv̂) − Λv̂: v(w) = v̂ + M⁻¹ρ = v̂ + Qu, u = N⁻¹Qᵀρ, r = Hv̂ − y + Gu. Two bounds are
    used. As M ⪰ Λ, ‖Λ^{1/2}M⁻¹ρ‖ ≤ ‖Λ^{-1/2}ρ‖; and with E = 1 − N, ‖E‖ < 1, u = d + E(1 − E)⁻¹d, d = Qᵀρ. Where Q makes N ≈ 1,
    nearly equal units do no harm: their difference is one column of G. And λ_s v_s = −Σ_i r_i H_is, |v_s| ≤ ``most``.
    """
    m, q, _ = r.value.shape
    basis(data, r)
    worst = normal_matrix(data, r)
    plain, turned = np.zeros((q, 2)), np.zeros((q, 2))
    for i in range(m):
        a, b = -data.y[i, 1], -data.y[i, 0]
        for s in range(q):
            c, d = scaled(r.guess[s], r.value[i, s, 0], r.value[i, s, 1])
            a, b = plus(a, b, c, d)
        r.residual[i, 0], r.residual[i, 1] = a, b
        for s in range(q):
            c, d = times(-b, -a, r.value[i, s, 0], r.value[i, s, 1])
            plain[s, 0], plain[s, 1] = plus(plain[s, 0], plain[s, 1], c, d)
            c, d = times(-b, -a, r.turned[i, s, 0], r.turned[i, s, 1])
            turned[s, 0], turned[s, 1] = plus(turned[s, 0], turned[s, 1], c, d)
    total = 0.0
    for s in range(q):
        c, d = scaled(r.guess[s], data.outer[s, 0], data.outer[s, 1])
        plain[s, 0], plain[s, 1] = minus(plain[s, 0], plain[s, 1], c, d)
        size = magnitude(plain[s, 0], plain[s, 1])
        total = above(total + above(above(size * size) / data.outer[s, 0]))
        for t in range(s, q):
            e, f = scaled(r.change[s, t], c, d)
            turned[t, 0], turned[t, 1] = minus(turned[t, 0], turned[t, 1], e, f)
    sharp = worst < 1.0
    if sharp:
        widened(turned, r.reach, worst)
    for s in range(q):
        a = root_above(above(total / data.outer[s, 0]))
        low, high = greater(-data.most[s], below(r.guess[s] - a)), lesser(data.most[s], above(r.guess[s] + a))
        if sharp:
            a, b = r.guess[s], r.guess[s]
            for t in range(s, q):
                c, d = scaled(r.change[s, t], turned[t, 0], turned[t, 1])
                a, b = plus(a, b, c, d)
            low, high = greater(low, a), lesser(high, b)
        r.v[s, 0], r.v[s, 1] = low, high
    residuals(data, turned, sharp, r)
    for s in range(q):
        a, b = 0.0, 0.0
        for i in range(m):
            c, d = times(r.residual[i, 0], r.residual[i, 1], r.value[i, s, 0], r.value[i, s, 1])
            a, b = plus(a, b, c, d)
        c, d = divided(-b, -a, data.outer[s, 0], data.outer[s, 1])
        r.v[s, 0], r.v[s, 1] = greater(r.v[s, 0], c), lesser(r.v[s, 1], d)
    return worst


@rigorous
def widened(vector, reach, worst):
    """Makes of intervals d (q, 2) intervals that hold (1 − E)⁻¹d = d + E(1 − E)⁻¹d, ‖E‖ ≤ worst < 1, with row sums ``reach``."""
    far = 0.0
    for s in range(vector.shape[0]):
        far = greater(far, magnitude(vector[s, 0], vector[s, 1]))
    far = above(far / below(1.0 - worst))
    for s in range(vector.shape[0]):
        e = above(reach[s] * far)
        vector[s, 0], vector[s, 1] = below(vector[s, 0] - e), above(vector[s, 1] + e)


@rigorous
def residuals(data, turned, sharp, r):
    """Makes of Hv̂ − y, which is there, the residuals: from v, from u where it is known, within the bound that holds wherever ∂L/∂v = 0."""
    m, q, _ = r.value.shape
    for i in range(m):
        low, high = -data.rest, data.rest
        if sharp:
            a, b = r.residual[i, 0], r.residual[i, 1]
            for s in range(q):
                c, d = times(r.turned[i, s, 0], r.turned[i, s, 1], turned[s, 0], turned[s, 1])
                a, b = plus(a, b, c, d)
            low, high = greater(low, a), lesser(high, b)
        a, b = -data.y[i, 1], -data.y[i, 0]
        for s in range(q):
            c, d = times(r.value[i, s, 0], r.value[i, s, 1], r.v[s, 0], r.v[s, 1])
            a, b = plus(a, b, c, d)
        r.residual[i, 0], r.residual[i, 1] = greater(low, a), lesser(high, b)


@rigorous
def contraction(approximate, matrix, size, reach):
    """A bound for ‖1 − CM‖_∞, C given, M in intervals; ``size`` gets bounds of the entries, ``reach`` of the row sums."""
    n = matrix.shape[0]
    worst = 0.0
    for s in range(n):
        total = 0.0
        for t in range(n):
            a, b = (1.0, 1.0) if s == t else (0.0, 0.0)
            for h in range(n):
                c, d = times(approximate[s, h], approximate[s, h], matrix[h, t, 0], matrix[h, t, 1])
                a, b = minus(a, b, c, d)
            size[s, t] = magnitude(a, b)
            total = above(total + size[s, t])
        reach[s] = total
        worst = greater(worst, total)
    return worst


@rigorous
def slopes(data, box, r):
    """Writes T and the gradient over the box from slopes and residuals that are there."""
    m, p, _ = data.x.shape
    k = data.inner.shape[0]
    for j in range(k):
        for t in range(p):
            a, b = 0.0, 0.0
            for i in range(m):
                c, d = times(r.residual[i, 0], r.residual[i, 1], r.slope[i, j, 0], r.slope[i, j, 1])
                c, d = times(c, d, data.x[i, t, 0], data.x[i, t, 1])
                a, b = plus(a, b, c, d)
            r.pull[j, t, 0], r.pull[j, t, 1] = a, b
            a, b = times(a, b, r.v[j, 0], r.v[j, 1])
            c, d = times(data.inner[j, t, 0], data.inner[j, t, 1], box[j * p + t, 0], box[j * p + t, 1])
            r.gradient[j * p + t, 0], r.gradient[j * p + t, 1] = plus(a, b, c, d)


@rigorous
def curvature(data, r, worst):
    """Writes QᵀB, N⁻¹QᵀB and the Hessian of the reduced loss, L_ww − (QᵀB)ᵀN⁻¹QᵀB, over the box; ``worst`` < 1 bounds ‖1 − N‖_∞."""
    m, p, _ = data.x.shape
    k, q = data.inner.shape[0], r.v.shape[0]
    column = np.empty((q, 2))
    for o in range(k):
        for t in range(p):
            for s in range(q):
                e, f = 0.0, 0.0
                for i in range(m):
                    c, d = times(r.slope[i, o, 0], r.slope[i, o, 1], data.x[i, t, 0], data.x[i, t, 1])
                    c, d = times(c, d, r.turned[i, s, 0], r.turned[i, s, 1])
                    e, f = plus(e, f, c, d)
                e, f = times(e, f, r.v[o, 0], r.v[o, 1])
                c, d = scaled(r.change[o, s], r.pull[o, t, 0], r.pull[o, t, 1])
                column[s, 0], column[s, 1] = plus(c, d, e, f)
            r.mixed[:, o * p + t] = column
            widened(column, r.reach, worst)
            r.solved[:, o * p + t] = column
    for j in range(k):
        for t in range(p):
            row = j * p + t
            for o in range(j, k):
                for u in range(t if o == j else 0, p):
                    column = o * p + u
                    a, b, e, f = 0.0, 0.0, 0.0, 0.0
                    for i in range(m):
                        if o == j:
                            c, d = square(r.slope[i, j, 0], r.slope[i, j, 1])
                        else:
                            c, d = times(r.slope[i, j, 0], r.slope[i, j, 1], r.slope[i, o, 0], r.slope[i, o, 1])
                        if row == column:
                            g, h = square(data.x[i, t, 0], data.x[i, t, 1])
                        else:
                            g, h = times(data.x[i, t, 0], data.x[i, t, 1], data.x[i, u, 0], data.x[i, u, 1])
                        c, d = times(c, d, g, h)
                        a, b = plus(a, b, c, d)
                        if o == j:
                            c, d = times(r.residual[i, 0], r.residual[i, 1], r.curve[i, j, 0], r.curve[i, j, 1])
                            c, d = times(c, d, g, h)
                            e, f = plus(e, f, c, d)
                    if o == j:
                        c, d = square(r.v[j, 0], r.v[j, 1])
                    else:
                        c, d = times(r.v[j, 0], r.v[j, 1], r.v[o, 0], r.v[o, 1])
                    a, b = times(a, b, c, d)
                    if o == j:
                        c, d = times(e, f, r.v[j, 0], r.v[j, 1])
                        a, b = plus(a, b, c, d)
                    if row == column:
                        a, b = plus(a, b, data.inner[j, t, 0], data.inner[j, t, 1])
                    for s in range(q):
                        c, d = times(r.mixed[s, row, 0], r.mixed[s, row, 1], r.solved[s, column, 0], r.solved[s, column, 1])
                        a, b = minus(a, b, c, d)
                    r.hessian[row, column, 0], r.hessian[row, column, 1] = a, b
                    r.hessian[column, row, 0], r.hessian[column, row, 1] = a, b
