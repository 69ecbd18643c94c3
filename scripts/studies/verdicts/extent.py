"""For what, or by what, a conclusion holds."""

from enum import Enum


class Extent(Enum):
    """As sentences and documents say it."""

    ENUMERATED = "for what was enumerated"
    VACUOUS = "vacuously, for what was enumerated"
    """What was enumerated has none of what the claim is about."""
    BY_THEOREM = "by the theorem itself, unchecked"
    """Its hypotheses hold, and nothing was enumerated."""
