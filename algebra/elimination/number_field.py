"""Critical points over a number field K = ℚ[τ]/(m): their equations, the inertia of their Hessian and their loss, all exact.

Intervals cannot prove an eigenvalue to be zero; algebra can. In K the coefficients of the characteristic polynomial of ∇²L are
zero or not. All roots of it are real, so at a real embedding of K Descartes' rule of signs counts them exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import flint
from flint import acb, acb_poly, arb, fmpq_poly

from critscape.algebra.elimination.msolve import Parametrisation
from critscape.algebra.polynomial.loss import Loss, gradient, hessian, polynomial
from critscape.algebra.polynomial.roots import complex_roots


@dataclass(frozen=True)
class ExactPoint:
    """A critical point known as an element of Kⁿ, at one embedding of K into ℂ.

    ``ball`` (n) encloses it; ``zero`` are the positions of its zero coordinates; ``nullity`` is the dimension of the kernel of its
    Hessian; ``index`` the number of negative eigenvalues and ``loss`` an enclosure of L, both None unless it is real.
    """

    ball: tuple[acb, ...]
    zero: tuple[int, ...]
    real: bool
    nullity: int
    index: int | None
    loss: arb | None


def exact_points(loss: Loss, points: Parametrisation, factor: flint.fmpz_poly) -> list[ExactPoint]:
    """The critical points that belong to an irreducible factor m of the eliminant, one for each of its roots.

    Enclosures are made at FLINT's working precision.

    Raises
    ------
    ArithmeticError : the parametrisation is wrong there: ∇L does not vanish in Kⁿ.
    """
    modulus, coordinates = fmpq_poly(factor), field_coordinates(loss, points, factor)
    second = [[value(entry, coordinates, modulus) for entry in row] for row in hessian(loss)]
    characteristic = characteristic_polynomial(second, modulus)
    nullity = next(k for k, coefficient in enumerate(characteristic) if coefficient)
    critical_value = value(polynomial(loss), coordinates, modulus)
    found = []
    for root, _ in complex_roots(factor):
        real = root.imag == 0
        ball = tuple(acb(acb_poly(x)(root)) for x in coordinates)
        index = negative_roots(characteristic, root.real) if real else None
        found.append(
            ExactPoint(
                tuple(acb(z.real) for z in ball) if real else ball,
                tuple(i for i, x in enumerate(coordinates) if not x),
                real,
                nullity,
                index,
                acb(acb_poly(critical_value)(root)).real if real else None,
            )
        )
    return found


def field_coordinates(loss: Loss, points: Parametrisation, factor: flint.fmpz_poly) -> list[fmpq_poly]:
    """The coordinates in K of the critical points that belong to an irreducible factor of the eliminant.

    Raises
    ------
    ArithmeticError : the parametrisation is wrong there: ∇L does not vanish in Kⁿ.
    """
    modulus = fmpq_poly(factor)
    slope = inverse(fmpq_poly(points.eliminant.derivative()), modulus)
    coordinates = [-fmpq_poly(v) / c * slope % modulus for v, c in zip(points.numerators, points.constants)]
    if any(value(equation, coordinates, modulus) for equation in gradient(loss)):
        raise ArithmeticError("the parametrisation of the critical points is wrong: the gradient does not vanish there")
    return coordinates


def inverse(element: fmpq_poly, modulus: fmpq_poly) -> fmpq_poly:
    """1/a in ℚ[τ]/(m), for a prime to m."""
    divisor, factor, _ = element.xgcd(modulus)
    return factor / divisor[0]


def value(equation: flint.fmpq_mpoly, point: Sequence[fmpq_poly], modulus: fmpq_poly) -> fmpq_poly:
    """A polynomial at a point of Kⁿ, reduced.

    >>> ring = flint.fmpq_mpoly_ctx.get(("x", "y"), "lex")
    >>> x, y = ring.gens()
    >>> root = fmpq_poly([0, 1])
    >>> value(x**2 - 2 * y, [root, fmpq_poly([1])], fmpq_poly([-2, 0, 1]))
    0
    """
    total = fmpq_poly([])
    for exponents, coefficient in equation.to_dict().items():
        term = fmpq_poly([coefficient])
        for x, power in zip(point, exponents):
            for _ in range(int(power)):
                term = term * x % modulus
        total += term
    return total


def characteristic_polynomial(matrix: Sequence[Sequence[fmpq_poly]], modulus: fmpq_poly) -> list[fmpq_poly]:
    """The coefficients of det(λ − A), from the constant upwards (Faddeev–LeVerrier), for a square matrix over K.

    >>> one, two = fmpq_poly([1]), fmpq_poly([2])
    >>> characteristic_polynomial([[two, one], [one, two]], fmpq_poly([0, 1]))
    [3, (-4), 1]
    """
    n = len(matrix)
    zero, one = fmpq_poly([]), fmpq_poly([1])
    coefficients = [one]
    product = [[zero] * n for _ in range(n)]
    for k in range(1, n + 1):
        shifted = [[entry + (coefficients[-1] if i == j else 0) for j, entry in enumerate(row)] for i, row in enumerate(product)]
        product = [[sum((a * b for a, b in zip(row, column)), zero) % modulus for column in zip(*shifted)] for row in matrix]
        coefficients.append(-sum((product[i][i] for i in range(n)), zero) / k)
    return coefficients[::-1]


def negative_roots(coefficients: Sequence[fmpq_poly], root: arb) -> int:
    """How many roots of a polynomial over K, all of them real, are negative at a real embedding of K (Descartes' rule of signs)."""
    return sign_variations([sign_at(c, root) * (-1) ** k for k, c in enumerate(coefficients) if c])


def sign_at(element: fmpq_poly, root: arb) -> int:
    """The sign of a non-zero element of K at a real root of m.

    Raises
    ------
    ArithmeticError : the working precision does not decide.
    """
    image = acb_poly(element)(acb(root)).real
    if image.contains(0):
        raise ArithmeticError("the sign of an algebraic number is not decided at this precision")
    return 1 if image > 0 else -1


def sign_variations(signs: Sequence[int]) -> int:
    """How often the sign changes along a sequence without zeros.

    >>> sign_variations([1, -1, -1, 1])
    2
    """
    return sum(a != b for a, b in pairwise(signs))
