"""``critscape show PROBLEM.json``: loss, gradient system, root-count bounds and symmetries, without solving."""

from __future__ import annotations

from pathlib import Path

import click

from critscape.scripts.flags import options


@click.command("show", cls=options.Refusing)
@click.argument("problem", type=click.Path(path_type=Path))
@options.output
@click.option(
    "--format", "printed", type=click.Choice(["text", "latex", "json"]), default="text", show_default=True,
    help="What standard output carries.",
)  # fmt: skip
def command(problem: Path, output: Path | None, printed: str) -> int:
    """Show the loss of PROBLEM, its gradient system, bounds on the number of critical points, and its symmetries."""
    from critscape.problems.files.problem_file import load
    from critscape.problems.files.writing import json_text, write
    from critscape.scripts.printing.description import description_latex, description_text
    from critscape.scripts.printing.writing import FORMATS
    from critscape.scripts.studies.descriptions.problem import describe
    from critscape.scripts.studies.engines import refuse_hopeless

    loaded = load(problem)
    refuse_hopeless(loaded)
    described = describe(loaded)
    styles = {
        "text": description_text,
        "latex": description_latex,
        "json": json_text,
    }
    if output is not None:
        style = FORMATS[output.suffix]
        if style not in styles:
            raise click.BadParameter("expected a file name that ends in .json, .tex or .txt", param_hint="--output")
        write(output, styles[style](described))
    click.echo(styles[printed](described), nl=False)
    return 0
