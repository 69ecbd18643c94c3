"""Real critical points of tiny losses in real radicals, proved.

Integer relations (LLL) among powers of a point's coordinates suggest a number field ℚ(θ) and the coordinates as polynomials p_i(θ).
The proof is exact: ∇L(p_1(t), …, p_n(t)) ≡ 0 modulo the minimal polynomial m(t) of θ makes (p_i(θ)) a critical point for every root
θ of m, and at one root it lies in the box in which the certified point is the only one. The minimal polynomials over ℚ of the
coordinates and of the loss follow from m by linear algebra, and `critscape.algebra.points.radicals` solves them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import flint
from flint import acb, arb, fmpq, fmpq_mat, fmpq_poly, fmpz_mat, fmpz_poly

from critscape.algebra.points.certification import CertifiedPoint, newton
from critscape.algebra.points.classification import RealPoint
from critscape.algebra.points.radicals import Radical, real_root
from critscape.algebra.polynomial.loss import Loss, exact
from critscape.algebra.polynomial.straight_line import evaluate, programs
from critscape.algebra.symmetry.finite import symmetry_group

MOST_WEIGHTS, MOST_POINTS = 8, 50
"""Larger problems have no closed forms that anybody would print: they are not tried."""
MOST_CHARACTERS, MOST_DIGITS = 80, 12
"""Length of the text of a coordinate or of the loss, and of each integer in it."""
SQUARE_DEGREE, FIELD_DEGREE = 6, 12
"""Degrees over ℚ of the square of a coordinate and of the field of a point, at most."""
PRECISION = 1600
"""Bits of the coordinates."""
RELATION_BITS, BITS_EACH = 1300, 100
COEFFICIENT_BITS = 80
"""Relations hold to 1300 bits. Among unrelated numbers, with 100 bits for each, they have coefficients of 100 bits: 80 or fewer mean something.
"""


@dataclass(frozen=True)
class ClosedForm:
    """A real critical point (n coordinates) and its loss value in real radicals; both are proved equal to the certified ones."""

    coordinates: tuple[Radical, ...]
    loss: Radical


@dataclass(frozen=True)
class FieldPoint:
    """A point (p_1(θ), …, p_n(θ)) over the number field ℚ(θ).

    ``modulus`` is the minimal polynomial of θ over ℤ, ``coordinates`` are the p_i and ``generator`` encloses θ, a simple root.
    """

    modulus: fmpz_poly
    coordinates: tuple[fmpq_poly, ...]
    generator: arb


def closed_forms(loss: Loss, points: Sequence[RealPoint]) -> list[ClosedForm | None]:
    """What each certified real critical point of ``loss`` is in real radicals of modest size, in the order of ``points``.

    None where no such expression was found: the field is too large, its shape is none that `critscape.algebra.points.radicals.real_root` solves
    (casus irreducibilis among them), the text is too long, or there are more than MOST_WEIGHTS weights or MOST_POINTS points.
    Symmetries of the loss carry what is known of one point to the others of its orbit.

    >>> from fractions import Fraction
    >>> from critscape.algebra.points.certification import certify
    >>> from critscape.algebra.points.classification import classify
    >>> from critscape.algebra.polynomial.loss import Family
    >>> double_well = Loss(Family(("x",), ("a",), lambda w, p: (w[0] ** 2 - p[0]) ** 2), (Fraction(3, 4),))
    >>> points = classify(double_well, [certify(double_well, [x]) for x in (-0.9, 0.1, 0.8)])
    >>> [(form.coordinates[0].text, form.loss.text) for form in closed_forms(double_well, points)]
    [('-√3/2', '0'), ('√3/2', '0'), ('0', '9/16')]
    """
    forms: list[ClosedForm | None] = [None] * len(points)
    if loss.dimension > MOST_WEIGHTS or len(points) > MOST_POINTS:
        return forms
    certified = [point.point for point in points]
    open_ = set(range(len(points)))
    # Moved enclosures must stay as narrow as they are.
    with flint.ctx.workprec(PRECISION):
        while open_:
            first = min(open_)
            form = closed_form(loss, certified[first])
            for k, coordinates in _orbit(loss, certified, first, form).items():
                forms[k] = None if form is None else ClosedForm(tuple(coordinates), form.loss)
                open_.discard(k)
    return forms


def _orbit(loss: Loss, points: Sequence[CertifiedPoint], first: int, form: ClosedForm | None) -> dict[int, Sequence[Radical]]:
    """The points that symmetries of the loss reach from one, with their coordinates (none if ``form`` is None)."""
    reached: dict[int, Sequence[Radical]] = {first: form.coordinates if form else ()}
    frontier = [first]
    while frontier:
        k = frontier.pop()
        for generator in symmetry_group(loss).generators:
            moved = generator(points[k].ball)
            # A symmetry carries critical points to critical points, and each box holds one only.
            for other, point in enumerate(points):
                if other not in reached and _in_box(moved, point):
                    reached[other] = generator(reached[k]) if form else ()
                    frontier.append(other)
    return reached


def _in_box(point: Sequence[acb | arb], certified: CertifiedPoint) -> bool:
    """Whether an enclosure lies in the box in which the certified point is the only critical one."""
    return all(abs(z - c).upper() < certified.isolation for z, c in zip(point, certified.centre))


def closed_form(loss: Loss, point: CertifiedPoint) -> ClosedForm | None:
    """As :func:`closed_forms`, for one point."""
    with flint.ctx.workprec(PRECISION):
        refined = newton(loss, point.ball)
        if refined is None:
            return None
        found = field_point([z.real for z in refined])
        if found is None or not is_critical(loss, found) or not _in_box(field_balls(found), point):
            return None
        parameters = [exact(value) for value in loss.values]
        value = fmpq_poly([0]) + loss.family.formula(found.coordinates, parameters)
        radicals: list[Radical] = []
        for element in (*found.coordinates, value):
            solution = real_root(minimal_polynomial(element, found.modulus), element_at(element, found.generator))
            if solution is None or not modest(solution):
                return None
            radicals.append(solution)
    return ClosedForm(tuple(radicals[:-1]), radicals[-1])


def modest(radical: Radical | None) -> bool:
    """Whether there is an expression and a reader would rather have it than decimals."""
    if radical is None:
        return False
    text = radical.text
    numbers = "".join(c if c.isdecimal() else " " for c in text).split()
    return len(text) <= MOST_CHARACTERS and all(len(number) <= MOST_DIGITS for number in numbers)


def is_critical(loss: Loss, point: FieldPoint) -> bool:
    """Whether ∇L ≡ 0 modulo the modulus, exactly: then ∇L vanishes at the point, and at its conjugates."""
    modulus = fmpq_poly(point.modulus)
    slopes = evaluate(programs(loss.family).gradient, point.coordinates, [exact(value) for value in loss.values])
    return all((fmpq_poly([0]) + slope) % modulus == 0 for slope in slopes)


def minimal_polynomial(element: fmpq_poly, modulus: fmpz_poly) -> fmpz_poly:
    """The minimal polynomial over ℚ, with integer coefficients, of an element of ℚ[t]/(modulus), a field.

    >>> minimal_polynomial(fmpq_poly([1, 0, 1]), fmpz_poly([-2, 0, 0, 0, 1]))
    x^2 + (-2)*x + (-1)
    """
    reduced, degree = fmpq_poly(modulus), modulus.degree()
    powers = [fmpq_poly([1])]
    for _ in range(degree):
        powers.append(powers[-1] * element % reduced)
    echelon, rank = fmpq_mat([[power[i] for power in powers] for i in range(degree)]).rref()
    # The powers before the first dependent one are independent, so their columns are unit vectors.
    return fmpq_poly([*(-echelon[i, rank] for i in range(rank)), 1]).numer()


def field_point(values: Sequence[arb]) -> FieldPoint | None:
    """A number field and elements of it that agree with n real numbers to all digits.

    None when there is none of modest size or a number is not expressible.

    Nothing is proved but that ``generator`` encloses a root of ``modulus``, which is irreducible.
    """
    irrational: list[tuple[arb, fmpz_poly]] = []
    for value in values:
        polynomial = _coordinate_polynomial(value)
        if polynomial is None or not modest(real_root(polynomial, value)):
            return None
        if polynomial.degree() > 1:
            irrational.append((value, polynomial))
    # The most irrational coordinate may generate the field; a sum with different multipliers nearly always does.
    candidates: list[tuple[arb, fmpz_poly | None]] = [
        max(irrational, key=lambda each: each[1].degree(), default=(arb(0), fmpz_poly([0, 1])))
    ]
    if len(irrational) > 1:
        candidates.append((sum(((k + 1) * value for k, (value, _) in enumerate(irrational)), arb(0)), None))
    for candidate, known in candidates:
        modulus = known or vanishing_polynomial(candidate, FIELD_DEGREE)
        generator = None if modulus is None else _simple_root(modulus, candidate)
        if modulus is None or generator is None:
            continue
        powers = [candidate**k for k in range(modulus.degree())]
        relations = [found for value in values if (found := relation([value, *powers])) is not None and found[0]]
        if len(relations) == len(values):
            coordinates = tuple(fmpq_poly([fmpq(-c, found[0]) for c in found[1:]]) for found in relations)
            return FieldPoint(modulus, coordinates, generator)
    return None


def _coordinate_polynomial(value: arb) -> fmpz_poly | None:
    """The minimal polynomial of a number whose square has degree SQUARE_DEGREE at most, as far as its digits tell.

    Coordinates are odd under sign flips: their squares have half the degree.
    """
    if abs(value) < arb(2) ** -RELATION_BITS:
        return fmpz_poly([0, 1])
    square = vanishing_polynomial(value * value, SQUARE_DEGREE)
    return None if square is None else _vanishing_factor(square.inflate(2), value)


def vanishing_polynomial(value: arb, degree: int) -> fmpz_poly | None:
    """The irreducible polynomial of at most a degree that vanishes at a number to all digits; None without one of modest height."""
    # Relations between fewer numbers are found faster.
    for tried in (1, 2, degree):
        found = relation([value**k for k in range(tried + 1)])
        if found is not None:
            return _vanishing_factor(fmpz_poly(found), value)
    return None


def _vanishing_factor(polynomial: fmpz_poly, value: arb) -> fmpz_poly | None:
    """The irreducible factor that is smallest at a number, if it vanishes there as far as the digits tell."""
    _, factors = polynomial.factor()
    least = min((factor for factor, _ in factors), key=lambda factor: abs(factor(value)).upper(), default=None)
    return least if least is not None and abs(least(value)) < arb(2) ** (2 * COEFFICIENT_BITS - RELATION_BITS) else None


def relation(values: Sequence[arb]) -> list[int] | None:
    """Small integers, not all zero, whose combination of real numbers vanishes to RELATION_BITS bits, or None (LLL)."""
    n = len(values)
    rounded = [(value * arb(2) ** (BITS_EACH * n)).mid().floor().unique_fmpz() for value in values]
    scaled = [int(value) for value in rounded if value is not None]
    if len(scaled) < n:
        return None
    reduced = fmpz_mat([[int(i == j) for j in range(n)] + [scaled[i]] for i in range(n)]).lll()
    shortest = min(([int(reduced[i, j]) for j in range(n + 1)] for i in range(n)), key=lambda row: max(map(abs, row)))
    if max(map(abs, shortest)).bit_length() > COEFFICIENT_BITS:
        return None
    left = sum((c * value for c, value in zip(shortest, values)), arb(0))
    return shortest[:n] if abs(left) < arb(2) ** (2 * COEFFICIENT_BITS - RELATION_BITS) else None


def _simple_root(polynomial: fmpz_poly, approximation: arb) -> arb | None:
    """An enclosure of the root next to an approximation, proved simple and the only one in its interval (interval Newton)."""
    centre = approximation.mid()
    interval = arb(centre, arb(2) ** (-flint.ctx.prec // 2))
    slope = polynomial.derivative()(interval)
    if slope.contains(0):
        return None
    narrower = centre - polynomial(centre) / slope
    return narrower if interval.contains_interior(narrower) else None


def field_balls(point: FieldPoint) -> list[arb]:
    """Enclosures of the coordinates."""
    return [element_at(coordinate, point.generator) for coordinate in point.coordinates]


def element_at(element: fmpq_poly, generator: arb) -> arb:
    """An element of the field in its real embedding."""
    return element.numer()(generator) / element.denom()
