"""How long a search for all solutions of a generic member will take, from a rate that is measured first."""

from __future__ import annotations

import time

import numpy as np

from critscape.algebra.polynomial.evaluation import generic_vector
from critscape.algebra.polynomial.loss import Family
from critscape.algebra.polynomial.parameter_space import ParameterSpace
from critscape.algebra.starts.monodromy import SEED_SIZE, Search, Vertex, grow, homotopy, seeded
from critscape.algebra.starts.start_set import TILT
from critscape.algebra.starts.strata import strata
from critscape.algebra.tracking.homotopy import Tracker

PATHS_EACH = 12
"""Paths that are tracked for each solution without strata: 8 to 10 by monodromy as recorded with 60 start sets, two by the trace test,
one or more as the tilt goes to zero.
"""
PATHS_WITH_STRATA = 4
"""With strata: monodromy tracks those of one solution in each orbit, so many come from the tilt and the trace test."""
COPIES = 64
"""Paths of the measurement, tracked together."""


def paths_each(family: Family, space: ParameterSpace) -> int:
    """Paths to expect for each solution."""
    found = strata(family, space)
    return PATHS_WITH_STRATA + PATHS_EACH // len(found[-1]) if found else PATHS_EACH


def paths_per_second(tracker: Tracker, family: Family, space: ParameterSpace, rng: np.random.Generator) -> float:
    """The rate at which solutions are tracked along an arc of a monodromy search, measured on one of them in many copies."""
    place, seed = space.generic(), SEED_SIZE * generic_vector(rng, len(family.variables))
    parameters = space.curve(place[None, :])[0]
    vertex = Vertex(place, parameters, TILT * generic_vector(rng, len(seed)), seed[None, :])
    search = Search([vertex], [], rng)
    grow(search, seeded(family, space, rng))
    source, arc = search.vertices[1], search.arcs[0]
    way = homotopy(arc, source, vertex, family, space)
    # The first call compiles what is not compiled yet.
    tracker.track(way, source.solutions, thorough=False)
    began = time.perf_counter()
    tracker.track(way, np.repeat(source.solutions, COPIES, axis=0), thorough=False)
    return COPIES / (time.perf_counter() - began)
