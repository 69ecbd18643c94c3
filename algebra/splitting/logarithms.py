"""Numbers q + Σ c_p ln p with rational q, c_p and primes p: weights at which networks of logistic units compute rationals.

With integer inputs and incoming weights that are logarithms of rationals, e^{u·x} is rational, and with it σ and all of its
derivatives: gradient, Hessian and everything about the splitting of a unit are then decided over ℚ.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import singledispatch

from flint import arb, fmpq, fmpz

from critscape.algebra.activations import logistic, tanh
from critscape.algebra.activations.activation import Activation, autonomous, horner
from critscape.algebra.activations.logistic import Logistic
from critscape.algebra.activations.polynomial import Polynomial
from critscape.algebra.activations.tanh import Tanh

LARGEST_EXPONENT = 10_000
"""Of a prime in e^n: beyond it a number is too long to compute with."""
LARGEST_ARGUMENT = 10**40
"""Of numerator and denominator of a number whose logarithm is taken: it is factored."""

_RATIONAL = r"[0-9]+(?:\.[0-9]+)?(?:/[0-9]+)?"
_TERM = re.compile(
    rf"\s*(?P<sign>[+-]?)\s*(?:(?:(?P<factor>{_RATIONAL})\s*\*?\s*)?(?:ln|log)\s*(?:\(\s*(?P<in>{_RATIONAL})\s*\)|(?P<bare>{_RATIONAL}))"
    rf"(?:\s*/\s*(?P<divisor>[0-9]+))?|(?P<rational>{_RATIONAL}))\s*",
    re.ASCII,
)  # fmt: skip


class Irrational(ValueError):
    """A number that is not rational, where a rational one is needed."""


@dataclass(frozen=True)
class Exact:
    """The number ``rational`` + Σ c_p ln p; ``logarithms`` holds the pairs (p, c_p), c_p ≠ 0, in increasing p."""

    rational: Fraction = Fraction(0)
    logarithms: tuple[tuple[int, Fraction], ...] = ()

    def __add__(self, other: Exact) -> Exact:
        return _summed(self.rational + other.rational, [*self.logarithms, *other.logarithms])

    def __mul__(self, factor: Fraction) -> Exact:
        return _summed(self.rational * factor, [(p, c * factor) for p, c in self.logarithms])

    @property
    def ball(self) -> arb:
        """An enclosure at FLINT's working precision."""
        total = _ball(self.rational)
        for prime, factor in self.logarithms:
            total += _ball(factor) * arb(prime).log()
        return total

    @property
    def quotient(self) -> fmpq:
        """The number, if it is rational.

        Raises
        ------
        Irrational : it is not.
        """
        # Logarithms of different primes are linearly independent over ℚ (unique factorisation), and no rational combination but 0
        # of them is rational (Hermite–Lindemann).
        if self.logarithms:
            raise Irrational(f"{self} is not rational")
        return fmpq(self.rational.numerator, self.rational.denominator)

    def exponential(self, factor: int) -> fmpq:
        """e^{factor·n}, if it is rational.

        Raises
        ------
        Irrational : it is not, or too long a number to compute with.
        """
        powers = [(p, factor * c) for p, c in self.logarithms]
        if self.rational or any(c.denominator > 1 or abs(c) > LARGEST_EXPONENT for _, c in powers):
            raise Irrational(f"e^({factor}·({self})) is not rational")
        top, bottom = fmpz(1), fmpz(1)
        for prime, power in powers:
            if power > 0:
                top *= fmpz(prime) ** int(power)
            else:
                bottom *= fmpz(prime) ** int(-power)
        return fmpq(top, bottom)

    def __str__(self) -> str:
        """The number as files write it; :func:`read_exact` reads it.

        >>> str(read_exact("ln 6 - 1/2 ln(3)")), str(read_exact("-ln(2)"))
        ('ln 2 + 1/2 ln 3', '-ln 2')
        """
        parts = [str(self.rational)] if self.rational or not self.logarithms else []
        for prime, factor in self.logarithms:
            size = "" if abs(factor) == 1 else f"{abs(factor)} "
            sign = (" - " if factor < 0 else " + ") if parts else ("-" if factor < 0 else "")
            parts.append(f"{sign}{size}ln {prime}")
        return "".join(parts)


