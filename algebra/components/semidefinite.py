"""Global minima by convexity in a lifted space: a critical point is one if a symmetric matrix P there is positive semidefinite.

Criticality itself says that P annihilates the rows of a matrix K. So P ⪰ 0 is proved by the rank r of K, and by n − r positive
eigenvalues of P on a complement of the rows: intervals do, although P has exact zeros.
"""

from __future__ import annotations

import flint
import numpy as np
from flint import acb_mat, arb_mat

from critscape.algebra.components.function_space import Lift
from critscape.algebra.components.local_system import PRECISION, ProvedPoint, pivots_of
from critscape.algebra.points.classification import ldl_pivots


def semidefinite(lift: Lift, proved: ProvedPoint) -> bool:
    """Whether P ⪰ 0 is proved at a proved critical point."""
    with flint.ctx.workprec(PRECISION):
        matrix, kernel = (acb_mat(rows) for rows in lift(proved.ball))
        d = matrix.nrows()
        rows, columns = pivots_of(np.array([[float(kernel[i, j].real.mid()) for j in range(d)] for i in range(kernel.nrows())]))
        if rows and acb_mat([[kernel[i, j] for j in columns] for i in rows]).det().contains(0):
            return False
        if len(rows) == d:
            return True
        floats = np.array([[float(kernel[i, j].real.mid()) for j in range(d)] for i in rows]).reshape(len(rows), d)
        complement = np.linalg.svd(floats)[2][len(rows) :].T if rows else np.eye(d)
        basis = arb_mat(complement.tolist())
        real = arb_mat([[matrix[i, j].real for j in range(d)] for i in range(d)])
        pivots = ldl_pivots(basis.transpose() * real * basis)
    # P has at least so many positive eigenvalues, and the others are zero: K annihilates as many dimensions.
    return pivots is not None and all(bool(pivot > 0) for pivot in pivots)
