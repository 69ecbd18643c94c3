"""Interval arithmetic in double precision, compiled: every result is rounded outward by arithmetic that rounds to nearest.

An interval is a pair (lower, upper) of finite doubles. A result c of one operation rounded to nearest differs from the exact one by
at most half the distance to a neighbour of c, so it lies between the neighbours; and with u = 2⁻⁵³ and η the least positive double

    c − fl(fl(u(1 + 2u)|c|) + η)  rounded is at most the neighbour below c,  and with + at least the one above,

(Rump, Zimmermann, Boldo, Melquiond, "Computing predecessor and successor in rounding to nearest", BIT 49, 2009). No rounding mode is
set, and the compiler may not contract or reorder (:func:`critscape.algebra.intervals.compilation.rigorous`).
"""

from __future__ import annotations

import math

from critscape.algebra.intervals.compilation import rigorous

PHI = 2.0**-53 * (1 + 2.0**-52)
ETA = 5e-324


@rigorous
def below(c):
    """At most the neighbour of c below it."""
    return c - (abs(c) * PHI + ETA)


@rigorous
def above(c):
    """At least the neighbour of c above it."""
    return c + (abs(c) * PHI + ETA)


@rigorous
def lesser(a, b):
    """The lesser of two finite numbers, without the care for NaN that min takes."""
    return min(b, a)


@rigorous
def greater(a, b):
    """The greater of two finite numbers."""
    return max(b, a)


@rigorous
def plus(a, b, c, d):
    """[a, b] + [c, d]."""
    return below(a + c), above(b + d)


@rigorous
def minus(a, b, c, d):
    """[a, b] − [c, d]."""
    return below(a - d), above(b - c)


@rigorous
def times(a, b, c, d):
    """[a, b]·[c, d]: the extremes are products of ends."""
    p, q, r, s = a * c, a * d, b * c, b * d
    return below(lesser(lesser(p, q), lesser(r, s))), above(greater(greater(p, q), greater(r, s)))


@rigorous
def scaled(x, c, d):
    """x·[c, d] for a number x."""
    p, q = x * c, x * d
    return below(lesser(p, q)), above(greater(p, q))


@rigorous
def square(a, b):
    """{t² : a ≤ t ≤ b}."""
    p, q = a * a, b * b
    least = 0.0 if a <= 0.0 <= b else greater(0.0, below(lesser(p, q)))
    return least, above(greater(p, q))


@rigorous
def divided(a, b, c, d):
    """[a, b] / [c, d] with c > 0."""
    p, q, r, s = a / c, a / d, b / c, b / d
    return below(lesser(lesser(p, q), lesser(r, s))), above(greater(greater(p, q), greater(r, s)))


@rigorous
def magnitude(a, b):
    """max |t| over [a, b], exactly."""
    return greater(abs(a), abs(b))


@rigorous
def root_above(c):
    """At least √c, c ≥ 0: IEEE square roots are rounded to nearest."""
    return above(math.sqrt(c))
