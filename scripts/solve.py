"""``critscape solve PROBLEM.json``: all critical points of one problem."""

from __future__ import annotations

from pathlib import Path

import click

from scripts import options


@click.command("solve", cls=options.Refusing)
@click.argument("problem", type=click.Path(path_type=Path))
@options.points
@options.certificate
@options.cross_check
@options.solver
def command(
    problem: Path,
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
    """Enumerate, certify and classify the critical points of PROBLEM (a problem file, or an earlier result)."""
    from problems.problem import load
    from scripts.answer import answer, certified_answer, deliver

    loaded = load(problem)
    how = engine, seed, jobs, max_paths, points == "all", cross_check
    result = answer(loaded, *how) if certificate is None else certified_answer(loaded, *how, certificate)
    return deliver([result], printed, output)
