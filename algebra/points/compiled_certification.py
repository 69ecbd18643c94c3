"""Many approximate critical points certified at once: a compiled kernel proves them, ball arithmetic what it leaves open.

The kernel's claims are those of :func:`critscape.algebra.points.certification.certify` with fewer digits (18 at least) and wider isolating
boxes. Real points, whose digits are printed, and points that may be real go to ball arithmetic from where the kernel led them, unless
they are known already: a known zero inside an isolating box is the zero of that box.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import flint
import numpy as np
from flint import acb, arb

from critscape.algebra.kernels.polydiscs import NOT_REAL, OPEN, ProvedZeros, proved_zeros
from critscape.algebra.points.certification import CertifiedPoint, Undecided, certify
from critscape.algebra.points.certified_sets import CertifiedSet
from critscape.algebra.polynomial.loss import Loss
from critscape.algebra.polynomial.straight_line import programs
from critscape.algebra.symmetry.coincidence import matching

BITS = 128
"""Precision that the kernel's results count as: a little more than that of double-double."""
FEW = 16
"""So many points are proved in ball arithmetic before the kernel is there, which is compiled once per machine."""
TOGETHER = 1024
"""Points that are proved between two reports of progress."""


def certify_all(
    loss: Loss,
    points: np.ndarray,
    known: Sequence[CertifiedPoint] = (),
    progress: Callable[[int], None] = lambda done: None,
) -> list[CertifiedPoint | Undecided]:
    """For each of ``points`` (P, n) what :func:`certify` says of it; zeros among ``known`` are those very objects.

    ``progress`` is told how many are done, now and then.
    """
    if len(points) <= FEW and not known:
        return [certify(loss, point) for point in points]
    places = matching(CertifiedSet.of(known).rounded.middles if known else np.empty((0, loss.dimension)))
    decided: list[CertifiedPoint | Undecided] = []
    for first in range(0, len(points), TOGETHER):
        decided += _decided(loss, points[first : first + TOGETHER], known, places)
        progress(len(decided))
    return decided


def _decided(
    loss: Loss, points: np.ndarray, known: Sequence[CertifiedPoint], places: Callable[[np.ndarray], np.ndarray]
) -> Iterator[CertifiedPoint | Undecided]:
    try:
        found = proved_zeros(programs(loss.family), loss.values, points)
    except OverflowError:
        # Parameters beyond double precision.
        yield from (certify(loss, point) for point in points)
        return
    middles = found.high[..., 0] + 1j * found.high[..., 1]
    for k, twin in enumerate(places(middles).tolist()):
        if found.verdict[k] == OPEN:
            yield certify(loss, points[k])
        elif twin >= 0 and isolates(found, k, known[twin]):
            yield known[twin]
        elif found.verdict[k] == NOT_REAL:
            yield certified_point(found, k)
        else:
            yield certify(loss, centre(found, k))


def isolates(found: ProvedZeros, k: int, point: CertifiedPoint) -> bool:
    """Whether a certified zero lies in the box around the k-th point in which there is exactly one."""
    with flint.ctx.workprec(max(BITS, point.precision)):
        return all(abs(z - c).upper() < float(found.isolation[k]) for z, c in zip(point.ball, centre(found, k)))


def centre(found: ProvedZeros, k: int) -> tuple[acb, ...]:
    """The midpoint of the k-th polydisc, at FLINT's working precision."""
    return tuple(acb(arb(a) + arb(c), arb(b) + arb(d)) for (a, b), (c, d) in zip(found.high[k].tolist(), found.low[k].tolist()))


def certified_point(found: ProvedZeros, k: int) -> CertifiedPoint:
    """The k-th zero, which is proved not to be real."""
    with flint.ctx.workprec(BITS):
        middle = centre(found, k)
        sides = [arb(0, reach) for reach in found.reach[k].tolist()]
        ball = tuple(z + acb(side, side) for z, side in zip(middle, sides))
        return CertifiedPoint(ball, middle, arb(float(found.isolation[k])), False, BITS)
