"""The documents that critscape reads and writes, each with its JSON schema, and how a file is told to be one of them.

A document says in its field ``format`` which it is, ``"critscape result 2"``; the schema in ``schemas`` has these words as its title.
Problem, ensemble and table files are written by people, and documents of earlier versions are read too: what has no such field is
told by the fields that it has.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.json_file import validate


@dataclass(frozen=True)
class Kind:
    """A kind of document: what it is called, the command that reads it ("" if none does), how one without ``format`` is told, and the
    command that writes it ("": people write it).
    """

    title: str
    command: str
    told: Callable[[dict], bool]
    maker: str = ""


def _has(*fields: str) -> Callable[[dict], bool]:
    return lambda content: content.keys() >= {*fields}


def _data(content: dict) -> dict:
    return content["data"] if isinstance(content.get("data"), dict) else {}


KINDS = {
    "result": Kind("a result", "report", _has("critical_points"), "solve PROBLEM.json --output FILE.json"),
    "stationary": Kind("a table of stationary points", "", _has("stationary"), "solve PROBLEM.json --output FILE.json"),
    "certificate": Kind("a certificate", "check", _has("upper_bound", "points"), "solve PROBLEM.json --certificate FILE.json"),
    "component certificate": Kind(
        "a certificate of components", "check", _has("composition", "components"), "solve PROBLEM.json --certificate FILE.json"
    ),
    "landscape": Kind("a landscape", "plot landscape", _has("sublevel_sets"), "landscape INPUT --output FILE.json"),
    "basins": Kind("what basin runs found", "", _has("arrivals"), "basins INPUT --output FILE.json"),
    "ensemble summary": Kind(
        "the summary of an ensemble", "plot ensemble", _has("draws", "not_complete"), "ensemble ENSEMBLE.json --output FILE.json"
    ),
    "table document": Kind("a table with its values", "", _has("rows", "recipe"), "table NAME --output FILE.json"),
    "atlas": Kind("an atlas", "atlas", _has("recipes", "draws", "rows"), "atlas --output FILE.json"),
    "splitting": Kind("a split of units", "", _has("splits", "line"), "split PROBLEM.json --output FILE.json"),
    "split certificate": Kind(
        "a certificate of split units", "check", _has("splits", "wide"), "split PROBLEM.json --certificate FILE.json"
    ),
    "box certificate": Kind(
        "a certificate of smooth units", "check", _has("cover", "points"), "solve PROBLEM.json --certificate FILE.json"
    ),
    "bifurcation": Kind("a bifurcation diagram", "", _has("branches", "events"), "plot bifurcation PROBLEM.json --data FILE.json"),
    "verdict": Kind("a verdict", "", _has("theorem", "hypotheses"), "verify THEOREM PROBLEM.json --output FILE.json"),
    "verdict table": Kind("a table of verdicts", "", _has("title", "verdicts"), "table seeds --output FILE.json"),
    "verdict cases": Kind("a file of cases for theorems", "table", _has("title", "cases")),
    "table": Kind("a table file", "table", _has("rows", "columns")),
    "ensemble": Kind("an ensemble file", "ensemble", lambda content: "architecture" in content and "distribution" in _data(content)),
    "problem": Kind("a problem", "solve", lambda content: "architecture" in content and bool({"inputs", "population"} & {*_data(content)})),
}
"""Name → kind, those that are told by rarer fields first."""


@cache
def schema(name: str) -> dict:
    """The JSON schema of a kind of document."""
    file = resources.files("critscape.problems").joinpath("schemas", name.replace(" ", "-") + ".json")
    return json.loads(file.read_text(encoding="utf-8"))


def format_of(name: str) -> str:
    """What the field ``format`` of a kind of document says.

    >>> format_of("landscape")
    'critscape landscape 1'
    """
    return schema(name)["title"]


def stamped(name: str, content: dict) -> dict:
    """The content as a document that says which it is."""
    return {"format": format_of(name), **content}


def family_of(problem: Any) -> str | None:
    """The family of networks that the object of a problem names, if it names one.

    >>> family_of({"architecture": {"family": "linear", "widths": [1, 1]}}), family_of({"architecture": 5}), family_of(None)
    ('linear', None, None)
    """
    architecture = problem.get("architecture") if isinstance(problem, dict) else None
    family = architecture.get("family") if isinstance(architecture, dict) else None
    return family if isinstance(family, str) else None


def kind_of(content: Any) -> str | None:
    """The name of the kind of parsed JSON; None if it is none of them.

    >>> kind_of({"format": "critscape result 2"}), kind_of({"architecture": {}, "data": {"inputs": [[1]]}}), kind_of([])
    ('result', 'problem', None)
    """
    if not isinstance(content, dict):
        return None
    said = content.get("format")
    if isinstance(said, str) and said.startswith("critscape "):
        name = said.removeprefix("critscape ").rpartition(" ")[0]
        return name if name in KINDS else None
    return next((name for name, kind in KINDS.items() if kind.told(content)), None)


def expect(content: Any, field: str, *names: str) -> str:
    """The kind of parsed JSON, one of ``names``; ``field`` is where it comes from.

    Raises
    ------
    BadInput : it is another kind, which the message names, or none, or of a version that is not read here.
    """
    found = kind_of(content)
    if found is None or found not in names:
        *others, last = (KINDS[name].title for name in names)
        expected = f"{', '.join(others)} or {last}" if others else last
        if found is None:
            maker = KINDS[names[0]].maker
            raise BadInput(field, expected + (f", as `critscape {maker}` writes it" if maker and not others else ""), content)
        command = KINDS[found].command
        raise BadInput(field, f"{expected} (this is {KINDS[found].title}" + (f", for `critscape {command}`)" if command else ")"))
    if content.get("format", format_of(found)) != format_of(found):
        raise BadInput(f"{field}: format", f'"{format_of(found)}", the version that is read here', content["format"])
    return found


def refuse_others(content: Any, field: str, *names: str) -> None:
    """Refuses what is told to be of another kind than one of ``names``; what is told to be nothing is left to their schemas.

    Raises
    ------
    BadInput : naming both.
    """
    if kind_of(content) is not None:
        expect(content, field, *names)


def checked(content: Any, name: str, field: str = "") -> None:
    """Checks parsed JSON against the schema of a kind; ``field`` is where it stands.

    Raises
    ------
    BadInput : naming the offending field nearest to the top.
    """
    validate(content, schema(name), field)
