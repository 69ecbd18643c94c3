"""``critscape quadratic``: a random quadratic network problem from flags, solved."""

from __future__ import annotations

from pathlib import Path

import click

from scripts import options


@click.command("quadratic", cls=options.Refusing)
@click.option("--inputs", type=click.IntRange(1), required=True, help="Dimension d of the input.")
@click.option("--units", type=click.IntRange(1), required=True, help="Number k of hidden units.")
@click.option(
    "--outer", default="fixed", show_default=True, metavar="fixed|trained|A1,…,AK",
    help="Outer weights a_j: all +1, trained, or these numbers.",
)  # fmt: skip
@click.option("--norm-regressor", is_flag=True, help="Add c‖x‖² with c trained.")
@options.random_data
@options.points
@options.certificate
@options.cross_check
@options.solver
def command(
    inputs: int, units: int, outer: str, norm_regressor: bool, samples: int, ridge: str | None, save: Path | None, **flags
) -> int:
    """Solve f(x) = Σ a_j (w_j·x)² (+ c‖x‖²) on seeded random rational data."""
    from scripts.generated import solve_random

    chosen = outer if outer in ("fixed", "trained") else outer.split(",")
    document = {"family": "quadratic", "inputs": inputs, "units": units, "output": chosen, "norm_regressor": norm_regressor}
    return solve_random(document, samples, ridge, save, **flags)
