"""In which stationary set a run of the subgradient flow ends, and what is proved of it.

A run ends in a set if its units are dead, or alive on the faces and with the signs, as those of the set are, and its weights are near
those of one of the set's points: in double precision. L never rises along the flow, which is bounded and converges to Clarke-stationary
points (Bolte, Daniilidis and Lewis, SIAM J. Optim. 17, 2007): where L is below all listed losses but the least, it is proved that a run ends in a
global minimum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from critscape.algebra.cells.one_layer import Numbers, OneLayer, rational
from critscape.algebra.cells.strata import Strata
from critscape.algebra.cells.subgradient_flow import FlowEnd, float_layer
from critscape.algebra.cells.table import Kind, Row
from critscape.algebra.cells.tables import floats

NEAR = 1e-5
"""A run is at a point that is as near as this, relative to the largest weight."""
DEAD = 1e-6
"""A unit is dead if its weights are as small as this, relative to the largest."""

Seat = tuple[tuple[int, ...], int] | None
"""The signs of the face of an alive unit and the sign of its outgoing weight."""


@dataclass(frozen=True)
class Target:
    """A stationary set in double precision: for each seat the number of its kernel and the w of v = 1/λ; the strengths; the residuals."""

    seats: tuple[tuple[Seat, ...], ...]
    kernels: dict[tuple[Seat, Numbers], int]
    directions: dict[tuple[Seat, Numbers], np.ndarray]
    strengths: tuple[float, ...]
    residuals: np.ndarray


@dataclass(frozen=True)
class Arrival:
    """The number of the row in which a run ends, from 0, and how far it is from the set."""

    row: int
    distance: float


def kinds(layer: OneLayer) -> list[list[int]]:
    """The units with equal ridges, together."""
    found = defaultdict(list)
    for number, unit in enumerate(layer.units):
        found[unit].append(number)
    return list(found.values())


def target(layer: OneLayer, row: Row) -> Target:
    """A row of the table as a target."""
    solution = row.stationary.solution
    epsilon = np.array([float(value.mid()) for value in solution.epsilon])
    numbers: dict[tuple[Seat, Numbers], int] = {}
    directions: dict[tuple[Seat, Numbers], np.ndarray] = {}
    seats: list[Seat] = []
    for place in row.stationary.places:
        seat = None if place is None else (place.face.signs, place.kinks.outgoing)
        seats.append(seat)
        if place is not None:
            numbers[seat, place.face.metric] = place.kernel
            directions[seat, place.face.metric] = floats(place.face.direction) @ epsilon
    strengths = tuple(float(value.mid()) for value in solution.strengths)
    return Target(grouped(layer, seats), numbers, directions, strengths, floats(solution.space.basis) @ epsilon)


def grouped(layer: OneLayer, seats: Sequence[Seat]) -> tuple[tuple[Seat, ...], ...]:
    """Seats without the order of units with equal ridges."""
    return tuple(tuple(sorted((seats[j] for j in units), key=repr)) for units in kinds(layer))


def arrived(layer: OneLayer, places: Strata, targets: Sequence[Target], end: FlowEnd) -> Arrival | None:
    """The row in which a run ends; None if it is none of them."""
    size = max(np.abs(end.outgoing).max(), np.abs(end.incoming).max(), abs(end.output_bias), float_layer(layer).natural)
    alive = np.maximum(np.abs(end.outgoing), np.abs(end.incoming).max(axis=1)) > DEAD * size
    seats = [
        (tuple(places.signs[face].tolist()), int(np.sign(v))) if lives else None for v, face, lives in zip(end.outgoing, end.faces, alive)
    ]
    group = grouped(layer, seats)
    for number, known in enumerate(targets):
        if known.seats == group:
            distance = distance_to(layer, places, known, seats, end)
            if distance <= NEAR * size:
                return Arrival(number, float(distance))
    return None


def distance_to(layer: OneLayer, places: Strata, known: Target, seats: Sequence[Seat], end: FlowEnd) -> float:
    """How far the end of a run is from the point of a set where units share strengths as they do there."""
    shares = [0.0] * len(known.strengths)
    kernels = [None if seat is None else known.kernels[seat, unit.metric] for seat, unit in zip(seats, layer.units)]
    for kernel, unit, v in zip(kernels, layer.units, end.outgoing):
        if kernel is not None:
            shares[kernel] += float(unit.outgoing) * v**2
    square = 0.0
    seen = np.zeros(len(layer.targets))
    samples = np.array([[float(entry) for entry in x] for x in layer.samples])
    for j, (seat, kernel, unit) in enumerate(zip(seats, kernels, layer.units)):
        v, w = 0.0, np.zeros(layer.inputs)
        if kernel is not None:
            v = end.outgoing[j] * np.sqrt(known.strengths[kernel] / shares[kernel])
            w = float(unit.outgoing) * v * known.directions[seat, unit.metric]
            seen += v * places.slopes[end.faces[j]] * (samples @ w)
        square += (v - end.outgoing[j]) ** 2 + ((w - end.incoming[j]) ** 2).sum()
    if layer.output_bias is not None:
        targets = np.array([float(y) for y in layer.targets])
        square += (np.mean(targets - known.residuals - seen) - end.output_bias) ** 2
    return float(np.sqrt(square))


def below_all_others(layer: OneLayer, rows: Sequence[Row], end: FlowEnd) -> bool:
    """Whether L at the end of a run is proved to be less than at every listed set that is no global minimum."""
    others = [row.stationary.solution.loss for row in rows if row.kind is not Kind.GLOBAL_MINIMUM]
    here = arb(rational(exact_loss(layer, end)))
    return all(here < loss for loss in others)


def exact_loss(layer: OneLayer, end: FlowEnd) -> Fraction:
    """L at the end of a run, exactly."""
    v = [Fraction(float(value)) for value in end.outgoing]
    w = [[Fraction(float(value)) for value in row] for row in end.incoming]
    c = Fraction(end.output_bias)
    total = (layer.output_bias or Fraction(0)) * c**2
    for unit, outward, inward in zip(layer.units, v, w):
        total += unit.outgoing * outward**2 + sum((a * b**2 for a, b in zip(unit.incoming, inward)), Fraction(0))
    for x, y in zip(layer.samples, layer.targets):
        value = c - y
        for outward, inward in zip(v, w):
            t = sum((a * b for a, b in zip(x, inward)), Fraction(0))
            value += outward * layer.slope(1 if t > 0 else -1) * t
        total += value**2
    return total / 2
