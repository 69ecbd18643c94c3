"""Real radical expressions: canonical sums of roots, printed as in a paper, and real algebraic numbers solved in them.

An irreducible polynomial q with the real root x is solved by formulas that are identities, so the expression is a root of q; the
enclosure of x only says which one. After the mean of the roots is taken away, q is a polynomial in y^k (then x is a k-th root), a
cubic with one real root (Cardano), or a quartic whose resolvent cubic has a rational root (Ferrari; then x lies over a quadratic
field). Three real roots of an irreducible cubic are not expressible in real radicals at all (casus irreducibilis; van der Waerden,
Algebra, §64), and Ferrari's formula over a cubic field is longer than anybody prints.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import gcd, lcm

import flint
from flint import arb, fmpq, fmpq_poly, fmpz, fmpz_poly

MOST_BITS = 128
"""Integers with a longer rough part are not factored."""
SIGN_BITS = 256
PLAIN_ROOTS = {2: "√", 3: "∛", 4: "∜"}
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class NotSimplified(ArithmeticError):
    """An integer under a root is too large to be made free of squares, or the sign of a radicand cannot be decided."""


@dataclass(frozen=True)
class Root:
    """The positive real ``degree``-th root of an expression with integer coefficients; degree 1 is the expression in brackets."""

    degree: int
    radicand: Radical

    @property
    def text(self) -> str:
        """As in ``∛(2 + √5)``."""
        inner = self.radicand.text
        if self.degree == 1:
            return f"({inner})"
        sign = PLAIN_ROOTS.get(self.degree) or str(self.degree).translate(SUPERSCRIPTS) + "√"
        return sign + (inner if inner.isdecimal() else f"({inner})")

    @property
    def latex(self) -> str:
        """As in ``\\sqrt[3]{2 + \\sqrt{5}}``."""
        if self.degree == 1:
            return rf"\left({self.radicand.latex}\right)"
        order = "" if self.degree == 2 else f"[{self.degree}]"
        return rf"\sqrt{order}{{{self.radicand.latex}}}"

    def ball(self) -> arb:
        """An enclosure at FLINT's working precision."""
        return self.radicand.ball().root(self.degree)


