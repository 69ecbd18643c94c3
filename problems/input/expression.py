"""Polynomials typed in as text: numbers, variables, + − * / ^ and parentheses, read by a grammar that evaluates no code.

``3x^2 y/40 - (x + 1/2)^3``: a product may be written without its sign, ``**`` means ``^``, and only a number may divide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from critscape.algebra.polynomial.rational_polynomial import RationalPolynomial, constant, generators
from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.rational import LONGEST, rational

if TYPE_CHECKING:
    # Loaded where a text is read: most problems have none.
    from lark import Lark, Token, Tree, UnexpectedInput

MOST_CHARACTERS = 20_000
MOST_NESTED = 50
LARGEST_DEGREE = 60
MOST_TERMS = 5_000
"""Terms of the polynomial, and of everything on the way to it."""

_GRAMMAR = r"""
?sum: product | sum "+" product -> add | sum "-" product -> subtract
?product: signed | product "*" signed -> multiply | product "/" signed -> divide | product named -> multiply
?signed: power | "-" signed -> negate | "+" signed
?power: named | number | number _to EXPONENT -> raise_to
?named: letter | letter _to EXPONENT -> raise_to
?letter: NAME -> variable | "(" sum ")"
number: NUMBER
_to: "^" | "**"
EXPONENT: /[0-9]+/
NUMBER: /([0-9]+(\.[0-9]*)?|\.[0-9]+)/
NAME: /[A-Za-z][A-Za-z0-9_]*/
%ignore /[ \t\r\n]+/
"""

NAME = "a letter, then letters, digits and _"


@cache
def _parser() -> Lark:
    from lark import Lark

    return Lark(_GRAMMAR, start="sum", parser="lalr")


def expression(written: str, variables: Sequence[str], field: str) -> RationalPolynomial:
    """The polynomial over ℚ in ``variables`` that a text means.

    Raises
    ------
    BadInput : a text that the grammar does not have, an unknown variable, a division by what is not a number, a polynomial of a
        degree or with terms or digits beyond the bounds of this module.

    >>> expression("x^2 y/40 - (x + 1/2)^2 + x", ("x", "y"), "loss").terms()
    {(2, 1): Fraction(1, 40), (2, 0): Fraction(-1, 1), (0, 0): Fraction(-1, 4)}
    """
    from lark import UnexpectedInput

    if len(written) > MOST_CHARACTERS:
        raise BadInput(field, f"at most {MOST_CHARACTERS:,} characters", f"{len(written):,}")
    depth = deepest = 0
    for character in written:
        depth += {"(": 1, ")": -1}.get(character, 0)
        deepest = max(deepest, depth)
    if deepest > MOST_NESTED:
        raise BadInput(field, f"at most {MOST_NESTED} nested parentheses", deepest)
    try:
        tree = _parser().parse(written)
    except UnexpectedInput as error:
        raise BadInput(field, f"a polynomial such as 3x^2 y/40 - (x + 1/2)^3 ({_place(error, written)})") from None
    return _bounded(_evaluated(tree, dict(zip(variables, generators(len(variables)))), field), field)


@dataclass(frozen=True)
class EvenPower:
    """c r^(2k): ``factor`` c > 0, ``base`` r, ``exponent`` 2k > 0."""

    factor: Fraction
    base: RationalPolynomial
    exponent: int


def sum_of_squares(written: str, variables: Sequence[str]) -> tuple[list[EvenPower], RationalPolynomial]:
    """The terms c r^(2k), c > 0, of a sum that :func:`expression` reads, products of even powers among them, and the sum of its other
    terms.

    >>> squares, rest = sum_of_squares("3*(x - y^2)^2/2 + (1 - x)^4 - 5", ("x", "y"))
    >>> [(square.factor, square.base.terms(), square.exponent) for square in squares]
    [(Fraction(1, 1), {(0, 0): Fraction(1, 1), (1, 0): Fraction(-1, 1)}, 4), (Fraction(3, 2), {(1, 0): Fraction(1, 1), (0, 2): Fraction(-1, 1)}, 2)]
    >>> rest.terms()
    {(0, 0): Fraction(-5, 1)}
    """
    from lark import Tree

    tree, field = _parser().parse(written), ""
    values = _values(tree, dict(zip(variables, generators(len(variables)))), field)
    squares: list[EvenPower] = []
    rest = constant(len(variables), 0)
    open_: list[tuple[Tree, Fraction]] = [(tree, Fraction(1))]
    while open_:
        node, scale = open_.pop()
        children = [child for child in node.children if isinstance(child, Tree)]
        if node.data in ("add", "subtract"):
            open_ += [(children[0], scale), (children[1], scale if node.data == "add" else -scale)]
            continue
        if node.data == "negate":
            open_.append((children[0], -scale))
            continue
        numbers = [values[id(child)].packed.get(0, Fraction(0)) if values[id(child)].degree <= 0 else None for child in children]
        if node.data == "divide":
            assert numbers[1] is not None  # Only numbers divide, or there were no values.
            open_.append((children[0], scale / numbers[1]))
        elif node.data == "multiply" and (factor := numbers[0] or numbers[1]):
            open_.append((children[1 if numbers[0] else 0], scale * factor))
        elif node.data == "raise_to" and (exponent := int(str(node.children[-1]))) % 2 == 0 and exponent and scale > 0:
            squares.append(EvenPower(scale, values[id(children[0])], exponent))
        elif node.data == "multiply" and scale > 0 and (square := _square(node, values)) is not None:
            squares.append(EvenPower(scale * square[0], square[1], 2))
        else:
            rest = rest + values[id(node)] * scale
    return squares, rest


def _square(node: Tree, values: dict[int, RationalPolynomial]) -> tuple[Fraction, RationalPolynomial] | None:
    """c > 0 and r where a node is written as c r²: an even power, a positive number, or a product of such; None where it is not."""
    from lark import Tree

    value = values[id(node)]
    if value.degree <= 0:
        number = value.packed.get(0, Fraction(0))
        return (number, constant(value.variables, 1)) if number > 0 else None
    if node.data == "raise_to":
        exponent = int(str(node.children[-1]))
        return (Fraction(1), values[id(node.children[0])] ** (exponent // 2)) if exponent % 2 == 0 else None
    if node.data != "multiply":
        return None
    one, other = (_square(child, values) for child in node.children if isinstance(child, Tree))
    return None if one is None or other is None else (one[0] * other[0], one[1] * other[1])


def _place(error: UnexpectedInput, written: str) -> str:
    from lark import UnexpectedCharacters, UnexpectedEOF

    if isinstance(error, UnexpectedCharacters):
        place = error.pos_in_stream or 0
        return f"there is {written[place]!r} at character {place + 1}"
    token = getattr(error, "token", None)
    if isinstance(error, UnexpectedEOF) or token is None or token.type == "$END":
        return "it ends too early" if written.strip() else "there is nothing"
    return f"there is {str(token)!r} at character {token.start_pos + 1}"


def _evaluated(tree: Tree, variables: dict[str, RationalPolynomial], field: str) -> RationalPolynomial:
    """The value of a parse tree."""
    return _values(tree, variables, field)[id(tree)]


def _values(tree: Tree, variables: dict[str, RationalPolynomial], field: str) -> dict[int, RationalPolynomial]:
    """The values of a parse tree and all its parts by identity, without recursion along sums and products of any length."""
    from lark import Tree

    # Subtrees come before the trees that hold them.
    found: dict[int, RationalPolynomial] = {}
    for node in tree.iter_subtrees():
        values = [found[id(child)] if isinstance(child, Tree) else child for child in node.children]
        found[id(node)] = _node(node.data, values, variables, field)
    return found


def _node(kind: str, values: Sequence, variables: dict[str, RationalPolynomial], field: str) -> RationalPolynomial:
    if kind == "number":
        return constant(len(variables), rational(str(values[0]), field))
    if kind == "variable":
        name: Token = values[0]
        if name not in variables:
            raise BadInput(
                field, f"a polynomial in {', '.join(variables)} (there is {str(name)!r} at character {(name.start_pos or 0) + 1})"
            )
        return variables[name]
    if kind == "negate":
        return -values[0]
    if kind == "raise_to":
        return _power(values[0], values[1], len(variables), field)
    left, right = values
    if kind == "divide":
        if right.degree > 0:
            raise BadInput(field, f"a polynomial, which only numbers divide (there is a division by {_shown(right, variables)[:30]})")
        if not right:
            raise BadInput(field, "a polynomial without a division by zero")
        return _bounded(left / right.packed[0], field)
    if kind == "multiply":
        return _bounded(_product(left, right, field), field)
    # Degrees and, but for a factor of the length of the text, numbers do not grow.
    return _few_terms(left + right if kind == "add" else left - right, field)


def _shown(value: RationalPolynomial, variables: Iterable[str]) -> str:
    """The polynomial as text, for a message."""
    monomials = [("".join(f" {x}^{k}" if k > 1 else f" {x}" for x, k in zip(variables, m) if k), c) for m, c in value.terms().items()]
    return " + ".join(f"{c}{m}" if not m or c != 1 else m.strip() for m, c in monomials)


def _power(base: RationalPolynomial, exponent: str, variables: int, field: str) -> RationalPolynomial:
    if len(exponent) > 4 or int(exponent) > LARGEST_DEGREE:
        raise BadInput(field, f"exponents of at most {LARGEST_DEGREE} (there is {exponent[:10]})")
    power = constant(variables, 1)
    for _ in range(int(exponent)):
        power = _bounded(_product(power, base, field), field)
    return power


def _product(left: RationalPolynomial, right: RationalPolynomial, field: str) -> RationalPolynomial:
    if len(left) * len(right) > MOST_TERMS * 100:
        raise BadInput(field, f"a polynomial with at most {MOST_TERMS:,} terms")
    return left * right


def _bounded(value: RationalPolynomial, field: str) -> RationalPolynomial:
    """The polynomial, if it is of a size that can be handled."""
    if value.degree > LARGEST_DEGREE:
        raise BadInput(field, f"a polynomial of degree at most {LARGEST_DEGREE}", str(value.degree))
    largest = 10**LONGEST
    if any(abs(c.numerator) > largest or c.denominator > largest for c in value.packed.values()):
        raise BadInput(field, f"coefficients of at most {LONGEST} digits")
    return _few_terms(value, field)


def _few_terms(value: RationalPolynomial, field: str) -> RationalPolynomial:
    if len(value) > MOST_TERMS:
        raise BadInput(field, f"a polynomial with at most {MOST_TERMS:,} terms", f"{len(value):,}")
    return value


def univariate(written: str, variable: str, field: str) -> tuple[Fraction, ...]:
    """The coefficients of 1, r, r², … of a polynomial in one variable, the last one not zero.

    Raises
    ------
    BadInput : as :func:`expression`.

    >>> univariate("r^2/2 - r^4/4", "r", "loss.residual")
    (Fraction(0, 1), Fraction(0, 1), Fraction(1, 2), Fraction(0, 1), Fraction(-1, 4))
    """
    found = {power: c for (power,), c in expression(written, (variable,), field).terms().items()}
    return tuple(found.get(k, Fraction(0)) for k in range(max(found, default=0) + 1))


def text(coefficients: Sequence[Fraction], variable: str) -> str:
    """A polynomial in one variable as text that :func:`univariate` reads back, from the lowest power upwards.

    >>> text((Fraction(0), Fraction(1), Fraction(-1, 2)), "t"), text((Fraction(0),), "t")
    ('t - 1/2 t^2', '0')
    """
    found = ""
    for k, coefficient in enumerate(coefficients):
        if coefficient:
            power = "" if k == 0 else variable if k == 1 else f"{variable}^{k}"
            size = f"{abs(coefficient)}" if abs(coefficient) != 1 or k == 0 else ""
            sign = (" - " if coefficient < 0 else " + ") if found else ("-" if coefficient < 0 else "")
            found += sign + " ".join(filter(None, (size, power)))
    return found or "0"
