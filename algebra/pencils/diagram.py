"""The real critical points of a pencil of losses L_s as s varies: complete sets at some values, and how they are connected.

Between two values of s every complex critical point is continued, one of each orbit. If all paths are regular and lead to all
points of the other set, reality and index unchanged, then no critical points meet in between. Otherwise the bifurcation points
in between are located and stepped over with complete sets close to either side, or the interval is halved. Points that are not
real are continued as well: a pair that becomes real and vanishes again between two values would leave no other trace.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from critscape.algebra.pencils.bifurcation import BifurcationPoint, Pencil, Type, bifurcation_point, stiffness
from critscape.algebra.symmetry.coincidence import match
from critscape.algebra.tracking.homotopy import Homotopy, Outcome, Tracker

WINDOW = 1e-6
"""Relative distance from a bifurcation value to the complete sets on either side."""
NARROW = 1e-8
"""Relative width of an interval that is not halved any more."""
SAME_VALUE = 1e-9
"""Relative distance within which two bifurcation values count as one."""
NEAR = 0.1
"""Distance, in natural units, within which the points that meet at a bifurcation point lie on either side of its window."""
MOST_SLICES = 200
"""Values of s at which complete sets are made between two given ones; what is not connected then is a gap."""
MOST_STARTS = 12
"""Critical points of one set from which Newton's method looks for bifurcation points, those with the softest Hessians first."""


@dataclass(frozen=True)
class Slice:
    """The critical points at one value of s: ``points`` (P, n) in the pencil's units, with flags ``real`` (P,); ``index`` (P,) and
    ``losses`` (P,), −1 and nan where a point is not real; ``orbit`` (P,), equal for points that the symmetries exchange.

    ``doubts`` says why the set may be wrong or not complete (then the arrays may be empty); without doubts it is complete.
    """

    s: Fraction
    points: np.ndarray
    real: np.ndarray
    index: np.ndarray
    losses: np.ndarray
    orbit: np.ndarray
    doubts: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """N_R."""
        return int(self.real.sum())

    @property
    def by_index(self) -> dict[int, int]:
        """Number of real points of each index that occurs."""
        return dict(sorted(Counter(self.index[self.real].tolist()).items()))


@dataclass(frozen=True)
class Link:
    """How the orbits at ``left`` continue to those at ``right``: ``pairs`` of orbit numbers; orbits without a partner are lost."""

    left: Slice
    right: Slice
    pairs: tuple[tuple[int, int], ...]
    lost_left: tuple[int, ...]
    lost_right: tuple[int, ...]


@dataclass(frozen=True)
class Crossing:
    """A bifurcation value between two slices; ``points`` meet critical points there, and ``link`` says how the others continue.

    ``left`` and ``right`` give, for each of ``points``, the orbits that meet in it; ``reason`` is a sentence if their numbers are
    not those that the type of the bifurcation asks for.
    """

    points: tuple[BifurcationPoint, ...]
    link: Link
    left: tuple[tuple[int, ...], ...]
    right: tuple[tuple[int, ...], ...]
    reason: str | None

    @property
    def s(self) -> float:
        return self.points[0].s

    @property
    def real(self) -> bool:
        """Whether real points meet."""
        return any(point.real for point in self.points)


@dataclass(frozen=True)
class Gap:
    """An interval over which critical points could not be connected, with the reason as a sentence."""

    left: Slice
    right: Slice
    reason: str


@dataclass(frozen=True)
class Branch:
    """One orbit of ``size`` real critical points of constant index over an interval of s: ``s`` (K,) and ``losses`` (K,)."""

    index: int
    size: int
    s: np.ndarray
    losses: np.ndarray


