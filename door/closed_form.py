"""Closed forms in real radicals as SymPy's expressions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from critscape.problems.input.radical import radical
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.weights import Weights, by_block

if TYPE_CHECKING:
    import sympy


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
