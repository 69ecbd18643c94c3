"""Flags that mean the same in every command."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from critscape.scripts.printing.writing import FORMATS
from critscape.scripts.studies.options import ENGINES, LISTED, Options


def stack(*options: Callable) -> Callable:
    """Several click decorators as one, in reading order."""

    def decorate(function: Callable) -> Callable:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def ending_in(*endings: str) -> Callable[[click.Context, click.Parameter, Path | None], Path | None]:
    """A callback that refuses an output file with another ending, or that cannot be written, before any work is done."""

    def checked(context: click.Context, parameter: click.Parameter, value: Path | None) -> Path | None:
        if value is None:
            return None
        if value.suffix not in endings:
            raise click.BadParameter(f"expected a file name that ends in {', '.join(endings)}, got {value.name!r}")
        folder = value.absolute().parent
        if value.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
            raise click.BadParameter(f"expected a file in an existing folder that can be written to, got '{value}'")
        return value

    return checked


def _go_wide(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        from critscape.scripts.printing.text_table import WIDE

        token = WIDE.set(True)
        context.call_on_close(lambda: WIDE.reset(token))


wide = click.option(
    "--wide", is_flag=True, expose_value=False, callback=_go_wide, help="All columns, however wide the terminal is.",
)  # fmt: skip
printed_format = stack(
    click.option(
        "--format", "printed", type=click.Choice(list(FORMATS.values())), default="text", show_default=True,
        help="What standard output carries.",
    ),
    wide,
)  # fmt: skip
output = click.option(
    "--output", type=click.Path(path_type=Path), callback=ending_in(*FORMATS), metavar="FILE",
    help="Also write the answer to FILE, in the format that its ending names (" + " ".join(FORMATS) + ").",
)  # fmt: skip


def _keep_quiet(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        from critscape.scripts.studies.progress import QUIET

        token = QUIET.set(True)
        context.call_on_close(lambda: QUIET.reset(token))


quiet = click.option("--quiet", "-q", is_flag=True, expose_value=False, callback=_keep_quiet, help="No progress on standard error.")
seed = click.option("--seed", type=click.IntRange(0), default=Options.seed, show_default=True, help="Fixes every random choice.")
jobs = stack(click.option("--jobs", type=click.IntRange(1), default=Options.jobs, show_default=True, help="Cores to use."), quiet)
solver = stack(
    click.option(
        "--engine",
        type=click.Choice(ENGINES),
        default=Options.engine,
        show_default=True,
        help="Path tracker: our own (batch) or PHCpack through phcpy; exact: elimination by msolve instead; "
        "auto: batch, and elimination where it alone can tell or is shorter.",
    ),
    seed,
    jobs,
    click.option(
        "--max-paths",
        type=click.IntRange(1),
        default=Options.max_paths,
        show_default=True,
        help="Largest number of paths to follow; for phcpy this is compared with the mixed volume before it starts.",
    ),
    output,
    printed_format,
)
cluster = click.option(
    "--cluster", metavar="WHERE",
    help="Use the workers of a Dask scheduler (dask://HOST:PORT) or of MPI (mpi): for thousands of paths, "
    "and for the search of networks of ReLU, logistic or tanh units.",
)  # fmt: skip
boxes = click.option(
    "--boxes", type=click.IntRange(1), metavar="N",
    help="Networks of logistic or tanh units: boxes that are examined at most (20 million without it), four inner weights too.",
)  # fmt: skip
data = stack(
    click.option("--samples", type=click.IntRange(1, 1000), help="Number m of random samples (--seed fixes them)."),
    click.option(
        "--data",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Samples of your own instead: a .csv with columns x1, …, y1, … (or counted, inputs first), or an .npz with arrays x and y.",
    ),
    click.option(
        "--ridge",
        metavar="R[,R…]",
        help="One ridge for all weights, or one per weight block; if absent, random for random data and 0 for --data.",
    ),
    click.option(
        "--residual",
        metavar="POLYNOMIAL",
        help="A polynomial in r, as text, of each residual instead of its square, such as r^2/2 + r^4/10.",
    ),
    click.option(
        "--save",
        type=click.Path(path_type=Path),
        callback=ending_in(".json"),
        metavar="FILE",
        help="Write the problem file too (.json).",
    ),
)
certificate = click.option(
    "--certificate", type=click.Path(path_type=Path), callback=ending_in(".json"), metavar="FILE",
    help="Write a certificate of the points to FILE (.json); `critscape check FILE` proves it again.",
)  # fmt: skip
cross_check = click.option(
    "--cross-check", is_flag=True,
    help="Compare the counts with exact elimination (msolve): the degree modulo two primes, the real points over the rationals.",
)  # fmt: skip
shown_points = stack(
    click.option("--all-points", is_flag=True, help="Tables (and CSV) list every real point, not one of each orbit of the symmetries."),
    click.option(
        "--spectra", is_flag=True,
        help="Also the eigenvalues of the Hessian and the rank of the end-to-end matrix at each point, in double precision.",
    ),
)  # fmt: skip
points = click.option(
    "--points", type=click.Choice(LISTED), default=Options.points, show_default=True,
    help="Critical points that JSON lists.",
)  # fmt: skip


class Refusing(click.Command):
    """A command whose ``BadInput`` and missing engine become usage errors: one line, exit status 2.

    Where it stops with ``Interrupted``, what it has done is kept: a line says so, and the exit status is the one that it names.
    """

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:  # noqa: BLE001 (what it does not know it raises again)
            return self.refused(error)

    def refused(self, error: Exception) -> int:
        """The exit status of a run that stopped; or it raises what says why."""
        # Here and not above: they bring FLINT, which a check without it does not load.
        from critscape.algebra.phcpack.engine import PhcpyUnavailable
        from critscape.problems.input.bad_input import BadInput
        from critscape.scripts.studies.engines import EngineUnavailable, TooLarge
        from critscape.scripts.studies.executors import Interrupted

        if isinstance(error, (BadInput, PhcpyUnavailable, EngineUnavailable, TooLarge)):
            raise click.UsageError(str(error)) from None
        if isinstance(error, Interrupted):
            click.echo(f"critscape: {error}; what is done is kept, the same command goes on from there", err=True)
            return error.status
        raise error
