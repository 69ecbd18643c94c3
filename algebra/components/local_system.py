"""Systems of equations on a rational linear subspace T whose zeros are critical points of L, and what they prove at a point.

Three kinds: the n − ρ independent entries of ∇L|_T, the others vanishing by exact relations of rank ρ; the independent entries of
the gradient in function space; and irreducible factors of either, one of each entry. With as many affine slices as unknowns are left they are square, and Krawczyk's test proves a zero in
a box: a critical point of L exactly, on a manifold of critical points of the dimension of the slices.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import flint
import numpy as np
from flint import acb, acb_mat, arb, fmpq

from critscape.algebra.components.function_space import FunctionSpace, independent
from critscape.algebra.components.relations import Relation, relations, row_sizes, rows_at
from critscape.algebra.components.subspace import Subspace
from critscape.algebra.polynomial.evaluation import ball_rows
from critscape.algebra.polynomial.loss import Loss
from critscape.algebra.polynomial.newton import solution

PRECISION = 256
NEWTON_STEPS = 30
INDEPENDENT = 1e-7
"""Pivots below this share of the largest are taken for zero when rows are chosen; what is chosen is then proved."""
NEAR = 1e-4
"""The proved point lies no further from the approximation, relatively."""


Terms = tuple[tuple[fmpq, tuple[tuple[int, int], ...]], ...]
"""Each term of a polynomial as its coefficient and the (position, exponent) of its variables."""


@dataclass(frozen=True)
class LocalSystem:
    """Equations on T = ``subspace``: rows of ∇L (``rows`` positions), or, if ``on_functions``, ``entries`` of the gradient in function space,
    or ``factors`` of all of these, each with what it is multiplied by in the entries that vanish with it.

    ``chosen`` are the relations whose entries at ``dependent`` positions form an invertible matrix.
    """

    loss: Loss
    subspace: Subspace
    rows: tuple[int, ...] = ()
    chosen: tuple[Relation, ...] = ()
    dependent: tuple[int, ...] = ()
    on_functions: bool = False
    entries: tuple[flint.fmpq_mpoly, ...] = ()
    factors: tuple[tuple[flint.fmpq_mpoly, tuple[flint.fmpq_mpoly, ...]], ...] | None = None

    @cached_property
    def polynomials(self) -> tuple[flint.fmpq_mpoly, ...] | None:
        """The equations as polynomials; None where they are rows of ∇L."""
        if self.factors is not None:
            return tuple(factor for factor, _ in self.factors)
        return self.entries if self.on_functions else None

    @cached_property
    def terms(self) -> list[list[Terms]]:
        """The terms of the polynomials, and of their derivatives by each of the n coordinates."""
        polynomials, n = self.polynomials or (), self.loss.dimension
        return [[terms_of(p) for p in polynomials], *([terms_of(p.derivative(j)) for p in polynomials] for j in range(n))]

    @property
    def free(self) -> tuple[int, ...]:
        return self.subspace.free

    @cached_property
    def count(self) -> int:
        """The number of equations."""
        return len(self.rows if self.polynomials is None else self.polynomials)

    @property
    def dimension(self) -> int:
        """The dimension of the manifold of zeros, where the equations are regular."""
        return len(self.free) - self.count

    def evaluated(self, point: Sequence[acb]) -> tuple[list[acb], acb_mat]:
        """The equations and their Jacobian by the free coordinates, at a point or over a box of T."""
        if not self.count:
            return [], acb_mat(0, len(self.free))
        if self.polynomials is not None:
            powers = powers_of(point)
            values, *slopes = ([summed(terms, powers) for terms in row] for row in self.terms)
            return values, acb_mat([self.subspace.along([slope[k] for slope in slopes]) for k in range(self.count)])
        gradient, hessian = ball_rows(self.loss, point)
        return [gradient[i] for i in self.rows], acb_mat([self.subspace.along(hessian[i]) for i in self.rows])

    def complete(self, box: Sequence[acb]) -> bool:
        """Whether zeros of the equations in a box of T are critical points of L: the chosen relations are independent there."""
        if not self.chosen:
            return True
        matrix = rows_at(self.chosen, list(box), acb(0))
        return not acb_mat([[row[i] for i in self.dependent] for row in matrix]).det().contains(0)


@dataclass(frozen=True)
class ProvedPoint:
    """A real critical point of L in the box ``ball`` (n real balls as complex ones), a zero of the equations of ``system``, which are regular
    there unless the coordinates are rational.

    ``fixed`` are coordinates that were given.
    """

    ball: tuple[acb, ...]
    system: LocalSystem
    fixed: dict[int, fmpq] | None = None

    @property
    def zeros(self) -> tuple[int, ...]:
        """The coordinates that are exactly zero."""
        return tuple(i for i, z in enumerate(self.ball) if z == 0)

    @property
    def midpoint(self) -> np.ndarray:
        return np.array([float(z.real.mid()) for z in self.ball])


def systems(loss: Loss, point: np.ndarray, subspace: Subspace, degree: int) -> LocalSystem | None:
    """The system from relations of a degree on T = ``subspace`` near a real ``point`` (n,); None when the relations are too many to find."""
    found = relations(loss, subspace, degree)
    if found is None:
        return None
    n = loss.dimension
    here = subspace.near(point).tolist()
    matrix = np.array(rows_at(found, here, 0.0)).reshape(len(found), n)
    chosen, dependent = pivots_of(matrix, row_sizes(found, here))
    rows = tuple(i for i in range(n) if i not in dependent)
    return LocalSystem(loss, subspace, rows, tuple(found[k] for k in chosen), tuple(dependent))


def regular(system: LocalSystem, ball: Sequence[acb]) -> bool:
    """Whether the Jacobian of the equations on T is proved to have full rank at all points of a ball."""
    if not system.count:
        return True
    _, jacobian = system.evaluated(ball)
    rows, columns = pivots_of(_floats(jacobian))
    if len(rows) < system.count:
        return False
    return not acb_mat([[jacobian[r, c] for c in columns] for r in rows]).det().contains(0)


def fibre(loss: Loss, space: FunctionSpace, subspace: Subspace) -> LocalSystem:
    """The system ∇ℓ(c(w)) = 0 on T."""
    entries = [subspace.restricted(entry) for entry in space.gradient]
    return LocalSystem(loss, subspace, on_functions=True, entries=independent([entry for entry in entries if entry != 0]))


def pivots_of(matrix: np.ndarray, sizes: np.ndarray | None = None) -> tuple[list[int], list[int]]:
    """Rows and columns of an invertible submatrix of the largest size, by complete pivoting; rows are divided by ``sizes``, by default
    their largest entries.
    """
    sizes = np.abs(matrix).max(axis=1, initial=0.0) if sizes is None else sizes
    work = matrix / np.where(sizes > 0, sizes, 1.0)[:, None]
    rows, columns = [], []
    while work.size:
        r, c = np.unravel_index(np.argmax(np.abs(work)), work.shape)
        if not abs(work[r, c]) > INDEPENDENT:
            break
        rows.append(int(r))
        columns.append(int(c))
        work = work - np.outer(work[:, c], work[r]) / work[r, c]
        work[r], work[:, c] = 0.0, 0.0
    return rows, columns


def prove(system: LocalSystem, point: np.ndarray, fixed: dict[int, fmpq] | None = None, precision: int = PRECISION) -> ProvedPoint | None:
    """A zero near ``point`` (n,) on slices that are orthogonal to the manifold, or that keep the coordinates ``fixed``; None without proof.

    The slices along the kernel of the Jacobian keep the zero as near as can be.
    """
    free, k = system.free, system.dimension
    if k < 0:
        return None
    with flint.ctx.workprec(precision):
        given = fixed or {}
        start = system.subspace.placed([acb(given[i]) if i in given else acb(float(x)) for i, x in enumerate(point)])
        if fixed is not None:
            slices = np.array([[float(j == i) for j in free] for i in fixed]).reshape(len(fixed), len(free))
        else:
            _, jacobian = system.evaluated(start)
            floats = _floats(jacobian).reshape(system.count, len(free))
            slices = np.linalg.svd(floats)[2][system.count :] if system.count else np.eye(len(free))
        if len(slices) != k:
            return None
        refined = _newton(system, start, slices, tuple(fixed or ()))
        if refined is None:
            return None
        moved = max((abs(complex(a - b)) for a, b in zip(refined, start)), default=0.0)
        if fixed is None and not moved <= NEAR * (1 + float(np.abs(point).max())):
            return None
        box = _krawczyk(system, refined, slices, exact_slices=fixed)
        return None if box is None else ProvedPoint(tuple(box), system, fixed)


def _newton(system: LocalSystem, start: list[acb], slices: np.ndarray, kept: tuple[int, ...]) -> list[acb] | None:
    """Newton's method on the equations within the affine space of the slices through ``start``; coordinates ``kept`` stay exact."""
    point, free = list(start), system.free
    goal = arb(2) ** -(flint.ctx.prec * 7 // 8)
    previous = None
    for _ in range(NEWTON_STEPS):
        values, jacobian = system.evaluated(point)
        square = acb_mat([[jacobian[r, c] for c in range(len(free))] for r in range(system.count)] + _acb_rows(slices)) if free else None
        if square is None:
            return point
        right = acb_mat([[v] for v in values] + [[acb(0)] for _ in slices])
        step = solution(square, right)
        if step is None:
            return None
        for c, i in enumerate(free):
            if i not in kept:
                point[i] = acb((point[i] - step[c]).real.mid())
        point = system.subspace.placed(point)
        length = max(abs(s).upper() for s in step)
        size = 1 + max(abs(point[i]).upper() for i in free)
        if length > 100 * size:
            return None
        if length < size * goal:
            return point
        if previous is not None and length > previous / 2 and length < size / 1000:
            return None
        previous = length
    return None


def _krawczyk(system: LocalSystem, point: list[acb], slices: np.ndarray, exact_slices: dict | None) -> list[acb] | None:
    """An enclosure of a zero of the sliced system near ``point``, on which the relations hold; None when nothing is proved."""
    free, n = system.free, len(system.free)
    if not free:
        # T is a point: all of ∇L vanishes there by the relations alone.
        return list(point) if system.complete(point) and not system.count else None
    size = max(1.0, *(abs(complex(z)) for z in point))
    radius = arb(size) * arb(2) ** -(flint.ctx.prec // 3)
    values, jacobian = system.evaluated(point)
    rows = _acb_rows(slices)

    def square(matrix: acb_mat) -> acb_mat:
        return acb_mat([[matrix[r, c] for c in range(n)] for r in range(system.count)] + rows)

    try:
        inverse = square(jacobian).mid().inv().mid()
    except ZeroDivisionError:
        return None
    box = system.subspace.placed([acb(arb(z.real, radius)) for z in point])
    _, over = system.evaluated(box)
    one = acb_mat([[int(i == j) for j in range(n)] for i in range(n)])
    offset = acb_mat([[acb(arb(0, radius))] for _ in free])
    right = acb_mat([[v] for v in values] + [[acb(0)] for _ in slices])
    shift = (one - inverse * square(over)) * offset - inverse * right
    if not all(abs(shift[c, 0].real) < radius for c in range(n)):
        return None
    if not system.complete(box):
        return None
    enclosed = list(point)
    for c, i in enumerate(free):
        enclosed[i] = point[i] if exact_slices and i in exact_slices else acb(point[i].real + shift[c, 0].real)
    return system.subspace.placed(enclosed)


def _acb_rows(slices: np.ndarray) -> list[list[acb]]:
    return [[acb(float(a)) for a in row] for row in slices]


def _floats(matrix: acb_mat) -> np.ndarray:
    return np.array([[float(matrix[i, j].real.mid()) for j in range(matrix.ncols())] for i in range(matrix.nrows())])


def at_balls(polynomial: flint.fmpq_mpoly, point: Sequence[acb]) -> acb:
    """A polynomial over ℚ at balls."""
    return summed(terms_of(polynomial), powers_of(point))


def terms_of(polynomial: flint.fmpq_mpoly) -> Terms:
    """The terms of a polynomial over ℚ; taking them out of it takes as long as a sum over them."""
    return tuple(
        (coefficient, tuple((i, int(power)) for i, power in enumerate(exponents) if power))
        for exponents, coefficient in polynomial.to_dict().items()
    )


def powers_of(point: Sequence[acb]) -> Callable[[int, int], acb]:
    """Returns ``power(i, k)``, the kth power of coordinate i, each computed once."""
    known: dict[tuple[int, int], acb] = {}

    def power(i: int, k: int) -> acb:
        if (i, k) not in known:
            known[i, k] = point[i] ** k
        return known[i, k]

    return power


def summed(terms: Terms, power: Callable[[int, int], acb]) -> acb:
    """The sum of terms at a point that is given by its powers."""
    total = acb(0)
    for coefficient, factors in terms:
        term = acb(coefficient)
        for i, k in factors:
            term = term * power(i, k)
        total += term
    return total
