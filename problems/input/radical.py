"""Numbers in real radicals, as closed forms in results have them."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from lark import Lark, UnexpectedInput

from critscape.problems.input.bad_input import BadInput

if TYPE_CHECKING:
    import sympy

DEGREES = {"√": 2, "∛": 3, "∜": 4}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
# The radicals that results have: see critscape.algebra.points.radicals.
_GRAMMAR = r"""
?sum: product | "-" product -> negate | sum "+" product -> add | sum "-" product -> subtract
?product: factor | product _times? factor -> multiply | product "/" factor -> divide
?factor: NUMBER -> number | ROOT factor -> root | "(" sum ")"
_times: "·" | "*"
NUMBER: /[0-9]{1,400}/
ROOT: /[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}√|[√∛∜]/
%ignore " "
"""
OPERATIONS: dict[str, Callable[..., Any]] = {
    "negate": operator.neg, "add": operator.add, "subtract": operator.sub, "multiply": operator.mul, "divide": operator.truediv,
}  # fmt: skip


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, start="sum", parser="lalr")


def radical(text: str) -> sympy.Expr:
    """The real number that a text in radicals, as results have it, means; nothing in it is evaluated as code.

    Raises
    ------
    BadInput : a text that is no such expression.

    >>> radical("-(√5 - 1)/2"), radical("2∛(2 + √5)"), radical("13/32")
    (1/2 - sqrt(5)/2, 2*(2 + sqrt(5))**(1/3), 13/32)
    """
    import sympy

    def value(tree: Any) -> sympy.Expr:
        kind, parts = tree.data, tree.children
        if kind == "number":
            return sympy.Integer(str(parts[0]))
        if kind == "root":
            sign = str(parts[0])
            return sympy.root(value(parts[1]), DEGREES[sign] if sign in DEGREES else int(sign[:-1].translate(_SUPERSCRIPTS)))
        return OPERATIONS[kind](*map(value, parts))

    try:
        found = value(_parser().parse(text))
    except (UnexpectedInput, RecursionError):
        found = sympy.nan
    if not found.is_finite:
        raise BadInput("closed_form", "an expression in radicals, as a result has it", text)
    return found
