"""What a network is to critscape: weights in blocks, and the function that they compute.

A family of networks is one frozen dataclass in a file of its own. Those in ``families`` follow the :class:`Network` protocol: the
coefficients of their functions are polynomials in the weights, and everything else (loss, files, commands, symmetries, tables) is
derived from that. Those in ``activated`` have an activation that is not a polynomial; of them there is an :class:`Architecture`.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations_with_replacement
from itertools import product as pairs
from typing import Any, ClassVar, Protocol

from critscape.problems.input.bad_input import BadInput

Matrix = list[list[Any]]


@dataclass(frozen=True)
class Block:
    """One weight matrix: its name in the paper, its shape, and the positions of its trained entries where not all of them are."""

    name: str
    rows: int
    columns: int
    entries: tuple[tuple[int, int], ...] | None = None
    """The (i, j) of the trained entries, from (0, 0), row by row; None: all entries."""
    indexed: bool = True
    """Whether names of entries carry indices; a single named number has none."""

    @property
    def positions(self) -> tuple[tuple[int, int], ...]:
        """The (i, j) of all trained entries in the order of the variables."""
        return tuple(pairs(range(self.rows), range(self.columns))) if self.entries is None else self.entries

    @property
    def size(self) -> int:
        """The number of trained entries."""
        return self.rows * self.columns if self.entries is None else len(self.entries)


class Architecture(Hashable, Protocol):
    """Weights in blocks that compute a function of ``inputs`` real numbers with values in ℝ^outputs."""

    family: ClassVar[str]
    """The name of the family in problem files."""
    schema: ClassVar[dict]
    """JSON schema of ``architecture`` (each ``description`` says what is expected there: messages print it)."""

    @property
    def inputs(self) -> int:
        """The dimension of x."""

    @property
    def outputs(self) -> int:
        """The dimension of f_w(x)."""

    @property
    def title(self) -> str:
        """The architecture as tables print it, e.g. ``2-2-2``."""

    @property
    def units(self) -> str:
        """The widths or the number of units as tables print them."""

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The weight matrices in the order of the variables."""

    def document(self) -> dict:
        """The ``architecture`` object of a problem file."""


class Network(Architecture, Protocol):
    """A polynomial network f_w(x) = Σ_α c_α(w) x^α with values in ℝ^outputs."""

    @property
    def exponents(self) -> tuple[tuple[int, ...], ...]:
        """The exponent vectors α of x, one per column of ``coefficients``."""

    def coefficients(self, weights: Sequence[Matrix]) -> Matrix:
        """c_α(w) as ``outputs`` rows, one column per exponent, in whatever ring the weights (one matrix per block) live in."""

    def normal_form(self) -> tuple[Network, tuple[Fraction, ...]]:
        """A network g without constants of its own, and one s_j ≠ 0 per weight, with f_w = g_v for v_j = √s_j w_j.

        Networks with the same g share their start sets.
        """

    def infinite_reason(self, ridge: Sequence[Matrix]) -> str | None:
        """One sentence on why the critical set has positive dimension with this ridge (one matrix per block), where that is known.

        It explains a critical set that was found not to be finite; it does not by itself prove that it is not.
        """


def weight_count(network: Architecture) -> int:
    """The number N of weights."""
    return sum(block.size for block in network.blocks)


def penalised(network: Architecture) -> bool:
    """Whether weights carry a ridge: they do unless the family says ``penalised = False``, as charts of function spaces do."""
    return getattr(network, "penalised", True)


def ridge_size(network: Architecture) -> int:
    """The number of λ_j among the parameters of a loss."""
    return weight_count(network) if penalised(network) else 0


def targets_are_inputs(network: Architecture) -> bool:
    """Whether targets that nobody gives are the inputs: so for families that say ``targets_are_inputs = True``, as autoencoders do."""
    return getattr(network, "targets_are_inputs", False)


def refuse_without_data(network: Architecture) -> None:
    """Refuses what computes no function, where data are to be drawn for it.

    Raises
    ------
    BadInput : the family has neither inputs nor outputs.
    """
    if not network.outputs:
        raise BadInput("architecture.family", "a family of networks: this one has no data to draw", network.family)


