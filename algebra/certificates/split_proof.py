"""An independent check of what a certificate says of split units: each claim is proved again, from the file and the network alone.

- *The point.* Krawczyk's test (Krawczyk 1969; Rump 1983) in a real box: one critical point of the small network, enclosed by K.
- *D = 0.* Without a ridge around a unit whose layer above has one unit, D v = ∂L/∂u = 0, so that D = 0 if v ≠ 0 (Petzka and Sminchisescu, JMLR
  22, 2021). Nothing else is taken for D = 0.
- *Critical.* The embedded point is critical: each copy has its share of the gradient, and of the ridge (Fukumizu and Amari 2000).
- *Family.* Where D = 0, outgoing weights may be shared among copies in any way: an affine set F of critical points of equal loss, if all
  these units are in one layer, or if every layer above the lowest of them has one unit with an outgoing weight that is not zero.
- *Inertia.* The directions of F are in the kernel of ∇²L_wide, and without the outgoing weights of all copies but the first the
  coordinates are a complement. So the inertia is that of this principal submatrix, and zeros. The submatrix is computed from the wider
  network as it stands, not from B.
- *Local minimum.* No negative eigenvalue, and the kernel no larger than F: L is Morse–Bott along F.
- *Infinity.* In the chart p = e^{−kb} of one more unit, L at p = 0 is that of the small network, whatever the unit's weights; so its minimum with a
  positive definite Hessian is a local minimum on {p ≥ 0} if ∂L/∂p > 0, and is none if ∂L/∂p < 0 or the Hessian has a negative eigenvalue.
- *Path.* The slope along the arc is 0 at its start, as its start is critical, and the bend negative all along; on segments slopes are
  negative. Slopes by their mean value form, in pieces that are halved where they fail.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial

from mpmath import mp

from critscape.algebra.bounds.proof import Unproved
from critscape.algebra.certificates.component_box import approximate_inverse, dot, has_signs
from critscape.algebra.certificates.intervals import Arithmetic, Interval
from critscape.algebra.certificates.layered import (
    ClaimedSplit,
    Layered,
    copies,
    embedded,
    gradient,
    hessian,
    line_jet,
    slope_at_infinity,
    widened,
)
from critscape.algebra.certificates.split_claims import MINIMUM, STRICT, ClaimedPath, ClaimedSaturated, SplitClaims

PRECISIONS = (128, 256, 512, 1024)
"""Bits at which everything is tried, one after the other."""
HALVINGS = 7
"""Times that an arc or a segment is halved for its proof."""

Progress = Callable[[str, int], None]


def first_failure(small: Layered, claims: SplitClaims, arithmetic: Arithmetic, progress: Progress) -> str | None:
    """The first claim that could not be proved, as one sentence; None when all are."""
    failure = ""
    for bits in PRECISIONS:
        with mp.workprec(bits), arithmetic.precision(bits):
            try:
                _prove(small, claims, arithmetic, bits == PRECISIONS[0], progress)
            except Unproved as error:
                failure = str(error)
            except (ValueError, OverflowError, ZeroDivisionError):
                failure = "point: enclosures over the box are not finite"
            else:
                return None
    return failure


def _prove(small: Layered, claims: SplitClaims, arithmetic: Arithmetic, rough: bool, progress: Progress) -> None:
    """Proves all claims at the working precision.

    Raises
    ------
    Unproved : one is not.
    """
    progress("critical point", 0)
    point = _krawczyk(small, claims, arithmetic, rough)
    positive, negative = claims.inertia
    if positive + negative != small.dimension or not has_signs(hessian(small, point, arithmetic), positive, negative, arithmetic, rough):
        raise Unproved(f"point.inertia: {positive} positive and {negative} negative eigenvalues are not proved")
    low, high = (arithmetic.interval(end, end) for end in claims.loss)
    value = line_jet(small, point, [arithmetic.interval(Fraction(0), Fraction(0))] * small.dimension, arithmetic)[0]
    if not (bool(low <= value) and bool(value <= high)):
        raise Unproved("point.loss: the loss is not proved to lie in its enclosure")
    free = [_vanishing(small, split, point, arithmetic, k) for k, split in enumerate(claims.splits)]
    progress("wider network", 0)
    _prove_wide(small, claims, free, point, arithmetic, rough)
    if claims.saturated is not None:
        _prove_saturated(small, claims, claims.saturated, point, arithmetic)
    if claims.path is not None:
        if not free[0]:
            raise Unproved("path: there is no line of equal loss where D = 0 is not claimed")
        _prove_path(small, claims.splits[0], claims.path, point, arithmetic, progress)


def _krawczyk(small: Layered, claims: SplitClaims, arithmetic: Arithmetic, rough: bool) -> list[Interval]:
    """An enclosure (n intervals) of the only critical point in the box.

    Raises
    ------
    Unproved : Krawczyk's test fails.
    """
    if not claims.radius > 0:
        raise Unproved("point.radius: the radius of the box is not positive")
    n = small.dimension
    zero, one = (arithmetic.interval(Fraction(k), Fraction(k)) for k in (0, 1))
    centre = [arithmetic.interval(x, x) for x in claims.centre]
    inside = [arithmetic.interval(x - claims.radius, x + claims.radius) for x in claims.centre]
    over = hessian(small, inside, arithmetic)
    values = gradient(small, centre, arithmetic)
    offset, radius = arithmetic.interval(-claims.radius, claims.radius), arithmetic.interval(claims.radius, claims.radius)
    found = []
    for k, row in enumerate(approximate_inverse(over, arithmetic, rough)):
        rest = [(one if j == k else zero) - dot(row, [line[j] for line in over], zero) for j in range(n)]
        shift = dot(rest, [offset] * n, zero) - dot(row, values, zero)
        if not bool(abs(shift) < radius):
            raise Unproved("point: Krawczyk's test fails: the box is not proved to hold exactly one critical point")
        found.append(centre[k] + shift)
    return found


def around(small: Layered, split: ClaimedSplit) -> list[int]:
    """The positions of the weights into and out of a unit."""
    rows = small.rows
    return [*rows[split.layer - 1][split.unit - 1], *(row[split.unit - 1] for row in rows[split.layer])]


def _vanishing(small: Layered, split: ClaimedSplit, point: Sequence[Interval], arithmetic: Arithmetic, k: int) -> bool:
    """Whether D = 0 is claimed and proved, without a ridge around the unit.

    Raises
    ------
    Unproved : it is claimed and not proved, or shares beside a ridge are not positive.
    """
    ridged = any(small.ridge[place] for place in around(small, split))
    if ridged and min(split.shares) <= 0:
        raise Unproved(f"splits[{k}].shares: a ridge around a unit is shared by positive shares only")
    if not split.vanishing:
        return False
    out = [row[split.unit - 1] for row in small.rows[split.layer]]
    if ridged or len(out) != 1 or not _nonzero(point[out[0]], arithmetic):
        raise Unproved(f"splits[{k}].vanishing: D = 0 is not proved: it needs no ridge, and one unit above with a weight that is not zero")
    return True


def _nonzero(value: Interval, arithmetic: Arithmetic) -> bool:
    zero = arithmetic.interval(Fraction(0), Fraction(0))
    return bool(value > zero) or bool(value < zero)


def _prove_wide(
    small: Layered, claims: SplitClaims, free: Sequence[bool], point: Sequence[Interval], arithmetic: Arithmetic, rough: bool
) -> None:
    wide = widened(small, claims.splits)
    place = embedded(small, claims.splits, point, arithmetic)
    curvature = hessian(wide, place, arithmetic)
    flat = _flat_coordinates(small, claims.splits, free)
    rest = [i for i in range(wide.dimension) if i not in flat]
    restricted = [[curvature[i][j] for j in rest] for i in rest]
    lines = [split for split, vanishing in zip(claims.splits, free) if vanishing]
    family = len(flat) if _critical(small, lines, point, arithmetic) else 0
    if claims.family != family:
        raise Unproved(f"wide.family: {claims.family} dimensions claimed, {family} proved")
    if claims.wide_inertia is not None:
        positive, negative, zero = claims.wide_inertia
        if zero != len(flat) or positive + negative != len(rest) or not has_signs(restricted, positive, negative, arithmetic, rough):
            raise Unproved("wide.inertia: the numbers of positive, negative and zero eigenvalues are not proved")
    if claims.kind == MINIMUM:
        if claims.wide_inertia is None or claims.wide_inertia[1] or claims.wide_inertia[2] != family:
            raise Unproved(
                "wide.kind: a local minimum needs an inertia without negative eigenvalues and with as many zeros as its family has dimensions"
            )
    elif claims.kind == STRICT and not has_signs(restricted, 0, 1, arithmetic, rough):
        raise Unproved("wide.kind: no negative eigenvalue is proved")


def _prove_saturated(
    small: Layered, claims: SplitClaims, unit: ClaimedSaturated, point: Sequence[Interval], arithmetic: Arithmetic
) -> None:
    """A unit with an infinite bias.

    Raises
    ------
    Unproved : what is claimed of it is not proved.
    """
    rows = small.rows
    around_it = [place for layer in (unit.layer, unit.layer + 1) for row in rows[layer - 1] for place in row]
    if small.activation not in ("logistic", "tanh") or not (small.biases[unit.layer - 1] and small.biases[unit.layer]):
        raise Unproved("saturated: a unit at infinity needs logistic or tanh, and biases in its layer and the one above")
    if any(small.ridge[place] for place in around_it):
        raise Unproved("saturated: a unit at infinity needs weights without ridge around it")
    zero = arithmetic.interval(Fraction(0), Fraction(0))
    slope = slope_at_infinity(small, unit.layer, unit.incoming, unit.outgoing, point, arithmetic)
    if unit.minimum and not (claims.inertia == (small.dimension, 0) and bool(slope > zero)):
        raise Unproved("saturated.minimum: a positive definite Hessian and a loss that rises as the bias comes back are not proved")
    if not unit.minimum and not (claims.inertia[1] or bool(slope < zero)):
        raise Unproved("saturated.minimum: neither a negative eigenvalue nor a loss that falls as the bias comes back is proved")


def _flat_coordinates(small: Layered, splits: Sequence[ClaimedSplit], free: Sequence[bool]) -> set[int]:
    """The positions, in the wider network, of the outgoing weights of all copies but the first of the units with D = 0."""
    wide, units = widened(small, splits), copies(small, splits)
    found: set[int] = set()
    for split, vanishing in zip(splits, free):
        if vanishing:
            same = [k for k, (unit, _) in enumerate(units[split.layer]) if unit == split.unit - 1]
            found |= {row[k] for row in wide.rows[split.layer] for k in same[1:]}
    return found


def _critical(small: Layered, lines: Sequence[ClaimedSplit], point: Sequence[Interval], arithmetic: Arithmetic) -> bool:
    """Whether F is critical as a whole."""
    layers = {split.layer for split in lines}
    if len(layers) < 2:
        return True
    lowest = min(layers)
    if any(width != 1 for width in small.widths[lowest + 1 :]):
        return False
    return all(_nonzero(point[small.rows[layer][0][0]], arithmetic) for layer in range(lowest + 1, len(small.widths) - 1))


def _prove_path(
    small: Layered, split: ClaimedSplit, path: ClaimedPath, point: Sequence[Interval], arithmetic: Arithmetic, progress: Progress
) -> None:
    """The arc and the segments.

    Raises
    ------
    Unproved : one of them is not proved to fall.
    """
    leaving = ClaimedSplit(split.layer, split.unit, path.shares, True)
    wide = widened(small, [leaving])
    start = embedded(small, [leaving], point, arithmetic)
    zero = arithmetic.interval(Fraction(0), Fraction(0))
    move = [zero] * wide.dimension
    first = next(k for k, (unit, _) in enumerate(copies(small, [leaving])[split.layer]) if unit == split.unit - 1)
    for copy, factor in ((0, path.shares[1]), (1, -path.shares[0])):
        for k, part in zip(wide.rows[split.layer - 1][first + copy], path.direction):
            move[k] = arithmetic.interval(factor * part, factor * part)
    if not path.length > 0:
        raise Unproved("path.length: the arc has no length")
    if not _holds(partial(_bends, wide, start, move, arithmetic), Fraction(0), path.length):
        raise Unproved("path: the loss is not proved to fall along the arc")
    end = arithmetic.interval(path.length, path.length)
    place = [w + end * m for w, m in zip(start, move)]
    for k, vertex in enumerate(path.vertices):
        progress("segments", k)
        target = [arithmetic.interval(x, x) for x in vertex]
        along = [b - a for a, b in zip(place, target)]
        if not _holds(partial(_falls, wide, place, along, arithmetic), Fraction(0), Fraction(1)):
            raise Unproved(f"path.vertices[{k}]: the loss is not proved to fall on the segment that ends there")
        place = target


def _holds(proved: Callable[[Fraction, Fraction], bool], low: Fraction, high: Fraction) -> bool:
    """Whether something is proved on an interval, in pieces that are halved where it fails."""
    pieces = [(low, high, 0)]
    while pieces:
        low, high, depth = pieces.pop()
        if not proved(low, high):
            if depth == HALVINGS:
                return False
            middle = (low + high) / 2
            pieces += [(low, middle, depth + 1), (middle, high, depth + 1)]
    return True


def _bends(
    wide: Layered, start: Sequence[Interval], move: Sequence[Interval], arithmetic: Arithmetic, low: Fraction, high: Fraction
) -> bool:
    """Whether L″ < 0 along ``move`` for all t from ``low`` to ``high``."""
    t = arithmetic.interval(low, high)
    return bool(
        line_jet(wide, [w + t * m for w, m in zip(start, move)], move, arithmetic)[2] < arithmetic.interval(Fraction(0), Fraction(0))
    )


def _falls(
    wide: Layered, start: Sequence[Interval], move: Sequence[Interval], arithmetic: Arithmetic, low: Fraction, high: Fraction
) -> bool:
    """Whether L′ < 0 along ``move`` for all t from ``low`` to ``high``, by the mean value form."""
    middle, half = (low + high) / 2, (high - low) / 2
    t, centre = arithmetic.interval(low, high), arithmetic.interval(middle, middle)
    slope = line_jet(wide, [w + centre * m for w, m in zip(start, move)], move, arithmetic)[1]
    bend = line_jet(wide, [w + t * m for w, m in zip(start, move)], move, arithmetic)[2]
    return bool(slope + bend * arithmetic.interval(-half, half) < arithmetic.interval(Fraction(0), Fraction(0)))
