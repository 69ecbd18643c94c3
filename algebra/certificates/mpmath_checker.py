"""The check of a certificate in mpmath's interval arithmetic, without FLINT: a fault of FLINT that passed the solver is found here.

What is proved is what ``critscape.algebra.certificates.checker`` proves, and the theorems are the same; the loss, its derivatives,
enclosures, linear algebra and ranks are computed by other code. Let F = ∇L, I a box with centre x and radius r, Y any matrix,
K = x − Y·F(x) + (1 − Y·∇²L(I))(I − x).

- *One zero.* K ⊂ int I and √2·‖1 − Y·∇²L(I)‖_∞ < 1 (Krawczyk 1969; over ℂ Breiding–Rose–Timme, arXiv 2011.05000, Theorem 3.1).
- *Index.* For any Q, if the matrix B = Qᵀ·∇²L(K)·Q is strictly diagonally dominant, then it is regular, so Q is, and it is congruent
  to the Hessian (Sylvester); on the way from B to its diagonal no eigenvalue passes 0 (Gershgorin): the signs are those of B_ii.
- *Loss.* |L(x) − L(w)| ≤ ½ Σ |∇²L(I)|_ij δ_i δ_j at the zero w, with δ ≥ |w − x|, by Taylor's theorem.
- *At most so many.* ``plain_bound``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from mpmath import iv, mp

from critscape.algebra.bounds.proof import Unproved
from critscape.algebra.certificates.claims import ClaimedPoint, Claims, failing_count, failing_minimum, incoherence
from critscape.algebra.certificates.plain_bound import proved_bound
from critscape.algebra.certificates.rectangles import (
    Interval,
    Programs,
    Rectangle,
    around,
    interval,
    middle,
    over_intervals,
    over_rectangles,
    precision,
    programs,
)
from critscape.algebra.polynomial.rational_polynomial import RationalPolynomial

PRECISIONS = (256, 512, 1024, 2048, 4096)
"""Bits at which a point is tried, one after the other. At the first Y and Q are in double precision, then in mpmath's."""

Progress = Callable[[str, int], None]
"""Told a stage and how many points it has come to."""


@dataclass(frozen=True)
class Enclosure:
    """What Krawczyk's test leaves: the zero lies in ``zero``, each coordinate at most ``distance`` from the centre.

    ``hessian`` is ∇²L(I).
    """

    zero: list[Rectangle]
    distance: list[Interval]
    hessian: list[list[Rectangle]]


def first_failure(loss: RationalPolynomial, claims: Claims, progress: Progress = lambda stage, count: None) -> str | None:
    """The first claim that could not be proved, as one sentence; None when all are."""
    known: dict[int, Programs] = {}
    zeros = []
    for k, point in enumerate(claims.points):
        progress("proved again", k)
        proved = prove(loss, point, known)
        if isinstance(proved, str):
            return f"points[{k}]: {proved}"
        zeros.append(proved.zero)
    progress("told apart", 0)
    if (pair := coinciding(zeros)) is not None:
        return "points[{}] and points[{}]: the zeros in the two boxes are not proved distinct".format(*pair)
    if failure := failing_minimum(claims.points) or failing_count(claims):
        return failure
    if claims.upper_bound is None:
        return None
    progress("the upper bound, by ranks modulo a prime", 0)
    try:
        bound = proved_bound(loss, claims.upper_bound)
    except Unproved as error:
        return f"upper_bound: {error}"
    return None if bound == claims.upper_bound.bound else f"upper_bound.bound: {claims.upper_bound.bound} claimed, {bound} proved"


def prove(loss: RationalPolynomial, point: ClaimedPoint, known: dict[int, Programs]) -> Enclosure | str:
    """All that is claimed of one point on its own, at rising precision; or one sentence that says what is not proved.

    ``known`` keeps the programs of the loss by precision.
    """
    if (incoherent := incoherence(point)) is not None:
        return incoherent
    failure = ""
    for bits in PRECISIONS:
        with precision(bits):
            if bits not in known:
                known[bits] = programs(loss)
            program, rough = known[bits], bits == PRECISIONS[0]
            enclosure = krawczyk(program, point, rough)
            if enclosure is None:
                failure = "Krawczyk's test fails: the box is not proved to hold exactly one critical point"
            elif not point.real and not any(z.imaginary > 0 or z.imaginary < 0 for z in enclosure.zero):
                failure = "the point is not proved to be non-real"
            elif point.real and (index := inertia(program, enclosure, rough)) != point.index:
                failure = f"the index is {index}, not {point.index}" if index is not None else "the index is not proved"
            elif point.real and (point.loss is None or not lies_between(point.loss, critical_value(program, point, enclosure))):
                failure = "the loss is not proved to lie in its enclosure"
            else:
                return enclosure
    return failure


def krawczyk(program: Programs, point: ClaimedPoint, rough: bool) -> Enclosure | None:
    """Krawczyk's test in the box of a claim; None when it fails at the working precision."""
    n, radius = len(point.centre), interval(point.radius)
    centre = [Rectangle(interval(x), interval(y)) for x, y in point.centre]
    slopes = over_rectangles(program.monomials, program.gradient, centre)
    upper = over_rectangles(program.monomials, program.hessian, [around(z, point.radius) for z in point.centre])
    hessian = symmetric(upper, n)
    try:
        guess = inverse([[entry.middle() for entry in row] for row in hessian], rough)
    except (ZeroDivisionError, ValueError, OverflowError, TypeError, np.linalg.LinAlgError):
        # mpmath finds no pivot (None) in some singular matrices, which ends in a TypeError.
        return None
    offset = Rectangle(radius * iv.mpf([-1, 1]), radius * iv.mpf([-1, 1]))
    shift = []
    for i, row in enumerate(guess):
        # One row of 1 − Y·∇²L(I).
        rest = [exact(int(i == j)) - dot(row, [hessian[k][j] for k in range(n)]) for j in range(n)]
        total = sum((entry.size() for entry in rest), iv.mpf(0))
        if not iv.sqrt(iv.mpf(2)) * total < 1:
            return None
        step = dot(rest, [offset] * n) - dot(row, slopes)
        if not (abs(step.real) < radius and abs(step.imaginary) < radius):
            return None
        shift.append(step)
    return Enclosure([z + d for z, d in zip(centre, shift)], [d.size() for d in shift], hessian)


