"""The components of a critical set: limits from several centres, merged into rows, with what is global and how well each row is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from flint import arb

from critscape.algebra.components.beside import minima_beside
from critscape.algebra.components.closed_loss import closed_loss
from critscape.algebra.components.component import Component, Kind, Reason, as_global, component
from critscape.algebra.components.connected import pieces
from critscape.algebra.components.euler import index_on_component
from critscape.algebra.components.flatness import flat_below
from critscape.algebra.components.function_space import Knowledge
from critscape.algebra.components.gauge import representative
from critscape.algebra.components.limit_ideal import LimitIdeal
from critscape.algebra.components.limits import Account, Fate, Limit
from critscape.algebra.components.multiprecision import SLOW
from critscape.algebra.components.semidefinite import quadratic_bound, semidefinite
from critscape.algebra.components.units import DecimalUnits, account_in, component_in, knowledge_in, loss_in
from critscape.algebra.critical.levels import Level
from critscape.algebra.elimination.critical_values import ValueCount
from critscape.algebra.points.low_values import exact_value, low_point_from
from critscape.algebra.polynomial.evaluation import float_derivatives
from critscape.algebra.polynomial.loss import Loss, exact
from critscape.algebra.symmetry.coincidence import match

REAL = 1e-6
"""Largest imaginary part of a limit that counts as real, relative to its size."""
MOST_CHARTS = 400
"""Charts with which the points of one row are joined."""
SAME_LOSS = 1e-7
"""Losses closer than this, relatively, count as one when rows are merged; what is printed is that of the representative."""


@dataclass(frozen=True)
class Row:
    """A component or several that look alike: the representative, its loss in closed form (None: not known), and for each centre, c = 0
    first, how many paths end there, how many of these at real points, and the Euler characteristic that these add up to (None: not
    clear; no entries where the component is not known to be closed). The distinct real limits of all centres are ``samples``, on at
    most ``pieces`` connected pieces (None: not known, as the critical set is not proved to be a manifold there). Minima beside the
    limits have none.

    ``level``: proved if all that the row says is, certified if a critical point is but the kind rests on the enumeration or is open,
    else numerical.
    """

    component: Component
    closed: str | None
    paths_by_centre: tuple[int, ...]
    real_by_centre: tuple[int, ...]
    euler_sums: tuple[int | None, ...]
    samples: int
    pieces: int | None
    level: Level

    @property
    def paths(self) -> int:
        """The paths of the first generic centre."""
        return self.paths_by_centre[1] if len(self.paths_by_centre) > 1 else self.paths_by_centre[0]

    @property
    def real_paths(self) -> int:
        """Those of the first generic centre that end at real points."""
        return self.real_by_centre[1] if len(self.real_by_centre) > 1 else self.real_by_centre[0]

    @property
    def euler_characteristic(self) -> int | None:
        """χ of the component, where it is closed and all centres say the same."""
        known = set(self.euler_sums)
        return known.pop() if len(known) == 1 else None


@dataclass(frozen=True)
class AsymptoticValue:
    """A finite limit of L along paths to infinity that grow like ε^−g, g = ``growth`` < 1/2."""

    loss: complex
    growth: float
    paths: int


@dataclass(frozen=True)
class Components:
    """The table. ``asymptotic`` is None where such values were not sought. ``accounts`` are those of all centres, c = 0 first; ``ideal`` the
    limit ideal, if it was computed; ``seen`` the number of distinct losses, complex ones included, at the limits of all centres, and
    ``values`` that of critical values by elimination. ``low`` is a rational point (n,) at which L is low, if one was sought. Losses are
    approximately compared in ``units``; everything else is for the weights themselves.
    """

    rows: tuple[Row, ...]
    asymptotic: tuple[AsymptoticValue, ...] | None
    accounts: tuple[Account, ...]
    ideal: LimitIdeal | None
    complete: bool
    units: DecimalUnits
    seen: int = 0
    values: ValueCount | None = None
    coercive: bool = False
    low: tuple[Fraction, ...] | None = None

    @property
    def generic(self) -> Account:
        """The account of the first generic centre, which the rows' numbers of paths refer to."""
        return self.accounts[-1] if len(self.accounts) < 2 else self.accounts[1]

    @property
    def centres_agree(self) -> bool:
        """Whether all generic centres have as many paths with finite limits, and no centre found a critical value of its own."""
        return len({(a.count(Fate.FINITE), a.count(Fate.AT_INFINITY), a.missing) for a in self.accounts[1:]}) <= 1

    @property
    def partly_seen(self) -> tuple[Row, ...]:
        """Rows that some generic centre sees and another does not, or minima beside the limits that none sees: pieces that are not closed.
        Others like them may have no limit.
        """
        return tuple(
            row
            for row in self.rows
            if not (row.samples or any(row.real_by_centre))
            or max(row.real_by_centre[1:], default=0) > 0 == min(row.real_by_centre[1:], default=1)
        )

    @property
    def open_points(self) -> bool:
        """Whether the table leaves open which local minima there are: it is not settled, a row is not decided, or pieces may be missing."""
        undecided = any(row.component.kind in (Kind.DEGENERATE, Kind.LOCAL_MINIMUM) or row.component.proved is None for row in self.rows)
        return not self.settled or undecided or bool(self.partly_seen)

    @property
    def settled(self) -> bool:
        """Whether every path is accounted for, the centres agree and the limit ideal, if it is known, has as many zeros."""
        unsettled = any(a.count(Fate.UNSETTLED) for a in self.accounts)
        ideal = self.ideal is None or self.ideal.dimension > 0 or max(self.ideal.degree, 0) == self.generic.count(Fate.FINITE)
        return (
            self.complete
            and self.centres_agree
            and ideal
            and self.all_values
            and self.sums_agree is not False
            and self.euler_total in (None, 1)
            and not unsettled
        )

    @property
    def sums_agree(self) -> bool | None:
        """Whether all centres say the same of the Euler characteristic and the number of paths of each closed component; None without one.

        The centre c = 0 may have fewer paths: it is not generic.
        """
        rows = [row for row in self.rows if row.euler_sums and None not in row.euler_sums]
        if not rows:
            return None
        return all(len(set(row.euler_sums)) == 1 and len(set(row.paths_by_centre[1:])) <= 1 for row in rows)

    @property
    def euler_total(self) -> int | None:
        """Σ_V (−1)^{ind V} χ(V), which is 1 for a coercive loss; None where it is not, or a component is not closed or has no clear sum."""
        sums = [row.euler_characteristic for row in self.rows]
        if not self.coercive or not sums or None in sums:
            return None
        return sum((-1) ** row.component.inertia.negative * row.euler_sums[0] for row in self.rows if row.euler_sums[0] is not None)

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
    units: DecimalUnits,
    progress: Callable[[str, int], None],
) -> Components:
    """The table from the limits of all centres; ``complete`` says that the start set is, ``values`` counts the critical values.

    All is decided in ``units``, in which weights and losses should be about one.
    """
    inside = [account_in(units, account) for account in accounts]
    table = in_units(loss_in(units, loss), knowledge_in(units, knowledge), inside, ideal, values, complete, units, progress)
    back, size = units.inverse, float(units.loss)
    rows = (replace(row, component=component_in(back, loss, row.component)) for row in table.rows)
    asymptotic = table.asymptotic and tuple(replace(value, loss=value.loss * size) for value in table.asymptotic)
    low = table.low and tuple(x * a for x, a in zip(table.low, units.weights))
    return replace(table, rows=tuple(rows), asymptotic=asymptotic, accounts=tuple(accounts), low=low)


