"""What the loss does across the kinks of one unit: on which sides of its face it rises.

A unit with w = λvTε on a face with zero set Z, |v| = 1 and s = sgn v, sees from its face the slope
h(δ) = s[(MT ε − XᵀDe)·δ − Σ_Z e_i φ(x_i·δ)], e = Qε, M = λΛ, in a direction δ of w. It vanishes along the face, and is linear on the
cones of the arrangement of {x_i : i ∈ Z}: its signs on their rays decide. A ray on which h = 0 counts as rising: on the cone beside it
h is linear and the ridge strictly convex.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from math import prod

import numpy as np
from flint import arb, arb_mat, fmpq_mat
from scipy.optimize import linprog

from critscape.algebra.cells.arrangement import Signs, covectors, in_closure, rays, signs
from critscape.algebra.cells.faces import Face, face
from critscape.algebra.cells.one_layer import Numbers, OneLayer, Residuals, column, rational, residuals, rows
from critscape.algebra.cells.solution import Solution, ball_sign


@dataclass(frozen=True)
class Kinks:
    """A unit on a face. Each verdict is None where it was not decided.

    ``outgoing`` is sgn v. ``directional``: no direction goes down at first order; ``clarke``: zero is in the convex hull of the
    gradients around; ``index`` is 1 − χ of the directions that go down: 1 at a minimum across all kinks, (−1)^q at a maximum across q
    independent ones, 0 where it goes up on one side and down on the other.
    """

    outgoing: int
    count: int
    clarke: bool | None
    directional: bool | None
    index: int | None


def outgoing_sign(layer: OneLayer, solution: Solution, here: Face) -> int | None:
    """The sign of v with which λvTε lies on the face; 0 if there is none, None where a sign was not decided."""
    pulls = rows(layer.samples) * here.direction
    seen = {True: False, False: False}
    doubt = False
    for i, side in enumerate(here.signs):
        if side:
            found = solution.sign(fmpq_mat(1, pulls.ncols(), [pulls[i, j] for j in range(pulls.ncols())]))
            if found == 0:
                return 0
            if found is None:
                doubt = True
            else:
                seen[found == side] = True
    if seen[True] and seen[False]:
        return 0
    return None if doubt else 1 if seen[True] else -1


@dataclass(frozen=True)
class Fan:
    """The arrangement of {x_i : i ∈ Z} around a face.

    ``slopes`` has one functional of ε (1 × q) per ray, h for s = 1; ``sides`` are the signs of the rays on the kink samples; ``rank`` is
    the rank of these.
    """

    slopes: tuple[fmpq_mat, ...]
    sides: tuple[Signs, ...]
    rank: int

    @property
    def independent(self) -> bool:
        """Whether the kinks, parallel samples taken together, are independent."""
        return len(self.sides) == 2 * self.rank

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The two rays across each kink, where these are independent."""
        opposite = {side: place for place, side in enumerate(self.sides)}
        found = ((place, opposite[tuple(-entry for entry in side)]) for side, place in opposite.items())
        return [(place, other) for place, other in found if place < other]


@lru_cache(maxsize=4096)
def fan(layer: OneLayer, metric: Numbers, face_signs: Signs) -> Fan:
    """The fan around a face for units of one metric."""
    space = residuals(layer)
    here = face(layer, metric, space, face_signs)
    zeros = [layer.samples[i] for i in here.zeros]
    lines = rays(zeros) if zeros else []
    if not lines:
        return Fan((), (), 0)
    slopes = tuple(slope(layer, space, here, line, signs(layer.samples, line)) for line in lines)
    return Fan(slopes, tuple(signs(zeros, line) for line in lines), rows(zeros).rank())


def kinks(layer: OneLayer, solution: Solution, here: Face, outgoing: int) -> Kinks:
    """What the loss does across the kinks of a unit on a face, with sgn v ``outgoing``."""
    around = fan(layer, here.metric, here.signs)
    if not around.rank:
        return Kinks(outgoing, 0, True, True, 1)
    found = [times(outgoing, solution.sign(functional)) for functional in around.slopes]
    if any(value is not None and value < 0 for value in found):
        directional: bool | None = False
    else:
        directional = None if None in found else True
    if directional:
        clarke: bool | None = True
    elif around.independent:
        clarke = between(found, around.pairs)
    else:
        clarke = in_hull(layer, solution, here, outgoing)
    index = None
    if None not in found:
        down = [value is not None and value < 0 for value in found]
        if around.independent:
            index = prod(1 - down[one] - down[other] for one, other in around.pairs)
        else:
            index = lower_link_index([layer.samples[i] for i in here.zeros], around.sides, down)
    return Kinks(outgoing, around.rank, clarke, directional, index)


