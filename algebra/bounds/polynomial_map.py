"""The dimension of the image of a polynomial map c: 𝔸ⁿ → 𝔸ᴺ over ℚ, between bounds that are proved.

The Zariski closure V of the image is irreducible, and dim V is the rank of the Jacobian Dc at a generic point (characteristic
zero; Shafarevich, "Basic Algebraic Geometry 1"). What is proved about it, and what is only probable:

- *at least*: the rank at a point w, over ℚ or modulo a prime where w is integral, since a minor that does not vanish at one
  point does not vanish generically. If V has the dimension of its affine span, then Dc has full rank at a real point, and the
  real image has interior points in the real points of that span (implicit function theorem);
- *at most*: the dimension of the affine span of the image, and n minus the rank, at any point, of the affine vector fields
  along which c is constant: their values lie in the kernel of Dc, and their rank is largest at a generic point;
- *probably*: the rank over ℚ at a random w is the generic one. With coordinates uniform in {0, …, p − 1} it falls short with
  probability ≤ deg/p, deg the degree of a minor that does not vanish identically (Schwartz 1980; Zippel 1979).

Where the bounds meet, the dimension is proved.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import flint

from critscape.algebra.symmetry.continuous import VectorField

PRIME = 2**61 - 1


@dataclass(frozen=True)
class PolynomialMap:
    """``entries`` are N polynomials over ℚ in the ring whose n generators are ``variables``."""

    variables: tuple[str, ...]
    entries: tuple[flint.fmpq_mpoly, ...]

    @property
    def degree(self) -> int:
        """The largest degree of an entry, 0 for a constant map."""
        return max((int(entry.total_degree()) for entry in self.entries if entry != 0), default=0)

    @property
    def terms(self) -> int:
        """The number of terms of all entries."""
        return sum(map(len, self.entries))


@dataclass(frozen=True)
class ImageDimension:
    """What is known of the dimension of the closure of the image.

    Parameters
    ----------
    variables : the dimension n of the source.
    span : the dimension of the smallest affine space that contains the image.
    orbit : the rank, at the random point, of the affine vector fields along which the map is constant.
    modular_rank : the rank of the Jacobian at the random point modulo ``PRIME``.
    rank : the rank over ℚ at the same point.
    doubt : what the probability that ``rank`` falls short of the dimension is at most, before the upper bound is looked at.
    """

    variables: int
    span: int
    orbit: int
    modular_rank: int
    rank: int
    doubt: Fraction

    @property
    def bound(self) -> int:
        """The proved upper bound min(span, n − orbit)."""
        return min(self.span, self.variables - self.orbit)


def image_dimension(polynomial_map: PolynomialMap) -> ImageDimension:
    """Bounds for the dimension of the closure of the image, from exact linear algebra at a random point.

    The point is drawn with a fixed seed, so that the answer is always the same.

    >>> x, y = flint.fmpq_mpoly_ctx.get(("x", "y"), "lex").gens()
    >>> found = image_dimension(PolynomialMap(("x", "y"), (x**2, x * y, y**2, x**2 + y**2)))
    >>> found.rank, found.bound, found.span
    (2, 2, 3)
    >>> found = image_dimension(PolynomialMap(("x", "y"), (x * y, x**2 * y**2)))
    >>> found.rank, found.bound, found.orbit
    (1, 1, 1)
    """
    n, span = len(polynomial_map.variables), affine_span(polynomial_map)
    draw = random.Random(n)
    point = [draw.randrange(PRIME) for _ in range(n)]
    jacobian = _jacobian(polynomial_map, point)
    # A minor of size r has degree ≤ r (degree − 1).
    minor_degree = min(n, span) * max(0, polynomial_map.degree - 1)
    fields = [field(point, scalar=flint.fmpq) for field in symmetries(polynomial_map)]
    return ImageDimension(
        variables=n,
        span=span,
        orbit=flint.fmpq_mat(fields).rank() if fields else 0,
        modular_rank=_modulo(jacobian).rank(),
        rank=jacobian.rank(),
        doubt=Fraction(minor_degree, PRIME),
    )


def affine_span(polynomial_map: PolynomialMap) -> int:
    """The dimension of the smallest affine space that contains the image: the rank of the entries without their constants."""
    columns: dict[tuple, int] = {}
    rows = []
    for entry in _integral(polynomial_map):
        rows.append({columns.setdefault(e, len(columns)): c for e, c in entry.items() if any(e)})
    return _matrix(rows, len(columns)).rank()


def symmetries(polynomial_map: PolynomialMap) -> tuple[VectorField, ...]:
    """A basis over ℚ of the affine vector fields w ↦ A w + b with Dc(w)·(A w + b) = 0 identically.

    The unknowns (A, b) solve one linear equation per entry of the map and monomial. Gradings of the map (rescaling a unit inward
    against outward, say) split the equations into many small systems; full rank modulo a prime proves that one has no
    solution, and the kernels of the others are computed over ℚ.
    """
    n = len(polynomial_map.variables)
    # An exponent vector is one integer with a digit per variable, which keeps products with w_j cheap.
    digit = (polynomial_map.degree + 1).bit_length()
    powers = [1 << digit * i for i in range(n)]
    # Column (n + 1) i + j multiplies w_j ∂_i c, and j = n stands for ∂_i c.
    equations: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    for k, entry in enumerate(_integral(polynomial_map)):
        for exponents, coefficient in entry.items():
            packed = sum(e * power for e, power in zip(exponents, powers))
            for i, e in enumerate(exponents):
                if e:
                    lowered, slope = packed - powers[i], coefficient * e
                    for j, power in enumerate((*powers, 0)):
                        equations[k, lowered + power][(n + 1) * i + j] = slope
    fields = []
    for columns, rows in _systems(list(equations.values()), n * (n + 1)):
        place = {column: c for c, column in enumerate(columns)}
        matrix = _matrix([{place[column]: value for column, value in row.items()} for row in rows], len(columns))
        if _modulo(matrix).rank() < len(columns):
            kernel, nullity = matrix.nullspace()
            fields += [_field({column: kernel[c, v] for column, c in place.items()}, n) for v in range(nullity)]
    return tuple(fields)


def _systems(rows: list[dict[int, int]], width: int) -> list[tuple[list[int], list[dict[int, int]]]]:
    """A sparse matrix of ``width`` columns cut into (columns, rows) that share no column with each other."""
    parent = list(range(width))

    def root(column: int) -> int:
        while parent[column] != column:
            parent[column] = column = parent[parent[column]]
        return column

    for row in rows:
        first, *others = map(root, row)
        for other in others:
            parent[root(other)] = root(first)
    systems: dict[int, tuple[list[int], list[dict[int, int]]]] = defaultdict(lambda: ([], []))
    for column in range(width):
        systems[root(column)][0].append(column)
    for row in rows:
        systems[root(next(iter(row)))][1].append(row)
    return list(systems.values())


def _field(entries: dict[int, flint.fmpz], n: int) -> VectorField:
    rows = [[flint.fmpq(entries.get((n + 1) * i + j, 0)) for j in range(n + 1)] for i in range(n)]
    return VectorField(tuple(tuple(row[:n]) for row in rows), tuple(row[n] for row in rows))


def _jacobian(polynomial_map: PolynomialMap, point: Sequence[int]) -> flint.fmpz_mat:
    """Dc at an integral point, each row times the common denominator of its entry of the map: N × n."""
    columns = range(len(polynomial_map.variables))
    rows = [[entry.derivative(i)(*point) * _denominator(entry) for i in columns] for entry in polynomial_map.entries]
    return flint.fmpz_mat([[slope.p for slope in row] for row in rows])


def _integral(polynomial_map: PolynomialMap) -> list[dict[tuple[int, ...], int]]:
    """Exponents → coefficient of every entry times its common denominator."""
    return [
        {tuple(map(int, exponents)): int(coefficient * _denominator(entry)) for exponents, coefficient in entry.to_dict().items()}
        for entry in polynomial_map.entries
    ]


def _denominator(entry: flint.fmpq_mpoly) -> int:
    return math.lcm(*(int(coefficient.q) for coefficient in entry.coeffs()))


def _matrix(rows: list[dict[int, int]], width: int) -> flint.fmpz_mat:
    """The matrix with these entries; a row of zeros stands for none, since FLINT counts columns by rows."""
    matrix = flint.fmpz_mat(max(1, len(rows)), width)
    for r, row in enumerate(rows):
        for c, value in row.items():
            matrix[r, c] = value
    return matrix


def _modulo(matrix: flint.fmpz_mat) -> flint.nmod_mat:
    return flint.nmod_mat(matrix, PRIME)
