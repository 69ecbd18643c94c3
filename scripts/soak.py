"""``critscape soak``: many random data sets of each case, every one of which must come out complete and right."""

from __future__ import annotations

from pathlib import Path

import click

from critscape.scripts.flags import options


@click.command("soak", cls=options.Refusing)
@click.option("--sets", type=click.IntRange(1), default=1000, show_default=True, help="Data sets of each case.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the first data set; the others follow.")
@click.option(
    "--case", "names", multiple=True, metavar="NAME",
    help="Only this case, e.g. 2-2-2:m5 or quadratic-2-2-trained:m3 (m: samples); may be repeated.",
)  # fmt: skip
@click.option(
    "--eliminate", type=click.IntRange(0), default=10, show_default=True, metavar="K",
    help="Data sets of each case that are compared with exact elimination by msolve; unless 0, the doubtful ones are too.",
)  # fmt: skip
@options.jobs
@click.option(
    "--records", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="SQLite file of records, by default in the cache folder; an interrupted run goes on from there.",
)  # fmt: skip
@options.output
@options.printed_format
def command(
    sets: int, seed: int, names: tuple[str, ...], eliminate: int, jobs: int, records: Path | None, output: Path | None, printed: str
) -> int:
    """Solve many random data sets of each case: no path may be lost, all evidence must hold, N_C must be one number.

    A data set whose N_C differs from the others' passes if exact elimination confirms it: small rationals can be special.

    Without --case: widths 2-2-2 (1, 2 and 5 samples), 2-1-1-2, 2-3-2, and quadratic networks with two inputs and units, fixed and
    trained. Exit status 1 if anything failed; each failure is named with the command that repeats it.
    """
    from critscape.algebra.elimination import msolve
    from critscape.problems.input.bad_input import BadInput
    from critscape.scripts.printing.soak_summary import render
    from critscape.scripts.printing.writing import emit
    from critscape.scripts.studies.engines import refuse_hopeless
    from critscape.scripts.studies.soak.case import CASES, case
    from critscape.scripts.studies.soak.records import default_file, opened
    from critscape.scripts.studies.soak.run import run
    from critscape.scripts.studies.soak.summary import failures, summary

    cases = [case(name) for name in dict.fromkeys(names or CASES)]
    for chosen in cases:
        refuse_hopeless(chosen.problem(seed))
    if eliminate and not msolve.available():
        raise BadInput("--eliminate", f"0 where msolve is not there ({msolve.HOW_TO_INSTALL})", eliminate)
    seeds = range(seed, seed + sets)
    with opened(records or default_file()) as kept:
        run(cases, seeds, eliminate, jobs, kept)
        document = summary(cases, seeds, eliminate, kept)
    emit(document, render, printed, output)
    return int(any(failures(document)))
