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

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import flint
import numpy as np
from flint import acb, acb_mat, arb, arb_mat

from critscape.algebra.bounds.macaulay import Unproved, UpperBound, proved_bound
from critscape.algebra.polynomial.loss import Loss, exact, gradient, hessian, polynomial, terms

FORMAT = "critscape certificate 2"
"""What the field ``format`` says in the files that this module reads."""

PRECISIONS = (256, 512, 1024, 2048, 4096)
"""Bits at which a point is tried, one after the other, until its claims are proved."""

LARGEST_EXPONENT = 100_000
"""A dyadic number m·2^e with a larger |e| is a mistake, or an attack on memory."""

_DYADIC = re.compile(r"(-?[0-9]{1,4000})\*2\^(-?[0-9]{1,6})", re.ASCII)


class Malformed(ValueError):
    """A file that is no certificate; its text is one line ``field: expected …``."""

    def __init__(self, field: str, expected: str) -> None:
        super().__init__(f"{field}: expected {expected}")


@dataclass(frozen=True)
class ClaimedPoint:
    """What a certificate claims of one critical point.

    The box of half-side ``radius`` (exact) around ``centre`` (n exact complex numbers) holds exactly one, which is ``real`` or not.
    For a real one ``index`` is the number of negative eigenvalues of its Hessian, ``loss`` two exact numbers that enclose L, and
    ``not_global`` says, for a minimum, whether the listed losses prove that it is not global. All three are None otherwise.
    """

    centre: tuple[acb, ...]
    radius: arb
    real: bool
    index: int | None
    loss: tuple[arb, arb] | None
    not_global: bool | None


@dataclass(frozen=True)
class Claims:
    """A certificate as read: points, counts that are claimed to be lower bounds, and an upper bound for the first of them, if any."""

    points: tuple[ClaimedPoint, ...]
    upper_bound: UpperBound | None
    complex_at_least: int
    real_at_least: int
    by_index_at_least: dict[int, int]


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


def read_claims(content: Any, dimension: int) -> Claims:
    """The claims in the parsed JSON of a certificate for a loss in n = ``dimension`` weights.

    Raises
    ------
    Malformed : naming the first field that is missing, unknown or not of its kind.
    """
    fields = _object(content, "certificate", ("format", "problem", "points", "counts", "upper_bound"))
    if fields["format"] != FORMAT:
        raise Malformed("format", f'"{FORMAT}"')
    points = fields["points"]
    if not isinstance(points, list):
        raise Malformed("points", "a list of critical points")
    counts = _object(fields["counts"], "counts", ("complex_at_least", "real_at_least", "by_index_at_least"))
    by_index = counts["by_index_at_least"]
    if not isinstance(by_index, dict) or not all(re.fullmatch(r"0|[1-9][0-9]{0,5}", key, re.ASCII) for key in by_index):
        raise Malformed("counts.by_index_at_least", "an object from index to number")
    return Claims(
        tuple(_point(entry, f"points[{k}]", dimension) for k, entry in enumerate(points)),
        None if fields["upper_bound"] is None else _upper_bound(fields["upper_bound"]),
        _natural(counts["complex_at_least"], "counts.complex_at_least"),
        _natural(counts["real_at_least"], "counts.real_at_least"),
        {int(key): _natural(number, f"counts.by_index_at_least.{key}") for key, number in by_index.items()},
    )


def _upper_bound(value: Any) -> UpperBound:
    fields = _object(value, "upper_bound", ("bound", "prime", "falls", "degree"))
    falls = fields["falls"]
    if not isinstance(falls, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in falls):
        raise Malformed("upper_bound.falls", "a list of pairs of degrees")
    prime = fields["prime"]
    if isinstance(prime, bool) or not isinstance(prime, int) or not 1 < prime < 2**63:
        raise Malformed("upper_bound.prime", "a prime below 2^63")
    return UpperBound(
        _natural(fields["bound"], "upper_bound.bound"),
        prime,
        tuple((_natural(d, f"upper_bound.falls[{k}]"), _natural(e, f"upper_bound.falls[{k}]")) for k, (d, e) in enumerate(falls)),
        _natural(fields["degree"], "upper_bound.degree"),
    )


