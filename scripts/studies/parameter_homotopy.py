"""The homotopy from a start set to a problem, and the proved ends of its paths."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from critscape.algebra.critical.ends import settle
from critscape.algebra.critical.enumeration import in_units, start_orbits
from critscape.algebra.points.certification import CertifiedPoint
from critscape.algebra.starts.start_set import StartSet
from critscape.algebra.symmetry.orbits import Orbits
from critscape.algebra.tracking.batch_engine import BatchTracker
from critscape.algebra.tracking.homotopy import Homotopy
from critscape.problems.problem.continuation import continuation
from critscape.problems.problem.problem import Problem, loss


def paths_to(problem: Problem, starts: StartSet) -> tuple[Homotopy, Orbits, np.ndarray]:
    """The homotopy from the start set to a problem, one start point for each path that has to be tracked, and the units (n,)."""
    exact_loss, way = loss(problem), continuation(problem)
    orbits, tilted = start_orbits(starts, exact_loss)
    tilt = starts.member.tilt if tilted else np.zeros(problem.dimension, dtype=complex)
    return Homotopy(way.family, way.curve(way.places(None)), np.array([0 * tilt, tilt])[: 1 + tilted]), orbits, way.units


def certified_ends(problem: Problem, starts: StartSet) -> Sequence[CertifiedPoint]:
    """The distinct proved simple zeros among the ends of the paths from a start set to a problem, symmetric copies included."""
    homotopy, orbits, units = paths_to(problem, starts)
    paths = BatchTracker().track(homotopy, orbits.points)
    return settle(loss(problem), [in_units(path, units) for path in paths], orbits, units).points
