"""Whether an end point that looks singular in double precision is regular: Newton's method in many bits."""

from __future__ import annotations

from functools import partial
from itertools import islice

import flint
import numpy as np
from flint import acb

from critscape.algebra.polynomial.evaluation import ball_derivatives_at
from critscape.algebra.polynomial.newton import corrections
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
    with flint.ctx.workprec(BITS):
        parameters = [acb(complex(value)) for value in homotopy.parameters[0]]
        tilt = [acb(complex(value)) for value in homotopy.tilt[0]]
        derivatives = partial(ball_derivatives_at, homotopy.family, parameters, tilt=tilt)
        moved = 0.0
        for x, step in islice(corrections(derivatives, [acb(complex(value)) for value in point]), ROUNDS):
            size = max(float(abs(s).mid()) / max(float(abs(v).mid()), 0.1 * unit) for s, v, unit in zip(step, x, units))
            moved += size
            if not moved < NEAR:  # NaN: has not settled.
                return None
            if size < SETTLED:
                return np.array([complex(value) for value in x])
    return None
