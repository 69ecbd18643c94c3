"""A monodromy search that is not finished, in a file: from there it goes on as if it had never stopped.

Loading never trusts a file: its places and tilts must give the systems that its points are said to solve, and its base must be the
generic member. What remains, the partners along arcs and the state of the random numbers, can cost time but no solution: the trace
test decides in the end.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from critscape.algebra.polynomial.loss import Family
from critscape.algebra.polynomial.parameter_space import ParameterSpace
from critscape.algebra.starts.monodromy import LOST, Arc, Search, Vertex
from critscape.algebra.starts.start_set import UNREADABLE, distinct, solved_by
from critscape.algebra.whole_file import whole_file

COUNTERS = ("idle", "tracked", "lost", "jumped", "orbit", "before")


def save(search: Search, path: Path) -> None:
    """Writes a search as one ``.npz`` file, whole or not at all.

    Raises
    ------
    OSError : the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    vertices, arcs = search.vertices, search.arcs
    n, depth = len(search.base.tilt), len(search.base.place)
    partners = [side for arc in arcs for side in arc.partners]
    with whole_file(path) as file:
        np.savez(
            file,
            places=np.array([vertex.place for vertex in vertices]),
            tilts=np.array([vertex.tilt for vertex in vertices]),
            solutions=np.concatenate([vertex.solutions for vertex in vertices]),
            solution_counts=np.array([len(vertex.solutions) for vertex in vertices]),
            ends=np.array([arc.ends for arc in arcs], dtype=int).reshape(-1, 2),
            place_bends=np.array([arc.place_bend for arc in arcs], dtype=complex).reshape(-1, depth),
            tilt_bends=np.array([arc.tilt_bend for arc in arcs], dtype=complex).reshape(-1, n),
            partners=np.concatenate([np.empty(0, dtype=int), *partners]),
            partner_counts=np.array([len(side) for side in partners], dtype=int).reshape(-1, 2),
            finished=np.concatenate([np.empty((0, n), dtype=complex), *search.finished]),
            finished_counts=np.array([len(points) for points in search.finished], dtype=int),
            goal=np.array([] if search.goal is None else [search.goal], dtype=complex).reshape(-1, n),
            counters=np.array([getattr(search, name) for name in COUNTERS]),
            rng=np.array(json.dumps(search.rng.bit_generator.state)),
        )


def load(path: Path, family: Family, space: ParameterSpace) -> Search | None:
    """The search in a file if it is one at the generic member of ``space`` and passes every check, else None."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            search = read({name: stored[name] for name in stored.files}, space)
    except UNREADABLE:
        return None
    return search if sound(search, family, space) else None


def read(stored: dict[str, np.ndarray], space: ParameterSpace) -> Search:
    """The search in the arrays of a file; its parameters are those of its places.

    Raises
    ------
    KeyError, TypeError, ValueError : the arrays do not fit together.
    """
    places, tilts, place_bends, tilt_bends, solutions, finished, goal = (
        stored[name].astype(complex, casting="safe")
        for name in ("places", "tilts", "place_bends", "tilt_bends", "solutions", "finished", "goal")
    )
    ends, partners, solution_counts, partner_counts, finished_counts = (
        stored[name].astype(int, casting="safe") for name in ("ends", "partners", "solution_counts", "partner_counts", "finished_counts")
    )
    depth, n = space.generic().shape[0], tilts.shape[1]
    shapes = {
        "places": (places, (len(tilts), depth)),
        "place_bends": (place_bends, (len(ends), depth)),
        "tilt_bends": (tilt_bends, (len(ends), n)),
        "ends": (ends, (len(ends), 2)),
        "partner_counts": (partner_counts, (len(ends), 2)),
        "solution_counts": (solution_counts, (len(tilts),)),
        "solutions": (solutions, (solution_counts.sum(), n)),
        "partners": (partners, (partner_counts.sum(),)),
        "finished": (finished, (finished_counts.sum(), n)),
        "goal": (goal, (min(len(goal), 1), n)),
    }
    for name, (array, shape) in shapes.items():
        if array.shape != shape:
            raise ValueError(f"{name}: expected the shape {shape}, got {array.shape}")
    negative = min(array.min(initial=0) for array in (solution_counts, partner_counts, finished_counts, ends)) < 0
    if not len(tilts) or negative or ends.max(initial=0) >= len(tilts):
        raise ValueError("expected counts from 0, and arcs between the vertices that are there")
    vertices = [
        Vertex(place, space.curve(place[None, :])[0], tilt, points)
        for place, tilt, points in zip(places, tilts, np.split(solutions, np.cumsum(solution_counts)[:-1]))
    ]
    sides = np.split(partners, np.cumsum(partner_counts.ravel())[:-1]) if len(ends) else []
    arcs = [
        Arc((int(one), int(other)), place_bend, tilt_bend, [forth.copy(), back.copy()])
        for (one, other), place_bend, tilt_bend, forth, back in zip(ends, place_bends, tilt_bends, sides[::2], sides[1::2])
    ]
    rng = np.random.default_rng()
    rng.bit_generator.state = json.loads(str(stored["rng"]))
    idle, tracked, lost, jumped, orbit, before = map(int, stored["counters"])
    strata = np.split(finished, np.cumsum(finished_counts)[:-1]) if len(finished_counts) else []
    return Search(vertices, arcs, rng, idle, tracked, lost, jumped, orbit, before, strata, goal[0] if len(goal) else None)


def sound(search: Search, family: Family, space: ParameterSpace) -> bool:
    """Whether the base is the generic member, all points solve their systems and all partners are there."""
    n = len(family.variables)
    if search.base.tilt.shape != (n,) or not np.array_equal(search.base.place, space.generic()):
        return False
    if min(getattr(search, name) for name in COUNTERS) < 0:
        return False
    if (search.goal is None and search.finished) or (search.goal is not None and not np.isfinite(search.goal).all()):
        return False
    if not all(solved_by(family, search.base.parameters, search.base.tilt, points) and distinct(points) for points in search.finished):
        return False
    for vertex in search.vertices:
        if not np.isfinite(vertex.place).all() or not np.isfinite(vertex.tilt).all():
            return False
        if not solved_by(family, vertex.parameters, vertex.tilt, vertex.solutions) or not distinct(vertex.solutions):
            return False
    for arc in search.arcs:
        if not np.isfinite(arc.place_bend).all() or not np.isfinite(arc.tilt_bend).all():
            return False
        here, there = (len(search.vertices[end].solutions) for end in arc.ends)
        for partners, most, others in ((arc.partners[0], here, there), (arc.partners[1], there, here)):
            if len(partners) > most or partners.min(initial=0) < LOST or partners.max(initial=LOST) >= others:
                return False
    return True
