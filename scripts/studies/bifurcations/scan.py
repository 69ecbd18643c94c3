"""Complete sets of critical points at single scales of a ridge, and the bifurcation diagram that they make."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np

from critscape.algebra.critical.critical_set import CriticalSet, Status
from critscape.algebra.critical.obstruction import obstruction
from critscape.algebra.pencils.bifurcation import Pencil
from critscape.algebra.pencils.diagram import Diagram, Slice, diagram
from critscape.algebra.pencils.slices import certified_slice, numerical_slice
from critscape.algebra.starts.start_set import StartSet
from critscape.problems.input.bad_input import BadInput
from critscape.problems.problem.problem import Problem, loss
from critscape.problems.problem.ridge_pencil import GENERIC, ridge_pencil, scaled
from critscape.scripts.studies.answer import enumerated
from critscape.scripts.studies.engines import Engine, batch, refuse_hopeless
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.parameter_homotopy import paths_to
from critscape.scripts.studies.progress import reporting
from critscape.scripts.studies.start_sets import start_set

LEAST_VALUES = 3
Counts = tuple[int, dict[int, int]]
"""N_R and the number of real points of each index."""


@dataclass(frozen=True)
class Scan:
    """The diagram of a problem over scales of its ridge; ``certified`` the counts beside each event (None: not proved)."""

    problem: Problem
    diagram: Diagram
    certified: tuple[tuple[Counts, Counts] | None, ...]

    @property
    def complete(self) -> bool:
        return self.diagram.complete and None not in self.certified


def scan(problem: Problem, low: Fraction, high: Fraction, values: int, logarithmic: bool, options: Options) -> Scan:
    """Real critical points as the ridge is scaled from ``low`` to ``high``: at ``values`` scales, and at more where needed.

    Raises
    ------
    TooLarge : there are more paths than ``max_paths``.
    BadInput : the range is none, the ridge is zero, or the critical set is not finite at any scale.
    """
    if low <= 0:
        raise BadInput("low", "a number greater than zero", str(low))
    if high <= low:
        raise BadInput("high", f"a number greater than {low}", str(high))
    if values < LEAST_VALUES:
        raise BadInput("values", f"at least {LEAST_VALUES}", values)
    refuse_hopeless(problem)
    if not any(problem.ridge):
        raise BadInput("ridge", "a number that is not zero, as the ridge is what is scaled")
    obstructed = obstruction(loss(scaled(problem, GENERIC)), np.random.default_rng([options.seed, 1]))
    if obstructed is not None:
        why = obstructed.not_finite or "; ".join(obstructed.open_ends) or "there is none"
        raise BadInput("PROBLEM", f"a problem with finitely many critical points, and not without any ({why})")
    engine = batch(options.jobs)
    spaced = np.geomspace if logarithmic else np.linspace
    inner = {Fraction(f"{s:.6g}") for s in spaced(float(low), float(high), values)[1:-1]}
    grid = [low, *sorted(s for s in inner if low < s < high), high]
    with reporting(f"{problem.network.title}, ridge scaled") as progress:
        starts = start_set(problem, engine, options.seed, options.max_paths, progress)
        pencil = ridge_pencil(problem, Fraction(float(low * high) ** 0.5))
        slice_at = partial(critical_slice, problem, pencil, engine, starts, options.seed)
        found = diagram(pencil, engine.tracker, slice_at, grid, progress)
        certified = []
        for event in found.events:
            progress("certification of both sides of bifurcations", 0)
            sides = event.link.left, event.link.right
            left, right = (counts(certified_set(problem, side.s, engine, starts, options.seed)) for side in sides)
            agree = [left, right] == [(side.count, side.by_index) for side in sides]
            certified.append((left, right) if agree and left is not None and right is not None else None)
    return Scan(problem, found, tuple(certified))


def critical_slice(problem: Problem, pencil: Pencil, engine: Engine, starts: StartSet, seed: int, s: Fraction) -> Slice:
    """The critical points with the ridge scaled by s: in double precision where its tests pass, else certified."""
    member = scaled(problem, s)
    expected = len(starts.solutions) if starts.complete else None
    found = numerical_slice(pencil, s, loss(member), member.coercive, engine.tracker, paths_to(member, starts), expected)
    return found or certified_slice(pencil, s, loss(member), certified_set(problem, s, engine, starts, seed))


def certified_set(problem: Problem, s: Fraction, engine: Engine, starts: StartSet, seed: int) -> CriticalSet:
    """The certified critical set with the ridge scaled by s."""
    return enumerated(scaled(problem, s), engine, seed, lambda: starts)


def counts(critical: CriticalSet) -> Counts | None:
    """N_R and the number of real points of each index; None if the set is not complete."""
    return (len(critical.real), critical.by_index) if critical.status is Status.COMPLETE else None
