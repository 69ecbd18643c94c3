"""``critscape linear``: a random deep linear network problem from flags, solved."""

from __future__ import annotations

from pathlib import Path

import click

from scripts import options


@click.command("linear", cls=options.Refusing)
@click.option("--widths", required=True, metavar="D0,…,DH", help="Layer widths from input to output, e.g. 2,2,2.")
@options.random_data
@options.points
@options.certificate
@options.cross_check
@options.solver
def command(widths: str, samples: int, ridge: str | None, save: Path | None, **flags) -> int:
    """Solve a deep linear network f(x) = W_H … W_1 x on seeded random rational data."""
    from scripts.generated import integer_list, solve_random

    document = {"family": "linear", "widths": integer_list(widths, "--widths")}
    return solve_random(document, samples, ridge, save, **flags)
