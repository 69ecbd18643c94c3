"""``critscape ensemble ENSEMBLE.json``: critical points of many random problems of one kind, and what is typical of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from critscape.scripts.flags import options
from critscape.scripts.studies.options import Options

if TYPE_CHECKING:
    from critscape.problems.recipes.ensemble import Ensemble


@click.command("ensemble", cls=options.Refusing)
@click.argument("ensemble", type=click.Path(path_type=Path))
@click.option("--draws", type=click.IntRange(1), default=1000, show_default=True, help="Random problems.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Fixes every draw.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes to use.")
@click.option(
    "--cluster", metavar="WHERE",
    help="Use the workers of a Dask scheduler (dask://HOST:PORT) or of MPI "
    "(mpi, started by `mpiexec -n K python -m mpi4py.futures`).",
)  # fmt: skip
@click.option(
    "--max-paths", type=click.IntRange(1), default=Options.max_paths, show_default=True, help="Largest number of paths to follow in one draw.",
)  # fmt: skip
@click.option(
    "--records", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="SQLite file of records, by default in the cache folder; an interrupted run goes on from there.",
)  # fmt: skip
@click.option(
    "--keep", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER",
    help="Write the extreme draws, and those without a complete answer, to FOLDER as problem files, for `critscape solve`.",
)  # fmt: skip
@click.option(
    "--climb", "goal", type=click.Choice(["real", "spurious"]),
    help="Search on from the best draws for more real points or spurious minima, certify the record and write it to the folder "
    "of --keep.",
)  # fmt: skip
@click.option("--climb-steps", "steps", type=click.IntRange(1), default=500, show_default=True, help="Steps of each climb.")
@options.quiet
@options.output
@options.printed_format
def command(
    ensemble: Path,
    draws: int,
    seed: int,
    jobs: int,
    cluster: str | None,
    max_paths: int,
    records: Path | None,
    keep: Path | None,
    goal: str | None,
    steps: int,
    output: Path | None,
    printed: str,
) -> int:
    """Draw random problems from ENSEMBLE (an ensemble file, or the name of one that ships) and count their critical points.

    Each draw is decided in double precision where all evidence of completeness holds, and by a certified solve where it does not.
    Exit status 1 if a draw has no complete answer, or the record of a climb none that is certified.
    """
    from critscape.algebra.critical.critical_set import Status
    from critscape.problems.input.bad_input import BadInput
    from critscape.problems.recipes.ensemble import load
    from critscape.scripts.printing.ensemble_summary import render
    from critscape.scripts.printing.writing import emit
    from critscape.scripts.studies.ensembles.climb import climb
    from critscape.scripts.studies.ensembles.records import default_file, opened
    from critscape.scripts.studies.ensembles.run import run
    from critscape.scripts.studies.ensembles.summary import summary
    from critscape.scripts.studies.executors import workers_of

    chosen = load(ensemble)
    distinct = chosen.recipe.distinct
    if distinct is not None and draws > distinct:
        raise BadInput("--draws", f"at most {distinct}, the number of data sets in the file, as the ridge is fixed", draws)
    if goal is not None and not chosen.polynomial:
        raise BadInput("--climb", f"nothing: the family {chosen.network.family} has no climb")
    if goal is not None and keep is None:
        raise BadInput("--keep", "a folder for the record of --climb")
    workers = workers_of(cluster, jobs)
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
    with opened(records or default_file(chosen, seed), chosen, seed) as kept:
        run(chosen, seed, draws, workers, max_paths, kept)
        rows = kept.draws(draws)
        document = summary(chosen, seed, rows)
        record = None
        if goal is not None:
            document["climb"], record = climb(chosen, seed, rows, goal, steps, workers, max_paths, kept)
    if keep is not None:
        write_kept(document, chosen, record, keep)
    emit(document, render, printed, output)
    unanswered = any(row.status not in (Status.COMPLETE.value, Status.NOT_FINITE.value) for row in rows)
    return int(unanswered or (goal is not None and record is None))


def write_kept(document: dict, ensemble: Ensemble, record: dict | None, folder: Path) -> None:
    """Writes the problems that a summary names and that of the climb's record to ``folder``; their entries then name the files."""
    from critscape.problems.files.problem_file import document as problem_document
    from critscape.problems.files.problem_file import file_text
    from critscape.problems.files.writing import write
    from critscape.scripts.printing.ensemble_summary import MOST_LISTED

    for kind, entries in (*document["extremes"].items(), ("not complete", document["not_complete"][:MOST_LISTED])):
        for entry in entries:
            entry["file"] = f"{kind.replace(' ', '-')}-draw-{entry['number']}.json"
            problem = ensemble.any_problem(document["seed"], entry["number"])
            write(folder / entry["file"], file_text(problem_document(problem)))
    if record is not None:
        file = f"climb-{document['climb']['goal']}.json"
        document["climb"]["record"]["file"] = file
        write(folder / file, file_text(record))
