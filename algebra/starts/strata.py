"""All solutions of a generic member without tilt, stratum by stratum, one of each orbit of sign changes.

A stratum holds the points whose coordinates in a set S are not zero, and no others. Where the ridge of each weight is a parameter of its
own, λ_i = −F_i(w; d)/w_i with F the gradient without ridge: {(w, d, λ): ∇L = 0, w in the stratum} is a graph over (w, d), hence
irreducible, so that monodromy in the data and the ridge acts transitively on the solutions of a stratum at a generic member, and on
their orbits under the sign changes that leave the family unchanged. Such a group of order 2^h leaves 2^h times fewer paths. The sets S
are what single sign changes and those together leave fixed, units that are dead say.

Nothing here says that all points were found: the trace test does, at a tilt, on all points together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from critscape.algebra.polynomial.evaluation import float_derivatives_at, float_gradients, generic_vector
from critscape.algebra.polynomial.loss import Family
from critscape.algebra.polynomial.parameter_space import ParameterSpace
from critscape.algebra.starts.monodromy import Search, Vertex, follow, grow, most_solutions, promising
from critscape.algebra.symmetry.coincidence import TOLERANCE
from critscape.algebra.symmetry.finite import elements, family_symmetries
from critscape.algebra.symmetry.orbits import Orbit, orbit_representatives
from critscape.algebra.tracking.homotopy import Tracker

IDLE_MEMBERS, IDLE_PATHS, MOST_IDLE = 1, 32, 6
"""The search of a stratum ends when this many further members in a row turn up nothing new, more of them where there are few orbits.

The loop that a member adds permutes N orbits: where it does so at random, the chance that K < N of them go among themselves is at most 1/N.
"""
SPREAD = 0.25
"""Of the logarithm of a seed's coordinates."""
MOST_ELEMENTS = 2**6
"""Sign changes of the largest group whose strata are looked for: there may be as many strata."""
VANISHES = 1e-10
"""Polynomials that are smaller than this at random points of size one are zero."""
ROUNDING = 1e-9
"""A Hessian whose smallest singular value is below this part of the largest is singular."""
ANGLE = np.exp(0.7j)
"""A direction in general position: of the two signs of a coordinate, that with a positive real part along it is taken."""


@dataclass(frozen=True)
class Stratum:
    """``alive`` (n,): the coordinates that are not zero; ``flips`` (h, n), each with a ``pivot`` that no other flip changes, act on them."""

    alive: np.ndarray
    flips: np.ndarray
    pivots: tuple[int, ...]

    def holds(self, points: np.ndarray) -> np.ndarray:
        """Which of the ``points`` (P, n) lie in the stratum: a path that jumps may arrive in a smaller one, say where a unit is dead."""
        sizes = np.abs(points)
        zero = sizes <= TOLERANCE * np.maximum(1, sizes.max(axis=1, keepdims=True))
        return (zero != self.alive).all(axis=1)

    def representatives(self, points: np.ndarray) -> np.ndarray:
        """One point (P, n) of the orbit of each."""
        found = np.where(self.alive, points, 0)
        for flip, pivot in zip(self.flips, self.pivots):
            found = np.where((found[:, pivot] / ANGLE).real[:, None] < 0, flip * found, found)
        return found

    def __len__(self) -> int:
        """The number of points of an orbit."""
        return 2 ** len(self.flips)


def strata(family: Family, space: ParameterSpace) -> list[Stratum]:
    """The strata that hold solutions at a generic member, the smallest first; none where this way to find them does not apply.

    It does where each weight has its own ridge, the last parameters and the last entries of a place, and where there are sign changes.
    """
    group = family_symmetries(family)
    if group.order > MOST_ELEMENTS or not own_ridges(family, space):
        return []
    signs = [np.array(g.sign) for g in elements(group, len(family.variables)) if g.image == tuple(range(len(g.image)))]
    if len(signs) == 1:
        return []
    single = {forced(family, space, frozenset(np.flatnonzero(sign < 0).tolist())) for sign in signs}
    dead: set[frozenset[int]] = {frozenset()}
    for zero in single:
        dead |= {forced(family, space, union) for union in {zero | other for other in dead} - dead}
    found = [stratum for zero in dead if (stratum := _stratum(family, space, zero, signs)) is not None]
    return sorted(found, key=lambda s: (s.alive.sum(), s.alive.tolist()))


def own_ridges(family: Family, space: ParameterSpace) -> bool:
    """Whether the last n entries of a place are the last n parameters and add ½ Σ λ_i w_i² to the loss, nothing else."""
    n, q, rng = len(family.variables), len(family.parameters), np.random.default_rng(0)
    place = space.generic()
    if len(place) < n or q < n:
        return False
    step, point = np.concatenate([np.zeros(len(place) - n), generic_vector(rng, n)]), generic_vector(rng, n)
    here, there = (space.curve(p[None, :])[0] for p in (place, place + step))
    change = float_gradients(family, there, point[None, :])[0] - float_gradients(family, here, point[None, :])[0]
    return bool(np.abs(there[: q - n] - here[: q - n]).max(initial=0) < VANISHES and np.abs(change - step[-n:] * point).max() < VANISHES)


