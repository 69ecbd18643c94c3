"""Which tracker an ``--engine`` flag means, and whether the problem is small enough for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from critscape.algebra.bounds.root_counts import BEZOUT, Bound, best_multihomogeneous_bezout, bezout, mixed_volume_in_closed_form
from critscape.algebra.elimination import msolve
from critscape.algebra.phcpack.engine import HOW_TO_INSTALL, PhcpyEngine, available, mixed_volume
from critscape.algebra.phcpack.processes import PhcpyError
from critscape.algebra.polynomial.loss import Family, Loss
from critscape.algebra.symmetry.coincidence import merged
from critscape.algebra.tracking.homotopy import CarefulTracker, Member, Outcome, Tracker
from critscape.problems.networks.network import block_partition, coordinates_name
from critscape.problems.problem.problem import Problem

if TYPE_CHECKING:
    from critscape.algebra.tracking.homotopy import Spread

MOST_WEIGHTS = 40
"""Weights of the largest problem that is expanded and tracked at all."""
MIXED_VOLUME_WEIGHTS = 9
"""Problems with more weights spend longer on the mixed volume than on their answer."""
MIXED_VOLUME_SECONDS = 60.0


class TooLarge(ValueError):
    """The problem is beyond what the engine was allowed; the message carries the number."""


class EngineUnavailable(RuntimeError):
    """What was asked for is not installed; the message says how to install it."""


@dataclass(frozen=True)
class Engine:
    """A tracker and the one for what it leaves open, the explicit start system it offers (or None), and its entry in results.

    ``free`` says that elimination may answer instead of the tracker.
    """

    tracker: Tracker
    careful: CarefulTracker
    start: Any
    record: dict
    free: bool = False


def chosen(name: str, jobs: int, cross_check: bool = False, spread: Spread | None = None) -> Engine | None:
    """The engine of a flag; None: elimination, which follows no paths. ``spread`` hands chunks of our tracker's paths to workers.

    Raises
    ------
    EngineUnavailable : phcpy or msolve was asked for and is not there.
    """
    if (cross_check or name == "exact") and not msolve.available():
        raise EngineUnavailable(f"{'--cross-check' if cross_check else '--engine exact'}: {msolve.HOW_TO_INSTALL}")
    if name == "exact":
        return None
    if name == "phcpy":
        return phcpack(jobs)
    return replace(batch(jobs, spread), free=name == "auto")


def batch(jobs: int, spread: Spread | None = None) -> Engine:
    """Our own tracker on so many threads, or by the workers of ``spread`` where paths are many."""
    from critscape.algebra.tracking.batch_engine import BatchTracker

    tracker = BatchTracker(jobs, spread)
    return Engine(tracker, tracker, None, {"name": "batch"})


def phcpack(jobs: int) -> Engine:
    """PHCpack's tracker in so many processes, and ours for what it leaves open.

    Raises
    ------
    EngineUnavailable : phcpy is not there.
    """
    if not available():
        raise EngineUnavailable(HOW_TO_INSTALL)
    tracker = PhcpyEngine(jobs=jobs)
    return Engine(tracker, batch(jobs).careful, partial(polyhedral_start, tracker), {"name": "phcpy"})


def exact_record() -> dict:
    """The entry of elimination in results."""
    return {"name": "exact", "msolve": msolve.version()}


def polyhedral_start(tracker: PhcpyEngine, family: Family, member: Member, rng: np.random.Generator) -> tuple[np.ndarray, dict]:
    """Distinct solutions of a tilted member's gradient system from the polyhedral start system, and the fate of its paths for the record."""
    volume, paths = tracker.polyhedral(family, member, rng)
    fates = {outcome.name.lower(): sum(path.outcome is outcome for path in paths) for outcome in Outcome}
    ends = [path.end for path in paths if path.outcome is Outcome.FINISHED]
    found, _ = merged(np.empty((0, len(family.variables)), dtype=complex), np.array(ends).reshape(-1, len(family.variables)))
    return found, {"polyhedral": {"mixed_volume": volume, **fates}}


def refuse_hopeless(problem: Problem) -> None:
    """Refuses a problem with too many weights before anything is expanded.

    Raises
    ------
    TooLarge : naming the number of weights.
    """
    if problem.dimension > MOST_WEIGHTS:
        raise TooLarge(
            f"architecture: expected at most {MOST_WEIGHTS} {coordinates_name(problem.network)}, got {problem.dimension} ({problem.network.title}): "
            "its critical points are too many to enumerate; narrower layers, fewer inputs or fewer outputs leave fewer"
        )


def bounds(problem: Problem, loss: Loss) -> list[Bound]:
    """Upper bounds for N_C from the degrees of the gradient: they take no time."""
    multihomogeneous, _ = best_multihomogeneous_bezout(loss, [block_partition(problem.network)])
    return [Bound(BEZOUT, bezout(loss), True), Bound("multihomogeneous Bézout number", multihomogeneous, True)]


def volume_bounds(problem: Problem, loss: Loss) -> list[Bound]:
    """The mixed volume, where PHCpack is there and finds it; nothing starts later because of it.

    In one variable it is the degree of the slope. Else it is not called exact: PHCpack finds the cells by linear programming in double
    precision.
    """
    closed = mixed_volume_in_closed_form(loss)
    if closed is not None:
        return [Bound("mixed volume", closed, True)]
    if not available() or problem.dimension > MIXED_VOLUME_WEIGHTS:
        return []
    try:
        return [Bound("mixed volume", mixed_volume(loss, MIXED_VOLUME_SECONDS), False)]
    except (PhcpyError, OverflowError):
        # A support has no size, but PHCpack is given coefficients in double precision.
        return []


def refuse_volume(loss: Loss, limit: int) -> list[Bound]:
    """The mixed volume, the number of paths of phcpy.

    Raises
    ------
    TooLarge : it exceeds ``limit``, or was not found.
    """
    try:
        volume = mixed_volume(loss, MIXED_VOLUME_SECONDS)
    except OverflowError:
        raise TooLarge("phcpy: coefficients beyond double precision; --engine exact does without it") from None
    except PhcpyError as error:
        raise TooLarge(f"the problem is too large for phcpy: its mixed volume was not found ({error})") from None
    if volume > limit:
        raise TooLarge(f"--max-paths: expected at least the mixed volume {volume:,} of this problem, got {limit:,}")
    return [Bound("mixed volume", volume, mixed_volume_in_closed_form(loss) is not None)]
