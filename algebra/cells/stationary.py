"""The stationary sets of a layer: every way in which its units share the strengths of a support, with what is proved of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations_with_replacement, product
from math import factorial, prod

import flint

from critscape.algebra.cells.dead_units import DeadUnit, Places, dead_unit, places
from critscape.algebra.cells.faces import Face, Kernel, faces, kernels
from critscape.algebra.cells.kinks import Kinks, kinks, outgoing_sign
from critscape.algebra.cells.one_layer import Numbers, OneLayer, Residuals, Unit, residuals
from critscape.algebra.cells.solution import Empty, Solution, Undecided, solve
from critscape.algebra.cells.sweep import sweep
from critscape.algebra.cells.tables import Tables, tables

PRECISIONS = (192, 768)
"""Bits at which a support is decided; the second is tried where the first leaves anything open."""

Support = tuple[int, ...]


@dataclass(frozen=True)
class Place:
    """A face for an alive unit: the number of its kernel in the support, and what the loss does across its kinks."""

    kernel: int
    face: Face
    kinks: Kinks


@dataclass(frozen=True)
class Stationary:
    """A stationary set: units on ``places``, those with None dead (k entries); units of one kernel share its strength in any way.

    It is an open polytope of ``dimension`` (a product of simplices) in the strengths; ``copies`` counts it and its images under
    permutations of units with equal ridges. ``directional``, ``clarke`` and ``minimum`` are None where undecided, and so is the
    ``index``, 1 − χ of the lower link, of each of its points.
    """

    solution: Solution
    places: tuple[Place | None, ...]
    dead: tuple[DeadUnit | None, ...]
    copies: int

    @property
    def alive(self) -> tuple[Place, ...]:
        return tuple(place for place in self.places if place is not None)

    @property
    def dimension(self) -> int:
        return len(self.alive) - len(self.solution.kernels)

    @property
    def kinked(self) -> int:
        """The number of kinks, samples with w_j·x_i = 0 for an alive unit j, counted by independent ones."""
        return sum(place.kinks.count for place in self.alive)

    @property
    def clarke(self) -> bool | None:
        return every(place.kinks.clarke for place in self.alive)

    @property
    def directional(self) -> bool | None:
        return every(place.kinks.directional for place in self.alive)

    @property
    def minimum(self) -> bool | None:
        """Whether its points are local minima: no unit has a direction down.

        With residuals e, ½‖y − f‖² ≥ ½‖e‖² + e·(y − f − e), so L rises by at least the sum over the units of ½λv² + ½wᵀΛw − v g(w), and
        that is ≥ 0 where ±g ≤ √(wᵀMw): for dead units everywhere, for alive ones near their directions.
        """
        return every([self.directional, *(unit.minimal for unit in self.dead if unit is not None)])

    @property
    def index(self) -> int | None:
        factors = [place.kinks.index for place in self.alive] + [unit.index for unit in self.dead if unit is not None]
        if 0 in factors:
            return 0
        return None if None in factors else prod(factor for factor in factors if factor is not None)


def every(verdicts: Iterable[bool | None]) -> bool | None:
    """Whether all hold; None where this is open."""
    found = list(verdicts)
    return False if False in found else None if None in found else True


@dataclass(frozen=True)
class Landscape:
    """A layer with its arrangement and kernels, ready to be swept: one group of kernels per metric of its units."""

    layer: OneLayer
    space: Residuals
    metrics: tuple[Numbers, ...]
    groups: tuple[tuple[Kernel, ...], ...]
    shared: tuple[Places, ...]
    tables: Tables

    @cached_property
    def kernels(self) -> tuple[Kernel, ...]:
        return tuple(kernel for group in self.groups for kernel in group)

    @cached_property
    def kinds(self) -> tuple[tuple[Unit, tuple[int, ...]], ...]:
        """Units with equal ridges: the unit and the numbers of all that are like it."""
        found: dict[Unit, list[int]] = {}
        for number, unit in enumerate(self.layer.units):
            found.setdefault(unit, []).append(number)
        return tuple((unit, tuple(numbers)) for unit, numbers in found.items())


class OutOfRange(ValueError):
    """Numbers of a layer, or what the sweep makes of them, are beyond double precision."""


def landscape(layer: OneLayer) -> Landscape:
    """The arrangement and the kernels of a layer.

    Raises
    ------
    OutOfRange : before anything is swept.
    """
    space = residuals(layer)
    count = Counter(unit.metric for unit in layer.units)
    metrics = tuple(count)
    found = [faces(layer, metric, space) for metric in metrics]
    groups = tuple(kernels(group) for group in found)
    room = [count[metric] for metric in metrics]
    arrays = tables(layer, space, groups, room)
    if not arrays.faithful:
        raise OutOfRange("they span more than double precision holds; other units of inputs and targets help")
    return Landscape(layer, space, metrics, groups, tuple(places(layer, group) for group in found), arrays)


@dataclass(frozen=True)
class Found:
    """Stationary sets, and one sentence for each support on which something stayed open."""

    sets: tuple[Stationary, ...]
    undecided: tuple[str, ...]


def swept(scene: Landscape, first: int) -> Found:
    """The stationary sets whose support has the kernel ``first`` as its least; −1 is the support without any kernel."""
    if first < 0:
        return analysed(scene, [((), ())])
    return analysed(scene, sweep(scene.tables, first))


def stationary_sets(layer: OneLayer, progress: Callable[[int, int], None] = lambda done, all_: None) -> Found:
    """All Clarke-stationary sets of a layer, up to permutations of units with equal ridges.

    Sets that are no Clarke-stationary ones for certain are left out.
    """
    scene = landscape(layer)
    found = []
    for first in range(-1, len(scene.kernels)):
        progress(first + 1, len(scene.kernels) + 1)
        found.append(swept(scene, first))
    return joined(found)


def joined(parts: Sequence[Found]) -> Found:
    return Found(tuple(row for part in parts for row in part.sets), tuple(reason for part in parts for reason in part.undecided))


def analysed(scene: Landscape, supports: Sequence[tuple[Support, tuple[float, ...]]]) -> Found:
    """What is proved of supports that double precision left open."""
    sets: list[Stationary] = []
    undecided: list[str] = []
    for support, start in supports:
        for precision in PRECISIONS:
            with flint.ctx.workprec(precision):
                found = of_support(scene, support, start)
            if not found.undecided:
                break
        sets += found.sets
        undecided += found.undecided
    return Found(tuple(sets), tuple(undecided))


OPEN_SIGN = "a unit's direction lies on a hyperplane w·x_i = 0, or so near to it that ball arithmetic does not tell them apart"
OPEN_SLOPE = "the slope of the loss on one side of a kink, or the rise around a dead unit, is zero or too small to be told from zero"


def of_support(scene: Landscape, support: Support, start: Sequence[float]) -> Found:
    """The stationary sets with one support, at the working precision."""
    solution = solve(scene.space, [scene.kernels[place] for place in support], start)
    if isinstance(solution, Empty):
        return Found((), ())
    if isinstance(solution, Undecided):
        return Found((), () if nowhere(scene, support, solution.optimum) else (solution.reason,))
    reasons = set()
    seats: dict[Numbers, list[Place]] = {metric: [] for metric in scene.metrics}
    for number, kernel in enumerate(solution.kernels):
        for face in kernel.faces:
            side = outgoing_sign(scene.layer, solution, face)
            if side is None:
                reasons.add(OPEN_SIGN)
            elif side:
                seats[face.metric].append(Place(number, face, kinks(scene.layer, solution, face, side)))
    if reasons:
        return Found((), tuple(reasons))
    if any(not any(place.kernel == number for group in seats.values() for place in group) for number in range(len(support))):
        return Found((), ())
    dead = {metric: dead_unit(scene.layer, solution, shared) for metric, shared in zip(scene.metrics, scene.shared)}
    rows = [row for row in assignments(scene, solution, seats, dead) if row.clarke is not False]
    if any(None in (row.clarke, row.minimum, row.index) for row in rows):
        reasons.add(OPEN_SLOPE)
    return Found(tuple(rows), tuple(reasons))


def nowhere(scene: Landscape, support: Support, optimum: Solution | None) -> bool:
    """Whether, at the residuals of an optimum, some kernel of a support is proved to have no face for a unit, whatever the strengths.

    Units on both sides of one sample's hyperplane, alike on all others, are an example: their residual vanishes on this sample, their
    directions are one, and it lies on one of the sides at most. The strengths of other units are open there if these differ across it too.
    """
    if optimum is None:
        return False
    return any(all(empty(scene, optimum, face) for face in scene.kernels[place].faces) for place in support)


def empty(scene: Landscape, optimum: Solution, face: Face) -> bool:
    """Whether the direction of a unit is proved to leave a face, or the loss to rise on one side of a kink and to fall on the other."""
    side = outgoing_sign(scene.layer, optimum, face)
    return side == 0 or (side is not None and kinks(scene.layer, optimum, face, side).clarke is False)


def assignments(
    scene: Landscape, solution: Solution, seats: dict[Numbers, list[Place]], dead: dict[Numbers, DeadUnit]
) -> Iterator[Stationary]:
    """Every way to place the units, up to permutations of like ones, such that each kernel of the support has a unit."""
    choices = []
    for unit, numbers in scene.kinds:
        options: list[Place | None] = [None, *seats[unit.metric]]
        choices.append(list(combinations_with_replacement(range(len(options)), len(numbers))))
    for choice in product(*choices):
        chosen: list[Place | None] = [None] * len(scene.layer.units)
        copies = 1
        for (unit, numbers), picked in zip(scene.kinds, choice):
            options = [None, *seats[unit.metric]]
            for number, option in zip(numbers, picked):
                chosen[number] = options[option]
            copies *= factorial(len(numbers)) // prod(factorial(count) for count in Counter(picked).values())
        if len({place.kernel for place in chosen if place is not None}) == len(solution.kernels):
            still = tuple(dead[unit.metric] if place is None else None for unit, place in zip(scene.layer.units, chosen))
            yield Stationary(solution, tuple(chosen), still, copies)


def euler_sum(sets: Sequence[Stationary]) -> int | None:
    """Σ of the index times (−1)^dimension over all stationary sets, with their copies: 1, as L is coercive; None where an index is open.

    It is the integral of 1 − χ(lower link) over the stationary points with respect to the Euler characteristic with compact support.
    """
    total = 0
    for row in sets:
        if row.index is None:
            return None
        total += row.copies * row.index * (-1) ** row.dimension
    return total


def fraction(value: flint.fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))
