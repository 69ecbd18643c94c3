"""The branches of a disconnectivity graph, from a landscape document: subtrees that are alike are one branch with their number.

Two components are alike if they are born and merge at the same levels, are spurious or not, and their minima are of the same
orbits, and so are all components below them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Branch:
    """``copies`` components that are alike, from the level ``birth`` up to ``merge`` (numbers of levels; None: to the top).

    Those born at a minimum have its ``kind``, all minima that are drawn as this leaf as ``minima`` (numbers of points), and no
    ``children``; ``dimension`` is that of a component of minima in words, empty for isolated points and infima at infinity.
    """

    birth: int
    merge: int | None
    spurious: bool
    copies: int
    children: tuple[Branch, ...]
    minima: tuple[int, ...]
    kind: str | None
    dimension: str

    @property
    def leaves(self) -> tuple[Branch, ...]:
        return (self,) if not self.children else tuple(leaf for child in self.children for leaf in child.leaves)


def branches(landscape: dict) -> tuple[Branch, ...]:
    """The merge tree with like subtrees drawn together; one branch if all minima are joined at last."""
    components = {component["number"]: component for component in landscape["components"]}
    orbit = {minimum["number"]: minimum["orbit"] for minimum in landscape["minima"]}
    kind = {minimum["number"]: minimum["kind"] for minimum in landscape["minima"]}
    dimension = {minimum["number"]: dimension_of(minimum) for minimum in landscape["minima"]}

    def key(number: int) -> tuple:
        component = components[number]
        below = sorted(map(key, component["children"])) if component["children"] else [orbit[k] for k in component["minima"]]
        return component["birth"], component["merge"] or 0, component["spurious"], tuple(below)

    def drawn(numbers: Sequence[int]) -> tuple[Branch, ...]:
        groups: dict[tuple, list[int]] = {}
        for number in numbers:
            groups.setdefault(key(number), []).append(number)
        return tuple(branch([components[number] for number in group]) for group in groups.values())

    def branch(group: Sequence[dict]) -> Branch:
        first = group[0]
        # The children of like components are alike, so they are drawn together; how many there are in each is what is written.
        children = drawn([child for component in group for child in component["children"]])
        each = tuple(
            Branch(c.birth, c.merge, c.spurious, c.copies // len(group), c.children, c.minima, c.kind, c.dimension) for c in children
        )
        minima = tuple(sorted(k for component in group for k in component["minima"]))
        leaf, size = (None, "") if first["children"] else (kind[first["minima"][0]], dimension[first["minima"][0]])
        return Branch(first["birth"], first["merge"], first["spurious"], len(group), each, minima, leaf, size)

    below = {child for component in components.values() for child in component["children"]}
    return drawn([number for number in components if number not in below])


def dimension_of(minimum: dict) -> str:
    """The dimension of a component of minima of a landscape document, short; empty for isolated points and infima at infinity.

    >>> dimension_of({"dimension": 2, "dimension_bound": "at least"}), dimension_of({"dimension": 0, "dimension_bound": "exact"}), dimension_of({})
    ('dim ≥ 2', '', '')
    """
    size, sure = minimum.get("dimension", 0), minimum.get("dimension_bound", "exact") == "exact"
    return "" if sure and not size else f"dim {size}" if sure else f"dim ≥ {size}"
