"""What ``critscape check`` says."""

from __future__ import annotations

from critscape.algebra.certificates.claims import Claims
from critscape.scripts.studies.certificate_check import ARITHMETICS, Check
from critscape.scripts.studies.tally import tally


def check_text(check: Check) -> str:
    """What is proved, in a few lines; or the first claim that is not."""
    claims = check.claims
    if check.failure is not None:
        return f"not proved: {check.failure}"
    minima = [point.not_global for point in claims.points if point.index == 0]
    indices = tally(claims.by_index_at_least)
    least = "at least " if claims.upper_bound is None else ""
    return (
        f"{check.title}: every claim is proved\n"
        f"  {how_many(claims)} distinct complex critical points, all simple\n"
        f"  {claims.real_at_least} of them real" + (f", by index {indices}" if indices else "") + "\n"
        f"  {least}{len(minima)} local minim{'um' if len(minima) == 1 else 'a'}, {sum(map(bool, minima))} proved not to be global; "
        "that others are global is not claimed\n"
        + ("" if claims.upper_bound else "  nothing is claimed of further points; degenerate ones are never listed\n")
        + f"  {check.seconds:.1f} s, {ARITHMETICS[check.arithmetic]}"
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