def _summed(rational: Fraction, terms: list[tuple[int, Fraction]]) -> Exact:
    total: dict[int, Fraction] = {}
    for prime, factor in terms:
        total[prime] = total.get(prime, Fraction(0)) + factor
    return Exact(rational, tuple(sorted((p, c) for p, c in total.items() if c)))


def _ball(number: Fraction) -> arb:
    return arb(fmpq(number.numerator, number.denominator))


def logarithm(number: Fraction) -> Exact:
    """ln of a positive rational, by its prime factors.

    Raises
    ------
    ValueError : it is not positive, or its numerator or denominator is larger than LARGEST_ARGUMENT.

    >>> logarithm(Fraction(9, 2)).logarithms
    ((2, Fraction(-1, 1)), (3, Fraction(2, 1)))
    """
    if number <= 0 or max(number.numerator, number.denominator) > LARGEST_ARGUMENT:
        raise ValueError(f"ln needs a positive number of at most 40 digits, not {number}")
    powers: Mapping[int, int] = {int(p): int(k) for p, k in fmpz(number.numerator).factor()}
    below = {int(p): int(k) for p, k in fmpz(number.denominator).factor()}
    return _summed(Fraction(0), [*((p, Fraction(k)) for p, k in powers.items()), *((p, Fraction(-k)) for p, k in below.items())])


def read_exact(text: str) -> Exact:
    """The number that a text such as "3/2", "ln 2", "1/2 ln(3/5)", "-ln(2)/3 + 1" means.

    Raises
    ------
    ValueError : it means none.

    >>> read_exact("1/2 + 2 ln 3 - ln 9") == Exact(Fraction(1, 2))
    True
    """
    total, place = Exact(), 0
    while place < len(text) or place == 0:
        term = _TERM.match(text, place)
        if term is None or (place and not term["sign"]):
            raise ValueError(f"{text!r} is no sum of rationals and rational multiples of logarithms")
        try:
            if term["rational"] is not None:
                value = Exact(_fraction(term["rational"]))
            else:
                factor = _fraction(term["factor"] or "1") / Fraction(term["divisor"] or 1)
                value = logarithm(_fraction(term["in"] or term["bare"])) * factor
        except ZeroDivisionError:
            raise ValueError(f"{text!r} divides by zero") from None
        total += value * Fraction(-1 if term["sign"] == "-" else 1)
        place = term.end()
    return total


def _fraction(text: str) -> Fraction:
    above, _, below = text.partition("/")
    return Fraction(above) / Fraction(below or 1)


@singledispatch
def exact_jet(activation: Activation, n: Exact) -> list[fmpq]:
    """σ, σ′, σ″ at n, if they are known to be rational.

    Raises
    ------
    Irrational : they are not.

    >>> exact_jet(Logistic(), read_exact("ln 2"))
    [2/3, 2/9, -2/27]
    """
    raise Irrational(f"values of {activation.name} are not known to be rational")


@exact_jet.register
def _(activation: Logistic, n: Exact) -> list[fmpq]:
    power = n.exponential(1)
    return [horner(p, power / (1 + power)) for p in autonomous(2, logistic.RIGHT)]


@exact_jet.register
def _(activation: Tanh, n: Exact) -> list[fmpq]:
    power = n.exponential(2)
    return [horner(p, (power - 1) / (power + 1)) for p in autonomous(2, tanh.RIGHT)]


@exact_jet.register
def _(activation: Polynomial, n: Exact) -> list[fmpq]:
    place = n.quotient
    return [horner([fmpq(c.numerator, c.denominator) for c in p], place) for p in activation.derivatives(2)]
