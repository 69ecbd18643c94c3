"""Index against loss for a web page: where each orbit's mark stands, in the units of an inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Generic, Protocol, TypeVar

import numpy as np
from matplotlib.ticker import MaxNLocator

from critscape.scripts.figures.cells_figure import MARKS
from critscape.scripts.figures.index_loss_figure import LOOKS, SIZES, dodged
from critscape.scripts.pages.report_source import finite

WIDTH, HEIGHT = 640.0, 400.0
LEFT, RIGHT, TOP, BOTTOM = 82.0, 12.0, 12.0, 46.0
FRAME = {"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH - RIGHT, "top": TOP, "bottom": HEIGHT - BOTTOM}
SCALE = 1.6
"""Units for each point of the diameters in printed figures."""
READABLE = 14.0
"""A number is written on marks of this diameter and more."""
CORNERS = {"8": (8, 22.5, 1.05), "s": (4, 45.0, 1.25), "D": (4, 0.0, 1.25), "p": (5, 90.0, 1.1), "h": (6, 0.0, 1.1), "v": (3, 270.0, 1.5)}
"""Shape → number of corners, angle of the first one, and size beside a circle of the same area."""
SHAPES = {kind: look[0] for kind, look in (LOOKS | MARKS).items()}
"""Kind → shape, in the order of legends."""


class Placed(Protocol):
    """What is drawn as one mark: a kind of SHAPES, an index and a loss, None where they are not known."""

    @property
    def kind(self) -> str: ...
    @property
    def index(self) -> int | None: ...
    @property
    def loss(self) -> str | None: ...


Item = TypeVar("Item", bound=Placed)


@dataclass(frozen=True)
class Dot(Generic[Item]):
    """The mark of one orbit: its place, and its outline around the origin."""

    orbit: Item
    x: float
    y: float
    outline: str
    numbered: bool


@dataclass(frozen=True)
class Chart(Generic[Item]):
    """Marks, ticks as places with labels, types that occur; ``missing`` orbits have no index or no loss to stand at."""

    dots: tuple[Dot[Item], ...]
    columns: tuple[tuple[float, str], ...]
    levels: tuple[tuple[float, str], ...]
    kinds: tuple[str, ...]
    missing: int


def chart(rows: Sequence[Item]) -> Chart[Item] | None:
    """The chart of some orbits; None where none of them can be drawn."""
    placed = [(row, row.index, loss) for row in rows if row.index is not None and (loss := finite(row.loss)) is not None]
    if not placed:
        return None
    indices = range(min(index for _, index, _ in placed), max(index for _, index, _ in placed) + 1)
    losses = [loss for _, _, loss in placed]
    spread = max(losses) - min(losses) or abs(losses[0]) or 1.0
    low, high = min(losses) - 0.07 * spread, max(losses) + 0.07 * spread
    step = (WIDTH - LEFT - RIGHT) / len(indices)

    def height(loss: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - loss) / (high - low)

    def column(index: int) -> float:
        return LEFT + step * (index - indices[0] + 0.5)

    places = np.array([(column(index), height(loss)) for _, index, loss in placed])
    # Columns stay apart; marks that no size keeps from overlapping stand on each other.
    found = ((size, dodged(places, 1.15 * SCALE * size, 0.48 * step)) for size in SIZES)
    size, shifts = next(((s, d) for s, d in found if d is not None), (SIZES[-1], np.zeros(len(places))))
    radius = SCALE * size / 2
    dots = tuple(
        Dot(row, float(x + shift), float(y), outline(row.kind, radius), 2 * radius >= READABLE)
        for (row, _, _), (x, y), shift in zip(placed, places, shifts)
    )
    ticks = [float(tick) for tick in MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high) if low <= tick <= high]
    labels = number_labels(ticks)
    kinds = [kind for kind in SHAPES if any(row.kind == kind for row, _, _ in placed)]
    return Chart(
        dots,
        tuple((column(index), str(index)) for index in indices),
        tuple((height(tick), label) for tick, label in zip(ticks, labels)),
        tuple(kinds),
        len(rows) - len(placed),
    )


def number_labels(ticks: Sequence[float]) -> list[str]:
    """Ticks with as few digits as tell them apart.

    >>> number_labels([-0.5, 0.0, 0.5]), number_labels([1000.25, 1000.5])
    (['−0.5', '0', '0.5'], ['1000.25', '1000.5'])
    """
    exact = [round(tick, 12) + 0.0 if abs(tick) < 1e6 else tick for tick in ticks]
    digits = next((d for d in range(3, 16) if all(abs(float(f"{t:.{d}g}") - t) <= 1e-9 * abs(t) for t in exact)), 16)
    return [f"{tick:.{digits}g}".replace("-", "−") for tick in exact]


def outline(kind: str, radius: float) -> str:
    """The SVG path of a type's mark around the origin, of about the area of a circle of this radius."""
    shape = SHAPES[kind]
    if shape == "X":
        arm, waist = 1.15 * radius, 0.4 * radius
        quarter = [(waist, 0.0), (arm, arm - waist), (arm - waist, arm)]
        return polygon([rotated(corner, 90.0 * k) for k in range(4) for corner in quarter])
    if shape == "o":
        half = f"a{radius:.2f} {radius:.2f} 0 1 0 "
        return f"M{-radius:.2f} 0{half}{2 * radius:.2f} 0{half}{-2 * radius:.2f} 0z"
    number, first, size = CORNERS[shape]
    return polygon([rotated((size * radius, 0.0), first + 360.0 * k / number) for k in range(number)])


def rotated(point: tuple[float, float], degrees: float) -> tuple[float, float]:
    angle = degrees * pi / 180
    x, y = point
    return x * cos(angle) - y * sin(angle), x * sin(angle) + y * cos(angle)


def polygon(corners: Sequence[tuple[float, float]]) -> str:
    """Corners, y upward, as an SVG path.

    >>> polygon([(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)])
    'M1.00 -0.00L0.00 -1.00L-1.00 -0.00z'
    """
    return "M" + "L".join(f"{x:.2f} {-y:.2f}" for x, y in corners) + "z"
