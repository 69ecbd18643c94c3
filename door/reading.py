"""Problems from files and from documents, and back."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from critscape.exact_input import exactly
from critscape.problems.files import problem_file
from critscape.problems.files.writing import write
from critscape.problems.input.bad_input import BadInput
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression


def load(path: str | PathLike[str]) -> Problem | Regression:
    """The problem in a problem file, or the one of a result.

    Raises
    ------
    BadInput : unreadable file, no JSON, a missing or unknown field, a wrong shape, something that is not a number.
    """
    return problem_file.load_any(Path(path))


def problem(document: Mapping[str, Any]) -> Problem | Regression:
    """The problem that an object of the form of a problem file describes.

    Numbers may be of any type of Python, NumPy or SymPy; a float is taken as the exact decimal that Python prints.

    Raises
    ------
    BadInput : a missing or unknown field, a wrong shape, something that is not a number.

    >>> problem({"architecture": {"family": "linear", "widths": [1, 1, 1]}, "data": {"inputs": [[1]], "targets": [[0.5]]}, "ridge": 0.1})
    <linear 1-1-1, 1 sample: 2 weights>
    """
    return problem_file.read_any(exactly(document, ""))


def document(of: Problem | Regression) -> dict[str, Any]:
    """The problem as a JSON-ready object, every number exact; :func:`problem` gives the same problem back.

    >>> from critscape import linear
    >>> document(linear(widths=(1, 1), inputs=[[1]], targets=[[0.5]], ridge="1/4"))["ridge"]
    [[['1/4']]]
    """
    return problem_file.document(of)


def save(of: Problem | Regression, path: str | PathLike[str]) -> None:
    """Writes a problem file, whole or not at all.

    Raises
    ------
    OSError : it cannot be written.
    """
    write(Path(path), problem_file.file_text(document(of)))


Given = Problem | Regression | Mapping[str, Any] | str | PathLike[str]
"""A problem as such, its document, or the path of its file."""


def as_any(given: Given) -> Problem | Regression:
    """A problem that is given as such, as a document or by the path of its file.

    Raises
    ------
    BadInput : anything else, or what :func:`problem` and :func:`load` refuse.
    """
    if isinstance(given, Problem | Regression):
        return given
    if isinstance(given, Mapping):
        return problem(given)
    if isinstance(given, str | PathLike):
        return load(given)
    raise BadInput("problem", "a problem (critscape.problem makes one), its document, or the path of its file", given)


def as_problem(given: Given) -> Problem:
    """The same, for questions that are asked of polynomial networks only.

    Raises
    ------
    BadInput : a network that is not polynomial in its weights.
    """
    found = as_any(given)
    if isinstance(found, Regression):
        raise BadInput("problem", f"a network that is polynomial in its weights, not {found.network.family} (critscape.solve takes it)")
    return found
