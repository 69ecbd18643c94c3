"""One critical point of an answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from critscape.closed_form import ClosedForm
from critscape.digits import Arithmetic
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.scripts.printing.numbers import short
from critscape.scripts.printing.rendering import kind_text
from critscape.weights import Weights, by_block


@dataclass(frozen=True, repr=False)
class CriticalPoint:
    """A real critical point as a result has it (``entry``); what is not known is None.

    Numbers are floats, and those of ``mp`` mpmath's with all the digits that are known.
    """

    entry: dict
    problem: Problem | Regression
    arithmetic: Arithmetic = Arithmetic(False)

    @property
    def mp(self) -> CriticalPoint:
        """The same point with mpmath's numbers, which have all the digits that are known."""
        return replace(self, arithmetic=Arithmetic(True))

    @property
    def weights(self) -> Weights:
        """One array per weight block, in the order of the network, as in ``W1, W2 = point.weights``, or ``point.weights.W1``.

        Entries that a masked network fixes have their values, other entries that are no weights are NaN.
        """
        flat = [self.arithmetic.real(digits) for digits in self.entry["point"]]
        return by_block(self.problem, flat, object if self.arithmetic.precise else float)

    @property
    def loss(self) -> Any:
        """L there, a float or an ``mpf``; None where it is not known."""
        return self.arithmetic.real(self.entry["loss"])

    @property
    def index(self) -> int | None:
        """The number of negative eigenvalues of the Hessian."""
        return self.entry["index"]

    @property
    def kind(self) -> str:
        """Its type as tables have it, ``global minimum``, ``strict saddle``, ``degenerate``, …"""
        return self.entry["kind"]

    @property
    def closed_form(self) -> ClosedForm | None:
        """Weights and loss in real radicals, proved, where there are such of modest size."""
        return ClosedForm(self.entry["closed_form"], self.problem) if "closed_form" in self.entry else None

    @property
    def certified(self) -> bool:
        """Whether it is proved to be a critical point, alone in its box."""
        return self.entry["certified"]

    @property
    def global_minimum(self) -> bool | None:
        """Whether it is a global minimum."""
        return self.entry["global_minimum"]

    @property
    def orbit(self) -> int | None:
        """A number that points have in common if symmetries of the loss carry them to each other."""
        return self.entry.get("orbit")

    def __repr__(self) -> str:
        index = "" if self.index is None else f", index {self.index}"
        return f"<{kind_text(self.entry)}{index}, loss {short(self.entry['loss'])}>"
