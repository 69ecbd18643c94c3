"""``critscape valleys-data``: data for which a network with too few units has a spurious valley."""

from __future__ import annotations

from pathlib import Path

import click

from critscape.scripts.flags import options


@click.command("valleys-data", cls=options.Refusing)
@click.option("--inputs", type=int, default=2, show_default=True, help="Dimension d of the input.")
@click.option("--units", type=int, default=1, show_default=True, help="Number p of hidden units, fewer than inputs.")
@click.option("--seed", type=click.IntRange(0), help="Random data in random coordinates instead of the simplest.")
@click.option(
    "--output", type=click.Path(path_type=Path), callback=options.ending_in(".json"), metavar="FILE",
    help="Problem file to write (.json); if absent, it is printed.",
)  # fmt: skip
def command(inputs: int, units: int, seed: int | None, output: Path | None) -> int:
    """Write a problem with a spurious valley: squares f(x) = Σ_j u_j (w_j·x)² with fewer units than inputs.

    In the valley all outer weights are positive; its bottom is proved, and that L is lower elsewhere, before the problem is written
    (after Venturi, Bandeira and Bruna, JMLR 20, 2019). `critscape verify valleys FILE` computes the valleys.
    """
    from critscape.problems.files.problem_file import document
    from critscape.problems.files.writing import json_text, write
    from critscape.problems.input.bad_input import renamed
    from critscape.problems.recipes.valley_data import valley_data
    from critscape.scripts.studies.verdicts.trapped import trapped

    with renamed("inputs", "--inputs"), renamed("units", "--units"):
        problem = valley_data(inputs, units, seed)
    found = trapped(problem)
    assert found is not None  # Else the construction is wrong.
    if output is None:
        click.echo(json_text(document(problem)), nl=False)
    else:
        write(output, json_text(document(problem)))
    click.echo(f"{problem.title}: {found.sentence}", err=True)
    return 0
