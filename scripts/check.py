"""``critscape check CERTIFICATE.json``: proves the claims of a certificate again, from the file alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from algebra.checker import Claims
from scripts import options

LARGEST_FILE = 1_000_000_000
"""Bytes of the largest certificate that is read."""
MOST_WEIGHTS = 40
"""Weights of the largest loss that is expanded."""


@click.command("check", cls=options.Refusing)
@click.argument("certificate", type=click.Path(path_type=Path))
def command(certificate: Path) -> int:
    """Prove every claim of CERTIFICATE (a file that --certificate wrote) again.

    The check shares nothing with the search for the points but the exact loss and ball arithmetic; the upper bound is proved by the
    ranks that its search found. Exit status: 0 every claim is proved, 1 one is
    not (the first is named), 2 the file is no certificate.
    """
    import time

    from algebra.checker import Malformed, first_failure, read_claims
    from problems.bad_input import BadInput
    from problems.problem import loss, read

    began = time.perf_counter()
    content = contents(certificate)
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
    indices = " ".join(f"{index}:{number}" for index, number in sorted(claims.by_index_at_least.items()))
    minima = [point.not_global for point in claims.points if point.index == 0]
    samples = f"{problem.samples} sample{'s' if problem.samples > 1 else ''}"
    click.echo(
        f"{problem.network.title}, {samples}: every claim is proved\n"
        f"  {how_many(claims)} distinct complex critical points, all simple\n"
        f"  {claims.real_at_least} of them real" + (f", by index {indices}" if indices else "") + "\n"
        f"  {'at least ' if claims.upper_bound is None else ''}{len(minima)} local minima, {sum(map(bool, minima))} of them not global\n"
        f"  {time.perf_counter() - began:.1f} s"
    )
    return 0


def how_many(claims: Claims) -> str:
    """The number of points that is proved, as words.

    >>> from algebra.macaulay import UpperBound
    >>> how_many(Claims((), UpperBound(17, 7, (), 2), 17, 3, {})), how_many(Claims((), None, 17, 3, {}))
    ('exactly 17', 'at least 17')
    """
    least = claims.complex_at_least
    if claims.upper_bound is None:
        return f"at least {least}"
    most = claims.upper_bound.bound
    return f"exactly {least}" if least == most else f"at least {least} and at most {most}"


def contents(path: Path) -> Any:
    """The parsed JSON of a file.

    Raises
    ------
    BadInput : unreadable, too large, or no JSON.
    """
    from problems.bad_input import BadInput
    from problems.problem import parse

    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadInput(str(path), f"a file of at most {LARGEST_FILE:,} bytes")
        return parse(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise BadInput(str(path), f"a readable certificate ({error.strerror or error})") from None
    except UnicodeDecodeError:
        raise BadInput(str(path), "a JSON file in UTF-8") from None
