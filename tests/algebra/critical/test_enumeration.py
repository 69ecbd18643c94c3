"""Enumeration with the trackers it is given."""

import pickle
from dataclasses import replace
from functools import partial

import numpy as np

from critscape.algebra.critical.enumeration import enumerate_critical_points, settle
from critscape.algebra.points import compiled_certification
from critscape.algebra.points.certified_sets import union
from critscape.algebra.symmetry.finite import SignedPermutation
from critscape.algebra.symmetry.orbits import Orbit
from critscape.algebra.tracking import exact_end
from critscape.algebra.tracking.batch_engine import BatchTracker
from critscape.algebra.tracking.homotopy import Outcome, Path
from critscape.problems.networks.families.linear import Linear
from critscape.problems.problem.continuation import continuation
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.engines import batch
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.start_sets import start_set


class Idle:
    """A tracker without loops that finishes no path."""

    name, loops = "idle", False

    def track(self, homotopy, starts, thorough=True):
        return [Path(start, None, Outcome.AT_INFINITY) for start in starts]


class Hopeless(Idle):
    """A careful tracker that loses every path."""

    loops, cares, spread = True, 2, None

    def track(self, homotopy, starts, thorough=True):
        return [Path(start, None, Outcome.FAILED) for start in starts]

    def near(self, homotopy, starts, chosen, t, care):
        return [None] * len(chosen)


def enumerated(tracker=None, careful=None):
    """The five critical points of a random problem 1-1-1 by our own trackers, or by others in their place."""
    problem, engine = random_problem(Linear((1, 1, 1)), 2, seed=4), batch(1)
    solutions = partial(start_set, problem, engine, 0, 1000, lambda stage, count: None)
    trackers = tracker or engine.tracker, careful or engine.careful
    return enumerate_critical_points(loss(problem), *trackers, np.random.default_rng(1), continuation(problem), solutions)


def test_points_that_are_known_are_not_proved_again(monkeypatch):
    problem = random_problem(Linear((1, 2, 1)), 2, seed=4)
    exact, known = loss(problem), solve(problem, Options(engine="batch")).critical.enumeration.points
    assert len(known) == 9
    one = (SignedPermutation(tuple(range(exact.dimension)), (1,) * exact.dimension),)
    ends = [np.array(point.midpoint) for point in known]
    paths = [Path(end, end, Outcome.FINISHED) for end in ends]
    orbits = [Orbit(end, one) for end in ends]

    def refused(*_):
        raise AssertionError("proved again")

    monkeypatch.setattr(compiled_certification, "certify", refused)
    ends = settle(exact, paths, orbits, np.ones(exact.dimension), known)
    assert len(union(known, ends.points)) == len(ends.points) == 9 and ends.fates[Outcome.FINISHED] == 9


def test_what_the_tracker_leaves_open_the_careful_one_decides():
    alone, rescued = enumerated().points, enumerated(Idle()).points
    assert len(alone) == len(rescued) == len(union(alone, rescued)) == 5


def test_where_no_tracker_finishes_anything_every_path_is_failed_and_the_set_open():
    found = enumerated(Idle(), Hopeless())
    assert not found.points and found.open_ends and found.paths[Outcome.FAILED] == 5


def test_ends_are_confirmed_elsewhere_as_here(monkeypatch):
    # Equal ridges on the weights that leave a unit: some paths diverge.
    problem, engine = random_problem(Linear((1, 1, 2)), 2, seed=4), batch(1)
    problem, sent = replace(problem, ridge=(problem.ridge[0], problem.ridge[1], problem.ridge[1])), []

    def elsewhere(work, pieces):
        for text in reversed([pickle.dumps((work, piece)) for piece in pieces]):
            work, piece = pickle.loads(text)
            sent.append(piece)
            yield piece, work(piece)

    def found(spread):
        tracker, starts = BatchTracker(1, spread), partial(start_set, problem, engine, 0, 1000, lambda stage, count: None)
        return enumerate_critical_points(loss(problem), tracker, tracker, np.random.default_rng(1), continuation(problem), starts)

    here = found(None)
    monkeypatch.setattr(exact_end, "MANY", 1)
    there = found(elsewhere)
    assert here.paths[Outcome.AT_INFINITY] > 0 and sent
    assert here.paths == there.paths and [p.midpoint for p in here.points] == [p.midpoint for p in there.points]
