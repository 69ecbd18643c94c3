"""Whether an end point that looks singular in double precision is regular: Newton's method in many bits."""

from __future__ import annotations

import flint
import numpy as np
from flint import acb, acb_mat

from critscape.algebra.polynomial.straight_line import evaluate, programs
from critscape.algebra.tracking.homotopy import Homotopy

BITS = 256
ROUNDS = 10
SETTLED = 1e-50
"""Last correction, relative, of a sequence that converges quadratically."""
NEAR = 1e-2
"""The limit of a regular end point lies no further from it, relatively."""


def settled(homotopy: Homotopy, units: np.ndarray, point: np.ndarray) -> np.ndarray | None:
    """The regular zero at t = 0 that Newton's method in many bits finds close to ``point`` (n,); None if there is none.

    ``units`` (n,) are the usual sizes of the variables.
    """
    n = len(point)
    with flint.ctx.workprec(BITS):
        x = [acb(complex(value)) for value in point]
        parameters = [acb(complex(value)) for value in homotopy.parameters[0]]
        tilt = [acb(complex(value)) for value in homotopy.tilt[0]]
        moved = 0.0
        for _ in range(ROUNDS):
            values = evaluate(programs(homotopy.family).gradient_hessian, x, parameters)
            hessian = acb_mat(n, n)
            upper = iter(values[n:])
            for i in range(n):
                for j in range(i, n):
                    hessian[i, j] = hessian[j, i] = acb(next(upper)).mid()
            right = acb_mat([[-(acb(value) + c).mid()] for value, c in zip(values, tilt)])
            try:
                step = [entry.mid() for entry in hessian.solve(right).entries()]
            except ZeroDivisionError:
                return None
            x = [(value + s).mid() for value, s in zip(x, step)]
            size = max(float(abs(s).mid()) / max(float(abs(v).mid()), 0.1 * unit) for s, v, unit in zip(step, x, units))
            moved += size
            if not moved < NEAR:
                return None
            if size < SETTLED:
                return np.array([complex(value) for value in x])
    return None