@dataclass(frozen=True)
class Radical:
    """A real number Σ c·(product of roots), with distinct products and rational c ≠ 0, in the order in which it is printed.

    The empty product is the rational part. Make one with :func:`rational`, :func:`root` and the operations ``+``, ``-`` and ``*``.
    """

    terms: tuple[tuple[Fraction, tuple[Root, ...]], ...]

    def __add__(self, other: Radical) -> Radical:
        return _collected(self.terms + other.terms)

    def __neg__(self) -> Radical:
        return self.scaled(Fraction(-1))

    def __sub__(self, other: Radical) -> Radical:
        return self + -other

    def scaled(self, factor: Fraction) -> Radical:
        """The product with a rational number."""
        return _collected((factor * c, roots) for c, roots in self.terms)

    def __mul__(self, other: Radical) -> Radical:
        """The product; a sum of several terms stays in brackets beside a root."""
        if self.as_rational is not None:
            return other.scaled(self.as_rational)
        if other.as_rational is not None:
            return self.scaled(other.as_rational)
        (c, left), (d, right) = self._single_term(), other._single_term()
        return _collected([(c * d, tuple(sorted(left + right, key=_simplest_first)))])

    def _single_term(self) -> tuple[Fraction, tuple[Root, ...]]:
        if len(self.terms) == 1:
            return self.terms[0]
        # The bracket is positive.
        content = Fraction((-1) ** self.is_negative * gcd(*(c.numerator for c, _ in self.terms)), self.denominator)
        return content, (Root(1, self.scaled(1 / content)),)

    @property
    def as_rational(self) -> Fraction | None:
        """The number itself if it is written without roots, else None."""
        if not self.terms:
            return Fraction(0)
        return self.terms[0][0] if len(self.terms) == 1 and not self.terms[0][1] else None

    @property
    def denominator(self) -> int:
        """The common denominator of the coefficients."""
        return lcm(*(c.denominator for c, _ in self.terms))

    @cached_property
    def text(self) -> str:
        """In plain Unicode, with the sign in front.

        >>> golden = (root(2, rational(5)) - rational(1)).scaled(Fraction(2, 4))
        >>> golden.text, (-golden).text
        ('(√5 - 1)/2', '-(√5 - 1)/2')
        """
        if self.is_negative:
            numerator = (-self)._numerator("text")
            bracketed = len(self.terms) > 1
        else:
            numerator = self._numerator("text")
            bracketed = len(self.terms) > 1 and self.denominator > 1
        body = f"({numerator})" if bracketed else numerator
        return "-" * self.is_negative + body + (f"/{self.denominator}" if self.denominator > 1 else "")

    @cached_property
    def latex(self) -> str:
        r"""For mathematics mode.

        >>> (root(2, rational(5)) - rational(1)).scaled(Fraction(-2, 4)).latex
        '-\\frac{\\sqrt{5} - 1}{2}'
        """
        sign, numerator = ("-", (-self)._numerator("latex")) if self.is_negative else ("", self._numerator("latex"))
        if self.denominator > 1:
            return rf"{sign}\frac{{{numerator}}}{{{self.denominator}}}"
        return rf"-\left({numerator}\right)" if sign and len(self.terms) > 1 else sign + numerator

    @cached_property
    def is_negative(self) -> bool:
        """Whether the number is negative (False if that is not decided to SIGN_BITS bits)."""
        with flint.ctx.workprec(SIGN_BITS):
            return bool(self.ball() < 0)

    def _numerator(self, style: str) -> str:
        """The terms times their common denominator with the signs between them."""
        written = ""
        for c, roots in self.terms:
            number = abs(int(c * self.denominator))
            factors = [getattr(factor, style) for factor in roots]
            if style == "text":
                # A bracket right after a root would look like a part of it, the order of a root after a number like a power.
                before = [number > 1, *(True for _ in roots[1:])]
                factors = [
                    "·" + text if joined and (factor.degree not in (1, *PLAIN_ROOTS) or (factor.degree == 1 and k)) else text
                    for k, (text, factor, joined) in enumerate(zip(factors, roots, before))
                ]
            sign = ("-" if c < 0 else "") if not written else " - " if c < 0 else " + "
            written += sign + (str(number) if number > 1 or not roots else "") + "".join(factors)
        return written or "0"

    def ball(self) -> arb:
        """An enclosure at FLINT's working precision (not finite if a radicand cannot be told from a negative number)."""
        total = arb(0)
        for c, roots in self.terms:
            value = arb(fmpq(c.numerator, c.denominator))
            for factor in roots:
                value *= factor.ball()
            total += value
        return total


def rational(value: Fraction | int) -> Radical:
    """A rational number.

    >>> rational(Fraction(6, 8)).text
    '3/4'
    """
    return _collected([(Fraction(value), ())])