def forced(family: Family, space: ParameterSpace, zero: frozenset[int]) -> frozenset[int]:
    """The coordinates that are zero at every critical point where those of ``zero`` are: with these, those whose slope is λ_i w_i alone."""
    n, rng = len(family.variables), np.random.default_rng(1)
    while True:
        alive = np.array([i not in zero for i in range(n)])
        place = space.draw(rng)
        place[-n:] = 0
        point = np.where(alive, generic_vector(rng, n), 0)
        slope = float_gradients(family, space.curve(place[None, :])[0], point[None, :])[0]
        more = zero | frozenset(np.flatnonzero(alive & (np.abs(slope) < VANISHES)).tolist())
        if more == zero:
            return zero
        zero = more


def _stratum(family: Family, space: ParameterSpace, zero: frozenset[int], signs: list[np.ndarray]) -> Stratum | None:
    """The stratum where these coordinates vanish, if it has solutions at a generic member."""
    n, rng = len(family.variables), np.random.default_rng(2)
    alive = np.array([i not in zero for i in range(n)])
    flips, pivots = reduced([sign for sign in signs if (sign[alive] < 0).any()], alive)
    stratum = Stratum(alive, flips, pivots)
    drawn = seeded(family, space, stratum, rng)
    slopes, hessians = float_derivatives_at(family, drawn.parameters, drawn.solutions)
    if np.abs(slopes[0]).max() > VANISHES * (1 + np.abs(drawn.parameters).max()):
        return None
    if alive.any():
        sizes = np.linalg.svd(hessians[0][np.ix_(alive, alive)], compute_uv=False)
        # The ridge at a point of the stratum is not generic: no generic member has solutions there.
        if sizes[-1] < ROUNDING * sizes[0]:
            return None
    return stratum


def reduced(signs: list[np.ndarray], alive: np.ndarray) -> tuple[np.ndarray, tuple[int, ...]]:
    """A basis of sign changes on the coordinates that are ``alive``, each with a pivot that the others leave alone."""
    basis: list[np.ndarray] = []
    pivots: list[int] = []
    for sign in signs:
        sign = np.where(alive, sign, 1)
        for flip, pivot in zip(basis, pivots):
            sign = sign * flip if sign[pivot] < 0 else sign
        if (sign < 0).any():
            pivot = int(np.flatnonzero(sign < 0)[0])
            basis = [flip * sign if flip[pivot] < 0 else flip for flip in basis]
            basis.append(sign)
            pivots.append(pivot)
    return np.array(basis, dtype=float).reshape(-1, len(alive)), tuple(pivots)


def seeded(family: Family, space: ParameterSpace, stratum: Stratum, rng: np.random.Generator) -> Vertex:
    """A random member without tilt that has a solution in a stratum: the ridge of its coordinates is chosen for it."""
    alive, n = stratum.alive, len(stratum.alive)
    place = space.draw(rng)
    point = np.exp(SPREAD * rng.standard_normal(n) + 1j * rng.uniform(-np.pi, np.pi, n))
    (point,) = stratum.representatives(point[None, :])
    bare = place.copy()
    bare[-n:] = 0
    slope = float_gradients(family, space.curve(bare[None, :])[0], point[None, :])[0]
    place[-n:] = np.where(alive, -slope / np.where(alive, point, 1), place[-n:])
    return Vertex(place, space.curve(place[None, :])[0], np.zeros(n, dtype=complex), point[None, :])


def search_strata(
    search: Search,
    tracker: Tracker,
    family: Family,
    space: ParameterSpace,
    limit: int,
    progress: Callable[[str, int], None],
    checkpoint: Callable[[Search], None],
) -> tuple[Orbit, ...] | None:
    """The orbits of solutions of the base of ``search``, which has no tilt, in all strata; None when there are more than ``limit`` solutions.

    The search goes on from the strata that it has finished. ``checkpoint`` is called whenever it could be kept.
    """
    for stratum in strata(family, space)[len(search.finished) :]:
        search.orbit = len(stratum)
        if stratum.alive.any():
            saturate(search, stratum, tracker, family, space, limit, progress, checkpoint)
        else:
            search.base.solutions = np.zeros((1, len(stratum.alive)), dtype=complex)
        if most_solutions(search) > limit:
            return None
        search.before += search.orbit * len(search.base.solutions)
        search.finished.append(search.base.solutions)
        search.base.solutions = search.base.solutions[:0]
        search.vertices, search.arcs, search.idle = [search.base], [], 0
        checkpoint(search)
    return orbit_representatives(np.concatenate(search.finished), family)


def saturate(
    search: Search,
    stratum: Stratum,
    tracker: Tracker,
    family: Family,
    space: ParameterSpace,
    limit: int,
    progress: Callable[[str, int], None],
    checkpoint: Callable[[Search], None],
) -> None:
    """Monodromy on the orbits of one stratum, until further members bring nothing new or there are more than ``limit`` solutions."""
    most = most_solutions(search)
    while most <= limit:
        steps = promising(search)
        if not steps:
            if search.idle >= min(IDLE_MEMBERS + IDLE_PATHS // max(1, len(search.base.solutions)), MOST_IDLE):
                return
            grow(search, seeded(family, space, stratum, search.rng))
            continue
        follow(search, steps, tracker, family, space, stratum)
        if most_solutions(search) > most:
            most, search.idle = most_solutions(search), 0
        progress("monodromy on orbits", most)
        checkpoint(search)
