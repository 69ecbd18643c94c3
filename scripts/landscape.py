"""``critscape landscape INPUT``: sublevel sets, barriers and spurious valleys of one problem."""

from __future__ import annotations

from pathlib import Path

import click

from critscape.scripts.flags import options


@click.command("landscape", cls=options.Refusing)
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@options.solver
def command(source: Path, output: Path | None, printed: str, **flags) -> int:
    """Connected components of the sublevel sets {L ≤ c} of INPUT as the level c rises: barriers, depths, spurious valleys.

    INPUT is a problem file, which is solved, or a result or a certificate, whose points are proved again instead. Where the loss is not
    coercive (some ridge is zero) or its minima are not isolated, valleys are limits of those with an additional ridge that tends to
    zero; the loss must be bounded below. Theorems that exclude spurious valleys come first.

    Exit status: 0 every check holds, 1 one does not or the question does not apply (one line says why), 2 bad input.
    """
    from critscape.algebra.landscape.landscape import NotApplicable
    from critscape.scripts.printing.landscapes import render
    from critscape.scripts.printing.writing import emit
    from critscape.scripts.studies.landscapes.document import landscape_document
    from critscape.scripts.studies.landscapes.survey import surveyed
    from critscape.scripts.studies.options import Options

    try:
        survey = surveyed(source, Options(**flags))
    except NotApplicable as refusal:
        click.echo(f"critscape: {refusal}", err=True)
        return 1
    document = landscape_document(survey)
    emit(document, render, printed, output)
    return 0 if document["status"] == "complete" else 1
