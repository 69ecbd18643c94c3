"""What the loss does around a unit whose weights are all zero.

Near (v, w) = 0 it is, to second order, ½λv² + ½wᵀΛw − v g(w) with g(w) = Σ_i e_iφ(w·x_i): it goes down where v > 0 and w lies in
A⁺ = {g > √(wᵀMw)}, M = λΛ, or v < 0 and w in A⁻ = {−g > √(wᵀMw)}. On a face g is linear, so A^± meets it in a convex cone, or not at
all; it does if and only if the largest value of ±g/√(wᵀMw) on its closure, which is attained in the direction Tε of a face of that
closure, exceeds 1. By Poincaré duality on the sphere χ(A) = Σ (−1)^(d − dim F) over the faces F that A meets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from critscape.algebra.cells.faces import Face
from critscape.algebra.cells.kinks import outgoing_sign
from critscape.algebra.cells.one_layer import OneLayer, rows
from critscape.algebra.cells.solution import Solution
from critscape.algebra.cells.tables import TINY, floats

CLEAR = 1e-9
"""Values that are larger than this times the sum of their terms are decided in double precision: its errors are far smaller."""


@dataclass(frozen=True)
class DeadUnit:
    """A dead unit. ``minimal``: the loss goes down in no direction; ``index`` is 1 − χ(A⁺) − χ(A⁻); None where undecided."""

    minimal: bool | None
    index: int | None


@dataclass(frozen=True)
class Places:
    """The faces for units of one metric (f), with what double precision decides of them.

    ``kernels`` (f × q × q) are their kernels; row i of ``pulls`` (f × m × q) is x_iᵀT and ``signs`` (f × m) the faces; ``below[i]`` (f) says which faces lie in the closure of face i.
    """

    faces: tuple[Face, ...]
    kernels: np.ndarray
    pulls: np.ndarray
    signs: np.ndarray
    below: np.ndarray


def places(layer: OneLayer, found: Sequence[Face]) -> Places:
    """What many dead units of one metric share."""
    seen = tuple(face for face in found if any(face.signs))
    samples, m, q = rows(layer.samples), len(layer.samples), found[0].kernel.nrows()
    kernels = np.array([floats(face.kernel) for face in seen]).reshape(len(seen), q, q)
    pulls = np.array([floats(samples * face.direction) for face in seen]).reshape(len(seen), m, q)
    signs = np.array([face.signs for face in seen], dtype=np.int64).reshape(len(seen), m)
    return Places(seen, kernels, pulls, signs, closure(signs))


def closure(signs: np.ndarray) -> np.ndarray:
    """Which faces (columns) lie in the closure of which (rows), by their signs (f × m)."""
    return np.array([((signs == 0) | (signs == upper)).all(axis=1) for upper in signs], dtype=bool).reshape(len(signs), len(signs))


def dead_unit(layer: OneLayer, solution: Solution, shared: Places) -> DeadUnit:
    """What the loss does around a dead unit at the residuals of a solution."""
    peaks: dict[int, list[int]] = {1: [], -1: []}
    undecided = False
    for place, clear in candidates(solution, shared):
        face = shared.faces[place]
        above = clear.above or solution.against_one(face.kernel)
        if above is not None and above <= 0:
            continue
        side = clear.side or outgoing_sign(layer, solution, face)
        if side == 0:
            continue
        if above is None or side is None:
            undecided = True
        else:
            peaks[side].append(place)
    if undecided:
        return DeadUnit(False if peaks[1] or peaks[-1] else None, None)
    index = 1
    for side in (1, -1):
        met = shared.below[:, peaks[side]].any(axis=1)
        index -= sum((-1) ** (layer.inputs - shared.faces[place].dimension) for place in np.flatnonzero(met))
    return DeadUnit(not (peaks[1] or peaks[-1]), index)


@dataclass(frozen=True)
class Clear:
    """What double precision decides of a face: ``above`` is 1 where εᵀKε > 1, ``side`` ±1 where ±Tε lies on it; 0 where it does not tell."""

    above: int
    side: int


def candidates(solution: Solution, shared: Places) -> list[tuple[int, Clear]]:
    """The faces on which εᵀKε is not below 1 for certain and that hold Tε or its opposite, or may do so."""
    epsilon = np.array([float(value.mid()) for value in solution.epsilon])
    size = np.abs(epsilon)
    radius = np.array([float(value.rad()) for value in solution.epsilon])
    with np.errstate(all="ignore"):
        squares = np.einsum("fij,i,j->f", shared.kernels, epsilon, epsilon)
        doubt = np.einsum("fij,i,j->f", np.abs(shared.kernels), size + radius, CLEAR * size + 4 * radius) + CLEAR
        values = (shared.pulls @ epsilon) * shared.signs
        doubts = np.abs(shared.pulls) @ (CLEAR * size + radius) + TINY
        along, against = values > doubts, values < -doubts
        open_ = (shared.signs != 0) & ~along & ~against
        possible = ~(squares + doubt < 1) & ~(along.any(axis=1) & against.any(axis=1))
        above = squares - doubt > 1
    found = []
    for place in np.flatnonzero(possible):
        side = 0 if open_[place].any() else 1 if along[place].any() else -1
        found.append((int(place), Clear(int(above[place]), side)))
    return found
