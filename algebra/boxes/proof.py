"""One critical point in balls of as many bits as it takes: Newton's method, Krawczyk's test, inertia, loss.

The test is that of :mod:`critscape.algebra.points.certification`, in real balls, on all n + q weights.
"""

from __future__ import annotations

from collections.abc import Sequence

import flint
import numpy as np
from flint import acb, arb, arb_mat

from critscape.algebra.boxes.regression import Regression, derivatives, exact
from critscape.algebra.points.certification import CertifiedPoint
from critscape.algebra.points.classification import RealPoint, kind, signature

PRECISIONS = (128, 256, 512, 1024, 2048)
"""Bits that are tried, one after the other."""
NEWTON_STEPS = 60
ROUNDS = 80
"""Times at most that a proved enclosure is made narrower."""
NARROWER = 0.999
"""Once more where it has become narrower by this factor: from a box that barely passes the test convergence is slow at first, then quadratic."""


def proved(regression: Regression, inner: Sequence[float]) -> CertifiedPoint | None:
    """The critical point next to approximate inner weights, proved to be the only one in a box around it; None where no precision decides."""
    with flint.ctx.workprec(PRECISIONS[0]):
        return proved_near(regression, outer(regression, [arb(w) for w in inner]))


def proved_near(regression: Regression, weights: Sequence[arb]) -> CertifiedPoint | None:
    """The same next to approximate weights (n + q)."""
    start: Sequence[arb] | None = None
    for bits in PRECISIONS:
        with flint.ctx.workprec(bits):
            start = newton(regression, weights if start is None else start)
            if start is not None and (found := krawczyk(regression, start)) is not None:
                return found
    return None


def outer(regression: Regression, inner: Sequence[arb]) -> list[arb]:
    """Inner weights together with the midpoints of the outer weights that minimise L for them."""
    return [w.mid() for w in (*inner, *outer_over(regression, inner))]


def newton(regression: Regression, start: Sequence[arb]) -> list[arb] | None:
    """Newton's method until the step is at rounding level; None where it does not settle."""
    goal = arb(2) ** -(flint.ctx.prec * 7 // 8)
    point = [w.mid() for w in start]
    lengths: list[arb] = []
    for _ in range(NEWTON_STEPS):
        found = derivatives(regression, point)
        try:
            step = found.hessian.mid().solve(arb_mat([[g] for g in found.gradient]), algorithm="approx").entries()
        except (ZeroDivisionError, ValueError):
            return None
        point = [(w - s).mid() for w, s in zip(point, step)]
        if not all(w.is_finite() for w in point):
            return None
        lengths.append(max((abs(s).mid() for s in step), default=arb(0)))
        size = 1 + max(abs(w) for w in point)
        if lengths[-1] < goal * size:
            return point
        if any(lengths[-2:-1]) and lengths[-1] > lengths[-2] / 2 and lengths[-1] < size * arb(2) ** -(flint.ctx.prec // 2):
            # At the rounding level of an ill-conditioned point: good enough for the test to decide.
            return point
    return None


def krawczyk(regression: Regression, point: Sequence[arb]) -> CertifiedPoint | None:
    """The point proved by Krawczyk's test in the largest box that passes it, of 2^−4, 2^−8, 2^−16, … times its size; None where none does."""
    n = regression.dimension
    found = derivatives(regression, point)
    size = max(1.0, *(abs(float(w)) for w in point))
    try:
        inverse = found.hessian.mid().inv().mid()
    except ZeroDivisionError:
        return None
    shift = inverse * arb_mat([[g] for g in found.gradient])
    level = 4
    while level < flint.ctx.prec // 2:
        radius = arb(size) * arb(2) ** -level
        level *= 2
        over = derivatives(regression, [w + arb(0, radius) for w in point]).hessian
        defect = arb_mat([[int(i == j) for j in range(n)] for i in range(n)]) - inverse * over
        rows = [sum((abs(defect[i, j]) for j in range(n)), arb(0)) for i in range(n)]
        if all(row < 1 for row in rows) and all(abs(shift[i, 0]) + rows[i] * radius < radius for i in range(n)):
            ball = tightened(regression, point, defect * arb_mat([[arb(0, radius)]] * n) - shift, inverse, shift)
            return CertifiedPoint(tuple(map(acb, ball)), tuple(acb(w) for w in point), radius.lower(), True, flint.ctx.prec)
    return None


def tightened(regression: Regression, point: Sequence[arb], offset: arb_mat, inverse: arb_mat, shift: arb_mat) -> list[arb]:
    """K applied to its own result as long as that helps: the zero is the point plus a smaller and smaller offset."""
    n = len(point)
    for _ in range(ROUNDS):
        between = [d.union(arb(0)) for d in offset.entries()]
        over = derivatives(regression, [w + d for w, d in zip(point, between)]).hessian
        defect = arb_mat([[int(i == j) for j in range(n)] for i in range(n)]) - inverse * over
        narrower = defect * offset - shift
        before, after = (max(d.rad() for d in each.entries()) for each in (offset, narrower))
        if not after < before * NARROWER:
            break
        offset = narrower
    return [w + d for w, d in zip(point, offset.entries())]


def typed(regression: Regression, point: CertifiedPoint) -> RealPoint:
    """A proved point with its index, loss and kind; which minima are global is left open.

    Raises
    ------
    ArithmeticError : the index is not decided at the precision that proved the point.
    """
    with flint.ctx.workprec(point.precision):
        found = derivatives(regression, [z.real for z in point.ball])
        index, eigenvalue = signature(found.hessian)
    return RealPoint(point, index, eigenvalue, found.loss, kind(index, regression.dimension))


def contains(cell: np.ndarray, point: CertifiedPoint) -> bool:
    """Whether the inner weights of a proved point lie in a box (n, 2) of doubles."""
    return all(z.real > arb(lower) and z.real < arb(upper) for (lower, upper), z in zip(cell.tolist(), point.ball))


def covers(regression: Regression, point: CertifiedPoint, cell: np.ndarray) -> bool:
    """Whether every critical point whose inner weights lie in a box is this one: the box that isolates it contains that box.

    The outer weights over the box are enclosed by M⁻¹Hᵀy in balls.
    """
    with flint.ctx.workprec(point.precision):
        box = [arb(lower).union(arb(upper)) for lower, upper in cell.tolist()]
        centre = [z.real for z in point.centre]
        if not all(abs(w - c) < point.isolation for w, c in zip(box, centre)):
            return False
        try:
            outer_box = outer_over(regression, box)
        except ZeroDivisionError:
            return False
        return all(abs(v - c) < point.isolation for v, c in zip(outer_box, centre[len(box) :]))


def outer_over(regression: Regression, box: Sequence[arb]) -> list[arb]:
    """Enclosures of the outer weights over a box of inner weights.

    Raises
    ------
    ZeroDivisionError : the box is too wide.
    """
    p, q = regression.width, len(regression.outer)
    rows = []
    for row in regression.inputs:
        x = [exact(entry) for entry in row]
        units = [sum((w * z for w, z in zip(box[j * p : (j + 1) * p], x)), arb(0)) for j in range(regression.units)]
        rows.append([regression.activation.jet(t, 0)[0] for t in units] + [arb(1)] * (q - regression.units))
    h = arb_mat(rows)
    normal = h.transpose() * h + arb_mat([[exact(regression.outer[s]) if s == t else arb(0) for t in range(q)] for s in range(q)])
    return normal.solve(h.transpose() * arb_mat([[exact(y)] for y in regression.targets])).entries()
