"""Losses of critical points as algebraic numbers, to decide whether two that agree to all digits are equal.

Elimination gives the points over number fields ℚ[τ]/(m): ∇L ≡ 0 there is checked exactly, and a conjugate that lies in the box in
which a certified point is the only one is that point. Its loss is an element of the field, whose minimal polynomial over ℚ follows by
linear algebra: two losses are equal if and only if they are the same root of the same polynomial. Nothing here rests on elimination
modulo primes: a wrong parametrisation fails one of these checks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from itertools import combinations

import flint
from flint import acb, acb_poly, arb, fmpq_poly, fmpz_poly

from critscape.algebra.elimination import msolve
from critscape.algebra.elimination.number_field import field_coordinates, value
from critscape.algebra.points.certification import CertifiedPoint
from critscape.algebra.points.classification import RealPoint
from critscape.algebra.points.closed_form import minimal_polynomial
from critscape.algebra.polynomial.loss import Loss, polynomial
from critscape.algebra.polynomial.roots import complex_roots

MOST_WEIGHTS, MOST_POINTS, MOST_DEGREE = 10, 300, 60
"""Weights and points of a loss, and degree of a number field, for which this is tried."""
SECONDS = 600.0
"""Time after which elimination is given up."""
PRECISIONS = (512, 2048, 8192)
"""Bits at which roots are told apart."""


@dataclass(frozen=True)
class AlgebraicNumber:
    """A real root of an irreducible polynomial over ℤ: the ``position``-th in increasing order; ``ball`` encloses it."""

    coefficients: tuple[int, ...]
    position: int
    ball: arb = field(compare=False)

    @property
    def rational(self) -> Fraction | None:
        """The number, if it is rational."""
        return Fraction(-self.coefficients[0], self.coefficients[1]) if len(self.coefficients) == 2 else None


def exact_losses(loss: Loss, points: Mapping[int, CertifiedPoint]) -> dict[int, AlgebraicNumber]:
    """The losses of certified real critical points, under the same keys, as far as they are found; balls of different ones are disjoint."""
    found: dict[int, AlgebraicNumber] = {}
    everything = _points(loss) if points else None
    if everything is None:
        return found
    for bits in PRECISIONS:
        with flint.ctx.workprec(bits):
            for numbers in _numbers(loss, *everything, points):
                found |= numbers
        if all(one == other or not one.ball.overlaps(other.ball) for one, other in combinations(found.values(), 2)):
            return found
    return {}


@lru_cache(maxsize=4)
def _points(loss: Loss) -> tuple[msolve.Parametrisation, list[fmpz_poly]] | None:
    """All critical points by elimination, and the irreducible factors of the eliminant; None where this is not tried or fails."""
    if loss.dimension > MOST_WEIGHTS or not msolve.available():
        return None
    try:
        found = msolve.parametrisation(loss, SECONDS)
    except msolve.MsolveError:
        return None
    return (found, [factor for factor, _ in found.eliminant.factor()[1]]) if found.eliminant.degree() <= MOST_POINTS else None


def _numbers(
    loss: Loss, parametrisation: msolve.Parametrisation, factors: Sequence[fmpz_poly], points: Mapping[int, CertifiedPoint]
) -> Iterator[dict[int, AlgebraicNumber]]:
    """The losses of the points that belong to each of the factors, at FLINT's working precision."""
    slope = acb_poly(parametrisation.eliminant.derivative())
    quotients = [(acb_poly(v), acb(c)) for v, c in zip(parametrisation.numerators, parametrisation.constants)]
    for factor in factors:
        if factor.degree() > MOST_DEGREE:
            continue
        owners: dict[int, arb] = {}
        for root, _ in complex_roots(factor):
            if root.imag == 0:
                place = [-v(root) / (c * slope(root)) for v, c in quotients]
                owners |= {k: root.real for k, point in points.items() if _inside(place, point)}
        if owners:
            element = _loss_element(loss, parametrisation, factor)
            if element is not None:
                yield _roots_of(minimal_polynomial(element, factor), element, owners)


def _loss_element(loss: Loss, parametrisation: msolve.Parametrisation, factor: fmpz_poly) -> fmpq_poly | None:
    """L in the field of a factor; None where the parametrisation turns out to be wrong."""
    try:
        coordinates = field_coordinates(loss, parametrisation, factor)
    except ArithmeticError:
        return None
    return value(polynomial(loss), coordinates, fmpq_poly(factor))


def _inside(place: Sequence[acb], point: CertifiedPoint) -> bool:
    """Whether an enclosure lies in the box in which the certified point is the only critical one."""
    return all(abs(z - c).upper() < point.isolation for z, c in zip(place, point.centre))


def _roots_of(minimal: fmpz_poly, element: fmpq_poly, owners: Mapping[int, arb]) -> dict[int, AlgebraicNumber]:
    """The values of an element at real roots, as roots of its minimal polynomial; without those that the precision does not tell."""
    numbers = real_roots(minimal)
    near = {k: [number for number in numbers if number.ball.overlaps(acb_poly(element)(acb(root)).real)] for k, root in owners.items()}
    return {k: candidates[0] for k, candidates in near.items() if len(candidates) == 1}


def real_roots(minimal: fmpz_poly) -> list[AlgebraicNumber]:
    """The real roots of an irreducible polynomial in increasing order, at FLINT's working precision."""
    roots = sorted((root.real for root, _ in complex_roots(minimal) if root.imag == 0), key=lambda root: root.mid())
    coefficients = tuple(int(c) for c in minimal.coeffs())
    return [AlgebraicNumber(coefficients, position, root) for position, root in enumerate(roots)]


def told_apart(loss: Loss, real: Sequence[RealPoint], alike: Sequence[int], asked: Sequence[int]) -> tuple[list[RealPoint], list]:
    """The points with sharper losses where positions ``asked`` cannot be told apart, and the exact losses found (None for others).

    ``alike`` are classes of points with equal losses (:func:`critscape.algebra.points.global_minima.equal_losses`).
    """
    # One point of each class is enough.
    first: dict[int, int] = {}
    for k in asked:
        first.setdefault(alike[k], k)
    numbers = exact_losses(loss, {k: real[k].point for k in first.values()})
    by_class = {alike[k]: number for k, number in numbers.items()}
    labels = [by_class.get(alike[k]) for k in range(len(real))]
    return [replace(point, loss=label.ball) if label else point for point, label in zip(real, labels)], labels
