"""What is known of the end of a run where descent does not end in isolated minima, and what documents say of all runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from critscape.algebra.landscape.arrival import Outcome
from critscape.scripts.studies.basins.records import Run


@dataclass(frozen=True)
class Verdict:
    """The ``place`` in which a run ends, by its number in a list (None: none of them), its ``distance`` to what is listed there (None: at
    infinity, or none), and whether it is ``proved`` to end there.
    """

    run: Run
    outcome: Outcome
    place: int | None
    distance: float | None
    proved: bool


def outcomes(verdicts: Sequence[Verdict]) -> dict[str, int]:
    """Outcome → how many runs have it, those that occur."""
    return {o.value: many for o in Outcome if (many := sum(v.outcome is o for v in verdicts))}


def arrivals(verdicts: Sequence[Verdict]) -> dict[str, int]:
    """How many runs end in a place, proved or not."""
    return {
        "proved": sum(v.proved for v in verdicts),
        "in_double_precision": sum(v.place is not None and not v.proved for v in verdicts),
    }


def alone(entries: Sequence[dict]) -> list[dict]:
    """Orbits of one place each."""
    names = ("number", "kind", "loss", "runs", "share", "low", "high")
    return [{name: entry[name] for name in names} | {"minima": [entry["number"]]} for entry in entries]
