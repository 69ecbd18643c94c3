"""From the name of a theorem, or from all of them, to verdicts on a problem."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from critscape.problems.input.bad_input import BadInput
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.scripts.studies.engines import TooLarge
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.progress import reporting
from critscape.scripts.studies.verdicts import theorems
from critscape.scripts.studies.verdicts.instance import Instance
from critscape.scripts.studies.verdicts.verdict import Theorem, verdict_document


def theorem(name: str) -> type[Theorem]:
    """The theorem of a name.

    Raises
    ------
    BadInput : there is none.
    """
    if name not in theorems.names():
        raise BadInput("theorem", "one of " + ", ".join(theorems.names()), name)
    module = import_module(f"{theorems.__name__}.{name}")
    found: Any = next(item for item in vars(module).values() if isinstance(item, type) and getattr(item, "name", None) == name)
    return found


def verified(name: str, problem: Problem | Regression, options: Options) -> dict:
    """The verdict of a theorem on a problem, as a document.

    Raises
    ------
    BadInput : there is no such theorem, or it says nothing of such a problem.
    TooLarge, EngineUnavailable : before any work is done.
    """
    return verified_on(Instance(problem, options), name)


def verified_on(instance: Instance, name: str) -> dict:
    """As :func:`verified`; what other theorems have asked of the instance is not computed again."""
    chosen, problem = theorem(name), instance.problem
    refused = chosen.inapplicable(problem)
    if refused is not None:
        raise BadInput("theorem", f"one that applies to {problem.title}: of {name}, {refused} (--all runs those that do)", name)
    with reporting(f"{name}: {problem.network.title}") as progress:
        return verdict_document(problem, chosen.verdict(instance, progress), instance.options)


def verified_all(problem: Problem | Regression, options: Options) -> tuple[list[dict], dict[str, str], dict[str, str]]:
    """The verdicts of all theorems that apply, why the others do not, and of which of those that do the problem is too large.

    Raises
    ------
    TooLarge : for all of them; nothing was done.
    EngineUnavailable : before any work is done.
    """
    reasons = {name: theorem(name).inapplicable(problem) for name in theorems.names()}
    instance = Instance(problem, options)
    applying = [name for name, reason in reasons.items() if reason is None]
    found, too_large = [], {}
    for name in applying:
        try:
            found.append(verified_on(instance, name))
        except TooLarge as error:
            too_large[name] = error
    if too_large and not found:
        raise next(iter(too_large.values()))
    inapplicable = {name: reason for name, reason in reasons.items() if reason is not None}
    return found, inapplicable, {name: str(error) for name, error in too_large.items()}