@dataclass(frozen=True)
class Diagram:
    """Complete slices and what connects each to the next, from left to right; ``doubtful`` values of s have no complete set."""

    pieces: tuple[Link | Crossing | Gap, ...]
    doubtful: tuple[Slice, ...]

    @property
    def slices(self) -> tuple[Slice, ...]:
        """The complete slices in increasing s."""
        ends = [piece.link if isinstance(piece, Crossing) else piece for piece in self.pieces]
        return (*(end.left for end in ends[:1]), *(end.right for end in ends))

    @property
    def events(self) -> tuple[Crossing, ...]:
        """The values at which real points are born, die or exchange stability."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Crossing) and piece.real)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return tuple(piece for piece in self.pieces if isinstance(piece, Gap))

    @property
    def open(self) -> tuple[Slice, ...]:
        """The doubtful values that are not bifurcation values themselves: there, a degenerate point is as it should be."""
        values = [piece.s for piece in self.pieces if isinstance(piece, Crossing)]
        return tuple(d for d in self.doubtful if not any(abs(float(d.s) - s) <= SAME_VALUE * s for s in values))

    @property
    def complete(self) -> bool:
        """Whether every value of s has a complete set, all are connected, and every bifurcation is of a known type."""
        known = not any(isinstance(piece, Crossing) and piece.reason for piece in self.pieces)
        return len(self.pieces) > 0 and known and not self.open and not self.gaps


def orbit_numbers(pencil: Pencil, points: np.ndarray) -> np.ndarray | None:
    """The first point of the orbit of each of ``points`` (P, n) as its number, shape (P,); None if they are not closed."""
    places = np.array([match(g.of(points), points) for g in pencil.symmetries]).reshape(-1, len(points))
    return None if (places < 0).any() else places.min(axis=0)


def diagram(
    pencil: Pencil,
    tracker: Tracker,
    slice_at: Callable[[Fraction], Slice],
    values: Sequence[Fraction],
    progress: Callable[[str, int], None] = lambda stage, count: None,
) -> Diagram:
    """The bifurcation diagram over increasing ``values`` of s, at least two.

    ``slice_at`` gives the critical points at a value; where its set is not complete the neighbours are connected without it.
    """
    made = []
    for number, s in enumerate(values, start=1):
        progress(f"values of s, {len(values)} in all", number)
        made.append(slice_at(s))
    good = [piece for piece in made if not piece.doubts]
    progress("continuation in s", 0)
    pieces = [piece for left, right in pairwise(good) for piece in bridge(pencil, tracker, limited(slice_at), left, right)]
    return Diagram(tuple(pieces), tuple(piece for piece in made if piece.doubts))


def limited(slice_at: Callable[[Fraction], Slice]) -> Callable[[Fraction], Slice]:
    """``slice_at`` for MOST_SLICES values; after that a slice with a doubt: where paths are lost everywhere, halving has no end."""
    left = MOST_SLICES

    def made(s: Fraction) -> Slice:
        nonlocal left
        left -= 1
        empty = np.empty(0)
        return slice_at(s) if left >= 0 else Slice(s, empty, empty, empty, empty, empty, ("too many values of s would be needed",))

    return made


def bridge(
    pencil: Pencil, tracker: Tracker, slice_at: Callable[[Fraction], Slice], left: Slice, right: Slice
) -> list[Link | Crossing | Gap]:
    """What connects two complete slices: links, and the bifurcation values between them with complete sets close to either side."""
    link = linked(pencil, tracker, left, right)
    if not link.lost_left and not link.lost_right:
        return [link]
    found = located(pencil, link)
    if found:
        return _through(pencil, tracker, slice_at, link, found)
    if float(right.s / left.s) < 1 + NARROW:
        return [Gap(left, right, "critical points meet at a bifurcation point that was not found")]
    # Off the middle if a set is not complete there: a bifurcation value may be hit exactly.
    for share in (0.5, 0.45, 0.57):
        middle = slice_at(between(left.s, right.s, share))
        if not middle.doubts:
            return bridge(pencil, tracker, slice_at, left, middle) + bridge(pencil, tracker, slice_at, middle, right)
    return [Gap(left, right, f"no complete set in between ({'; '.join(middle.doubts)})")]


def linked(pencil: Pencil, tracker: Tracker, left: Slice, right: Slice) -> Link:
    """Continues one point of each orbit from ``left`` to ``right``.

    Orbits are partners when the path is regular all the way, nothing else arrives there, and size, reality and index agree.
    """
    orbits = np.unique(left.orbit)
    end, start = pencil.parameters(float(right.s)), pencil.parameters(float(left.s))
    no_tilt = np.zeros((1, len(pencil.units)), dtype=complex)
    homotopy = Homotopy(pencil.family, np.array([end, start - end], dtype=complex), no_tilt)
    paths = tracker.track(homotopy, left.points[orbits], thorough=False)
    arrived = [k for k, path in enumerate(paths) if path.outcome is Outcome.FINISHED]
    ends = np.array([paths[k].end for k in arrived], dtype=complex).reshape(len(arrived), len(pencil.units))
    places = match(ends, right.points)
    reached = {int(orbits[k]): int(right.orbit[place]) for k, place in zip(arrived, places) if place >= 0}
    times = Counter(reached.values())
    pairs = tuple((a, b) for a, b in reached.items() if times[b] == 1 and _alike(left, a, right, b))
    lost_left = sorted(set(orbits.tolist()) - {a for a, _ in pairs})
    lost_right = sorted(set(right.orbit.tolist()) - {b for _, b in pairs})
    return Link(left, right, pairs, tuple(lost_left), tuple(lost_right))


def _alike(left: Slice, a: int, right: Slice, b: int) -> bool:
    same_size = (left.orbit == a).sum() == (right.orbit == b).sum()
    return bool(same_size and left.real[a] == right.real[b] and left.index[a] == right.index[b])


def located(pencil: Pencil, link: Link) -> list[BifurcationPoint]:
    """The distinct bifurcation points strictly between two slices that Newton's method finds from the orbits that are lost."""
    found: list[BifurcationPoint] = []
    low, high = float(link.left.s), float(link.right.s)
    for slice_, lost in ((link.left, link.lost_left), (link.right, link.lost_right)):
        if not lost:
            continue
        starts = slice_.points[list(lost)]
        for k in np.argsort(stiffness(pencil, starts, float(slice_.s)), kind="stable")[:MOST_STARTS]:
            point = bifurcation_point(pencil, starts[k], float(slice_.s))
            if point is not None and low < point.s < high and not any(same(point, other) for other in found):
                found.append(point)
    return sorted(found, key=lambda point: point.s)


