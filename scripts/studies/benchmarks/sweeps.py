"""The sweep over sets of kernels of piecewise linear networks: what one set costs, in CPU time of one core."""

from __future__ import annotations

import time
from itertools import pairwise

from critscape.algebra.cells.stationary import analysed, joined, landscape
from critscape.algebra.cells.sweep import sweep
from critscape.algebra.cells.table import table
from critscape.problems.files.problem_file import document
from critscape.problems.problem.one_layer import one_layer
from critscape.problems.problem.regression import Regression
from critscape.scripts.studies.cells.answer import number_of_sets, refuse_many_faces, refuse_many_sets


def swept(problem: Regression) -> dict:
    """The CPU seconds of a proved table, stage by stage, and the number of sets, JSON-ready.

    Raises
    ------
    BadInput : a hidden weight without a ridge.
    TooLarge : more faces or sets than are swept.
    """
    layer = one_layer(problem)
    refuse_many_faces(layer)
    clock = [time.process_time()]
    scene = landscape(layer)
    clock.append(time.process_time())
    sets = number_of_sets(scene)
    refuse_many_sets(sets)
    # This first call is not timed: it loads the compiled kernel.
    sweep(scene.tables, len(scene.kernels) - 1)
    clock.append(time.process_time())
    left = [((), ()), *(support for first in range(len(scene.kernels)) for support in sweep(scene.tables, first))]
    clock.append(time.process_time())
    found = joined([analysed(scene, [support]) for support in left])
    clock.append(time.process_time())
    listed = table(layer, found)
    clock.append(time.process_time())
    faces, _, sweeping, proofs, losses = (after - before for before, after in pairwise(clock))
    return {
        "problem": document(problem),
        "title": problem.title,
        "status": "incomplete" if listed.undecided else "complete",
        "kernels": len(scene.kernels),
        "sets": sets,
        "left": len(left),
        "stationary": len(listed.rows),
        "seconds": {"faces": faces, "sweep": sweeping, "proofs": proofs, "losses": losses},
    }
