"""Start sets: all solutions of a generic member of a family, solved once and kept with their provenance.

The member is solved with a generic tilt, where monodromy is transitive and the trace test applies. The untilted member has as many
solutions as the gradient map has degree, unless some escape: then its solutions are all there, and one of each orbit of the family's
symmetries is enough to start from. Where the family has strata (:mod:`critscape.algebra.starts.strata`), it is these orbits that are found
first; from there the tilt grows to its size. Elsewhere the tilt goes to zero at the end.

Loading never trusts a file: its points must solve the systems that they are said to solve, be distinct and make the trace test
hold again.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from critscape.algebra.polynomial.evaluation import float_gradients, generic_vector
from critscape.algebra.polynomial.loss import Family
from critscape.algebra.polynomial.parameter_space import ParameterSpace
from critscape.algebra.starts.monodromy import Search, Vertex, complete, most_solutions
from critscape.algebra.starts.strata import search_strata, strata
from critscape.algebra.starts.trace_test import VOID, Trace, TraceLine, judged
from critscape.algebra.symmetry.coincidence import match, merged
from critscape.algebra.symmetry.orbits import Orbit, Orbits, all_images, orbit_representatives
from critscape.algebra.tracking.homotopy import Homotopy, Member, Outcome, Tracker
from critscape.algebra.whole_file import whole_file

TILT = 0.1
"""Size of the base tilt in natural units: far enough from zero to be generic, near enough to stay well-conditioned."""
RESIDUAL = 1e-9
"""Largest entry of ∇L + c, relative to the size of the tilt and of the solutions, at a stored solution."""
ATTEMPTS = 4
"""Generic tilts that are tried until the trace test holds, each half as large as the one before: nearer to zero the sum of all solutions, which
sign changes make odd there, has less of a second derivative.
"""

LARGE = 2**22
"""Bytes of solutions from which on a file is not compressed: that takes seconds and saves three bytes of a hundred."""
UNREADABLE = (
    OSError, EOFError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError, MemoryError, RuntimeError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What reading a damaged ``.npz`` file raises: a changed byte may strike the archive, its compression, a header or the arrays."""

Start = Callable[[Family, Member, np.random.Generator], tuple[np.ndarray, dict]]
"""An explicit start system: (family, tilted member, rng) ↦ solutions of its gradient system (P, n) and figures for the record."""


@dataclass(frozen=True)
class StartSet:
    """All solutions (P, n) of ∇L(w; p) + c = 0 at the generic ``member`` (p, c).

    ``trace`` is the trace test that they passed (or not). ``orbits`` are those of the solutions of ∇L(w; p) = 0, when these are
    as many (else empty). ``provenance`` says how all were found.
    """

    member: Member
    solutions: np.ndarray
    trace: Trace
    orbits: Orbits
    provenance: dict

    @property
    def complete(self) -> bool:
        return self.trace.passed


def solve(
    tracker: Tracker,
    family: Family,
    space: ParameterSpace,
    rng: np.random.Generator,
    limit: int,
    start: Start | None,
    progress: Callable[[str, int], None],
    resumed: Search | None = None,
    checkpoint: Callable[[Search], None] = lambda search: None,
) -> StartSet:
    """Solves the generic member of a family at a generic tilt.

    Starts from the explicit start system ``start`` or, without one, from the solutions in the strata without tilt, or else from random points;
    monodromy completes the set until the trace test holds or more than ``limit`` solutions are found. A search that was kept through
    ``checkpoint`` goes on when it is handed in as ``resumed``.
    """
    place = space.generic()
    parameters = space.curve(place[None, :])[0]
    none = np.empty((0, len(family.variables)), dtype=complex)
    record: dict = {}
    orbits = Orbits()
    for attempt in range(ATTEMPTS):
        if resumed is None:
            tilt = TILT / 2**attempt * generic_vector(rng, len(family.variables))
            if start is not None:
                progress("start system", 0)
                known, record = start(family, Member(parameters, tilt), rng)
                search = Search([Vertex(place, parameters, tilt, known)], [], rng)
            elif attempt == 0 and strata(family, space):
                search = Search([Vertex(place, parameters, 0 * tilt, none)], [], rng, goal=tilt)
            else:
                search = Search([Vertex(place, parameters, tilt, none)], [], rng)
        else:
            search, resumed = resumed, None
        if search.goal is not None:
            solved = search_strata(search, tracker, family, space, limit, progress, checkpoint)
            if solved is None:
                trace = VOID
                break
            orbits = Orbits(solved)
            search = tilted(search, orbits, tracker, family, progress)
        trace = complete(search, tracker, family, space, limit, progress, checkpoint)
        if trace.passed or most_solutions(search) > limit:
            break
    found = search.base.solutions
    provenance = {
        **record,
        "solutions": len(found),
        "engine": tracker.name,
        "trace_residual": trace.residual,
        "paths_tracked": search.tracked,
        "paths_lost": search.lost,
        "paths_jumped": search.jumped,
    }
    if not trace.passed:
        return StartSet(search.base.member, found, trace, Orbits(), provenance)
    if sum(map(len, orbits)) != len(found):
        progress("tilt to zero", len(found))
        ends = with_tilt(tracker, family, search.base.member, np.zeros_like(search.base.tilt), found, search.rng)
        orbits = orbit_representatives(ends if len(ends) == len(found) else none, family)
    return StartSet(search.base.member, found, trace, orbits, {**provenance, "orbits": len(orbits)})


