"""Formulas in real radicals as MathML, which browsers set without help."""

from __future__ import annotations

import re
from functools import lru_cache

from latex2mathml.converter import convert
from latex2mathml.exceptions import (
    DenominatorNotFoundError,
    ExtraLeftOrMissingRightError,
    NoAvailableTokensError,
    NumeratorNotFoundError,
)
from markupsafe import Markup

LONGEST = 4000
_RADICALS = re.compile(r"(?:\\(?:frac|sqrt|left|right|cdot)(?![A-Za-z])|[0-9+\-(){}\[\] ])+")
"""The LaTeX in which `critscape.algebra.points.radicals` prints."""
_MALFORMED = (
    DenominatorNotFoundError,
    ExtraLeftOrMissingRightError,
    NoAvailableTokensError,
    NumeratorNotFoundError,
    RecursionError,
    StopIteration,
)
"""What the converter raises where it is given what is no formula."""


@lru_cache(maxsize=4096)
def mathml(latex: str, text: str) -> Markup | str:
    r"""The formula ``latex`` as MathML; what is not LaTeX as results have it gives way to its plain ``text``.

    >>> mathml(r"\frac{1}{2}", "1/2").count("<mfrac>"), mathml(r"\href{x}{y}", "y"), mathml(r"\frac", "1/2")
    (1, 'y', '1/2')
    """
    if len(latex) > LONGEST or not _RADICALS.fullmatch(latex):
        return text
    try:
        return Markup(convert(latex))
    except _MALFORMED:
        return text
