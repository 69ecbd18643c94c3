"""Whether weights and metrics of squared errors make a distance: definiteness of symmetric rational matrices, exactly."""

from __future__ import annotations

from enum import Enum

import flint

from critscape.algebra.polynomial.loss import exact
from critscape.problems.objectives.squared_loss import Weighting


class Definiteness(Enum):
    """The sign of a quadratic form."""

    POSITIVE = "positive definite"
    SEMIPOSITIVE = "positive semidefinite, not definite"
    OTHER = "not positive semidefinite"


def definiteness(matrix: tuple[tuple, ...]) -> Definiteness:
    """Of a symmetric rational matrix: all roots of its characteristic polynomial are real, so its signs tell those of the roots.

    >>> [definiteness(((2, a), (a, 2))).value for a in (1, 2, 3)]
    ['positive definite', 'positive semidefinite, not definite', 'not positive semidefinite']
    """
    coefficients = flint.fmpq_mat([[exact(a) for a in row] for row in matrix]).charpoly().coeffs()
    # No root is negative exactly if the coefficients alternate in sign.
    if any((-1) ** (len(coefficients) - 1 - k) * c < 0 for k, c in enumerate(coefficients)):
        return Definiteness.OTHER
    return Definiteness.POSITIVE if coefficients[0] else Definiteness.SEMIPOSITIVE


def weighting_definiteness(weighting: Weighting) -> Definiteness:
    """Of all the Λ_i together: of the block diagonal matrix that they make."""
    found = {definiteness(matrix) for matrix in weighting.metrics}
    for weight in (s * t for s in weighting.samples or (1,) for t in weighting.outputs or (1,)):
        found.add(Definiteness.OTHER if weight < 0 else Definiteness.POSITIVE if weight else Definiteness.SEMIPOSITIVE)
    return next(kind for kind in reversed(Definiteness) if kind in found)
