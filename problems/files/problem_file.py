"""Problem files: problems read from JSON, and written so that reading gives them back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from critscape.problems.criteria.sample_data import data_document
from critscape.problems.files.data_and_loss import read_criterion, read_regression_samples
from critscape.problems.files.documents import kind_of, refuse_others, stamped
from critscape.problems.files.fields import PROBLEM, read_ridge
from critscape.problems.files.writing import json_text
from critscape.problems.input.json_file import contents, validate
from critscape.problems.input.partial_array import partial_document
from critscape.problems.networks.activated.one_hidden_layer import OneHiddenLayer
from critscape.problems.networks.network import penalised
from critscape.problems.networks.reading import ACTIVATED, architecture_from, network_from, refuse_out_of_reach
from critscape.problems.problem.problem import Problem, blockwise
from critscape.problems.problem.regression import Regression


def document(problem: Problem | Regression) -> dict:
    """The problem as a JSON-ready object; ``read_any`` gives the same problem back."""
    described = {"data": data_document(problem)} if isinstance(problem, Regression) else problem.criterion.document(problem)
    found = {"architecture": problem.network.document(), **described}
    if penalised(problem.network):
        found["ridge"] = [partial_document(block) for block in blockwise(problem.network, problem.ridge)]
    return found


def file_text(content: dict) -> str:
    """The text of a problem file, from a problem as ``document`` has it."""
    return json_text(stamped("problem", content))


def load(path: Path) -> Problem:
    """The problem in a file, whose network is polynomial.

    Raises
    ------
    BadInput : unreadable file, no JSON, or content that ``read`` refuses.
    """
    return read(problem_content(path))


def load_any(path: Path) -> Problem | Regression:
    """The problem in a file.

    Raises
    ------
    BadInput : unreadable file, no JSON, or content that ``read_any`` refuses.
    """
    return read_any(problem_content(path))


def problem_content(path: Path) -> Any:
    content = contents(path, "a readable problem file")
    refuse_others(content, str(path), "problem", "result")
    return content


def read(content: Any) -> Problem:
    """The problem described by parsed JSON, whose network is polynomial.

    Raises
    ------
    BadInput : a network that is not polynomial, and what ``read_any`` refuses.
    """
    content = _validated(content)
    network = network_from(content["architecture"])
    inputs, targets, criterion = read_criterion(content, network)
    return Problem(network, inputs, targets, read_ridge(content.get("ridge", 0), network), criterion)


def read_any(content: Any) -> Problem | Regression:
    """The problem described by parsed JSON.

    Raises
    ------
    BadInput : a missing or unknown field, a wrong shape, something that is not a number, a negative ridge.
    """
    content = _validated(content)
    if content["architecture"]["family"] not in ACTIVATED:
        return read(content)
    network = architecture_from(content["architecture"])
    return Regression(network, *read_regression_samples(content, network), read_ridge(content.get("ridge", 0), network))


def read_listed(content: Any) -> Problem | Regression:
    """The problem described by parsed JSON, whose critical points can be listed one by one.

    Raises
    ------
    BadInput : what ``read_any`` refuses, and a network of which that is not so.
    """
    found = read_any(content)
    return found if isinstance(found.network, OneHiddenLayer) else read(content)


def _validated(content: Any) -> dict:
    """The problem object in a document, its fields those of a problem."""
    if kind_of(content) == "result" and "problem" in content:
        # A result carries its problem, so it can be solved again.
        content = content["problem"]
    if isinstance(content, dict):
        refuse_out_of_reach(content.get("architecture"))
    validate(content, PROBLEM, "")
    return content
