"""Files of cases for theorems: ``{"title": "…", "cases": [{"theorem": "depth", "case": "a name", "problem": {…}}]}``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from critscape.problems.files.documents import checked, refuse_others
from critscape.problems.files.problem_file import read_any
from critscape.problems.input.bad_input import within
from critscape.problems.input.json_file import contents
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression


@dataclass(frozen=True)
class Case:
    """A problem with a name, for a theorem."""

    theorem: str
    name: str
    problem: Problem | Regression


def read_cases(content: Any) -> tuple[str, tuple[Case, ...]]:
    """The title and the cases that parsed JSON describes.

    Raises
    ------
    BadInput : a missing or unknown field, or a problem that is none.
    """
    checked(content, "verdict cases")
    found = []
    for k, entry in enumerate(content["cases"]):
        with within(f"cases[{k}].problem"):
            found.append(Case(entry["theorem"], entry["case"], read_any(entry["problem"])))
    return content["title"], tuple(found)


def load_cases(path: Path) -> tuple[str, tuple[Case, ...]]:
    """The title and the cases in a file.

    Raises
    ------
    BadInput : unreadable file, no JSON, or content that ``read_cases`` refuses.
    """
    content = contents(path, "a readable file of cases")
    refuse_others(content, str(path), "verdict cases")
    return read_cases(content)
