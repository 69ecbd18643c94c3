"""A problem: a network, exact data and ridge; read from and written to problem files (DESIGN, section 2)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from algebra.loss import Loss
from problems.bad_input import BadInput
from problems.families import FAMILIES
from problems.network import Matrix, Network, matrices
from problems.rational import EXPECTED, LONGEST, rational, rational_array, written
from problems.squared_loss import family, parameters

LARGEST_FILE = 4_000_000
"""Bytes of the largest problem file that is read."""

_SCHEMA = {
    "type": "object",
    "description": "an object with architecture, data and, if any, ridge",
    "properties": {
        "architecture": {
            "type": "object",
            "description": "an object that names its family",
            "properties": {"family": {"enum": sorted(FAMILIES), "description": "one of " + ", ".join(sorted(FAMILIES))}},
            "required": ["family"],
        },
        "data": {
            "type": "object",
            "description": "an object with inputs and targets",
            "properties": {
                "inputs": {"type": "array", "minItems": 1, "description": "a list of at least one sample"},
                "targets": {"type": "array", "minItems": 1, "description": "a list of at least one sample"},
            },
            "required": ["inputs", "targets"],
            "additionalProperties": False,
        },
        "ridge": {},
    },
    "required": ["architecture", "data"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Problem:
    """A network with m samples (``inputs`` m × d_x, ``targets`` m × d_y) and one ridge λ_j ≥ 0 per weight (flat, length n)."""

    network: Network
    inputs: tuple[tuple[Fraction, ...], ...]
    targets: tuple[tuple[Fraction, ...], ...]
    ridge: tuple[Fraction, ...]

    @property
    def samples(self) -> int:
        return len(self.inputs)

    @property
    def dimension(self) -> int:
        """The number of weights."""
        return len(self.ridge)

    @property
    def coercive(self) -> bool:
        """Whether every λ_j > 0, so that L(w) → ∞ with ‖w‖."""
        return all(strength > 0 for strength in self.ridge)


def loss(problem: Problem) -> Loss:
    """The problem's loss L(w) = ½ Σ_i ‖f_w(x_i) − y_i‖² + ½ Σ_j λ_j w_j²."""
    return Loss(family(problem.network), parameters(problem.network, problem.inputs, problem.targets, problem.ridge))


def blockwise(network: Network, flat: Sequence[Any]) -> list[Matrix]:
    """A flat list of entries as one array per weight block, the shape that files use."""
    return matrices(network, flat)


def document(problem: Problem) -> dict:
    """The problem as a JSON-ready object; ``read`` gives the same problem back."""
    return {
        "architecture": problem.network.document(),
        "data": {
            "inputs": [[written(x) for x in sample] for sample in problem.inputs],
            "targets": [[written(y) for y in sample] for sample in problem.targets],
        },
        "ridge": [[[written(x) for x in row] for row in block] for block in blockwise(problem.network, problem.ridge)],
    }


def load(path: Path) -> Problem:
    """The problem in a file.

    Raises
    ------
    BadInput : unreadable file, no JSON, or content that ``read`` refuses.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadInput(str(path), f"a file of at most {LARGEST_FILE:,} bytes")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(str(path), f"a readable problem file ({error.strerror or error})") from None
    except UnicodeDecodeError:
        raise BadInput(str(path), "a JSON file in UTF-8") from None
    return read(parse(text, str(path)))


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


def read(content: Any) -> Problem:
    """The problem described by parsed JSON.

    Raises
    ------
    BadInput : a missing or unknown field, a wrong shape, something that is not a number, a negative ridge.
    """
    if isinstance(content, dict) and "problem" in content and "critical_points" in content:
        # A result carries its problem, so it can be solved again.
        content = content["problem"]
    validate(content, _SCHEMA, "")
    network = network_from(content["architecture"])
    samples = len(content["data"]["inputs"])
    inputs = rational_array(content["data"]["inputs"], (samples, network.inputs), "data.inputs")
    targets = rational_array(content["data"]["targets"], (samples, network.outputs), "data.targets")
    return Problem(network, inputs, targets, read_ridge(content.get("ridge", 0), network))


def network_from(architecture: dict) -> Network:
    """The network that an ``architecture`` object describes.

    Raises
    ------
    BadInput : an unknown family, a missing or unknown field, a value out of range.
    """
    validate(architecture, _SCHEMA["properties"]["architecture"], "architecture")
    chosen = FAMILIES[architecture["family"]]
    validate(architecture, chosen.schema, "architecture")
    return chosen.from_document(architecture)


def read_ridge(value: Any, network: Network, field: str = "ridge") -> tuple[Fraction, ...]:
    """One λ per weight from one number, one number per block, or one array per block.

    Raises
    ------
    BadInput : another shape, or a negative number.
    """
    blocks = network.blocks
    if not isinstance(value, list):
        flat = (rational(value, field),) * sum(block.size for block in blocks)
    elif len(value) != len(blocks):
        names = ", ".join(block.name for block in blocks)
        raise BadInput(field, f"one entry per weight block ({names}), so {len(blocks)} ({len(value)} given)")
    else:
        flat = ()
        for b, (entry, block) in enumerate(zip(value, blocks)):
            if isinstance(entry, list):
                rows = rational_array(entry, (block.rows, block.columns), f"{field}[{b}]")
                flat += tuple(number for row in rows for number in row)
            else:
                flat += (rational(entry, f"{field}[{b}]"),) * block.size
    for number in flat:
        if number < 0:
            raise BadInput(field, "numbers that are not negative", str(number))
    return flat


@lru_cache(maxsize=None)
def _validator(schema: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(schema))


def _priority(error: Any) -> tuple:
    """Errors nearest to the top come first, but a wrong family comes before everything that depends on it."""
    path = list(error.absolute_path)
    return (path != ["architecture", "family"], len(path), list(map(str, path)))


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
        described = error.schema["properties"].get(missing, {}).get("description", "a value")
        raise BadInput(f"{where}.{missing}".lstrip("."), f"{described} (it is missing)")
    if error.validator == "additionalProperties":
        unknown = next(name for name in error.instance if name not in error.schema["properties"])
        raise BadInput(f"{where}.{unknown}".lstrip("."), "no such field; known are " + ", ".join(error.schema["properties"]))
    raise BadInput(where or "problem", error.schema.get("description", error.message), error.instance)