def in_units(
    loss: Loss,
    knowledge: Knowledge,
    accounts: Sequence[Account],
    ideal: LimitIdeal | None,
    values: ValueCount | None,
    complete: bool,
    units: DecimalUnits,
    progress: Callable[[str, int], None],
) -> Components:
    """The same where the loss, the accounts and the table are in ``units``; only closed forms of losses are not."""
    real = [point for account in accounts for point in distinct_real(account.limits)]
    progress("classification", len(real))
    found = merged([component(loss, knowledge, point) for point in real])
    undecided = [representative(loss, knowledge, c) for row in found for c in (row if row[0].kind is Kind.DEGENERATE else row[:1])]
    table = Components(
        (), asymptotic_values(accounts), tuple(accounts), ideal, complete, units, distinct_losses(accounts), values, knowledge.coercive
    )
    leaders = [row[0] for row in merged(undecided)]
    progress("minima beside", len(leaders))
    leaders += [representative(loss, knowledge, c) for c in minima_beside(loss, leaders, lambda point: component(loss, knowledge, point))]
    places = [assigned(loss, leaders, account.limits) for account in accounts]
    everyone = [c for group in found for c in group]
    rows = [row(loss, leaders, k, accounts, places, [c for c in everyone if same_row(leaders[k], c)], units) for k in range(len(leaders))]
    saddles = tuple(tuple(map(float, c.point)) for c in leaders if c.inertia.negative)
    low = low_point_from(loss, saddles) if any(c.kind is Kind.LOCAL_MINIMUM for c in leaders) else None
    table = replace(table, rows=tuple(rows), low=low)
    decided = ranked(leaders, knowledge, table, None if low is None else exact_value(loss, low))
    rows = [replace(row, component=c, level=level(c)) for row, c in zip(rows, decided)]
    return replace(table, rows=tuple(sorted(rows, key=lambda row: order(row.component))))