def tilted(search: Search, orbits: Sequence[Orbit], tracker: Tracker, family: Family, progress: Callable[[str, int], None]) -> Search:
    """The search at the goal of one that has finished the strata: its base has all that their orbits lead to."""
    points, base = all_images(orbits), search.base
    assert search.goal is not None
    progress("tilt", len(points))
    known = with_tilt(tracker, family, base.member, search.goal, points, search.rng)
    return Search(
        [Vertex(base.place, base.parameters, search.goal, known)],
        [],
        search.rng,
        0,
        search.tracked + len(points),
        search.lost,
        search.jumped,
    )


def with_tilt(
    tracker: Tracker, family: Family, member: Member, tilt: np.ndarray, solutions: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """What the solutions (P, n) of a member become at another tilt (n,): fewer points, where paths end elsewhere or are lost.

    Several bends are tried while paths get lost.
    """
    found = np.empty((0, solutions.shape[1]), dtype=complex)
    for bend in (0, 1, 1):
        bent = bend * np.abs(member.tilt - tilt).max() * generic_vector(rng, len(tilt))
        tilts = np.array([tilt, member.tilt - tilt + bent, -bent])
        paths = tracker.track(Homotopy(family, member.parameters[None, :], tilts), solutions)
        ends = [path.end for path in paths if path.outcome is Outcome.FINISHED]
        found, _ = merged(found, np.array(ends).reshape(-1, solutions.shape[1]))
        if len(found) == len(solutions):
            break
    return found


def save(start_set: StartSet, path: Path) -> None:
    """Writes a start set that passed the trace test as one ``.npz`` file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = start_set.trace.line
    assert line is not None
    n = len(start_set.member.tilt)
    with whole_file(path) as file:
        (np.savez_compressed if start_set.solutions.nbytes < LARGE else np.savez)(
            file,
            parameters=start_set.member.parameters,
            tilt=start_set.member.tilt,
            solutions=start_set.solutions,
            direction=line.direction,
            forward=line.forward,
            backward=line.backward,
            representatives=np.array([orbit.point for orbit in start_set.orbits]).reshape(-1, n),
            provenance=np.array(json.dumps(start_set.provenance)),
        )


def load(path: Path, family: Family, parameters: np.ndarray) -> StartSet | None:
    """The start set in a file if it is one for the member at ``parameters`` and passes every check, else None."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            member = Member(stored["parameters"], stored["tilt"])
            solutions, representatives = stored["solutions"], stored["representatives"]
            line = TraceLine(stored["direction"], stored["forward"], stored["backward"])
            provenance = dict(json.loads(str(stored["provenance"])))
    except UNREADABLE:
        return None
    n, shape = len(family.variables), solutions.shape
    if member.parameters.shape != parameters.shape or not np.allclose(member.parameters, parameters, rtol=1e-12, atol=0):
        return None
    if len(shape) != 2 or not all(vector.shape == (n,) for vector in (member.tilt, line.direction)) or shape[1] != n or not shape[0]:
        return None
    if not all(points.shape == shape for points in (line.forward, line.backward)) or representatives.shape[1:] != (n,):
        return None
    if not all(np.isfinite(array).all() for array in (member.tilt, solutions, *vars(line).values(), representatives)):
        return None
    for points, tilt in ((solutions, 0), (line.forward, line.direction), (line.backward, -line.direction)):
        if not solved_by(family, parameters, member.tilt + tilt, points) or not distinct(points):
            return None
    orbits = orbit_representatives(representatives, family)
    if orbits:
        everything = all_images(orbits)
        # The untilted member has no more solutions than the tilted one: as many are all. What one solves its images solve.
        if len(everything) != len(solutions) or not distinct(everything):
            return None
        if not solved_by(family, parameters, np.zeros(n), np.array([orbit.point for orbit in orbits])):
            return None
    trace = judged(solutions, line)
    return StartSet(member, solutions, trace, orbits, provenance) if trace.passed else None


def solved_by(family: Family, parameters: np.ndarray, tilt: np.ndarray, points: np.ndarray) -> bool:
    """Whether all ``points`` (P, n) solve ∇L(w; p) + c = 0 to rounding errors."""
    residuals = np.abs(float_gradients(family, parameters, points) + tilt).max(axis=1)
    sizes = (1 + np.abs(tilt).max()) * (1 + np.abs(points).max(axis=1)) ** 3
    return bool(np.all(residuals < RESIDUAL * sizes))


def distinct(points: np.ndarray) -> bool:
    """Whether no two of ``points`` (P, n) coincide."""
    return bool((match(points, points) == np.arange(len(points))).all())
