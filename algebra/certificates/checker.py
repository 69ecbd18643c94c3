"""An independent check of a certificate: each of its claims is proved again, from the file and the exact loss alone.

Nothing is shared with the code that found the points but the exact loss and its derivatives over ℚ, and FLINT's ball arithmetic.
Let F = ∇L, let I be a box with centre x and radius r (a square of that half-side in each complex coordinate), Y any matrix and
K = x − Y·F(x) + (1 − Y·∇²L(I))(I − x).

- *One zero.* K ⊂ int I proves that I holds a zero of F, and that it lies in K; √2·‖1 − Y·∇²L(I)‖_∞ < 1 that it is the only one in
  I, and simple (Krawczyk 1969; Rump 1983; over ℂ Breiding–Rose–Timme, arXiv 2011.05000, Theorem 3.1).
- *Distinct.* Two zeros are different if their enclosures K are disjoint.
- *Real.* F has real coefficients: the conjugate of a zero is a zero. If the centre is real, I contains both, so they are one. If
  the imaginary part of a coordinate of K excludes 0, the zero is not real.
- *Index.* For any Q, if every pivot of an interval LDLᵀ of Qᵀ·∇²L(K)·Q excludes 0, then Q is regular and the signs of the pivots
  are those of the eigenvalues of the Hessian at the zero (Sylvester's law of inertia). Q holds eigenvectors in double precision.
- *Loss.* As F vanishes at the real zero w, Taylor's theorem gives |L(x) − L(w)| ≤ ½ Σ |∇²L(I)|_ij δ_i δ_j with δ ≥ |w − x|.
- *Not global.* A minimum whose loss lies strictly above another one's is not global. Nothing is claimed of the others.
- *At most so many.* Ranks of Macaulay matrices modulo a prime (``critscape.algebra.bounds.macaulay``, where the argument is).

Without an upper bound the counts are lower bounds: there may be further points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import flint
import numpy as np
from flint import acb, acb_mat, arb, arb_mat

from critscape.algebra.bounds.macaulay import proved_bound
from critscape.algebra.bounds.proof import Unproved
from critscape.algebra.certificates.claims import ClaimedPoint, Claims, failing_count, failing_minimum, incoherence
from critscape.algebra.polynomial.loss import Loss, exact, gradient, hessian, polynomial, terms

PRECISIONS = (256, 512, 1024, 2048, 4096)
"""Bits at which a point is tried, one after the other, until its claims are proved."""


@dataclass(frozen=True)
class Expanded:
    """L, its gradient and the upper triangle of its Hessian as sums of monomials, with coefficients as balls.

    ``monomials[k]`` is (an earlier position, a variable): monomial k + 1 is their product, and monomial 0 is 1. A polynomial is a
    list of (coefficient, position).
    """

    monomials: tuple[tuple[int, int], ...]
    loss: list[tuple[acb, int]]
    gradient: list[list[tuple[acb, int]]]
    hessian: list[list[tuple[acb, int]]]


@dataclass(frozen=True)
class Enclosure:
    """What Krawczyk's test leaves: the zero lies in ``zero`` (n balls), at most ``distance`` (n balls) from the centre.

    ``hessian`` is ∇²L(I).
    """

    zero: tuple[acb, ...]
    distance: tuple[arb, ...]
    hessian: acb_mat


def first_failure(loss: Loss, claims: Claims) -> str | None:
    """The first claim that could not be proved, as one sentence; None when all are."""
    zeros = []
    for k, point in enumerate(claims.points):
        proved = prove(loss, point)
        if isinstance(proved, str):
            return f"points[{k}]: {proved}"
        zeros.append(proved.zero)
    if (pair := coinciding(zeros)) is not None:
        return "points[{}] and points[{}]: the zeros in the two boxes are not proved distinct".format(*pair)
    return failing_minimum(claims.points) or failing_count(claims) or _failing_bound(loss, claims)


def prove(loss: Loss, point: ClaimedPoint) -> Enclosure | str:
    """All that is claimed of one point on its own, at rising precision; or one sentence that says what is not proved."""
    if (wrong := incoherence(point)) is not None:
        return wrong
    centre, radius = box(point)
    failure = ""
    for precision in PRECISIONS:
        with flint.ctx.workprec(precision):
            enclosure = krawczyk(expanded(loss, precision), centre, radius)
            if enclosure is None:
                failure = "Krawczyk's test fails: the box is not proved to hold exactly one critical point"
            elif not point.real and not any(z.imag > 0 or z.imag < 0 for z in enclosure.zero):
                failure = "the point is not proved to be non-real"
            elif point.real and (index := inertia(loss, enclosure)) != point.index:
                failure = f"the index is {index}, not {point.index}" if index is not None else "the index is not proved"
            elif point.loss is not None and not encloses(
                (ball(point.loss[0]), ball(point.loss[1])), critical_value(loss, centre, enclosure)
            ):
                failure = "the loss is not proved to lie in its enclosure"
            else:
                return enclosure
    return failure


def ball(number: Fraction) -> arb:
    """A dyadic number, exactly.

    >>> ball(Fraction(-3, 4))
    -0.750000000000000
    """
    return arb((number.numerator, 1 - number.denominator.bit_length()))


def box(point: ClaimedPoint) -> tuple[list[acb], arb]:
    """The centre and the radius of the box around a point, exactly."""
    return [acb(ball(real), ball(imaginary)) for real, imaginary in point.centre], ball(point.radius)


def krawczyk(program: Expanded, centre: Sequence[acb], radius: arb) -> Enclosure | None:
    """Krawczyk's test in the box of half-side ``radius`` around ``centre``; None when it fails at the working precision."""
    n = len(centre)
    side = arb(0, radius)
    offset = acb_mat([[acb(side, side)]] * n)
    slope = acb_mat([[value] for value in evaluate(program.monomials, program.gradient, centre)])
    over_box = evaluate(program.monomials, program.hessian, [z + acb(side, side) for z in centre])
    box_hessian = acb_mat(symmetric(over_box, n))
    one = acb_mat(symmetric([acb(int(i == j)) for i in range(n) for j in range(i, n)], n))
    try:
        inverse = box_hessian.mid().solve(one, algorithm="approx").mid()
    except (ZeroDivisionError, ValueError):
        return None
    contraction = one - inverse * box_hessian
    rows = [sum((abs(contraction[i, j]) for j in range(n)), arb(0)) for i in range(n)]
    if not all(arb(2).sqrt() * row < 1 for row in rows):
        return None
    shift = (contraction * offset - inverse * slope).entries()
    if not all(abs(d.real) < radius and abs(d.imag) < radius for d in shift):
        return None
    return Enclosure(tuple(z + d for z, d in zip(centre, shift)), tuple(abs(d) for d in shift), box_hessian)


