"""``critscape table NAME``: a table of many problems, beside published values where there are some."""

from __future__ import annotations

from pathlib import Path

import click

from critscape.scripts.flags import options

EXAMPLES = "examples"


@click.command("table", cls=options.Refusing)
@click.argument("name", metavar="NAME|TABLE.json")
@click.option(
    "--results", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER",
    help="examples: write each result to FOLDER/*.json.",
)  # fmt: skip
@click.option(
    "--seconds", type=click.FloatRange(0, min_open=True), default=600, show_default=True,
    help="Time for the whole table (not for examples, nor for what theorems say); rows that do not finish say so.",
)  # fmt: skip
@options.solver
def command(name: str, results: Path | None, seconds: float, **flags) -> int:
    """Compute the table NAME, or the one that a file TABLE.json describes.

    \b
    examples           the problems that ship with critscape
    bharadwaj-hosten   linear networks, one sample, beside the tables of arXiv 2301.12651
    linear-samples     linear networks with one hidden layer and more samples
    no-ridge           components of the critical sets of small networks without ridge
    quadratic          quadratic networks, outer weights fixed or trained
    seeds              what theorems say of small cases, inside and outside their hypotheses
    random-cases       what theorems say of 50 or more random cases each; --seed draws others

    Exit status 1 if a value is missing, but for mixed volumes (BKK), which a table can do without, or if a difference from a
    published value is not explained. What is finished is kept in the cache folder: the same command goes on from there. The
    examples exit with 0 although one of them is there to show a critical set that is not finite.
    """
    if name == EXAMPLES:
        return examples(results, **flags)
    cases = cases_file(name)
    if cases is not None:
        return verdicts(cases, results, **flags)
    return described(name, results, seconds, **flags)


def examples(results: Path | None, output: Path | None, printed: str, **flags) -> int:
    """Solves the problems that ship with critscape."""
    from critscape.problems.files.problem_file import load
    from critscape.problems.files.writing import json_text, write
    from critscape.problems.recipes.shipped import shipped
    from critscape.scripts.printing.delivery import deliver
    from critscape.scripts.studies.answer import solve
    from critscape.scripts.studies.options import Options

    solved = []
    for name, path in shipped(EXAMPLES).items():
        result = {"name": name, **solve(load(path), Options(**flags)).document}
        solved.append(result)
        if results is not None:
            results.mkdir(parents=True, exist_ok=True)
            write(results / path.name, json_text(result))
    deliver(solved, printed, output)
    return int(any(result["status"] == "incomplete" for result in solved))


def cases_file(name: str) -> Path | None:
    """The file of cases for theorems that a name means; None if it means something else."""
    from critscape.problems.files.documents import kind_of
    from critscape.problems.input.bad_input import BadInput
    from critscape.problems.input.json_file import contents
    from critscape.problems.recipes.shipped import shipped

    if name in shipped("verdicts"):
        return shipped("verdicts")[name]
    try:
        return Path(name) if name.endswith(".json") and kind_of(contents(Path(name), "")) == "verdict cases" else None
    except BadInput:
        # Whoever reads it as a table says what is wrong with it.
        return None


def verdicts(cases: Path, results: Path | None, output: Path | None, printed: str, **flags) -> int:
    """Judges the cases in a file; returns the exit status.

    Raises
    ------
    BadInput : no such cases, or --results, which belongs to the examples.
    Interrupted : by the keyboard, or because a process ended.
    """
    from critscape.problems.input.bad_input import BadInput
    from critscape.problems.recipes.verdict_cases import load_cases
    from critscape.scripts.printing.verdict_table_rendering import render
    from critscape.scripts.printing.writing import emit
    from critscape.scripts.studies.options import Options
    from critscape.scripts.studies.verdicts.cases import all_answered, verdict_table

    if results is not None:
        raise BadInput("--results", f"the table {EXAMPLES}", str(cases))
    document = verdict_table(*load_cases(cases, flags["seed"]), Options(**flags, components=True))
    emit(document, render, printed, output)
    return 0 if all_answered(document) else 1


def described(
    name: str,
    results: Path | None,
    seconds: float,
    output: Path | None,
    printed: str,
    **flags,
) -> int:
    """Computes a table that a file describes; returns the exit status.

    Raises
    ------
    BadInput : no such table, a file that cannot be read, or --results, which belongs to the examples.
    Interrupted : by the keyboard, or because a process ended.
    """
    import time

    from critscape.problems.input.bad_input import BadInput
    from critscape.problems.recipes.shipped import shipped
    from critscape.problems.recipes.table_file import load_table
    from critscape.scripts.printing.table_rendering import render_table
    from critscape.scripts.printing.writing import emit
    from critscape.scripts.studies.engines import chosen
    from critscape.scripts.studies.options import Options
    from critscape.scripts.studies.tables.document import finished, table_document
    from critscape.scripts.studies.tables.estimate import Allowance
    from critscape.scripts.studies.tables.run import VOLUME, run

    tables = shipped("tables")
    if name not in tables and not name.endswith(".json"):
        raise BadInput("NAME", f"a file that ends in .json or one of {', '.join((EXAMPLES, *tables, *shipped('verdicts')))}", name)
    if results is not None:
        raise BadInput("--results", f"the table {EXAMPLES}", name)
    table = load_table(tables.get(name) or Path(name))
    # What is not installed is said now.
    how = Options(**flags)
    chosen(how.engine, 1)
    began = time.monotonic()
    (done,) = run([table], how, seconds, Allowance(seconds, (VOLUME,), "--seconds"))
    document = table_document(table, Path(name).stem, done, how, seconds, round(time.monotonic() - began, 1))
    emit(document, render_table, printed, output)
    return 0 if finished(document) else 1