def same(one: BifurcationPoint, other: BifurcationPoint) -> bool:
    """Whether two bifurcation points agree up to the symmetries."""
    close = abs(one.s - other.s) <= SAME_VALUE * one.s
    return close and bool(np.abs(one.orbit - other.orbit[0]).max(axis=1).min() <= 1e-6 * max(1.0, np.abs(one.orbit).max()))


def between(low: Fraction, high: Fraction, share: float) -> Fraction:
    """A short decimal that lies strictly between two positive numbers, about ``share`` of the way on a logarithmic scale.

    >>> between(Fraction(1), Fraction(100), 0.5)
    Fraction(10, 1)
    """
    wished = float(low) * float(high / low) ** share
    return next(s for s in (Fraction(f"{wished:.{digits}g}") for digits in range(6, 18)) if low < s < high)


def _through(
    pencil: Pencil, tracker: Tracker, slice_at: Callable[[Fraction], Slice], link: Link, found: Sequence[BifurcationPoint]
) -> list[Link | Crossing | Gap]:
    """Steps over each bifurcation value in a window of its own, and connects the windows."""
    groups: list[list[BifurcationPoint]] = []
    for point in found:
        if groups and point.s - groups[-1][-1].s <= SAME_VALUE * point.s:
            groups[-1].append(point)
        else:
            groups.append([point])
    edges = [float(link.left.s), *(group[0].s for group in groups), float(link.right.s)]
    pieces: list[Link | Crossing | Gap] = []
    reached = link.left
    for before, group, after in zip(edges, groups, edges[2:]):
        s = group[0].s
        low = window_edge(slice_at, s, before, link.left)
        high = window_edge(slice_at, s, after, link.right)
        if low is None or high is None:
            return [*pieces, Gap(reached, link.right, f"no complete set close to the bifurcation value {s:.12g}")]
        if low is not reached:
            pieces += bridge(pencil, tracker, slice_at, reached, low)
        pieces.append(crossing(group, linked(pencil, tracker, low, high)))
        reached = high
    if reached is not link.right:
        pieces += bridge(pencil, tracker, slice_at, reached, link.right)
    return pieces


def window_edge(slice_at: Callable[[Fraction], Slice], s: float, neighbour: float, end: Slice) -> Slice | None:
    """A complete slice next to a bifurcation value s; ``neighbour`` is the next such value or the ``end`` of the interval."""
    room = abs(neighbour - s)
    if neighbour == float(end.s) and room <= 2 * WINDOW * s:
        return end
    for share in (1.0, 0.3, 3.0, 0.1, 10.0):
        width = min(share * WINDOW * s, room / 3)
        made = slice_at(Fraction(f"{s + np.copysign(width, neighbour - s):.15g}"))
        if not made.doubts:
            return made
    return None


