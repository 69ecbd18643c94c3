"""The critical point at which units are split: given exactly, refined from given weights, a row of a result, or found by descent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

from critscape.algebra.splitting.critical_point import CriticalPoint, NotCritical, exact_point, proved_point
from critscape.algebra.splitting.descent import NoMinimum, Progress, lowest_minimum
from critscape.algebra.splitting.feed_forward import Training
from critscape.algebra.splitting.logarithms import Exact, read_exact
from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.rational import rational
from critscape.problems.networks.network import Architecture


@dataclass(frozen=True)
class AtInfinity:
    """A unit that is added to a layer (from 1) with an infinite bias: its incoming and outgoing weights."""

    layer: int
    incoming: tuple[Fraction, ...]
    outgoing: tuple[Fraction, ...]


class NoRegularMinimum(BadInput):
    """Descent from random starts found no minimum to split at; ``found`` says how its runs ended."""

    def __init__(self, found: NoMinimum) -> None:
        super().__init__("starts", f"descents of which one ends in a local minimum with a regular Hessian ({found})")
        self.found = found


class Origin(Enum):
    """Where a critical point comes from."""

    EXACT = "given, and critical over the rationals"
    REFINED = "by Newton's method from given weights"
    RESULT = "by Newton's method from a point of a result"
    FOUND = "by descent from random starts, the lowest regular local minimum"


def read_weights(content: Any, network: Architecture, field: str = "weights") -> list[Exact]:
    """One array per weight block, or the object with a field ``weights`` that holds them, as exact numbers (N).

    Entries are numbers as everywhere, or texts with logarithms such as "ln 2" and "1/2 ln 3".

    Raises
    ------
    BadInput : another shape, or an entry that is no number.
    """
    if isinstance(content, dict):
        content = content.get("weights")
    blocks = network.blocks
    if not isinstance(content, list) or len(content) != len(blocks):
        shapes = ", ".join(f"{block.name} ({block.rows} × {block.columns})" for block in blocks)
        raise BadInput(field, f"one array per weight block, in the order {shapes}", content)
    found = []
    for k, (block, rows) in enumerate(zip(blocks, content)):
        if not isinstance(rows, list) or len(rows) != block.rows or any(not isinstance(r, list) or len(r) != block.columns for r in rows):
            raise BadInput(f"{field}[{k}]", f"{block.rows} lists of {block.columns} numbers, the rows of {block.name}", rows)
        found += [_entry(entry, f"{field}[{k}][{i}][{j}]") for i, row in enumerate(rows) for j, entry in enumerate(row)]
    return found


def _entry(value: Any, field: str) -> Exact:
    if isinstance(value, str) and ("ln" in value or "log" in value):
        try:
            return read_exact(value)
        except ValueError:
            raise BadInput(field, 'a number, or rational multiples of logarithms such as "1/2 ln 3"', value) from None
    return Exact(rational(value, field))


def point_of_result(result: dict, number: int | None, network: Architecture) -> list[Exact]:
    """The weights (N) of a real critical point of a result: that of a ``number`` from 1 on, else the lowest local minimum.

    Raises
    ------
    BadInput : there is no such point.
    """
    real = [row for row in result.get("critical_points", ()) if isinstance(row, dict) and row.get("real")]
    if number is None:
        minima = [row for row in real if row.get("index") == 0]
        if not minima:
            raise BadInput("--point", "the number of a critical point, as this result has no local minimum")
        row = min(minima, key=lambda entry: Decimal(str(entry["loss"])))
    elif number <= len(real):
        row = real[number - 1]
    else:
        raise BadInput("--point", f"a number from 1 to {len(real)}, that of a real critical point of the result", number)
    flat = row["point"]
    if len(flat) != sum(block.size for block in network.blocks):
        raise BadInput("critical_points", "points with one coordinate per weight")
    return [Exact(rational(entry, "critical_points.point")) for entry in flat]


def critical_point(
    training: Training, weights: Sequence[Exact] | None, origin: Origin, seed: int, starts: int, progress: Progress
) -> tuple[CriticalPoint, Origin]:
    """The point: exact if the weights (N) are critical exactly, proved from them if not, or found by descent if there are none.

    Raises
    ------
    BadInput : no critical point is proved.
    """
    try:
        if weights is None:
            return lowest_minimum(training, seed, starts, progress), Origin.FOUND
        exact = exact_point(training, weights)
        if exact is not None:
            return exact, Origin.EXACT
        return proved_point(training, [w.ball for w in weights]), origin
    except NoMinimum as error:
        raise NoRegularMinimum(error) from None
    except NotCritical as error:
        raise BadInput("weights", f"a critical point that can be proved ({error})") from None


def shares(text: str, field: str) -> tuple[Fraction, ...]:
    """The shares that ``λ`` (two copies with λ and 1 − λ) or several numbers with sum 1 mean.

    Raises
    ------
    BadInput : something else.

    >>> shares("1/3", "--lambda"), shares("1/3,1/3,1/3", "--lambda")[2]
    ((Fraction(1, 3), Fraction(2, 3)), Fraction(1, 3))
    """
    numbers = tuple(rational(part.strip(), field) for part in text.split(","))
    if len(numbers) == 1:
        return numbers[0], 1 - numbers[0]
    if sum(numbers) != 1:
        raise BadInput(field, "one number λ, or shares that add up to 1", text)
    return numbers
