"""Systems of strict linear inequalities over ℚ: a point, or a proof that there is none."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mat
from scipy.optimize import linprog

from critscape.algebra.cells.one_layer import rational
from critscape.algebra.cells.tables import floats, nearest


class NotDecided(ArithmeticError):
    """Neither a point nor a proof that there is none was found over ℚ."""


def solutions(system: fmpq_mat, right: fmpq_mat) -> tuple[list[fmpq], fmpq_mat]:
    """A solution of a system that has one, and a basis (columns) of the kernel."""
    width = system.ncols()
    augmented = fmpq_mat(system.nrows(), width + 1)
    for i in range(system.nrows()):
        for j in range(width):
            augmented[i, j] = system[i, j]
        augmented[i, width] = right[i, 0]
    reduced, rank = augmented.rref()
    pivots = [next(j for j in range(width + 1) if reduced[i, j]) for i in range(rank)]
    origin = [fmpq(0)] * width
    for i, pivot in enumerate(pivots):
        origin[pivot] = reduced[i, width]
    free = [j for j in range(width) if j not in pivots]
    kernel = fmpq_mat(width, len(free))
    for k, j in enumerate(free):
        kernel[j, k] = fmpq(1)
        for i, pivot in enumerate(pivots):
            kernel[pivot, k] = -reduced[i, j]
    return origin, kernel


def inside(strict: Sequence[Sequence[fmpq]], origin: Sequence[fmpq], kernel: fmpq_mat) -> list[fmpq] | None:
    """A point of origin + kernel·u at which all linear forms are positive; None if there is none.

    The linear program is solved in double precision and its answer proved over ℚ: a point by its signs, emptiness by Gordan's
    alternative, weights y ≥ 0, y ≠ 0, with yᵀGN = 0 and yᵀGx₀ ≤ 0.

    Raises
    ------
    NotDecided : neither is found.
    """
    if not strict:
        return list(origin)
    forms = fmpq_mat(len(strict), len(origin), [value for line in strict for value in line])
    offset = (forms * fmpq_mat(len(origin), 1, list(origin))).entries()
    moved = forms * kernel
    if not kernel.ncols():
        return list(origin) if all(value > 0 for value in offset) else None
    found = linprog(
        [0.0] * kernel.ncols() + [-1.0],
        A_ub=np.hstack([-floats(moved), np.ones((len(strict), 1))]),
        b_ub=np.array([nearest(value) for value in offset]),
        bounds=[(None, None)] * kernel.ncols() + [(None, 1)],
    )
    if found.x is None:
        raise NotDecided
    guess = fmpq_mat(kernel.ncols(), 1, [rational(Fraction(value)) for value in found.x[:-1]])
    reached = (moved * guess).entries()
    if all(base + value > 0 for base, value in zip(offset, reached)):
        step = (kernel * guess).entries()
        return [base + value for base, value in zip(origin, step)]
    if impossible(moved, offset, -np.asarray(found.ineqlin.marginals)):
        return None
    raise NotDecided


def impossible(moved: fmpq_mat, offset: Sequence[fmpq], weights: np.ndarray) -> bool:
    """Whether the support of the dual weights proves over ℚ that not all forms can be positive."""
    support = [int(i) for i in np.flatnonzero(weights > 1e-9)]
    if not support:
        return False
    # yᵀGN = 0 on the support: a basic dual solution leaves one line of such y.
    transposed = fmpq_mat(moved.ncols(), len(support), [moved[i, j] for j in range(moved.ncols()) for i in support])
    _, kernel = solutions(transposed, fmpq_mat(moved.ncols(), 1))
    if kernel.ncols() != 1:
        return False
    line = [kernel[i, 0] for i in range(len(support))]
    if all(value <= 0 for value in line):
        line = [-value for value in line]
    total = sum((value * offset[i] for value, i in zip(line, support)), fmpq(0))
    return all(value >= 0 for value in line) and any(line) and total <= 0
