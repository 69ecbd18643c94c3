"""The components of a critical set: limits from several centres, merged into rows, with what is global and how well each row is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from critscape.algebra.components.closed_loss import closed_loss
from critscape.algebra.components.component import FLAT, Component, Kind, as_global, component
from critscape.algebra.components.function_space import Knowledge
from critscape.algebra.components.gauge import representative
from critscape.algebra.components.limit_ideal import LimitIdeal
from critscape.algebra.components.limits import Account, Fate, Limit, value_at
from critscape.algebra.critical.levels import Level
from critscape.algebra.elimination.critical_values import ValueCount
from critscape.algebra.polynomial.evaluation import float_derivatives
from critscape.algebra.polynomial.loss import Loss, exact
from critscape.algebra.symmetry.coincidence import match

REAL = 1e-6
"""Largest imaginary part of a limit that counts as real, relative to its size."""
SAME_LOSS = 1e-7
"""Losses closer than this, relatively, count as one when rows are merged; what is printed is that of the representative."""


@dataclass(frozen=True)
class Row:
    """A component or several that look alike: the representative, its loss in closed form (None: not known), and how many paths of
    the first generic centre end there, and how many of these at real points.

    ``level``: proved if all that the row says is, certified if a critical point is but the kind rests on the enumeration or is open,
    else numerical.
    """

    component: Component
    closed: str | None
    paths: int
    real_paths: int
    level: Level


@dataclass(frozen=True)
class AsymptoticValue:
    """A finite limit of L along paths to infinity that grow like ε^−g, g = ``growth`` < 1/2."""

    loss: complex
    growth: float
    paths: int


@dataclass(frozen=True)
class Components:
    """The table. ``accounts`` are those of all centres, c = 0 first; ``ideal`` the limit ideal, if it was computed; ``seen`` the number
    of distinct losses, complex ones included, at the limits of all centres, and ``values`` that of critical values by elimination.
    """

    rows: tuple[Row, ...]
    asymptotic: tuple[AsymptoticValue, ...]
    accounts: tuple[Account, ...]
    ideal: LimitIdeal | None
    complete: bool
    seen: int = 0
    values: ValueCount | None = None

    @property
    def generic(self) -> Account:
        """The account of the first generic centre, which the rows' numbers of paths refer to."""
        return self.accounts[-1] if len(self.accounts) < 2 else self.accounts[1]

    @property
    def centres_agree(self) -> bool:
        """Whether all generic centres have as many paths with finite limits, and no centre found a critical value of its own."""
        return len({(a.count(Fate.FINITE), a.count(Fate.AT_INFINITY), a.missing) for a in self.accounts[1:]}) <= 1

    @property
    def settled(self) -> bool:
        """Whether every path is accounted for, the centres agree and the limit ideal, if it is known, has as many zeros."""
        unsettled = any(a.count(Fate.UNSETTLED) for a in self.accounts)
        ideal = self.ideal is None or self.ideal.dimension > 0 or max(self.ideal.degree, 0) == self.generic.count(Fate.FINITE)
        return self.complete and self.centres_agree and ideal and self.all_values and not unsettled

    @property
    def all_values(self) -> bool:
        """Whether the limits have as many losses as there are critical values, if these were counted."""
        return self.values is None or self.values.number == self.seen


def tabulated(
    loss: Loss,
    knowledge: Knowledge,
    accounts: Sequence[Account],
    ideal: LimitIdeal | None,
    values: ValueCount | None,
    complete: bool,
    progress: Callable[[str, int], None],
) -> Components:
    """The table from the limits of all centres; ``complete`` says that the start set is, ``values`` counts the critical values."""
    real = [point for account in accounts for point in distinct_real(account.limits)]
    progress("classification", len(real))
    found = merged([component(loss, knowledge, point) for point in real])
    undecided = [representative(loss, knowledge, c) for row in found for c in (row if row[0].kind is Kind.DEGENERATE else row[:1])]
    table = Components((), asymptotic_values(accounts), tuple(accounts), ideal, complete, distinct_losses(loss, accounts), values)
    leaders = [row[0] for row in merged(undecided)]
    decided = ranked(leaders, knowledge, table)
    counts = path_counts(loss, decided, table.generic.limits)
    rows = [Row(c, closed_loss(loss, c), *numbers, level(c)) for c, numbers in zip(decided, counts)]
    return replace(table, rows=tuple(sorted(rows, key=lambda row: order(row.component))))


