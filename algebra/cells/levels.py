"""The levels of local minima without a ridge: losses, how often each occurs, which is the least."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, factorial, prod

from flint import fmpq

from critscape.algebra.cells.least_squares import Minima, Unridged, on_cell


@dataclass(frozen=True)
class Level:
    """Sets of local minima that agree in loss, dimension and numbers of kinks, of dead units and of v_j = 0.

    ``sets`` counts them with their images under permutations of units, ``cells`` the products of open cells, with a sign for each v_j,
    on which they lie (units are interchangeable; none if there are kinks, dead units or some v_j = 0); ``example`` is one of them.
    """

    loss: fmpq
    dimension: int
    kinks: int
    dead: int
    silent: int
    sets: int
    cells: int
    least: bool
    example: Minima


def levels(found: Sequence[Minima]) -> tuple[Level, ...]:
    """The levels in increasing loss; the least one is the minimum of the loss, if all minima are there."""
    groups: dict[tuple, list[Minima]] = {}
    for each in found:
        groups.setdefault((each.loss, each.kinks, each.dead, each.dimension, len(each.silent)), []).append(each)
    least = min((each.loss for each in found), default=fmpq(0))
    listed = [
        Level(
            loss,
            dimension,
            kinks,
            dead,
            silent,
            sum(each.copies for each in group),
            sum(map(signings, group)) if group[0].open and not silent else 0,
            loss == least,
            group[0],
        )
        for (loss, kinks, dead, dimension, silent), group in groups.items()
    ]
    return tuple(sorted(listed, key=lambda level: (float(level.loss), level.silent, level.kinks, level.dead, -level.dimension)))


def signings(found: Minima) -> int:
    """The assignments of signs to units, of which those on one face are told apart by their places, that are this set."""
    count = 1
    for face in {seat.face for seat in found.seats}:
        here = Counter(seat.outgoing for seat in found.seats if seat.face == face)
        count *= factorial(sum(here.values())) // prod(map(factorial, here.values()))
    return count


def number_of_cells(layer: Unridged) -> int:
    """The products of open cells with a sign for each v_j: C(n + k − 1, k)·2^k for n cells and k units."""
    faces = {seat.face for seat in layer.seats if on_cell(layer, seat.face)}
    return comb(len(faces) + layer.units - 1, layer.units) * 2**layer.units
