"""Problems made from flags: the architecture of a command, seeded random data, solved like a problem file."""

from __future__ import annotations

import json
from pathlib import Path

from problems.bad_input import BadInput
from problems.problem import document, network_from, read_ridge
from problems.random_data import random_problem
from scripts.answer import answer, certified_answer, deliver, write


def solve_random(
    architecture: dict,
    samples: int,
    ridge: str | None,
    save: Path | None,
    points: str,
    certificate: Path | None,
    cross_check: bool,
    engine: str,
    seed: int,
    jobs: int,
    max_paths: int,
    output: Path | None,
    printed: str,
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
    how = engine, seed, jobs, max_paths, points == "all", cross_check
    result = answer(problem, *how) if certificate is None else certified_answer(problem, *how, certificate)
    if save is not None:
        write(save, json.dumps(document(problem), indent=1) + "\n")
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
