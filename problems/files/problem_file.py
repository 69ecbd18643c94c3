"""Problem files: problems read from JSON, and written so that reading gives them back."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from critscape.problems.files.data_and_loss import DATA, LOSS, read_criterion
from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.json_file import contents, validate
from critscape.problems.input.partial_array import entries_at, partial_document
from critscape.problems.input.rational import rational
from critscape.problems.networks.network import Network, penalised, weight_count
from critscape.problems.networks.reading import ARCHITECTURE, network_from, refuse_out_of_reach
from critscape.problems.problem.problem import Problem, blockwise

_SCHEMA = {
    "type": "object",
    "description": "an object with architecture, data and, if any, loss and ridge",
    "properties": {"architecture": ARCHITECTURE, "data": DATA, "loss": LOSS, "ridge": {}},
    "required": ["architecture"],
    "additionalProperties": False,
}


def document(problem: Problem) -> dict:
    """The problem as a JSON-ready object; ``read`` gives the same problem back."""
    found = {"architecture": problem.network.document(), **problem.criterion.document(problem)}
    if penalised(problem.network):
        found["ridge"] = [partial_document(block) for block in blockwise(problem.network, problem.ridge)]
    return found


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
    if isinstance(content, dict):
        refuse_out_of_reach(content.get("architecture"))
    validate(content, _SCHEMA, "")
    network = network_from(content["architecture"])
    inputs, targets, criterion = read_criterion(content, network)
    return Problem(network, inputs, targets, read_ridge(content.get("ridge", 0), network), criterion)


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
                flat += entries_at(entry, block.positions, (block.rows, block.columns), f"{field}[{b}]")
            else:
                flat += (rational(entry, f"{field}[{b}]"),) * block.size
    for number in flat:
        if number < 0:
            raise BadInput(field, "numbers that are not negative", str(number))
        if number and not penalised(network):
            raise BadInput(field, "0: the variables of a function space carry no ridge", str(number))
    return flat
