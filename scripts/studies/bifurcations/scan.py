"""Complete sets of critical points at single scales of a ridge, and the bifurcation diagram that they make."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np

from critscape.algebra.critical.critical_set import CriticalSet, Status
from critscape.algebra.critical.double_precision import NO_INDEX, numerical_points
from critscape.algebra.critical.numerical_set import classified, numerical_set
from critscape.algebra.critical.obstruction import obstruction
from critscape.algebra.pencils.bifurcation import Pencil
from critscape.algebra.pencils.diagram import Diagram, Slice, diagram, orbit_numbers
from critscape.algebra.starts.start_set import StartSet
from critscape.problems.input.bad_input import BadInput
from critscape.problems.problem.problem import Problem, loss
from critscape.problems.problem.ridge_pencil import GENERIC, ridge_pencil, scaled
from critscape.scripts.studies.answer import enumerated
from critscape.scripts.studies.engines import Engine, chosen, refuse_hopeless
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
    engine = chosen("batch", options.jobs)
    spaced = np.geomspace if logarithmic else np.linspace
    inner = {Fraction(f"{s:.6g}") for s in spaced(float(low), float(high), values)[1:-1]}
    grid = [low, *sorted(s for s in inner if low < s < high), high]
    with reporting(f"{problem.network.title}, ridge scaled") as progress:
        starts = start_set(problem, engine, options.seed, options.max_paths, progress)
        pencil = ridge_pencil(problem, Fraction(float(low * high) ** 0.5))
        slice_at = partial(critical_slice, problem, pencil, engine, starts, options.seed)
        found = diagram(pencil, engine.tracker, slice_at, grid, progress)
        certified = []
        for number, event in enumerate(found.events, start=1):
            progress("certification of both sides of bifurcations", 0)
            sides = [counts(certified_set(problem, side.s, engine, starts, options.seed)) for side in (event.link.left, event.link.right)]
            seen = [(side.count, side.by_index) for side in (event.link.left, event.link.right)]
            certified.append((sides[0], sides[1]) if sides == seen else None)
    return Scan(problem, found, tuple(certified))


def critical_slice(problem: Problem, pencil: Pencil, engine: Engine, starts: StartSet, seed: int, s: Fraction) -> Slice:
    """The critical points with the ridge scaled by s: in double precision where its tests pass, else certified."""
    member = scaled(problem, s)
    continued = paths_to(member, starts)
    tested = numerical_set(loss(member), engine.tracker, *continued, len(starts.solutions) if starts.complete else None, member.coercive)
    if not tested.doubts:
        points = numerical_points(engine.tracker, *continued).points
        sizes = np.abs(pencil.units)
        # Real in the problem's own weights: those of its normal form may be imaginary.
        real = pencil.real(points / pencil.units)
        index = np.full(len(points), NO_INDEX)
        index[real] = classified(loss(member), points[real].real / sizes, sizes)[1]
        return made_slice(pencil, s, member, points, real, index)
    critical = certified_set(problem, s, engine, starts, seed)
    if critical.status is not Status.COMPLETE or critical.enumeration.degenerate:
        empty = np.empty(0)
        reason = critical.reason or f"{len(critical.enumeration.degenerate)} degenerate points"
        return Slice(s, empty.reshape(0, problem.dimension), empty, empty, empty, empty, (reason,))
    points = critical.enumeration.points
    index = {id(point.point): point.index for point in critical.real}
    return made_slice(
        pencil,
        s,
        member,
        np.array([point.midpoint for point in points]).reshape(-1, problem.dimension),
        np.array([point.real for point in points], dtype=bool),
        np.array([index.get(id(point), NO_INDEX) for point in points]),
    )


def made_slice(pencil: Pencil, s: Fraction, member: Problem, points: np.ndarray, real: np.ndarray, index: np.ndarray) -> Slice:
    """The slice of critical ``points`` (P, n) in the problem's own weights."""
    exact_loss = loss(member)
    losses = np.full(len(points), np.nan)
    losses[real] = exact_loss.family.formula(list(points[real].real.T), [float(value) for value in exact_loss.values])
    natural = points / pencil.units
    orbit = orbit_numbers(pencil, natural)
    doubts = ["not closed under symmetry"] if orbit is None else []
    if member.coercive and ((-1.0) ** index[real]).sum() != 1:
        doubts.append("Euler sum is not 1")
    return Slice(s, natural, real, index, losses, np.empty(0, dtype=int) if orbit is None else orbit, tuple(doubts))


def certified_set(problem: Problem, s: Fraction, engine: Engine, starts: StartSet, seed: int) -> CriticalSet:
    """The certified critical set with the ridge scaled by s."""
    return enumerated(scaled(problem, s), engine, seed, lambda: starts)


def counts(critical: CriticalSet) -> Counts | None:
    """N_R and the number of real points of each index; None if the set is not complete."""
    return (len(critical.real), critical.by_index) if critical.status is Status.COMPLETE else None
