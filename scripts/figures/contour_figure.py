"""Contour lines of a loss in a plane, with critical points, their indices, and the descending arcs of saddles of index 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from critscape.algebra.landscape.descent import Arc
from critscape.algebra.landscape.surface import heights
from critscape.algebra.points.classification import Kind
from critscape.problems.input.bad_input import BadInput
from critscape.scripts.figures.figure_style import BLACK, BLUE, GREY, WIDTHS
from critscape.scripts.figures.index_loss_figure import LOOKS
from critscape.scripts.studies.landscapes.survey import Survey

GRID = 320
LINES = 16
MARGIN = 0.22
"""Room around the points, as a part of their extent."""
WIDEST = 4.0
"""Ratio of the sides of the window up to which both axes have one scale."""
IN_PLANE, ARC_IN_PLANE = 1e-8, 1e-3
"""Distances from the plane, as parts of the extent, up to which a point and an arc are taken to lie in it."""
SHADES = LinearSegmentedColormap.from_list("shades", ["#FFFFFF", "#C4C4C4"])


@dataclass(frozen=True)
class Plane:
    """The points origin + s·axes[0] + t·axes[1] of weight space (``origin`` n, ``axes`` 2 × n, orthonormal); names for s and t."""

    origin: np.ndarray
    axes: np.ndarray
    names: tuple[str, str]

    def coordinates(self, points: np.ndarray) -> np.ndarray:
        """(s, t) of the projections of points (…, n)."""
        return (points - self.origin) @ self.axes.T

    def distances(self, points: np.ndarray) -> np.ndarray:
        """Distances of points (…, n) from the plane."""
        return np.linalg.norm(points - self.origin - self.coordinates(points) @ self.axes, axis=-1)


def chosen_plane(survey: Survey, numbers: Sequence[int] | None) -> Plane:
    """The plane of both weights of a loss that has two, or that through three critical points with these numbers.

    Raises
    ------
    BadInput : no numbers where there are more weights, a number that no point has, or points on one line.
    """
    known = survey.known
    if numbers is None:
        if known.loss.dimension != 2:
            expected = f"the numbers of three critical points, as this loss has {known.loss.dimension} weights"
            raise BadInput("--plane", expected)
        first_name, second_name = known.loss.variables
        return Plane(np.zeros(2), np.eye(2), (first_name, second_name))
    if len(set(numbers)) != 3 or not all(1 <= k <= len(known.points) for k in numbers):
        raise BadInput("--plane", f"three different numbers of critical points, from 1 to {len(known.points)}", ",".join(map(str, numbers)))
    first, second, third = (np.array(known.points[k - 1].point.midpoint).real for k in numbers)
    along, across = second - first, third - first
    size = np.linalg.norm(across)
    along /= np.linalg.norm(along)
    across -= (across @ along) * along
    if np.linalg.norm(across) < 1e-9 * size:
        raise BadInput("--plane", "three critical points that are not on one line", ",".join(map(str, numbers)))
    across /= np.linalg.norm(across)
    a, b, c = numbers
    return Plane(first, np.array([along, across]), (f"from #{a} towards #{b}", f"across, towards #{c}"))


def figure(survey: Survey, plane: Plane, width: str, note: str | None = None) -> Figure:
    """The figure, as wide as WIDTHS says; ``note`` is a warning written on it."""
    points = survey.known.points
    centres = np.array([point.point.midpoint for point in points]).real
    extent = np.ptp(centres, axis=0).max() or 1.0
    inside = [k for k, distance in enumerate(plane.distances(centres)) if distance <= IN_PLANE * extent]
    arcs = [arc for arc in survey.landscape.arcs if arc.saddle in inside or arc.end in inside]
    outside = sorted({k for arc in arcs for k in (arc.saddle, arc.end) if k >= 0} - set(inside))
    places = plane.coordinates(centres)
    low, high = _window([places[k] for k in (*inside, *outside)] + [end for arc in arcs for end in plane.coordinates(arc.points)])
    to_scale = max(high - low) < WIDEST * min(high - low)
    shape = (high - low)[1] / (high - low)[0] if to_scale else 0.8
    drawn = Figure(figsize=(WIDTHS[width], (WIDTHS[width] - 0.5) * shape + (1.1 if width == "column" else 0.8)))
    axes = drawn.add_subplot()
    _contours(axes, survey, plane, low, high, [float(points[k].loss.mid()) for k in inside if points[k].index == 1])
    for arc in arcs:
        _draw_arc(axes, arc, plane, extent)
    for k in outside:
        axes.plot(*places[k], LOOKS[points[k].kind.value][0], ms=4, mfc="white", mec=GREY, mew=0.8, zorder=4)
    for k in inside:
        shape, face, edge, text = LOOKS[points[k].kind.value]
        axes.plot(*places[k], shape, ms=8.5, mfc=face, mec=edge, mew=0.7, zorder=5)
        axes.text(places[k][0], places[k][1], str(points[k].index), color=text, ha="center", va="center_baseline", fontsize=6, zorder=6)
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xlabel=plane.names[0], ylabel=plane.names[1])
    if to_scale:
        axes.set_aspect("equal")
    kinds = [kind.value for kind in Kind if any(points[k].kind is kind for k in inside)]
    handles = [Line2D([], [], ls="", marker=LOOKS[k][0], mfc=LOOKS[k][1], mec=LOOKS[k][2], ms=6, mew=0.7, label=k) for k in kinds]
    handles += [Line2D([], [], color=BLUE, lw=1.4, label="descending arc")] * bool(arcs)
    if outside:
        handles.append(Line2D([], [], color=BLUE, lw=1.2, ls=":", marker="o", mfc="white", mec=GREY, ms=4, label="projected on the plane"))
    if any(points[k].index == 1 for k in inside):
        handles.append(Line2D([], [], color=BLACK, lw=0.8, ls="--", label="level of a saddle"))
    drawn.legend(handles=handles, loc="outside upper center", ncols=2 if width == "column" else 4, handlelength=1.6)
    if note:
        axes.text(0.5, 1.0, note, transform=axes.transAxes, ha="center", va="bottom", fontsize=8, style="italic")
    # The layout is made when the figure is drawn; only then is it known where there is room for numbers.
    drawn.draw_without_rendering()
    _numbers(axes, places, [*inside, *outside], [plane.coordinates(arc.points) for arc in arcs])
    return drawn


def _window(places: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Opposite corners of the part of the plane that is shown."""
    low, high = np.min(places, axis=0), np.max(places, axis=0)
    room = np.maximum(high - low, 0.4 * max(*(high - low), 1e-12))
    middle = (low + high) / 2
    return middle - room * (0.5 + MARGIN), middle + room * (0.5 + MARGIN)