def inverse(matrix: list[list], rough: bool) -> list[list[Rectangle]]:
    """An approximate inverse, in double precision or at the working precision, as points.

    Raises
    ------
    ZeroDivisionError, ValueError, OverflowError, numpy.linalg.LinAlgError : there is none, or it is not finite.
    """
    if rough:
        found = np.linalg.inv(np.array([[complex(z) for z in row] for row in matrix]))
        if not np.isfinite(found).all():
            raise ValueError("not finite")
        rows = found.tolist()
    else:
        rows = mp.inverse(mp.matrix(matrix)).tolist()
    return [[exact(z) for z in row] for row in rows]


def inertia(program: Programs, enclosure: Enclosure, rough: bool) -> int | None:
    """The number of negative eigenvalues of the Hessian at an enclosed real zero; None when it is not decided."""
    n = len(enclosure.zero)
    matrix = symmetric(over_intervals(program.monomials, program.hessian, [z.real for z in enclosure.zero]), n)
    middles = [[middle(entry) for entry in row] for row in matrix]
    try:
        if rough:
            vectors = np.linalg.eigh(np.array(middles, dtype=float))[1].tolist()
        else:
            vectors = mp.eigsy(mp.matrix(middles))[1].tolist()
        basis = [[iv.mpf(entry) for entry in row] for row in vectors]
    except (np.linalg.LinAlgError, OverflowError, ValueError):
        return None
    half = [[plain(row, column) for column in zip(*basis)] for row in matrix]
    turned = [[plain(left, right) for right in zip(*half)] for left in zip(*basis)]
    for i, row in enumerate(turned):
        if not abs(row[i]) > sum((abs(entry) for j, entry in enumerate(row) if j != i), iv.mpf(0)):
            return None
    return sum(bool(turned[i][i] < 0) for i in range(n))


def critical_value(program: Programs, point: ClaimedPoint, enclosure: Enclosure) -> Interval:
    """An enclosure of L at an enclosed real zero, from the real centre of its box."""
    (value,) = over_intervals(program.monomials, [program.loss], [interval(x) for x, _ in point.centre])
    change = sum(
        (
            entry.size() * first * second
            for row, first in zip(enclosure.hessian, enclosure.distance)
            for entry, second in zip(row, enclosure.distance)
        ),
        iv.mpf(0),
    )
    return value + change / 2 * iv.mpf([-1, 1])


def lies_between(claimed: tuple[Fraction, Fraction], value: Interval) -> bool:
    """Whether the closed interval between two exact numbers contains an enclosure."""
    lower, upper = map(interval, claimed)
    return bool(lower <= value <= upper)


def coinciding(zeros: Sequence[Sequence[Rectangle]]) -> tuple[int, int] | None:
    """Two positions whose enclosures of zeros are not disjoint, if any.

    The enclosures are projected to a line that is not special to the coordinates, sorted, and compared where their projections overlap.
    """
    with precision(PRECISIONS[0]):
        weights = [iv.sqrt(iv.mpf(2 + 3 * k)) for k in range(2 * max(map(len, zeros), default=0))]
        shadows = [plain(weights, [part for z in zero for part in (z.real, z.imaginary)]) for zero in zeros]
        ends = [(mp.mpf(shadow.a), mp.mpf(shadow.b)) for shadow in shadows]
    open_ones: list[int] = []
    for k in sorted(range(len(zeros)), key=lambda k: ends[k][0]):
        open_ones = [j for j in open_ones if ends[j][1] >= ends[k][0]]
        for j in open_ones:
            if not any(disjoint(a, b) for a, b in zip(zeros[j], zeros[k])):
                return min(j, k), max(j, k)
        open_ones.append(k)
    return None


def disjoint(one: Rectangle, other: Rectangle) -> bool:
    """Whether two rectangles have no common point."""
    pairs = (one.real, other.real), (one.imaginary, other.imaginary)
    return any(bool(a < b) or bool(b < a) for a, b in pairs)


def exact(number: complex) -> Rectangle:
    """A complex number of Python or mpmath as a rectangle."""
    return Rectangle(iv.mpf(number.real), iv.mpf(number.imag))


def dot(left: Sequence[Rectangle], right: Sequence[Rectangle]) -> Rectangle:
    """Σ left_i right_i."""
    return sum((a * b for a, b in zip(left, right)), exact(0))


def plain(left: Sequence[Interval], right: Sequence[Interval]) -> Interval:
    """Σ left_i right_i of real intervals."""
    return sum((a * b for a, b in zip(left, right)), iv.mpf(0))


def symmetric(upper: Sequence, n: int) -> list[list]:
    """n rows of n entries from an upper triangle, row by row."""
    place = {pair: k for k, pair in enumerate((i, j) for i in range(n) for j in range(i, n))}
    return [[upper[place[min(i, j), max(i, j)]] for j in range(n)] for i in range(n)]
