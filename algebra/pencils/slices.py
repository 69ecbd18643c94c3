"""The complete set of critical points at one value of s: in double precision where the evidence allows it, or from a certified set."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from critscape.algebra.critical.critical_set import CriticalSet, Status
from critscape.algebra.critical.double_precision import NO_INDEX, numerical_points
from critscape.algebra.critical.numerical_set import classified, numerical_set
from critscape.algebra.pencils.bifurcation import Pencil
from critscape.algebra.pencils.diagram import Slice, orbit_numbers
from critscape.algebra.polynomial.loss import Loss
from critscape.algebra.symmetry.orbits import Orbit
from critscape.algebra.tracking.homotopy import Homotopy, Tracker


def numerical_slice(
    pencil: Pencil,
    s: Fraction,
    loss: Loss,
    coercive: bool,
    tracker: Tracker,
    way: tuple[Homotopy, Sequence[Orbit], np.ndarray],
    expected: int | None,
) -> Slice | None:
    """The slice at s in double precision; None where a test leaves a doubt.

    Parameters
    ----------
    loss : that of s.
    way : the homotopy that ends there, its start points by orbits, and the units (n,) of its end points.
    expected : the number of solutions of the generic member (None: not known).
    """
    if numerical_set(loss, tracker, *way, expected, coercive).doubts:
        return None
    points = numerical_points(tracker, *way).points
    sizes = np.abs(pencil.units)
    # Real in the problem's own weights: those of its normal form may be imaginary.
    real = pencil.real(points / pencil.units)
    index = np.full(len(points), NO_INDEX)
    index[real] = classified(loss, points[real].real / sizes, sizes)[1]
    return made_slice(pencil, s, loss, coercive, points, real, index)


def certified_slice(pencil: Pencil, s: Fraction, loss: Loss, critical: CriticalSet) -> Slice:
    """The slice at s from the certified critical set of its loss; empty, and with a doubt, where that is not complete."""
    if critical.status is not Status.COMPLETE or critical.enumeration.degenerate:
        empty = np.empty(0)
        reason = critical.reason or f"{len(critical.enumeration.degenerate)} degenerate points"
        return Slice(s, empty.reshape(0, loss.dimension), empty, empty, empty, empty, (reason,))
    points = critical.enumeration.points
    index = {id(point.point): point.index for point in critical.real}
    return made_slice(
        pencil,
        s,
        loss,
        bool(critical.shape.coercive),
        np.array([point.midpoint for point in points]).reshape(-1, loss.dimension),
        np.array([point.real for point in points], dtype=bool),
        np.array([index.get(id(point), NO_INDEX) for point in points]),
    )


def made_slice(pencil: Pencil, s: Fraction, loss: Loss, coercive: bool, points: np.ndarray, real: np.ndarray, index: np.ndarray) -> Slice:
    """The slice of critical ``points`` (P, n) in the problem's own weights, with flags ``real`` (P,) and ``index`` (P,)."""
    losses = np.full(len(points), np.nan)
    losses[real] = loss.family.formula(list(points[real].real.T), [float(value) for value in loss.values])
    natural = points / pencil.units
    orbit = orbit_numbers(pencil, natural)
    doubts = ["not closed under symmetry"] if orbit is None else []
    if coercive and ((-1.0) ** index[real]).sum() != 1:
        doubts.append("Euler sum is not 1")
    return Slice(s, natural, real, index, losses, np.empty(0, dtype=int) if orbit is None else orbit, tuple(doubts))
