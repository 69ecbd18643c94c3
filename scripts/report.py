"""``critscape report RESULT.json``: one web page to look at, print and keep."""

from __future__ import annotations

from pathlib import Path

import click

from critscape.scripts.flags import options


@click.command("report", cls=options.Refusing)
@click.argument("result", type=click.Path(path_type=Path))
@click.option(
    "--output", type=click.Path(path_type=Path), callback=options.ending_in(".html"), metavar="FILE",
    help="Page to write (.html); if absent, RESULT with the ending .html.",
)  # fmt: skip
@click.option(
    "--landscape", type=click.Path(path_type=Path), metavar="FILE",
    help="What `critscape landscape RESULT --output FILE` (.json) wrote: its sublevel sets become part of the page.",
)  # fmt: skip
@click.option(
    "--verdicts", type=click.Path(path_type=Path), metavar="FILE",
    help="What `critscape verify --all PROBLEM --output FILE` (.json) wrote: what theorems say becomes part of the page.",
)  # fmt: skip
@click.option("--quiet", "-q", is_flag=True, help="Do not say which file was written.")
def command(result: Path, output: Path | None, landscape: Path | None, verdicts: Path | None, quiet: bool) -> int:
    """Write RESULT (JSON, as --output FILE.json of other commands writes it) as one self-contained HTML page.

    The page opens from disk and loads nothing. A list of results has one section for each.

    Exit status: 0 complete, 1 written from an answer that is not complete (the page says so), 2 bad input.
    """
    from critscape.problems.files.writing import write
    from critscape.problems.input.bad_input import BadInput
    from critscape.scripts.pages.report_page import page
    from critscape.scripts.pages.report_source import read_landscape, read_results, read_verdicts

    results = read_results(result)
    for flag, name, file, reader in (
        ("--landscape", "landscape", landscape, read_landscape),
        ("--verdicts", "verdicts", verdicts, read_verdicts),
    ):
        if file is not None:
            if len(results) > 1:
                raise BadInput(flag, "one result to go with it", f"{len(results)} results")
            results = [(results[0][0] | {name: reader(file, results[0][1])}, results[0][1])]
    target = output or result.with_suffix(".html")
    if target.resolve() == result.resolve():
        raise BadInput("--output", "another file than RESULT", str(target))
    write(target, page(results))
    if not quiet:
        click.echo(f"wrote {target}")
    shown = [document for document, _ in results]
    shown += [document["landscape"] for document in shown if "landscape" in document]
    return int(any(document["status"] != "complete" for document in shown))
