"""Sparse rows modulo a prime below 2³¹ in echelon form: ranks, pivots, and which rows combine to what is left of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from critscape.algebra.kernels import machine_code

LARGEST_PRIME = 2**31
OPERATIONS_AT_ONCE = 2 * 10**8
"""Products between two reports of what was spent."""


MOST_KEPT = 120_000_000
"""Entries of the rows that are kept, of 16 bytes each."""

FIRST = 4
"""Room for kept rows to begin with, in entries for each entry of the rows."""


class TooMany(Exception):
    """The rows that are kept fill more memory than is allowed; the message is one sentence."""


class SparseRows(NamedTuple):
    """Rows ``starts[k]:starts[k + 1]`` of ``columns`` and of their residues ``values``."""

    starts: np.ndarray
    columns: np.ndarray
    values: np.ndarray


class Store(NamedTuple):
    """The rows that are kept, their scales, and how often each other one was subtracted from each; pivots by column; a dense row."""

    starts: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    scales: np.ndarray
    note_starts: np.ndarray
    note_rows: np.ndarray
    note_factors: np.ndarray
    pivot_of: np.ndarray
    dense: np.ndarray


@dataclass(frozen=True)
class Echelon:
    """Rows in echelon form: ``pivots`` are the columns with a pivot, increasing; ``fallen`` and ``independent`` are given rows.

    ``independent`` rows have a pivot, ``fallen`` ones are zero before ``lead`` after combination with these, and not zero from there on.
    """

    rows: SparseRows
    store: Store
    lead: int
    prime: int
    kept: tuple[int, ...]
    independent: tuple[int, ...]
    fallen: tuple[int, ...]

    @property
    def pivots(self) -> list[int]:
        return np.flatnonzero(self.store.pivot_of >= 0).tolist()

    @property
    def rank(self) -> int:
        return len(self.independent)

    def remainder(self, row: int) -> tuple[np.ndarray, np.ndarray]:
        """Columns and residues of what is left of a fallen row."""
        place = self.kept.index(row)
        part = slice(self.store.starts[place], self.store.starts[place + 1])
        return self.store.columns[part], self.store.values[part]

    def combination(self, row: int) -> dict[int, int]:
        """Given row → residue: the independent rows times these, subtracted from a fallen row, leave its remainder."""
        p, store = self.prime, self.store
        weights = np.zeros(len(self.kept), dtype=np.int64)

        def spread(place: int, factor: int) -> None:
            part = slice(store.note_starts[place], store.note_starts[place + 1])
            # Each kept row was subtracted at most once from another.
            rows = store.note_rows[part]
            weights[rows] = (weights[rows] + factor * store.note_factors[part]) % p

        last = self.kept.index(row)
        spread(last, 1)
        found = {}
        for place in range(last - 1, -1, -1):
            if weights[place]:
                factor = int(weights[place]) * int(store.scales[place]) % p
                found[self.kept[place]] = factor
                spread(place, p - factor)
        return found


def reduced(
    rows: SparseRows,
    width: int,
    lead: int,
    prime: int,
    charge: Callable[[float], None],
    noted: bool = False,
    order: np.ndarray | None = None,
) -> Echelon:
    """Eliminates the columns before ``lead``. ``charge`` is told of operations as they are made, and may raise to end it.

    Which rows were combined is kept only if ``noted``. When all columns before ``lead`` have pivots, and nothing is noted, the rest
    is not looked at. ``order`` is that in which rows are taken (None: one in which little fills in).

    Raises
    ------
    TooMany : the rows that are kept fill too much memory.
    ValueError : the prime is 2³¹ or larger: products of residues do not fit.
    """
    if prime >= LARGEST_PRIME:
        raise ValueError(f"a prime below 2^31 was expected, not {prime}")
    count = len(rows.starts) - 1
    if order is None:
        order = favourable(rows)
    capacity = FIRST * len(rows.columns) + 2 * width
    store = Store(
        np.zeros(count + 1, dtype=np.int64),
        np.zeros(capacity, dtype=np.int64),
        np.zeros(capacity, dtype=np.int64),
        np.zeros(count + 1, dtype=np.int64),
        np.zeros(count + 1, dtype=np.int64),
        np.zeros(4 * width, dtype=np.int64),
        np.zeros(4 * width, dtype=np.int64),
        np.full(width, -1, dtype=np.int64),
        np.zeros(width, dtype=np.int64),
    )
    status = np.full(count, -1, dtype=np.int64)
    progress = np.zeros(7, dtype=np.int64)
    enough = lead + 1 if noted else lead
    while progress[0] < count and progress[4] < enough:
        if progress[2] + width > len(store.columns):
            if len(store.columns) > MOST_KEPT:
                raise TooMany(f"the echelon form of a matrix with {width:,} columns has more than {MOST_KEPT:,} entries")
            store = store._replace(columns=doubled(store.columns), values=doubled(store.values))
        if progress[3] + width > len(store.note_rows):
            store = store._replace(note_rows=doubled(store.note_rows), note_factors=doubled(store.note_factors))
        spent = int(progress[5])
        progress[6] = spent + OPERATIONS_AT_ONCE
        machine_code.call("sparse_elimination", "eliminate", rows, store, order, lead, enough, prime, noted, status, progress)
        charge(float(progress[5] - spent))
    done = order[: progress[0]]
    kept = tuple(done[status[done] != -1].tolist())
    return Echelon(
        rows,
        store,
        lead,
        prime,
        kept,
        tuple(k for k in kept if status[k] >= 0),
        tuple(k for k in kept if status[k] < -1),
    )


def favourable(rows: SparseRows) -> np.ndarray:
    """An order of the rows in which little fills in: the shortest row of each leading column first, then by length."""
    lengths = np.diff(rows.starts)
    count = len(lengths)
    leading = np.full(count, np.iinfo(np.int64).max)
    some = np.flatnonzero(lengths)
    if len(some):
        leading[some] = np.minimum.reduceat(rows.columns, rows.starts[:-1][some])
    by_length = np.lexsort((lengths, leading))
    first = np.ones(count, dtype=bool)
    first[1:] = leading[by_length][1:] != leading[by_length][:-1]
    later = by_length[~first]
    return np.concatenate([by_length[first], later[np.lexsort((-leading[later], lengths[later]))]])


def doubled(array: np.ndarray) -> np.ndarray:
    """The array with room for as much again."""
    return np.concatenate([array, np.zeros_like(array)])