def root(degree: int, radicand: Radical) -> Radical:
    """The real ``degree``-th root (2, 3, …; odd ones of negative numbers too): no denominator and no perfect power stay under it.

    Square roots √(a + b√d) with a² − b²d a square are written as sums of square roots.

    >>> root(2, rational(8)).text, root(3, rational(Fraction(-2, 3))).text
    ('2√2', '-∛18/3')
    >>> root(2, rational(5) + root(2, rational(24))).text
    '√2 + √3'

    Raises
    ------
    NotSimplified : an integer cannot be made free of perfect powers, or the sign of the radicand is not decided at FLINT's working
        precision.
    ValueError : the radicand is negative under an even root.
    """
    if not radicand.terms:
        return radicand
    ball = radicand.ball()
    if ball < 0:
        if degree % 2 == 0:
            raise ValueError("a radicand must not be negative under an even root")
        return -root(degree, -radicand)
    if not ball > 0:
        raise NotSimplified("the sign of a radicand is not decided")
    if degree == 2 and (denested := _denested(radicand)) is not None:
        return denested
    # With m^degree a multiple of the denominator, radicand = (integer coefficients)/m^degree.
    m = 1
    for prime, exponent in _factored(radicand.denominator):
        m *= prime ** -(-exponent // degree)
    inner = radicand.scaled(Fraction(m**degree))
    outside = 1
    for prime, exponent in _factored(gcd(*(c.numerator for c, _ in inner.terms))):
        outside *= prime ** (exponent // degree)
    inner = inner.scaled(Fraction(1, outside**degree))
    return _root_of_integers(degree, inner).scaled(Fraction(outside, m))


def _root_of_integers(degree: int, radicand: Radical) -> Radical:
    """A root of a positive expression with integer coefficients that have no perfect power in common."""
    if radicand.as_rational is not None:
        n = fmpz(radicand.as_rational.numerator)
        for prime, _ in _factored(degree):
            while degree % prime == 0 and n.root(prime) ** prime == n:
                degree, n = degree // prime, n.root(prime)
        return rational(int(n)) if degree == 1 or n == 1 else _collected([(Fraction(1), (Root(degree, rational(int(n))),))])
    if len(radicand.terms) == 1 and len(radicand.terms[0][1]) == 1 and radicand.terms[0][1][0].degree > 1:
        # The root of c·ʲ√s is the jk-th root of cʲ·s.
        (c, (factor,)) = radicand.terms[0]
        return root(degree * factor.degree, factor.radicand.scaled(c**factor.degree))
    return _collected([(Fraction(1), (Root(degree, radicand),))])


def _denested(radicand: Radical) -> Radical | None:
    """√(a + b√d) = √((a + c)/2) ± √((a − c)/2) with the sign of b, if c = √(a² − b²d) is rational."""
    parts = {roots: c for c, roots in radicand.terms}
    surds = [roots for roots in parts if len(roots) == 1 and roots[0].degree == 2 and roots[0].radicand.as_rational is not None]
    if len(parts) != 2 or () not in parts or len(surds) != 1:
        return None
    a, b, d = parts[()], parts[surds[0]], surds[0][0].radicand.as_rational
    assert d is not None
    square = a * a - b * b * d
    numerator, denominator = fmpz(square.numerator), fmpz(square.denominator)
    if square <= 0 or not (numerator.is_square() and denominator.is_square()):
        return None
    c = Fraction(int(numerator.isqrt()), int(denominator.isqrt()))
    # a > 0, as a + b√d > 0 and (a + b√d)(a − b√d) > 0.
    larger, smaller = root(2, rational((a + c) / 2)), root(2, rational((a - c) / 2))
    return larger + smaller if b > 0 else larger - smaller


def _factored(number: int) -> list[tuple[int, int]]:
    """Prime factors with exponents of a positive integer."""
    rest = fmpz(number)
    found = []
    if rest.bit_length() > MOST_BITS:
        for factor, exponent in rest.factor_smooth(16):
            if factor.bit_length() <= 15:
                found.append((int(factor), int(exponent)))
                rest //= factor**exponent
        twice = 2 if rest.is_square() else 1
        rest = rest.isqrt() if twice == 2 else rest
        if rest.bit_length() > MOST_BITS:
            raise NotSimplified(f"an integer of {fmpz(number).bit_length()} bits is not factored")
    else:
        twice = 1
    return found + [(int(prime), twice * int(exponent)) for prime, exponent in rest.factor()]


def _collected(terms: Iterable[tuple[Fraction, tuple[Root, ...]]]) -> Radical:
    """Equal products merged, and the order of print: what is positive first, the rational part outermost."""
    totals: dict[tuple[Root, ...], Fraction] = {}
    for c, roots in terms:
        totals[roots] = totals.get(roots, Fraction(0)) + c
    kept = [(c, roots) for roots, c in totals.items() if c]
    return Radical(tuple(sorted(kept, key=_place)))


def _place(term: tuple[Fraction, tuple[Root, ...]]) -> tuple:
    c, roots = term
    simplicity = [_simplest_first(factor) for factor in roots]
    return (c < 0, (not roots) == (c < 0), simplicity)


def _simplest_first(factor: Root) -> tuple:
    """Brackets after roots, short before long."""
    return (factor.degree == 1, len(factor.text), factor.text)


def real_root(polynomial: fmpz_poly, enclosure: arb) -> Radical | None:
    """The real root of an irreducible polynomial over ℤ in ``enclosure``, which must hold no other root, in real radicals.

    None when none of the formulas applies, the integers are too large, or the enclosure is too wide to choose signs by.

    >>> real_root(fmpz_poly([-1, -1, 1]), arb(1.618, 0.01)).text
    '(1 + √5)/2'
    >>> real_root(fmpz_poly([-1, 4, 4, 4]), arb(0.2, 0.01)).text
    '(∛(55 + 3√393) - ∛(3√393 - 55) - 2)/6'
    >>> real_root(fmpz_poly([1, -3, 0, 1]), arb(0.347, 0.01)) is None
    True
    """
    try:
        return _solved(fmpq_poly(polynomial), enclosure)
    except NotSimplified:
        return None


def _solved(polynomial: fmpq_poly, x: arb) -> Radical | None:
    """As :func:`real_root`, over ℚ."""
    n = polynomial.degree()
    polynomial = polynomial / polynomial[n]
    mean = -polynomial[n - 1] / n
    centred, y = polynomial(fmpq_poly([mean, 1])), x - mean
    solution = _solved_centred(centred, y)
    return None if solution is None else solution + rational(_fraction(mean))


def _solved_centred(polynomial: fmpq_poly, y: arb) -> Radical | None:
    """A root y of a monic irreducible polynomial whose roots have sum zero."""
    n = polynomial.degree()
    if n == 1:
        return rational(0)
    deflated, k = polynomial.deflation()
    if k > 1:
        return _root_of_root(polynomial, fmpq_poly(deflated), k, y)
    if n == 3:
        return _cardano(polynomial[1], polynomial[0])
    if n == 4:
        return _over_quadratic_field(polynomial[2], polynomial[1], polynomial[0], y)
    return None


def _root_of_root(polynomial: fmpq_poly, deflated: fmpq_poly, k: int, y: arb) -> Radical | None:
    """y from z = y^k with deflated(z) = 0."""
    if k == 2 and deflated.degree() == 3 and (scaled := _scaled_by_a_surd(deflated, y)) is not None:
        return scaled
    power = _solved(deflated, y**k)
    if power is None or y.contains(0):
        return None
    size = root(k, power)
    return -size if y < 0 and k % 2 == 0 else size


def _scaled_by_a_surd(deflated: fmpq_poly, y: arb) -> Radical | None:
    """y = √d·r with r in the field of y², a cubic one: then d is the norm of y² up to a square."""
    norm = _fraction(-deflated[0])
    if norm <= 0:
        return None
    d = norm.numerator * norm.denominator
    _, factors = fmpq_poly(deflated)(fmpq_poly([0, 0, d])).numer().factor()
    r = y / arb(d).sqrt()
    vanishing = [factor for factor, _ in factors if factor.degree() == 3 and factor(r).contains(0)]
    if len(vanishing) != 1:
        return None
    solution = _solved(fmpq_poly(vanishing[0]), r)
    return None if solution is None else root(2, rational(d)) * solution


def _cardano(p: fmpq, q: fmpq) -> Radical | None:
    """The only real root of y³ + py + q: ∛(−q/2 + √Δ) + ∛(−q/2 − √Δ) with Δ = q²/4 + p³/27 > 0."""
    discriminant = q * q / 4 + p * p * p / 27
    if discriminant <= 0:
        return None
    surd, half = root(2, rational(_fraction(discriminant))), rational(_fraction(-q / 2))
    return root(3, half + surd) + root(3, half - surd)


def _over_quadratic_field(p: fmpq, q: fmpq, r: fmpq, y: arb) -> Radical | None:
    """A root of y⁴ + py² + qy + r (q ≠ 0) = (y² − √d y + …)(y² + √d y + …), d > 0 a rational root of Ferrari's resolvent.

    The roots are y = s√d/2 ± √(−d/4 − p/2 − s·q/(2√d)), s = ±1.
    """
    resolvent = fmpq_poly([-q * q, p * p - 4 * r, 2 * p, 1])
    for d in sorted((d for d, _ in resolvent.roots() if d > 0), key=lambda d: max(d.p, d.q)):
        surd = root(2, rational(_fraction(d)))
        found = []
        for s, sign in product((1, -1), repeat=2):
            # 1/√d = √d/d.
            under = rational(_fraction(-d / 4 - p / 2)) - surd.scaled(_fraction(s * q / (2 * d)))
            if under.ball() > 0:
                candidate = surd.scaled(Fraction(s, 2)) + root(2, under).scaled(Fraction(sign))
                if candidate.ball().overlaps(y):
                    found.append(candidate)
        if len(found) == 1:
            return found[0]
    return None


def _fraction(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))
