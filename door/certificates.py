"""Certificates, proved again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from critscape.algebra.certificates.box_claims import BoxClaims
from critscape.algebra.certificates.claims import Claims, Malformed
from critscape.algebra.certificates.component_claims import ClaimedComponent, ComponentClaims
from critscape.documents import Document
from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.json_file import LARGEST_ANSWER, contents
from critscape.scripts.printing.check_text import check_text
from critscape.scripts.studies import certificate_check
from critscape.solving import working


@dataclass(frozen=True, repr=False)
class Check(certificate_check.Check):
    """The outcome of a check: true if every claim of the certificate is proved; ``failure`` names the first that is not."""

    @property
    def complex(self) -> tuple[int, int | None] | None:
        """Bounds for the number of complex critical points that the certificate claims; the second is None without an upper bound.

        None, like the counts below, for certificates of components and of split units, which count no points.
        """
        if not isinstance(self.claims, Claims):
            return None  # Smooth units have no complex points that anybody counts.
        bound = self.claims.upper_bound
        return self.claims.complex_at_least, None if bound is None else bound.bound

    @property
    def real(self) -> int | None:
        """The number of real ones that it lists."""
        if isinstance(self.claims, BoxClaims):
            return self.claims.real
        return self.claims.real_at_least if isinstance(self.claims, Claims) else None

    @property
    def by_index(self) -> dict[int, int] | None:
        """How many of these have 0, 1, … negative eigenvalues."""
        if isinstance(self.claims, BoxClaims):
            return self.claims.by_index
        if not isinstance(self.claims, Claims):
            return None
        return {int(index): number for index, number in self.claims.by_index_at_least.items()}

    @property
    def components(self) -> tuple[ClaimedComponent, ...] | None:
        """What is claimed of components, number by number in exact fractions; None for a certificate of points."""
        return self.claims.components if isinstance(self.claims, ComponentClaims) else None

    def __repr__(self) -> str:
        return check_text(self)


def check(
    certificate: Document | Mapping[str, Any] | str | PathLike[str],
    *,
    arithmetic: str = certificate_check.FLINT,
    progress: bool = False,
) -> Check:
    """Proves every claim of a certificate again, from the certificate alone: existence, distinctness, reality, indices, losses, bounds;
    of components their dimensions, inertia and kinds.

    Parameters
    ----------
    certificate : the path of a file that :func:`critscape.solve` or ``critscape solve --certificate`` wrote, or its content.
    arithmetic : ``flint``, which the solver uses too, or ``mpmath``, in which FLINT takes no part, and which takes longer.
    progress : whether stages are told on standard error.

    Raises
    ------
    BadInput : it is no certificate, or there is no such arithmetic.
    """
    if isinstance(certificate, (str, PathLike)):
        content = contents(Path(certificate), "a readable certificate", LARGEST_ANSWER)
    else:
        content = certificate.document if isinstance(certificate, Document) else dict(certificate)
    with working(progress):
        try:
            return Check(**vars(certificate_check.checked(content, arithmetic)))
        except Malformed as error:
            raise BadInput("certificate", f"a certificate as `critscape solve --certificate FILE` writes it ({error})") from None
