"""A critical point on a component of positive dimension, proved.

Vector fields A w + b along which L is constant are relations Σ_i (A w + b)_i ∂_iL ≡ 0 among its derivatives. Where ρ of them are
independent in the coordinates I, |I| = ρ, the derivatives ∂_iL, i ∉ I, have no other zeros than ∇L. With ρ random affine equations
they are a square system, regular at a generic point of an orbit: Krawczyk's test proves a zero of it, and that the ρ × ρ minor of the
fields vanishes nowhere in the box makes it a critical point that the fields move.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import islice
from typing import Any

import flint
import numpy as np
from flint import acb, acb_mat, arb

from critscape.algebra.points.certification import PRECISIONS, norm
from critscape.algebra.polynomial.evaluation import ball_derivatives, generic_vector
from critscape.algebra.polynomial.loss import Loss
from critscape.algebra.polynomial.newton import corrections
from critscape.algebra.symmetry.continuous import VectorField

INDEPENDENT = 1e-6
"""Singular values of the fields at a point, relative to the largest, that count as not zero when a minor is chosen."""
STEPS = 30


def proved_on_orbit(loss: Loss, fields: Sequence[VectorField], near: Sequence[Any] | np.ndarray, rng: np.random.Generator) -> bool:
    """Whether a critical point near an approximation (n,) is proved that one of the ``fields``, symmetries of L, moves."""
    # SciPy takes longer to load than a small problem to solve, and few need it.
    from scipy.linalg import qr

    if not fields:
        return False
    values = np.array([field([complex(z) for z in near], scalar=float) for field in fields], dtype=complex).reshape(len(fields), -1)
    singular = np.linalg.svd(values, compute_uv=False)
    rank = int((singular > INDEPENDENT * singular[0]).sum())
    if not rank:
        return False
    # Fields, then coordinates, that make the best minor.
    rows = qr(values.T, pivoting=True)[2][:rank]
    columns = qr(values[rows], pivoting=True)[2][:rank]
    kept = [i for i in range(loss.dimension) if i not in columns]
    slices = np.array([generic_vector(rng, loss.dimension) for _ in range(rank)])
    with flint.ctx.workprec(PRECISIONS[0]):
        lines = acb_mat([[acb(complex(a)) for a in line] for line in slices])
        centre = [acb(complex(z)) for z in near]
        offset = (lines * acb_mat([[z] for z in centre])).mid()
        refined = _newton(loss, kept, lines, offset, centre)
        return refined is not None and _krawczyk(loss, [fields[k] for k in rows], columns, kept, lines, offset, refined)


def _system(loss: Loss, kept: Sequence[int], lines: acb_mat, offset: acb_mat, point: Sequence[acb]) -> tuple[acb_mat, acb_mat]:
    """The n equations and their Jacobian."""
    slope, hessian = ball_derivatives(loss, point)
    level = lines * acb_mat([[z] for z in point]) - offset
    values = [[slope[i, 0]] for i in kept] + [[entry] for entry in level.entries()]
    return acb_mat(values), acb_mat([[hessian[i, j] for j in range(loss.dimension)] for i in kept] + lines.tolist())


def _newton(loss: Loss, kept: Sequence[int], lines: acb_mat, offset: acb_mat, start: Sequence[acb]) -> list[acb] | None:
    goal = arb(2) ** (-flint.ctx.prec * 3 // 4)
    for point, step in islice(corrections(partial(_system, loss, kept, lines, offset), start), STEPS):
        if norm(step) < goal * (1 + norm(point)):
            return point
    return None


def _krawczyk(
    loss: Loss,
    fields: Sequence[VectorField],
    columns: Sequence[int],
    kept: Sequence[int],
    lines: acb_mat,
    offset: acb_mat,
    point: Sequence[acb],
) -> bool:
    """Krawczyk's test for the square system, and the minor of the fields over its box."""
    n = loss.dimension
    radius = (1 + norm(point)) * arb(2) ** (-flint.ctx.prec // 4)
    side = acb(arb(0, radius), arb(0, radius))
    box = [z + side for z in point]
    value, jacobian = _system(loss, kept, lines, offset, point)
    try:
        inverse = jacobian.mid().inv().mid()
    except ZeroDivisionError:
        return False
    identity = acb_mat([[int(i == j) for j in range(n)] for i in range(n)])
    _, over_box = _system(loss, kept, lines, offset, box)
    shift = (identity - inverse * over_box) * acb_mat([[side] for _ in range(n)]) - inverse * value
    if not all(abs(d.real) < radius and abs(d.imag) < radius for d in shift.entries()):
        return False
    rows = [field(box, scalar=acb) for field in fields]
    return not acb_mat([[row[i] for i in columns] for row in rows]).det().contains(0)
