"""What is asked for beside the index of a point: the eigenvalues of its Hessian, and the rank of the end-to-end matrix."""

from __future__ import annotations

import numpy as np

from critscape.algebra.polynomial.evaluation import float_derivatives
from critscape.problems.problem.problem import Problem, loss
from critscape.problems.spaces.end_to_end import end_to_end_rank

FIGURES = 12
"""Digits of eigenvalues that are written; they are computed in double precision and prove nothing."""


def with_spectra(problem: Problem, result: dict) -> dict:
    """The result whose real points have ``eigenvalues`` (increasing) and, where f is linear in x, the ``rank`` of C(w)."""
    exact_loss = loss(problem)
    points = []
    for point in result["critical_points"]:
        if point["real"]:
            weights = np.array([float(entry) for entry in point["point"]])
            eigenvalues = np.linalg.eigvalsh(np.real(float_derivatives(exact_loss, weights)[1]))
            point = {**point, "eigenvalues": [f"{value:.{FIGURES}g}" for value in eigenvalues]}
            rank = end_to_end_rank(problem.network, weights.tolist())
            if rank is not None:
                point["rank"] = rank
        points.append(point)
    return {**result, "critical_points": points}
