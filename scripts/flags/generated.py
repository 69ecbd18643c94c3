"""Problems made from flags: the architecture of a command, seeded random data, solved like a problem file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from critscape.problems.files.data_and_loss import measure
from critscape.problems.files.problem_file import document, read_ridge
from critscape.problems.input.bad_input import BadInput, renamed
from critscape.problems.networks.reading import network_from
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.printing.writing import json_text, write
from critscape.scripts.studies.answer import deliver, solved


def solve_random(
    architecture: dict,
    samples: int,
    ridge: str | None,
    residual: str | None,
    save: Path | None,
    seed: int,
    output: Path | None,
    printed: str,
    **flags,
) -> int:
    """Draws the problem that ``seed`` fixes, solves it and delivers the answer; returns the exit status.

    Raises
    ------
    BadInput : flags that describe no network, no ridge or no loss.
    """
    network = network_from(architecture)
    strengths = None
    if ridge is not None:
        parts: list[str] = ridge.split(",")
        strengths = read_ridge(parts if len(parts) > 1 else parts[0], network, "--ridge")
    problem = random_problem(network, samples, seed, strengths)
    if residual is not None:
        with renamed("loss.residual", "--residual"):
            problem = replace(problem, criterion=measure({"residual": residual}, samples, network.outputs))
    result = solved(problem, seed=seed, **flags)
    if save is not None:
        write(save, json_text(document(problem)))
    return deliver([result], printed, output)


def integer_list(text: str, flag: str) -> list[int]:
    """Integers separated by commas.

    Raises
    ------
    BadInput : something else.
    """
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise BadInput(flag, "integers separated by commas", text) from None
