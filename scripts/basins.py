"""``critscape basins INPUT``: how often descent from random starting points ends in each of the enumerated minima."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from critscape.scripts.flags import options

FLAGS = {"method": "--method", "step": "--step", "distribution": "--distribution", "scale": "--scale", "interval": "--from"}
"""Parameter of an experiment → its flag."""


@click.command("basins", cls=options.Refusing)
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@click.option("--runs", type=click.IntRange(1), default=1000, show_default=True, help="Starting points.")
@click.option(
    "--method", type=click.Choice(["flow", "descent"]), default="flow", show_default=True,
    help="Gradient flow w' = -∇L(w), or gradient descent with a fixed step.",
)  # fmt: skip
@click.option("--step", type=float, metavar="H", help="Step of gradient descent, w - H ∇L(w).")
@click.option(
    "--distribution", type=click.Choice(["gaussian", "uniform", "he", "lecun"]),
    help="Starting weights: independent Gaussians (the default), uniform (with --from), or Gaussians of variance 2/fan-in (he) "
    "or 1/fan-in (lecun).",
)  # fmt: skip
@click.option(
    "--scale", type=float, metavar="S", help="Standard deviation of each weight, or factor of that of he and lecun. [default: 1]",
)  # fmt: skip
@click.option("--from", "interval", metavar="A,B", help="Starting weights uniform between A and B.")
@click.option("--max-steps", type=click.IntRange(1), help="Most steps of one run. [default: 20,000; descent 1,000,000]")
@click.option(
    "--records", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="SQLite file of records, by default in the cache folder; an interrupted run goes on from there.",
)  # fmt: skip
@options.solver
def command(
    source: Path,
    runs: int,
    method: str,
    step: float | None,
    distribution: str | None,
    scale: float | None,
    interval: str | None,
    max_steps: int | None,
    records: Path | None,
    engine: str,
    seed: int,
    jobs: int,
    max_paths: int,
    output: Path | None,
    printed: str,
) -> int:
    """Follow gradient flow or descent from random starting points to the enumerated minima of INPUT, and count.

    INPUT is a problem file, which is solved, or a result or a certificate, whose points are proved again instead. The loss must be
    coercive (every ridge positive), its critical points all known and none of them degenerate. Runs of piecewise linear networks follow
    the subgradient flow, or subgradient descent, and end in the stationary sets of critscape solve.

    Exit status: 0 every run ends in an enumerated minimum and every check holds, 1 otherwise or where the question does not apply,
    2 bad input.
    """
    from critscape.algebra.landscape.landscape import NotApplicable
    from critscape.problems.input.bad_input import renamed
    from critscape.problems.recipes.starting_points import StartingPoints
    from critscape.scripts.printing.basins_summary import render
    from critscape.scripts.printing.writing import emit
    from critscape.scripts.studies.basins.experiments import basins_document
    from critscape.scripts.studies.basins.records import default_file
    from critscape.scripts.studies.basins.run import MOST_STEPS, Experiment
    from critscape.scripts.studies.executors import workers_of
    from critscape.scripts.studies.options import Options

    with ExitStack() as names:
        for name, flag in FLAGS.items():
            names.enter_context(renamed(name, flag))
        starts = StartingPoints.of(distribution, scale, two_numbers(interval))
        experiment = Experiment(method, step, starts, seed, max_steps or MOST_STEPS[method])
    try:
        with renamed("distribution", FLAGS["distribution"]):
            solving = Options(engine, seed, jobs, max_paths)
            document = basins_document(source, solving, experiment, runs, workers_of(None, jobs), records or default_file())
    except NotApplicable as refusal:
        click.echo(f"critscape: {refusal}", err=True)
        return 1
    emit(document, render, printed, output)
    return 0 if document["status"] == "complete" else 1


def two_numbers(interval: str | None) -> tuple[float, float] | None:
    """The numbers of --from.

    Raises
    ------
    BadInput : other text.
    """
    from critscape.problems.input.bad_input import BadInput

    if interval is None:
        return None
    try:
        low, high = map(float, interval.split(","))
    except ValueError:
        raise BadInput("--from", "two numbers A,B", interval) from None
    return low, high