def inertia(loss: Loss, enclosure: Enclosure) -> int | None:
    """The number of negative eigenvalues of the Hessian at an enclosed real zero; None when it is not decided."""
    n = loss.dimension
    program = expanded(loss, flint.ctx.prec)
    values = evaluate(program.monomials, program.hessian, [acb(z.real) for z in enclosure.zero])
    balls = arb_mat(symmetric([value.real for value in values], n))
    try:
        vectors = np.linalg.eigh(np.array(balls.mid().tolist(), dtype=float))[1]
    except (np.linalg.LinAlgError, OverflowError):
        return None
    if not np.isfinite(vectors).all():
        return None
    basis = arb_mat(vectors.tolist())
    remaining, negative = basis.transpose() * balls * basis, 0
    while n := remaining.nrows():
        p = max(range(n), key=lambda i: remaining[i, i].abs_lower())
        pivot = remaining[p, p]
        if not (pivot > 0 or pivot < 0):
            return None
        negative += bool(pivot < 0)
        rest = [i for i in range(n) if i != p]
        remaining = arb_mat(n - 1, n - 1, [remaining[i, j] - remaining[i, p] * remaining[p, j] / pivot for i in rest for j in rest])
    return negative


def critical_value(loss: Loss, centre: Sequence[acb], enclosure: Enclosure) -> arb:
    """An enclosure of L at an enclosed real zero, from the real centre of its box."""
    program = expanded(loss, flint.ctx.prec)
    (value,) = evaluate(program.monomials, [program.loss], centre)
    n, distance = len(centre), enclosure.distance
    change = sum((abs(enclosure.hessian[i, j]) * distance[i] * distance[j] for i in range(n) for j in range(n)), arb(0)) / 2
    return value.real + arb(0, change.upper())


