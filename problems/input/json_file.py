"""Input files in JSON: read whole, their numbers exact, checked against a schema; what is wrong is named."""

from __future__ import annotations

import json
import sys
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.rational import EXPECTED, LONGEST

STANDARD_INPUT = Path("-")
"""The name of standard input where a file is asked for."""
LARGEST_FILE = 4_000_000
"""Bytes of the largest file that people write: a problem, an ensemble, a table, data sets."""
LARGEST_ANSWER = 1_000_000_000
"""Bytes of the largest file that critscape wrote and reads again: a result, a summary, a certificate."""


def contents(path: Path, expected: str, largest: int = LARGEST_FILE) -> Any:
    """The parsed JSON of a file, as :func:`text_of` and :func:`parse`."""
    return parse(text_of(path, expected, largest=largest), str(path))


def text_of(path: Path, expected: str, field: str | None = None, largest: int = LARGEST_FILE) -> str:
    """The text of a file, or of standard input for ``-``; ``expected`` says what it should be, ``field`` names it in messages if that is not its path.

    Raises
    ------
    BadInput : it cannot be read, has more than ``largest`` bytes, or is not in UTF-8.
    """
    if path == STANDARD_INPUT:
        return sys.stdin.read()
    try:
        if path.stat().st_size > largest:
            raise BadInput(field or str(path), f"a file of at most {largest:,} bytes")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        reason = f"{error.strerror or error}" + (f": {path.name}" if field else "")
        raise BadInput(field or str(path), f"{expected} ({reason})") from None
    except UnicodeDecodeError:
        raise BadInput(field or str(path), "a JSON file in UTF-8" + (f" ({path.name})" if field else "")) from None


def parse(text: str, source: str) -> Any:
    """JSON with exact numbers: a decimal becomes a ``Decimal``, NaN, Infinity and repeated names are refused.

    Raises
    ------
    BadInput : not such JSON.
    """

    def constant(name: str) -> None:
        raise BadInput(source, "finite numbers", name)

    def integer(digits: str) -> int:
        if len(digits) > LONGEST:
            raise BadInput(source, f"numbers of at most {LONGEST} digits")
        return int(digits)

    def unique(pairs: list[tuple[str, Any]]) -> dict:
        names = Counter(name for name, _ in pairs)
        if len(names) < len(pairs):
            raise BadInput(source, f'the name "{names.most_common(1)[0][0]}" once in an object (it is repeated)')
        return dict(pairs)

    def decimal(digits: str) -> Decimal:
        if len(digits) > 2 * LONGEST:
            raise BadInput(source, f"numbers of at most {LONGEST} digits")
        return Decimal(digits)

    try:
        return json.loads(text, parse_constant=constant, parse_int=integer, parse_float=decimal, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise BadInput(source, f"JSON ({error.msg} at line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise BadInput(source, "JSON that is not nested so deeply") from None
    except ArithmeticError:
        raise BadInput(source, EXPECTED) from None


@cache
def _validator(schema: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(schema))


def _priority(error: Any) -> tuple:
    """Errors nearest to the top come first, but a wrong family comes before everything that depends on it."""
    path = list(error.absolute_path)
    return (path != ["architecture", "family"], len(path), list(map(str, path)))


def _description(schema: dict, path: list) -> str:
    """What is expected at a place."""
    for step in path:
        schema = schema.get("items", {}) if isinstance(step, int) else schema.get("properties", {}).get(step, {})
    return schema.get("description", "a value")


def validate(content: Any, schema: dict, field: str) -> None:
    """Checks ``content`` against a schema whose descriptions say what is expected.

    Raises
    ------
    BadInput : naming the offending field nearest to the top.
    """
    errors = sorted(_validator(json.dumps(schema)).iter_errors(content), key=_priority)
    if not errors:
        return
    error = errors[0]
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path]
    where = (field + "".join(steps)).lstrip(".")
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        described = _description(schema, [*error.absolute_path, missing])
        known = error.schema.get("properties", {})
        unknown = [] if error.schema.get("additionalProperties", True) else [str(name) for name in error.instance if name not in known]
        beside = f"; not known: {', '.join(unknown)}" if unknown else ""
        raise BadInput(f"{where}.{missing}".lstrip("."), f"{described} (it is missing{beside})")
    if error.validator == "additionalProperties":
        unknown = next(name for name in error.instance if name not in error.schema["properties"])
        raise BadInput(f"{where}.{unknown}".lstrip("."), "no such field; known are " + ", ".join(error.schema["properties"]))
    raise BadInput(where or "problem", error.schema.get("description", error.message), error.instance)
