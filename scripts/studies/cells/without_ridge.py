"""From a problem with piecewise linear units and no ridge to the document of its local minima, with progress."""

from __future__ import annotations

import time
from collections.abc import Sequence
from math import comb

from flint import fmpq

from critscape.algebra.cells.document import number
from critscape.algebra.cells.least_squares import Minima, Open, Unridged, local_minima
from critscape.algebra.cells.levels import Level, levels, number_of_cells
from critscape.algebra.cells.zero_outgoing import minima_with_zero_outgoing
from critscape.algebra.critical.result import versions
from critscape.problems.files.documents import stamped
from critscape.problems.files.problem_file import document
from critscape.problems.networks.activated.piecewise_linear import PiecewiseLinear
from critscape.problems.problem.one_layer import unridged
from critscape.problems.problem.regression import Regression
from critscape.scripts.studies.engines import TooLarge
from critscape.scripts.studies.progress import reporting

MOST_PLACES = 300_000
"""Ways to place the units: about a millisecond each."""
NOT_COVERED = "stationary points that are no local minima"


def minima_document(problem: Regression) -> dict:
    """The document of all local minima: sets with v_j ≠ 0 for every unit, and those with some v_j = 0 that are no limits of others.

    Raises
    ------
    TooLarge : more ways to place the units on faces than are tried; nothing was done.
    """
    layer = unridged(problem)
    began = time.perf_counter()
    with reporting(problem.title) as progress:
        progress("faces", 0)
        places = comb(len(layer.seats) + layer.units - 1, layer.units)
        if places > MOST_PLACES:
            raise TooLarge(
                f"{places:,} ways to place the units on {len(layer.seats) // 2:,} faces, and at most {MOST_PLACES:,} are tried without a "
                "ridge; fewer units, samples or inputs help, and so does a positive ridge"
            )
        found: list[Minima] = []
        undecided = 0
        for each in local_minima(layer):
            if isinstance(each, Open):
                undecided += 1
            else:
                found.append(each)
            progress("sets of minima", len(found))
        silent: list[fmpq] = []
        for quiet in minima_with_zero_outgoing(layer):
            if isinstance(quiet, Open):
                undecided += 1
                continue
            found += quiet.sets
            if quiet.loss not in silent:
                silent.append(quiet.loss)
            progress("minima with some v_j = 0", len(silent))
    listed = levels(found)
    return described(problem, layer, listed, sorted(silent, key=float), undecided, places, time.perf_counter() - began)


def described(
    problem: Regression,
    layer: Unridged,
    listed: tuple[Level, ...],
    silent: Sequence[fmpq],
    undecided: int,
    places: int,
    seconds: float,
) -> dict:
    """The document of the levels."""
    network = problem.network
    assert isinstance(network, PiecewiseLinear)
    reason = f"{undecided} linear programs were not decided over the rationals" if undecided else ""

    def count(kept) -> int | None:
        return None if undecided else sum(level.sets for level in listed if kept(level))

    return stamped(
        "stationary",
        {
            "problem": document(problem),
            "status": "incomplete" if reason else "complete",
            **({"reason": reason} if reason else {}),
            "counts": {
                "clarke": None,
                "directional": None,
                "local_minima": count(lambda level: True),
                "global_minima": count(lambda level: level.least),
                "spurious_minima": count(lambda level: not level.least),
                "on_faces": count(lambda level: level.kinks > 0),
                "attracting_non_minima": None,
            },
            "euler_sum": None,
            "stationary": [entry(level, network.biases, bool(undecided)) for level in listed],
            "evidence": {},
            "zero_outgoing": {
                "losses": [str(loss) for loss in silent],
                "listed": None if undecided else all(any(loss == level.loss for level in listed) for loss in silent),
            },
            "not_covered": NOT_COVERED,
            "sweep": {"faces": len(layer.seats) // 2, "sets": places, "cells": number_of_cells(layer)},
            "engine": {"name": "cells", "versions": versions()},
            "seconds": {"total": round(seconds, 3)},
        },
    )


def entry(level: Level, biases: bool, some_open: bool) -> dict:
    """One level: all sets of local minima of one loss, dimension and numbers of kinks, of dead units and of v_j = 0."""
    kind = "local minimum" if some_open and level.least else "global minimum" if level.least else "spurious local minimum"
    return {
        "loss": number(level.loss),
        "exact_loss": True,
        "kind": kind,
        "clarke": True,
        "directional": True,
        "local_minimum": True,
        "attracting": True,
        "dead_units": level.dead,
        "zero_outgoing": level.silent,
        "kinks": level.kinks,
        "kink_samples": [[i + 1 for i, side in enumerate(seat.face) if not side] for seat in level.example.seats],
        "index": None,
        "dimension": level.dimension,
        "copies": level.sets,
        "cells": level.cells,
        "representative": [number(fmpq(value.numerator, value.denominator)) for value in flat(level.example, biases)],
        "level": "proved",
    }


def flat(point: Minima, biases: bool) -> list:
    """The weights with |v_j| = 1 or v_j = 0 in the order W, b, v, c."""
    signs = [seat.outgoing for seat in point.seats]
    incoming = [*([sign * value for value in product] for sign, product in zip(signs, point.products)), *map(list, point.silent)]
    last = -1 if biases else None
    numbers = [value for row in incoming for value in row[:last]]
    if biases:
        numbers += [row[-1] for row in incoming]
    return [*numbers, *signs, *(() if point.output is None else (point.output,))]