def encloses(claimed: tuple[arb, arb], value: arb) -> bool:
    """Whether the closed interval between two exact numbers contains a ball."""
    lower, upper = claimed
    return bool(lower <= value <= upper)


def coinciding(zeros: Sequence[Sequence[acb]]) -> tuple[int, int] | None:
    """Two positions whose enclosures of zeros are not disjoint, if any.

    The enclosures are projected to a line in general position, sorted, and compared only where their projections overlap.
    """
    with flint.ctx.workprec(PRECISIONS[0]):
        weights = [arb(prime).sqrt() for prime in _primes(2 * max(map(len, zeros), default=0))]
        shadows = [sum((a * z.real + b * z.imag for z, a, b in zip(zero, weights[::2], weights[1::2])), arb(0)) for zero in zeros]
    ends = [(shadow.lower(), shadow.upper()) for shadow in shadows]
    open_ones: list[int] = []
    for k in sorted(range(len(zeros)), key=lambda k: ends[k][0]):
        open_ones = [j for j in open_ones if not ends[j][1] < ends[k][0]]
        for j in open_ones:
            if all(a.overlaps(b) for a, b in zip(zeros[j], zeros[k])):
                return min(j, k), max(j, k)
        open_ones.append(k)
    return None


def _primes(number: int) -> list[int]:
    """The first so many primes."""
    found: list[int] = []
    candidate = 2
    while len(found) < number:
        if all(candidate % prime for prime in found):
            found.append(candidate)
        candidate += 1
    return found


def _failing_bound(loss: Loss, claims: Claims) -> str | None:
    """Whether the upper bound is what its ranks prove."""
    if claims.upper_bound is None:
        return None
    try:
        bound = proved_bound(loss, claims.upper_bound)
    except Unproved as error:
        return f"upper_bound: {error}"
    return None if bound == claims.upper_bound.bound else f"upper_bound.bound: {claims.upper_bound.bound} claimed, {bound} proved"


@lru_cache(maxsize=8)
def expanded(loss: Loss, precision: int) -> Expanded:
    """The loss and its derivatives as sums of monomials, coefficients as balls at a precision in bits."""
    n, second = loss.dimension, hessian(loss)
    polynomials = [polynomial(loss), *gradient(loss), *(second[i][j] for i in range(n) for j in range(i, n))]
    steps: list[tuple[int, int]] = []
    positions = {(0,) * n: 0}

    def position(exponents: tuple[int, ...]) -> int:
        if exponents not in positions:
            variable = next(i for i, power in enumerate(exponents) if power)
            parent = position(tuple(power - (i == variable) for i, power in enumerate(exponents)))
            steps.append((parent, variable))
            positions[exponents] = len(steps)
        return positions[exponents]

    with flint.ctx.workprec(precision):
        sums = [[(acb(exact(c)), position(exponents)) for exponents, c in terms(p).items()] for p in polynomials]
    return Expanded(tuple(steps), sums[0], sums[1 : n + 1], sums[n + 1 :])


def evaluate(monomials: Sequence[tuple[int, int]], polynomials: Sequence[list], point: Sequence[acb]) -> list[acb]:
    """Enclosures of polynomials at a point or over a box, at the working precision."""
    values = [acb(1)]
    for parent, variable in monomials:
        values.append(values[parent] * point[variable])
    return [sum((c * values[k] for c, k in polynomial_terms), acb(0)) for polynomial_terms in polynomials]


def symmetric(upper: Sequence, n: int) -> list[list]:
    """n rows of n entries from an upper triangle, row by row."""
    entries = iter(upper)
    rows: list[list] = [[None] * n for _ in range(n)]
    for i in range(n):
        for j in range(i, n):
            rows[i][j] = rows[j][i] = next(entries)
    return rows
