"""``critscape verify THEOREM PROBLEM.json``: what a theorem says of one problem, checked on it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from critscape.scripts.flags import options


@click.command("verify", cls=options.Refusing)
@click.argument("arguments", nargs=-1, metavar="[THEOREM] PROBLEM")
@click.option(
    "--all", "every", is_flag=True, help="All theorems that apply, then a summary with those that do not and why; no THEOREM is named then."
)
@options.solver
def command(arguments: tuple[str, ...], every: bool, output: Path | None, printed: str, **flags) -> int:
    """What a theorem says of PROBLEM: its hypotheses decided exactly, its conclusion on the critical points that are enumerated.

    \b
    depth      linear networks: depth adds no spurious minima (Zhang)
    forms      linear networks: closed forms of critical points; ReLU: minima that are not global (Zhou-Liang and others)
    quadratic  quadratic networks with the norm regressor have no spurious minima (Kazemipour et al.)
    splitting  units of a minimum split into copies give local minima (Petzka-Sminchisescu)
    valleys    wide networks, and linear ones with a squared loss, have no spurious valleys (Venturi-Bandeira-Bruna)

    Exit status: 0 every conclusion holds, 1 one fails (with a proved counterexample) or is undecided, 2 bad input.
    """
    from critscape.problems.files.documents import kind_of
    from critscape.problems.files.problem_file import problem_content, read_any
    from critscape.scripts.printing.verdict_rendering import render
    from critscape.scripts.printing.writing import FORMATS, emit
    from critscape.scripts.studies.options import Options
    from critscape.scripts.studies.verdicts.run import verified, verified_all

    if len(arguments) != (1 if every else 2):
        raise click.UsageError("expected `verify THEOREM PROBLEM.json` or `verify --all PROBLEM.json`")
    content = problem_content(Path(arguments[-1]))
    asked, chosen = read_any(content), Options(**flags, components=True)
    if kind_of(content) == "result":
        click.echo(f"{arguments[-1]} is a result: its problem is used, and solved again as the theorem asks", err=True)
    others: dict[str, str] | None = None
    large: dict[str, str] = {}
    if not every:
        verdicts = [verified(arguments[0], asked, chosen)]
    else:
        verdicts, others, large = verified_all(asked, chosen)
        if "json" in (printed, output and FORMATS[output.suffix]):
            # A list of verdicts has no place for them.
            for name, reason in others.items():
                click.echo(f"{name} does not apply: {reason}", err=True)
            for name, reason in large.items():
                click.echo(f"{name} was not answered: {reason}", err=True)
    emit(verdicts, partial(render, others=others, large=large), printed, output)
    return int(not verdicts or bool(large) or any(verdict["conclusion"]["verdict"] != "holds" for verdict in verdicts))
