"""``critscape check CERTIFICATE.json``: proves the claims of a certificate again, from the file alone."""

from __future__ import annotations

from pathlib import Path

import click

from critscape.algebra.certificates.claims import Malformed
from critscape.problems.input.json_file import LARGEST_ANSWER, contents
from critscape.scripts.flags import options
from critscape.scripts.printing.check_text import check_text
from critscape.scripts.studies.certificate_check import ARITHMETICS, FLINT, checked


@click.command("check", cls=options.Refusing)
@click.argument("certificate", type=click.Path(path_type=Path))
@click.option(
    "--arithmetic",
    type=click.Choice(list(ARITHMETICS)),
    default=FLINT,
    show_default=True,
    help="What the proof is computed in. The solver uses FLINT; with mpmath nothing of FLINT is loaded, not for the loss and not for "
    "the ranks either, and the check takes longer.",
)  # fmt: skip
@options.quiet
def command(certificate: Path, arithmetic: str) -> int:
    """Prove every claim of CERTIFICATE (a file that --certificate wrote) again.

    The check shares nothing with the search for the points but, with flint, the exact loss, ball arithmetic and the ranks that prove
    the upper bound. Exit status: 0 every claim is proved, 1 one is not (the first is named), 2 the file is no certificate.
    """
    content = contents(certificate, "a readable certificate", LARGEST_ANSWER)
    try:
        check = checked(content, arithmetic, str(certificate))
    except Malformed as error:
        raise click.UsageError(str(error)) from None
    click.echo(check_text(check))
    return 0 if check else 1
