"""How many boxes a search will examine, before it starts: Knuth's estimate from random descents of its tree.

A descent goes to one child of each box that stays open, at random. The sum of 2^depth over its boxes has the size of the tree as its
mean (Knuth, "Estimating the efficiency of backtrack programs", Mathematics of Computation 29, 1975). What the search saves, because
it knows the cells that it found before, is not seen.
"""

from __future__ import annotations

import numpy as np

from critscape.algebra.boxes.region import data, region
from critscape.algebra.boxes.regression import Regression
from critscape.algebra.boxes.search import pruned

DESCENTS = 200


def estimated_boxes(regression: Regression, seed: int, descents: int = DESCENTS) -> float:
    """The mean of so many descents; the ``seed`` fixes them.

    Raises
    ------
    BeyondDoublePrecision : the sizes of data or ridge.
    """
    rng, known, whole = np.random.default_rng([seed, 5]), data(regression), region(regression)
    total = 0.0
    for _ in range(descents):
        box, weight = whole, 1.0
        while True:
            total += weight
            rest = pruned(known, box[None], 1).rest
            if not len(rest):
                break
            weight *= len(rest)
            box = rest[rng.integers(len(rest))]
    return total / descents
