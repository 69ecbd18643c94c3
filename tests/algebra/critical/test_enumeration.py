"""Enumeration with the trackers it is given."""

import pickle
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from critscape.algebra.critical.ends import Ends, accounted, settle
from critscape.algebra.critical.enumeration import enumerate_critical_points
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

    elsewhere.awake = False

    def found(spread):
        tracker, starts = BatchTracker(1, spread), partial(start_set, problem, engine, 0, 1000, lambda stage, count: None)
        return enumerate_critical_points(loss(problem), tracker, tracker, np.random.default_rng(1), continuation(problem), starts)

    here = found(None)
    monkeypatch.setattr(exact_end, "MANY", 1)
    there = found(elsewhere)
    assert here.paths[Outcome.AT_INFINITY] > 0 and sent
    assert here.paths == there.paths and [p.midpoint for p in here.points] == [p.midpoint for p in there.points]


class Losing:
    """The batch tracker, which loses the path that would arrive at the n-th regular end point, from some homotopy on, however often it is
    followed.
    """

    name, loops, cares, spread = "batch", True, 1, None

    def __init__(self, nth, first):
        self.nth, self.first, self.tracker, self.homotopies, self.lost = nth, first, BatchTracker(), [], None

    def track(self, homotopy, starts, thorough=True):
        paths = self.tracker.track(homotopy, starts, thorough)
        if not any(homotopy is other for other in self.homotopies):
            self.homotopies.append(homotopy)
            ends = sorted((path for path in paths if path.outcome is Outcome.FINISHED), key=lambda path: size_of(path.end))
            self.lost = None if len(self.homotopies) <= self.first else ends[self.nth].start
        return [Path(path.start, None, Outcome.FAILED) if self.loses(path.start) else path for path in paths]

    def near(self, homotopy, starts, chosen, t, care):
        led = self.tracker.near(homotopy, starts, chosen, t, care)
        return [None if self.loses(starts[k]) else point for k, point in zip(chosen, led)]

    def loses(self, start):
        return self.lost is not None and np.array_equal(start, self.lost)


def size_of(end):
    """A number that is the same for one end point, whichever path arrives there, and differs from one end point to the next."""
    return round(float(np.abs(end).max()), 6), round(float(end[0].real), 6), round(float(end[0].imag), 6)


@pytest.mark.parametrize("nth", [0, -1])
def test_a_path_that_is_lost_ends_at_the_one_zero_that_no_other_reached(nth):
    # Equal ridges on the weights that leave a unit: some paths diverge, so that the homotopies do not stop at all points.
    problem, engine = random_problem(Linear((1, 1, 2)), 2, seed=4), batch(1)
    problem = replace(problem, ridge=(problem.ridge[0], problem.ridge[1], problem.ridge[1]))
    starts = partial(start_set, problem, engine, 0, 1000, lambda stage, count: None)

    def found(tracker):
        return enumerate_critical_points(loss(problem), tracker, tracker, np.random.default_rng(1), continuation(problem), starts)

    whole, lost, missed = found(BatchTracker()), found(Losing(nth, 1)), found(Losing(nth, 0))
    assert whole.paths[Outcome.AT_INFINITY] > 0 and not whole.open_ends
    assert lost.paths == whole.paths and lost.homotopies == whole.homotopies and not lost.open_ends
    assert len(union(list(whole.points), lost.points)) == len(whole.points) == len(lost.points)
    # A zero that no homotopy reached is not known, and its path stays open.
    assert missed.paths[Outcome.FAILED] > 0 and missed.open_ends and len(missed.points) < len(whole.points)


def test_open_paths_are_accounted_for_only_where_they_are_as_many_as_zeros_are_left():
    known = solve(random_problem(Linear((1, 2, 1)), 2, seed=4), Options(engine="batch")).critical.enumeration.points

    def ends(reached, failed, infinite, collisions=0):
        fates = {Outcome.FINISHED: reached + collisions, Outcome.FAILED: failed, Outcome.AT_INFINITY: infinite, Outcome.SINGULAR: 0}
        return Ends(known[:reached], (), fates, collisions)

    for open_ in (ends(7, 2, 3), ends(7, 0, 3, 2), ends(7, 1, 3, 1)):
        closed = accounted(open_, known)
        assert closed.points == known and not closed.collisions
        assert (closed.fates[Outcome.FINISHED], closed.fates[Outcome.FAILED], closed.fates[Outcome.AT_INFINITY]) == (9, 0, 3)
        assert sum(closed.fates.values()) == sum(open_.fates.values())
    for open_ in (ends(7, 3, 3), ends(7, 1, 3), ends(9, 1, 3), ends(9, 0, 3), ends(7, 2, 3, 1)):
        assert accounted(open_, known) is open_


class Hasty:
    """The batch tracker without care, which loses the last ``open`` paths of every homotopy."""

    name, loops = "hasty", True

    def __init__(self, open_):
        self.open, self.homotopies, self.tracker = open_, 0, BatchTracker()

    def track(self, homotopy, starts, thorough=True):
        self.homotopies += 1
        paths = self.tracker.track(homotopy, starts, thorough)
        return [*paths[: len(paths) - self.open], *(Path(path.start, None, Outcome.FAILED) for path in paths[len(paths) - self.open :])]


@pytest.mark.parametrize(("open_", "alone"), [(1, True), (40, False)])
def test_few_open_paths_are_followed_with_care_and_many_along_another_homotopy(open_, alone):
    # 65 orbits of sign changes; of many open ones the two homotopies lose different end points, or care finds them.
    problem, engine, tracker = random_problem(Linear((2, 2, 2)), 2, seed=4), batch(1), Hasty(open_)
    starts = partial(start_set, problem, engine, 0, 1000, lambda stage, count: None)
    found = enumerate_critical_points(loss(problem), tracker, engine.careful, np.random.default_rng(1), continuation(problem), starts)
    assert len(found.points) == 225 and found.paths[Outcome.FINISHED] == 225 and not found.open_ends and found.representatives == 65
    assert (found.homotopies == 1) is (tracker.homotopies == 1) is alone
