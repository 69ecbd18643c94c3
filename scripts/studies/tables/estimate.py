"""About how much work the tasks of a table are, in seconds of one core: a rough guess from architectures alone, the same on every machine.

It orders tasks, tells how long a run takes, and says what is too much; no number in a table depends on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from critscape.algebra.bounds.root_counts import best_multihomogeneous_bezout
from critscape.problems.networks.closed_counts import closed_counts
from critscape.problems.networks.network import block_partition, weight_count
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.table_file import Row
from critscape.scripts.studies.counting import spoken
from critscape.scripts.studies.engines import TooLarge, refuse_hopeless
from critscape.scripts.studies.tables.work import Setting

UNITS_PATHS = 100.0
"""What stands for the number of paths where no path is followed."""


@dataclass(frozen=True)
class Allowance:
    """The tasks of these ``kinds`` are not begun whose estimate is more than so many ``seconds``; ``flag`` is the one that allows more."""

    seconds: float
    kinds: tuple[str, ...]
    flag: str

    def refusal(self, what: str, seconds: float) -> str:
        """Why a task is not begun, and what begins it.

        >>> Allowance(300, ("BKK",), "--work").refusal("the mixed volume of 15 weights", 720.2)
        'the mixed volume of 15 weights takes about 12 min of one core: --work 721 tries it'
        """
        return f"{what} takes about {spoken(seconds)} of one core: {self.flag} {ceil(seconds)} tries it"


def count_seconds(row: Row, setting: Setting) -> float:
    """The first draw, its start set included."""
    return 0.5 + 1e-3 * work_of_paths(row, setting)


def draw_seconds(row: Row, setting: Setting, draws: int) -> float:
    """So many draws from a start set that is there."""
    return 0.2 + 1e-4 * draws * work_of_paths(row, setting)


def components_seconds(row: Row, setting: Setting) -> float:
    """The components of one draw: multiprecision ends become many where there are many paths.

    Measured: 71 s where paths times weights are 2,800, and more than eight minutes where they are 7,700.
    """
    return 1.0 + 71.0 * (work_of_paths(row, setting) / 2800.0) ** 1.9


def volume_seconds(row: Row, setting: Setting) -> float:
    """PHCpack's time for a mixed volume, by weights or by the least multihomogeneous number, whichever is more.

    Measured: 0.1 s for 8 weights, half a minute for 12, half an hour for 15; and, with more hidden layers, 0.8, 16 and 100 s where that
    number is 0.45, 4.1 and 17 million.
    """
    return max(0.1 * 4.0 ** (weight_count(row.network) - 8), 0.8 * (multihomogeneous(row, setting) / 4.5e5) ** 1.35)


def work_of_paths(row: Row, setting: Setting) -> float:
    return expected_paths(row, setting) * weight_count(row.network)


@lru_cache(maxsize=4096)
def expected_paths(row: Row, setting: Setting) -> float:
    """A rough guess of N_C."""
    if not setting.polynomial:
        return UNITS_PATHS
    theorem = closed_counts(row.network, row.samples).complex if setting.recipe.squares else None
    known = theorem or dict(row.published).get("N_C")
    if known:
        return float(known)
    return multihomogeneous(row, setting) ** 0.6


@lru_cache(maxsize=4096)
def multihomogeneous(row: Row, setting: Setting) -> float:
    """The least multihomogeneous Bézout number that is found; infinite for what is too large to be expanded."""
    if hopeless(setting) is not None:
        return float("inf")
    return float(best_multihomogeneous_bezout(loss(setting.problem(0)), [block_partition(row.network)])[0])


def hopeless(setting: Setting) -> str | None:
    """Why a row is too large to be tried; None if it is not."""
    if not setting.polynomial:
        # The search of a draw says so itself.
        return None
    try:
        refuse_hopeless(setting.problem(0))
    except TooLarge as error:
        return str(error)
    return None
