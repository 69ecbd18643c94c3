"""A problem: a network, exact data and ridge; read from and written to problem files (DESIGN, section 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from algebra.loss import Loss
from problems.bad_input import BadInput
from problems.families import FAMILIES
from problems.json_file import contents, validate
from problems.network import Matrix, Network, matrices, weight_count
from problems.rational import rational, rational_array, written
from problems.squared_loss import family, parameters

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
    return read(contents(path, "a readable problem file"))


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
        flat = (rational(value, field),) * weight_count(network)
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
