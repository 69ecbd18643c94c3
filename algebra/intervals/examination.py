"""One box of inner weights: excluded, proved to hold exactly one critical point, or to be split. Compiled and rigorous.

- *Fundamental domain.* Exchanging alike units, and the sign of a unit where σ is odd, are symmetries: it is enough to look where
  first weights of alike units decrease and, for odd σ, are not negative. A box that meets that region is looked at as a whole.
- *Ridge.* λ_jq w_jq = −v_j Σ_i r_i σ′_ij x_iq at every critical point, which contracts the box.
- *Euler's identity.* w·∂R/∂w = 0 for each unit: Σ_q λ_jq w_jq² = −v_j Σ_i r_i z_ij σ′_ij, z_ij = w_j·x_i, and tσ′(t) is bounded.
- *Mean value.* ∇R(w) ∈ ∇R(c) + ∇²R(box)(w − c): no zero where a component excludes 0.
- *Krawczyk.* K = c − C∇R(c) + (1 − C∇²R(box))(box − c), C an approximate inverse: zeros in the box lie in K; K ⊂ int box and
  ‖1 − C∇²R(box)‖ < 1 prove that there is exactly one, a simple one. Where the box is too tight around a zero near its boundary, a
  larger box that contains it is tried: what holds of that settles this one.
"""

from __future__ import annotations

import numpy as np

from critscape.algebra.intervals.compilation import rigorous
from critscape.algebra.intervals.directed import above, below, divided, greater, lesser, minus, plus, root_above, square, times
from critscape.algebra.intervals.enclosures import activate, contraction, curvature, inverted, outer_weights, slopes

EXCLUDED, COVERED, PROVED, OPEN, BLURRED = 0, 1, 2, 3, 4
"""No critical point of the fundamental domain in it; it lies in a proved cell; it lies in a new one; none of this; not to be decided
in double precision, as the gradient changes less over the box than rounding lets it be known."""
ROUNDS = 12
"""Times at most that a box is contracted before it is split."""
WORTHWHILE = 0.8
"""A box is contracted again where a side has become shorter than this part of itself."""
CHORD_STEPS = 8
ROOM = 1e-9
"""Least half-side of a larger box, relative to 1 + the size of a weight."""
INFLATION = 1.5
"""The larger box reaches so much farther from the approximate zero than this box does."""


@rigorous
def outside(data, box):
    """Whether a box does not meet the fundamental domain."""
    k, p, _ = data.inner.shape
    for j in range(1, k):
        if data.alike[j] and box[(j - 1) * p, 1] < box[j * p, 0]:
            return True
    if data.odd:
        for j in range(k):
            if box[j * p, 1] < 0.0:
                return True
    return False


@rigorous
def within(box, cell):
    """Whether a box lies in a cell."""
    for a in range(box.shape[0]):
        if box[a, 0] < cell[a, 0] or box[a, 1] > cell[a, 1]:
            return False
    return True


@rigorous
def contracted(data, box, r):
    """The box contracted by the ridge: the least ratio of a new side to the old one, or a negative number where nothing is left."""
    n = box.shape[0]
    k, p = data.inner.shape[0], data.inner.shape[1]
    ratio = 1.0
    for j in range(k):
        ratio = lesser(ratio, radial(data, box, r, j))
        if ratio < 0.0:
            return -1.0
    for a in range(n):
        if r.gradient[a, 0] > 0.0 or r.gradient[a, 1] < 0.0:
            return -1.0
        j, t = a // p, a % p
        c, d = times(r.v[j, 0], r.v[j, 1], r.pull[j, t, 0], r.pull[j, t, 1])
        c, d = divided(-d, -c, data.inner[j, t, 0], data.inner[j, t, 1])
        ratio = lesser(ratio, narrowed(box, a, c, d))
        if ratio < 0.0:
            return -1.0
    return ratio


