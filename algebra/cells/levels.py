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
    """Sets of local minima that agree in loss, dimension and number of kinks.

    ``sets`` counts them with their images under permutations of units, ``cells`` the products of open cells, with a sign for each v_j,
    on which they lie (units are interchangeable; none if there are kinks); ``example`` is one of them.
    """

    loss: fmpq
    dimension: int
    kinks: int
    sets: int
    cells: int
    least: bool
    example: Minima


def levels(found: Sequence[Minima], further: Sequence[fmpq] = ()) -> tuple[Level, ...]:
    """The levels in increasing loss; the least one is the minimum of the loss, if all minima are there.

    ``further`` are losses of minima that are not in ``found``.
    """
    groups: dict[tuple, list[Minima]] = {}
    for each in found:
        groups.setdefault((each.loss, each.kinks, each.dimension), []).append(each)
    least = min((*(each.loss for each in found), *further), default=fmpq(0))
    listed = [
        Level(
            loss,
            dimension,
            kinks,
            sum(each.copies for each in group),
            sum(map(signings, group)) if not kinks else 0,
            loss == least,
            group[0],
        )
        for (loss, kinks, dimension), group in groups.items()
    ]
    return tuple(sorted(listed, key=lambda level: (float(level.loss), level.kinks, -level.dimension)))


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
