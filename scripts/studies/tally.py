"""Values with how often they occur."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping


def counted(values: Iterable[int | None]) -> dict[str, int]:
    """Value → how often it occurs, in increasing order and JSON-ready; None is left out.

    >>> counted([5, None, 3, 5])
    {'3': 1, '5': 2}
    """
    return {str(value): number for value, number in sorted(Counter(value for value in values if value is not None).items())}


def tally(counts: Mapping) -> str:
    """Increasing whole numbers, each with how many have it.

    >>> tally({"3": 29, "1": 71})
    '1:71 3:29'
    """
    return " ".join(f"{value}:{counts[value]}" for value in sorted(counts, key=int))
