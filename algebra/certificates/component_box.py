"""What is proved of a critical point in a real box, in interval arithmetic; the theorems are in ``component_proof``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from mpmath import libmp, mp

from critscape.algebra.bounds.proof import Unproved
from critscape.algebra.certificates.component_claims import ClaimedBox, ClaimedComponent
from critscape.algebra.certificates.component_system import Equations, on_subspace
from critscape.algebra.certificates.intervals import Arithmetic, Interval, program
from critscape.algebra.polynomial.rational_polynomial import Terms, derivative

PRECISIONS = (256, 512, 1024, 2048)
"""Bits at which a box is tried, one after the other. At the first, matrices that prove nothing are in double precision, then in
mpmath's numbers."""

LEAST_PIVOT = 1e-7
"""Pivots below this share of the largest entry of a row are taken for zero; what is chosen is proved to be regular."""


@dataclass(frozen=True)
class Bounds:
    """Numbers of positive and negative eigenvalues of the Hessian, at least (``exact``: exactly), whether the claimed loss holds, and
    whether the curvature of the bound from below is positive semidefinite (False where that is not asked for).
    """

    positive: int
    negative: int
    exact: bool
    loss_enclosed: bool
    curved_up: bool


def enclosed(
    loss: Terms,
    second: Sequence[Sequence[Terms]],
    claim: ClaimedComponent,
    system: Equations,
    curvature: tuple[Sequence[Sequence[Terms]], Sequence[Sequence[Terms]]] | None,
    arithmetic: Arithmetic,
) -> Bounds:
    """What holds at the zero in the box of a claim, at rising precision; ``curvature`` is a symmetric matrix with vector fields that it
    annihilates there, where it is to be positive semidefinite.

    Raises
    ------
    Unproved : it is not proved that there is one, that it is critical, or that the Hessian has the claimed signs.
    """
    assert claim.box is not None
    n = len(second)
    if not system.holds(claim.box.centre):
        raise Unproved("the centre of the box is not in the subspace of its system")
    if len(system.equations) + len(claim.box.slices) != len(system.free):
        raise Unproved("there are not as many equations and slices as unknowns")
    failure = Unproved("")
    for bits in PRECISIONS:
        with mp.workprec(bits), arithmetic.precision(bits):
            rough = bits == PRECISIONS[0]
            try:
                zero = krawczyk(claim.box, system, arithmetic, rough)
                values = program(arithmetic, [loss, *(entry for row in system.relations for entry in row)], n).over(zero)
                size = len(system.relations)
                matrix = [values[1 + size * i : 1 + size * (i + 1)] for i in range(size)]
                if not regular(matrix, arithmetic, rough):
                    raise Unproved("the relations of its system are not proved to be independent in the box")
                upper = [second[i][j] for i in range(n) for j in range(i, n)]
                hessian = symmetric(program(arithmetic, upper, n).over(zero), n)
                positive, negative, _ = claim.inertia
                if not has_signs(hessian, positive, negative, arithmetic, rough):
                    raise Unproved(f"that the Hessian has {positive} positive and {negative} negative eigenvalues is not proved")
                if curvature is not None and not semidefinite(*curvature, zero, arithmetic, rough):
                    raise Unproved("that the curvature of the bound from below is positive semidefinite is not proved")
                lower, above = (arithmetic.interval(end, end) for end in claim.loss)
                within = bool(lower <= values[0]) and bool(values[0] <= above)
                return Bounds(positive, negative, False, within, curvature is not None)
            except Unproved as error:
                failure = error
    raise failure


def krawczyk(box: ClaimedBox, system: Equations, arithmetic: Arithmetic, rough: bool) -> list[Interval]:
    """An enclosure (n intervals) of a zero of the equations on the slices through the centre.

    Raises
    ------
    Unproved : Krawczyk's test fails at the working precision.
    """
    free, equations = system.free, system.equations
    n, size = len(box.centre), len(free)
    nothing, one = (arithmetic.interval(Fraction(k), Fraction(k)) for k in (0, 1))
    centre = [arithmetic.interval(x, x) for x in box.centre]
    if not size:
        return centre
    inside = list(centre)
    for i in free:
        inside[i] = arithmetic.interval(box.centre[i] - box.radii[i], box.centre[i] + box.radii[i])
    slopes = program(arithmetic, [derivative(f, j) for f in equations for j in free], n).over(inside)
    jacobian = [slopes[size * i : size * (i + 1)] for i in range(len(equations))]
    slices = [on_subspace(row, system.bound) for row in box.slices]
    jacobian += [[arithmetic.interval(row[j], row[j]) for j in free] for row in slices]
    # The slices vanish at the centre.
    values = [*program(arithmetic, equations, n).over(centre), *[nothing] * len(box.slices)]
    inverse = approximate_inverse(jacobian, arithmetic, rough)
    offsets = [arithmetic.interval(-box.radii[i], box.radii[i]) for i in free]
    zero = list(centre)
    for k, (row, i) in enumerate(zip(inverse, free)):
        rest = [(one if j == k else nothing) - dot(row, [line[j] for line in jacobian], nothing) for j in range(size)]
        shift = dot(rest, offsets, nothing) - dot(row, values, nothing)
        if not bool(abs(shift) < arithmetic.interval(box.radii[i], box.radii[i])):
            raise Unproved("Krawczyk's test fails: the box is not proved to hold a zero of its system")
        zero[i] = centre[i] + shift
    for i, form in system.bound.items():
        zero[i] = sum((arithmetic.interval(e, e) * zero[j] for j, e in form.items()), nothing)
    return zero


