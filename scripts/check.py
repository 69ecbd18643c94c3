"""``critscape check CERTIFICATE.json``: proves the claims of a certificate again, from the file alone."""

from __future__ import annotations

from pathlib import Path

import click

from critscape.algebra.certificates.claims import Claims
from critscape.scripts.flags import options

MOST_WEIGHTS = 40
"""Weights of the largest loss that is expanded."""


@click.command("check", cls=options.Refusing)
@click.argument("certificate", type=click.Path(path_type=Path))
def command(certificate: Path) -> int:
    """Prove every claim of CERTIFICATE (a file that --certificate wrote) again.

    The check shares nothing with the search for the points but the exact loss and ball arithmetic; the upper bound is proved by the
    ranks that its search found. Exit status: 0 every claim is proved, 1 one is not (the first is named), 2 the file is no
    certificate.
    """
    import time

    from critscape.algebra.certificates.checker import first_failure
    from critscape.algebra.certificates.claims import Malformed, read_claims
    from critscape.problems.files.problem_file import read
    from critscape.problems.input.bad_input import BadInput
    from critscape.problems.input.json_file import LARGEST_ANSWER, contents
    from critscape.problems.problem.problem import loss
    from critscape.scripts.studies.tally import tally

    began = time.perf_counter()
    content = contents(certificate, "a readable certificate", LARGEST_ANSWER)
    if not isinstance(content, dict) or "problem" not in content:
        raise BadInput(str(certificate), "a certificate: an object with format, problem, counts and points")
    problem = read(content["problem"])
    if problem.dimension > MOST_WEIGHTS:
        raise BadInput("problem.architecture", f"at most {MOST_WEIGHTS} weights", str(problem.dimension))
    try:
        claims = read_claims(content, problem.dimension)
    except Malformed as error:
        raise click.UsageError(str(error)) from None
    failure = first_failure(loss(problem), claims)
    if failure is not None:
        click.echo(f"not proved: {failure}")
        return 1
    indices = tally(claims.by_index_at_least)
    minima = [point.not_global for point in claims.points if point.index == 0]
    least = "at least " if claims.upper_bound is None else ""
    click.echo(
        f"{problem.title}: every claim is proved\n"
        f"  {how_many(claims)} distinct complex critical points, all simple\n"
        f"  {claims.real_at_least} of them real" + (f", by index {indices}" if indices else "") + "\n"
        f"  {least}{len(minima)} local minima, {sum(map(bool, minima))} of them not global\n"
        + ("" if claims.upper_bound else "  nothing is claimed of further points; degenerate ones are never listed\n")
        + f"  {time.perf_counter() - began:.1f} s"
    )
    return 0


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