def order(found: Component) -> tuple:
    """By loss, then index, then dimension."""
    return round(float(found.loss.mid()), 9), found.inertia.negative, -found.dimension, -found.inertia.positive


def is_real(point: np.ndarray) -> bool:
    """Whether a limit is real, as far as double precision tells."""
    return bool(np.abs(point.imag).max(initial=0.0) <= REAL * max(1.0, float(np.abs(point).max(initial=0.0))))


def distinct_real(limits: Sequence[Limit]) -> list[np.ndarray]:
    """The real limits, each once."""
    points = [limit.point for limit in limits if limit.point is not None and is_real(limit.point)]
    if not points:
        return []
    rounded = np.array(points)
    first = match(rounded, rounded)
    return [points[k].real for k in np.flatnonzero(first == np.arange(len(points))).tolist()]


def distinct_losses(loss: Loss, accounts: Sequence[Account]) -> int:
    """The number of distinct values of L at all finite limits, complex ones included."""
    losses = np.array([value_at(loss, limit.point) for account in accounts for limit in account.limits if limit.point is not None])
    return coarsely_distinct(losses, SAME_LOSS * np.maximum(1.0, np.abs(losses)))


def coarsely_distinct(values: np.ndarray, tolerances: np.ndarray) -> int:
    """The number of clusters of complex ``values`` (K,): each joins the first one within its tolerance.

    >>> coarsely_distinct(np.array([1, 2, 1 + 1e-9, 2j]), np.full(4, 1e-6))
    3
    """
    leaders: list[complex] = []
    for value, tolerance in zip(values, tolerances):
        if not leaders or np.abs(np.array(leaders) - value).min() > tolerance:
            leaders.append(complex(value))
    return len(leaders)


def merged(components: Sequence[Component]) -> list[list[Component]]:
    """Components that look alike, together: loss, dimension, inertia, lasting zeros, kind. The best proved comes first."""
    groups: list[list[Component]] = []
    for found in components:
        for group in groups:
            if same_row(group[0], found):
                group.append(found)
                break
        else:
            groups.append([found])
    return [sorted(group, key=lambda c: (c.proved is None, not c.kind_proved, c.rational is None)) for group in groups]


def same_row(one: Component, other: Component) -> bool:
    """Whether two components belong in one row."""
    losses = [float(c.loss.mid()) for c in (one, other)]
    alike = all(getattr(one, name) == getattr(other, name) for name in ("dimension", "exact_dimension", "zero", "kind", "kind_proved"))
    signs = [(c.inertia.positive, c.inertia.negative, c.inertia.zero, c.proved is None) for c in (one, other)]
    return alike and signs[0] == signs[1] and abs(losses[0] - losses[1]) <= SAME_LOSS * max(1.0, abs(losses[0]))


def ranked(components: Sequence[Component], knowledge: Knowledge, table: Components) -> list[Component]:
    """Which local minima are global, which spurious.

    A proved critical point with a lower loss makes one spurious. One that no real limit lies below is global if inf L is attained at
    a limit: L is bounded below and every path is accounted for, so the least critical points of L_ε have a finite limit or grow more
    slowly than ε^(−1/2), and of the latter none has a real limit of the loss below.
    """
    proved = [c for c in components if c.proved is not None]
    found = []
    for c in components:
        if c.kind is not Kind.LOCAL_MINIMUM:
            found.append(c)
        elif any(lower.loss < c.loss for lower in proved):
            found.append(as_global(c, Kind.SPURIOUS_MINIMUM, True))
        elif (knowledge.floor is not None and c.rational is not None and c.loss == exact(knowledge.floor)) or (
            knowledge.least is not None and knowledge.least.contains(c.loss)
        ):
            found.append(as_global(c, Kind.GLOBAL_MINIMUM, True))
        elif knowledge.bounded_below and table.settled and least_of(c, components, table.asymptotic):
            found.append(as_global(c, Kind.GLOBAL_MINIMUM, False))
        else:
            found.append(c)
    return found


