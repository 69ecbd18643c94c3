"""What the compiled sweep reads of a layer: kernels, directions and bounds in double precision, with what their rounding may hide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import flint
import numpy as np
from flint import arb, fmpq, fmpq_mat

from critscape.algebra.cells.faces import Kernel
from critscape.algebra.cells.kinks import fan
from critscape.algebra.cells.one_layer import OneLayer, Residuals, rows

SMALLEST, LARGEST = 1e-60, 1e60
"""Outside this range numbers that are not zero are left to ball arithmetic: no product of a few of them may vanish or overflow."""
TINY = 1e-250
"""More than what underflow can take from a sum of products of numbers in this range."""
UP = 1 + 1e-12
"""A factor that outweighs the rounding of a square root and of a sum of squares."""


@dataclass(frozen=True)
class Tables:
    """Arrays of a layer's kernels (n) and of the faces (f) that have them, kernel by kernel.

    ``metric``, ``inverse`` (q × q) and ``target`` (q) are N, N⁻¹ and Qᵀy; ``kernels`` (n × q × q); ``factors`` (n × p × q) are vectors
    with K = Σ FFᵀ; ``spread`` (n) bounds √(εᵀKε) by spread·‖ε‖_N. Row i of ``pulls`` (f × m × q) is x_iᵀT, ``reach`` (f × m) its norm in N⁻¹, ``signs`` (f × m) the
    face, and kernel j has the faces first[j] … first[j + 1] − 1. ``bends`` (f × p × 2 × q) are the slopes of the loss on the two sides
    of each kink, where kinks are independent (else zeros), and ``leaps`` (f × p × 2) their norms in N⁻¹. ``kind`` (n) is the metric of a kernel's units and ``room`` the number of units of each metric.
    """

    metric: np.ndarray
    inverse: np.ndarray
    target: np.ndarray
    kernels: np.ndarray
    factors: np.ndarray
    spread: np.ndarray
    pulls: np.ndarray
    reach: np.ndarray
    signs: np.ndarray
    first: np.ndarray
    bends: np.ndarray
    leaps: np.ndarray
    kind: np.ndarray
    room: np.ndarray

    @property
    def faithful(self) -> bool:
        """Whether double precision has room for these numbers."""
        forms = (self.metric, self.inverse, self.target, self.kernels, self.factors, self.spread)
        functionals = (self.pulls, self.reach, self.bends, self.leaps)
        sizes = np.concatenate([np.abs(array).ravel() for array in (*forms, *functionals)])
        sizes = sizes[sizes != 0]
        return bool(np.all(np.isfinite(sizes)) and np.all(sizes > SMALLEST) and np.all(sizes < LARGEST))


def tables(layer: OneLayer, space: Residuals, groups: Sequence[Sequence[Kernel]], room: Sequence[int]) -> Tables:
    """The tables of the kernels of each metric, one group per metric, and of the number of units that have it."""
    listed = [kernel for group in groups for kernel in group]
    q = space.size
    inverse = space.metric.inv()
    samples = rows(layer.samples)
    pulls, reach, signs, first = [], [], [], [0]
    fans = [fan(layer, face.metric, face.signs) for kernel in listed for face in kernel.faces]
    bends = np.zeros((len(fans), max((around.rank for around in fans), default=0), 2, q))
    leaps = np.zeros(bends.shape[:3])
    for place, around in enumerate(fans):
        for kink, pair in enumerate(around.pairs if around.independent else []):
            for side, ray in enumerate(pair):
                slope = around.slopes[ray]
                bends[place, kink, side] = floats(slope)[0]
                leaps[place, kink, side] = UP * nearest((slope * inverse * slope.transpose())[0, 0]) ** 0.5
    for kernel in listed:
        for face in kernel.faces:
            pull = samples * face.direction
            pulls.append(floats(pull))
            norms = pull * inverse * pull.transpose()
            reach.append([UP * nearest(norms[i, i]) ** 0.5 for i in range(len(layer.samples))])
            signs.append(face.signs)
        first.append(len(pulls))
    split = [factors(kernel.matrix) for kernel in listed]
    halves = np.zeros((len(listed), max(map(len, split), default=0), q))
    for place, vectors in enumerate(split):
        halves[place, : len(vectors)] = vectors
    spread = [UP * nearest(sum(((inverse * kernel.matrix)[i, i] for i in range(q)), fmpq(0))) ** 0.5 for kernel in listed]
    m = len(layer.samples)
    return Tables(
        floats(space.metric),
        floats(inverse),
        floats(space.target)[:, 0],
        np.array([floats(kernel.matrix) for kernel in listed]).reshape(len(listed), q, q),
        halves,
        np.array(spread),
        np.array(pulls).reshape(len(pulls), m, q),
        np.array(reach).reshape(len(reach), m),
        np.array(signs, dtype=np.int64).reshape(len(signs), m),
        np.array(first, dtype=np.int64),
        bends,
        leaps,
        np.array([place for place, group in enumerate(groups) for _ in group], dtype=np.int64),
        np.array(room, dtype=np.int64),
    )


def factors(kernel: fmpq_mat) -> list[list[float]]:
    """Vectors F (q) with K = Σ FFᵀ, by elimination with pivots from the diagonal: as many as the rank, each entry to an ulp or two."""
    q, found = kernel.nrows(), []
    rest = kernel
    while pivot := max((rest[i, i] for i in range(q)), default=fmpq(0)):
        place = next(i for i in range(q) if rest[i, i] == pivot)
        column = fmpq_mat(q, 1, [rest[i, place] for i in range(q)])
        rest = rest - column * column.transpose() / pivot
        with flint.ctx.workprec(96):
            scale = arb(pivot).sqrt()
            found.append([float((arb(column[i, 0]) / scale).mid()) for i in range(q)])
    return found


def floats(matrix: fmpq_mat) -> np.ndarray:
    """A rational matrix in double precision, each entry to the nearest."""
    return np.array([[nearest(matrix[i, j]) for j in range(matrix.ncols())] for i in range(matrix.nrows())]).reshape(
        matrix.nrows(), matrix.ncols()
    )


def nearest(value: fmpq) -> float:
    """The double that is nearest to a rational number; infinite where there is none."""
    try:
        return int(value.p) / int(value.q)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