def row(
    loss: Loss,
    components: Sequence[Component],
    position: int,
    accounts: Sequence[Account],
    places: Sequence[Sequence[int | None]],
    samples: Sequence[Component],
    units: DecimalUnits,
) -> Row:
    """The row of the component at a position; ``places`` are those of the limits of each account, ``samples`` the points that look alike."""
    found = components[position]
    ends = [
        [limit.point for limit, place in zip(account.limits, on) if place == position and limit.point is not None]
        for account, on in zip(accounts, places)
    ]
    real = [[point.real for point in points if is_real(point)] for points in ends]
    sums: tuple[int | None, ...] = ()
    if closed(components, position) and all(morse_bott(loss, found, point) for points in real for point in points):
        sums = tuple(euler_characteristic(loss, found, account, points) for account, points in zip(accounts, real))
    points = distinct(samples)
    together = pieces(loss, points, MOST_CHARTS) if points and found.proved is not None and found.exact_dimension else None
    return Row(
        found, closed_loss(loss, found, units.loss), tuple(map(len, ends)), tuple(map(len, real)), sums, len(points), together, level(found)
    )  # fmt: skip


def distinct(samples: Sequence[Component]) -> list[Component]:
    """Points that several centres lead to, once each."""
    if not samples:
        return []
    points = np.array([sample.point for sample in samples]).astype(complex)
    first = match(points, points)
    return [samples[k] for k in np.flatnonzero(first == np.arange(len(samples))).tolist()]


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


def distinct_losses(accounts: Sequence[Account]) -> int:
    """The number of distinct values of L at all finite limits, complex ones included; those known best come first."""
    leaders: list[complex] = []
    for limit in sorted((limit for account in accounts for limit in account.limits), key=lambda limit: limit.loss_error):
        if limit.point is not None and limit.loss is not None and not any(limit.has_loss(value, SAME_LOSS) for value in leaders):
            leaders.append(limit.loss)
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
    alike = all(getattr(one, name) == getattr(other, name) for name in ("dimension", "exact_dimension", "zero", "kind", "kind_proved"))
    signs = [(c.inertia.positive, c.inertia.negative, c.inertia.zero, c.proved is None) for c in (one, other)]
    return alike and signs[0] == signs[1] and same_loss(one, other)


def same_loss(one: Component, other: Component) -> bool:
    """Whether two losses may be equal: of proved points if their enclosures overlap, of others if they are close."""
    if one.proved is not None and other.proved is not None:
        return one.loss.overlaps(other.loss)
    losses = [float(c.loss.mid()) for c in (one, other)]
    return abs(losses[0] - losses[1]) <= SAME_LOSS * max(1.0, abs(losses[0]))


def ranked(components: Sequence[Component], knowledge: Knowledge, table: Components, low: Fraction | None) -> list[Component]:
    """Which local minima are global, which spurious; ``low`` is the value of L at some point.

    A proved critical point with a lower loss, or any other point, makes one spurious. One that no real limit lies below is global if inf L
    is attained at a limit: L is bounded below and every path is accounted for, so the least critical points of L_ε have a finite limit or grow more
    slowly than ε^(−1/2), and of the latter, whose losses all have known limits, none has a real one below.
    """
    proved = [c for c in components if c.proved is not None]
    open_kinds = (Kind.LOCAL_MINIMUM, Kind.DEGENERATE)
    space = knowledge.composition
    bound = None if space is None or not any(c.kind in open_kinds for c in proved) else quadratic_bound(space)
    found = []
    for c in components:
        if c.kind in open_kinds and c.proved is not None and bound is not None and semidefinite(bound, c.proved, c.rational):
            found.append(as_global(replace(c, kind_proved=True), Reason.CURVATURE))
        elif c.kind is not Kind.LOCAL_MINIMUM:
            found.append(c)
        elif any(lower.loss < c.loss for lower in proved) or (low is not None and arb(exact(low)) < c.loss):
            found.append(replace(c, kind=Kind.SPURIOUS_MINIMUM))
        elif knowledge.floor is not None and c.rational is not None and c.loss == exact(knowledge.floor):
            found.append(as_global(c, Reason.FLOOR))
        elif knowledge.least is not None and knowledge.least.contains(c.loss):
            found.append(as_global(c, Reason.CLOSED_FORM))
        elif knowledge.bounded_below and table.settled and least_of(c, components, () if knowledge.coercive else table.accounts):
            found.append(as_global(c, Reason.ENUMERATION))
        else:
            found.append(c)
    return found


def least_of(c: Component, components: Sequence[Component], accounts: Sequence[Account]) -> bool:
    """Whether no critical value, and no limit of L along a path to infinity from any centre, lies below that of c, as far as double
    precision tells; False where such a limit is not known.
    """
    value = float(c.loss.mid())
    bar = value - SAME_LOSS * max(1.0, abs(value))
    slow = [limit for account in accounts for limit in account.limits if limit.fate is Fate.AT_INFINITY and limit.growth < SLOW]
    if any(limit.loss is None for limit in slow):
        return False
    others = [float(other.loss.mid()) for other in components]
    others += [limit.loss.real for limit in slow if limit.loss is not None and abs(limit.loss.imag) <= REAL * max(1.0, abs(limit.loss))]
    return all(other > bar for other in others)


