"""Newton's method in multiprecision, for end points that double precision cannot judge.

Solutions of losses with weak ridges have coordinates in the thousands and Jacobians with condition numbers of 1e12, yet are
regular. A double root looks the same at first sight: its coefficients were rounded, so that it is split into two simple roots
about √ε apart. Newton's method from either side, along the direction in which the Jacobian is nearly singular, tells them apart:
it comes back to a regular zero, and to different zeros of a split one.
"""

from __future__ import annotations

from functools import partial
from itertools import islice

import flint
import numpy as np

from critscape.algebra.phcpack.expanded_family import MonomialSystem
from critscape.algebra.polynomial.newton import corrections

PRECISION = 256
"""Bits."""
RADIUS = 1e-5
"""Relative distance within which a regular zero must be alone (a split double root has its twin at about 1e-8 to 1e-6)."""
STEPS = 40


def regular_zero(system: MonomialSystem, point: np.ndarray, nearby: float) -> np.ndarray | None:
    """The zero (n,) to which Newton's method leads from ``point`` (n,) if it is regular, else None.

    ``nearby`` bounds the relative distance of each coordinate from ``point``. Regular means simple, and without a twin within
    RADIUS.
    """
    precision, flint.ctx.prec = flint.ctx.prec, PRECISION
    try:
        zero = _limit(system, [flint.acb(complex(u)) for u in point])
        if zero is None:
            return None
        rounded = np.array([complex(u) for u in zero])
        if (np.abs(rounded - point) > nearby * np.abs(rounded) + nearby**2).any():
            return None
        for phase in (1, -1, 1j, -1j):
            shift = RADIUS * phase * _softest_direction(system, rounded)
            back = _limit(system, [u + complex(v) for u, v in zip(zero, shift)])
            if back is None or max(abs(complex(a - b)) for a, b in zip(back, zero)) > 1e-30 * max(1, np.abs(rounded).max()):
                return None
        return rounded
    finally:
        flint.ctx.prec = precision


def _softest_direction(system: MonomialSystem, zero: np.ndarray) -> np.ndarray:
    """The direction in which the Jacobian is nearest to singular, of relative length one in its largest coordinate."""
    units = np.maximum(np.abs(zero), 1e-3)
    jacobian = system.jacobians(zero[None, :])[0] * units
    rows = np.abs(jacobian).max(axis=1, keepdims=True)
    direction = np.linalg.svd(jacobian / np.where(rows > 0, rows, 1))[2][-1].conj()
    return units * direction / np.abs(direction).max()


def _limit(system: MonomialSystem, start: list[flint.acb]) -> list[flint.acb] | None:
    """The limit of Newton's method, or None."""
    coefficients = [[(s, flint.acb(c)) for s, c in enumerate(row) if c] for row in system.coefficients.tolist()]
    derivatives = partial(_derivatives, coefficients, system.exponents.tolist())
    for point, step in islice(corrections(derivatives, start), STEPS):
        length = max(abs(complex(u)) for u in step)
        largest = max(abs(complex(u)) for u in point)
        if not length < 1e150:  # NaN: diverges.
            return None
        if length <= 1e-40 * (largest + 1e-3):
            return point
    return None


def _derivatives(
    coefficients: list[list[tuple[int, flint.acb]]], exponents: list[list[int]], point: list[flint.acb]
) -> tuple[flint.acb_mat, flint.acb_mat]:
    """The values of the polynomials Σ_s c_s u^{exponents[s]} (n × 1) and their Jacobian (n × n)."""
    n = len(point)
    values, slopes = flint.acb_mat(n, 1), flint.acb_mat(n, n)
    powers = [[u**k for k in range(max(column, default=0) + 1)] for u, column in zip(point, zip(*exponents))]
    monomials = [_monomial(powers, alpha) for alpha in exponents]
    for i, row in enumerate(coefficients):
        for s, c in row:
            values[i, 0] += c * monomials[s][0]
            for j, slope in monomials[s][1]:
                slopes[i, j] += c * slope
    return values, slopes


def _monomial(powers: list[list[flint.acb]], alpha: list[int]) -> tuple[flint.acb, list[tuple[int, flint.acb]]]:
    """The monomial u^alpha and its non-zero partial derivatives, by index."""
    value = flint.acb(1)
    for i, k in enumerate(alpha):
        if k:
            value *= powers[i][k]
    derivatives = []
    for j, k in enumerate(alpha):
        if k:
            slope = k * powers[j][k - 1]
            for i, other in enumerate(alpha):
                if i != j and other:
                    slope *= powers[i][other]
            derivatives.append((j, slope))
    return value, derivatives
