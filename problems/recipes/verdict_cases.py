"""Files of cases for theorems: ``{"title": "…", "cases": [{"theorem": "depth", "case": "a name", "problem": {…}}]}``.

In place of a problem a case may have an ``ensemble``, as in ensemble files, and a number of ``draws``: it stands for that many problems.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from critscape.problems.files.documents import checked, refuse_others
from critscape.problems.files.problem_file import read_any
from critscape.problems.input.bad_input import BadInput, within
from critscape.problems.input.json_file import contents
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.problems.recipes.ensemble import read


@dataclass(frozen=True)
class Case:
    """A problem with a name, for a theorem; ``draw`` is its number in a random ensemble of that name, from 0 (None: it is no draw)."""

    theorem: str
    name: str
    problem: Problem | Regression
    draw: int | None = None


def read_cases(content: Any, seed: int = 0, folder: Path = Path()) -> tuple[str, tuple[Case, ...]]:
    """The title and the cases that parsed JSON describes; ensembles are drawn with ``seed``.

    Raises
    ------
    BadInput : a missing or unknown field, a problem or an ensemble that is none, or a case that has not one of both.
    """
    checked(content, "verdict cases")
    found: list[Case] = []
    for k, entry in enumerate(content["cases"]):
        theorem, name = entry["theorem"], entry["case"]
        if ("problem" in entry) == ("ensemble" in entry) or ("ensemble" in entry) != ("draws" in entry):
            raise BadInput(f"cases[{k}]", "either a problem, or an ensemble and a number of draws")
        if "problem" in entry:
            with within(f"cases[{k}].problem"):
                found.append(Case(theorem, name, read_any(entry["problem"])))
            continue
        with within(f"cases[{k}].ensemble"):
            ensemble = read(entry["ensemble"], folder)
            found += [Case(theorem, name, ensemble.any_problem(seed, number), number) for number in range(entry["draws"])]
    return content["title"], tuple(found)


def load_cases(path: Path, seed: int = 0) -> tuple[str, tuple[Case, ...]]:
    """The title and the cases in a file.

    Raises
    ------
    BadInput : unreadable file, no JSON, or content that ``read_cases`` refuses.
    """
    content = contents(path, "a readable file of cases")
    refuse_others(content, str(path), "verdict cases")
    return read_cases(content, seed, path.parent)
