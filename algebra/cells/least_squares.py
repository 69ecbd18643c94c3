"""Local minima without a ridge: least squares and linear programs on the faces of the arrangement, over ℚ.

With unit j on a face F_j and s_j = sgn v_j, f is linear in R_j = v_jw_j (and c). Along the faces a local minimum is a least-squares
solution, whose residual e is one for all of them; on a product of open cells that is enough. On faces with kinks L must not go down
into the cells around: −s_j Σ_i e_iφ(w_j·x_i; δ) ≥ 0 on every ray δ of the local arrangement, and, L being convex in R on each of the
cells, that is enough as well. What is left is whether some least-squares solution has every s_jR_j on its face: a linear program
with strict inequalities. All minima with v_j ≠ 0 for all j are found in this way, and w_j = 0 is the face of dimension 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations_with_replacement
from math import factorial, prod

from flint import fmpq, fmpq_mat

from critscape.algebra.cells.arrangement import Signs, covectors, null_matrix, rays, sign, zero_set
from critscape.algebra.cells.one_layer import Numbers, column, rational, rows
from critscape.algebra.cells.strict_program import NotDecided, inside, solutions


@dataclass(frozen=True)
class Unridged:
    """Samples (m × d), targets (m), slopes a₊ ≠ a₋, the number of units, and whether there is an output bias; no ridge."""

    samples: tuple[Numbers, ...]
    targets: Numbers
    right_slope: Fraction
    left_slope: Fraction
    units: int
    output_bias: bool = False

    @property
    def inputs(self) -> int:
        """The dimension d."""
        return len(self.samples[0])

    def slope(self, side: int) -> Fraction:
        """φ′ on the side of a sign; 0 on the hyperplane."""
        return self.right_slope if side > 0 else self.left_slope if side < 0 else Fraction(0)

    @cached_property
    def faces(self) -> dict[Signs, PlainFace]:
        """All faces of the arrangement."""
        return {face: plain_face(self, face) for face in covectors(self.samples)}

    @cached_property
    def seats(self) -> tuple[Seat, ...]:
        """Every face with either sign of v."""
        return tuple(Seat(face, outgoing) for face in self.faces for outgoing in (1, -1))


@dataclass(frozen=True)
class PlainFace:
    """A face without a metric: a basis of its span (d × p), x_i·R in that basis (m × p), what f does with it (m × p).

    Row i of ``drops`` (r × m) gives Σ_i e_iφ(w·x_i; δ) for ray i of the arrangement of its kinks.
    """

    span: fmpq_mat
    sides: fmpq_mat
    images: fmpq_mat
    drops: fmpq_mat


def plain_face(layer: Unridged, face: Signs) -> PlainFace:
    """A face, by its sign vector."""
    zeros = [layer.samples[i] for i in zero_set(face)]
    span = null_matrix(zeros, layer.inputs)
    slopes = [[layer.slope(side) * number for number in x] for x, side in zip(layer.samples, face)]
    lines = rays(zeros) if zeros else []
    drops = fmpq_mat(len(lines), len(face))
    for place, line in enumerate(lines):
        for i, (x, side) in enumerate(zip(layer.samples, face)):
            t = sum((a * b for a, b in zip(x, line)), Fraction(0))
            drops[place, i] = rational(layer.slope(side or sign(t)) * t)
    return PlainFace(span, rows(layer.samples) * span, rows(slopes) * span, drops)


@dataclass(frozen=True)
class Seat:
    """A face for a unit and the sign of its outgoing weight (0: ``zero_outgoing``)."""

    face: Signs
    outgoing: int


@dataclass(frozen=True)
class Minima:
    """A set of local minima: units on ``seats``, the loss, and the dimension of the set in the space of all weights.

    ``kinks`` counts independent samples on which a unit that is not dead is zero, unit by unit; ``products`` are the R_j = v_jw_j of one point and
    ``output`` its c, ``silent`` has a w_j for each of the last units, those with v_j = 0; ``copies`` counts the set and its images under
    permutations of the units; ``open`` says whether the units with v_j ≠ 0 all lie on open cells.
    """

    seats: tuple[Seat, ...]
    loss: fmpq
    dimension: int
    kinks: int
    products: tuple[Numbers, ...]
    output: Fraction | None
    copies: int
    silent: tuple[Numbers, ...] = ()
    open: bool = True

    @property
    def dead(self) -> int:
        """The number of units with w_j·x_i = 0 on every sample, whatever v_j is."""
        return sum(not any(seat.face) for seat in self.seats)


@dataclass(frozen=True)
class Open:
    """Seats for which the linear program was not decided over ℚ."""

    seats: tuple[Seat, ...]


def local_minima(layer: Unridged, cells_only: bool = False) -> Iterator[Minima | Open]:
    """All sets of local minima with v_j ≠ 0 for every unit, up to permutations; with ``cells_only`` those on open cells alone."""
    seats = [seat for seat in layer.seats if not cells_only or on_cell(layer, seat.face)]
    residuals: dict[frozenset[Signs], fmpq_mat] = {}
    for chosen in combinations_with_replacement(seats, layer.units):
        place = frozenset(seat.face for seat in chosen)
        if place not in residuals:
            residuals[place] = residual(layer, sorted(place))
        e = residuals[place]
        if all(rising(layer, seat, e) for seat in set(chosen)):
            found = realised(layer, chosen, e)
            if found is not None:
                yield found


def on_cell(layer: Unridged, face: Signs) -> bool:
    """Whether a face is a cell: no sample is zero on it but those that are zero everywhere."""
    return all(side or not any(x) for side, x in zip(face, layer.samples))


def residual(layer: Unridged, faces: Sequence[Signs]) -> fmpq_mat:
    """e = y − f of the least-squares solutions (m × 1)."""
    blocks = [layer.faces[face].images for face in faces]
    columns = [[block[i, j] for i in range(block.nrows())] for block in blocks for j in range(block.ncols())]
    if layer.output_bias:
        columns.append([fmpq(1)] * len(layer.samples))
    y = column(layer.targets)
    independent: list[list[fmpq]] = []
    for entries in columns:
        trial = [*independent, entries]
        if fmpq_mat(len(trial), len(entries), [value for line in trial for value in line]).rank() == len(trial):
            independent = trial
    if not independent:
        return y
    spanning = fmpq_mat(len(independent), len(layer.samples), [value for line in independent for value in line]).transpose()
    gram = spanning.transpose() * spanning
    return y - spanning * gram.solve(spanning.transpose() * y)


def rising(layer: Unridged, seat: Seat, e: fmpq_mat) -> bool:
    """Whether L goes down in no direction of a unit at first order."""
    return all(value * seat.outgoing <= 0 for value in (layer.faces[seat.face].drops * e).entries())


def realised(layer: Unridged, seats: Sequence[Seat], e: fmpq_mat) -> Minima | Open | None:
    """Whether some least-squares solution has every s_jR_j on its face: one of them, None if there is none."""
    places = [layer.faces[seat.face] for seat in seats]
    sizes = [place.span.ncols() for place in places]
    width = sum(sizes) + layer.output_bias
    m = len(layer.samples)
    system = fmpq_mat(m, width)
    strict: list[list[fmpq]] = []
    start = 0
    for seat, place, size in zip(seats, places, sizes):
        for i in range(m):
            for j in range(size):
                system[i, start + j] = place.images[i, j]
            if seat.face[i]:
                line = [fmpq(0)] * width
                for j in range(size):
                    line[start + j] = place.sides[i, j] * (seat.outgoing * seat.face[i])
                strict.append(line)
        start += size
    if layer.output_bias:
        for i in range(m):
            system[i, start] = fmpq(1)
    origin, kernel = solutions(system, column(layer.targets) - e)
    try:
        point = inside(strict, origin, kernel)
    except NotDecided:
        return Open(tuple(seats))
    if point is None:
        return None
    products, start = [], 0
    for place, size in zip(places, sizes):
        weights = place.span * fmpq_mat(size, 1, point[start : start + size])
        products.append(tuple(fraction(value) for value in weights.entries()))
        start += size
    loss = (e.transpose() * e)[0, 0] / 2
    # Each R_j ≠ 0 is v_jw_j for a line of (v_j, w_j); where w_j = 0 v_j alone is free.
    copies = factorial(len(seats)) // prod(factorial(count) for count in Counter(seats).values())
    kinks = sum(layer.inputs - size for seat, size in zip(seats, sizes) if any(seat.face))
    on_cells = all(size == layer.inputs for size in sizes)
    output = fraction(point[-1]) if layer.output_bias else None
    return Minima(tuple(seats), loss, kernel.ncols() + len(seats), kinks, tuple(products), output, copies, open=on_cells)


def fraction(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))
