"""The components of {L < c} of a polynomial in two variables, by a cylindrical decomposition of the plane: no regularisation, no descent.

The plane is cut at the real zeros of the discriminant of L − c in y and of its leading coefficient. Between two cuts the zeros in y are
graphs, their number and the signs between them constant. Two sectors on both sides of a cut belong together if a horizontal segment
joins them inside {L < c}, which ball arithmetic shows. What passes a cut of an open set does so in an interval, so no others do.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import inf

import flint
from flint import arb, fmpq, fmpq_mpoly_ctx, fmpq_poly

BITS = 2000
NEAR = Fraction(1, 2**300)
"""A cut is looked at from so far on both sides, relative to the least distance of two cuts."""

X, Y = fmpq_mpoly_ctx.get(["x", "y"], "lex").gens()


@dataclass(frozen=True)
class Sector:
    """An interval of {y : L(x, y) < c} at a rational x: its ends (±inf), and a point in it."""

    low: float | Fraction
    high: float | Fraction
    inside: Fraction


@dataclass(frozen=True)
class Components:
    """{L < c}: the ``cuts``, the number of ``sectors`` of each slab between them, and the component (a number) of each sector (slab, place)."""

    loss: object
    level: Fraction
    cuts: tuple[Fraction, ...]
    of: dict[tuple[int, int], int]

    @property
    def number(self) -> int:
        return len(set(self.of.values()))

    def points(self) -> list[tuple[Fraction, Fraction]]:
        """A point in each component."""
        ends = [-inf, *self.cuts, inf]
        found = {}
        for (slab, place), name in self.of.items():
            x = between(ends[slab], ends[slab + 1])
            found[name] = x, sectors(self.loss, self.level, x)[place].inside
        return [found[name] for name in sorted(found)]

    def holding(self, point: tuple[Fraction, Fraction]) -> int:
        """The component of a point with L < c."""
        x, y = point
        [place] = [k for k, each in enumerate(sectors(self.loss, self.level, x)) if each.low < y < each.high]
        return self.of[sum(cut < x for cut in self.cuts), place]


def components(loss, level: Fraction) -> Components:
    """The components of {L < c}, c = ``level`` no critical value, L in ℚ[x, y]."""
    at = cuts(loss, level)
    step = min([Fraction(1), *(b - a for a, b in pairwise(at))]) * NEAR
    # Left and right of each cut; without one the whole line is a slab.
    left = [sectors(loss, level, cut - step) for cut in at]
    right = [sectors(loss, level, cut + step) for cut in at]
    slabs = [*left, right[-1]] if at else [sectors(loss, level, Fraction(0))]
    assert all(len(a) == len(b) for a, b in zip(right, slabs[1:]))
    holder = {(k, j): (k, j) for k, slab in enumerate(slabs) for j in range(len(slab))}

    def root(key):
        return key if holder[key] == key else root(holder[key])

    for k, cut in enumerate(at):
        for i, one in enumerate(left[k]):
            for j, other in enumerate(right[k]):
                low, high = max(one.low, other.low), min(one.high, other.high)
                if low < high and any(below(loss, level, cut, step, y) for y in heights(low, high)):
                    holder[root((k, i))] = root((k + 1, j))
    names = {key: name for name, key in enumerate(sorted({root(key) for key in holder}))}
    return Components(loss, level, tuple(at), {key: names[root(key)] for key in holder})


def fibre(loss, at: Fraction, axis: int = 0) -> fmpq_poly:
    """L with x (axis 0) or y (axis 1) set to a rational number."""
    found: dict[int, fmpq] = {}
    for exponents, coefficient in loss.to_dict().items():
        power = int(exponents[1 - axis])
        found[power] = found.get(power, fmpq(0)) + coefficient * exact(at) ** int(exponents[axis])
    return fmpq_poly([found.get(k, fmpq(0)) for k in range(max(found, default=0) + 1)])


def exact(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def real_zeros(polynomial: fmpq_poly) -> list[Fraction]:
    """The real zeros, isolated, to far more digits than anything here needs, in increasing order."""
    if polynomial.degree() < 1:
        return []
    with flint.ctx.workprec(BITS):
        square_free = polynomial / polynomial.gcd(polynomial.derivative())
        balls = [z.real for z, _ in square_free.numer().complex_roots() if z.imag.is_zero()]
        assert all(float(ball.rad()) < 1e-250 for ball in balls)
        middles = [Fraction(int(m)) * Fraction(2) ** int(e) for m, e in (ball.mid().man_exp() for ball in balls)]
    return sorted(middles)


def sectors(loss, level: Fraction, x: Fraction) -> list[Sector]:
    """The sectors of {L < c} above x, from below."""
    polynomial = fibre(loss, x) - exact(level)
    found = []
    for low, high in pairwise([-inf, *real_zeros(polynomial), inf]):
        inside = between(low, high)
        if polynomial(exact(inside)) < 0:
            found.append(Sector(low, high, inside))
    return found


def between(low, high) -> Fraction:
    """A rational number in an interval."""
    if low == -inf and high == inf:
        return Fraction(0)
    if low == -inf:
        return min(high, Fraction(0)) - 1
    return max(low, Fraction(0)) + 1 if high == inf else (low + high) / 2


def heights(low, high) -> list[Fraction]:
    """Some rational numbers in an interval: beside a cut where a zero goes to infinity its ends are far out."""
    found = [between(low, high)]
    if low != -inf:
        found.append(between(low, min(high, low + 1)))
    if high != inf:
        found.append(between(max(low, high - 1), high))
    return found + [Fraction(0)] * (low < 0 < high)


def cuts(loss, level: Fraction) -> list[Fraction]:
    """The real zeros of the discriminant of L − c in y and of its leading coefficient, in increasing order."""
    polynomial = loss - exact(level)
    terms = {tuple(map(int, e)): coefficient for e, coefficient in polynomial.to_dict().items()}
    degree = max(e[1] for e in terms)
    leading = {e[0]: coefficient for e, coefficient in terms.items() if e[1] == degree}
    product = fmpq_poly([leading.get(k, fmpq(0)) for k in range(max(leading) + 1)])
    if degree > 1:
        product = product * fibre(polynomial.resultant(polynomial.derivative("y"), "y"), Fraction(0), 1)
    assert product, "L − c has a double factor in y"
    return real_zeros(product)


def below(loss, level: Fraction, cut: Fraction, step: Fraction, y: Fraction) -> bool:
    """Whether L < c on the segment from so far left of a cut to so far right of it, at the height y."""
    with flint.ctx.workprec(BITS):
        ball, value = arb(exact(cut), exact(step)), arb(0)
        for coefficient in reversed(fibre(loss, y, 1).coeffs()):
            value = value * ball + coefficient
        return bool(value < exact(level))
