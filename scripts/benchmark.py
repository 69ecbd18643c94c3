"""``critscape benchmark``: our time on this machine beside that of other solvers, each with its number of right answers."""

from __future__ import annotations

from pathlib import Path

import click

from critscape.scripts.flags import options


@click.command("benchmark", cls=options.Refusing)
@click.argument("problems", nargs=-1, type=click.Path(path_type=Path), metavar="[PROBLEM]…")
@options.seed
@click.option(
    "--limit", type=click.FloatRange(0, min_open=True), default=180.0, show_default=True, metavar="SECONDS",
    help="Time limit for each run of another solver.",
)  # fmt: skip
@options.quiet
@options.output
@options.printed_format
def command(problems: tuple[Path, ...], seed: int, limit: float, output: Path | None, printed: str) -> int:
    """Compare critscape with phcpy, msolve, Bertini 2 and Macaulay2 (each where it is installed) on this machine, one core each.

    Without problem files: widths 1-1-1-1, 2-1-2, 2-2-2, a quadratic network with two units and ReLU networks, on random data that --seed
    fixes. Of piecewise linear networks the cost of each set of kernels that is swept is measured.
    """
    from critscape.problems.files.problem_file import load, load_any
    from critscape.problems.networks.activated.piecewise_linear import PiecewiseLinear
    from critscape.problems.networks.reading import network_from
    from critscape.problems.problem.regression import Regression
    from critscape.problems.recipes.random_data import random_numbers, random_problem
    from critscape.scripts.printing.benchmark_rendering import render_benchmark
    from critscape.scripts.printing.writing import emit
    from critscape.scripts.studies.benchmarks.comparison import benchmark

    given = [load_any(path) for path in problems]
    regressions = [problem for problem in given if isinstance(problem, Regression) and isinstance(problem.network, PiecewiseLinear)]
    chosen = [load(path) for path, problem in zip(problems, given) if problem not in regressions]
    if not problems:
        chosen = [random_problem(network_from(a), m, seed + 1) for a, m in LADDER]
        networks = [(PiecewiseLinear(inputs, units), samples) for units, inputs, samples in SWEPT]
        regressions = [Regression(network, *random_numbers(network, samples, seed + 1, None)) for network, samples in networks]
    document = benchmark(chosen, regressions, seed, limit)
    emit(document, render_benchmark, printed, output)
    return 0


LADDER = (
    ({"family": "linear", "widths": [1, 1, 1, 1]}, 4),
    ({"family": "linear", "widths": [2, 1, 2]}, 4),
    ({"family": "linear", "widths": [2, 2, 2]}, 4),
    ({"family": "quadratic", "inputs": 2, "units": 2, "output": "fixed"}, 4),
)
"""Architectures and numbers of samples that are measured without problem files."""
SWEPT = ((2, 2, 8), (3, 2, 4), (2, 3, 5))
"""Units, inputs and samples of the ReLU networks that are."""
