"""The disconnectivity graph of a landscape: level upward, a leaf for each orbit of minima, branches that meet where components do.

O. M. Becker and M. Karplus, "The topology of multidimensional potential energy surfaces", J. Chem. Phys. 106, 1997; here every
branch meets at its exact level, not in a grid of levels. Subtrees that are alike (the same levels, minima of the same orbits) are
drawn once, with their number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from critscape.scripts.figures.figure_style import BLACK, VERMILLION, WIDTHS
from critscape.scripts.figures.index_loss_figure import LOOKS
from critscape.scripts.printing.branches import Branch, branches
from critscape.scripts.printing.numbers import DIGITS, ranges

INFIMUM, SPURIOUS_INFIMUM = "infimum at infinity", "spurious infimum at infinity"
"""Kinds of leaves that are no points: the loss tends to the level of their birth, and is not attained."""
ARROW = [(0.0, 0.0), (-0.6, 1.0), (0.6, 1.0), (0.0, 0.0)]
"""Its tip is at the infimum, which the loss tends to."""
LEAVES: dict[str, tuple] = LOOKS | {INFIMUM: (ARROW, "white", BLACK, BLACK), SPURIOUS_INFIMUM: (ARROW, "white", VERMILLION, VERMILLION)}
"""Kind of a leaf → shape, face, edge and colour."""
BAND = "#E8E8E8"
DASHED, DOTTED = (0, (3, 1.2)), (0, (1, 1.4))
LEAST_GAP = 0.13
"""Levels that are closer than this part of the axis are drawn so far apart."""
SLANT = 0.05
"""Part of the axis over which a branch runs from its column to where it meets others."""
MOST_TICKS = 16
LONGEST_LABEL = 9


def heights(levels: Sequence[float]) -> tuple[np.ndarray, bool]:
    """Where increasing levels are drawn, from 0 to 1, and whether that is to scale: gaps that are too small to see are widened.

    >>> heights([0.0, 1.0, 4.0])
    (array([0.  , 0.25, 1.  ]), True)
    >>> heights([0.0, 1.0, 1.001])[0].round(3)
    array([0.  , 0.87, 1.  ])
    """
    gaps = np.diff(levels)
    if not len(gaps):
        return np.zeros(len(levels)), True
    least = min(LEAST_GAP, 0.8 / len(gaps))
    shares = gaps / gaps.sum()
    widened: set[int] = set()
    # What the widened gaps take away may make others too small.
    while small := {k for k in range(len(gaps)) if k not in widened and shares[k] < least}:
        widened |= small
        rest = [k for k in range(len(gaps)) if k not in widened]
        shares[list(widened)] = least
        shares[rest] = gaps[rest] / gaps[rest].sum() * (1 - least * len(widened))
    return np.concatenate([[0.0], np.cumsum(shares)]), not widened


def figure(landscape: dict, width: str, note: str | None = None) -> Figure:
    """The figure of a landscape document, as wide as WIDTHS says; ``note`` is a warning written on it."""
    # Nothing changes at the level of a saddle that joins a component with itself.
    ranks = sorted({component["birth"] for component in landscape["components"]})
    losses = {level["number"]: float(level["loss"]) for level in landscape["levels"]}
    levels = [losses[rank] for rank in ranks]
    spaced, to_scale = heights(levels)
    places = dict(zip(ranks, spaced))
    roots = branches(landscape)
    leaves = [leaf for root in roots for leaf in root.leaves]
    drawn = Figure(figsize=(WIDTHS[width], 3.0 if width == "column" else 4.6))
    axes = drawn.add_subplot()
    axes.set_xlim(-0.6, len(leaves) - 0.4)
    axes.set_ylim(-0.2, 1.13)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_bounds(0, 1.13)
    axes.set_ylabel(r"level $c$" if to_scale else r"level $c$ (small gaps widened)")
    _level_ticks(axes, levels, spaced)
    for low, high in _spurious_bands(landscape):
        axes.axhspan(places[low], places[high] if high is not None else 1.13, color=BAND, lw=0, zorder=0)
    columns = _columns(roots)
    for root in roots:
        _draw(axes, root, places, columns, None)
    for leaf in leaves:
        _label(axes, leaf, columns[id(leaf)], places[leaf.birth])
    drawn.legend(
        handles=_legend(roots, bool(landscape["spurious_valleys"])),
        loc="outside upper center",
        ncols=2 if width == "column" else 4,
        handlelength=1.6,
    )
    if note:
        axes.text(0.5, 1.0, note, transform=axes.transAxes, ha="center", va="bottom", fontsize=8, style="italic")
    return drawn


def _columns(roots: Sequence[Branch]) -> dict[int, float]:
    """The horizontal place of each branch: leaves side by side, a parent over the middle of its children."""
    columns: dict[int, float] = {}

    def place(branch: Branch, start: int) -> int:
        if not branch.children:
            columns[id(branch)] = float(start)
            return start + 1
        for child in branch.children:
            start = place(child, start)
        ends = [columns[id(child)] for child in branch.children]
        columns[id(branch)] = (min(ends) + max(ends)) / 2
        return start

    start = 0
    for root in roots:
        start = place(root, start)
    return columns


def _draw(axes: Axes, branch: Branch, places: Mapping[int, float], columns: dict[int, float], parent: Branch | None) -> None:
    """A branch up to where it meets others, and what is below it."""
    x, low = columns[id(branch)], places[branch.birth]
    top = 1.13 if branch.merge is None else places[branch.merge]
    bend = max((low + top) / 2, top - SLANT)
    look: dict[str, Any] = {"color": BLACK, "ls": "-", "lw": 1.1}
    if branch.spurious:
        look = {"color": VERMILLION, "ls": DASHED, "lw": 1.5}
    if branch.kind in (INFIMUM, SPURIOUS_INFIMUM):
        look["ls"] = DOTTED
    across = [x, x] if parent is None else [x, x, columns[id(parent)]]
    axes.plot(across, [low, top] if parent is None else [low, bend, top], solid_capstyle="round", zorder=2, clip_on=False, **look)
    if branch.children and branch.copies > 1:
        axes.annotate(
            f"×{branch.copies}", (x, (low + bend) / 2), xytext=(3.5, 1.5), textcoords="offset points", ha="left", va="center",
            fontsize=7.5, color=look["color"], zorder=5, path_effects=[withStroke(linewidth=1.6, foreground="white")],
        )  # fmt: skip
    for child in branch.children:
        _draw(axes, child, places, columns, branch)
    if branch.children:
        axes.plot(x, low, "o", ms=3.2, mfc="white", mec=BLACK, mew=0.7, zorder=3)


def _label(axes: Axes, leaf: Branch, x: float, y: float) -> None:
    """The mark of a leaf, the number of minima that it stands for, their numbers if these are short, and their dimension."""
    assert leaf.kind is not None  # A leaf is born at a minimum.
    shape, face, edge, _ = LEAVES[leaf.kind]
    arrow = leaf.kind in (INFIMUM, SPURIOUS_INFIMUM)
    axes.plot(x, y, ls="", marker=shape, ms=12 if arrow else 6, mfc=face, mec=edge, mew=1.0 if arrow else 0.7, zorder=4)
    names = ranges(leaf.minima)
    size = [f"×{len(leaf.minima)}"] * (len(leaf.minima) > 1)
    below = "\n".join([*size, *[f"#{names}"] * (len(names) <= LONGEST_LABEL), *filter(None, [leaf.dimension])])
    axes.annotate(below, (x, y), xytext=(0, -6), textcoords="offset points", ha="center", va="top", fontsize=7.5, linespacing=1.1)


def _level_ticks(axes: Axes, levels: Sequence[float], places: np.ndarray) -> None:
    """Ticks at the levels themselves, with digits enough to tell them apart."""
    shown = range(len(levels)) if len(levels) <= MOST_TICKS else np.unique(np.linspace(0, len(levels) - 1, MOST_TICKS).round()).astype(int)
    digits = next((d for d in range(DIGITS, 16) if max(Counter(f"{level:.{d}g}" for level in levels).values()) == 1), 16)
    axes.set_yticks([places[k] for k in shown], [f"{levels[k]:.{digits}g}".replace("-", "−") for k in shown])


def _spurious_bands(landscape: dict) -> list[tuple[int, int | None]]:
    """The numbers of the levels from and up to which a spurious valley exists."""
    return [(entry["from"], entry["to"]) for entry in landscape["sublevel_sets"] if entry["spurious_valleys"]]


def _legend(roots: Sequence[Branch], spurious: bool) -> list:
    leaves = [leaf for root in roots for leaf in root.leaves]
    kinds = [kind for kind in LEAVES if any(leaf.kind == kind for leaf in leaves)]
    handles: list = []
    for kind in kinds:
        shape, face, edge, _ = LEAVES[kind]
        # The branch of an infimum at infinity is dotted.
        look: dict[str, Any] = {"color": edge, "ls": DOTTED, "lw": 1.1} if kind in (INFIMUM, SPURIOUS_INFIMUM) else {"ls": ""}
        handles.append(Line2D([], [], marker=shape, mfc=face, mec=edge, ms=6, mew=0.7, label=kind, **look))
    if spurious:
        handles.append(Line2D([], [], color=VERMILLION, ls=DASHED, lw=1.5, label="spurious valley"))
        handles.append(Patch(facecolor=BAND, label="levels where one exists"))
    if folded(roots):
        handles.append(Line2D([], [], ls="", marker=r"$\times k$", mfc=BLACK, mec=BLACK, ms=11, mew=0.0, label="$k$ alike, drawn once"))
    return handles


def folded(found: Sequence[Branch]) -> bool:
    """Whether some branch stands for several."""
    return any(branch.copies > 1 or (len(branch.minima) > 1 and not branch.children) or folded(branch.children) for branch in found)
