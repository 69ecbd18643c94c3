"""The merge tree of the sublevel sets {L ≤ c}: components are born at local minima and join at saddles of index 1.

For a coercive Morse function nothing else changes the connected components (Milnor, "Morse theory", 1963, theorems 3.1 and 3.2). A
spurious valley at level c is a component of {L ≤ c} without a global minimum (Venturi, Bandeira and Bruna, "Spurious valleys in
one-hidden-layer neural network optimization landscapes", JMLR 20, 2019). This file is combinatorics: a level is known by its
rank, its place among the distinct critical values in increasing order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Join:
    """A saddle of index 1 and the minima in the two components (or twice the same one) that meet there.

    ``saddle`` and ``minima`` are positions of critical points; ``rank`` is that of the saddle's level.
    """

    saddle: int
    rank: int
    minima: tuple[int, int]


@dataclass(frozen=True)
class Component:
    """One connected component of {L ≤ c} for the levels from ``birth`` up to, not including, ``merge``.

    ``birth`` and ``merge`` are ranks of levels (``merge`` None: it never joins another). ``minima`` are the positions of all local
    minima in it, ``children`` the positions in `MergeTree.components` of those that met to make it (none: it is born at its only
    minimum) and ``saddles`` the saddles at which they met. ``spurious``: no global minimum is in it.
    """

    birth: int
    merge: int | None
    minima: tuple[int, ...]
    children: tuple[int, ...]
    saddles: tuple[int, ...]
    spurious: bool


@dataclass(frozen=True)
class Barrier:
    """What keeps descent in a local minimum from a lower one.

    ``rank`` is that of the lowest level at which the component of ``minimum`` holds a lower minimum, ``saddles`` are where that
    happens and ``lower`` the lowest minima that it joins. A minimum that no component joins to a lower one has no Barrier.
    """

    minimum: int
    rank: int
    saddles: tuple[int, ...]
    lower: tuple[int, ...]


@dataclass(frozen=True)
class SpuriousValley:
    """A component without a global minimum, followed as far as it goes.

    It exists from ``birth``, the rank of the level of its ``deepest`` minima, up to, not including, ``merge``, where it joins a
    component that holds a global minimum (None: never) at ``saddles``. ``minima`` are all local minima in it at last: at lower
    levels it may consist of several components.
    """

    birth: int
    merge: int | None
    minima: tuple[int, ...]
    deepest: tuple[int, ...]
    saddles: tuple[int, ...]


@dataclass(frozen=True)
class Count:
    """The numbers of components of {L ≤ c}, and of those without a global minimum, from the level ``rank`` up to the next one."""

    rank: int
    components: int
    spurious: int


@dataclass(frozen=True)
class MergeTree:
    """``components`` in order of birth, children before their parents; ``barriers`` one for each minimum that has one, in the order
    of the minima; ``valleys`` the spurious ones in order of birth; ``counts`` a piecewise constant function of the level (below the
    first rank there is no component), one entry for each rank at which something changes.
    """

    components: tuple[Component, ...]
    barriers: tuple[Barrier, ...]
    valleys: tuple[SpuriousValley, ...]
    counts: tuple[Count, ...]

    @property
    def roots(self) -> tuple[int, ...]:
        """The components that never join another: one, if all minima are joined at last."""
        return tuple(k for k, component in enumerate(self.components) if component.merge is None)


def merge_tree(births: Mapping[int, int], joins: Sequence[Join]) -> MergeTree:
    """The merge tree of minima and saddles.

    Parameters
    ----------
    births : the position of each local minimum → the rank of its level. Those of the least rank are the global ones.
    joins : the saddles of index 1 in any order; saddles of one rank join at once.

    Raises
    ------
    ValueError : a saddle joins something that is no minimum or is not below it.

    >>> tree = merge_tree({0: 0, 1: 1, 2: 2}, [Join(3, 3, (1, 2)), Join(4, 4, (0, 1))])
    >>> [(c.birth, c.merge, c.minima) for c in tree.components]
    [(0, 4, (0,)), (1, 3, (1,)), (2, 3, (2,)), (3, 4, (1, 2)), (4, None, (0, 1, 2))]
    >>> [(b.minimum, b.rank, b.lower) for b in tree.barriers]
    [(1, 4, (0,)), (2, 3, (1,))]
    >>> [(v.birth, v.merge, v.minima, v.deepest) for v in tree.valleys]
    [(1, 4, (1, 2), (1,))]
    >>> [(c.rank, c.components, c.spurious) for c in tree.counts]
    [(0, 1, 0), (1, 2, 1), (2, 3, 2), (3, 2, 1), (4, 1, 0)]
    """
    for join in joins:
        if any(births.get(minimum, join.rank) >= join.rank for minimum in join.minima):
            raise ValueError(f"the saddle {join.saddle} joins {join.minima}, which are not minima below it")
    components = _components(births, joins)
    return MergeTree(tuple(components), _barriers(births, components), _valleys(births, components), _counts(components))


def _components(births: Mapping[int, int], joins: Sequence[Join]) -> list[Component]:
    lowest = min(births.values(), default=None)
    made: list[dict] = []
    holder: dict[int, int] = {}

    def make(rank: int, minima: tuple[int, ...], children: tuple[int, ...], saddles: tuple[int, ...]) -> None:
        for child in children:
            made[child]["merge"] = rank
        spurious = all(births[m] != lowest for m in minima)
        made.append({"birth": rank, "merge": None, "minima": minima, "children": children, "saddles": saddles, "spurious": spurious})
        holder.update(dict.fromkeys(minima, len(made) - 1))

    for rank in sorted({*births.values(), *(join.rank for join in joins)}):
        for minimum in sorted(m for m, birth in births.items() if birth == rank):
            make(rank, (minimum,), (), ())
        meeting = [join for join in joins if join.rank == rank]
        for group in _connected([{holder[m] for m in join.minima} for join in meeting]):
            if len(group) > 1:
                minima = tuple(sorted(m for child in group for m in made[child]["minima"]))
                # A saddle that joins a component with itself is not where components meet.
                sides = [(join.saddle, *(holder[m] for m in join.minima)) for join in meeting]
                saddles = tuple(saddle for saddle, one, other in sides if one in group and one != other)
                make(rank, minima, tuple(sorted(group)), saddles)
    return [Component(**entry) for entry in made]


def _connected(links: Sequence[set[int]]) -> list[set[int]]:
    """The unions of sets that overlap, directly or through others."""
    groups: list[set[int]] = []
    for link in links:
        touched = [group for group in groups if group & link]
        groups = [group for group in groups if not group & link] + [link.union(*touched)]
    return groups


def _barriers(births: Mapping[int, int], components: Sequence[Component]) -> tuple[Barrier, ...]:
    found = []
    for minimum, birth in sorted(births.items()):
        for component in components:
            least = min(births[m] for m in component.minima)
            if minimum in component.minima and least < birth:
                lower = tuple(m for m in component.minima if births[m] == least)
                found.append(Barrier(minimum, component.birth, component.saddles, lower))
                break
    return tuple(found)


def _valleys(births: Mapping[int, int], components: Sequence[Component]) -> tuple[SpuriousValley, ...]:
    parent = {child: component for component in components for child in component.children}
    found = []
    for k, component in enumerate(components):
        above = parent.get(k)
        if component.spurious and (above is None or not above.spurious):
            birth = min(births[m] for m in component.minima)
            deepest = tuple(m for m in component.minima if births[m] == birth)
            found.append(SpuriousValley(birth, component.merge, component.minima, deepest, above.saddles if above else ()))
    return tuple(sorted(found, key=lambda valley: (valley.birth, valley.minima)))


def _counts(components: Sequence[Component]) -> tuple[Count, ...]:
    found = []
    for rank in sorted({c.birth for c in components}):
        present = [c for c in components if c.birth <= rank and (c.merge is None or rank < c.merge)]
        found.append(Count(rank, len(present), sum(c.spurious for c in present)))
    return tuple(found)
