"""How a problem is solved: what the flags of every command mean, and their defaults."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral

from critscape.problems.input.bad_input import BadInput

ENGINES = "auto", "batch", "phcpy", "exact"
LISTED = "real", "all"


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
    spectra : whether real points have the eigenvalues of their Hessian and the rank of the end-to-end matrix (double precision).
    prove : whether the upper bound is proved even where that takes minutes; small problems get a proof anyway.
    cluster : workers of a Dask scheduler (``dask://HOST:PORT``) or of MPI (``mpi``) for thousands of paths, or for a sweep over many sets, as
        piecewise linear networks need it; None: ``jobs`` cores of this machine.
    components : whether a critical set that is not finite is answered by the table of its components.
    boxes : boxes that branch and prune examines at most; None: 20 million, and four inner weights are refused.
    """

    engine: str = "auto"
    seed: int = 0
    jobs: int = 1
    max_paths: int = 20000
    points: str = "real"
    cross_check: bool = False
    prove: bool = False
    components: bool = False
    spectra: bool = False
    boxes: int | None = None
    cluster: str | None = None

    def __post_init__(self) -> None:
        """Refuses values out of range.

        Raises
        ------
        BadInput : naming the option.
        """
        for name, choices in (("engine", ENGINES), ("points", LISTED)):
            if getattr(self, name) not in choices:
                raise BadInput(name, f"one of {', '.join(choices)}", getattr(self, name))
        for name, least, expected in (
            ("seed", 0, "a whole number that is not negative"),
            ("jobs", 1, "a positive integer"),
            ("max_paths", 1, "a positive integer"),
            ("boxes", 1, "a positive integer"),
        ):
            value = getattr(self, name)
            if name == "boxes" and value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
                raise BadInput(name, expected, value)
