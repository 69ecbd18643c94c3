"""``critscape solve PROBLEM.json``: all critical points of one problem."""

from __future__ import annotations

from pathlib import Path

import click

from critscape.scripts.flags import options


@click.command("solve", cls=options.Refusing)
@click.argument("problem", type=click.Path(path_type=Path))
@click.option(
    "--function-space", is_flag=True,
    help="Solve on the space of functions instead of weights: matrices of bounded rank, for linear and quadratic networks; no ridge.",
)  # fmt: skip
@options.points
@options.certificate
@options.cross_check
@options.solver
def command(problem: Path, function_space: bool, output: Path | None, printed: str, **flags) -> int:
    """Enumerate, certify and classify the critical points of PROBLEM (a problem file, or an earlier result)."""
    from critscape.problems.files.problem_file import load
    from critscape.problems.spaces.function_space_problem import in_function_space
    from critscape.scripts.studies.answer import deliver, solved

    loaded = load(problem)
    asked = in_function_space(loaded) if function_space else loaded
    return deliver([solved(asked, **flags)], printed, output)
