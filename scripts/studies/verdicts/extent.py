"""For what, or by what, a conclusion holds."""

from enum import Enum


class Extent(Enum):
    """As sentences and documents say it."""

    ENUMERATED = "for what was enumerated"
    VACUOUS = "vacuously, for what was enumerated"
    """What was enumerated has none of what the claim is about."""
    BY_THEOREM = "by the theorem itself, unchecked"
    """Its hypotheses hold, and nothing was enumerated."""


NONE_MISSING = "no row is missing"
"""What rests on evidence where a conclusion is certified, unless the enumeration says less."""
