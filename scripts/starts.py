"""``critscape starts``: the start sets that are kept, and the making of those that ship with the package."""

from __future__ import annotations

from pathlib import Path

import click

from critscape.scripts.flags import options
from critscape.scripts.flags.subcommands import Subcommands
from critscape.scripts.studies.options import Options

SEED = 0
"""Of the start sets that ship."""
MOST_BYTES, MOST_BYTES_TOGETHER = 400_000, 3_000_000
"""Size of one start set that ships, and of all of them."""


@click.group("starts", cls=Subcommands)
def command() -> None:
    """Start sets: all solutions of a generic member of a family, from which every problem of that family is reached."""


@command.command("list", cls=options.Refusing)
@options.output
@options.printed_format
def list_(output: Path | None, printed: str) -> int:
    """List the start sets that ship with critscape and those in the cache folder, each verified now (systems, orbits, trace test).

    Exit status 1 if one is not what it says: it is not used either, but made anew when it is needed. A dash: its record, of an
    earlier version, does not name its network.
    """
    from critscape.scripts.printing.start_set_list import render
    from critscape.scripts.printing.writing import emit
    from critscape.scripts.studies.start_set_list import entries

    found = entries()
    emit(found, render, printed, output)
    return int(any(entry["verified"] is False for entry in found))


@command.command("ship", cls=options.Refusing)
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False),
    help="Where to write them, by default problems/start_sets of the source checkout.",
)  # fmt: skip
@options.jobs
def ship(folder: Path | None, jobs: int) -> int:
    """Make anew the start sets that ship with critscape: those of problems/start_sets/networks.json, with seed 0.

    One that has no complete start set, or whose file is too large, is left out, with a line that says so and exit status 1.
    """
    from dataclasses import replace

    from critscape.algebra.starts.start_set import save
    from critscape.problems.networks.network import titled
    from critscape.scripts.studies.engines import TooLarge, batch
    from critscape.scripts.studies.progress import reporting
    from critscape.scripts.studies.start_set_list import shipped_list
    from critscape.scripts.studies.start_sets import file_name, shipped_folder, solved

    folder = folder or shipped_folder()
    engine = batch(jobs)
    together, left_out = 0, False
    for objective in shipped_list():
        title = titled(objective.network, objective.samples)
        path = folder / file_name(objective, engine.tracker.name)
        reason = None
        try:
            with reporting(title) as progress:
                found = solved(objective, engine, SEED, Options.max_paths, progress)
        except TooLarge as error:
            reason = str(error)
        else:
            if not found.complete:
                reason = f"the trace test fails with {len(found.solutions):,} solutions"
            else:
                save(replace(found, provenance={**found.provenance, "command": "critscape starts ship"}), path)
                size = path.stat().st_size
                if size > MOST_BYTES or together + size > MOST_BYTES_TOGETHER:
                    reason = f"its file has {size:,} bytes, {together:,} are there already"
        if reason is not None:
            path.unlink(missing_ok=True)
            left_out = True
            click.echo(f"{title}: left out, {reason}")
            continue
        together += size
        click.echo(f"{title}: {len(found.solutions):,} solutions, {len(found.orbits):,} orbits, {size:,} bytes")
    click.echo(f"together {together:,} bytes")
    return int(left_out)