def regular(matrix: Sequence[Sequence[Interval]], arithmetic: Arithmetic, rough: bool) -> bool:
    """Whether all matrices in an interval matrix are proved to be: ‖1 − YA‖_∞ < 1 for some Y."""
    if not matrix:
        return True
    nothing, one = (arithmetic.interval(Fraction(k), Fraction(k)) for k in (0, 1))
    columns = list(zip(*matrix))
    for k, row in enumerate(approximate_inverse(matrix, arithmetic, rough)):
        total = sum((abs((one if j == k else nothing) - dot(row, column, nothing)) for j, column in enumerate(columns)), nothing)
        if not bool(total < one):
            return False
    return True


def semidefinite(
    matrix: Sequence[Sequence[Terms]], fields: Sequence[Sequence[Terms]], zero: Sequence[Interval], arithmetic: Arithmetic, rough: bool
) -> bool:
    """Whether a symmetric matrix that annihilates vector fields at a zero is proved to be positive semidefinite there: r fields are
    independent, and n − r eigenvalues positive.
    """
    n = len(matrix)
    kernel = [program(arithmetic, list(field), n).over(zero) for field in fields]
    chosen, columns = pivots([[float(arithmetic.middle(a)) for a in row] for row in kernel], n)
    if not regular([[kernel[k][j] for j in columns] for k in chosen], arithmetic, rough):
        return False
    upper = [matrix[i][j] for i in range(n) for j in range(i, n)]
    return has_signs(symmetric(program(arithmetic, upper, n).over(zero), n), n - len(chosen), 0, arithmetic, rough)


def pivots(rows: Sequence[Sequence[float]], n: int) -> tuple[list[int], list[int]]:
    """Rows and columns of a square submatrix that looks regular, as large as can be, by complete pivoting."""
    work = np.array(rows).reshape(len(rows), n)
    sizes = np.abs(work).max(axis=1, initial=0.0)
    work = work / np.where(sizes > 0, sizes, 1.0)[:, None]
    chosen: list[int] = []
    columns: list[int] = []
    while work.size:
        r, c = np.unravel_index(np.argmax(np.abs(work)), work.shape)
        if not abs(work[r, c]) > LEAST_PIVOT:
            break
        chosen.append(int(r))
        columns.append(int(c))
        work = work - np.outer(work[:, c], work[r]) / work[r, c]
    return chosen, columns


def has_signs(hessian: Sequence[Sequence[Interval]], positive: int, negative: int, arithmetic: Arithmetic, rough: bool) -> bool:
    """Whether a symmetric interval matrix is proved to have so many positive and negative eigenvalues at least."""
    if not positive + negative:
        return True
    nothing = arithmetic.interval(Fraction(0), Fraction(0))
    middles = [[arithmetic.middle(entry) for entry in row] for row in hessian]
    if rough:
        try:
            vectors = np.linalg.eigh(np.array([[float(a) for a in row] for row in middles]))[1].T
        except (np.linalg.LinAlgError, OverflowError, ValueError):
            return False
        rows = [[Fraction(float(a)) for a in vector] for vector in vectors] if np.isfinite(vectors).all() else []
    else:
        turned = mp.eigsy(mp.matrix([[mp.mpf(a.numerator) / a.denominator for a in row] for row in middles]))[1]
        rows = [[rational(turned[i, k]) for i in range(len(middles))] for k in range(len(middles))]
    # Eigenvalues increase.
    chosen = [*rows[:negative], *rows[len(rows) - positive :]]
    basis = [[arithmetic.interval(a, a) for a in row] for row in chosen]
    half = [[dot(row, vector, nothing) for row in hessian] for vector in basis]
    signs = []
    for k, vector in enumerate(basis):
        products = [dot(vector, other, nothing) for other in half]
        beside = sum((abs(entry) for j, entry in enumerate(products) if j != k), nothing)
        if not bool(abs(products[k]) > beside):
            return False
        signs.append(bool(products[k] > nothing))
    return signs.count(False) == negative and signs.count(True) == positive


def approximate_inverse(matrix: Sequence[Sequence[Interval]], arithmetic: Arithmetic, rough: bool) -> list[list[Interval]]:
    """An approximate inverse, in double precision or at the working precision, as points.

    Raises
    ------
    Unproved : there is none, or it is not finite.
    """
    middles = [[arithmetic.middle(entry) for entry in row] for row in matrix]
    try:
        if rough:
            found = np.linalg.inv(np.array([[float(a) for a in row] for row in middles]))
            rows = [[Fraction(float(a)) for a in row] for row in found]
        else:
            inverse = mp.inverse(mp.matrix([[mp.mpf(a.numerator) / a.denominator for a in row] for row in middles]))
            rows = [[rational(inverse[i, j]) for j in range(len(middles))] for i in range(len(middles))]
    except (np.linalg.LinAlgError, ZeroDivisionError, ValueError, OverflowError, TypeError):
        # mpmath finds no pivot (None) in some singular matrices, which ends in a TypeError.
        raise Unproved("the equations of its system are singular in the box") from None
    return [[arithmetic.interval(a, a) for a in row] for row in rows]


def rational(value: mp.mpf) -> Fraction:
    """A number of mpmath, exactly.

    Raises
    ------
    ValueError, OverflowError : it is not finite.
    """
    return Fraction(*map(int, libmp.to_rational(value._mpf_)))


def dot(left: Sequence[Interval], right: Sequence[Interval], nothing: Interval) -> Interval:
    """Σ left_i right_i."""
    return sum((a * b for a, b in zip(left, right)), nothing)


def symmetric(upper: Sequence, n: int) -> list[list]:
    """n rows of n entries from an upper triangle, row by row."""
    place = {pair: k for k, pair in enumerate((i, j) for i in range(n) for j in range(i, n))}
    return [[upper[place[min(i, j), max(i, j)]] for j in range(n)] for i in range(n)]
