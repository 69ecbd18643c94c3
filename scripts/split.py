"""``critscape split PROBLEM.json``: hidden units replaced by copies at a proved critical point."""

from __future__ import annotations

from pathlib import Path

import click

from critscape.scripts.flags import options

FIGURES = (".pdf", ".png", ".svg")
EXAMPLE = """\b
Example: the logistic network of one unit at (ln 2, 1), an exact critical point.
  $ cat one-unit.json
  {"architecture": {"family": "feed-forward", "widths": [1, 1, 1], "activation": "logistic"},
   "data": {"inputs": [[-1], [1], [2]], "targets": [["13/30"], ["-2/15"], ["57/40"]]}}
  $ critscape split one-unit.json --weights '[[["ln 2"]], [[1]]]' --output path.csv --figure path.pdf
"""


@click.command("split", cls=options.Refusing, epilog=EXAMPLE)
@click.argument("source", metavar="PROBLEM", type=click.Path(path_type=Path))
@click.option("--layer", type=click.IntRange(1), metavar="L", help="Hidden layer of the unit, from 1. [default: the last]")
@click.option("--unit", type=click.IntRange(1), default=1, show_default=True, metavar="R", help="Unit of that layer, from 1.")
@click.option(
    "--lambda", "share", default="1/2", show_default=True, metavar="λ[,…]",
    help="Share of the first of two copies in the outgoing weights, or the shares of all copies, which add up to 1.",
)  # fmt: skip
@click.option("--also", multiple=True, metavar="L,R,λ[,…]", help="One more unit that is split: layer, unit, shares. May be repeated.")
@click.option(
    "--weights", metavar="JSON|FILE",
    help='Weights, one array per block, with numbers such as "p/q" and "1/2 ln 3": if they are critical exactly all is computed over the '
    "rationals, else Newton's method starts there.",
)  # fmt: skip
@click.option(
    "--point", type=click.IntRange(1), metavar="K",
    help="Of a result in place of a problem file, the K-th real critical point. [default: the lowest local minimum]",
)  # fmt: skip
@click.option(
    "--starts", type=click.IntRange(1, 1000), default=20, show_default=True,
    help="Without weights: random starts of descent, which --seed fixes; the lowest regular local minimum is taken.",
)  # fmt: skip
@options.seed
@options.quiet
@click.option(
    "--figure", type=click.Path(path_type=Path), callback=options.ending_in(*FIGURES), metavar="FILE",
    help="Draw the path out, in the format that the ending names (" + " ".join(FIGURES) + ").",
)  # fmt: skip
@click.option(
    "--saturate", metavar="W,…;V,…",
    help="Also add a unit of the same layer whose bias is infinite, with these incoming and outgoing weights: is it a local minimum at "
    "infinity?",
)  # fmt: skip
@click.option(
    "--certificate", type=click.Path(path_type=Path), callback=options.ending_in(".json"), metavar="FILE",
    help="Write a certificate of the split, which `critscape check` proves again.",
)  # fmt: skip
@options.output
@options.printed_format
def command(
    source: Path,
    layer: int | None,
    unit: int,
    share: str,
    also: tuple[str, ...],
    weights: str | None,
    point: int | None,
    starts: int,
    seed: int,
    figure: Path | None,
    saturate: str | None,
    certificate: Path | None,
    output: Path | None,
    printed: str,
) -> int:
    """Replace hidden units of a feed-forward network by copies at a critical point, and prove what the point becomes.

    A copy has the incoming weights of its unit and a share of its outgoing ones; the shares add up to 1. PROBLEM is a problem file
    (families feed-forward, one-hidden-layer, polynomial-network, linear, biased) or a result. CSV output is the path on which the loss never
    rises, from the split point along equal loss and down.

    Exit status: 0 decided, 1 what the point is to descent is not decided, 2 bad input.
    """
    from critscape.problems.input.bad_input import BadInput, renamed
    from critscape.scripts.printing.splitting_rendering import render
    from critscape.scripts.printing.writing import emit
    from critscape.scripts.studies.splitting.certified import certified
    from critscape.scripts.studies.splitting.document import splitting_document
    from critscape.scripts.studies.splitting.request import asked, at_infinity, plan_of
    from critscape.scripts.studies.splitting.run import split

    with (
        renamed("weights", "--weights"),
        renamed("layer", "--layer"),
        renamed("unit", "--unit"),
        renamed("lambda", "--lambda"),
        renamed("starts", "--starts"),
    ):
        problem, given, origin = asked(source, weights, point)
        unit_at_infinity = None if saturate is None else at_infinity(problem, layer, saturate)
        found = split(problem, plan_of(problem, layer, unit, share, also), given, origin, seed, starts, unit_at_infinity)
    if figure is not None:
        if found.way is None:
            raise BadInput("--figure", "a split with a path out: one unit without a ridge around it, D = 0, and B not zero")
        from critscape.scripts.figures import figure_style, splitting_figure

        with figure_style.style():
            figure_style.save(splitting_figure.figure(found, "column"), figure)
    if certificate is not None:
        certified(found, certificate)
    document = splitting_document(found)
    emit(document, render, printed, output)
    return int(document["status"] != "complete")
