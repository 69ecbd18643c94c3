"""Problems made from flags: the architecture of a command, random samples or those of a file, solved like a problem file."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from critscape.problems.criteria.squared import least_squares
from critscape.problems.files.data_and_loss import measure
from critscape.problems.files.data_file import read_samples
from critscape.problems.files.problem_file import document, file_text, read_ridge
from critscape.problems.files.writing import write
from critscape.problems.input.bad_input import BadInput, renamed
from critscape.problems.input.json_file import parse
from critscape.problems.networks.network import Architecture
from critscape.problems.networks.reading import ACTIVATED, architecture_from, network_from
from critscape.problems.problem.problem import Problem, Samples
from critscape.problems.problem.regression import Regression
from critscape.problems.recipes.random_data import random_numbers
from critscape.scripts.printing.delivery import deliver
from critscape.scripts.printing.rendering import View
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.solution import solution

AMBIGUOUS = re.compile(r"\s*\d+,\d+\s*")
"""One number with a decimal comma, or two whole numbers."""


def solve_flags(
    architecture: dict,
    samples: int | None,
    data: Path | None,
    ridge: str | None,
    residual: str | None,
    save: Path | None,
    certificate: Path | None,
    seed: int,
    output: Path | None,
    printed: str,
    all_points: bool,
    **flags,
) -> int:
    """Solves the problem with the samples in the file ``data``, or else the one that ``seed`` fixes, and delivers the answer.

    Returns the exit status.

    Raises
    ------
    BadInput : flags that describe no network, no data, no ridge or no loss.
    """
    problem: Problem | Regression
    if architecture["family"] in ACTIVATED:
        if residual is not None:
            raise BadInput("--residual", f"nothing: the errors of the family {architecture['family']} are squared")
        other = architecture_from(architecture)
        problem = Regression(other, *numbers(other, samples, data, ridge, seed))
    else:
        network = network_from(architecture)
        problem = least_squares(network, *numbers(network, samples, data, ridge, seed))
        if residual is not None:
            with renamed("loss.residual", "--residual"):
                problem = replace(problem, criterion=measure({"residual": residual}, problem.samples, network.outputs))
    answer = solution(problem, Options(seed=seed, **flags, prove=certificate is not None, components=True), certificate)
    if save is not None:
        write(save, file_text(document(problem)))
    return deliver([answer], printed, output, View(all_points))


def numbers(
    network: Architecture, samples: int | None, data: Path | None, ridge: str | None, seed: int
) -> tuple[Samples, Samples, tuple[Fraction, ...]]:
    """Inputs, targets and ridge that the flags describe.

    Raises
    ------
    BadInput : flags that describe no data or no ridge.
    """
    strengths = None if ridge is None else ridge_of(ridge, network)
    if samples is not None and data is None:
        return random_numbers(network, samples, seed, strengths)
    if data is None or samples is not None:
        raise BadInput("--samples", "a number of random samples, or --data FILE with samples of your own (one of the two)", samples)
    return (*read_samples(data, network), read_ridge(0, network) if strengths is None else strengths)


def ridge_of(text: str, network: Architecture) -> tuple[Fraction, ...]:
    """One λ per weight from the text of ``--ridge``: a number, numbers separated by commas, or an array as problem files have it.

    Raises
    ------
    BadInput : something else, or text that may be one number with a decimal comma as well as two numbers.
    """
    if AMBIGUOUS.fullmatch(text):
        whole, part = text.strip().split(",")
        meant = f"{whole}.{part} for one ridge, or [{whole}, {part}] for one of each of two weight blocks"
        raise BadInput("--ridge", f"{meant}, as a comma may mean either", text)
    if text.lstrip().startswith("["):
        return read_ridge(parse(text, "--ridge"), network, "--ridge")
    parts = text.split(",")
    return read_ridge(parts if len(parts) > 1 else parts[0], network, "--ridge")


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
