"""From a problem to its result document, with progress, and from there to standard output, a file and an exit status."""

from __future__ import annotations

import os
import tempfile
import time
from functools import partial
from pathlib import Path

import click

from algebra.critical_set import Status, critical_set
from algebra.result import result_document, versions
from problems.generic import continuation
from problems.known import infinite_reason
from problems.problem import Problem, document, loss
from scripts.engines import bounds, chosen, refuse_hopeless
from scripts.options import FORMATS
from scripts.progress import reporting
from scripts.rendering import render
from scripts.start_sets import start_set

EXIT_STATUS = {Status.COMPLETE.value: 0, Status.NOT_FINITE.value: 1, Status.INCOMPLETE.value: 1}


def answer(problem: Problem, engine: str, seed: int, jobs: int, max_paths: int, every_point: bool = False) -> dict:
    """The result document of one problem.

    Raises
    ------
    TooLarge, PhcpyUnavailable : before any work is done.
    """
    refuse_hopeless(problem)
    picked = chosen(engine, jobs)
    began = time.perf_counter()
    polynomial_loss = loss(problem)
    with reporting(problem.network.title) as progress:
        progress("root counts", 0)
        found = bounds(problem, polynomial_loss, picked.record["name"], max_paths)
        counted = time.perf_counter()
        critical = critical_set(
            polynomial_loss,
            picked.tracker,
            seed,
            problem.coercive,
            found,
            continuation(problem),
            partial(start_set, problem, picked, seed, max_paths, progress),
            progress,
        )
    result = result_document(
        critical,
        document(problem),
        {**picked.record, "seed": seed, "versions": versions()},
        {"root counts": counted - began, "total": time.perf_counter() - began},
        every_point,
    )
    result["bounds"] = found
    reason = infinite_reason(problem)
    if critical.status is Status.NOT_FINITE and reason:
        result["reason"] = reason
    return result


def deliver(results: list[dict], printed: str, output: Path | None) -> int:
    """Prints the answer in one format, writes it to ``output`` if given, and returns the exit status."""
    if output is not None:
        write(output, render(results, FORMATS[output.suffix]))
    click.echo(render(results, printed), nl=False)
    return max(EXIT_STATUS[result["status"]] for result in results)


def write(path: Path, text: str) -> None:
    """Writes the whole text or nothing."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.absolute().parent, prefix=".critscape-", delete=False) as file:
        try:
            file.write(text)
            file.close()
            os.chmod(file.name, 0o666 & ~_umask())
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current

