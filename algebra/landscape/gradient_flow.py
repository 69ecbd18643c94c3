"""Gradient flow w' = −∇L(w) from many points at once, by an exponential Rosenbrock method of order 4.

The flow is stiff at minima and slow at saddles. A step takes the linear part of w' at its start exactly, in the eigenbasis of the
Hessian: near a minimum it becomes Newton's step, near a strict saddle it grows what leads away by the right factor, however long it
is. (An implicit method damps the unstable directions too where its steps are long, and ends at saddles.) The method is exprb43 of
Hochbruck, Ostermann and Schweitzer, "Exponential Rosenbrock-type methods", SIAM J. Numer. Anal. 47 (2009), section 5, with the
embedded method of order 3: c₂ = ½, c₃ = 1, b₂ = 16φ₃ − 48φ₄, b₃ = −2φ₃ + 12φ₄ and b̂₂ = 16φ₃, b̂₃ = −2φ₃, in the form for the
differences D_i = g(U_i) − g(u) of what is left when the linear part is taken off.

Every operation acts on one run alone: where a run ends does not depend, to the last bit, on the runs beside it.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from critscape.algebra.landscape.surface import Surface, derivatives
from critscape.algebra.landscape.surface import gradients as gradients_at

SAFETY, LEAST_FACTOR, LARGEST_FACTOR = 0.9, 0.2, 8.0
"""The next step is SAFETY·(tolerance/error)^¼ times the last one, within these bounds (Hairer, Nørsett and Wanner, "Solving
ordinary differential equations I", 1993, II.4)."""
FIRST = 1e-2
"""The first step times the largest |eigenvalue|."""
GROWTH = 30.0
"""What leads away from a saddle grows by e^GROWTH in one step at most: from rounding to the size of the weights in two."""
LONGEST = 1e30
"""The longest step times the largest |eigenvalue|: long enough for all that decays."""
SHORTEST = 1e-15
"""A step times the largest |eigenvalue| below which the flow cannot be followed in double precision."""
SERIES = 18
"""Terms of the power series of φ₄, which is used for |z| < 1: the first one left out is below 1e-20."""
INVERSE_FACTORIALS = tuple(1 / math.factorial(k) for k in range(SERIES + 5))


@dataclass
class Runs:
    """The state of P runs: ``numbers`` (P,) names them; ``points`` (P, n) with ``gradients`` (P, n), ``eigenvalues`` (P, n) and
    ``vectors`` (P, n, n) of the Hessian there; ``steps`` (P,) accepted ones; ``lengths`` (P,) of the next; ``lost`` (P,) where
    steps became too short or numbers too large to go on.
    """

    numbers: np.ndarray
    points: np.ndarray
    gradients: np.ndarray
    eigenvalues: np.ndarray
    vectors: np.ndarray
    steps: np.ndarray
    lengths: np.ndarray
    lost: np.ndarray

    def without(self, gone: np.ndarray) -> Runs:
        """The other runs; ``gone`` is a mask (P,)."""
        return Runs(*(value[~gone] for value in vars(self).values()))


def flow(loss: Surface, starts: np.ndarray, tolerance: float) -> Generator[Runs, np.ndarray, None]:
    """Follows the flow from ``starts`` (P, n): yields the runs at their starts, then after each step that is tried.

    ``tolerance`` is the error of one step, relative to the largest weight. The receiver sends a mask of the runs that need not go
    on (``generator.send(mask)``), or None; the iteration ends with the last run.
    """
    gradients, hessians = derivatives(loss, starts)
    eigenvalues, vectors = np.linalg.eigh(hessians)
    count = len(starts)
    largest = np.maximum(np.abs(eigenvalues).max(axis=1), np.finfo(float).tiny)
    steps, lost = np.zeros(count, int), np.zeros(count, bool)
    runs = Runs(np.arange(count), starts.copy(), gradients, eigenvalues, vectors, steps, FIRST / largest, lost)
    while len(runs.numbers):
        done = yield runs
        if done is not None and done.any():
            runs = runs.without(done)
        if len(runs.numbers):
            _advance(loss, runs, tolerance)


def _advance(loss: Surface, runs: Runs, tolerance: float) -> None:
    """One step of every run, in place; a run whose error is too large stays and its next step is shorter."""
    largest = np.maximum(np.abs(runs.eigenvalues).max(axis=1), np.finfo(float).tiny)
    steepest = np.maximum(-runs.eigenvalues.min(axis=1), largest * (GROWTH / LONGEST))
    lengths = np.minimum(runs.lengths, GROWTH / steepest)
    with np.errstate(over="ignore", invalid="ignore"):
        ends, errors = exponential_step(loss, runs, lengths)
        sizes = np.maximum(np.maximum(np.abs(runs.points), np.abs(ends)).max(axis=1), np.finfo(float).tiny)
        errors = np.abs(errors).max(axis=1) / (tolerance * sizes)
        errors[~np.isfinite(errors)] = np.inf
        factors = np.clip(SAFETY * np.maximum(errors, 1e-12) ** -0.25, LEAST_FACTOR, LARGEST_FACTOR)
    accepted = errors <= 1
    runs.lengths = lengths * factors
    runs.steps[accepted] += 1
    runs.points[accepted] = ends[accepted]
    with np.errstate(over="ignore", invalid="ignore"):
        gradients, hessians = derivatives(loss, ends[accepted])
    finite = np.isfinite(hessians).all(axis=(1, 2)) & np.isfinite(gradients).all(axis=1)
    runs.lost = lengths * largest < SHORTEST
    runs.lost[np.flatnonzero(accepted)[~finite]] = True
    moved = np.flatnonzero(accepted)[finite]
    runs.gradients[moved] = gradients[finite]
    runs.eigenvalues[moved], runs.vectors[moved] = np.linalg.eigh(hessians[finite])


def exponential_step(loss: Surface, runs: Runs, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where steps of ``lengths`` (P,) lead, and by how much the embedded method differs, both (P, n)."""
    exponents = -lengths[:, None] * runs.eigenvalues
    (half, one), _, (_, three), (_, four) = phi(np.stack([exponents / 2, exponents]))
    h = lengths[:, None]
    slope = -_into(runs.vectors, runs.gradients)

    def remainder(offset: np.ndarray) -> np.ndarray:
        """g(u + offset) − g(u) with g(w) = −∇L(w) + ∇²L(u)·w, in the eigenbasis."""
        there = -gradients_at(loss, runs.points + _out_of(runs.vectors, offset))
        return _into(runs.vectors, there) - slope + runs.eigenvalues * offset

    euler = h * one * slope
    second = remainder(h / 2 * half * slope)
    third = remainder(euler + h * one * second)
    error = h * (-48 * four * second + 12 * four * third)
    offset = euler + h * (16 * three * second - 2 * three * third) + error
    return runs.points + _out_of(runs.vectors, offset), _out_of(runs.vectors, error)


def phi(z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """φ₁, …, φ₄ at real numbers, where φ₀ = exp and φ_{k+1}(z) = (φ_k(z) − 1/k!)/z.

    >>> [float(value[0]) for value in phi(np.zeros(1))] == [1, 1 / 2, 1 / 6, 1 / 24]
    True
    """
    small = np.abs(z) < 1
    safe = np.where(small, 1.0, z)
    one = np.expm1(safe) / safe
    two = (one - 1) / safe
    three = (two - 1 / 2) / safe
    four = (three - 1 / 6) / safe
    near = np.where(small, z, 0.0)
    series = np.full_like(z, INVERSE_FACTORIALS[SERIES + 4])
    for coefficient in INVERSE_FACTORIALS[SERIES + 3 : 3 : -1]:
        series *= near
        series += coefficient
    lower = [series]
    for k in (3, 2, 1):
        lower.append(lower[-1] * near + INVERSE_FACTORIALS[k])
    first, second, third, fourth = (np.where(small, low, high) for low, high in zip(reversed(lower), (one, two, three, four)))
    return first, second, third, fourth


def _into(vectors: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Coordinates of ``rows`` (P, n) in the orthonormal columns of ``vectors`` (P, n, n)."""
    # Not a library's matrix product: how that sums may depend on where a row lies among the others.
    return sum(vectors[:, i, :] * rows[:, i, None] for i in range(rows.shape[1]))


def _out_of(vectors: np.ndarray, coordinates: np.ndarray) -> np.ndarray:
    """The inverse of ``_into``."""
    return sum(vectors[:, :, i] * coordinates[:, i, None] for i in range(coordinates.shape[1]))
