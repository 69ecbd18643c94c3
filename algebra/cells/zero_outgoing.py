"""Local minima without a ridge at which some v_j is zero.

A unit with v_j = 0 adds −v_j g(w_j + δ) to L at first order in v_j, g(w) = Σ_i e_iφ(w·x_i), with v_j of either sign. So at a local minimum g
vanishes near w_j: Σ_i e_iφ′x_i = 0 on all cells around it. That is enough: L is convex in R_j = v_jw_j and the R of the other units on each
product of cells, and does not go down there. So these minima are those of networks with fewer units, all v_j ≠ 0, whose residual is
orthogonal to all that a unit computes on some cell, and w_j is free on such cells.

Where what these units would compute on their cells can be undone by the others, least-squares solutions near by have more v_j ≠ 0: the minima
are limits of a set with fewer v_j = 0, and it is this set that is listed. Else they are a set of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement, product
from math import factorial, prod

from flint import fmpq, fmpq_mat

from critscape.algebra.cells.arrangement import Signs
from critscape.algebra.cells.least_squares import Minima, Open, Seat, Unridged, fraction, local_minima, on_cell, residual
from critscape.algebra.cells.one_layer import Numbers, column
from critscape.algebra.cells.strict_program import NotDecided, inside, solutions


@dataclass(frozen=True)
class Silent:
    """The loss of local minima with some v_j = 0, and those sets of them that are no limits of sets with fewer v_j = 0."""

    loss: fmpq
    sets: tuple[Minima, ...]


def minima_with_zero_outgoing(layer: Unridged) -> Iterator[Silent | Open]:
    """All local minima with some v_j = 0, up to permutations; Open where a linear program is not decided.

    The units with v_j = 0 come last; their ``Seat`` has the outgoing sign 0.
    """
    cells = [face for face in layer.faces if on_cell(layer, face)]
    for units in range(layer.units):
        for each in local_minima(replace(layer, units=units)) if units else (without_units(layer),):
            if isinstance(each, Open):
                yield each
                continue
            e = residual(layer, sorted({seat.face for seat in each.seats}))
            blind = [face for face in cells if not any((layer.faces[face].images.transpose() * e).entries())]
            if not blind:
                continue
            try:
                alone = [face for face in blind if not limits_of_others(layer, each, [face])]
                places = combinations_with_replacement(alone, layer.units - units)
                own = [beside(layer, each, chosen) for chosen in places if not limits_of_others(layer, each, chosen)]
            except NotDecided:
                yield Open((*each.seats, *(Seat(face, 0) for face in blind)))
            else:
                yield Silent(each.loss, tuple(own))


def without_units(layer: Unridged) -> Minima:
    """The best constant, or zero."""
    e = residual(layer, [])
    output = fraction(column(layer.targets)[0, 0] - e[0, 0]) if layer.output_bias else None
    return Minima((), (e.transpose() * e)[0, 0] / 2, 0, 0, (), output, 1)


def limits_of_others(layer: Unridged, base: Minima, faces: Sequence[Signs]) -> bool:
    """Whether least-squares solutions near by have some more v_j ≠ 0: R_j in the cells or their negatives, not all of them zero, that change no f.

    Raises
    ------
    NotDecided : a linear program is not decided over ℚ.
    """
    fixed = [layer.faces[seat.face].images for seat in base.seats]
    if layer.output_bias:
        fixed.append(fmpq_mat(len(layer.samples), 1, [fmpq(1)] * len(layer.samples)))
    for signs in product((0, 1, -1), repeat=len(faces)):
        # A solution and its negative are there together.
        if next((sign for sign in signs if sign), -1) > 0:
            moving = [Seat(face, sign) for face, sign in zip(faces, signs) if sign]
            if changes_nothing(layer, fixed, moving):
                return True
    return False


def changes_nothing(layer: Unridged, fixed: Sequence[fmpq_mat], moving: Sequence[Seat]) -> bool:
    """Whether units in ``moving``, strictly inside their cells, and any change in the spans of ``fixed`` add up to f = 0."""
    blocks = [*(layer.faces[seat.face].images for seat in moving), *fixed]
    columns = [[block[i, j] for i in range(block.nrows())] for block in blocks for j in range(block.ncols())]
    system = fmpq_mat(len(columns), len(layer.samples), [value for line in columns for value in line]).transpose()
    strict, start = [], 0
    for seat in moving:
        sides = layer.faces[seat.face].sides
        for i, side in enumerate(seat.face):
            if side:
                line = [fmpq(0)] * len(columns)
                for j in range(sides.ncols()):
                    line[start + j] = sides[i, j] * (side * seat.outgoing)
                strict.append(line)
        start += sides.ncols()
    origin, kernel = solutions(system, fmpq_mat(len(layer.samples), 1))
    # Without inequalities every sample is zero, and so is all that a unit computes.
    return not strict or inside(strict, origin, kernel) is not None


def beside(layer: Unridged, base: Minima, faces: Sequence[Signs]) -> Minima:
    """The set of ``base`` with further units on open cells, v_j = 0.

    Raises
    ------
    NotDecided : no point of a cell is found over ℚ.
    """
    seats = (*base.seats, *(Seat(face, 0) for face in faces))
    return replace(
        base,
        seats=seats,
        dimension=base.dimension + layer.inputs * len(faces),
        copies=factorial(len(seats)) // prod(factorial(count) for count in Counter(seats).values()),
        silent=tuple(interior(layer, face) for face in faces),
    )


def interior(layer: Unridged, face: Signs) -> Numbers:
    """A rational point of a cell.

    Raises
    ------
    NotDecided : none is found.
    """
    place = layer.faces[face]
    size = place.span.ncols()
    strict = [[place.sides[i, j] * side for j in range(size)] for i, side in enumerate(face) if side]
    identity = fmpq_mat(size, size, [fmpq(i == j) for i in range(size) for j in range(size)])
    point = inside(strict, [fmpq(0)] * size, identity)
    if point is None:
        raise NotDecided
    return tuple(fraction(value) for value in (place.span * fmpq_mat(size, 1, point)).entries())
