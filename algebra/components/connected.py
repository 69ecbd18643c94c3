"""Which critical points lie on one connected piece: joined by a chain of charts, each proved by Krawczyk's test.

In a chart w = c + T a + N b, T a basis of the tangent space and N one of the normal space at c, the equations of a local system have for
each a, |a|_∞ ≤ reach, exactly one zero b, |b|_∞ ≤ breadth, and it depends continuously on a: a connected set of critical points. Charts
with a common point are connected. Points that no chain joins may lie on one piece all the same: numbers of pieces are upper bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import flint
import numpy as np
from flint import acb, acb_mat, arb, arb_mat

from critscape.algebra.components.component import DEGREES, Component
from critscape.algebra.components.local_system import LocalSystem, systems
from critscape.algebra.components.subspace import Subspace
from critscape.algebra.polynomial.loss import Loss

BITS = 80
LARGEST, SMALLEST = 0.5, 2e-3
"""Reaches of charts that are tried, relative to the size of the point."""
BREADTH = 0.3
"""Breadth of a chart, relative to its reach."""
STRIDE = 0.9
"""The next centre is so far from this one, relative to the reach."""
MOST_CHARTS = 150
"""Charts of one chain."""
TINY = 1e-9
"""Half side of the box in which a common point of two charts is proved, relative to its size."""


Linear = tuple[list[acb], acb_mat]
"""A system at the centre of a chart: its equations and their Jacobian."""


@dataclass(frozen=True)
class Chart:
    """The zeros of ``system`` near ``centre`` (n,), where it is ``linear``; ``tangent`` (f, k) and ``normal`` (f, f − k) in its f free coordinates."""

    system: LocalSystem
    centre: np.ndarray
    tangent: np.ndarray
    normal: np.ndarray
    reach: float
    linear: Linear

    def holds(self, ball: Sequence[acb], inside: Subspace) -> bool:
        """Whether a zero in the subspace ``inside`` that a ball encloses is in the chart."""
        if not self.system.subspace.contains(ball, inside):
            return False
        moved = arb_mat([[ball[i].real - arb(float(self.centre[i]))] for i in self.system.free])
        basis = np.hstack([self.tangent, self.normal])
        coordinates = arb_mat(basis.tolist()).solve(moved)
        k = self.tangent.shape[1]
        bounds = [self.reach] * k + [BREADTH * self.reach] * (len(basis) - k)
        return all(abs(coordinates[r, 0]) < bound for r, bound in enumerate(bounds))


def pieces(loss: Loss, samples: Sequence[Component], most: int) -> int:
    """An upper bound for the number of connected pieces that proved critical points of one kind are on, with at most about ``most`` charts.

    Pairs are joined in the order of their distances, until no chain joins two classes or the charts are used up.
    """
    count = len(samples)
    labels, used = list(range(count)), 0
    distances = [(float(np.linalg.norm(samples[i].point - samples[j].point)), i, j) for i, j in combinations(range(count), 2)]
    for _, i, j in sorted(distances):
        if labels[i] != labels[j] and used < most:
            found, charts = joined(loss, samples[i], samples[j])
            used += charts
            if found:
                labels = [labels[i] if label == labels[j] else label for label in labels]
    return len(set(labels))


def joined(loss: Loss, one: Component, other: Component) -> tuple[bool, int]:
    """Whether two proved critical points are joined by a path of critical points, which is proved; and how many charts that took."""
    system = one.manifold
    if system is None or one.proved is None or other.proved is None or one.dimension != other.dimension:
        return False, 0
    ends = [(proved.ball, proved.system.subspace) for proved in (one.proved, other.proved)]
    if not all(system.subspace.contains(*end) for end in ends):
        return False, 0
    with flint.ctx.workprec(BITS):
        here, last = _chart(loss, system, one.point), _chart(loss, system, other.point)
        if here is None or last is None or not here.holds(*ends[0]) or not last.holds(*ends[1]):
            return False, 2
        for charts in range(2, MOST_CHARTS):
            if _meet(here, last, last.centre):
                return True, charts
            ahead = _ahead(loss, here, last)
            if ahead is None:
                return False, charts
            here = ahead
    return False, MOST_CHARTS


def _ahead(loss: Loss, here: Chart, last: Chart) -> Chart | None:
    """A chart that meets ``here`` and is nearer to ``last``; None where walking straight towards it leads no further."""
    way = last.centre - here.centre
    free = list(here.system.free)
    along = here.tangent.T @ way[free]
    length = float(np.abs(along).max(initial=0.0))
    if not length > 0.05 * float(np.abs(way).max()):
        return None
    guess = here.centre.copy()
    guess[free] += here.tangent @ (along * min(1.0, STRIDE * here.reach / length))
    centre = _corrected(here.system, guess)
    if centre is None or np.linalg.norm(last.centre - centre) > 0.999 * np.linalg.norm(way):
        return None
    chart = _chart(loss, here.system, centre, 2 * here.reach)
    return chart if chart is not None and _meet(here, chart, centre) else None


def _meet(one: Chart, other: Chart, point: np.ndarray) -> bool:
    """Whether a zero near ``point`` is proved that lies in both charts."""
    if np.abs(point - one.centre).max() > 2 * np.sqrt(len(point)) * one.reach:
        return False
    size = max(1.0, float(np.abs(point).max()))
    linear = other.linear if point is other.centre and other.system is one.system else _linear(one.system, point)
    if not _krawczyk(one.system, point, linear, one.tangent, one.normal)(0.0, TINY * size):
        return False
    widths = TINY * size * np.abs(one.normal).sum(axis=1)
    ball = [acb(0)] * len(point)
    for i, width in zip(one.system.free, widths):
        ball[i] = acb(arb(float(point[i]), float(width) * (1 + 1e-9)))
    subspace = one.system.subspace
    ball = subspace.placed(ball)
    return one.holds(ball, subspace) and other.holds(ball, subspace)


def _chart(loss: Loss, system: LocalSystem, centre: np.ndarray, start: float = np.inf) -> Chart | None:
    """The largest chart that is proved around a zero, with the system or another one of its dimension there."""
    size = max(1.0, float(np.abs(centre).max()))
    for candidate in _systems(loss, system, centre):
        linear = _linear(candidate, centre)
        rows = np.linalg.svd(_floats(linear[1]))[2] if candidate.count else np.eye(len(candidate.free))
        normal, tangent = rows[: candidate.count].T, rows[candidate.count :].T
        proved, reach = _krawczyk(candidate, centre, linear, tangent, normal), min(start, LARGEST * size)
        while reach > SMALLEST * size:
            if proved(reach, BREADTH * reach):
                return Chart(candidate, centre, tangent, normal, reach, linear)
            reach /= 2
    return None


def _systems(loss: Loss, system: LocalSystem, centre: np.ndarray) -> Iterator[LocalSystem]:
    """The system, then others by the relations that are independent at the centre."""
    yield system
    if system.polynomials is None:
        for degree in DEGREES:
            other = systems(loss, centre, system.subspace, degree)
            if other is not None and other.dimension == system.dimension:
                yield other


def _linear(system: LocalSystem, centre: np.ndarray) -> Linear:
    return system.evaluated(system.subspace.placed([acb(float(x)) for x in centre]))


def _floats(matrix: acb_mat) -> np.ndarray:
    """The real parts of a matrix in double precision."""
    return np.array(matrix.tolist(), dtype=complex).reshape(matrix.nrows(), matrix.ncols()).real


def _krawczyk(
    system: LocalSystem, centre: np.ndarray, linear: Linear, tangent: np.ndarray, normal: np.ndarray
) -> Callable[[float, float], bool]:
    """Returns ``proved(reach, breadth)``: whether for each a, |a|_∞ ≤ reach, the system is proved to have exactly one zero
    centre + T a + N b, |b|_∞ < breadth, a critical point, which depends continuously on a.

    With X the box of all of these, −Y (F(c) + J(X) T a) + (1 − Y J(X) N) b has to lie in the interior of the box of b.
    """
    if not system.count:
        return lambda reach, breadth: True
    m, k = system.count, tangent.shape[1]
    values, jacobian = linear
    across, along = (acb_mat(len(basis), basis.shape[1], basis.ravel().tolist()) for basis in (normal, tangent))
    try:
        inverse = (jacobian * across).mid().inv().mid()
    except ZeroDivisionError:
        return lambda reach, breadth: False
    sides, breadths = np.abs(tangent).sum(axis=1), np.abs(normal).sum(axis=1)
    places = [acb(x) for x in centre.tolist()]
    one = acb_mat([[int(i == j) for j in range(m)] for i in range(m)])
    residual = acb_mat([[v] for v in values])

    def proved(reach: float, breadth: float) -> bool:
        spread = (reach * sides + breadth * breadths) * (1 + 1e-9)
        box = list(places)
        for i, width in zip(system.free, spread.tolist()):
            box[i] = acb(arb(places[i].real, width))
        box = system.subspace.placed(box)
        if not system.complete(box):
            return False
        _, over = system.evaluated(box)
        offset = acb_mat(m, 1, [acb(arb(0, breadth))] * m)
        right = residual
        if k and reach:
            right = right + over * along * acb_mat(k, 1, [acb(arb(0, reach))] * k)
        shift = (one - inverse * (over * across)) * offset - inverse * right
        return all(abs(shift[r, 0].real) < breadth for r in range(m))

    return proved


def _corrected(system: LocalSystem, point: np.ndarray) -> np.ndarray | None:
    """The zero nearest to ``point`` in first order: Gauss and Newton's method with least steps."""
    here, free = system.subspace.near(point), list(system.free)
    for _ in range(8):
        values, jacobian = system.evaluated([acb(float(x)) for x in here])
        if not system.count:
            return here
        step = np.linalg.lstsq(_floats(jacobian), np.array(values, dtype=complex).real, rcond=1e-10)[0]
        if not np.isfinite(step).all() or np.abs(step).max(initial=0.0) > 1e3 * (1 + np.abs(here).max()):
            return None
        here[free] -= step
        here = system.subspace.near(here)
        # What is left is about the square of the last step.
        if np.abs(step).max(initial=0.0) < 1e-7 * (1 + np.abs(here).max()):
            return here
    return None
