"""The loss of a piecewise linear network over a plane of two of its weights: cells, kinks between them, and stationary points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations, product

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.activated.piecewise_linear import PiecewiseLinear
from critscape.problems.networks.network import matrices, variables
from critscape.problems.problem.regression import Regression
from critscape.scripts.figures.contour_figure import SHADES
from critscape.scripts.figures.figure_style import BLACK, GREY, ORANGE, WIDTHS
from critscape.scripts.figures.index_loss_figure import LOOKS

GRID = 241
LINES = 16
ROOM = 0.35
"""Room around the points, as a part of their extent."""
IN_PLANE = 1e-8
"""A point is drawn if its other weights are those of the plane up to this."""
MARKS = {
    **{kind: LOOKS[kind] for kind in ("global minimum", "spurious local minimum", "local minimum")},
    "saddle": ("o", "white", BLACK, BLACK),
    "Clarke stationary": ("v", "white", BLACK, BLACK),
    "undecided": ("X", GREY, BLACK, BLACK),
}
"""Kind → shape, face, edge and colour of a number."""


@dataclass(frozen=True)
class Plane:
    """The weights with numbers ``first`` and ``second`` vary, the others are those of ``point`` (n)."""

    first: int
    second: int
    point: np.ndarray


def chosen_plane(document: dict, problem: Regression, names: Sequence[str] | None, number: int) -> Plane:
    """The plane of two weights, by their names, through the representative of the stationary set with a number, from 1.

    Raises
    ------
    BadInput : other names, no names where there are more than two weights, or no such set.
    """
    known = list(variables(problem.network))
    if names is None:
        if len(known) != 2:
            raise BadInput("--weights", f"two of {', '.join(known)}")
        names = known
    if len(names) != 2 or len(set(names)) != 2 or not set(names) <= {*known}:
        raise BadInput("--weights", f"two of {', '.join(known)}", ",".join(names))
    rows = document["stationary"]
    if not 1 <= number <= len(rows):
        raise BadInput("--through", f"the number of a row of the table, from 1 to {len(rows)}", number)
    first, second = map(known.index, names)
    return Plane(first, second, representative(rows[number - 1]))


def representative(row: dict) -> np.ndarray:
    return np.array([float(Fraction(value)) for value in row["representative"]])


def images(problem: Regression, point: np.ndarray) -> list[np.ndarray]:
    """A point and its images under permutations of units with equal ridges."""
    network = problem.network
    assert isinstance(network, PiecewiseLinear)
    ridge, at = unit_rows(problem, np.array([float(value) for value in problem.ridge])), unit_rows(problem, point)
    output = point[-1:] if network.output_bias else point[:0]
    found = []
    for order in permutations(range(network.hidden)):
        if all((ridge[order[j]] == ridge[j]).all() for j in range(network.hidden)):
            moved = at[list(order)]
            inward, bias, outward = moved[:, : network.inputs], moved[:, network.inputs : -1], moved[:, -1]
            found.append(np.concatenate([inward.ravel(), bias.ravel(), outward, output]))
    return found


def unit_rows(problem: Regression, numbers: np.ndarray) -> np.ndarray:
    """Numbers (n), one for each weight, as a row for each unit: those of W, b and v."""
    network = problem.network
    blocks = {block.name: np.array(rows, dtype=float) for block, rows in zip(network.blocks, matrices(network, numbers.tolist()))}
    return np.hstack([blocks["W"], *([blocks["b"]] if "b" in blocks else []), blocks["v"].T])


def heights(problem: Regression, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """L (P) at points (P × n), and w_j·x_i + b_j (P × k × m)."""
    network = problem.network
    assert isinstance(network, PiecewiseLinear)
    k, d, count = network.hidden, network.inputs, len(points)
    x = np.array([[float(value) for value in row] for row in problem.inputs])
    y = np.array([float(value) for (value,) in problem.targets])
    seen = points[:, : k * d].reshape(count, k, d) @ x.T
    after = k * d
    if network.biases:
        seen = seen + points[:, after : after + k, None]
        after += k
    values = np.where(seen > 0, float(network.right_slope) * seen, float(network.left_slope) * seen)
    f = np.einsum("pj,pjm->pm", points[:, after : after + k], values)
    if network.output_bias:
        f = f + points[:, -1:]
    ridge = np.array([float(value) for value in problem.ridge])
    return 0.5 * ((f - y) ** 2).sum(axis=1) + 0.5 * (ridge * points**2).sum(axis=1), seen


def in_plane(document: dict, problem: Regression, plane: Plane) -> list[tuple[float, float, dict]]:
    """The stationary points that lie in a plane, with their rows, each once."""
    others = [j for j in range(len(plane.point)) if j not in (plane.first, plane.second)]
    found: list[tuple[float, float, dict]] = []
    for row in document["stationary"]:
        for point in images(problem, representative(row)):
            s, t = float(point[plane.first]), float(point[plane.second])
            there = np.abs(point[others] - plane.point[others]).max(initial=0.0) <= IN_PLANE * (1 + np.abs(plane.point).max())
            if there and not any(row is other and abs(s - a) + abs(t - b) <= IN_PLANE for a, b, other in found):
                found.append((s, t, row))
    return found


def figure(document: dict, problem: Regression, plane: Plane, width: str, note: str | None = None) -> Figure:
    """The figure, as wide as WIDTHS says; ``note`` is a warning written on it."""
    points = in_plane(document, problem, plane)
    places = np.array([[s, t] for s, t, _ in points] + [[0.0, 0.0]])
    low, high = places.min(axis=0), places.max(axis=0)
    room = ROOM * max((high - low).max(), 1e-3 * (1 + np.abs(plane.point).max()))
    (left, bottom), (right, top) = low - room, high + room
    s, t = np.linspace(left, right, GRID), np.linspace(bottom, top, GRID)
    grid = np.tile(plane.point, (GRID * GRID, 1))
    pairs = np.array(list(product(t, s)))
    grid[:, plane.first], grid[:, plane.second] = pairs[:, 1], pairs[:, 0]
    loss, seen = heights(problem, grid)
    loss = loss.reshape(GRID, GRID)
    drawn = Figure(figsize=(WIDTHS[width], WIDTHS[width] * 0.95 + 0.3))
    axes = drawn.add_subplot()
    losses = sorted(float(Fraction(row["loss"])) for _, _, row in points)
    levels = np.unique(np.concatenate([np.quantile(loss, np.linspace(0.01, 0.95, LINES)), losses]))
    axes.contourf(s, t, loss, levels=levels, cmap=SHADES, extend="both")
    axes.contour(s, t, loss, levels=levels, colors=GREY, linewidths=0.4)
    kinked = False
    for line in np.moveaxis(seen, 0, -1).reshape(-1, GRID, GRID):
        # A line of kinks is where an affine function of the two weights vanishes; one that does not change is none.
        if line.min() < 0 < line.max():
            axes.contour(s, t, line, levels=[0.0], colors=ORANGE, linewidths=0.9, linestyles="--")
            kinked = True
    for x, y, row in points:
        shape, face, edge, _ = MARKS[row["kind"]]
        axes.plot(x, y, shape, ms=7.5, mfc=face, mec=edge, mew=0.8, zorder=5)
    names = variables(problem.network)
    axes.set(
        xlim=(left, right), ylim=(bottom, top), xlabel=f"${latex_name(names[plane.first])}$", ylabel=f"${latex_name(names[plane.second])}$"
    )
    kinds = [kind for kind in MARKS if any(row["kind"] == kind for _, _, row in points)]
    handles = [Line2D([], [], ls="", marker=MARKS[k][0], mfc=MARKS[k][1], mec=MARKS[k][2], ms=6, mew=0.8, label=k) for k in kinds]
    if kinked:
        handles.append(Line2D([], [], color=ORANGE, lw=0.9, ls="--", label="kink"))
    drawn.legend(handles=handles, loc="outside upper center", ncols=2 if width == "column" else 4, handlelength=1.6)
    if note:
        axes.text(0.5, 1.0, note, transform=axes.transAxes, ha="center", va="bottom", fontsize=8, style="italic")
    return drawn


def latex_name(name: str) -> str:
    """A variable in mathematics.

    >>> latex_name("W_12"), latex_name("c")
    ('W_{12}', 'c')
    """
    letter, mark, index = name.partition("_")
    return f"{letter}_{{{index}}}" if mark else letter