def crossing(points: Sequence[BifurcationPoint], link: Link) -> Crossing:
    """Which orbits meet in which of the bifurcation ``points`` of one value, from the slices on either side."""
    sides, reasons = [], []
    for slice_, lost in ((link.left, link.lost_left), (link.right, link.lost_right)):
        meeting: list[list[int]] = [[] for _ in points]
        for orbit in lost:
            distances = [np.abs(point.orbit - slice_.points[orbit]).max(axis=1).min() for point in points]
            nearest = int(np.argmin(distances))
            if distances[nearest] > NEAR:
                reasons.append("critical points that are not near the bifurcation point do not continue")
            meeting[nearest].append(orbit)
        sides.append(tuple(map(tuple, meeting)))
    for point, left, right in zip(points, *sides):
        numbers = [_counts(slice_, orbits, len(point.orbit)) for slice_, orbits in ((link.left, left), (link.right, right))]
        (every, real), (every_after, real_after) = numbers
        expected = {Type.FOLD: {0, 2}, Type.PITCHFORK: {1, 3}}.get(point.type)
        if every != every_after or not float(every).is_integer():
            reasons.append(f"{every:g} critical points meet on one side and {every_after:g} on the other")
        elif not point.real and (real or real_after):
            reasons.append("real critical points meet in a point that is not real")
        elif point.real and expected is None:
            reasons.append("as far as double precision tells, the bifurcation is neither a fold nor a pitchfork")
        elif point.real and {real, real_after} != expected:
            reasons.append(f"{real:g} and {real_after:g} real critical points meet in a {point.type.value}")
    return Crossing(tuple(points), link, sides[0], sides[1], reasons[0] if reasons else None)


def _counts(slice_: Slice, orbits: Sequence[int], images: int) -> tuple[float, float]:
    """Critical points, and real ones, of some orbits for each of the ``images`` of a bifurcation point."""
    here = np.isin(slice_.orbit, orbits)
    return here.sum() / images, (here & slice_.real).sum() / images


def branches(diagram_: Diagram) -> list[Branch]:
    """The orbits of real critical points as curves of constant index, those that meet up to where they meet."""
    finished: list[Branch] = []
    if not diagram_.pieces:
        return finished
    first = diagram_.slices[0]
    active = {orbit: [_place(first, orbit)] for orbit in _real_orbits(first)}
    for piece in diagram_.pieces:
        link = piece.link if isinstance(piece, Crossing) else piece
        pairs = () if isinstance(link, Gap) else link.pairs
        following = {b: [*active.pop(a), _place(link.right, b)] for a, b in pairs if a in active}
        beginning = {orbit: [_place(link.right, orbit)] for orbit in _real_orbits(link.right) if orbit not in following}
        if isinstance(piece, Crossing):
            for orbit, place in _meetings(piece.points, piece.left):
                if orbit in active:
                    active[orbit].append(place)
            for orbit, place in _meetings(piece.points, piece.right):
                if orbit in beginning:
                    beginning[orbit].insert(0, place)
        finished += [_branch(link.left, orbit, curve) for orbit, curve in active.items()]
        active = {orbit: (following | beginning)[orbit] for orbit in _real_orbits(link.right)}
    return finished + [_branch(diagram_.slices[-1], orbit, curve) for orbit, curve in active.items()]


def _real_orbits(slice_: Slice) -> list[int]:
    return np.unique(slice_.orbit[slice_.real]).tolist()


def _place(slice_: Slice, orbit: int) -> tuple[float, float]:
    """s and the loss of an orbit."""
    return float(slice_.s), float(slice_.losses[orbit])


def _meetings(points: Sequence[BifurcationPoint], orbits: Sequence[Sequence[int]]) -> list[tuple[int, tuple[float, float]]]:
    """Each orbit that meets others in a real bifurcation point, with s and the loss there."""
    return [(orbit, (point.s, point.loss)) for point, meeting in zip(points, orbits) if point.real for orbit in meeting]


def _branch(slice_: Slice, orbit: int, curve: Sequence[tuple[float, float]]) -> Branch:
    s, losses = np.array(curve).T
    return Branch(int(slice_.index[orbit]), int((slice_.orbit == orbit).sum()), s, losses)
