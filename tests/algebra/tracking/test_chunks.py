"""Paths in chunks end in the same bits, whoever follows them and in whatever order the chunks come back."""

import multiprocessing
import os
import pickle
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.algebra.starts.start_set import load
from critscape.algebra.tracking import chunks
from critscape.algebra.tracking.batch_engine import BatchTracker
from critscape.algebra.tracking.homotopy import Homotopy, Outcome
from critscape.problems.networks.families.linear import Linear
from critscape.problems.objectives.moments import squared
from critscape.scripts.studies.executors import spread, spreading, workers_of
from critscape.scripts.studies.start_sets import file_name, shipped_folder


@lru_cache
def way():
    """A homotopy from the 17 solutions of the tilted generic member of 2-1-2 to data with equal outgoing ridges, where paths diverge."""
    space = squared(Linear((2, 1, 2)), 2)
    parameters = space.curve(space.generic()[None, :])[0]
    starts = load(shipped_folder() / file_name(space, "batch"), space.family, parameters)
    end = space.draw(np.random.default_rng(5))
    end[-2:] = 1
    places = np.array([end, space.generic() - end])
    return Homotopy(space.family, space.curve(places), np.array([0 * starts.member.tilt, starts.member.tilt])), starts.solutions


def bits(paths):
    return [(p.outcome, None if p.end is None else p.end.tobytes(), p.winding, p.steps, p.t) for p in paths]


@lru_cache
def whole():
    """The paths in one chunk."""
    found = BatchTracker().track(*way())
    assert 0 < sum(path.outcome is Outcome.FINISHED for path in found) < 17
    return bits(found)


def handed_out(monkeypatch, size, many=1):
    """Workers get chunks of one size from so many paths on."""
    for name, count in {"LARGEST": size, "LEAST": size, "LANES": size, "MANY": many}.items():
        monkeypatch.setattr(chunks, name, count)


@pytest.fixture
def sizes(monkeypatch):
    def chosen(size, many=1):
        monkeypatch.setattr(chunks, "CHUNK", size)
        handed_out(monkeypatch, size, many)

    return chosen


@pytest.mark.parametrize(("size", "jobs"), [(1, 1), (5, 2), (8, 3)])
def test_chunks_followed_here_end_in_the_same_bits(size, jobs, sizes):
    sizes(size)
    assert bits(BatchTracker(jobs).track(*way())) == whole()


@given(st.integers(0, 200_000), st.integers(1, 100))
def test_chunks_for_workers_hold_all_paths_and_none_is_short_but_the_last(count, least):
    found = chunks.sizes(count, least)
    assert sum(found) == count and max(found, default=0) <= chunks.LARGEST
    # The first is one in so many, or as long as may be, and none is longer than the one before it.
    assert found == sorted(found, reverse=True)
    assert all(size >= min(least, chunks.LARGEST) for size in found[:-1])


def test_several_homotopies_at_once_end_as_one_by_one(sizes):
    homotopy, starts = way()
    back = replace(homotopy, tilt=2 * homotopy.tilt)
    alone = [bits(BatchTracker().track(*each)) for each in ((homotopy, starts), (back, starts[:5]), (homotopy, starts[5:]))]
    ways = [(homotopy, starts), (back, starts[:5]), (homotopy, starts[5:]), (back, starts[:0])]
    sizes(3)
    for tracker in (BatchTracker(), BatchTracker(1, shuffled(1))):
        assert [bits(paths) for paths in tracker.track_all(ways)] == [*alone, []]


def sent(message):
    """As it arrives over a network: arrays lie at odd addresses, and cannot be written to."""
    buffers = []
    text = pickle.dumps(message, protocol=5, buffer_callback=buffers.append)
    return pickle.loads(text, buffers=[memoryview(b"-" + buffer.raw().tobytes())[1:] for buffer in buffers])


class Workers:
    """Workers of the tests: ``awake`` or not."""

    def __init__(self, spread, awake=False):
        self.spread, self.awake = spread, awake

    def __call__(self, work, pieces):
        return self.spread(work, pieces)


def shuffled(seed):
    """Workers elsewhere: what they get and give is sent, and comes back in any order."""

    def elsewhere(work, pieces):
        there = [sent((work, piece)) for piece in pieces]
        for k in np.random.default_rng(seed).permutation(len(there)):
            work, piece = there[k]
            yield piece, sent(work(piece))

    return Workers(elsewhere)


@given(st.integers(1, 9), st.integers(0, 99))
@settings(max_examples=6, deadline=None)
def test_chunks_followed_elsewhere_end_in_the_same_bits(size, seed):
    with pytest.MonkeyPatch.context() as patch:
        handed_out(patch, size)
        assert bits(BatchTracker(1, shuffled(seed)).track(*way())) == whole()


def test_few_paths_stay_here(sizes):
    def nobody(work, pieces):
        raise AssertionError("workers were asked")

    sizes(6, many=18)
    assert bits(BatchTracker(1, Workers(nobody)).track(*way())) == whole()
    homotopy, starts = way()
    assert BatchTracker(1, Workers(nobody, awake=True)).track(homotopy, starts[:0]) == []


def test_workers_that_are_awake_get_few_paths_too(monkeypatch):
    homotopy, starts = way()
    monkeypatch.setattr(chunks, "ENOUGH", 17)
    monkeypatch.setattr(chunks, "LEAST", 2)
    asked = []

    def counted(work, pieces):
        every = list(pieces)
        asked.append(sum(len(piece.starts) for piece in every))
        return shuffled(0)(work, every)

    for awake, count, first in ((True, 17, [17]), (True, 16, []), (False, 17, [])):
        asked.clear()
        assert bits(BatchTracker(1, Workers(counted, awake)).track(homotopy, starts[:count])) == bits(
            BatchTracker().track(homotopy, starts[:count])
        )
        assert asked[:1] == first


@pytest.mark.slow  # Processes take seconds to start.
def test_a_worker_that_is_killed_changes_nothing(sizes):
    sizes(1)
    lost = []

    def struck(work, pieces):
        for piece, result in spread(work, pieces, workers_of(None, 2)):
            if not lost:
                lost.append(multiprocessing.active_children()[0].pid)
                os.kill(lost[0], 9)
            yield piece, result

    assert bits(BatchTracker(1, Workers(struck)).track(*way())) == whole() and lost


@pytest.mark.slow  # A cluster takes seconds to start.
def test_a_dask_cluster_gives_the_same_bits(sizes):
    distributed = pytest.importorskip("distributed")
    sizes(1)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        address = cluster.scheduler_address.replace("tcp://", "dask://")
        with spreading(address, 1) as workers:
            tracker = BatchTracker(1, workers)
            assert bits(tracker.track(*way())) == bits(tracker.track(*way())) == whole()
