"""One row of the table of components of a critical set that is not finite."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from critscape.digits import Arithmetic
from critscape.problems.input.radical import radical
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.scripts.printing.components import dimension, inertia
from critscape.scripts.printing.numbers import short_loss
from critscape.weights import Weights, by_block

if TYPE_CHECKING:
    import sympy


class Inertia(NamedTuple):
    """Numbers of eigenvalues of the Hessian by sign."""

    positive: int
    negative: int
    zero: int


@dataclass(frozen=True, repr=False)
class Component:
    """A component of the critical set as a result has it (``entry``), or several that agree in all that a row says.

    Numbers are floats, and those of ``mp`` mpmath's with all the digits that are known.
    """

    entry: dict
    problem: Problem | Regression
    arithmetic: Arithmetic = Arithmetic(False)

    @property
    def mp(self) -> Component:
        """The same row with mpmath's numbers, which have all the digits that are known."""
        return replace(self, arithmetic=Arithmetic(True))

    @property
    def kind(self) -> str:
        """``global minimum``, ``spurious local minimum``, ``strict saddle``, …; ``degenerate`` is what nobody decided."""
        return self.entry["kind"]

    @property
    def level(self) -> str:
        """``proved`` (all that the row says), ``certified`` (a point of it, and its loss) or ``numerical``."""
        return self.entry["level"]

    @property
    def loss(self) -> Any:
        """L on the component, a float or an ``mpf``."""
        return self.arithmetic.closed(self.exact_loss) if self.entry["exact_loss"] else self.arithmetic.real(self.entry["loss"])

    @property
    def exact_loss(self) -> sympy.Expr | None:
        """L as an expression of SymPy in real radicals; None where there is none of modest size."""
        return radical(self.entry["loss"]) if self.entry["exact_loss"] else None

    @property
    def dimension(self) -> int:
        """The dimension of the critical set at the representative, at least; see ``exact_dimension``."""
        return self.entry["dimension"]

    @property
    def exact_dimension(self) -> bool:
        """Whether the dimension is proved to be no larger."""
        return self.entry["dimension_bound"] == "exact"

    @property
    def inertia(self) -> Inertia:
        """Numbers of ``positive``, ``negative`` and ``zero`` eigenvalues of the Hessian; see ``exact_inertia``."""
        return Inertia(**self.entry["inertia"])

    @property
    def exact_inertia(self) -> bool:
        """Whether the zeros are proved to be zero; else the first two numbers are lower bounds."""
        return self.entry["inertia_bound"] == "exact"

    @property
    def representative(self) -> Weights:
        """A point of it, one array per weight block, in the order of the network."""
        flat = [self.arithmetic.real(digits) for digits in self.entry["representative"]]
        return by_block(self.problem, flat, object if self.arithmetic.precise else float)

    @property
    def paths(self) -> tuple[int, int]:
        """How many paths of the first generic centre end there, and how many of these at real points."""
        return self.entry["paths"], self.entry["real_paths"]

    def __repr__(self) -> str:
        return f"<{self.kind}, dimension {dimension(self.entry)}, inertia ({inertia(self.entry)}), loss {short_loss(self.entry)}>"
