"""Closed forms in real radicals as SymPy's expressions."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from lark import Lark, UnexpectedInput

from critscape.problems.input.bad_input import BadInput
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.weights import Weights, by_block

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


@dataclass(frozen=True)
class ClosedForm:
    """A critical point and its loss in real radicals, proved equal to the certified ones.

    ``text`` is the loss as tables print it, ``latex`` as papers do; ``loss`` and ``weights`` are SymPy's.
    """

    entry: dict
    problem: Problem | Regression

    @property
    def text(self) -> str:
        return self.entry["loss"]

    @property
    def latex(self) -> str:
        return self.entry["latex"]["loss"]

    @property
    def loss(self) -> sympy.Expr:
        """The loss as an expression of SymPy."""
        return radical(self.entry["loss"])

    @property
    def weights(self) -> Weights:
        """One array of SymPy's expressions per weight block."""
        return by_block(self.problem, [radical(text) for text in self.entry["point"]], object)

    def __repr__(self) -> str:
        return f"<closed form: loss {self.text}>"


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
