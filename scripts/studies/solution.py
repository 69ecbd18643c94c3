"""From a problem of any family to the document that answers it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from critscape.problems.input.bad_input import BadInput
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.scripts.studies.answer import certified, solve
from critscape.scripts.studies.options import Options

REGRESSIONS: dict[str, str] = {"feed-forward": "splitting.refusal", "one-hidden-layer": "smooth.run", "piecewise-linear": "cells.answer"}
"""Family of the room ``activated`` → the module of this package whose ``answered(problem, options, certificate)`` gives its document."""


def solution(problem: Problem | Regression, options: Options, certificate: Path | None = None) -> dict:
    """The result document of a problem; its certificate is written to ``certificate``, if given, once the checker has proved all of it.

    Raises
    ------
    TooLarge, EngineUnavailable : before any work is done.
    BadInput : an option that the problem's family does not have.
    """
    if options.boxes is not None and problem.network.family != "one-hidden-layer":
        raise BadInput("--boxes", f"nothing: the family {problem.network.family} is not searched box by box")
    if options.cluster is not None and problem.network.family == "feed-forward":
        raise BadInput("--cluster", "nothing: the family feed-forward is answered on this machine (--jobs)")
    if options.cluster is not None and options.engine in ("phcpy", "exact"):
        raise BadInput("--cluster", f"nothing: the engine {options.engine} works on this machine (--jobs)")
    if isinstance(problem, Regression):
        for flag, given, only in (("--engine", options.engine, Options.engine), ("--cross-check", options.cross_check, False)):
            if given != only:
                raise BadInput(flag, f"nothing: the family {problem.network.family} has one way to its answer")
        module = import_module(f"critscape.scripts.studies.{REGRESSIONS[problem.network.family]}")
        return module.answered(problem, options, certificate)
    found = solve(problem, options)
    return (found if certificate is None else certified(found, certificate)).document
