"""Refinement of approximate critical points and Krawczyk's test in ball arithmetic.

Krawczyk's operator for F = ∇L, a box I around x and Y ≈ ∇²L(x)⁻¹ is K(I) = x − Y·F(x) + (1 − Y·∇²L(I))(I − x), with F(x) itself
enclosed. K(I) ⊂ int I proves that I holds a zero, and √2·‖1 − Y·∇²L(I)‖_∞ < 1 that it is unique and simple (Krawczyk 1969;
Rump 1983; Breiding–Rose–Timme, arXiv 2011.05000, Theorem 3.1). As L is real, a zero whose conjugate lies in I is real.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice

import flint
import numpy as np
from flint import acb, acb_mat, arb

from critscape.algebra.polynomial.evaluation import ball_derivatives, ball_parameters
from critscape.algebra.polynomial.loss import Loss
from critscape.algebra.polynomial.newton import corrections

PRECISIONS = (256, 512, 1024, 2048, 4096)
"""Bits at which certification is tried; the first that decides is used. 256 bits give about 38 certified digits."""

NEWTON_STEPS, SLOW_STEPS = 60, 2
"""Steps of Newton's method at most, and how many in a row may fail to halve the ones before."""
ROUNDS = 4
"""Times at most that a proved enclosure is made narrower."""


@dataclass(frozen=True)
class CertifiedPoint:
    """One simple critical point, enclosed.

    ``ball`` holds the point (n complex balls); the box of radius ``isolation`` around ``centre`` holds no other critical point;
    ``real`` is proved either way; ``precision`` is the number of bits that decided.
    """

    ball: tuple[acb, ...]
    centre: tuple[acb, ...]
    isolation: arb
    real: bool
    precision: int

    @cached_property
    def midpoint(self) -> tuple[complex, ...]:
        """The point in double precision."""
        return tuple(complex(z) for z in self.ball)

    @cached_property
    def rough_centre(self) -> tuple[complex, ...]:
        """The centre of the box in double precision."""
        return tuple(complex(z) for z in self.centre)

    @cached_property
    def width(self) -> float:
        """The largest radius of a coordinate's ball, both parts together, to double precision."""
        return max((float(z.real.rad()) + float(z.imag.rad()) for z in self.ball), default=0.0)


@dataclass(frozen=True)
class Undecided:
    """A point at which no precision decided: its Hessian is singular or nearly so.

    ``approximation`` is where Newton's method left it and ``reason`` one sentence.
    """

    approximation: tuple[acb, ...]
    reason: str


def certify(loss: Loss, point: Sequence | np.ndarray) -> CertifiedPoint | Undecided:
    """Refines an approximate critical point (n complex numbers) and proves it.

    Precision rises until Krawczyk's test holds and reality is decided.
    """
    reason = "Newton's method does not settle here"
    approximation = tuple(acb(z) for z in point)
    for precision in PRECISIONS:
        with flint.ctx.workprec(precision):
            refined = newton(loss, approximation)
            if refined is None:
                continue
            decided = krawczyk(loss, refined)
            if isinstance(decided, CertifiedPoint):
                return decided
            reason, approximation = decided, refined
    return Undecided(approximation, reason)


def newton(loss: Loss, start: Sequence[acb]) -> tuple[acb, ...] | None:
    """Newton's method at the working precision until the step is at rounding level; None when it does not converge.

    Convergence from a tracker's end point to a regular point is quadratic: steps that fail to halve the ones before mean that the point is
    singular or that the approximation belongs to no zero. One such step means nothing: beside a curved valley with steep sides the first
    step leads to the floor of the valley, and the second, no shorter, along it.
    """
    goal = flint.ctx.prec * 7 // 8
    previous, slow = None, 0
    for point, step in islice(corrections(partial(ball_derivatives, loss), start), NEWTON_STEPS):
        length, size = norm(step), 1 + norm(point)
        if length < size * arb(2) ** -goal:
            return tuple(point)
        slow = slow + 1 if previous is not None and length > previous / 2 and length < size / 1000 else 0
        if slow == SLOW_STEPS:
            return None
        previous = length
    return None


