"""What a report is made from, checked: results, and the landscape of one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from critscape.problems.files.problem_file import document, read
from critscape.problems.input.bad_input import BadInput, within
from critscape.problems.input.json_file import LARGEST_ANSWER, contents, validate
from critscape.problems.problem.problem import Problem

KINDS = ("global minimum", "spurious local minimum", "local minimum", "strict saddle", "local maximum", "degenerate")
"""Types of real critical points, in the order of legends."""
LEVELS = ("proved", "certified", "numerical")

_DECIMAL = r"^-?[0-9]{1,400}(\.[0-9]{0,400})?(e[+-]?[0-9]{1,3})?$"
_TEXT = {"type": "string", "description": "text"}
_COUNT = {"type": ["integer", "null"], "minimum": 0, "description": "a whole number, or null"}
_WHOLE = {"type": "integer", "minimum": 0, "description": "a whole number"}
_NUMBER = {"type": "number", "description": "a number"}
_COORDINATE = {"type": "string", "pattern": _DECIMAL, "description": "a decimal string"}
_FORMULAS = {"type": "array", "items": _TEXT, "description": "a list of formulas as text"}
EVIDENCE = {
    "type": "object",
    "description": "an object from test to what it says",
    "additionalProperties": {
        "type": "object",
        "description": "an object with holds and measured",
        "properties": {"holds": {"type": ["boolean", "null"], "description": "true, false or null"}, "measured": _TEXT},
        "required": ["holds", "measured"],
    },
}
_TALLY = {"propertyNames": {"pattern": "^(0|[1-9][0-9]{0,5})$"}, "additionalProperties": _WHOLE}
_COUNTS = ("complex", "complex_torus", "real", "degenerate", "local_minima", "global_minima", "spurious_minima")
_POINT = {
    "type": "object",
    "description": "a critical point: an object with point, real, index and loss",
    "properties": {
        "point": {"type": "array", "description": "a list of coordinates"},
        "real": {"type": "boolean", "description": "true or false"},
        "certified": {"type": "boolean", "description": "true or false"},
        "index": _COUNT,
        "loss": {"type": ["string", "null"], "pattern": _DECIMAL, "description": "a decimal string, or null"},
        "least_eigenvalue": _COORDINATE,
        "orbit": _COUNT,
        "nullity": _COUNT,
        "multiplicity": _COUNT,
        "closed_form": {
            "type": "object",
            "description": "an object with point, loss and latex",
            "properties": {
                "point": _FORMULAS,
                "loss": _TEXT,
                "latex": {
                    "type": "object",
                    "description": "an object with point and loss",
                    "properties": {"point": _FORMULAS, "loss": _TEXT},
                    "required": ["point", "loss"],
                },
            },
            "required": ["point", "loss", "latex"],
        },
    },
    "required": ["point", "real", "index", "loss", "certified"],
    "if": {"properties": {"real": {"const": True}}},
    "then": {
        "properties": {"point": {"items": _COORDINATE}, "kind": {"enum": list(KINDS), "description": "one of " + ", ".join(KINDS)}},
        "required": ["kind"],
    },
}
_RESULT = {
    "type": "object",
    "description": "a result (JSON)",
    "properties": {
        "name": _TEXT,
        "problem": {"type": "object", "description": "the problem"},
        "status": {"enum": ["complete", "incomplete", "not-finite"], "description": "complete, incomplete or not-finite"},
        "reason": _TEXT,
        "counts": {
            "type": "object",
            "description": "the counts of a result",
            "properties": {
                **dict.fromkeys(_COUNTS, _COUNT),
                "by_index": {"type": ["object", "null"], "description": "an object from index to number, or null", **_TALLY},
            },
            "required": [*_COUNTS, "by_index"],
        },
        "levels": {
            "type": "object",
            "description": "an object from count to level",
            "additionalProperties": {"enum": [*LEVELS, None], "description": "proved, certified, numerical or null"},
        },
        "critical_points": {"type": "array", "description": "a list of critical points", "items": _POINT},
        "paths": {
            "type": "object",
            "description": "the account of paths",
            "additionalProperties": _WHOLE,
            "required": ["tracked", "finished", "at_infinity", "singular", "failed", "representatives", "homotopies"],
        },
        "bounds": {"type": "object", "description": "an object from bound to number", "additionalProperties": _WHOLE},
        "evidence": EVIDENCE,
        "function_space": {
            "type": "object",
            "description": "an object with complex and real",
            "properties": {"complex": _WHOLE, "real": _WHOLE},
            "required": ["complex", "real"],
        },
        "symmetry": {
            "type": "object",
            "description": "an object with order and orbits",
            "properties": {
                "order": _WHOLE,
                "orbits": {"type": ["object", "null"], "description": "an object from size to number, or null", **_TALLY},
            },
            "required": ["order", "orbits"],
        },
        "engine": {
            "type": "object",
            "description": "an object with name, seed and versions",
            "properties": {
                "name": {"enum": ["batch", "phcpy", "exact"], "description": "batch, phcpy or exact"},
                "seed": _WHOLE,
                "versions": {"type": "object", "description": "an object from program to version", "additionalProperties": _TEXT},
                "msolve": _TEXT,
            },
            "required": ["name", "seed", "versions"],
        },
        "seconds": {
            "type": "object",
            "description": "an object from stage to seconds",
            "additionalProperties": _NUMBER,
            "required": ["total"],
        },
        "start_set": {
            "type": "object",
            "description": "how the start set was found",
            "properties": {
                **dict.fromkeys(("solutions", "orbits", "paths_tracked", "paths_lost", "paths_jumped", "seed"), _WHOLE),
                "trace_residual": _NUMBER,
                "engine": _TEXT,
            },
            "required": ["solutions", "engine"],
        },
    },
    "required": [
        "problem", "status", "counts", "levels", "critical_points", "paths", "bounds", "evidence", "symmetry", "engine", "seconds",
    ],
}  # fmt: skip
_LANDSCAPE = {
    "type": "object",
    "description": "a landscape (JSON)",
    "properties": {
        "problem": {"type": "object", "description": "the problem"},
        "status": {"enum": ["complete", "incomplete"], "description": "complete or incomplete"},
        "reason": _TEXT,
        "spurious_valleys_exist": {"type": ["boolean", "null"], "description": "true, false or null"},
        **{
            name: {"type": "array", "items": {"type": "object", "description": "an object"}, "description": f"a list of {name}"}
            for name in ("levels", "sublevel_sets", "minima", "components", "spurious_valleys")
        },
        "evidence": EVIDENCE,
    },
    "required": ["problem", "status", "levels", "sublevel_sets", "minima", "components", "spurious_valleys", "evidence"],
}


def read_results(path: Path) -> list[tuple[dict, Problem]]:
    """The result in a file, or all of them if it holds a list, each with its problem.

    Raises
    ------
    BadInput : it holds neither, or counts that are not those of the points that are listed.
    """
    content = contents(path, "a readable result file", LARGEST_ANSWER)
    if isinstance(content, list) and content:
        return [checked(result, f"[{k}]") for k, result in enumerate(content)]
    return [checked(content, "")]


def checked(result: Any, field: str) -> tuple[dict, Problem]:
    """A result and its problem.

    Raises
    ------
    BadInput : another object; messages name its fields as parts of ``field``.
    """
    if not isinstance(result, dict) or "critical_points" not in result:
        raise BadInput(field or "RESULT", "a result, as `critscape solve PROBLEM.json --output FILE.json` writes it", result)
    validate(result, _RESULT, field)
    with within(f"{field}.problem".lstrip(".")):
        problem = read(result["problem"])
    real = [(k, point) for k, point in enumerate(result["critical_points"]) if point["real"]]
    for k, point in real:
        where = f"{field}.critical_points[{k}]".lstrip(".")
        for name, given in coordinates(point):
            if len(given) != problem.dimension:
                raise BadInput(f"{where}.{name}", f"{problem.dimension} coordinates, one per weight", f"{len(given)} of them")
        if point["kind"] != "degenerate" and None in (point["index"], point["loss"]):
            raise BadInput(where, "the index and the loss of a point that is not degenerate")
    regular = [point for _, point in real if point["kind"] != "degenerate"]
    tally = {str(index): number for index, number in sorted(Counter(point["index"] for point in regular).items())}
    for name, listed in (("real", len(real)), ("by_index", tally)):
        counted = result["counts"][name]
        if counted is not None and counted != listed:
            raise BadInput(f"{field}.counts.{name}".lstrip("."), f"{listed}, as the real points in critical_points are", counted)
    if "landscape" in result:
        checked_landscape(result["landscape"], problem, f"{field}.landscape".lstrip("."))
    return result, problem


def coordinates(point: dict) -> Iterator[tuple[str, list[str]]]:
    """The lists of a point that have an entry for each weight, with their fields."""
    yield "point", point["point"]
    if "closed_form" in point:
        yield "closed_form.point", point["closed_form"]["point"]
        yield "closed_form.latex.point", point["closed_form"]["latex"]["point"]


def read_landscape(path: Path, problem: Problem) -> dict:
    """The landscape in a file, of the same problem.

    Raises
    ------
    BadInput : it holds none, or that of another problem.
    """
    content = contents(path, "a readable landscape file", LARGEST_ANSWER)
    if not isinstance(content, dict) or "sublevel_sets" not in content:
        raise BadInput("--landscape", "a landscape, as `critscape landscape INPUT --output FILE.json` writes it", content)
    return checked_landscape(content, problem, "landscape")


def checked_landscape(content: Any, problem: Problem, field: str) -> dict:
    """A landscape of the problem."""
    validate(content, _LANDSCAPE, field)
    if document(read(content["problem"])) != document(problem):
        raise BadInput(f"{field}.problem", "the problem of the result: this landscape is of another one")
    return content


def finite(digits: str | None) -> float | None:
    """A decimal string as a number to draw with; None where there is none, or it is too large.

    >>> finite("0.25"), finite("1e999"), finite(None)
    (0.25, None, None)
    """
    if digits is None or abs(Decimal(digits)) > Decimal("1e300"):
        return None
    return float(digits)
