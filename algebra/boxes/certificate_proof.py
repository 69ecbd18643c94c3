"""A certificate of critical points of a regression, proved again from the file: nothing of the search is used.

Each box (``centre``, ``radius``) must pass Krawczyk's test in real balls, with ∇²L over the box; its zero must have the index and the
loss that are claimed. That there are no further points is not claimed, and an upper bound is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

import flint
from flint import acb, arb, arb_mat

from critscape.algebra.boxes.regression import Regression, derivatives
from critscape.algebra.certificates.checker import ball, coinciding
from critscape.algebra.certificates.claims import ClaimedPoint, Claims, failing_count, failing_minimum, incoherence
from critscape.algebra.points.classification import signature

PRECISIONS = (128, 256, 512, 1024, 2048, 4096)
"""Bits at which a point is tried, one after the other, until its claims are proved."""
ROUNDS = 12
"""Times that the enclosure of the zero is made narrower before the loss is evaluated."""


def first_failure(regression: Regression, order: Sequence[int], claims: Claims) -> str | None:
    """The first claim that could not be proved, as one sentence; None when all are.

    ``order`` has, for each weight of the certificate, its position in the regression.
    """
    if claims.upper_bound is not None:
        return "upper_bound: none can be claimed of a loss that is not a polynomial"
    zeros = []
    for k, point in enumerate(claims.points):
        proved = prove(regression, order, point)
        if isinstance(proved, str):
            return f"points[{k}]: {proved}"
        zeros.append([acb(w) for w in proved])
    if (pair := coinciding(zeros)) is not None:
        return "points[{}] and points[{}]: the zeros in the two boxes are not proved distinct".format(*pair)
    return failing_minimum(claims.points) or failing_count(claims)


def prove(regression: Regression, order: Sequence[int], point: ClaimedPoint) -> list[arb] | str:
    """An enclosure of the zero once all that is claimed of it is proved; or one sentence that says what is not."""
    if (wrong := incoherence(point)) is not None:
        return wrong
    if not point.real:
        return "the point is not real: only real weights are proved"
    failure = ""
    for bits in PRECISIONS:
        with flint.ctx.workprec(bits):
            centre = [arb(0)] * len(order)
            for place, (real, _) in zip(order, point.centre):
                centre[place] = ball(real)
            zero = krawczyk(regression, centre, ball(point.radius))
            if zero is None:
                failure = "Krawczyk's test fails: the box is not proved to hold exactly one critical point"
                continue
            found = derivatives(regression, zero)
            try:
                index = signature(found.hessian)[0]
            except (ArithmeticError, ValueError):
                failure = "the index is not proved"
                continue
            assert point.loss is not None  # It is real.
            if index != point.index:
                return f"the index is {index}, not {point.index}"
            if ball(point.loss[0]) <= found.loss and found.loss <= ball(point.loss[1]):
                return zero
            failure = "the loss is not proved to lie in its enclosure"
    return failure


def krawczyk(regression: Regression, centre: list[arb], radius: arb) -> list[arb] | None:
    """The zero in the box of half-side ``radius`` around ``centre``, enclosed; None where the test fails at the working precision."""
    n = len(centre)
    one = arb_mat([[int(i == j) for j in range(n)] for i in range(n)])
    at_centre = derivatives(regression, centre)
    try:
        inverse = at_centre.hessian.mid().inv().mid()
    except (ZeroDivisionError, ValueError):
        return None
    shift = inverse * arb_mat([[g] for g in at_centre.gradient])
    offset = arb_mat([[arb(0, radius)]] * n)
    defect = one - inverse * derivatives(regression, [w + d for w, d in zip(centre, offset.entries())]).hessian
    if not all(sum((abs(defect[i, j]) for j in range(n)), arb(0)) < 1 for i in range(n)):
        return None
    image = defect * offset - shift
    if not all(abs(d) < radius for d in image.entries()):
        return None
    for _ in range(ROUNDS):
        between = [w + d.union(arb(0)) for w, d in zip(centre, image.entries())]
        narrower = (one - inverse * derivatives(regression, between).hessian) * image - shift
        if not max(d.rad() for d in narrower.entries()) < max(d.rad() for d in image.entries()) / 2:
            break
        image = narrower
    return [w + d for w, d in zip(centre, image.entries())]
