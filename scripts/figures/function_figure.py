"""The functions that the local minima of a network with one input compute, over its data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from critscape.scripts.figures.figure_style import BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILLION, WIDTHS

COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY)
STYLES = ("-", "--", "-.", ":")
MOST_NAMED = 8
"""Functions that the legend names: the lowest; the others are thin."""
LINE = 0.16
"""Height of a line of the legend, in inches."""
MARGIN = 0.15
"""Room beside the data, as a part of their extent."""


@dataclass(frozen=True)
class Curve:
    """A function x ↦ Σ_j v_jφ(w_jx + b_j) + c of one minimum, its loss as text, and whether it is global.

    ``outgoing``, ``incoming`` and ``biases`` have one entry per unit; ``slopes`` are those on the right and on the left of 0.
    """

    loss: str
    least: bool
    outgoing: np.ndarray
    incoming: np.ndarray
    biases: np.ndarray
    output: float
    slopes: tuple[float, float]

    def __call__(self, x: np.ndarray) -> np.ndarray:
        seen = np.multiply.outer(x, self.incoming) + self.biases
        return np.where(seen > 0, self.slopes[0] * seen, self.slopes[1] * seen) @ self.outgoing + self.output

    @property
    def bends(self) -> np.ndarray:
        """Where the function is not differentiable."""
        moving = (self.incoming != 0) & (self.outgoing != 0)
        return -self.biases[moving] / self.incoming[moving]


def figure(inputs: Sequence[float], targets: Sequence[float], curves: Sequence[Curve], width: str, note: str | None = None) -> Figure:
    """The figure, as wide as WIDTHS says, with the curves in increasing loss; ``note`` is a warning written on it."""
    columns = 2 if width == "column" else 4
    lines = -(-(min(len(curves), MOST_NAMED) + 1) // columns)
    drawn = Figure(figsize=(WIDTHS[width], 2.3 + LINE * lines if width == "column" else 3.6 + LINE * lines))
    axes = drawn.add_subplot()
    axes.set_xlabel("$x$")
    axes.set_ylabel("$f(x)$")
    low, high = min(inputs), max(inputs)
    room = MARGIN * ((high - low) or 1.0)
    grid = np.linspace(low - room, high + room, 400)
    for place, curve in reversed(list(enumerate(curves))):
        x = np.unique(np.concatenate([grid, curve.bends[(curve.bends > grid[0]) & (curve.bends < grid[-1])]]))
        named = place < MOST_NAMED
        axes.plot(
            x,
            curve(x),
            color=COLOURS[place % len(COLOURS)],
            ls=STYLES[place // len(COLOURS) % len(STYLES)] if named else "-",
            lw=1.8 if curve.least else 1.0 if named else 0.4,
            label=f"$L$ = {curve.loss}" + (" (global)" if curve.least else "") if named else None,
            zorder=3 if curve.least else 2,
        )
    axes.plot(inputs, targets, ls="", marker="o", ms=4.5, color=BLACK, label="data", zorder=4)
    handles, labels = axes.get_legend_handles_labels()
    drawn.legend(handles[::-1], labels[::-1], loc="outside upper center", ncols=columns, handlelength=1.8, borderaxespad=0.2)
    notes = ["" if note is None else note, f"{len(curves) - MOST_NAMED} more, thin" if len(curves) > MOST_NAMED else ""]
    axes.text(1.0, 1.0, "; ".join(filter(None, notes)), transform=axes.transAxes, ha="right", va="bottom", fontsize=8, style="italic")
    axes.set_xlim(grid[0], grid[-1])
    return drawn
