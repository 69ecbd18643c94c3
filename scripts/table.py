"""``critscape table NAME``: a named list of problems, solved into one table."""

from __future__ import annotations

from pathlib import Path

import click

from scripts import options

EXAMPLES = "examples"


@click.command("table", cls=options.Refusing)
@click.argument("name", type=click.Choice([EXAMPLES]))
@click.option("--results", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER", help="Write each result to FOLDER/*.json.")
@options.solver
def command(name: str, results: Path | None, engine: str, seed: int, jobs: int, max_paths: int, output: Path | None, printed: str) -> int:
    """Solve every problem of the table NAME (examples: the problems that ship with critscape).

    Exit status 0 also when a problem is there to show a critical set that is not finite.
    """
    import json
    from importlib import resources

    from problems.problem import load
    from scripts.answer import answer, deliver, write

    files = sorted(
        (entry for entry in resources.files("problems").joinpath("examples").iterdir() if entry.name.endswith(".json")),
        key=lambda entry: entry.name,
    )
    solved = []
    for entry in files:
        with resources.as_file(entry) as path:
            result = {"name": path.stem, **answer(load(path), engine, seed, jobs, max_paths)}
        solved.append(result)
        if results is not None:
            results.mkdir(parents=True, exist_ok=True)
            write(results / entry.name, json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    deliver(solved, printed, output)
    return int(any(result["status"] == "incomplete" for result in solved))
