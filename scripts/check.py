"""``critscape check CERTIFICATE.json``: proves the claims of a certificate again, from the file alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from critscape.algebra.certificates.claims import Claims, Malformed, read_claims
from critscape.problems.files.documents import refuse_others
from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.json_file import LARGEST_ANSWER, contents
from critscape.scripts.flags import options
from critscape.scripts.studies.progress import reporting
from critscape.scripts.studies.tally import tally

MOST_WEIGHTS = 40
"""Weights of the largest loss that is expanded."""

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Check:
    """How the claims of a certificate in n = ``dimension`` weights are proved: ``first_failure`` names the first that is not."""

    title: str
    dimension: int
    arithmetic: str
    first_failure: Callable[[Claims, Progress], str | None]


@click.command("check", cls=options.Refusing)
@click.argument("certificate", type=click.Path(path_type=Path))
@click.option(
    "--arithmetic",
    type=click.Choice(["flint", "mpmath"]),
    default="flint",
    show_default=True,
    help="What the proof is computed in. The solver uses FLINT; with mpmath nothing of FLINT is loaded, not for the loss and not for "
    "the ranks either, and the check takes longer.",
)  # fmt: skip
def command(certificate: Path, arithmetic: str) -> int:
    """Prove every claim of CERTIFICATE (a file that --certificate wrote) again.

    The check shares nothing with the search for the points but, with flint, the exact loss, ball arithmetic and the ranks that prove
    the upper bound. Exit status: 0 every claim is proved, 1 one is not (the first is named), 2 the file is no certificate.
    """
    began = time.perf_counter()
    content = contents(certificate, "a readable certificate", LARGEST_ANSWER)
    refuse_others(content, str(certificate), "certificate")
    if not isinstance(content, dict) or "problem" not in content:
        raise BadInput(str(certificate), "a certificate: an object with format, problem, counts and points")
    check = in_flint(content["problem"]) if arithmetic == "flint" else in_mpmath(content["problem"])
    try:
        claims = read_claims(content, check.dimension)
    except Malformed as error:
        raise click.UsageError(str(error)) from None
    with reporting(check.title) as progress:
        failure = check.first_failure(claims, progress)
    if failure is not None:
        click.echo(f"not proved: {failure}")
        return 1
    minima = [point.not_global for point in claims.points if point.index == 0]
    indices = tally(claims.by_index_at_least)
    least = "at least " if claims.upper_bound is None else ""
    click.echo(
        f"{check.title}: every claim is proved\n"
        f"  {how_many(claims)} distinct complex critical points, all simple\n"
        f"  {claims.real_at_least} of them real" + (f", by index {indices}" if indices else "") + "\n"
        f"  {least}{len(minima)} local minima, {sum(map(bool, minima))} of them not global\n"
        + ("" if claims.upper_bound else "  nothing is claimed of further points; degenerate ones are never listed\n")
        + f"  {time.perf_counter() - began:.1f} s, {check.arithmetic}"
    )
    return 0


def in_flint(problem: object) -> Check:
    """The check in the arithmetic that the solver uses too."""
    from critscape.algebra.certificates.checker import first_failure
    from critscape.problems.files.problem_file import read
    from critscape.problems.problem.problem import loss

    found = read(problem)
    if found.dimension > MOST_WEIGHTS:
        raise BadInput("problem.architecture", f"at most {MOST_WEIGHTS} weights", str(found.dimension))
    # It takes about a second: there is nothing to tell on the way.
    return Check(found.title, found.dimension, "in FLINT's ball arithmetic", lambda claims, progress: first_failure(loss(found), claims))


def in_mpmath(problem: object) -> Check:
    """The check that loads nothing of FLINT."""
    from critscape.algebra.certificates.mpmath_checker import first_failure
    from critscape.problems.files.plain_loss import plain_loss

    loss = plain_loss(problem, MOST_WEIGHTS)
    return Check(
        loss.title,
        loss.polynomial.variables,
        "in mpmath's interval arithmetic, without FLINT",
        lambda claims, progress: first_failure(loss.polynomial, claims, progress),
    )


def how_many(claims: Claims) -> str:
    """The number of points that is proved, as words.

    >>> from critscape.algebra.bounds.proof import UpperBound
    >>> how_many(Claims((), UpperBound(17, 7, (), 2), 17, 3, {})), how_many(Claims((), None, 17, 3, {}))
    ('exactly 17', 'at least 17')
    """
    least = claims.complex_at_least
    if claims.upper_bound is None:
        return f"at least {least}"
    most = claims.upper_bound.bound
    return f"exactly {least}" if least == most else f"at least {least} and at most {most}"
