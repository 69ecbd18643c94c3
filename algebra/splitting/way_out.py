"""The path out of a family of split points on which the loss never rises: along equal loss, then down an arc, then down segments.

The points of all shares have the same loss. From shares for which ∇²L_wide has a negative eigenvalue an arc leads down: with
e = (λ_2 δ on u_1, −λ_1 δ on u_2), t ↦ L(w + t e) has slope 0 at t = 0, and it falls on (0, T] as L″ < 0 on [0, T], which balls prove.
From there segments with exact ends go down; on each the slope is proved to be negative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any

import flint
import numpy as np
from flint import arb, arb_mat, fmpz

from critscape.algebra.splitting.copies import Split, embedded, widened
from critscape.algebra.splitting.critical_point import CriticalPoint
from critscape.algebra.splitting.derivatives import BALLS, derivatives, gradient, loss
from critscape.algebra.splitting.feed_forward import Training
from critscape.algebra.splitting.inertia import Inertia
from critscape.algebra.splitting.unit_matrices import UnitMatrices

OUTSIDE = Fraction(-1, 2)
"""Share of the second copy at which the arc leaves where B has a positive eigenvalue."""
LINE_POINTS = 9
LONGEST_ARC = Fraction(1)
SHORTEST = 2.0**-20
PIECES = 16
"""Pieces into which an arc is cut for its proof."""
HALVINGS = 5
"""Times that a segment is halved for its proof."""
SEGMENTS = 30
GRID = 2**40
"""Ends of segments have this denominator."""
SOFTEST = 1e-4
"""Curvatures below this share of the largest are taken as if they were it."""
LONGEST_STEP = 2.0
FLAT = 1e-6
"""Norm of a gradient at which descent ends."""


class Stage(Enum):
    """Parts of the path."""

    LINE = "equal loss"
    ARC = "arc"
    SEGMENT = "segment"


@dataclass(frozen=True)
class Vertex:
    """A point of the path: its weights (balls, those of the wider network) and an enclosure of the loss there.

    On the way to a vertex of stage LINE the loss is constant, else it is proved to fall.
    """

    stage: Stage
    weights: tuple[arb, ...]
    loss: arb


@dataclass(frozen=True)
class WayOut:
    """The path: ``shares`` at which the line is left, ``direction`` δ of the arc and its length T, and the vertices from the start on.

    ``below`` says whether the end is proved to lie strictly below the start.
    """

    shares: tuple[Fraction, ...]
    direction: tuple[Fraction, ...]
    length: Fraction
    vertices: tuple[Vertex, ...]

    @property
    def below(self) -> bool:
        return bool(self.vertices[-1].loss < self.vertices[0].loss)


def way_out(point: CriticalPoint, split: Split, matrices: UnitMatrices, segments: int = SEGMENTS) -> WayOut | None:
    """The path out of the family of a split unit; None where D = 0 is not known, B is not known to curve, or there is a ridge."""
    if matrices.ridged or not matrices.vanishing.zero or matrices.inertia is None:
        return None
    shares = leaving_shares(split, matrices.inertia)
    if shares is None:
        return None
    with flint.ctx.workprec(point.precision):
        training = widened(point.training, (split,))
        # As a sign of B is wanted, its steepest eigenvector of that sign does.
        middle = np.array([[float(entry) for entry in row] for row in _balls(matrices.B).mid().tolist()])
        wanted = np.linalg.eigh(middle)[1][:, -1 if _curving(shares) < 0 else 0]
        direction = tuple(Fraction(round(float(x) * 2**20), 2**20) for x in wanted)
        start = embedded(point.training.network, point.balls, (Split(split.layer, split.unit, shares),))
        move = arc_direction(training, split, shares, direction)
        length = _arc_length(training, start, move)
        if length is None:
            return None
        vertices = _line(point, split, shares)
        landed = [w + m * _ball(length) for w, m in zip(start, move)]
        vertices.append(Vertex(Stage.ARC, tuple(landed), loss(training, landed, BALLS)))
        vertices += descent(training, landed, segments)
        return WayOut(shares, direction, length, tuple(vertices))


def _balls(matrix: Any) -> arb_mat:
    return arb_mat(matrix)


def _ball(number: Fraction) -> arb:
    return arb(fmpz(number.numerator)) / number.denominator


def _curving(shares: Sequence[Fraction]) -> int:
    """The sign of the form Σ λ_c z_c² on z = (λ_2, −λ_1, 0, …)."""
    value = shares[0] * shares[1] * (shares[0] + shares[1])
    return (value > 0) - (value < 0)


def leaving_shares(split: Split, curvature: Inertia) -> tuple[Fraction, ...] | None:
    """Shares at which Q ⊗ B has a negative eigenvalue along the first two copies: those of the split if they do; None if there are none.

    >>> leaving_shares(Split(1, 0, (Fraction(1, 2), Fraction(1, 2))), Inertia(1, 0, 0))
    (Fraction(3, 2), Fraction(-1, 2))
    """
    first, second, *rest = split.shares
    both = first + second
    candidates = [split.shares]
    # Of two copies whose shares do not add up to a positive number all of it is taken first.
    for total, others in ((both, rest), (Fraction(1), [Fraction(0)] * len(rest))):
        candidates += [(total - OUTSIDE, OUTSIDE, *others), (total / 2, total / 2, *others)]
    for shares in candidates:
        sign = _curving(shares)
        if (sign < 0 and curvature.positive) or (sign > 0 and curvature.negative):
            return shares
    return None


def arc_direction(training: Training, split: Split, shares: Sequence[Fraction], direction: Sequence[Fraction]) -> list[arb]:
    """The tangent e of the arc (N) in the wider network: λ_2 δ on the incoming weights of the first copy, −λ_1 δ on those of the second."""
    network = training.network
    move = [arb(0)] * network.dimension
    for copy, factor in ((0, shares[1]), (1, -shares[0])):
        for place, part in zip(network.incoming(split.layer, split.unit + copy), direction):
            move[place] = _ball(factor * part)
    return move


def _arc_length(training: Training, start: Sequence[arb], move: Sequence[arb]) -> Fraction | None:
    """A length T of the arc such that L″ < 0 is proved on [0, T]."""
    length = LONGEST_ARC
    while length > SHORTEST:
        if all(bends_down(training, start, move, length * k / PIECES, length * (k + 1) / PIECES) for k in range(PIECES)):
            return length
        length /= 2
    return None


def bends_down(training: Training, start: Sequence[arb], move: Sequence[arb], first: Fraction, last: Fraction) -> bool:
    """Whether L″ < 0 along ``move`` is proved for all t from ``first`` to ``last``."""
    t = _ball(first).union(_ball(last))
    n = len(move)
    column = arb_mat(n, 1, list(move))
    hessian = derivatives(training, [w + t * m for w, m in zip(start, move)], BALLS).hessian
    return bool((column.transpose() * hessian * column)[0, 0] < 0)


def _line(point: CriticalPoint, split: Split, last: Sequence[Fraction]) -> list[Vertex]:
    """Points of equal loss from the shares of the split to those at which it is left."""
    value = arb(point.at.value)
    found = []
    steps = LINE_POINTS if tuple(last) != split.shares else 1
    for k in range(steps):
        s = Fraction(k, max(1, steps - 1))
        shares = tuple(a + s * (b - a) for a, b in zip(split.shares, last))
        weights = embedded(point.training.network, point.balls, (Split(split.layer, split.unit, shares),))
        found.append(Vertex(Stage.LINE, tuple(weights), value))
    return found


def descent(training: Training, start: Sequence[arb], segments: int) -> list[Vertex]:
    """Segments down, each proved, until the gradient is small or ``segments`` are there.

    Their directions are −|∇²L|⁻¹∇L, Newton's away from saddles (Dauphin et al., NeurIPS 2014).
    """
    found: list[Vertex] = []
    place = list(start)
    for _ in range(segments):
        at = derivatives(training, [w.mid() for w in place], BALLS)
        slope = np.array([float(g.mid()) for g in at.gradient])
        if float(np.linalg.norm(slope)) < FLAT:
            break
        values, vectors = np.linalg.eigh(np.array([[float(h.mid()) for h in row] for row in at.hessian.tolist()]))
        sizes = np.maximum(np.abs(values), SOFTEST * np.abs(values).max())
        move = -vectors @ ((vectors.T @ slope) / sizes)
        step = min(1.0, LONGEST_STEP / float(np.linalg.norm(move)))
        while step > SHORTEST:
            end = [exact_end(w, step * float(m)) for w, m in zip(place, move)]
            if falls(training, place, end):
                break
            step /= 2
        else:
            break
        place = end
        found.append(Vertex(Stage.SEGMENT, tuple(place), loss(training, place, BALLS)))
    return found


def exact_end(start: arb, move: float) -> arb:
    """start + move, rounded to the grid."""
    return arb(fmpz(round((float(start.mid()) + move) * GRID))) / GRID


def falls(training: Training, start: Sequence[arb], end: Sequence[arb]) -> bool:
    """Whether the slope φ′ of L along the segment is proved to be negative.

    By its mean value form, φ′(t) ∈ φ′(m) + φ″(T)(T − m) for t in T and m the middle of T, in pieces that are halved where they fail.
    """
    move = [b - a for a, b in zip(start, end)]
    column = arb_mat(len(move), 1, move)
    open_ = [(arb(1) / 2, arb(1) / 2, 0)]
    while open_:
        middle, half, depth = open_.pop()
        slope = gradient(training, [a + middle * m for a, m in zip(start, move)], BALLS)
        falling = sum((g * m for g, m in zip(slope, move)), arb(0))
        if not falling < 0:
            return False
        piece = middle + arb(0, half.upper())
        hessian = derivatives(training, [a + piece * m for a, m in zip(start, move)], BALLS).hessian
        bend = (column.transpose() * hessian * column)[0, 0]
        if not falling + bend * arb(0, half.upper()) < 0:
            if depth == HALVINGS:
                return False
            open_ += [(middle + sign * half / 2, half / 2, depth + 1) for sign in (-1, 1)]
    return True