def krawczyk(loss: Loss, point: Sequence[acb]) -> CertifiedPoint | str:
    """Krawczyk's test on a box of a quarter of the working precision around an exact midpoint.

    Returns the certified point, or one sentence that says what could not be decided.
    """
    n = len(point)
    size = max(1, *(abs(complex(z)) for z in point))
    radius = arb(size) * arb(2) ** -(flint.ctx.prec // 4)
    centre = acb_mat([[z] for z in point])
    offset = acb_mat([[_square(radius)] for _ in range(n)])
    slope, hessian = ball_derivatives(loss, point)
    try:
        inverse = hessian.mid().inv().mid()
    except ZeroDivisionError:
        return "the Hessian is singular"
    _, hessian_over_box = ball_derivatives(loss, [z + _square(radius) for z in point])
    contraction = _identity(n) - inverse * hessian_over_box
    shift = contraction * offset - inverse * slope
    inside = all(abs(shift[i, 0].real) < radius and abs(shift[i, 0].imag) < radius for i in range(n))
    row_sums = [sum((abs(contraction[i, j]) for j in range(n)), arb(0)) for i in range(n)]
    if not inside or not all(arb(2).sqrt() * row < 1 for row in row_sums):
        return "Krawczyk's test fails: the Hessian is singular or nearly so"
    shift = tightened(loss, centre, shift, inverse, slope)
    ball = tuple(centre[i, 0] + shift[i, 0] for i in range(n))
    if all(z.imag.contains(0) for z in ball):
        # conj(K) ⊂ I and uniqueness in I: the zero is its own conjugate.
        if all(abs(z.conjugate() - c).upper() < radius for z, c in zip(ball, point)):
            return CertifiedPoint(tuple(acb(z.real) for z in ball), tuple(point), radius, True, flint.ctx.prec)
        return "whether the point is real cannot be decided"
    return CertifiedPoint(ball, tuple(point), radius, False, flint.ctx.prec)


def tightened(loss: Loss, centre: acb_mat, shift: acb_mat, inverse: acb_mat, slope: acb_mat) -> acb_mat:
    """K applied to its own result, as long as that helps: the zero lies in centre + shift, with a smaller and smaller shift.

    Where the Hessian is ill-conditioned the first result may fill its box, and then two enclosures of one zero could overlap
    without either lying in the other's box.
    """
    for _ in range(ROUNDS):
        before = max(z.real.rad() + z.imag.rad() for z in shift.entries())
        # The mean value form needs the Hessian between the centre and the zero, so the box must hold both.
        between = [acb(d.real.union(arb(0)), d.imag.union(arb(0))) for d in shift.entries()]
        _, hessian = ball_derivatives(loss, [z + d for z, d in zip(centre.entries(), between)])
        narrower = (_identity(centre.nrows()) - inverse * hessian) * shift - inverse * slope
        after = max(z.real.rad() + z.imag.rad() for z in narrower.entries())
        if not after < before / 2:  # NaN: does not contract.
            break
        shift = narrower
    return shift


def loss_value(loss: Loss, point: CertifiedPoint) -> arb:
    """An enclosure of L at a certified real point."""
    with flint.ctx.workprec(point.precision):
        # FLINT's powers of a real ball around zero are not a number; those of a complex one are right.
        return acb(loss.family.formula(list(point.ball), ball_parameters(loss, point.precision))).real


def same_zero(one: CertifiedPoint, other: CertifiedPoint) -> bool:
    """Whether two certified points are one: the box that isolates one contains the other, or their enclosures are disjoint.

    Raises
    ------
    ArithmeticError : neither holds (it cannot, unless the enclosures are wider than the isolating boxes).
    """
    with flint.ctx.workprec(max(one.precision, other.precision)):
        if all(abs(a - c).upper() < one.isolation for a, c in zip(other.ball, one.centre)):
            return True
    if any(not a.overlaps(b) for a, b in zip(one.ball, other.ball)):
        return False
    raise ArithmeticError("two enclosures overlap but neither isolates the other")


def norm(entries: Sequence[acb]) -> arb:
    """The largest absolute value of an entry, as the upper end of its ball."""
    return max((abs(entry).upper() for entry in entries), default=arb(0))


def _square(radius: arb) -> acb:
    side = arb(0, radius)
    return acb(side, side)


def _identity(n: int) -> acb_mat:
    return acb_mat([[int(i == j) for j in range(n)] for i in range(n)])
