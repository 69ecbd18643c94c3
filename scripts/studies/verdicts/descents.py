"""The share of descents that reach the global minimum: gradient flow from Gaussian weights, followed in double precision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from statistics import median

import flint
import numpy as np
from flint import arb

from critscape.algebra.components.local_system import PRECISION
from critscape.algebra.landscape.arrival import Outcome
from critscape.algebra.landscape.arrival_on_components import ends_on_components
from critscape.algebra.landscape.gradient_flow import flow
from critscape.algebra.points.low_values import exact_value
from critscape.algebra.polynomial.loss import Loss, exact
from critscape.problems.networks.network import Network
from critscape.problems.recipes.starting_points import StartingPoints
from critscape.scripts.studies.basins.run import FLOW, MOST_STEPS, TOLERANCE
from critscape.scripts.studies.confidence import CONFIDENCE, share

RUNS = 100
NEAR = 1e-6
"""A run has reached the global minimum where its loss is as close to the least one, relative to the median height of the starts above
it and to the gap to the next critical value."""


@dataclass(frozen=True)
class Descents:
    """How many of ``runs`` ended at the loss of the global minimum, elsewhere, or not at all (they run off or are not followed)."""

    runs: int
    reached: int
    elsewhere: int
    seed: int

    @property
    def sentence(self) -> str:
        found = share(self.reached, self.runs)
        lost = self.runs - self.reached - self.elsewhere
        return (
            f"numerical: {self.reached} of {self.runs} descents end at the loss of the global minimum, {self.elsewhere} elsewhere"
            + (f", {lost} have no end" if lost else "")
            + f" (share {found['share']:.2f}, {CONFIDENCE:.0%} interval {found['low']:.2f} to {found['high']:.2f}; gradient flow from "
            f"standard Gaussian weights, seed {self.seed}, in double precision)"
        )


def descents(network: Network, loss: Loss, least: arb, others: Sequence[arb], seed: int) -> Descents:
    """Follows RUNS descents of a loss whose global minimum is ``least``; ``others`` are the losses of all critical points.

    Losses are compared exactly: a constant in the loss may be much larger than what descents change.
    """
    starts = StartingPoints("gaussian").points(network, seed, range(RUNS))
    ends = ends_on_components(flow(loss, starts, TOLERANCE), starts, MOST_STEPS[FLOW])

    def above(point: np.ndarray) -> float:
        if not np.isfinite(point).all():
            return inf
        with flint.ctx.workprec(PRECISION):
            return float((exact(exact_value(loss, [Fraction(x) for x in point.tolist()])) - least).mid())

    with flint.ctx.workprec(PRECISION):
        gaps = [float((other - least).lower()) for other in others if other > least]
    unit = min([median(above(start) for start in starts), *gaps])
    reached = [above(end.point) <= NEAR * unit for end in ends]
    elsewhere = [not there and end.outcome in (Outcome.SETTLED, Outcome.SADDLE) for there, end in zip(reached, ends)]
    return Descents(len(starts), sum(reached), sum(elsewhere), seed)