def level(found: Component) -> Level:
    """How well a row is known."""
    if found.proved is None:
        return Level.NUMERICAL
    return Level.PROVED if found.kind_proved and found.inertia.exact else Level.CERTIFIED


def assigned(loss: Loss, components: Sequence[Component], limits: Sequence[Limit]) -> list[int | None]:
    """For each limit the position of the component that it is on, by loss, zeros and inertia; None where it is on none of them."""
    losses = [float(c.loss.mid()) for c in components]
    found: list[int | None] = []
    for limit in limits:
        candidates = []
        if limit.point is not None:
            real = is_real(limit.point)
            size = max(1.0, float(np.abs(limit.point).max()))
            # Coordinates that count as zero are taken for zero: what is linear in them is then no eigenvalue.
            flat, signs = spectrum(loss, np.where(np.abs(limit.point) > REAL * size, limit.point, 0), real)
            for k, c in enumerate(components):
                if not limit.has_loss(losses[k], SAME_LOSS):
                    continue
                if np.abs(limit.point[list(c.zero)]).max(initial=0.0) <= REAL * size:
                    # Far out an eigenvalue may look flat that is not: the row that agrees best counts.
                    same = not real or signs == (c.inertia.positive, c.inertia.negative)
                    candidates.append((same, flat == c.inertia.zero, len(c.zero), k))
        # Of rows whose losses differ the nearest counts.
        nearest = min((k for *_, k in candidates), key=lambda k: abs(losses[k] - (limit.loss or 0)), default=0)
        candidates = [entry for entry in candidates if same_loss(components[nearest], components[entry[-1]])]
        found.append(max(candidates)[-1] if candidates else None)
    return found


def euler_characteristic(loss: Loss, found: Component, account: Account, points: Sequence[np.ndarray]) -> int | None:
    """Σ (−1)^{ind(D|_V, q)} over the real limits q of an account on a component; None where an index has no clear value."""
    indices = [index_on_component(loss, point, found.dimension, account.strengths, account.centre) for point in points]
    return None if None in indices else sum((-1) ** index for index in indices if index is not None)


def closed(components: Sequence[Component], position: int) -> bool:
    """Whether a component is Morse–Bott and the only one at its loss, so that it is closed as far as is seen."""
    found = components[position]
    near = [c for c in components if same_loss(found, c)]
    return found.exact_dimension and found.inertia.exact and found.dimension == found.inertia.zero and len(near) == 1


def morse_bott(loss: Loss, found: Component, limit: np.ndarray) -> bool:
    """Whether the Hessian at another real limit on a component has the component's inertia: else the index jumps along it, and it is not closed."""
    flat, signs = spectrum(loss, limit.astype(complex), True)
    return flat == found.dimension and signs == (found.inertia.positive, found.inertia.negative)


def spectrum(loss: Loss, point: np.ndarray, real: bool) -> tuple[int, tuple[int, int]]:
    """The nullity of the Hessian at a limit and, at a real one, the numbers of positive and negative eigenvalues, in double precision."""
    _, hessian = float_derivatives(loss, point)
    sizes = np.linalg.svd(hessian, compute_uv=False)
    least = flat_below(loss, point, sizes)
    flat = int((sizes <= least).sum())
    if not real:
        return flat, (0, 0)
    values = np.linalg.eigvalsh(hessian.real)
    return flat, (int((values > least).sum()), int((values < -least).sum()))


def asymptotic_values(accounts: Sequence[Account]) -> tuple[AsymptoticValue, ...]:
    """The finite limits of the loss at infinity that all centres see: what depends on Λ or c is none."""
    seen: list[list[tuple[complex, float]]] = []
    for account in accounts:
        ends = [limit for limit in account.limits if limit.fate is Fate.AT_INFINITY]
        seen.append([(limit.loss, limit.growth) for limit in ends if limit.loss is not None])
    values: list[AsymptoticValue] = []
    for value, growth in seen[0] if len(seen) == 1 else seen[1]:
        close = [v for v in values if abs(v.loss - value) <= REAL * max(1.0, abs(value))]
        if close:
            k = values.index(close[0])
            values[k] = replace(close[0], paths=close[0].paths + 1, growth=min(close[0].growth, growth))
        elif all(any(abs(other - value) <= REAL * max(1.0, abs(value)) for other, _ in one) for one in seen[1:]):
            values.append(AsymptoticValue(value, growth, 1))
    return tuple(sorted(values, key=lambda v: (v.loss.real, v.loss.imag)))
