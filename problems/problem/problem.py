"""A problem: a network, exact data and ridge, and the criterion that says how far f_w is from the data."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Protocol

from flint import acb

from critscape.algebra.polynomial.loss import Family, Loss, hashed_once, without_hash
from critscape.algebra.polynomial.shape import Shape, of_polynomial
from critscape.problems.networks.network import Architecture, Matrix, Network, matrices
from critscape.problems.objectives.objective import Objective, Units

Samples = tuple[tuple[Fraction, ...], ...]
"""m rows of exact numbers, one for each sample."""


@dataclass(frozen=True, repr=False)
class Problem:
    """A network with m samples (``inputs`` m × d_x, ``targets`` m × d_y) and one ridge λ_j ≥ 0 per weight (flat, length n).

    ``criterion`` says what it is trained for. Where that is a population or the
    loss itself there are no samples.
    """

    network: Network
    inputs: Samples
    targets: Samples
    ridge: tuple[Fraction, ...]
    criterion: Criterion

    __hash__, __getstate__ = hashed_once, without_hash

    @property
    def samples(self) -> int:
        return len(self.inputs)

    @property
    def dimension(self) -> int:
        """The number of weights."""
        return len(self.ridge)

    @property
    def shape(self) -> Shape:
        """What is known of L on all of ℝⁿ: from its criterion and ridge, else from its monomials."""
        return _shape(self)

    @property
    def coercive(self) -> bool:
        """Whether L(w) → ∞ with ‖w‖, as far as is known."""
        return self.shape.coercive is not None

    @property
    def title(self) -> str:
        """Architecture and number of samples, as headings have them."""
        return f"{self.network.title}{self.criterion.title(self)}"

    def __repr__(self) -> str:
        return f"<{self.title}: {self.dimension} weight{'s' if self.dimension > 1 else ''}>"


def loss(problem: Problem) -> Loss:
    """The problem's loss L(w): what its criterion says of f_w, plus ½ Σ_j λ_j w_j²."""
    return Loss(problem.criterion.family(problem), problem.criterion.parameters(problem))


LARGEST = 10**250
"""Numbers between 1/LARGEST and LARGEST in size, moments of the data among them, have a place in double precision and room to be scaled."""


def beyond_double_precision(problem: Problem) -> bool:
    """Whether a number of the problem, or a parameter of its loss, is so large or small that products have no place there."""
    numbers = [*problem.criterion.parameters(problem), *(x for rows in (problem.inputs, problem.targets) for row in rows for x in row)]
    return any(number and not Fraction(1, LARGEST) <= abs(number) <= LARGEST for number in numbers)


@lru_cache(maxsize=64)
def _shape(problem: Problem) -> Shape:
    known = of_polynomial(loss(problem), problem.criterion.shape(problem))
    # What real weights say of minima is not said of real functions that only complex weights compute.
    return known if getattr(problem.network, "reaches_every_function", True) else Shape(floor=known.floor)


def blockwise(network: Architecture, flat: Sequence[Any]) -> list[Matrix]:
    """A flat list of entries as one array per weight block, the shape that files use."""
    return matrices(network, flat)


class Criterion(Hashable, Protocol):
    """A loss as a function of the network's output; hashable."""

    def shape(self, problem: Problem) -> Shape:
        """What the criterion and the ridge alone say of the problem's loss on all of ℝⁿ."""

    def title(self, problem: Problem) -> str:
        """What headings say after the network: the number of samples, and what is not usual."""

    def family(self, problem: Problem) -> Family:
        """The family of losses that the problem's loss belongs to; that of ``objective(problem)``."""

    def parameters(self, problem: Problem) -> tuple:
        """The problem's exact parameters (q,) in this family."""

    def objective(self, problem: Problem) -> Objective:
        """The losses among which the problem is reached from a generic member."""

    def place(self, problem: Problem) -> list[acb]:
        """The problem's place (D,) there, at FLINT's working precision."""

    def units(self, problem: Problem) -> Units:
        """The units in which the problem and its data are about one."""

    def document(self, problem: Problem) -> dict:
        """The fields of a problem file beside ``architecture`` and ``ridge``."""