def _contours(axes: Axes, survey: Survey, plane: Plane, low: np.ndarray, high: np.ndarray, saddles: Sequence[float]) -> None:
    """Shades and thin lines at levels with equal areas between them, dashed lines at the levels of saddles."""
    loss = survey.known.loss
    s, t = np.meshgrid(np.linspace(low[0], high[0], GRID), np.linspace(low[1], high[1], GRID))
    weights = [o + s * a + t * b for o, a, b in zip(plane.origin, *plane.axes)]
    values = heights(loss, weights) + np.zeros_like(s)
    levels = np.unique(np.quantile(values, np.linspace(0, 1, LINES + 1)))
    axes.contourf(s, t, values, levels=levels, cmap=SHADES, norm=BoundaryNorm(levels, SHADES.N), zorder=0)
    axes.contour(s, t, values, levels=levels[1:-1], colors=GREY, linewidths=0.35, linestyles="-", zorder=1)
    if saddles:
        axes.contour(s, t, values, levels=sorted(set(saddles)), colors=BLACK, linewidths=0.8, linestyles="--", zorder=2)


def _draw_arc(axes: Axes, arc: Arc, plane: Plane, extent: float) -> None:
    """An arc with an arrow head half-way down; dotted where it is only projected on the plane."""
    path = plane.coordinates(arc.points)
    projected = plane.distances(arc.points).max() > ARC_IN_PLANE * extent
    axes.plot(*path.T, color=BLUE, lw=1.2 if projected else 1.4, ls=":" if projected else "-", zorder=3)
    travelled = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    tail, tip = ((_along(part, travelled, path[:, 0]), _along(part, travelled, path[:, 1])) for part in (0.46, 0.54))
    if travelled[-1] > 0.05 * extent:
        head = {"arrowstyle": "-|>", "color": BLUE, "lw": 0.1, "mutation_scale": 7, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", tip, tail, arrowprops=head, zorder=3)


def _along(part: float, travelled: np.ndarray, values: np.ndarray) -> float:
    """The value after this part of the way."""
    return float(np.interp(part * travelled[-1], travelled, values))


def _numbers(axes: Axes, places: np.ndarray, shown: Sequence[int], paths: Sequence[np.ndarray]) -> None:
    """The numbers of points beside their marks, on the side that is farthest from other marks, arcs and numbers.

    Points whose projections coincide share one.
    """
    scale = 72 / axes.figure.dpi
    marks = axes.transData.transform(places) * scale
    dense = [np.column_stack([np.interp(np.linspace(0, len(path) - 1, 400), range(len(path)), c) for c in path.T]) for path in paths]
    taken = [*marks[list(shown)], *(axes.transData.transform(path) * scale for path in dense)]
    groups: dict[tuple, list[int]] = {}
    for k in shown:
        groups.setdefault(tuple(marks[k].round(1)), []).append(k)
    for group in groups.values():
        centre = marks[group[0]]
        label = "#" + ", ".join(str(k + 1) for k in sorted(group))
        obstacles = np.vstack([np.atleast_2d(each) for each in taken])
        obstacles = obstacles[np.linalg.norm(obstacles - centre, axis=1) > 4]
        reach = 10 + 1.2 * (len(label) - 2)
        sides = [np.array([reach * np.cos(angle), 9 * np.sin(angle)]) for angle in np.arange(1, 17, 2) * np.pi / 8]
        side = max(sides, key=lambda side: np.linalg.norm(obstacles - centre - side, axis=1).min() if len(obstacles) else 0.0)
        taken.append(centre + side)
        halo = [withStroke(linewidth=1.6, foreground="white")]
        axes.annotate(
            label, places[group[0]], xytext=(side[0], side[1]), textcoords="offset points", fontsize=6.5, ha="center", va="center", zorder=6,
            path_effects=halo,
        )  # fmt: skip