def titled(network: Architecture, samples: int) -> str:
    """Architecture and number of samples, as headings have them."""
    return f"{network.title}, " + (f"{samples} sample{'s' if samples > 1 else ''}" if samples else "population")


def variables(network: Architecture) -> tuple[str, ...]:
    """Names of all trained weights, block by block, row by row.

    The name of entry (i, j) of block W1 is ``W1_11``; with more than nine rows or columns the indices are separated.
    """
    return tuple(
        f"{block.name}_{i + 1}{separator(block)}{j + 1}" if block.indexed else block.name
        for block in network.blocks
        for i, j in block.positions
    )


def separator(block: Block) -> str:
    """What stands between the two indices of an entry's name."""
    return "_" if max(block.rows, block.columns) > 9 else ""


def matrices(network: Architecture, weights: Sequence[Any]) -> list[Matrix]:
    """The flat weights cut into one matrix per block, with None where an entry is not trained."""
    rest, cut = iter(weights), []
    for block in network.blocks:
        rows = [[None] * block.columns for _ in range(block.rows)]
        for i, j in block.positions:
            rows[i][j] = next(rest)
        cut.append(rows)
    return cut


@lru_cache(maxsize=64)
def monomials(inputs: int, degree: int) -> tuple[tuple[int, ...], ...]:
    """Exponent vectors of all monomials of the given degree, lexicographic.

    >>> monomials(2, 2)
    ((2, 0), (1, 1), (0, 2))
    """
    return tuple(tuple(choice.count(i) for i in range(inputs)) for choice in combinations_with_replacement(range(inputs), degree))


def product(left: Matrix, right: Matrix) -> Matrix:
    """The matrix product over any ring."""
    return [[sum((a * b for a, b in zip(row, column)), 0) for column in zip(*right)] for row in left]


def flat_blocks(network: Network, ridge: Sequence[Matrix]) -> str | None:
    """One sentence on the weight matrices of a product on which the ridge is zero; None if there is none."""
    zero = [block.name for block, rows in zip(network.blocks, ridge) if not any(strength for row in rows for strength in row)]
    return f"the ridge is zero on {', '.join(zero)}, which leaves directions in which the loss is flat" if zero else None


def block_partition(network: Architecture) -> tuple[tuple[int, ...], ...]:
    """The variables, by position, grouped by weight matrix."""
    groups, start = [], 0
    for block in network.blocks:
        groups.append(tuple(range(start, start + block.size)))
        start += block.size
    return tuple(groups)


def latex_names(network: Architecture) -> tuple[str, ...]:
    """The variables as papers write them: entry (i, j) of W1 is w^{(1)}_{ij}."""
    names = []
    for block in network.blocks:
        letter = block.name.rstrip("0123456789")
        layer = block.name[len(letter) :]
        head = letter.lower() + (f"^{{({layer})}}" if layer else "")
        comma = "," if max(block.rows, block.columns) > 9 else ""
        names += [f"{head}_{{{i + 1}{comma}{j + 1}}}" for i, j in block.positions] if block.indexed else [plain_latex(block.name)]
    return tuple(names)


def plain_latex(name: str) -> str:
    """A name that was typed in, in LaTeX: digits at its end become its index, several letters stand upright.

    >>> plain_latex("x1"), plain_latex("alpha_2"), plain_latex("y")
    ('x_{1}', '\\\\mathrm{alpha}_{2}', 'y')
    """
    letters = name.rstrip("0123456789")
    digits = name[len(letters) :]
    letters = letters.rstrip("_") or letters
    head = letters if len(letters) == 1 else "\\mathrm{" + letters.replace("_", "\\_") + "}"
    return head + (f"_{{{digits}}}" if digits else "")


def coordinates_name(network: Architecture) -> str:
    """What the coordinates of a critical point are called: a polynomial that is typed in computes nothing and has no weights."""
    return "weights" if network.outputs else "variables"
