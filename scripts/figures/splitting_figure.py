"""The way out of split points: the loss over shares and the direction of the arc, and the loss along the path."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from critscape.algebra.splitting.copies import Split, embedded
from critscape.algebra.splitting.way_out import Stage
from critscape.scripts.figures.figure_style import BLACK, BLUE, GREY, ORANGE, VERMILLION, WIDTHS
from critscape.scripts.studies.splitting.run import Splitting

COLOURS = {Stage.LINE: BLUE, Stage.ARC: VERMILLION, Stage.SEGMENT: ORANGE}
LABELS = {Stage.LINE: "equal loss", Stage.ARC: "arc", Stage.SEGMENT: "segments"}
SHARES, SPREAD = (-1.0, 2.0), 1.5
CELLS = 61
"""Points of the grid of the upper picture in each direction, in double precision."""
LEVELS = 15
HIGHEST = 3.0
"""Contour lines end at so many times the deepest fall above the equal loss."""


def figure(found: Splitting, width: str) -> Figure:
    """The figure, as wide as WIDTHS says, of a split with a path out."""
    drawn = Figure(figsize=(WIDTHS[width], 4.4 if width == "column" else 5.2))
    upper, lower = drawn.subplots(2, 1, height_ratios=(1.5, 1))
    draw_plane(upper, found)
    draw_path(lower, found)
    return drawn


def draw_plane(axes: Axes, found: Splitting) -> None:
    """Contour lines of L over λ, the share of the first copy, and t: copies apart by t δ, where the other weights stay as they are."""
    assert found.way is not None
    split = found.plan[0]
    weights = np.array([float(w.mid()) for w in found.point.balls])
    wide = found.training
    shares, heights = np.linspace(*SHARES, CELLS), np.linspace(-SPREAD, SPREAD, CELLS)
    rest = [float(share) for share in found.way.shares[2:]]
    total = 1 - sum(rest)
    values = np.empty((CELLS, CELLS))
    for k, share in enumerate(shares):
        both = (share, total - share)
        place = np.array(_embedded(found, weights, (*both, *rest)))
        move = np.zeros(len(place))
        for copy, factor in ((0, both[1]), (1, -both[0])):
            positions = wide.network.incoming(split.layer, split.unit + copy)
            move[positions] = factor * np.array([float(part) for part in found.way.direction])
        values[:, k] = losses(found, place + np.outer(heights, move))
    level = float(found.way.vertices[0].loss.mid())
    deepest = max(level - float(values.min()), 1e-12 * abs(level))
    bounds = np.linspace(level - deepest, level + HIGHEST * deepest, LEVELS)
    axes.contour(shares, heights, values, levels=bounds, colors=GREY, linewidths=0.5)
    axes.contourf(shares, heights, values, levels=[level - 2 * deepest, level - 1e-9 * deepest], colors=[ORANGE], alpha=0.25)
    first, last = float(split.shares[0]), float(found.way.shares[0])
    axes.plot(SHARES, (0, 0), color=BLUE, lw=0.8, ls=(0, (2, 2)))
    axes.plot([last, last], [0, float(found.way.length)], color=VERMILLION, lw=1.8)
    # Of more than two copies the start need not lie in this plane.
    if split.shares[2:] == found.way.shares[2:]:
        axes.plot([first, last], [0, 0], color=BLUE, lw=1.8)
        axes.plot(first, 0, "o", ms=4.5, mfc="white", mec=BLACK, mew=0.9, zorder=5)
    axes.set_xlabel(r"share $\lambda$ of the first copy")
    axes.set_ylabel(r"$t$")
    axes.set_title("loss below the split point is shaded", fontsize=8, color=GREY)


def _embedded(found: Splitting, weights: np.ndarray, shares: tuple[float, ...]) -> list[float]:
    split = found.plan[0]
    exact = tuple(Fraction(share).limit_denominator(10**9) for share in shares)
    return [
        float(w) for w in embedded(found.point.training.network, list(map(Fraction, weights)), (Split(split.layer, split.unit, exact),))
    ]


def losses(found: Splitting, places: np.ndarray) -> np.ndarray:
    """L at points (count × N) of the wider network, in double precision."""
    network, training = found.training.network, found.training
    inputs = np.array([[float(x) for x in sample] for sample in training.inputs])
    targets = np.array([[float(y) for y in sample] for sample in training.targets])
    ridge = np.array([float(s) for s in training.ridge])
    totals = []
    for place in places:
        values = inputs.T
        for layer in range(1, network.depth + 1):
            rows = np.array(
                [place[[network.weight(layer, s, r) for r in range(network.widths[layer - 1])]] for s in range(network.widths[layer])]
            )
            sums = rows @ values
            if network.biases[layer - 1]:
                sums += place[[network.bias(layer, s) for s in range(network.widths[layer])]][:, None]
            values = sums if layer == network.depth else network.activation.floats(sums, 0)[0]
        totals.append(0.5 * np.sum((values.T - targets) ** 2) + 0.5 * np.sum(ridge * place**2))
    return np.array(totals)


def draw_path(axes: Axes, found: Splitting) -> None:
    """The loss against the length of the path."""
    assert found.way is not None
    vertices = found.way.vertices
    places = np.array([[float(w.mid()) for w in vertex.weights] for vertex in vertices])
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(places, axis=0), axis=1))])
    values = [float(vertex.loss.mid()) for vertex in vertices]
    told = set()
    for k, other in enumerate(vertices[1:]):
        label = None if other.stage in told else LABELS[other.stage]
        told.add(other.stage)
        axes.plot(lengths[k : k + 2], values[k : k + 2], color=COLOURS[other.stage], lw=1.4, label=label, solid_capstyle="round")
    axes.plot(0, values[0], "o", ms=4.5, mfc="white", mec=BLACK, mew=0.9, zorder=5)
    axes.set_xlabel("length of the path")
    axes.set_ylabel(r"$L$")
    axes.legend()
