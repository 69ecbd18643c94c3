"""Paths in chunks end in the same bits, whoever follows them and in whatever order the chunks come back."""

import multiprocessing
import os
import pickle
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


@pytest.fixture
def sizes(monkeypatch):
    def chosen(size, many=1):
        monkeypatch.setattr(chunks, "CHUNK", size)
        monkeypatch.setattr(chunks, "MANY", many)

    return chosen


@pytest.mark.parametrize(("size", "jobs"), [(1, 1), (5, 2), (8, 3)])
def test_chunks_followed_here_end_in_the_same_bits(size, jobs, sizes):
    sizes(size)
    assert bits(BatchTracker(jobs).track(*way())) == whole()


def sent(message):
    """As it arrives over a network: arrays lie at odd addresses, and cannot be written to."""
    buffers = []
    text = pickle.dumps(message, protocol=5, buffer_callback=buffers.append)
    return pickle.loads(text, buffers=[memoryview(b"-" + buffer.raw().tobytes())[1:] for buffer in buffers])


def shuffled(seed):
    """Workers elsewhere: what they get and give is sent, and comes back in any order."""

    def elsewhere(work, pieces):
        there = [sent((work, piece)) for piece in pieces]
        for k in np.random.default_rng(seed).permutation(len(there)):
            work, piece = there[k]
            yield piece, sent(work(piece))

    return elsewhere


@given(st.integers(1, 9), st.integers(0, 99))
@settings(max_examples=6, deadline=None)
def test_chunks_followed_elsewhere_end_in_the_same_bits(size, seed):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "CHUNK", size)
        patch.setattr(chunks, "MANY", 1)
        assert bits(BatchTracker(1, shuffled(seed)).track(*way())) == whole()


def test_few_paths_stay_here(sizes):
    def nobody(work, pieces):
        raise AssertionError("workers were asked")

    sizes(6, many=3)
    assert bits(BatchTracker(1, nobody).track(*way())) == whole()
    homotopy, starts = way()
    assert BatchTracker(1, nobody).track(homotopy, starts[:0]) == []


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

    assert bits(BatchTracker(1, struck).track(*way())) == whole() and lost


@pytest.mark.slow  # A cluster takes seconds to start.
def test_a_dask_cluster_gives_the_same_bits(sizes):
    distributed = pytest.importorskip("distributed")
    sizes(1)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        address = cluster.scheduler_address.replace("tcp://", "dask://")
        with spreading(address, 1) as workers:
            tracker = BatchTracker(1, workers)
            assert bits(tracker.track(*way())) == bits(tracker.track(*way())) == whole()
