"""Whether the loss vanishes exactly at a critical point in a box: all residuals do, which a ball around zero does not say.

With as many residuals r as weights (m outputs of all samples, m = N) and without a ridge, Krawczyk's test of r = 0 in a box proves a zero of
all residuals in it. Such a zero is critical; where the box holds one critical point only, it is that one.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb, arb_mat

from critscape.algebra.splitting.derivatives import BALLS, derivatives, passes
from critscape.algebra.splitting.feed_forward import Training


def interpolates(training: Training, centre: Sequence[arb], radius: arb) -> bool:
    """Whether all residuals are proved to vanish at a point of the box of half-side ``radius`` around an exact ``centre`` (N)."""
    n = len(centre)
    if len(training.inputs) * training.network.widths[-1] != n or any(training.ridge):
        return False
    side = arb(0, radius)
    over = arb_mat(derivatives(training, [x + side for x in centre], BALLS).output_slopes)
    residuals = arb_mat(n, 1, [r for sample in passes(training, centre, BALLS) for r in sample.backward[-1]])
    one = arb_mat([[int(i == j) for j in range(n)] for i in range(n)])
    try:
        inverse = over.mid().inv().mid()
    except ZeroDivisionError:
        return False
    shift = ((one - inverse * over) * arb_mat(n, 1, [side] * n) - inverse * residuals).entries()
    return all(abs(d) < radius for d in shift)
