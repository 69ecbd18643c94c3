"""The bifurcation diagram of a scaled ridge: losses of the real critical points by index, and their number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from critscape.algebra.pencils.bifurcation import Type
from critscape.algebra.pencils.diagram import Branch, Crossing, Diagram, Gap, branches
from critscape.scripts.figures.figure_style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    N_REAL,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    WIDTHS,
    apart,
    logarithmic_ticks,
)

LINES = (
    (BLUE, "-", 0.9),
    (VERMILLION, (0, (4, 1.2)), 1.2),
    (GREEN, (0, (5, 1, 1, 1)), 1.5),
    (ORANGE, (0, (1, 0.8)), 1.8),
    (PURPLE, (0, (4, 0.8, 0.8, 0.8, 0.8, 0.8)), 2.2),
    (SKY, (0, (2, 0.8)), 2.6),
)
"""Colour, dashes and width of the curves of index 0, 1, …; higher indices are black and dotted.

Lower indices are thinner and lie on top: of curves that all but coincide, each is seen.
"""
HIGHER = (BLACK, (0, (0.6, 0.9)), 3.0)
MARKS = {Type.FOLD: "o", Type.PITCHFORK: "D", Type.OTHER: "s"}
WIDE = 100.0
"""Losses whose largest is this many times the least have a logarithmic axis."""


def figure(diagram: Diagram, logarithmic: bool, width: str) -> Figure:
    """The figure, as wide as WIDTHS says; ``logarithmic`` is the axis of s."""
    drawn = Figure(figsize=(WIDTHS[width], 3.9 if width == "column" else 4.6))
    upper, lower = drawn.subplots(2, 1, sharex=True, height_ratios=(2.3, 1))
    if logarithmic:
        lower.set_xscale("log")
    scales = [float(slice_.s) for slice_ in (*diagram.slices, *diagram.doubtful)]
    lower.set_xlim(min(scales), max(scales))
    lower.set_xlabel(r"$s$  (ridge $s\lambda$)")
    if logarithmic:
        logarithmic_ticks(lower.xaxis)
    curves = sorted(branches(diagram), key=lambda curve: -curve.index)
    for axes in (upper, lower):
        mark_values(axes, diagram)
    draw_losses(upper, diagram, curves)
    draw_numbers(lower, diagram)
    drawn.align_ylabels()
    explained, columns = handles(diagram, {curve.index for curve in curves}), 3 if width == "column" else 6
    drawn.legend(handles=explained, loc="outside upper center", ncols=columns, handlelength=2.4, borderaxespad=0.2)
    return drawn


def mark_values(axes: Axes, diagram: Diagram) -> None:
    """Bifurcation values, intervals that are not connected and values without a complete set."""
    for event in diagram.events:
        axes.axvline(event.s, color=GREY, lw=0.5, zorder=0)
    for gap in diagram.gaps:
        axes.axvspan(float(gap.left.s), float(gap.right.s), facecolor="none", edgecolor=GREY, hatch="////", lw=0.8, zorder=0)
    for slice_ in diagram.open:
        axes.plot(float(slice_.s), 0, "x", color=BLACK, ms=5, mew=1.1, transform=axes.get_xaxis_transform(), clip_on=False)


def draw_losses(axes: Axes, diagram: Diagram, curves: Sequence[Branch]) -> None:
    """The losses of the real critical points, and the points where they meet."""
    for curve in curves:
        colour, dashes, weight = look(curve.index)
        axes.plot(curve.s, curve.losses, color=colour, ls=dashes, lw=weight, solid_capstyle="round")
    losses = np.concatenate([curve.losses for curve in curves]) if curves else np.ones(1)
    if losses.min() > 0 and losses.max() > WIDE * losses.min():
        axes.set_yscale("log")
        logarithmic_ticks(axes.yaxis)
    for event in diagram.events:
        for point in event.points:
            if point.real:
                axes.plot(event.s, point.loss, MARKS[point.type], ms=4.2, mfc="white", mec=BLACK, mew=0.8, zorder=5)
    axes.set_ylabel(r"$L$")


def draw_numbers(axes: Axes, diagram: Diagram) -> None:
    """The number of real critical points as a step function."""
    levels = plateaus(diagram)
    for low, high, number in levels:
        axes.plot([low, high], [number, number], color=BLACK, lw=1.2, solid_capstyle="butt")
    for event in diagram.events:
        numbers = event.link.left.count, event.link.right.count
        axes.plot([event.s, event.s], numbers, color=BLACK, lw=1.2, solid_capstyle="projecting")
    axes.set_ylabel(N_REAL)
    axes.margins(y=0.12)
    axes.set_ylim(bottom=0)
    axes.set_yticks(apart([number for _, _, number in levels], 0.12 * axes.get_ylim()[1]))


def look(index: int) -> tuple:
    """Colour, dashes and width for an index."""
    return LINES[index] if index < len(LINES) else HIGHER


def plateaus(diagram: Diagram) -> list[tuple[float, float, int]]:
    """The intervals between events over which N_R is known, with N_R."""
    found: list[tuple[float, float, int]] = []
    start: float | None = None
    for piece in diagram.pieces:
        link = piece.link if isinstance(piece, Crossing) else piece
        start = float(link.left.s) if start is None else start
        if isinstance(piece, Gap):
            found.append((start, float(piece.left.s), piece.left.count))
            start = float(piece.right.s)
        elif isinstance(piece, Crossing) and piece.real:
            found.append((start, piece.s, link.left.count))
            start = piece.s
    if start is not None:
        found.append((start, float(diagram.slices[-1].s), diagram.slices[-1].count))
    return found


def handles(diagram: Diagram, indices: set[int]) -> list[Artist]:
    """What the legend explains: the indices and marks that occur."""
    lines: list[Artist] = []
    for k in sorted({min(index, len(LINES)) for index in indices}):
        colour, dashes, weight = look(k)
        lines.append(Line2D([], [], color=colour, ls=dashes, lw=weight, label=f"index {k}" if k < len(LINES) else f"index ≥ {k}"))
    types = [kind for kind in Type if any(point.type is kind and point.real for event in diagram.events for point in event.points)]
    for kind in types:
        lines.append(Line2D([], [], ls="", marker=MARKS[kind], mfc="white", mec=BLACK, ms=4.2, mew=0.8, label=kind.value))
    if diagram.open:
        lines.append(Line2D([], [], ls="", marker="x", color=BLACK, ms=5, mew=1.1, label="not complete"))
    if diagram.gaps:
        lines.append(Patch(facecolor="none", edgecolor=GREY, hatch="////", label="not connected"))
    return lines
