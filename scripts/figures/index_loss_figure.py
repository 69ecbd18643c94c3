"""Index against loss of the real critical points of one problem, an orbit or a component as one mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from critscape.algebra.points.classification import Kind
from critscape.scripts.figures.figure_style import BLACK, BLUE, GREEN, GREY, PALE, SKY, VERMILLION, WIDTHS

DEGENERATE = "degenerate"
LOOKS = {
    Kind.GLOBAL_MINIMUM.value: ("s", BLUE, BLUE, "white"),
    Kind.SPURIOUS_MINIMUM.value: ("D", VERMILLION, VERMILLION, "white"),
    Kind.LOCAL_MINIMUM.value: ("p", SKY, BLACK, BLACK),
    Kind.SADDLE.value: ("o", "white", BLACK, BLACK),
    "non-strict saddle": ("8", PALE, BLACK, BLACK),
    Kind.MAXIMUM.value: ("h", GREEN, BLACK, "white"),
    DEGENERATE: ("X", GREY, BLACK, BLACK),
}
"""Kind → shape, face, edge and colour of the number."""
SIZES = (13.0, 11.0, 9.0, 6.0, 4.0, 2.5)
"""Diameters of marks in points; the largest that leaves no overlap is taken."""
CLOSE = 0.04
"""Part of the axis below which the two lowest losses are too close to be told apart on it; then the axis is logarithmic."""
READABLE = 9.0
"""A number is written on marks of this diameter and more."""
ROW = 45
"""Letters of a legend that fit into one row of a column."""


@dataclass(frozen=True)
class Mark:
    """Real critical points of one index, loss and kind (one of LOOKS).

    ``text`` stands on the mark: how many points symmetries exchange, or the dimension of a component.
    """

    index: int
    loss: float
    kind: str
    text: str


def figure(
    marks: Sequence[Mark], width: str, note: str | None = None, links: Sequence[tuple[int, int]] = (), label: str = "index"
) -> Figure:
    """The figure, as wide as WIDTHS says; ``note`` is a warning written on it.

    ``links`` are pairs of positions in ``marks`` that are joined by lines, those that occur twice by two.
    """
    indices = sorted({mark.index for mark in marks})
    drawn = Figure(figsize=(WIDTHS[width], 2.6 if width == "column" else 4.4))
    axes = drawn.add_subplot()
    axes.set_xlabel(label)
    axes.set_ylabel(r"$L$")
    low, high = indices[0], indices[-1]
    axes.set_xlim(low - 0.6, high + 0.6)
    losses = [mark.loss for mark in marks]
    spread = max(losses) - min(losses) or abs(losses[0]) or 1.0
    axes.set_ylim(min(losses) - 0.09 * spread, max(losses) + 0.09 * spread)
    if collapsed(losses):
        axes.set_yscale("log")
        room = (max(losses) / min(losses)) ** 0.09
        axes.set_ylim(min(losses) / room, max(losses) * room)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    kinds = [kind for kind in LOOKS if any(mark.kind == kind for mark in marks)]
    handles = [Line2D([], [], ls="", marker=LOOKS[k][0], mfc=LOOKS[k][1], mec=LOOKS[k][2], ms=6, mew=0.7, label=k) for k in kinds]
    handles += [Line2D([], [], color=BLACK, lw=0.7, label="descending arc")] * bool(links)
    columns = len(handles) if width == "page" or sum(map(len, kinds)) <= ROW else 2
    drawn.legend(handles=handles, loc="outside upper center", ncols=columns, handlelength=1.0, borderaxespad=0.2)
    if note:
        axes.text(0.5, 1.0, note, transform=axes.transAxes, ha="center", va="bottom", fontsize=8, style="italic")
    # The layout is made when the figure is drawn; only then is it known how far apart marks are.
    drawn.draw_without_rendering()
    places = axes.transData.transform([(mark.index, mark.loss) for mark in marks]) * 72 / drawn.dpi
    step = 72 / drawn.dpi * float(np.diff(axes.transData.transform([(0, 0), (1, 0)])[:, 0])[0])
    size, shifts = next(((s, d) for s in SIZES if (d := dodged(places, 1.12 * s, 0.46 * step)) is not None), (SIZES[-1], None))
    shifts = shifts if shifts is not None else np.zeros(len(marks))
    for k, (one, other) in enumerate(links):
        start, end = ((marks[j].index + shifts[j] / step, marks[j].loss) for j in (one, other))
        bend = ("arc3,rad=0.12", "arc3,rad=-0.12")[links[:k].count((one, other)) % 2] if links.count((one, other)) > 1 else "arc3"
        line = {"arrowstyle": "-", "connectionstyle": bend, "color": BLACK, "lw": 0.7, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", start, end, arrowprops=line)
    for mark, shift in zip(marks, shifts):
        shape, face, edge, text = LOOKS[mark.kind]
        # Squares and diamonds of a diameter look larger than circles.
        scale = {"s": 0.86, "D": 0.8}.get(shape, 1.0)
        x = mark.index + shift / step
        axes.plot(x, mark.loss, shape, ms=size * scale, mfc=face, mec=edge, mew=0.7, clip_on=False, zorder=3)
        if size >= READABLE:
            digits = len(mark.text)
            axes.text(
                x, mark.loss, mark.text, color=text, ha="center", va="center_baseline", zorder=4,
                fontsize=size * {1: 0.64, 2: 0.55}.get(digits, 1.2 / digits),
            )  # fmt: skip
    return drawn


def collapsed(losses: Sequence[float]) -> bool:
    """Whether the two lowest of several positive losses would fall together on a linear axis, and less so on a logarithmic one.

    >>> collapsed([28.8, 32.7, 1295.0]), collapsed([1.0, 2.0, 3.0]), collapsed([0.0, 0.1, 100.0])
    (True, False, False)
    """
    levels = sorted(set(losses))
    if len(levels) < 3 or levels[0] <= 0:
        return False
    linear = (levels[1] - levels[0]) / (levels[-1] - levels[0])
    return linear < CLOSE and log(levels[1] / levels[0]) > 2 * linear * log(levels[-1] / levels[0])


def dodged(places: np.ndarray, distance: float, room: float) -> np.ndarray | None:
    """Horizontal shifts (K,) that keep points ``places`` (K, 2) ``distance`` apart, within ``room``; None where there are none.

    >>> dodged(np.array([[0.0, 0.0], [0.0, 1.0], [0.0, 9.0]]), 2.0, 5.0)
    array([0., 2., 0.])
    """
    shifts = np.zeros(len(places))
    reach = max(0.0, room - distance / 2)
    candidates = sorted(np.arange(-int(reach * 2), int(reach * 2) + 1) / 2, key=lambda x: (abs(x), -x))
    for k in np.argsort(places[:, 1], kind="stable"):
        before = [j for j in range(len(places)) if abs(places[j, 1] - places[k, 1]) < distance and _placed(places, j, k)]
        for shift in candidates:
            around = places[before] + np.column_stack([shifts[before], np.zeros(len(before))])
            if not before or np.hypot(*(around - places[k] - [shift, 0]).T).min() >= distance:
                shifts[k] = shift
                break
        else:
            return None
    return shifts


def _placed(places: np.ndarray, j: int, k: int) -> bool:
    """Whether j comes before k in the order of placing."""
    return (places[j, 1], j) < (places[k, 1], k)
