"""The certificate of a split, written once the checker has proved all of it."""

from __future__ import annotations

from pathlib import Path

from critscape.algebra.certificates.flint_intervals import FlintIntervals
from critscape.algebra.certificates.split_claims import read_split_claims
from critscape.algebra.certificates.split_proof import first_failure
from critscape.algebra.splitting.certificate import NoCertificate, split_certificate
from critscape.problems.files.plain_layers import plain_layers
from critscape.problems.files.problem_file import document
from critscape.problems.files.writing import json_text, write
from critscape.problems.input.bad_input import BadInput
from critscape.scripts.studies.progress import reporting
from critscape.scripts.studies.splitting.run import Splitting


def certified(found: Splitting, path: Path) -> None:
    """Writes the certificate to ``path``.

    Raises
    ------
    BadInput : no certificate carries what was found, or the checker does not prove a claim of it.
    """
    try:
        content = split_certificate(
            found.point, found.plan, found.matrices, found.verdict, found.way, found.saturated, document(found.problem)
        )
    except NoCertificate as error:
        raise BadInput("--certificate", str(error)) from None
    title, small = plain_layers(content["problem"])
    with reporting(title) as progress:
        failure = first_failure(small, read_split_claims(content, small), FlintIntervals(), progress)
    if failure is not None:
        raise BadInput("--certificate", f"claims that the checker proves too ({failure}); none was written")
    write(path, json_text(content))
