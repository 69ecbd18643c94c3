"""The table of stationary sets in a document (JSON-ready)."""

from __future__ import annotations

from flint import arb, fmpq

from critscape.algebra.cells.table import Row, Table
from critscape.algebra.cells.weights import Number, Weights
from critscape.algebra.critical.result import decimal

LONGEST = 30
"""Characters of a fraction that is written as such; longer ones are written as decimals."""


def stationary_fields(found: Table, biases: bool) -> dict:
    """The fields ``counts``, ``euler_sum`` and ``stationary``; with ``biases`` the last input of each unit is its bias."""
    return {"counts": found.counts, "euler_sum": found.euler_sum, "stationary": [entry(row, biases) for row in found.rows]}


def entry(row: Row, biases: bool) -> dict:
    """One stationary set. Numbers are fractions where they are rational and short, else decimals to the digits that are known."""
    stationary = row.stationary
    exact = stationary.solution.exact_loss
    return {
        "loss": number(stationary.solution.loss if exact is None else exact),
        "exact_loss": exact is not None and len(str(exact)) <= LONGEST,
        "kind": row.kind.value,
        "clarke": stationary.clarke,
        "directional": stationary.directional,
        "local_minimum": stationary.minimum,
        "dead_units": sum(place is None for place in stationary.places),
        "kinks": stationary.kinked,
        "kink_samples": [None if place is None else [i + 1 for i in place.face.zeros] for place in stationary.places],
        "attracting": row.attracting,
        "index": stationary.index,
        "dimension": stationary.dimension,
        "copies": stationary.copies,
        "representative": [number(value) for value in flat(row.point, biases)],
        "level": "proved",
    }


def flat(point: Weights, biases: bool) -> list[Number]:
    """The weights in the order W, b, v, c."""
    last = -1 if biases else None
    numbers = [entry for line in point.incoming for entry in line[:last]]
    if biases:
        numbers += [line[-1] for line in point.incoming]
    return [*numbers, *point.outgoing, *(() if point.output_bias is None else (point.output_bias,))]


def number(value: Number) -> str:
    """A fraction if it is exact and short, else the decimal digits that are known.

    >>> number(fmpq(-3, 4))
    '-3/4'
    """
    if isinstance(value, fmpq):
        text = str(value)
        return text if len(text) <= LONGEST else decimal(arb(value))
    return decimal(value)