def _point(entry: Any, field: str, dimension: int) -> ClaimedPoint:
    fields = _object(entry, field, ("centre", "radius", "real", "index", "loss", "not_global"))
    centre = fields["centre"]
    if not isinstance(centre, list) or len(centre) != dimension:
        raise Malformed(f"{field}.centre", f"a list of {dimension} coordinates, one per weight")
    if not isinstance(fields["real"], bool):
        raise Malformed(f"{field}.real", "true or false")
    if not (fields["not_global"] is None or isinstance(fields["not_global"], bool)):
        raise Malformed(f"{field}.not_global", "true, false or null")
    return ClaimedPoint(
        tuple(acb(*_pair(z, f"{field}.centre[{i}]")) for i, z in enumerate(centre)),
        _dyadic(fields["radius"], f"{field}.radius"),
        fields["real"],
        None if fields["index"] is None else _natural(fields["index"], f"{field}.index"),
        None if fields["loss"] is None else _pair(fields["loss"], f"{field}.loss"),
        fields["not_global"],
    )


def _object(value: Any, field: str, names: tuple[str, ...]) -> dict:
    if not isinstance(value, dict):
        raise Malformed(field, "an object with " + ", ".join(names))
    for name in names:
        if name not in value:
            raise Malformed(f"{field}.{name}", "a value (it is missing)")
    for name in value:
        if name not in names:
            raise Malformed(f"{field}.{name}", "no such field; known are " + ", ".join(names))
    return value


def _natural(value: Any, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**9:
        raise Malformed(field, "an integer from 0 to 999,999,999")
    return value


def _pair(value: Any, field: str) -> tuple[arb, arb]:
    if not isinstance(value, list) or len(value) != 2:
        raise Malformed(field, "a pair of dyadic numbers")
    return _dyadic(value[0], f"{field}[0]"), _dyadic(value[1], f"{field}[1]")


def _dyadic(value: Any, field: str) -> arb:
    found = _DYADIC.fullmatch(value) if isinstance(value, str) else None
    if found is None or abs(int(found[2])) > LARGEST_EXPONENT:
        raise Malformed(field, 'a dyadic number written "m*2^e" with integers m and e')
    return arb((int(found[1]), int(found[2])))


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
    return _failing_minimum(claims.points) or _failing_count(claims) or _failing_bound(loss, claims)


def prove(loss: Loss, point: ClaimedPoint) -> Enclosure | str:
    """All that is claimed of one point on its own, at rising precision; or one sentence that says what is not proved."""
    if not point.radius > 0:
        return "the radius of the box is not positive"
    if not point.real and (point.index, point.loss, point.not_global) != (None, None, None):
        return "an index or a loss is claimed of a point that is not real"
    if point.real and (point.index is None or point.loss is None or (point.not_global is None) != (point.index != 0)):
        return "a real point needs an index and a loss and, if its index is 0, whether it is not global"
    if point.real and not all(z.imag.is_zero() for z in point.centre):
        return "it is claimed to be real, but its box is not symmetric under conjugation"
    failure = ""
    for precision in PRECISIONS:
        with flint.ctx.workprec(precision):
            enclosure = krawczyk(expanded(loss, precision), point.centre, point.radius)
            if enclosure is None:
                failure = "Krawczyk's test fails: the box is not proved to hold exactly one critical point"
            elif not point.real and not any(z.imag > 0 or z.imag < 0 for z in enclosure.zero):
                failure = "the point is not proved to be non-real"
            elif point.real and (index := inertia(loss, enclosure)) != point.index:
                failure = f"the index is {index}, not {point.index}" if index is not None else "the index is not proved"
            elif point.real and not encloses(point.loss, critical_value(loss, point.centre, enclosure)):
                failure = "the loss is not proved to lie in its enclosure"
            else:
                return enclosure
    return failure


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
    return bool(lower <= value and value <= upper)


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


def _failing_minimum(points: Sequence[ClaimedPoint]) -> str | None:
    """Whether ``not_global`` is what the enclosures of the listed losses, proved by now, say."""
    least = min((point.loss[1] for point in points if point.loss is not None), default=None)
    for k, point in enumerate(points):
        if point.not_global is not None and point.not_global is not bool(least < point.loss[0]):
            lies = "lies" if point.not_global is False else "does not lie"
            return f"points[{k}]: not_global is {str(point.not_global).lower()}, but its loss {lies} strictly above another one"
    return None


def _failing_count(claims: Claims) -> str | None:
    """Whether the counts are those of the listed points."""
    real = [point for point in claims.points if point.real]
    by_index = dict(Counter(point.index for point in real))
    for name, claimed, proved in (
        ("complex_at_least", claims.complex_at_least, len(claims.points)),
        ("real_at_least", claims.real_at_least, len(real)),
        ("by_index_at_least", dict(sorted(claims.by_index_at_least.items())), dict(sorted(by_index.items()))),
    ):
        if claimed != proved:
            return f"counts.{name}: {claimed} claimed, {proved} proved"
    return None


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
