"""Samples from a table of numbers: a CSV file, or arrays that NumPy saved.

A row of a CSV file is a sample. Its columns are named x1, …, y1, … in a heading, in any order, or counted: the inputs first, then
the targets. Every cell is exact: an integer, a decimal or p/q. An ``.npz`` file has the arrays x (m × inputs) and y (m × outputs);
a float in it is the decimal that Python prints.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.json_file import LARGEST_FILE, text_of
from critscape.problems.input.rational import is_number, rational
from critscape.problems.networks.network import Architecture, targets_are_inputs
from critscape.problems.problem.problem import Samples

CSV, NPZ = ".csv", ".npz"
MOST_SAMPLES = 1000
_NAMED = re.compile(r"([xy])_?(\d+)")


def read_samples(path: Path, network: Architecture) -> tuple[Samples, Samples]:
    """Inputs (m × ``network.inputs``) and targets (m × ``network.outputs``) in a file.

    Where a network's targets are its inputs, the file may leave the targets out.

    Raises
    ------
    BadInput : another kind of file, one that cannot be read, other columns than the network has, a cell that is no number.
    """
    if path.suffix not in (CSV, NPZ):
        raise BadInput(str(path), f"a file that ends in {CSV} or {NPZ}")
    inputs, targets = _table(path, network) if path.suffix == CSV else _arrays(path, network)
    if not inputs:
        raise BadInput(str(path), "at least one sample")
    if len(inputs) > MOST_SAMPLES:
        raise BadInput(str(path), f"at most {MOST_SAMPLES} samples", len(inputs))
    return inputs, inputs if targets is None else targets


def _table(path: Path, network: Architecture) -> tuple[Samples, Samples | None]:
    """Inputs and targets (None: left out) in a CSV file."""
    text = text_of(path, "a readable CSV file").removeprefix("\ufeff")
    separator = max(",;\t", key=text.partition("\n")[0].count)
    rows = [(number, [cell.strip() for cell in row]) for number, row in enumerate(csv.reader(text.splitlines(), delimiter=separator), 1)]
    rows = [(number, row) for number, row in rows if any(row)]
    if not rows:
        raise BadInput(str(path), "at least one sample")
    first = rows[0][1]
    if len(first) > 1 and len(rows) > 1 and first == [str(k) for k in range(len(first))]:
        either = "a heading x1, …, y1, …, as 0, 1, … may number the columns as well as be a sample"
        raise BadInput(f"{path}, line {rows[0][0]}", either, ", ".join(first))
    heading = None if any(map(is_number, first)) else rows.pop(0)[1]
    columns = _columns(path, heading if heading is not None else [""] * len(rows[0][1]), network)
    width = len(heading) if heading is not None else len(rows[0][1])
    for number, row in rows:
        if len(row) != width:
            raise BadInput(f"{path}, line {number}", f"{width} columns ({len(row)} found; decimals are written with a point)")
    numbers = [[rational(row[k], f"{path}, line {number}, column {k + 1}") for k in columns] for number, row in rows]
    d = network.inputs
    return tuple(tuple(row[:d]) for row in numbers), tuple(tuple(row[d:]) for row in numbers) if len(columns) > d else None


def _columns(path: Path, heading: list[str], network: Architecture) -> list[int]:
    """Where the columns x1, …, y1, … stand; without such names they are counted."""
    counts = network.inputs, network.outputs
    wanted = [f"{letter}{k}" for letter, count in zip("xy", counts) for k in range(1, count + 1)]
    optional = targets_are_inputs(network)
    # A single x or y needs no number.
    plain = [f"{name}1" if name in ("x", "y") and counts["xy".index(name)] == 1 else name for name in map(str.lower, heading)]
    found = [f"{match[1]}{int(match[2])}" if (match := _NAMED.fullmatch(name)) else name for name in plain]
    expected = (
        f"columns {_range('x', counts[0])} and {_range('y', counts[1])}{' or the former alone' if optional else ''}, as the network has"
    )
    if any(_NAMED.fullmatch(name) for name in found):
        twice = next((name for name in found if found.count(name) > 1), None)
        if twice is not None:
            raise BadInput(str(path), f"{expected}, each once", twice)
        unknown = [given for given, name in zip(heading, found) if name not in wanted]
        missing = [name for name in wanted if name not in found]
        if optional and not any(name in found for name in wanted[counts[0] :]):
            missing, wanted = [name for name in missing if name.startswith("x")], wanted[: counts[0]]
        if unknown or missing:
            what = f"{', '.join(missing)} missing" if missing else f"{', '.join(map(repr, unknown))} besides"
            raise BadInput(str(path), f"{expected} ({what})")
        return [found.index(name) for name in wanted]
    if len(heading) == len(wanted) or (optional and len(heading) == counts[0]):
        return list(range(len(heading)))
    raise BadInput(str(path), f"{expected}: {len(wanted)} columns, the inputs first ({len(heading)} found)")


def _range(letter: str, count: int) -> str:
    """x1 … x3, or x1 alone."""
    return f"{letter}1" if count == 1 else f"{letter}1 … {letter}{count}"


def _arrays(path: Path, network: Architecture) -> tuple[Samples, Samples | None]:
    """Inputs and targets (None: left out) in an ``.npz`` file."""
    import numpy as np

    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadInput(str(path), f"a file of at most {LARGEST_FILE:,} bytes")
        with np.load(path, allow_pickle=False) as file:
            arrays = {name.lower(): file[name] for name in file.files}
    except OSError as error:
        raise BadInput(str(path), f"a readable .npz file ({error.strerror or 'it is no such file'})") from None
    except (ValueError, EOFError):
        raise BadInput(str(path), "an .npz file with arrays of numbers") from None
    if "x" not in arrays or not ("y" in arrays or targets_are_inputs(network)) or set(arrays) - {"x", "y"}:
        raise BadInput(str(path), "the arrays x and y, as numpy.savez(file, x=…, y=…) writes them", ", ".join(sorted(arrays)) or "none")
    read = {name: _exact(array, columns, f"{path}: {name}") for name, array, columns in _shaped(arrays, network)}
    if "y" in read and len(read["x"]) != len(read["y"]):
        raise BadInput(f"{path}: y", f"as many rows as x, {len(read['x'])}", len(read["y"]))
    return read["x"], read.get("y")


def _shaped(arrays: dict[str, Any], network: Architecture) -> list[tuple[str, Any, int]]:
    """Each array with its name and the number of columns that it must have; a vector is one column."""
    counts = {"x": network.inputs, "y": network.outputs}
    return [(name, array.reshape(-1, 1) if array.ndim == 1 else array, counts[name]) for name, array in arrays.items()]


def _exact(array: Any, columns: int, field: str) -> Samples:
    """The rows of an array of integers or floats."""
    if array.ndim != 2 or array.shape[1] != columns:
        raise BadInput(field, f"an array of shape (samples, {columns})", "shape " + " × ".join(map(str, array.shape)))
    if array.dtype.kind not in "iuf":
        raise BadInput(field, "integers or floats", str(array.dtype))
    # str of a NumPy float is the shortest decimal that gives it back, in its own precision.
    return tuple(tuple(rational(str(value), f"{field}[{i}][{j}]") for j, value in enumerate(row)) for i, row in enumerate(array))