def times(outgoing: int, value: int | None) -> int | None:
    return None if value is None else outgoing * value


def slope(layer: OneLayer, space: Residuals, here: Face, line: Sequence[Fraction], bend: Signs) -> fmpq_mat:
    """(MTε − XᵀDe)·δ − Σ_Z e_i φ′(bend_i) x_i·δ for a direction δ (d) as a functional of ε (1 × q).

    With the signs of δ itself as ``bend`` it is h(δ), with those of a cone the gradient of h on that cone along δ.
    """
    delta = column(line).transpose()
    metric = fmpq_mat(1, layer.inputs, [delta[0, j] * rational(here.metric[j]) for j in range(layer.inputs)])
    smooth = metric * here.direction - delta * here.activation.transpose() * space.basis
    bends = [Fraction(0)] * len(layer.samples)
    for i in here.zeros:
        bends[i] = layer.slope(bend[i]) * sum((a * b for a, b in zip(layer.samples[i], line)), Fraction(0))
    return smooth - column(bends).transpose() * space.basis


def between(found: Sequence[int | None], pairs: Sequence[tuple[int, int]]) -> bool | None:
    """Clarke stationarity across independent kinks: on the two sides of each the loss goes up, or down, on both, or is flat on one."""
    verdict: bool | None = True
    for one, other in pairs:
        value, across = found[one], found[other]
        if value is None or across is None:
            verdict = verdict if 0 in (value, across) else None
        elif value * across < 0:
            return False
    return verdict


def lower_link_index(zeros: Sequence[Sequence[Fraction]], sides: Sequence[Signs], down: Sequence[bool]) -> int:
    """1 − χ({h < 0}) on the sphere of directions across: it retracts to the cones all of whose rays go down."""
    chi = 0
    for cone in covectors(zeros):
        if any(cone) and all(below for below, side in zip(down, sides) if in_closure(side, cone)):
            chi += (-1) ** (cone_dimension(zeros, cone) - 1)
    return 1 - chi


def cone_dimension(zeros: Sequence[Sequence[Fraction]], cone: Signs) -> int:
    """The dimension of a cone modulo the lineality space."""
    on = [x for x, entry in zip(zeros, cone) if not entry]
    return rows(zeros).rank() - (rows(on).rank() if on else 0)


def in_hull(layer: OneLayer, solution: Solution, here: Face, outgoing: int) -> bool | None:
    """Clarke stationarity across dependent kinks: whether 0 is in the convex hull of the gradients of the cones around.

    A direction that all gradients point along, or a simplex of gradients around 0, found in double precision, is proved in balls.
    """
    zeros = [layer.samples[i] for i in here.zeros]
    span = independent_rows(zeros)
    gradients = []
    for cone in covectors(zeros):
        if all(entry or not any(x) for entry, x in zip(cone, zeros)):
            bend = [0] * len(layer.samples)
            for i, entry in zip(here.zeros, cone):
                bend[i] = entry
            functionals = [slope(layer, solution.space, here, line, tuple(bend)) for line in span]
            gradients.append([outgoing * solution.value(functional) for functional in functionals])
    points = np.array([[float(entry.mid()) for entry in entries] for entries in gradients])
    apart = linprog(
        [0.0] * len(span) + [-1.0],
        A_ub=np.hstack([-points, np.ones((len(points), 1))]),
        b_ub=np.zeros(len(points)),
        bounds=[(-1, 1)] * len(span) + [(None, 1)],
    )
    if apart.x is not None:
        normal = [arb(value) for value in apart.x[:-1]]
        if all(sum((a * b for a, b in zip(normal, entries)), arb(0)) > 0 for entries in gradients):
            return False
    for corners in combinations(range(len(gradients)), len(span) + 1):
        matrix = arb_mat([[gradients[place][i] for place in corners] for i in range(len(span))] + [[arb(1)] * len(corners)])
        right = arb_mat([[arb(0)]] * len(span) + [[arb(1)]])
        try:
            weights = matrix.solve(right)
        except ZeroDivisionError:
            continue
        if all(ball_sign(weights[i, 0]) == 1 for i in range(len(corners))):
            return True
    return None


def independent_rows(vectors: Sequence[Sequence[Fraction]]) -> list[Sequence[Fraction]]:
    """A basis of the span, chosen among the vectors."""
    chosen: list[Sequence[Fraction]] = []
    for vector in vectors:
        if rows([*chosen, vector]).rank() > len(chosen):
            chosen.append(vector)
    return chosen
