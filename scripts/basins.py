"""``critscape basins INPUT``: how often descent from random starting points ends in each of the enumerated minima."""

from __future__ import annotations

import math
from pathlib import Path

import click

from critscape.problems.recipes.starting_points import DISTRIBUTIONS
from critscape.scripts.flags import options


@click.command("basins", cls=options.Refusing)
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@click.option("--runs", type=click.IntRange(1), default=1000, show_default=True, help="Starting points.")
@click.option(
    "--method", type=click.Choice(["flow", "descent"]), default="flow", show_default=True,
    help="Gradient flow w' = -∇L(w), or gradient descent with a fixed step.",
)  # fmt: skip
@click.option("--step", type=float, metavar="H", help="Step of gradient descent, w - H ∇L(w).")
@click.option(
    "--distribution", type=click.Choice(DISTRIBUTIONS),
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
    coercive (every ridge positive), its critical points all known and none of them degenerate.

    Exit status: 0 every run ends in an enumerated minimum and every check holds, 1 otherwise or where the question does not apply,
    2 bad input.
    """
    from critscape.algebra.landscape.landscape import NotApplicable
    from critscape.scripts.printing.basins_summary import render
    from critscape.scripts.printing.writing import emit
    from critscape.scripts.studies.basins.records import default_file, opened
    from critscape.scripts.studies.basins.run import MOST_STEPS, Experiment, identity, run
    from critscape.scripts.studies.basins.summary import summary
    from critscape.scripts.studies.executors import workers_of
    from critscape.scripts.studies.known_points import known_points
    from critscape.scripts.studies.options import Options

    checked_step(method, step)
    starts = starting_points(distribution, scale, interval)
    try:
        known = known_points(source, Options(engine, seed, jobs, max_paths))
    except NotApplicable as refusal:
        click.echo(f"critscape: {refusal}", err=True)
        return 1
    starts.deviations(known.problem.network)
    experiment = Experiment(method, step, starts, seed, max_steps or MOST_STEPS[method])
    with opened(records or default_file(), identity(known, experiment)) as kept:
        run(known, experiment, runs, workers_of(None, jobs), kept)
        document = summary(known, experiment, kept, runs)
    emit(document, render, printed, output)
    return 0 if document["status"] == "complete" else 1


def checked_step(method: str, step: float | None) -> None:
    """Refuses a step that does not go with the method.

    Raises
    ------
    BadInput : none, or not a positive number, for descent; any for the flow.
    """
    from critscape.problems.input.bad_input import BadInput

    if method == "flow" and step is not None:
        raise BadInput("--step", "--method descent with it: the flow chooses its own steps", step)
    if method == "descent" and (step is None or not 0 < step < math.inf):
        raise BadInput("--step", "a positive number, the step of gradient descent", "none" if step is None else step)


def starting_points(distribution: str | None, scale: float | None, interval: str | None):
    """The distribution that the flags mean.

    Raises
    ------
    BadInput : flags that do not go together, or numbers that are no interval or no positive scale.
    """
    from critscape.problems.input.bad_input import BadInput
    from critscape.problems.recipes.starting_points import StartingPoints

    kind = distribution or ("gaussian" if interval is None else "uniform")
    if (kind == "uniform") != (interval is not None):
        raise BadInput("--from", "two numbers A,B for --distribution uniform, and for no other", interval or "none")
    if kind != "uniform":
        if scale is not None and not 0 < scale < math.inf:
            raise BadInput("--scale", "a positive number", scale)
        return StartingPoints(kind, 1.0 if scale is None else scale)
    if scale is not None:
        raise BadInput("--scale", "no scale beside --from", scale)
    try:
        low, high = map(float, interval.split(","))
    except ValueError:
        raise BadInput("--from", "two numbers A,B", interval) from None
    if not -math.inf < low < high < math.inf:
        raise BadInput("--from", "two numbers A,B with A < B", interval)
    return StartingPoints(kind, low=low, high=high)
