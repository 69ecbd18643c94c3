"""The table of stationary sets: kinds, counts, and what remains open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import flint

from critscape.algebra.cells.attraction import attracting
from critscape.algebra.cells.losses import global_minima
from critscape.algebra.cells.one_layer import OneLayer, Unit
from critscape.algebra.cells.stationary import PRECISIONS, Found, Stationary, euler_sum, every
from critscape.algebra.cells.weights import Weights, weights


class Kind(Enum):
    """What the points of a stationary set are."""

    GLOBAL_MINIMUM = "global minimum"
    SPURIOUS_MINIMUM = "spurious local minimum"
    LOCAL_MINIMUM = "local minimum"
    """Not decided whether global."""
    SADDLE = "saddle"
    """The loss goes down in no direction at first order, and still they are no local minima: dead units may come alive."""
    CLARKE = "Clarke stationary"
    """The loss goes down at first order across a kink."""
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Row:
    """A stationary set, what its points are, and one of them.

    ``attracting``: the starting points from which the subgradient flow converges to points of the set, or to points of the same loss next to
    it, contain an open set; None where this is not decided.
    """

    stationary: Stationary
    kind: Kind
    point: Weights
    attracting: bool | None


@dataclass(frozen=True)
class Table:
    """The rows in increasing loss, and sentences on what stayed open; none is missing if there are none."""

    rows: tuple[Row, ...]
    undecided: tuple[str, ...]

    def count(self, *kinds: Kind) -> int | None:
        """The number of stationary sets of some kinds, with their copies; None where something stayed open."""
        return None if self.undecided else sum(row.stationary.copies for row in self.rows if row.kind in kinds)

    @property
    def counts(self) -> dict[str, int | None]:
        """The counts of the contract; ``on_faces`` are the Clarke-stationary sets with a kink at some sample."""
        minima = (Kind.GLOBAL_MINIMUM, Kind.SPURIOUS_MINIMUM, Kind.LOCAL_MINIMUM)
        open_losses = any(row.kind is Kind.LOCAL_MINIMUM for row in self.rows)
        on_faces = sum(row.stationary.copies for row in self.rows if row.stationary.kinked)
        verdicts = [row.attracting for row in self.rows if row.kind not in minima]
        return {
            "clarke": self.count(*Kind),
            "directional": self.count(*minima, Kind.SADDLE),
            "local_minima": self.count(*minima),
            "global_minima": None if open_losses else self.count(Kind.GLOBAL_MINIMUM),
            "spurious_minima": None if open_losses else self.count(Kind.SPURIOUS_MINIMUM),
            "on_faces": None if self.undecided else on_faces,
            "attracting_non_minima": None if None in verdicts or self.undecided else self.attracting_non_minima,
        }

    @property
    def attracting_non_minima(self) -> int:
        """The number of sets, with their copies, that are known to attract although they are no local minima."""
        return sum(row.stationary.copies for row in self.rows if row.kind is Kind.SADDLE and row.attracting)

    @property
    def euler_sum(self) -> int | None:
        return None if self.undecided else euler_sum([row.stationary for row in self.rows])


LOSSES = "two losses agree to 400 digits and are not proved to be equal, so that it is open which minima are global"


def table(layer: OneLayer, found: Found) -> Table:
    """The table of what was found."""
    with flint.ctx.workprec(PRECISIONS[-1]):
        ordered = sorted(found.sets, key=lambda row: (float(row.solution.loss.mid()), row.dimension, row.kinked))
        kinds = [kind(row, least) for row, least in zip(ordered, global_minima(ordered))]
    with flint.ctx.workprec(PRECISIONS[0]):
        attracted = attractions(layer, ordered, kinds)
    with flint.ctx.workprec(PRECISIONS[-1]):
        rows = [Row(row, each, weights(layer, row), verdict) for row, each, verdict in zip(ordered, kinds, attracted)]
    reasons = list(dict.fromkeys(found.undecided))
    if any(row.kind is Kind.LOCAL_MINIMUM for row in rows):
        reasons.append(LOSSES)
    return Table(tuple(rows), tuple(reasons))


def attractions(layer: OneLayer, sets: Sequence[Stationary], kinds: Sequence[Kind]) -> list[bool | None]:
    """Whether sets attract: minima do, what L goes down from at first order does not, and saddles do if all their dead units do."""
    known: dict[tuple[int, Unit], bool | None] = {}

    def of_unit(row: Stationary, unit: Unit) -> bool | None:
        key = id(row.solution), unit
        if key not in known:
            known[key] = attracting(layer, row.solution, unit)
        return known[key]

    verdicts: list[bool | None] = []
    for row, each in zip(sets, kinds):
        if each is Kind.SADDLE:
            dead = [unit for unit, place in zip(layer.units, row.places) if place is None]
            verdicts.append(every(of_unit(row, unit) for unit in dead))
        else:
            verdicts.append(None if each is Kind.UNDECIDED else each is not Kind.CLARKE)
    return verdicts


def kind(row: Stationary, least: bool | None) -> Kind:
    """What the points of a set are; ``least``: whether they have the least loss of all."""
    if row.minimum is None or row.directional is None or row.clarke is None:
        return Kind.UNDECIDED
    if row.minimum:
        return Kind.LOCAL_MINIMUM if least is None else Kind.GLOBAL_MINIMUM if least else Kind.SPURIOUS_MINIMUM
    return Kind.SADDLE if row.directional else Kind.CLARKE
