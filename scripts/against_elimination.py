"""``critscape against-elimination``: special random problems, each compared with elimination that is called on its own."""

from __future__ import annotations

from pathlib import Path

import click

from critscape.scripts.flags import options


@click.command("against-elimination", cls=options.Refusing)
@click.option("--networks", type=click.IntRange(0), default=300, show_default=True, help="Networks of all families, in turn.")
@click.option("--polynomials", type=click.IntRange(0), default=100, show_default=True, help="Typed polynomials.")
@click.option(
    "--common-ridge",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Networks with one ridge on all weights; every tenth table is compared with 1,000 descents.",
)
@click.option(
    "--no-ridge",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Linear networks without ridge on all or some blocks, compared with the closed form.",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Seed of the first of each; the others follow. It resumes a run, too.",
)
@options.jobs
@options.output
@options.printed_format
def command(
    networks: int, polynomials: int, common_ridge: int, no_ridge: int, seed: int, jobs: int, output: Path | None, printed: str
) -> int:
    """Solve special random problems (small integers, zeros, repeated samples, partial ridges) and compare each with msolve.

    The dimension of the critical set, the number of complex points modulo two primes and the number of real ones over the rationals
    must be the answer's; of tables of components the number of critical values, complex ones included, the dimension at each rational
    one, and that no row is below certified. Exit status 1 if an answer differs, or takes more than a minute without a reason; each is printed with its
    problem. Incomplete answers are listed with their reasons.
    """
    from critscape.algebra.elimination import msolve
    from critscape.scripts.printing.against_elimination_text import render
    from critscape.scripts.printing.writing import emit
    from critscape.scripts.studies.counting import counting
    from critscape.scripts.studies.engines import EngineUnavailable
    from critscape.scripts.studies.executors import interruptible, spread, workers_of
    from critscape.scripts.studies.soak.against_elimination import compared, summary
    from critscape.scripts.studies.soak.special import COMMON_RIDGE, NETWORK, NO_RIDGE, POLYNOMIAL

    if not msolve.available():
        raise EngineUnavailable(msolve.HOW_TO_INSTALL)
    kinds = ((NETWORK, networks), (POLYNOMIAL, polynomials), (COMMON_RIDGE, common_ridge), (NO_RIDGE, no_ridge))
    tasks = [(kind, seed + k) for kind, number in kinds for k in range(number)]
    found = []
    with interruptible("comparison"), counting("against elimination", len(tasks)) as count:
        for _, record in spread(compared, tasks, workers_of(None, jobs)):
            found.append(record)
            count(f"{record.kind} {record.seed}" + (f" DIFFERS: {record.difference}" if record.difference else ""), 1)
    found.sort(key=lambda record: (record.kind, record.seed))
    document = summary(found)
    emit(document, render, printed, output)
    return int(bool(document["differences"] or document["late"]))
