"""What is tracked, and what became of it: homotopies inside a family of tilted losses, paths, and the one tracker interface.

A homotopy moves the parameters p and the tilt c of the system ∇L(w; p) + c = 0 along polynomial curves p(t), c(t) from t = 1
(start) to t = 0 (target). Straight and bent segments, parameter homotopies and the way back to the untilted loss are all of
this form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple, Protocol

import numpy as np

from critscape.algebra.polynomial.loss import Family


class Spread(Protocol):
    """Hands work and its pieces to workers: pairs of a piece and what became of it, in any order, each piece once.

    ``awake`` says whether they are there already, so that asking them costs little.
    """

    @property
    def awake(self) -> bool: ...

    def __call__(self, work: Callable[[Any], Any], pieces: Iterable[Any], /) -> Iterable[tuple[Any, Any]]: ...


class Outcome(Enum):
    """How a path ended; the value is the sentence that reports print."""

    FINISHED = "arrived at a regular end point"
    AT_INFINITY = "diverged: the end point is at infinity"
    SINGULAR = "arrived at a singular end point"
    FAILED = "lost: the tracker gave up before the end; try another seed or engine"


@dataclass(frozen=True)
class Homotopy:
    """∇L(w; p(t)) + c(t) = 0 for t from 1 to 0, with p(t) = Σ_k parameters[k] t^k and c(t) = Σ_k tilt[k] t^k.

    Shapes: ``parameters`` (K + 1, q) and ``tilt`` (M + 1, n), complex.
    """

    family: Family
    parameters: np.ndarray
    tilt: np.ndarray


@dataclass(frozen=True)
class Member:
    """A tilted member of a family: its parameters (q,) and its tilt (n,), complex."""

    parameters: np.ndarray
    tilt: np.ndarray


class Path(NamedTuple):
    """One tracked path (a tuple, as there are many).

    ``start`` and ``end`` have shape (n,), complex (``end`` is None unless the path finished or ended at a singular point);
    ``winding`` is the winding number of the end point (1 when regular, None when unknown); ``t`` is where tracking stopped.
    """

    start: np.ndarray
    end: np.ndarray | None
    outcome: Outcome
    winding: int | None = None
    steps: int = 0
    t: float = 0.0


class Tracker(Protocol):
    """An engine that tracks paths.

    ``name`` is what results record; ``loops`` says whether its endgame goes around t = 0, so that its verdicts on singular end
    points and ends at infinity can be relied on.
    """

    @property
    def name(self) -> str: ...

    @property
    def loops(self) -> bool: ...

    def track(self, homotopy: Homotopy, starts: np.ndarray, thorough: bool = True) -> list[Path]:
        """The paths from ``starts`` (shape (P, n)), in the same order, each one accounted for.

        Without ``thorough`` hard paths fail early, where a lost path does no harm.
        """

    def track_all(self, ways: Sequence[tuple[Homotopy, np.ndarray]], thorough: bool = True) -> list[list[Path]]:
        """The same of several homotopies, each with its starts."""
        return [self.track(homotopy, starts, thorough) for homotopy, starts in ways]


class CarefulTracker(Tracker, Protocol):
    """A tracker with loops that can also lead paths close to their ends without a verdict on these, with more and more care.

    ``cares`` is the number of degrees of care that `near` knows; 0 is the least. ``spread`` has workers, if there are any.
    """

    @property
    def cares(self) -> int: ...

    @property
    def spread(self) -> Spread | None: ...

    def near(self, homotopy: Homotopy, starts: np.ndarray, chosen: np.ndarray, t: float, care: int) -> list[np.ndarray | None]:
        """The points (n,) at t > 0 of the paths from the ``chosen`` rows of ``starts`` (P, n); None for paths that were lost."""


def tilt_segment(family: Family, parameters: np.ndarray, start: np.ndarray, end: np.ndarray, bend: np.ndarray | None = None) -> Homotopy:
    """The tilt moves from ``start`` (t = 1) to ``end`` (t = 0) while p stays; ``bend`` adds t(1 − t)·bend."""
    return Homotopy(family, np.asarray(parameters, dtype=complex)[None, :], _bent(start, end, bend))


def _bent(start: np.ndarray, end: np.ndarray, bend: np.ndarray | None) -> np.ndarray:
    return np.array([end, start - end] if bend is None else [end, start - end + bend, -bend], dtype=complex)
