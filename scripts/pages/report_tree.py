"""The disconnectivity graph of a landscape for a web page: level upward, a leaf per minimum, in the units of an inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from critscape.scripts.figures.disconnectivity_figure import INFIMUM, SPURIOUS_INFIMUM, heights
from critscape.scripts.pages.report_chart import outline
from critscape.scripts.printing.branches import dimension_of
from critscape.scripts.printing.numbers import ranges, short

WIDTH, HEIGHT = 640.0, 380.0
LEFT, RIGHT, TOP, BOTTOM = 96.0, 20.0, 30.0, 44.0
FRAME = {"width": WIDTH, "height": HEIGHT, "left": LEFT}
SLANT, RADIUS, LABEL = 16.0, 7.0, 15.0
"""Height over which a branch runs to where it meets others; radius of marks; least distance of the labels of levels."""
MOST_LEAVES = 40
"""Minima of larger graphs could not be told apart."""


@dataclass(frozen=True)
class Leaf:
    """A component where it is born: the numbers of its minima, the first of them, and what it is, with its dimension unless that is zero."""

    x: float
    y: float
    minima: str
    first: int
    kind: str
    outline: str
    dimension: str


@dataclass(frozen=True)
class Tree:
    """Branches as SVG paths, each with its classes: of a spurious valley, of one whose infimum is at infinity; levels as heights with
    labels. ``points`` says whether leaves are critical points, with the numbers of these.
    """

    branches: tuple[tuple[str, str], ...]
    leaves: tuple[Leaf, ...]
    levels: tuple[tuple[float, str], ...]
    to_scale: bool
    points: bool


def tree(landscape: dict) -> Tree | None:
    """The graph of a landscape document; None where it has too many leaves, or levels that doubles do not tell apart.

    Raises
    ------
    LookupError, ValueError : the document names a level, a component or a minimum that it does not list, or a component twice, or
        its levels do not increase.
    """
    components = landscape["components"]
    listed = [number for component in components for number in component["children"]]
    if len(set(listed)) < len(listed):
        raise ValueError("a component that is part of two others")
    if not components or sum(not component["children"] for component in components) > MOST_LEAVES:
        return None
    losses = [float(level["loss"]) for level in landscape["levels"]]
    if losses != sorted(losses):
        raise ValueError("levels that do not increase")
    if len(losses) > 1 and losses[0] == losses[-1]:
        return None
    places, to_scale = heights(losses)
    heights_of = {k: HEIGHT - BOTTOM - float(place) * (HEIGHT - TOP - BOTTOM) for k, place in enumerate(places, start=1)}
    kinds = {entry["number"]: entry["kind"] for entry in landscape["minima"]}
    sizes = {entry["number"]: dimension_of(entry) for entry in landscape["minima"]}
    columns: dict[int, float] = {}
    order: list[int] = []

    def place(number: int) -> None:
        """Leaves side by side, and what joins others over the middle of these."""
        children = components[number - 1]["children"]
        for child in children:
            place(child)
        if children:
            columns[number] = (columns[children[0]] + columns[children[-1]]) / 2
        else:
            columns[number] = len(order)
            order.append(number)

    for root in sorted(set(range(1, len(components) + 1)) - set(listed)):
        place(root)
    step = (WIDTH - LEFT - RIGHT) / max(len(order), 1)
    across = {number: LEFT + step * (column + 0.5) for number, column in columns.items()}
    parent = {child: number for number, component in enumerate(components, start=1) for child in component["children"]}
    branches = []
    for number, component in enumerate(components, start=1):
        x, low = across[number], heights_of[component["birth"]]
        high = TOP - 20 if component["merge"] is None else heights_of[component["merge"]]
        bend = min((low + high) / 2, high + SLANT)
        end = f"L{across[parent[number]]:.2f} {high:.2f}" if number in parent else f"V{high:.2f}"
        infinite = not component["children"] and kinds[component["minima"][0]] in (INFIMUM, SPURIOUS_INFIMUM)
        classes = " spurious" * bool(component["spurious"]) + " infinite" * infinite
        branches.append((f"M{x:.2f} {low:.2f}V{bend:.2f}{end}", classes))
    leaves = []
    for number in order:
        component = components[number - 1]
        first = component["minima"][0]
        y = heights_of[component["birth"]]
        leaves.append(Leaf(across[number], y, ranges(component["minima"]), first, kinds[first], mark(kinds[first]), sizes[first]))
    levels = tuple(labelled(landscape["levels"], heights_of))
    return Tree(tuple(branches), tuple(leaves), levels, to_scale, "theorem" not in landscape)


def mark(kind: str) -> str:
    """The outline of a leaf: an infimum at infinity is an arrow whose tip is at it."""
    if kind in (INFIMUM, SPURIOUS_INFIMUM):
        return f"M0 0L{-RADIUS:.2f} {-1.8 * RADIUS:.2f}L{RADIUS:.2f} {-1.8 * RADIUS:.2f}z"
    return outline(kind, RADIUS)


def labelled(levels: Sequence[dict], heights_of: dict[int, float]) -> list[tuple[float, str]]:
    """Levels from the lowest on, without those whose labels would stand on that of the one before."""
    labels: list[tuple[float, str]] = []
    for number, level in enumerate(levels, start=1):
        if not labels or labels[-1][0] - heights_of[number] >= LABEL:
            labels.append((heights_of[number], short(level["loss"])))
    return labels
