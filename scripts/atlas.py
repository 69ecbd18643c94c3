"""``critscape atlas``: how many critical points small architectures have, as a table, as data and as a site."""

from __future__ import annotations

import shlex
from pathlib import Path

import click
from click.core import ParameterSource

from critscape.scripts.flags import options

ENDINGS = (".json", ".csv", ".sqlite", ".md", ".tex", ".txt")


@click.command("atlas", cls=options.Refusing)
@click.argument("atlas", required=False, metavar="[NAME|ATLAS.json]", type=click.Path(path_type=Path))
@click.option("--weights", type=click.IntRange(1), default=6, show_default=True, help="Architectures with at most so many weights.")
@click.option("--published", is_flag=True, help="Also the larger architectures of which counts are published.")
@click.option("--draws", type=click.IntRange(1), default=100, show_default=True, help="Random problems of each row.")
@click.option(
    "--select", multiple=True, metavar="NAME", help="Only these rows, * stands for anything: 'linear-2-*'. May be given several times."
)
@click.option(
    "--seconds",
    type=click.FloatRange(0, min_open=True),
    default=7200,
    show_default=True,
    help="Time for all of it; what does not finish says so.",
)
@click.option(
    "--work",
    type=click.FloatRange(0, min_open=True),
    default=300,
    show_default=True,
    help="Estimated seconds of a core for a mixed volume, ten problems or a list of components; what takes more is left out and says so.",
)
@click.option(
    "--site", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER", help="Also write a static site to FOLDER/index.html."
)
@click.option(
    "--output", type=click.Path(path_type=Path), callback=options.ending_in(*ENDINGS), metavar="FILE",
    help="Also write the atlas to FILE, in the format that its ending names (" + " ".join(ENDINGS) + ").",
)  # fmt: skip
@options.printed_format
@options.seed
@options.jobs
@click.pass_context
def command(
    context: click.Context,
    atlas: Path | None,
    weights: int,
    published: bool,
    draws: int,
    select: tuple[str, ...],
    seconds: float,
    work: float,
    site: Path | None,
    output: Path | None,
    printed: str,
    seed: int,
    jobs: int,
) -> int:
    """Complex and real critical points, minima and components of small architectures, each number with its level.

    With the NAME of the atlas that ships with critscape, "small", or an ATLAS.json that this command wrote, rows are taken from there.
    Without, they are computed; what is finished is kept in the cache folder, and the same command goes on from there.

    Exit status 1 if a row is not finished.
    """
    from critscape.problems.input.bad_input import BadInput
    from critscape.problems.recipes.architectures import up_to
    from critscape.scripts.printing.atlas_rendering import render
    from critscape.scripts.printing.writing import emit
    from critscape.scripts.studies.atlas.database import write_database
    from critscape.scripts.studies.atlas.published import published_entries
    from critscape.scripts.studies.atlas.selection import selected
    from critscape.scripts.studies.atlas.source import read_atlas
    from critscape.scripts.studies.atlas.survey import finished, survey
    from critscape.scripts.studies.options import Options

    if atlas is None:
        named = tuple(dict.fromkeys(up_to(weights) + (published_entries() if published else ())))
        entries = selected(named, select, lambda entry: entry.name)
        document = survey(entries, draws, Options(seed=seed, jobs=jobs), seconds, work)
        patterns = [word for pattern in select for word in ("--select", pattern)]
        also = ["--published"] if published else []
        words = ["critscape", "atlas", "--weights", str(weights), *also, *patterns, "--draws", str(draws), "--seed", str(seed)]
        if context.get_parameter_source("work") is ParameterSource.COMMANDLINE:
            words += ["--work", f"{work:g}"]
        document["command"] = shlex.join(words)
    else:
        for name in ("weights", "published", "draws", "seconds", "work", "seed", "jobs"):
            if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
                raise BadInput(f"--{name}", f"nothing beside {atlas}, whose rows are computed (--select takes some of them)")
        document = read_atlas(atlas)
        document["rows"] = selected(document["rows"], select, lambda row: row["name"])
    database = output if output is not None and output.suffix == ".sqlite" else None
    if database is not None:
        write_database(document, database)
    emit(document, render, printed, None if database is not None else output)
    if site is not None:
        from critscape.scripts.pages.atlas_site import write_site

        write_site(document, site)
        click.echo(f"critscape: wrote {site / 'index.html'}", err=True)
    return int(not finished(document))
