"""Where all critical points are, and what the kernels know of a regression: rational data in intervals of doubles.

With Y = ‖y‖ and r = Hv − y, ∂L/∂v = 0 gives ‖r‖² + r·y + Σ λ_s v_s² = 0, hence ‖r‖ ≤ Y, Σ λ_s v_s² ≤ ‖r‖(Y − ‖r‖) ≤ Y²/4 and
|v_s|·‖r‖ ≤ (3√3/16) Y²/√λ_s (t³(Y − t) is largest at t = 3Y/4). With ∂L/∂w = 0 and ‖x_·q‖ the norm of an input over the samples

    λ_jq |w_jq| = |v_j Σ_i r_i σ′_ij x_iq| ≤ |v_j|·‖r‖·sup|σ′|·‖x_·q‖,
    Σ_q λ_jq w_jq² = −v_j Σ_i r_i σ′(z_ij) z_ij ≤ |v_j|·‖r‖·√m·sup|tσ′(t)|.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

import flint
import numpy as np
from flint import arb

from critscape.algebra.boxes.regression import Regression, exact
from critscape.algebra.intervals.enclosures import Data
from critscape.algebra.intervals.sigmoid import KINDS, SWINGS

SMALLEST, LARGEST = Fraction(1, 10**12), Fraction(10**12)
"""Sizes of ridges and data within which no product of the kernels overflows."""
ROOM = 2.0**-10
"""The region is larger than it must be by this, so that critical points are in its interior."""


class BeyondDoublePrecision(ValueError):
    """Data too large, or a ridge too small or too large, for the kernels; its text is one clause."""


def refuse_sizes(regression: Regression) -> None:
    """Refuses what could overflow in the kernels.

    Raises
    ------
    BeyondDoublePrecision : naming what is too large or too small.
    """
    if any(abs(entry) > LARGEST for row in regression.inputs for entry in row) or any(abs(y) > LARGEST for y in regression.targets):
        raise BeyondDoublePrecision("data beyond 10^12: scale inputs and targets")
    if not all(SMALLEST <= strength <= LARGEST for strength in (*regression.outer, *(s for row in regression.inner for s in row))):
        raise BeyondDoublePrecision("a ridge that is not between 10^-12 and 10^12")


def double_above(ball: arb) -> float:
    """A double that is at least every number of a ball."""
    return math.nextafter(float(ball.upper()), math.inf)


def enclosed(number: Fraction) -> tuple[float, float]:
    """The least interval of doubles around a rational number.

    >>> enclosed(Fraction(1, 4)), enclosed(Fraction(1, 10))[1] - 0.1
    ((0.25, 0.25), 0.0)
    """
    nearest = float(number)
    if Fraction(nearest) == number:
        return nearest, nearest
    return (math.nextafter(nearest, -math.inf), nearest) if Fraction(nearest) > number else (nearest, math.nextafter(nearest, math.inf))


def intervals(rows: Iterable[Iterable[Fraction]]) -> np.ndarray:
    """Intervals around rational numbers, the two ends in the last dimension."""
    return np.array([[enclosed(entry) for entry in row] for row in rows])


def data(regression: Regression) -> Data:
    """What the kernels know of a regression."""
    inner, outer = intervals(regression.inner), intervals([regression.outer])[0]
    x = intervals(regression.inputs)
    with flint.ctx.workprec(128):
        size = norm(regression.targets)
        most = np.array([double_above(size / (2 * exact(strength).sqrt())) for strength in regression.outer])
    alike = np.array([j > 0 and regression.alike(j - 1, j) for j in range(regression.units)])
    name = regression.activation.name
    spread = np.sqrt((x[:, :, 0] ** 2).sum(axis=0))
    y = intervals([regression.targets])[0]
    return Data(KINDS[name], SWINGS[name], x, y, inner, outer, most, double_above(size), spread, alike, regression.activation.odd)


def norm(numbers: Iterable[Fraction]) -> arb:
    """√Σ t², enclosed."""
    return exact(sum((t * t for t in numbers), Fraction(0))).sqrt()


def region(regression: Regression) -> np.ndarray:
    """A box (n, 2) of inner weights whose interior has those of all critical points.

    Raises
    ------
    BeyondDoublePrecision : the sizes of data or ridge.
    """
    refuse_sizes(regression)
    sides = []
    steepest = regression.activation.steepest
    assert steepest is not None  # The kernels know no others.
    swing = arb(SWINGS[regression.activation.name])
    with flint.ctx.workprec(128):
        moment = 3 * arb(3).sqrt() / 16 * norm(regression.targets) ** 2
        for row, strength in zip(regression.inner, regression.outer):
            reach = moment / exact(strength).sqrt()
            for q, ridge in enumerate(row):
                flat = reach * exact(steepest) * norm(sample[q] for sample in regression.inputs) / exact(ridge)
                round_ = (reach * swing * arb(len(regression.inputs)).sqrt() / exact(ridge)).sqrt()
                far = min(double_above(flat), double_above(round_)) + ROOM
                sides.append((-far, far))
    return np.array(sides)
