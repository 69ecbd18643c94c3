"""Problem files: problems read from JSON, and written so that reading gives them back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from critscape.problems.files.data_and_loss import read_criterion
from critscape.problems.files.documents import kind_of, refuse_others, stamped
from critscape.problems.files.fields import PROBLEM, read_ridge
from critscape.problems.files.writing import json_text
from critscape.problems.input.json_file import contents, validate
from critscape.problems.input.partial_array import partial_document
from critscape.problems.networks.network import penalised
from critscape.problems.networks.reading import network_from, refuse_out_of_reach
from critscape.problems.problem.problem import Problem, blockwise


def document(problem: Problem) -> dict:
    """The problem as a JSON-ready object; ``read`` gives the same problem back."""
    found = {"architecture": problem.network.document(), **problem.criterion.document(problem)}
    if penalised(problem.network):
        found["ridge"] = [partial_document(block) for block in blockwise(problem.network, problem.ridge)]
    return found


def file_text(content: dict) -> str:
    """The text of a problem file, from a problem as ``document`` has it."""
    return json_text(stamped("problem", content))


def load(path: Path) -> Problem:
    """The problem in a file.

    Raises
    ------
    BadInput : unreadable file, no JSON, or content that ``read`` refuses.
    """
    content = contents(path, "a readable problem file")
    refuse_others(content, str(path), "problem", "result")
    return read(content)


def read(content: Any) -> Problem:
    """The problem described by parsed JSON.

    Raises
    ------
    BadInput : a missing or unknown field, a wrong shape, something that is not a number, a negative ridge.
    """
    if kind_of(content) == "result" and "problem" in content:
        # A result carries its problem, so it can be solved again.
        content = content["problem"]
    if isinstance(content, dict):
        refuse_out_of_reach(content.get("architecture"))
    validate(content, PROBLEM, "")
    network = network_from(content["architecture"])
    inputs, targets, criterion = read_criterion(content, network)
    return Problem(network, inputs, targets, read_ridge(content.get("ridge", 0), network), criterion)
