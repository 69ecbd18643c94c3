"""``critscape solve PROBLEM.json``: all critical points of one problem."""

from __future__ import annotations

from pathlib import Path

import click

from critscape.scripts.flags import options

EXAMPLE = """\b
Example: the problem of widths 1-1-1 with one sample x = 2, y = 3 and ridge 1/4.
  $ cat problem.json
  {"architecture": {"family": "linear", "widths": [1, 1, 1]},
   "data": {"inputs": [[2]], "targets": [[3]]}, "ridge": "1/4"}
  $ critscape solve problem.json --output points.tex
"""


@click.command("solve", cls=options.Refusing, epilog=EXAMPLE)
@click.argument("problem", type=click.Path(path_type=Path))
@click.option(
    "--function-space", is_flag=True,
    help="Solve on the space of functions instead of weights: matrices of bounded rank, for linear and quadratic networks; no ridge.",
)  # fmt: skip
@options.points
@options.shown_points
@options.certificate
@options.cross_check
@options.solver
@options.boxes
@options.cluster
def command(
    problem: Path, function_space: bool, certificate: Path | None, output: Path | None, printed: str, all_points: bool, **flags
) -> int:
    """Enumerate, certify and classify the critical points of PROBLEM: a problem file, an earlier result, or - for standard input."""
    from critscape.problems.files.problem_file import load, load_any
    from critscape.problems.spaces.function_space_problem import in_function_space
    from critscape.problems.spaces.linear_values import functions_of_full_rank
    from critscape.problems.spaces.weight_space import relation
    from critscape.scripts.printing.delivery import deliver
    from critscape.scripts.printing.rendering import View
    from critscape.scripts.studies.options import Options
    from critscape.scripts.studies.solution import solution

    options = Options(**flags, prove=certificate is not None, components=True)
    if not function_space:
        return deliver([solution(load_any(problem), options, certificate)], printed, output, View(all_points))
    loaded = load(problem)
    document = solution(in_function_space(loaded), options, certificate)
    if document["status"] != "not-finite":
        counts = {name: document["counts"][name] for name in ("complex", "real")}
        counts |= document.get("function_space", {})
        known = functions_of_full_rank(loaded) if document["status"] == "complete" else None
        document["function_space"] = {**counts, **relation(loaded.network, counts["complex"], known)}
    return deliver([document], printed, output, View(all_points))
