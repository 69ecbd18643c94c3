"""What became of a test, in a word or two."""

from __future__ import annotations

HOLDS, FAILS, NOT_SHOWN, DOES_NOT_APPLY = "holds", "FAILS", "not shown", "does not apply"


def outcome(entry: dict) -> str:
    """What an entry of ``evidence`` says.

    >>> outcome({"holds": True, "measured": ""}), outcome({"holds": None, "measured": ""})
    ('holds', 'does not apply')
    >>> outcome({"holds": None, "tried": True, "measured": "no proof was found"})
    'not shown'
    """
    if entry["holds"] is None:
        return NOT_SHOWN if entry.get("tried") else DOES_NOT_APPLY
    return HOLDS if entry["holds"] else FAILS
