"""From a problem with piecewise linear units to the document of its stationary points, with progress."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache, partial
from math import comb
from pathlib import Path

from critscape.algebra.cells.document import stationary_fields
from critscape.algebra.cells.one_layer import OneLayer
from critscape.algebra.cells.stationary import Landscape, OutOfRange, analysed, joined, landscape
from critscape.algebra.cells.sweep import sweep
from critscape.algebra.cells.table import Table, table
from critscape.algebra.critical.result import versions
from critscape.problems.files.documents import stamped
from critscape.problems.files.problem_file import document
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.activated.piecewise_linear import PiecewiseLinear
from critscape.problems.problem.one_layer import one_layer
from critscape.problems.problem.regression import Regression
from critscape.scripts.studies.cells.records import Records, Supports, opened
from critscape.scripts.studies.cells.without_ridge import minima_document
from critscape.scripts.studies.engines import TooLarge
from critscape.scripts.studies.executors import Workers, interruptible, spread, workers_of
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.progress import announce, reporting

MOST_FACES = 6000
"""Faces of the arrangement: more take minutes and gigabytes before the sweep begins."""
MOST_SETS = 5e9
"""Sets of kernels: about a day on one core."""
SETS_A_SECOND = 5e4
"""What one core sweeps, roughly."""
MANY_SETS = 5e5
"""Fewer sets take seconds: processes of their own would start no sooner."""

LONG_SETS = 3e6
"""A sweep of more sets takes minutes: what is done is recorded, and an interrupted run goes on from there."""

Progress = Callable[[str, int], None]


def answered(problem: Regression, options: Options, certificate: Path | None = None) -> dict:
    """The document of all stationary points.

    Raises
    ------
    BadInput : a certificate, numbers beyond double precision, or a ridge that is zero on some of the hidden weights.
    TooLarge : more faces or sets of kernels than can be swept; nothing was done.
    """
    if certificate is not None:
        raise BadInput("--certificate", "nothing: certificates are for critical points of polynomial losses")
    if not any(problem.ridge):
        return minima_document(problem)
    return described(problem, enumerated(problem, options))


@dataclass(frozen=True)
class Enumerated:
    """All stationary sets of a layer, the number of sets of kernels that were swept and of those that were left, and seconds."""

    layer: OneLayer
    scene: Landscape
    table: Table
    swept: int
    left: int
    seconds: dict[str, float]

    @property
    def reasons(self) -> list[str]:
        """Sentences on what stayed open; none is missing if there are none."""
        reasons = list(self.table.undecided)
        if not reasons and self.table.euler_sum != 1:
            reasons.append(f"the indices of all stationary points sum to {self.table.euler_sum}, not 1: please report this problem")
        return reasons


def enumerated(problem: Regression, options: Options) -> Enumerated:
    """All stationary sets of a problem with a ridge, with progress.

    Raises
    ------
    BadInput, TooLarge : as :func:`answered`.
    """
    layer = one_layer(problem)
    began = time.perf_counter()
    with reporting(problem.title) as progress:
        progress("faces", 0)
        refuse_many_faces(layer)
        try:
            scene = landscape(layer)
        except OutOfRange as error:
            raise BadInput("data", f"numbers of ordinary size ({error})") from None
        sets = number_of_sets(scene)
        refuse_many_sets(sets)
        prepared = time.perf_counter()
        workers = workers_of(options.cluster, options.jobs) if options.cluster or sets > MANY_SETS else None
        with opened(document(problem)) if sets > LONG_SETS else nullcontext() as records:
            if records is not None:
                announce(problem.title, forecast(sets, len(records.done()), len(scene.kernels)))
            # Only what is recorded can go on.
            with nullcontext() if records is None else interruptible("sweep"):
                supports = swept(scene, workers, records, progress)
        swept_at = time.perf_counter()
        parts = []
        for count, support in enumerate(supports):
            progress(f"supports proved of {len(supports):,}", count)
            parts.append(analysed(scene, [support]))
        progress("losses", 0)
        listed = table(layer, joined(parts))
    seconds = {"faces": prepared - began, "sweep": swept_at - prepared, "total": time.perf_counter() - began}
    return Enumerated(layer, scene, listed, sets, len(supports), seconds)


def forecast(sets: int, done: int, pieces: int) -> str:
    """What a long sweep says before it begins."""
    known = f"{done:,} of {pieces:,} pieces are done" if done else "it can be interrupted, and goes on when it is run again"
    return f"{sets:.1e} sets to sweep, about {sets / SETS_A_SECOND / 60:.0f} minutes of one core in all; {known}"


def swept(scene: Landscape, workers: Workers | None, records: Records | None, progress: Progress) -> Supports:
    """The support without kernels, and what the sweep leaves of the others, in one order whatever the number of processes."""
    pieces = range(len(scene.kernels))
    work = partial(piece, scene.layer) if workers else partial(sweep, scene.tables)
    left: dict[int, Supports] = {} if records is None else records.done()
    for first, found in spread(work, [first for first in pieces if first not in left], workers):
        left[first] = found
        if records is not None:
            records.add(first, found)
        progress(f"kernels swept of {len(pieces):,}", len(left))
    return [((), ()), *(support for first in pieces for support in left[first])]


@lru_cache(maxsize=1)
def scene_of(layer: OneLayer) -> Landscape:
    """The landscape of a layer, once in each process."""
    return landscape(layer)


def piece(layer: OneLayer, first: int) -> Supports:
    """What the sweep leaves of the sets with one least kernel."""
    return sweep(scene_of(layer).tables, first)


def refuse_many_faces(layer: OneLayer) -> None:
    """Refuses an arrangement that has more than MOST_FACES faces in general position.

    Raises
    ------
    TooLarge : with that number.
    """
    m, d = len(layer.samples), layer.inputs
    faces = sum(comb(m, q) * 2 * sum(comb(max(m - q - 1, 0), i) for i in range(d - q)) for q in range(min(m, d)))
    if faces > MOST_FACES:
        raise TooLarge(
            f"{m} samples in {d} dimensions (a bias counts as one) cut the weights of a unit into {faces:,} faces in general position, and "
            f"at most {MOST_FACES:,} are swept; fewer samples or inputs help"
        )


def number_of_sets(scene: Landscape) -> int:
    """The number of sets of kernels that units can have, the empty one included."""
    counts = [1]
    for group, room in zip(scene.groups, scene.tables.room):
        own = [comb(len(group), size) for size in range(int(room) + 1)]
        merged = [0] * (len(counts) + len(own) - 1)
        for i, a in enumerate(counts):
            for j, b in enumerate(own):
                merged[i + j] += a * b
        counts = merged
    return sum(counts)


def refuse_many_sets(sets: int) -> None:
    """Refuses a sweep of more than MOST_SETS sets.

    Raises
    ------
    TooLarge : with their number.
    """
    if sets > MOST_SETS:
        raise TooLarge(
            f"{float(sets):.1e} sets of faces to sweep, and at most {MOST_SETS:.0e} are; fewer units, samples or inputs help, and so do equal "
            "ridges on all units, which make many sets one"
        )


def described(problem: Regression, found: Enumerated) -> dict:
    """The document of a table."""
    network, listed, scene, reasons = problem.network, found.table, found.scene, found.reasons
    assert isinstance(network, PiecewiseLinear)
    return stamped(
        "stationary",
        {
            "problem": document(problem),
            "status": "incomplete" if reasons else "complete",
            **({"reason": "; ".join(reasons)} if reasons else {}),
            **stationary_fields(listed, network.biases),
            "evidence": {
                "Euler sum": {"holds": None if listed.euler_sum is None else listed.euler_sum == 1, "measured": euler_text(listed)}
            },
            "sweep": {"faces": len(scene.shared[0].faces) + 1, "kernels": len(scene.kernels), "sets": found.swept, "left": found.left},
            "engine": {"name": "cells", "versions": versions()},
            "seconds": {name: round(value, 3) for name, value in found.seconds.items()},
        },
    )


def euler_text(listed: Table) -> str:
    """What the sum of the indices was."""
    if listed.euler_sum is None:
        return "some index is not decided"
    return f"indices of {len(listed.rows)} rows, with copies and (-1)^dimension, sum to {listed.euler_sum}; the loss is coercive: 1"
