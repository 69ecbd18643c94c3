"""Tables of components compared with elimination, with the closed form of linear networks, and with gradient flow from random points."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from flint import arb

from critscape.algebra.components.component import Kind
from critscape.algebra.components.limits import Fate
from critscape.algebra.components.table import SAME_LOSS, Components, Row, spectrum
from critscape.algebra.components.units import account_in, loss_in
from critscape.algebra.critical.levels import Level
from critscape.algebra.elimination.critical_values import dimension_at, values_modulo
from critscape.algebra.elimination.degree import random_primes
from critscape.algebra.landscape.levels import levels
from critscape.algebra.polynomial.loss import Loss
from critscape.problems.problem.problem import Problem, loss
from critscape.problems.recipes.starting_points import StartingPoints
from critscape.problems.spaces.linear_values import critical_values

DESCENTS = 1000
MINIMA = (Kind.GLOBAL_MINIMUM, Kind.SPURIOUS_MINIMUM, Kind.LOCAL_MINIMUM)
SAME_LEVEL = 1e-6
"""Relative distance of the levels of a descent and of a row."""


def differs_from_elimination(problem: Problem, table: Components, seconds: float) -> str | None:
    """How the table and elimination modulo a prime of its own differ; None when they agree.

    There are as many critical values as distinct losses of limits. At each rational one the dimension of the critical set is at least
    that of every row, and at most the largest nullity of the Hessian at a limit; both are equal where the set is a manifold.

    Raises
    ------
    msolve.MsolveError : no elimination.
    """
    exact_loss = loss(problem)
    (prime,) = random_primes(np.random.default_rng(), 1)
    number = values_modulo(exact_loss, prime, seconds).degree()
    if number != table.seen:
        return f"elimination has {number} critical values, the limits {table.seen}"
    for value in sorted({Fraction(row.closed) for row in table.rows if row.closed and row.component.rational is not None}):
        dimension = dimension_at(exact_loss, value, prime, seconds)
        rows = max(row.component.dimension for row in table.rows if at(row, value))
        if dimension < rows:
            return f"elimination has dimension {dimension} at loss {value}, a row {rows}"
        if dimension > (seen := largest_nullity(exact_loss, table, float(value))):
            return f"elimination has dimension {dimension} at loss {value}, the Hessian at limits a kernel of dimension {seen}"
    return unsettled(table)


def at(row: Row, value: Fraction) -> bool:
    """Whether a row has a loss."""
    return bool(row.component.loss.overlaps(arb(value.numerator) / value.denominator))


def largest_nullity(exact_loss: Loss, table: Components, value: float) -> int:
    """The largest nullity of the Hessian at limits, complex ones included, where L has a value; −1 without one."""
    inside, level = loss_in(table.units, exact_loss), value / float(table.units.loss)
    found = [-1]
    for account in table.accounts:
        for limit in account_in(table.units, account).limits:
            if limit.point is not None and limit.has_loss(level, SAME_LOSS):
                found.append(spectrum(inside, limit.point, False)[0])
    return max(found)


def unsettled(table: Components) -> str | None:
    """Why the evidence for a table does not hold, or which row is not certified; None when all is well."""
    counts = {fate: sum(account.count(fate) for account in table.accounts) for fate in Fate}
    if counts[Fate.UNSETTLED]:
        return f"{counts[Fate.UNSETTLED]} paths are unsettled"
    if not table.settled:
        return "the evidence for the table does not hold"
    below = [row for row in table.rows if row.level is Level.NUMERICAL]
    return f"a row at loss {float(below[0].component.loss.mid()):.6g} is not certified" if below else None


def differs_from_closed_form(problem: Problem, table: Components) -> str | None:
    """How the table of a linear network without ridge on all or some blocks differs from what is known of it; None when it does not.

    Its losses are the critical values of the closed form, no more and no fewer. Without any ridge a minimum is global, and proved to be;
    with some, no proved minimum is called global unless the closed form without ridge has no lower value.
    """
    expected = critical_values(problem)
    if expected is None:
        return "no closed form"
    unit = float(table.units.loss)
    for row in table.rows:
        if not any(close(row, value, unit) for value in expected):
            return f"a row has loss {float(row.component.loss.mid()):.9g}, which the closed form does not"
    for value in expected:
        if not any(close(row, value, unit) for row in table.rows):
            return f"no row has the loss {float(value.mid()):.9g} of the closed form"
    minima = [row for row in table.rows if row.component.kind in MINIMA]
    for row in minima:
        least = close(row, expected[0], unit) and (not any(problem.ridge) or vanishing_targets(problem))
        if (row.component.kind is Kind.GLOBAL_MINIMUM) != least:
            return f"{row.component.kind.value} at loss {float(row.component.loss.mid()):.9g}"
        if not any(problem.ridge) and row.level is not Level.PROVED:
            return f"a minimum is {row.level.value} only"
    if not any(problem.ridge) and not minima:
        return "no minimum"
    return unsettled(table)


def close(row: Row, value: arb, unit: float) -> bool:
    """Whether a row has a loss, to the digits of its level; ``unit`` is that of the loss."""
    if row.component.proved is not None:
        return bool(row.component.loss.overlaps(value))
    return bool(abs(float(row.component.loss.mid()) - float(value.mid())) <= SAME_LEVEL * max(unit, abs(float(value.mid()))))


def vanishing_targets(problem: Problem) -> bool:
    """Whether YXᵀ = 0, so that nothing of the targets is explained by the inputs."""
    pairs = list(zip(problem.inputs, problem.targets))
    return not any(
        sum((x[i] * y[j] for x, y in pairs), Fraction(0)) for i in range(problem.network.inputs) for j in range(problem.network.outputs)
    )


def missed_by_rows(problem: Problem, table: Components, seed: int) -> str | None:
    """A level at which a descent from a random point comes to rest and no row of minima is; None when there is none."""
    exact_loss = loss(problem)
    starts = StartingPoints.of(None, None, None).points(problem.network, seed, range(DESCENTS))
    ends = levels(exact_loss, starts)
    known = np.array([float(row.component.loss.mid()) for row in table.rows if row.component.kind in MINIMA])
    if np.isnan(ends).any():
        return f"{int(np.isnan(ends).sum())} of {DESCENTS} descents did not come to rest"
    for end in ends:
        if not len(known) or np.abs(known - end).min() > SAME_LEVEL * max(float(table.units.loss), abs(end)):
            return f"a descent came to rest at loss {end:.9g}, where no row is a minimum"
    return None
