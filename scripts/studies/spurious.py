"""When the number of spurious minima is a count, and when a lower bound."""

from __future__ import annotations


def decided_spurious(counts: dict) -> int | None:
    """The number of spurious minima among the ``counts`` of a result; None where it is none, or only a lower bound.

    It is a lower bound where the verdict on other minima is open.

    >>> decided_spurious({"global_minima": 4, "spurious_minima": 1}), decided_spurious({"global_minima": None, "spurious_minima": 1})
    (1, None)
    """
    return None if counts.get("global_minima", 0) is None else counts["spurious_minima"]
