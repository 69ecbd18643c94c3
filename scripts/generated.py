"""Problems made from flags: the architecture of a command, seeded random data, solved like a problem file."""

from __future__ import annotations

from pathlib import Path

from problems.bad_input import BadInput
from problems.problem import document, network_from, read_ridge
from problems.random_data import random_problem
from scripts.answer import deliver, solved
from scripts.writing import json_text, write


def solve_random(
    architecture: dict, samples: int, ridge: str | None, save: Path | None, seed: int, output: Path | None, printed: str, **flags
) -> int:
    """Draws the problem that ``seed`` fixes, solves it and delivers the answer; returns the exit status.

    Raises
    ------
    BadInput : flags that describe no network or no ridge.
    """
    network = network_from(architecture)
    strengths = None
    if ridge is not None:
        parts: list[str] = ridge.split(",")
        strengths = read_ridge(parts if len(parts) > 1 else parts[0], network, "--ridge")
    problem = random_problem(network, samples, seed, strengths)
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
