"""Branch and prune: boxes of inner weights are examined depth first, and split where they stay open. Compiled and rigorous."""

from __future__ import annotations

import numpy as np

from critscape.algebra.intervals.compilation import rigorous
from critscape.algebra.intervals.directed import greater
from critscape.algebra.intervals.examination import BLURRED, OPEN, PROVED, examine

OFF_CENTRE = 0.5173
"""Where a side is split: zeros like to lie in the middle, and then on the boundary of both halves."""
SMALLEST = 2.0**-44
"""A box is left over, too, when each side is shorter than this times 1 + the size of its coordinate."""


@rigorous
def widest(box, smear):
    """The side to split, or −1 where all are too short."""
    best, most = -1, -1.0
    for a in range(box.shape[0]):
        width = box[a, 1] - box[a, 0]
        if width > SMALLEST * (1.0 + greater(abs(box[a, 0]), abs(box[a, 1]))) and smear[a] > most:
            best, most = a, smear[a]
    return best


@rigorous
def prune(data, stack, height, budget, cells, found, left, gone, r, s):
    """Examines boxes from the top of ``stack`` (S, n, 2) until it is empty, ``budget`` of them are done, or an array is full.

    Returns the height of the stack, the number of ``cells`` found, of boxes ``left`` over, and of boxes examined. ``cells`` (Z, n, 2)
    and ``left`` (U, n, 2) have ``found`` and ``gone`` entries at the start; ``r`` and ``s`` are rooms to work in.
    """
    n = stack.shape[1]
    box, cell, smear = np.empty((n, 2)), np.empty((n, 2)), np.empty(n)
    done = 0
    while height > 0 and done < budget and found < cells.shape[0] and gone < left.shape[0] and height + 1 < stack.shape[0]:
        height -= 1
        box[:] = stack[height]
        done += 1
        code = examine(data, box, cells, found, r, s, cell, smear)
        if code == PROVED:
            cells[found] = cell
            found += 1
        elif code in (OPEN, BLURRED):
            a = widest(box, smear) if code == OPEN else -1
            if a < 0:
                left[gone] = box
                gone += 1
                continue
            middle = box[a, 0] + OFF_CENTRE * (box[a, 1] - box[a, 0])
            stack[height] = box
            stack[height, a, 0] = middle
            stack[height + 1] = box
            stack[height + 1, a, 1] = middle
            height += 2
    return height, found, gone, done
