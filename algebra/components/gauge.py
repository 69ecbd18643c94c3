"""A representative that a reader can check: the point is slid along its component until chosen coordinates are small integers.

Then the others are often rational, and the loss, the inertia and higher orders can be computed exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, islice

import flint
import numpy as np
from flint import fmpq

from critscape.algebra.components.component import Component, described
from critscape.algebra.components.function_space import Knowledge
from critscape.algebra.components.local_system import PRECISION, LocalSystem, pivots_of, prove
from critscape.algebra.polynomial.loss import Loss

MOST_SUBSETS, TRIED, LEAST_MINOR = 500, 6, 0.05
"""Sets of coordinates that are looked at, those that are tried, and how independent they must be beside the best."""
STEPS = 8
"""Steps in which the chosen coordinates move to their values."""
SHORT = 10**12
"""Rational points with larger numerators or denominators are slid to others: where nothing fixes a coordinate it is a number in double
precision.
"""
SAME_LOSS = 1e-9
"""Relative difference of the losses of points of one component, as double precision sees them."""


def representative(loss: Loss, knowledge: Knowledge, found: Component, usual: Sequence[tuple[int, ...]] = ()) -> Component:
    """The component by a rational point of it, if one is found; else by one with simple coordinates, from which the loss in closed form
    may follow; else as it is.

    Of the sets of coordinates that may be chosen the ``usual`` ones are tried first: symmetric copies of a component are seen to be so
    where the same coordinates are chosen on both.
    """
    if found.proved is None or found.proved.system.dimension == 0 or (found.rational is not None and height(found.rational) <= SHORT):
        return found
    system = found.proved.system
    simple: Component | None = None
    zeros = 0
    for coordinates in sorted(parametrisations(system, found), key=lambda chosen: chosen not in usual):
        for values in targets([found.point[i] for i in coordinates]):
            fixed = dict(zip(coordinates, values))
            point = slid(system, found.point, fixed)
            proved = None if point is None else prove(system, point, fixed)
            other = None if proved is None else described(loss, knowledge, proved)
            if other is None or not alike(found, other):
                continue
            if other.rational is not None and (found.rational is None or height(other.rational) < height(found.rational)):
                return replace(other, zero=found.zero) if other.exact_dimension else other
            if found.rational is None and proved is not None and (simple is None or len(proved.zeros) > zeros):
                simple, zeros = other, len(proved.zeros)
    return simple or found


def height(point: Sequence[fmpq]) -> int:
    """The largest numerator or denominator, in size."""
    return max((max(abs(int(x.p)), int(x.q)) for x in point), default=0)


def parametrisations(system: LocalSystem, found: Component) -> list[tuple[int, ...]]:
    """Sets of as many free coordinates as the system's manifold has dimensions that parametrise it near the point, the best first."""
    assert found.proved is not None  # The system is that of its proof.
    with flint.ctx.workprec(PRECISION):
        _, jacobian = system.evaluated(found.proved.ball)
        floats = np.array([[float(jacobian[i, j].real.mid()) for j in range(len(system.free))] for i in range(system.count)])
    floats = floats.reshape(system.count, len(system.free))
    kernel = np.linalg.svd(floats)[2][system.count :] if system.count else np.eye(len(system.free))
    subsets = list(islice(combinations(range(len(system.free)), system.dimension), MOST_SUBSETS))
    pivots = pivots_of(kernel)[1]
    sizes = {subset: abs(float(np.linalg.det(kernel[:, subset]))) for subset in (tuple(sorted(map(int, pivots))), *subsets)}
    best = sorted((subset for subset, size in sizes.items() if size > LEAST_MINOR * max(sizes.values())), key=lambda s: -sizes[s])
    return [tuple(system.free[k] for k in subset) for subset in best[:TRIED]]


def targets(values: list[float]) -> list[list[fmpq]]:
    """Small numbers with the signs of ``values``: ones; the nearest integers but zero; then distinct ones; nearest halves; zeros."""
    signs = [1 if v >= 0 else -1 for v in values]
    ones = [fmpq(s) for s in signs]
    integers = [fmpq(s * max(1, round(abs(v)))) for s, v in zip(signs, values)]
    distinct = [fmpq(s * (k + 1)) for k, s in enumerate(signs)]
    halves = [fmpq(s * max(1, round(2 * abs(v))), 2) for s, v in zip(signs, values)]
    unique: list[list[fmpq]] = []
    for candidate in (ones, integers, distinct, halves, [fmpq(0)] * len(values)):
        if candidate not in unique:
            unique.append(candidate)
    return unique


def slid(system: LocalSystem, point: np.ndarray, fixed: dict[int, fmpq]) -> np.ndarray | None:
    """The point of the manifold at which the ``fixed`` coordinates have their values, along a straight segment of these."""
    goal = {i: int(v.p) / int(v.q) for i, v in fixed.items()}
    here = point.copy()
    for step in range(1, STEPS + 1):
        ahead = here.copy()
        for i, value in goal.items():
            ahead[i] = point[i] + (value - point[i]) * step / STEPS
        corrected = _corrected(system, ahead, tuple(fixed))
        if corrected is None:
            return None
        here = corrected
    return here


def _corrected(system: LocalSystem, point: np.ndarray, fixed: tuple[int, ...]) -> np.ndarray | None:
    """Newton's method in double precision with the ``fixed`` coordinates kept."""
    moving = [k for k, i in enumerate(system.free) if i not in fixed]
    here = system.subspace.near(point)
    with flint.ctx.workprec(64):
        for _ in range(12):
            values, jacobian = system.evaluated([flint.acb(float(x)) for x in here])
            if not moving:
                return here
            matrix = np.array([[float(jacobian[r, k].real.mid()) for k in moving] for r in range(system.count)])
            right = np.array([float(v.real.mid()) for v in values])
            try:
                step = np.linalg.solve(matrix, right)
            except np.linalg.LinAlgError:
                return None
            for k, s in zip(moving, step):
                here[system.free[k]] -= s
            here = system.subspace.near(here)
            size = 1 + np.abs(here).max()
            if not np.isfinite(size) or np.abs(step).max() > 10 * size:
                return None
            if np.abs(step).max() < 1e-12 * size:
                return here
    return None


def alike(one: Component, other: Component) -> bool:
    """Whether two points look as if they were of one component: loss, dimension, inertia."""
    losses = [float(c.loss.mid()) for c in (one, other)]
    same = abs(losses[0] - losses[1]) <= SAME_LOSS * max(1.0, abs(losses[0]))
    inertias = [(c.inertia.positive, c.inertia.negative, c.inertia.zero) for c in (one, other)]
    return same and one.dimension == other.dimension and inertias[0] == inertias[1]
