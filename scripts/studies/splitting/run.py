"""Units of a feed-forward network split at a proved critical point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint

from critscape.algebra.splitting.copies import CannotSplit, Plan, Split, embedded, refuse_impossible, ridged, widened
from critscape.algebra.splitting.critical_point import CriticalPoint
from critscape.algebra.splitting.descent import Progress
from critscape.algebra.splitting.feed_forward import Training
from critscape.algebra.splitting.infinity import Saturated, saturated
from critscape.algebra.splitting.logarithms import Exact
from critscape.algebra.splitting.unit_matrices import UnitMatrices, unit_matrices
from critscape.algebra.splitting.verdict import Kind, Verdict, verdict
from critscape.algebra.splitting.way_out import WayOut, way_out
from critscape.problems.criteria.feed_forward import training
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.network import Architecture
from critscape.problems.networks.reading import architecture_from
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.scripts.studies.progress import reporting
from critscape.scripts.studies.splitting.place import AtInfinity, Origin, critical_point

MOST_WEIGHTS = 60
"""Weights of the widest network whose units are split."""
STARTS = 20
"""Descents that look for a minimum where no point is given."""
REGIONS = (("λ < 0", Fraction(-1)), ("λ = 0", Fraction(0)), ("0 < λ < 1", Fraction(1, 2)), ("λ = 1", Fraction(1)), ("λ > 1", Fraction(2)))
"""Parts of the line of two copies, each with a λ in it: verdicts depend on the signs of λ and 1 − λ alone."""


@dataclass(frozen=True)
class Splitting:
    """A critical point and what it becomes.

    ``matrices`` of each split unit; ``verdict`` on the point of the wider network ``wide`` with its ``weights``; ``line`` the verdicts on the
    REGIONS where one unit without a ridge becomes two copies; ``way`` the path out, where there is one; ``saturated`` what was asked of
    one more unit with an infinite bias.
    """

    problem: Problem | Regression
    point: CriticalPoint
    origin: Origin
    plan: Plan
    matrices: tuple[UnitMatrices, ...]
    verdict: Verdict
    wide: Architecture
    training: Training
    weights: tuple[Any, ...]
    line: tuple[tuple[str, Verdict], ...]
    way: WayOut | None
    saturated: Saturated | None


def split(
    problem: Problem | Regression,
    plan: Plan,
    weights: Sequence[Exact] | None,
    origin: Origin = Origin.REFINED,
    seed: int = 0,
    starts: int = STARTS,
    at_infinity: AtInfinity | None = None,
) -> Splitting:
    """The split of the units that ``plan`` names, at the critical point that ``weights`` (N) or descent from ``starts`` give.

    Raises
    ------
    BadInput : a problem, a plan or weights that do not fit, or no critical point that can be proved.
    """
    return each_split(problem, (plan,), weights, origin, seed, starts, at_infinity)[0]


def each_split(
    problem: Problem | Regression,
    plans: Sequence[Plan],
    weights: Sequence[Exact] | None,
    origin: Origin = Origin.REFINED,
    seed: int = 0,
    starts: int = STARTS,
    at_infinity: AtInfinity | None = None,
) -> list[Splitting]:
    """As :func:`split`, for each of several plans at one and the same critical point, which is sought once.

    Raises
    ------
    BadInput : as :func:`split`.
    """
    loss = training(problem)
    plans = [tuple(sorted(plan, key=lambda one: (one.layer, one.unit))) for plan in plans]
    wide = [_widened(loss, plan) for plan in plans]
    with reporting(problem.title) as progress:
        progress("critical point", 0)
        point, origin = critical_point(loss, weights, origin, seed, starts, progress)
        beyond = None if at_infinity is None else _saturated(point, at_infinity)
        progress("split", 0)
        return [_split_at(problem, point, origin, plan, loss, wider_loss, beyond, progress) for plan, wider_loss in zip(plans, wide)]


def _widened(loss: Training, plan: Plan) -> Training:
    """The wider network's loss.

    Raises
    ------
    BadInput : units that cannot be split so, or too many weights.
    """
    try:
        refuse_impossible(loss, plan)
    except CannotSplit as error:
        raise BadInput(error.field, error.expected) from None
    wide = widened(loss, plan)
    if wide.network.dimension > MOST_WEIGHTS:
        raise BadInput("lambda", f"so few copies that the wider network has at most {MOST_WEIGHTS} weights", str(wide.network.dimension))
    return wide


def _split_at(
    problem: Problem | Regression,
    point: CriticalPoint,
    origin: Origin,
    plan: Plan,
    loss: Training,
    wide: Training,
    beyond: Saturated | None,
    progress: Progress,
) -> Splitting:
    """What one plan makes of a point."""
    with flint.ctx.workprec(point.precision):
        matrices = tuple(unit_matrices(point, one.layer, one.unit) for one in plan)
        found = verdict(point, plan)
        alone = len(plan) == 1 and not ridged(loss, plan[0].layer, plan[0].unit)
        line = []
        if alone and len(plan[0].shares) == 2:
            for name, share in REGIONS:
                line.append((name, verdict(point, (Split(plan[0].layer, plan[0].unit, (share, 1 - share)),))))
        progress("path out", 0)
        way = way_out(point, plan[0], matrices[0]) if alone and found.kind is not Kind.GLOBAL_MINIMUM else None
        place = tuple(embedded(loss.network, point.weights, plan))
    return Splitting(problem, point, origin, plan, matrices, found, wider(problem.network, wide), wide, place, tuple(line), way, beyond)


def _saturated(point: CriticalPoint, unit: AtInfinity) -> Saturated:
    """The unit at infinity.

    Raises
    ------
    BadInput : the network or its ridge has no such unit.
    """
    try:
        return saturated(point, unit.layer, unit.incoming, unit.outgoing)
    except CannotSplit as error:
        raise BadInput(f"--saturate: {error.field}", error.expected) from None


def wider(network: Architecture, wide: Training) -> Architecture:
    """The family's network with the widths of the wider one."""
    described = network.document()
    widths = list(wide.network.widths)
    sizes = {"widths": widths} if "widths" in described else {"units": widths[1]}
    return architecture_from({**described, **sizes})
