"""Exact elimination with msolve (Berthomieu–Eder–Safey El Din, ISSAC 2021): degrees modulo primes, real critical points over ℚ.

msolve computes a Gröbner basis of ∇L (F4) and from it a rational parametrisation of its zeros by a linear form (FGLM). It runs as a
program of its own. What it prints is checked where it can be: the number of real points against the real roots of the
parametrisation (it has lost one before, its issue 230), the variables by name (it reorders them), the eliminant for squares.
Modulo one prime or over ℚ its answer is probabilistic: agreement of two primes is strong evidence, not proof.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf, lcm
from typing import Any

import flint

from critscape.algebra.elimination import program
from critscape.algebra.elimination.program import HOW_TO_INSTALL, MsolveError, TooMuchWork, available, version
from critscape.algebra.polynomial.loss import Loss, gradient, terms
from critscape.algebra.polynomial.roots import complex_roots

__all__ = ["HOW_TO_INSTALL", "MsolveError", "TooMuchWork", "available", "version"]
PRIMES = (1073741789, 1073741783)
"""The largest primes below 2³⁰."""
LEAST_PRIME, LARGEST_PRIME = 2**16, 2**30
"""Below, a linear form may fail to separate the points; near 2³¹ msolve does not return."""
FORM = 2**12
"""Over ℚ the coefficients of the separating form are below this."""
UNREADABLE = "msolve's answer could not be read"


class PositiveDimension(MsolveError):
    """The critical set is not finite."""


@dataclass(frozen=True)
class Parametrisation:
    """A rational univariate representation of V(∇L) (Rouillier 1999): w(τ) = 0 and x_i = −v_i(τ) / (c_i w′(τ)).

    τ is a linear form that separates the points. ``eliminant`` is w, squarefree: one root for each point; ``numerators`` (n) are
    the v_i and ``constants`` (n) the c_i, in the order of the variables; ``degree`` is dim ℚ[w]/(∇L), with multiplicities.
    ``boxes`` are the real points as n rational intervals each; ``form`` (n) are the coefficients of τ.
    """

    degree: int
    eliminant: flint.fmpz_poly
    numerators: tuple[flint.fmpz_poly, ...]
    constants: tuple[flint.fmpz, ...]
    boxes: tuple[tuple[tuple[Fraction, Fraction], ...], ...]
    form: tuple[int, ...] = ()


@dataclass(frozen=True)
class Quotient:
    """The number of zeros of ∇L modulo a prime with multiplicity (``degree``, dim 𝔽_p[w]/(∇L)) and without, and the work it took."""

    degree: int
    distinct: int
    work: float


def quotient_dimension(loss: Loss, prime: int, seconds: float) -> tuple[int, int]:
    """The number of complex critical points with and without multiplicity, as :func:`quotient`."""
    found = quotient(loss, prime, seconds)
    return found.degree, found.distinct


def degree_modulo(equations: Sequence[dict[tuple[int, ...], int]], dimension: int, prime: int, seconds: float, most: float = inf) -> int:
    """The number of zeros of equations modulo a prime, with multiplicity.

    Raises
    ------
    PositiveDimension, TooMuchWork, MsolveError : as :func:`quotient`.
    """
    answer, _ = _solve(equations, dimension, prime, "2", seconds, most)
    return 0 if answer is None else _degree_and_eliminant(answer[0])[0]


def quotient(loss: Loss, prime: int, seconds: float, most: float = inf, watch: Callable[[str], None] = lambda matrix: None) -> Quotient:
    """The number of complex critical points with and without multiplicity, from ∇L modulo ``prime``.

    The first is dim 𝔽_p[w]/(∇L); the second the degree of the squarefree part of the minimal polynomial of a random linear form.
    Both are those over ℚ unless the prime is unlucky, which a second prime tells.

    Parameters
    ----------
    prime : between 2¹⁶ and 2³⁰ (:data:`PRIMES`).
    seconds : time limit.
    most, watch : as for :func:`critscape.algebra.elimination.program.run`.

    Raises
    ------
    ValueError : another ``prime``.
    PositiveDimension : the zeros modulo the prime are not finitely many.
    TooMuchWork : more than ``most``.
    MsolveError : msolve is not there, it ran out of time or failed, or the prime divides a denominator.
    """
    if not (LEAST_PRIME < prime <= LARGEST_PRIME and flint.fmpz(prime).is_prime()):
        raise ValueError(f"prime: expected a prime between {LEAST_PRIME} and {LARGEST_PRIME}, got {prime}")
    equations = [modulo(terms(slope), prime) for slope in gradient(loss)]
    answer, work = _solve(equations, loss.dimension, prime, "2", seconds, most, watch)
    if answer is None:
        return Quotient(0, 0, work)
    degree, eliminant = _degree_and_eliminant(answer[0])
    w = flint.nmod_poly([int(c) for c in eliminant], prime)
    return Quotient(degree, w.degree() - w.gcd(w.derivative()).degree(), work)


def height(loss: Loss) -> int:
    """Bits of the largest coefficient of ∇L without denominators."""
    return max((abs(c).bit_length() for slope in gradient(loss) for c in integral(terms(slope)).values()), default=0)


def real_solutions(loss: Loss, seconds: float) -> list[list[Fraction]]:
    """The real critical points: midpoints of :func:`real_boxes`, one list of n coordinates each.

    Raises
    ------
    PositiveDimension, MsolveError : see there.
    """
    return [[(low + high) / 2 for low, high in box] for box in real_boxes(loss, seconds)]


def real_boxes(loss: Loss, seconds: float) -> tuple[tuple[tuple[Fraction, Fraction], ...], ...]:
    """The real critical points of L over ℚ, each as n intervals (low, high) in the order of the variables.

    Raises
    ------
    PositiveDimension, MsolveError : see :func:`parametrisation`.
    """
    return parametrisation(loss, seconds).boxes


def parametrisation(loss: Loss, seconds: float) -> Parametrisation:
    """All critical points of L over ℚ.

    Raises
    ------
    PositiveDimension : the critical set is not finite.
    MsolveError : msolve is not there, it ran out of time or failed, or its real points are not as many as the real roots of its
        own eliminant.
    """
    return parametrised([integral(terms(slope)) for slope in gradient(loss)], loss.dimension, seconds)


def parametrised(equations: Sequence[dict[tuple[int, ...], int]], dimension: int, seconds: float) -> Parametrisation:
    """All zeros of equations with integer coefficients.

    Raises
    ------
    PositiveDimension, MsolveError : as :func:`parametrisation`.
    """
    answer, _ = _solve(equations, dimension, 0, "1", seconds)
    if answer is None:
        return Parametrisation(0, flint.fmpz_poly([1]), (flint.fmpz_poly([]),) * dimension, (flint.fmpz(1),) * dimension, ())
    printed, (_, boxes) = answer
    degree, eliminant = _degree_and_eliminant(printed)
    w = _polynomial(eliminant)
    # The form has rational coefficients and separates the points, so a point is real exactly when its root is.
    real = sum(root.imag == 0 for root, _ in complex_roots(w))
    if len(boxes) != real:
        raise MsolveError(f"msolve lists {len(boxes)} real points, but its eliminant has {real} real roots")
    try:
        _, ((_, _), (_, denominator), quotients) = printed[5]
        order = [printed[3].index(f"x{i}") for i in range(dimension)]
        numerators = tuple(_polynomial(quotients[k][0][1]) for k in order)
        constants = tuple(flint.fmpz(quotients[k][1]) for k in order)
    except (ValueError, IndexError):
        raise MsolveError(UNREADABLE) from None
    if _polynomial(denominator) != w.derivative():
        raise MsolveError(UNREADABLE)
    intervals = tuple(tuple(_interval(box[k]) for k in order) for box in boxes)
    return Parametrisation(degree, w, numerators, constants, intervals, _parameter(printed[3], printed[4], dimension))


def _parameter(names: Sequence[str], coefficients: Sequence[str], dimension: int) -> tuple[int, ...]:
    """The coefficients of τ: that of our last variable t = −Σ a_i x_i, or of one more, A = −Σ c_i x_i − c_t t, that msolve adds where t
    does not do (an ideal with multiple zeros).
    """
    form = separating_form(dimension, 0)
    if names[-1] == "t":
        return tuple(-a for a in form)
    factors = dict(zip(names, map(int, coefficients)))
    return tuple(factors["t"] * a - factors[f"x{i}"] for i, a in enumerate(form))


def _polynomial(coefficients: Sequence[str]) -> flint.fmpz_poly:
    return flint.fmpz_poly([flint.fmpz(c) for c in coefficients])


def modulo(equation: dict[tuple[int, ...], Fraction], prime: int) -> dict[tuple[int, ...], int]:
    """The equation modulo a prime.

    Raises
    ------
    MsolveError : the prime divides a denominator.
    """
    if any(c.denominator % prime == 0 for c in equation.values()):
        raise MsolveError(f"the prime {prime} divides a denominator of the gradient; take another one")
    return {exponents: c.numerator * pow(c.denominator, -1, prime) % prime for exponents, c in equation.items()}


def integral(equation: dict[tuple[int, ...], Fraction]) -> dict[tuple[int, ...], int]:
    """The equation without denominators."""
    common = lcm(*(c.denominator for c in equation.values()))
    return {exponents: int(c * common) for exponents, c in equation.items()}


def system(equations: Sequence[dict[tuple[int, ...], int]], dimension: int, characteristic: int) -> str:
    """The input file: the equations in x0, x1, … and a last variable t that a random form of the others equals.

    A form that separates the points in place of the last variable spares msolve a second Gröbner basis.

    >>> print(system([{(2, 0): 1, (0, 0): -3}, {(1, 1): 2}], 2, 0))
    x0,x1,t
    0
    1*x0^2-3,
    2*x0^1*x1^1,
    t+3459*x0+1578*x1
    """
    names = [f"x{i}" for i in range(dimension)]
    form = "".join(f"+{a}*{name}" for a, name in zip(separating_form(dimension, characteristic), names))
    rows = [row(equation, names) for equation in equations]
    return "\n".join([",".join([*names, "t"]), str(characteristic), ",\n".join([*rows, f"t{form}"])])


def separating_form(dimension: int, characteristic: int) -> list[int]:
    """The coefficients a of the form t = −Σ a_i x_i that parametrises the zeros."""
    draw = random.Random(characteristic)
    return [draw.randrange(1, characteristic or FORM) for _ in range(dimension)]


def row(equation: dict[tuple[int, ...], int], names: Sequence[str]) -> str:
    """An equation as msolve reads it."""
    powers = {e: "".join(f"*{name}^{k}" for name, k in zip(names, e) if k) for e in equation}
    return "".join(f"{c:+d}{powers[e]}" for e, c in equation.items() if c).removeprefix("+") or "0"


def _solve(
    equations: Sequence[dict[tuple[int, ...], int]],
    dimension: int,
    characteristic: int,
    mode: str,
    seconds: float,
    most: float = inf,
    watch: Callable[[str], None] = lambda matrix: None,
) -> tuple[list | None, float]:
    """What msolve answers with option ``-P mode``: the parametrisation and, over ℚ, the real points (None when nothing solves the
    equations); and the work that it took.

    Raises
    ------
    PositiveDimension, TooMuchWork, MsolveError : as above.
    """
    printed, work = program.run(system(equations, dimension, characteristic), ["-P", mode], seconds, most, watch)
    head, *rest = parsed(printed)
    if head == "-1":
        return None, work
    if head == "1":
        raise PositiveDimension("the critical set is not finite" + (f" modulo {characteristic}" if characteristic else ""))
    if head != "0" or len(rest) != (1 if characteristic else 2):
        raise MsolveError(UNREADABLE)
    return rest, work


def _degree_and_eliminant(parametrisation: list) -> tuple[int, list[str]]:
    """The degree of the ideal, and the coefficients of the eliminant from the constant upwards.

    Raises
    ------
    MsolveError : there is not exactly one parametrisation.
    """
    try:
        _, _, degree, _, _, (parts, ((_, eliminant), *_)) = parametrisation
    except ValueError:
        raise MsolveError(UNREADABLE) from None
    if parts != "1":
        raise MsolveError(f"msolve split the zeros into {parts} parametrisations")
    return int(degree), eliminant


def parsed(printed: str) -> Any:
    """What msolve prints, as nested lists of words (numbers too: they may have more digits than Python reads).

    >>> parsed("[0, [1,\\n[[-3 / 2^2, 'x0']]\\n]]:\\n")
    ['0', ['1', [['-3 / 2^2', 'x0']]]]
    """
    plain = printed.strip().removesuffix(":").replace("'", "")
    quoted = re.sub(r"[^\[\],\s][^\[\],\n]*", lambda word: f'"{word[0].strip()}"', plain)
    try:
        return json.loads(quoted)
    except json.JSONDecodeError:
        raise MsolveError(UNREADABLE) from None


def _interval(ends: Sequence[str]) -> tuple[Fraction, Fraction]:
    """The ends of an interval in increasing order."""
    low, high = sorted(map(_rational, ends))
    return low, high


def _rational(text: str) -> Fraction:
    """An end of an interval.

    >>> _rational("-3 / 2^2"), _rational("1 / 3"), _rational("7")
    (Fraction(-3, 4), Fraction(1, 3), Fraction(7, 1))
    """
    numerator, _, denominator = text.partition(" / ")
    base, _, exponent = denominator.partition("^")
    return Fraction(int(flint.fmpz(numerator)), int(flint.fmpz(base or "1")) ** int(exponent or 1))