@rigorous
def radial(data, box, r, j):
    """The weights of unit j contracted by Euler's identity: the least ratio of sides, negative where nothing is left."""
    m, p, _ = data.x.shape
    a, b = 0.0, 0.0
    for i in range(m):
        c, d = times(r.level[i, j, 0], r.level[i, j, 1], r.slope[i, j, 0], r.slope[i, j, 1])
        c, d = times(greater(c, -data.swing), lesser(d, data.swing), r.residual[i, 0], r.residual[i, 1])
        a, b = plus(a, b, c, d)
    a, b = times(-b, -a, r.v[j, 0], r.v[j, 1])
    least, most = 0.0, 0.0
    for t in range(p):
        c, d = square(box[j * p + t, 0], box[j * p + t, 1])
        least = below(least + below(c * data.inner[j, t, 0]))
        most = above(most + above(d * data.inner[j, t, 1]))
    if b < least or most < a:
        return -1.0
    ratio = 1.0
    for t in range(p):
        far = root_above(above(greater(b, 0.0) / data.inner[j, t, 0]))
        ratio = lesser(ratio, narrowed(box, j * p + t, -far, far))
        if ratio < 0.0:
            return -1.0
    return ratio


@rigorous
def narrowed(box, a, lower, upper):
    """Side a of the box cut with an interval: the ratio of the new length to the old one, negative where nothing is left."""
    before = box[a, 1] - box[a, 0]
    if lower > box[a, 1] or upper < box[a, 0]:
        return -1.0
    box[a, 0] = max(box[a, 0], lower)
    box[a, 1] = min(box[a, 1], upper)
    return (box[a, 1] - box[a, 0]) / before if before > 0.0 else 1.0


@rigorous
def over(data, box, r):
    """Writes everything over a box but the Hessian; returns the bound for ‖1 − CM‖."""
    activate(data, box, r)
    worst = outer_weights(data, r)
    slopes(data, box, r)
    return worst


@rigorous
def at(data, point, r, dot):
    """Writes values and the gradient at a point, of which ``dot`` (n, 2) becomes the box."""
    for a in range(point.shape[0]):
        dot[a, 0] = dot[a, 1] = point[a]
    return over(data, dot, r)


@rigorous
def krawczyk(box, centre, gradient, hessian, inverse, size, reach, image):
    """Writes K; returns ‖1 − C∇²R(box)‖."""
    n = box.shape[0]
    norm = contraction(inverse, hessian, size, reach)
    for a in range(n):
        c, d, radius = centre[a], centre[a], 0.0
        for b in range(n):
            e, f = times(inverse[a, b], inverse[a, b], gradient[b, 0], gradient[b, 1])
            c, d = minus(c, d, e, f)
            far = greater(above(box[b, 1] - centre[b]), above(centre[b] - box[b, 0]))
            radius = above(radius + above(size[a, b] * far))
        image[a, 0], image[a, 1] = below(c - radius), above(d + radius)
    return norm


@rigorous
def strictly_within(image, box):
    """Whether K lies in the interior of the box."""
    for a in range(box.shape[0]):
        if not (image[a, 0] > box[a, 0] and image[a, 1] < box[a, 1]):
            return False
    return True


@rigorous
def midpoint_inverse(hessian, inverse, middle):
    """Writes an approximate inverse of the midpoints; False where there is none."""
    n = inverse.shape[0]
    for a in range(n):
        for b in range(n):
            middle[a, b] = 0.5 * (hessian[a, b, 0] + hessian[a, b, 1])
    return inverted(middle, inverse)


