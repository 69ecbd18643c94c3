"""Matrices of exact numbers in which some entries are left out: files write null there."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.rational import rational_array, written

PartialMatrix = tuple[tuple[Fraction | None, ...], ...]


def partial_matrix(value: Any, shape: tuple[int, int], field: str) -> PartialMatrix:
    """The exact numbers of a matrix in a file, None where it has null.

    Raises
    ------
    BadInput : another shape, or an entry that is neither null nor a number.

    >>> partial_matrix([[None, "1/2"]], (1, 2), "fixed")
    ((None, Fraction(1, 2)),)
    """
    rows = value if isinstance(value, list) else [value]
    zeros = [[0 if entry is None else entry for entry in row] if isinstance(row, list) else row for row in rows]
    numbers = rational_array(zeros if isinstance(value, list) else value, shape, field)
    return tuple(tuple(None if entry is None else number for entry, number in zip(*pair)) for pair in zip(rows, numbers))


def entries_at(value: Any, positions: Iterable[tuple[int, int]], shape: tuple[int, int], field: str) -> tuple[Fraction, ...]:
    """The exact numbers at the given positions of a matrix in a file that has null everywhere else.

    Raises
    ------
    BadInput : another shape, null at one of the positions, or something else at another.

    >>> entries_at([[None, "1/2"]], [(0, 1)], (1, 2), "ridge")
    (Fraction(1, 2),)
    """
    rows, trained = partial_matrix(value, shape, field), set(positions)
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            if (entry is None) is ((i, j) in trained):
                expected = "a number" if (i, j) in trained else "null (this weight is fixed)"
                raise BadInput(f"{field}[{i}][{j}]", expected, value[i][j])
    return tuple(entry for row in rows for entry in row if entry is not None)


def partial_document(rows: Iterable[Iterable[Fraction | None]]) -> list[list[int | str | None]]:
    """The matrix as files have it.

    >>> partial_document(((None, Fraction(1, 2)),))
    [[None, '1/2']]
    """
    return [[None if entry is None else written(entry) for entry in row] for row in rows]