def least_of(c: Component, components: Sequence[Component], asymptotic: Sequence[AsymptoticValue]) -> bool:
    """Whether no critical or asymptotic value lies below that of c, as far as double precision tells."""
    value = float(c.loss.mid())
    bar = value - SAME_LOSS * max(1.0, abs(value))
    others = [float(other.loss.mid()) for other in components]
    others += [a.loss.real for a in asymptotic if abs(a.loss.imag) < SAME_LOSS * max(1.0, abs(a.loss))]
    return all(other > bar for other in others)


def level(found: Component) -> Level:
    """How well a row is known."""
    if found.proved is None:
        return Level.NUMERICAL
    return Level.PROVED if found.kind_proved and found.inertia.exact else Level.CERTIFIED


def path_counts(loss: Loss, components: Sequence[Component], limits: Sequence[Limit]) -> list[tuple[int, int]]:
    """For each component the paths that end on it and those with real ends: by loss, zeros and inertia of the limits."""
    numbers = [[0, 0] for _ in components]
    losses = [float(c.loss.mid()) for c in components]
    for limit in limits:
        if limit.point is None:
            continue
        value, real = value_at(loss, limit.point), is_real(limit.point)
        flat, signs = spectrum(loss, limit.point, real)
        candidates = []
        for k, c in enumerate(components):
            if abs(value - losses[k]) > SAME_LOSS * max(1.0, abs(value)):
                continue
            size = max(1.0, float(np.abs(limit.point).max()))
            if np.abs(limit.point[list(c.zero)]).max(initial=0.0) <= REAL * size:
                # Far out an eigenvalue may look flat that is not: the row that agrees best counts.
                same = not real or signs == (c.inertia.positive, c.inertia.negative)
                candidates.append((same, flat == c.inertia.zero, len(c.zero), k))
        if candidates:
            k = max(candidates)[-1]
            numbers[k][0] += 1
            numbers[k][1] += real
    return [(a, b) for a, b in numbers]


def spectrum(loss: Loss, point: np.ndarray, real: bool) -> tuple[int, tuple[int, int]]:
    """The nullity of the Hessian at a limit and, at a real one, the numbers of positive and negative eigenvalues, in double precision."""
    _, hessian = float_derivatives(loss, point)
    sizes = np.linalg.svd(hessian, compute_uv=False)
    scale = max(float(sizes.max(initial=0.0)), 1e-300)
    flat = int((sizes <= FLAT * scale).sum()) if scale > 1e-12 else len(sizes)
    if not real:
        return flat, (0, 0)
    values = np.linalg.eigvalsh(hessian.real)
    if scale <= 1e-12:
        return flat, (0, 0)
    return flat, (int((values > FLAT * scale).sum()), int((values < -FLAT * scale).sum()))


def asymptotic_values(accounts: Sequence[Account]) -> tuple[AsymptoticValue, ...]:
    """The finite limits of the loss at infinity that all centres see: what depends on Λ or c is none."""
    seen: list[list[tuple[complex, float]]] = []
    for account in accounts:
        seen.append([(limit.loss, limit.growth) for limit in account.limits if limit.loss is not None and limit.growth < 0.5])
    values: list[AsymptoticValue] = []
    for value, growth in seen[0] if len(seen) == 1 else seen[1]:
        close = [v for v in values if abs(v.loss - value) <= REAL * max(1.0, abs(value))]
        if close:
            k = values.index(close[0])
            values[k] = replace(close[0], paths=close[0].paths + 1, growth=min(close[0].growth, growth))
        elif all(any(abs(other - value) <= REAL * max(1.0, abs(value)) for other, _ in one) for one in seen[1:]):
            values.append(AsymptoticValue(value, growth, 1))
    return tuple(sorted(values, key=lambda v: (v.loss.real, v.loss.imag)))
