"""Polynomials over ℚ in Python's own fractions: for what is typed in, and for whoever checks the arithmetic of libraries.

A monomial is one integer, its exponents its digits to base 2^16, so that products of monomials are sums.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational

BITS = 16
LARGEST_DEGREE = 2**BITS - 1
"""The degree that a polynomial may have; beyond it exponents would run into one another."""

Terms = dict[tuple[int, ...], Fraction]
"""Exponent vector → coefficient."""


@dataclass(frozen=True)
class RationalPolynomial:
    """An element of ℚ[x_1, …, x_n] with n = ``variables``: ``packed`` has the coefficients that are not zero.

    It is added to, subtracted from and multiplied with rational numbers too, and divided by them.

    >>> x, y = generators(2)
    >>> ((x - y / 2) ** 2 - x * x).terms()
    {(1, 1): Fraction(-1, 1), (0, 2): Fraction(1, 4)}
    """

    variables: int
    packed: Mapping[int, Fraction]

    def _same(self, other: object) -> RationalPolynomial | None:
        if isinstance(other, RationalPolynomial):
            return other
        return constant(self.variables, other) if isinstance(other, Rational) else None

    def __add__(self, other: object) -> RationalPolynomial:
        if (right := self._same(other)) is None:
            return NotImplemented
        total = dict(self.packed)
        for monomial, c in right.packed.items():
            if value := total.get(monomial, 0) + c:
                total[monomial] = value
            else:
                del total[monomial]
        return RationalPolynomial(self.variables, total)

    __radd__ = __add__

    def __neg__(self) -> RationalPolynomial:
        return RationalPolynomial(self.variables, {monomial: -c for monomial, c in self.packed.items()})

    def __sub__(self, other: object) -> RationalPolynomial:
        right = self._same(other)
        return NotImplemented if right is None else self + -right

    def __rsub__(self, other: object) -> RationalPolynomial:
        return -self + other

    def __mul__(self, other: object) -> RationalPolynomial:
        """The product.

        Raises
        ------
        OverflowError : of a degree above ``LARGEST_DEGREE``.
        """
        if (right := self._same(other)) is None:
            return NotImplemented
        if self.degree + right.degree > LARGEST_DEGREE:
            raise OverflowError(f"a product of a degree above {LARGEST_DEGREE}")
        total: dict[int, Fraction] = {}
        for monomial, c in self.packed.items():
            for factor, d in right.packed.items():
                total[monomial + factor] = total.get(monomial + factor, 0) + c * d
        return RationalPolynomial(self.variables, {monomial: c for monomial, c in total.items() if c})

    __rmul__ = __mul__

    def __truediv__(self, other: object) -> RationalPolynomial:
        return self * (1 / Fraction(other)) if isinstance(other, Rational) else NotImplemented

    def __pow__(self, exponent: int) -> RationalPolynomial:
        power = constant(self.variables, 1)
        for _ in range(exponent):
            power = power * self
        return power

    def __bool__(self) -> bool:
        return bool(self.packed)

    def __len__(self) -> int:
        """The number of terms."""
        return len(self.packed)

    @property
    def degree(self) -> int:
        """The total degree; that of 0 is 0 too."""
        return max((sum(exponents) for exponents in map(self._exponents, self.packed)), default=0)

    def _exponents(self, monomial: int) -> tuple[int, ...]:
        return tuple(monomial >> BITS * i & LARGEST_DEGREE for i in range(self.variables))

    def terms(self) -> Terms:
        """Exponent vector → coefficient of every monomial."""
        return {self._exponents(monomial): c for monomial, c in self.packed.items()}


def constant(variables: int, value: Rational | int) -> RationalPolynomial:
    """A rational number as a polynomial.

    >>> constant(2, Fraction(1, 3)).terms()
    {(0, 0): Fraction(1, 3)}
    """
    return RationalPolynomial(variables, {0: Fraction(value)} if value else {})


def generators(variables: int) -> list[RationalPolynomial]:
    """x_1, …, x_n."""
    return [RationalPolynomial(variables, {1 << BITS * i: Fraction(1)}) for i in range(variables)]


def of_terms(terms: Mapping[tuple[int, ...], Fraction], variables: int) -> RationalPolynomial:
    """The polynomial with these terms.

    >>> of_terms({(1, 1): Fraction(1, 2)}, 2).terms()
    {(1, 1): Fraction(1, 2)}
    """
    return RationalPolynomial(variables, {sum(power << BITS * i for i, power in enumerate(m)): c for m, c in terms.items() if c})


def derivative(terms: Terms, variable: int) -> Terms:
    """∂/∂x_i of a polynomial given by its terms.

    >>> derivative({(2, 1): Fraction(3), (0, 4): Fraction(1)}, 0)
    {(1, 1): Fraction(6, 1)}
    """
    return {(*m[:variable], m[variable] - 1, *m[variable + 1 :]): c * m[variable] for m, c in terms.items() if m[variable]}


def shared_monomials(polynomials: Sequence[Terms], variables: int) -> tuple[list[tuple[int, int]], list[list[tuple[Fraction, int]]]]:
    """Polynomials as sums of (coefficient, position) over monomials that each take one product.

    The first list says how: its entry k is (an earlier position, a variable), monomial k + 1 is their product, and monomial 0 is 1.

    >>> shared_monomials([{(2, 1): Fraction(3), (1, 0): Fraction(1, 2)}], 2)
    ([(0, 0), (1, 0), (2, 1)], [[(Fraction(3, 1), 3), (Fraction(1, 2), 1)]])
    """
    known: dict[tuple[int, ...], int] = {(0,) * variables: 0}
    products: list[tuple[int, int]] = []

    def position(exponents: tuple[int, ...]) -> int:
        if exponents not in known:
            last = max(i for i, power in enumerate(exponents) if power)
            parent = position((*exponents[:last], exponents[last] - 1, *exponents[last + 1 :]))
            products.append((parent, last))
            known[exponents] = len(products)
        return known[exponents]

    sums = [[(c, position(exponents)) for exponents, c in terms.items()] for terms in polynomials]
    return products, sums
