"""The certificate of the critical points of a regression, and that there are no others.

The cells that cover the region are found in ball arithmetic by what the checker looks at them with
(:mod:`critscape.algebra.certificates.box_exclusion`): nothing of the search is used but its points.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction

from critscape.algebra.certificates.box_claims import FORMAT, BoxPoint
from critscape.algebra.certificates.box_exclusion import Remains
from critscape.algebra.certificates.box_proof import COVER_BITS, Cell, held, left_of, reaches
from critscape.algebra.certificates.certificate import box, dyadic, loss_bounds
from critscape.algebra.certificates.claims import dyadic as read_dyadic
from critscape.algebra.certificates.flint_intervals import FlintIntervals
from critscape.algebra.certificates.hidden_layer import HiddenLayer, hidden_layer
from critscape.algebra.certificates.layered import Layered
from critscape.algebra.points.classification import Kind, RealPoint

MOST_CELLS = 60_000
"""Cells of the largest cover: minutes to find, and as long to check again."""
ROOM = Fraction(1, 1024)
"""The region is larger than it must be by this, and by this part of itself."""
OFF_CENTRE = 0.5173
"""Where a side is cut: not in the middle, where zeros like to lie."""

Progress = Callable[[str, int], None]


def box_certificate(points: Sequence[RealPoint], small: Layered, problem: dict, complete: bool, progress: Progress) -> dict:
    """The JSON-ready certificate of proved points in the order of the network's weights; ``problem`` as results carry it.

    Where these are all (``complete``) it has a cover, unless that would have more than MOST_CELLS cells: then nothing is said of others.
    """
    entries = []
    for point in points:
        low, high = loss_bounds(point)
        where = box(point.point)
        entries.append(
            {
                "centre": [real for real, _ in where["centre"]],
                "radius": where["radius"],
                "index": point.index,
                "loss": [dyadic(low), dyadic(high)],
                "global": None,
            }
        )
    found = cover(small, [_claimed(entry) for entry in entries], progress) if complete else None
    for entry, point in zip(entries, points):
        if point.kind is Kind.SPURIOUS_MINIMUM or (point.kind is Kind.GLOBAL_MINIMUM and found is not None):
            entry["global"] = point.kind is Kind.GLOBAL_MINIMUM
    by_index = {str(index): number for index, number in sorted(Counter(point.index for point in points).items())}
    return {
        "format": FORMAT,
        "problem": problem,
        "counts": {"real": len(points), "by_index": by_index},
        "points": entries,
        "cover": found,
    }


def _claimed(entry: dict) -> BoxPoint:
    numbers = [read_dyadic(text, "points") for text in (*entry["centre"], entry["radius"], *entry["loss"])]
    *centre, radius, low, high = numbers
    return BoxPoint(tuple(centre), radius, entry["index"], (low, high), None)


def cover(small: Layered, points: Sequence[BoxPoint], progress: Progress) -> dict | None:
    """Cells of which nothing is left but the points; None where MOST_CELLS are not enough."""
    arithmetic = FlintIntervals()
    with arithmetic.precision(COVER_BITS):
        layer = hidden_layer(small, arithmetic)
        far = [Fraction(float(arithmetic.middle(bound)) * float(1 + ROOM) + float(ROOM)) for bound in reaches(small, layer)]
        cells: list[Cell] = [[(-side, side) for side in far]]
        tree: list = []
        while cells:
            if len(tree) == MOST_CELLS:
                return None
            progress("cells", len(tree))
            cell = cells.pop()
            left = left_of(layer, cell)
            if left is None:
                tree.append(None)
                continue
            owner = next((k for k, point in enumerate(points) if held(layer, left, point)), None)
            if owner is not None:
                tree.append(owner)
                continue
            axis, where = cut(layer, cell, left)
            low, high = cell[axis]
            tree.append([axis, text(where)])
            cells += [[*cell[:axis], side, *cell[axis + 1 :]] for side in ((where, high), (low, where))]
    return {"region": [text(side) for side in far], "tree": tree}


def cut(layer: HiddenLayer, cell: Cell, left: Remains) -> tuple[int, Fraction]:
    """The inner weight and the place at which a cell is to be cut: the longest side of what is left of it."""
    arithmetic = layer.arithmetic
    best, most = (0, Fraction(0)), -1.0
    for row, intervals in zip(layer.places, left.inner):
        for a, interval in zip(row, intervals):
            low, high = (float(arithmetic.middle(end)) for end in arithmetic.ends(interval))
            where = Fraction(low + OFF_CENTRE * (high - low))
            if high - low > most and cell[a][0] < where < cell[a][1]:
                best, most = (a, where), high - low
    if most < 0:
        a = max(range(len(cell)), key=lambda k: cell[k][1] - cell[k][0])
        return a, (cell[a][0] + cell[a][1]) / 2
    return best


def text(number: Fraction) -> str:
    """A dyadic number as ``"m*2^e"``.

    >>> text(Fraction(-3, 4)), text(Fraction(6))
    ('-3*2^-2', '6*2^0')
    """
    return f"{number.numerator}*2^{1 - number.denominator.bit_length()}"
