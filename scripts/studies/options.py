"""How a problem is solved: what the flags of every command mean, and their defaults."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """How a problem is solved.

    Attributes
    ----------
    engine : ``auto``, ``batch`` (our path tracker), ``phcpy`` (PHCpack's) or ``exact`` (elimination by msolve).
    seed : fixes every random choice.
    jobs : number of cores to use.
    max_paths : largest number of paths to follow; for phcpy it is compared with the mixed volume before it starts.
    points : critical points that the document lists, ``real`` or ``all``.
    cross_check : whether the counts are compared with exact elimination.
    prove : whether the upper bound is proved even where that takes minutes; small problems get a proof anyway.
    """

    engine: str = "auto"
    seed: int = 0
    jobs: int = 1
    max_paths: int = 20000
    points: str = "real"
    cross_check: bool = False
    prove: bool = False