@rigorous
def proved_around(data, box, inverse, r, s, point, cell):
    """Whether ``cell`` became a box that contains the given one and is proved to hold exactly one critical point.

    ``point`` is moved by Newton's method from the centre of the box; where it leads far away there is nothing to prove.
    """
    n = box.shape[0]
    size, reach, image, dot, middle = np.empty((n, n)), np.empty(n), np.empty((n, 2)), np.empty((n, 2)), np.empty((n, n))
    for _ in range(CHORD_STEPS):
        at(data, point, s, dot)
        for a in range(n):
            for b in range(n):
                point[a] -= 0.5 * inverse[a, b] * (s.gradient[b, 0] + s.gradient[b, 1])
    for a in range(n):
        if not (box[a, 0] - point[a] < box[a, 1] - box[a, 0] + ROOM and point[a] - box[a, 1] < box[a, 1] - box[a, 0] + ROOM):
            return False
    for a in range(n):
        far = INFLATION * greater(point[a] - box[a, 0], box[a, 1] - point[a]) + ROOM * (1.0 + abs(point[a]))
        cell[a, 0], cell[a, 1] = lesser(box[a, 0], point[a] - far), greater(box[a, 1], point[a] + far)
    worst = over(data, cell, r)
    if not worst < 1.0:
        return False
    curvature(data, r, worst)
    at(data, point, s, dot)
    if not midpoint_inverse(r.hessian, inverse, middle):
        return False
    norm = krawczyk(cell, point, s.gradient, r.hessian, inverse, size, reach, image)
    return norm < 1.0 and strictly_within(image, cell)


@rigorous
def examine(data, box, cells, found, r, s, cell, smear):
    """What is known of a box, which is contracted; ``cell`` becomes a box with exactly one critical point where one is PROVED.

    ``cells`` (…, n, 2) has ``found`` such boxes already; ``r`` and ``s`` are rooms to work in; ``smear`` (n) says how much each side
    matters where the box stays OPEN.
    """
    n, p = box.shape[0], data.inner.shape[1]
    centre, inverse, middle = np.empty(n), np.empty((n, n)), np.empty((n, n))
    size, reach, image, dot = np.empty((n, n)), np.empty(n), np.empty((n, 2)), np.empty((n, 2))
    for _ in range(ROUNDS):
        if outside(data, box):
            return EXCLUDED
        for z in range(found):
            if within(box, cells[z]):
                return COVERED
        worst = over(data, box, r)
        for a in range(n):
            smear[a] = (box[a, 1] - box[a, 0]) * data.spread[a % p]
        ratio = contracted(data, box, r)
        if ratio < 0.0:
            return EXCLUDED
        if ratio < WORTHWHILE:
            continue
        if not worst < 1.0:
            return OPEN
        curvature(data, r, worst)
        for a in range(n):
            centre[a] = 0.5 * (box[a, 0] + box[a, 1])
        at(data, centre, s, dot)
        blurred = True
        for a in range(n):
            c, d = s.gradient[a, 0], s.gradient[a, 1]
            noise = d - c
            for b in range(n):
                e, f = minus(box[b, 0], box[b, 1], centre[b], centre[b])
                e, f = times(e, f, r.hessian[a, b, 0], r.hessian[a, b, 1])
                c, d = plus(c, d, e, f)
            if c > 0.0 or d < 0.0:
                return EXCLUDED
            blurred = blurred and d - c < 2.0 * noise
        if blurred:
            return BLURRED
        for a in range(n):
            smear[a] = 0.0
            for b in range(n):
                smear[a] += (box[a, 1] - box[a, 0]) * greater(abs(r.hessian[a, b, 0]), abs(r.hessian[a, b, 1]))
        if not midpoint_inverse(r.hessian, inverse, middle):
            return OPEN
        norm = krawczyk(box, centre, s.gradient, r.hessian, inverse, size, reach, image)
        if norm < 1.0 and strictly_within(image, box):
            cell[:] = box
            return PROVED
        ratio = 1.0
        for a in range(n):
            ratio = lesser(ratio, narrowed(box, a, image[a, 0], image[a, 1]))
            if ratio < 0.0:
                return EXCLUDED
        if norm < 1.0 and proved_around(data, box, inverse, r, s, centre, cell):
            return PROVED
        if not ratio < WORTHWHILE:
            return OPEN
    return OPEN
