"""Generic complex members of a problem's family: where its tilted gradient system is solved before continuation to the problem."""

from __future__ import annotations

import numpy as np

from problems.problem import Problem, loss
from problems.squared_loss import parameters


def generic_members(problem: Problem, seed: int) -> tuple[np.ndarray, ...]:
    """Parameter vectors (q,), nearest first: the problem's data with a generic complex ridge, then generic data as well.

    The first keeps the rank of the data, on which the number of critical points depends; the second is for data that are special
    beyond their rank. Sizes follow the problem's own.
    """
    draw = np.random.default_rng([seed, 1])
    own = np.array([float(value) for value in loss(problem).values])
    strengths = np.array([float(value) for value in problem.ridge])
    size = float(np.exp(np.log(strengths[strengths > 0]).mean())) if strengths.any() else 1.0
    ridge = np.where(strengths > 0, strengths, size) * _near_one(draw, len(strengths))
    kept = np.concatenate([own[: -len(ridge)], ridge])
    inputs, targets = (np.array(rows, dtype=float) for rows in (problem.inputs, problem.targets))
    moved = parameters(
        problem.network,
        _spread(inputs) * _gaussian(draw, inputs.shape),
        _spread(targets) * _gaussian(draw, targets.shape),
        ridge,
    )
    return kept, np.array(moved, dtype=complex)


def _near_one(draw: np.random.Generator, count: int) -> np.ndarray:
    """Complex numbers of size about one with positive real part: generic, but no ridge turns negative on the way back."""
    return np.exp(0.5 * draw.standard_normal(count) + 1j * draw.uniform(-1, 1, count))


def _spread(values: np.ndarray) -> float:
    """The root mean square of the entries, or 1 when all are zero."""
    return float(np.sqrt(np.mean(values**2))) or 1.0


def _gaussian(draw: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return (draw.standard_normal(shape) + 1j * draw.standard_normal(shape)) / np.sqrt(2)
