"""When there is no spurious valley by a theorem, decided on the network and the data alone, without a ridge and for a loss convex in f.

L. Venturi, A. Bandeira and J. Bruna, "Spurious valleys in one-hidden-layer neural network optimization landscapes", JMLR 20 (2019). The
*intrinsic dimension* of a network f = Σ_j u_j φ(w_j·x) on the data is that of the span of all its units' functions x ↦ φ(w·x), w ∈ ℝᵈ,
on the inputs: of a matrix of monomials, an exact rank. docs/mathematics.md has the arguments.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import flint

from critscape.algebra.polynomial.loss import exact
from critscape.problems.criteria.definiteness import Definiteness, weighting_definiteness
from critscape.problems.criteria.entrywise import Entrywise
from critscape.problems.criteria.population import Population
from critscape.problems.criteria.squared import Squared
from critscape.problems.networks.families.biased import Biased
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.polynomial_network import PolynomialNetwork
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.networks.network import monomials
from critscape.problems.problem.problem import Problem
from critscape.problems.spaces.knowledge import composition

SOURCE = "Venturi, Bandeira and Bruna, JMLR 20 (2019)"


@dataclass(frozen=True)
class IntrinsicDimension:
    """``dimension`` of the span of the units' functions on the data, ``width`` the number of hidden units, trained outer weights each."""

    dimension: int
    width: int


@dataclass(frozen=True)
class Theorem:
    """Why there is no spurious valley: a clause, and its source."""

    because: str
    source: str


def intrinsic_dimension(problem: Problem) -> IntrinsicDimension | None:
    """The intrinsic dimension on the samples; None where the network is not one hidden layer of trained units with trained outer weights,
    or where there are no samples.
    """
    found = hidden_layer(problem)
    if found is None or not problem.samples:
        return None
    width, degrees, biases = found
    rows: list[list[Fraction]] = [[*x, *[Fraction(1)] * biases] for x in problem.inputs]
    columns = [alpha for degree in degrees for alpha in monomials(len(rows[0]), degree)]
    matrix = flint.fmpq_mat(len(rows), len(columns))
    for i, row in enumerate(rows):
        for j, alpha in enumerate(columns):
            value = flint.fmpq(1)
            for x, power in zip(row, alpha):
                value *= exact(x) ** power
            matrix[i, j] = value
    return IntrinsicDimension(matrix.rank(), width)


def hidden_layer(problem: Problem) -> tuple[int, tuple[int, ...], int] | None:
    """Width, degrees of the activation and number of biases inward of a network with one hidden layer and trained outer weights.

    The powers (w·x)ᵏ of all w span all monomials of degree k, and the parts of φ of different degree are told apart by scaling w.
    """
    network = problem.network
    if isinstance(network, Quadratic) and network.output is None:
        return network.hidden, (2,), 0
    if isinstance(network, PolynomialNetwork) and len(network.widths) == 3:
        return network.widths[1], tuple(network.powers), int(network.biases)
    if isinstance(network, Linear | Biased) and len(network.widths) == 3:
        return network.widths[1], (1,), int(isinstance(network, Biased))
    return None


def no_spurious_valley(problem: Problem) -> Theorem | None:
    """The theorem by which a problem has no spurious valley; None if none is known to apply."""
    if any(problem.ridge):
        return None
    space = composition(problem)
    return None if space is None or not space.convex else wide_enough(problem)


def wide_enough(problem: Problem) -> Theorem | None:
    """The theorem that the network satisfies; what it asks beside, a convex loss and no ridge, is not looked at. None if there is none."""
    network = problem.network
    if not network.outputs:
        return None
    if isinstance(network, Linear) and squared_loss(problem):
        return Theorem("linear networks of any depth and widths have none for the squared loss", SOURCE)
    if isinstance(network, Linear) and len(network.widths) == 2:
        return Theorem("the loss is convex in the weights of one layer", SOURCE)
    found = intrinsic_dimension(problem)
    if found is None:
        return None
    if found.width >= found.dimension:
        return Theorem(f"{units(found.width)} at least the intrinsic dimension {found.dimension} on the data", SOURCE)
    if isinstance(network, Linear) and found.width >= network.outputs:
        return Theorem(f"{units(found.width)} at least the {network.outputs} outputs of a linear network", SOURCE)
    if isinstance(network, Quadratic):
        rank = flint.fmpq_mat([[exact(v) for v in row] for row in problem.inputs]).rank()
        if found.width >= 2 * rank + 1:
            return Theorem(f"{found.width} squares are at least 2·{rank} + 1, the inputs having rank {rank}", SOURCE)
    return None


def units(number: int) -> str:
    """So many hidden units, with the verb."""
    return "1 hidden unit is" if number == 1 else f"{number} hidden units are"


def squared_loss(problem: Problem) -> bool:
    """Whether a linear network has a squared loss: ½ tr T(M − M*)S(M − M*)ᵀ with S, T ⪰ 0, but for a constant.

    That is the squared loss of other data, as T and S are absorbed by the last and the first layer. Λ_i ⪰ 0 give it exactly if
    Σ_i Λ_i ⊗ x_i x_iᵀ = T ⊗ S: weights of samples and outputs do, and one metric that all samples share.
    """
    criterion = problem.criterion
    if isinstance(criterion, Population):
        return True
    if isinstance(criterion, Entrywise):
        square = len(criterion.residual) == 3 and criterion.residual[2] > 0
        return square and weighting_definiteness(criterion.weighting) is not Definiteness.OTHER
    if not isinstance(criterion, Squared) or weighting_definiteness(criterion.weighting) is Definiteness.OTHER:
        return False
    metrics = [[exact(a) for row in matrix for a in row] for matrix in criterion.weighting.metrics]
    products = [[exact(a * b) for a in x for b in x] for x in problem.inputs]
    # Rows are the entries of Λ, columns those of x xᵀ: T ⊗ S is of rank one so arranged.
    return not metrics or (flint.fmpq_mat(metrics).transpose() * flint.fmpq_mat(products)).rank() <= 1
