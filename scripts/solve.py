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
def command(problem: Path, output: Path | None, printed: str, **flags) -> int:
    """Enumerate, certify and classify the critical points of PROBLEM (a problem file, or an earlier result)."""
    from problems.problem import load
    from scripts.answer import deliver, solved

    return deliver([solved(load(problem), **flags)], printed, output)
