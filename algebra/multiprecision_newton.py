"""Newton's method in ball arithmetic's midpoints, for end points that double precision cannot judge.

Solutions of losses with weak ridges have coordinates in the thousands and Jacobians with condition numbers of 1e12, yet are
regular. A split double root looks the same at first sight: its coefficients were rounded, so that two simple roots lie √ε apart.
The response to changes of the coefficients by a few ε tells: a regular root moves to and fro alike, a split one does not.
"""

from __future__ import annotations

import flint
import numpy as np

from algebra.expanded_family import MonomialSystem

PRECISION = 256
"""Bits."""
ROUNDING = 2.0**-50
"""Relative change of the coefficients (4 ε) under which a regular zero must respond linearly."""
ASYMMETRY = 0.25
"""Largest |δ₊ + δ₋| / max(|δ₊|, |δ₋|) of the responses δ± of a regular zero."""
STEPS = 25


def is_regular_zero(system: MonomialSystem, point: np.ndarray, nearby: float) -> np.ndarray | None:
    """The zero (n,) to which Newton's method leads from ``point`` (n,) if it is regular, else None.

    ``nearby`` bounds the relative distance of each coordinate from ``point``. Regular means simple, and simple still if the
    coefficients are taken as rounded (see the head of this module).
    """
    precision, flint.ctx.prec = flint.ctx.prec, PRECISION
    try:
        zero = _limit(system, 0.0, [flint.acb(complex(u)) for u in point])
        if zero is None:
            return None
        rounded = np.array([complex(u) for u in zero])
        if (np.abs(rounded - point) > nearby * np.abs(rounded) + nearby**2).any():
            return None
        responses = []
        for change in (ROUNDING, -ROUNDING):
            moved = _limit(system, change, zero)
            if moved is None:
                return None
            responses.append(np.array([complex(a - b) for a, b in zip(moved, zero)]))
        forth, back = responses
        if np.abs(forth + back).max() > ASYMMETRY * max(np.abs(forth).max(), np.abs(back).max()):
            return None
        return rounded
    finally:
        flint.ctx.prec = precision


def _limit(system: MonomialSystem, change: float, start: list[flint.acb]) -> list[flint.acb] | None:
    """The limit of Newton's method for the system with its coefficients changed by the relative amount ``change``, or None."""
    n = system.dimension
    signs = np.cos(7 * np.arange(system.coefficients.size)).reshape(system.coefficients.shape)
    coefficients = [
        [(s, flint.acb(complex(c)) * (1 + change * float(sign))) for s, (c, sign) in enumerate(zip(row, row_signs)) if c]
        for row, row_signs in zip(system.coefficients, signs)
    ]
    exponents = system.exponents.tolist()
    point = start
    for _ in range(STEPS):
        values = [flint.acb(0)] * n
        slopes = [[flint.acb(0)] * n for _ in range(n)]
        powers = [[u**k for k in range(max(column, default=0) + 1)] for u, column in zip(point, zip(*exponents))]
        monomials = [_monomial(powers, alpha) for alpha in exponents]
        for i, row in enumerate(coefficients):
            for s, c in row:
                values[i] += c * monomials[s][0]
                for j, slope in monomials[s][1]:
                    slopes[i][j] += c * slope
        try:
            step = flint.acb_mat(slopes).solve(flint.acb_mat([[v] for v in values]))
        except ZeroDivisionError:
            return None
        point = [(u - step[i, 0]).mid() for i, u in enumerate(point)]
        length = max(abs(complex(step[i, 0])) for i in range(n))
        largest = max(abs(complex(u)) for u in point)
        if not length < 1e150:
            return None
        if length <= 1e-40 * (largest + 1e-3):
            return point
    return None


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
