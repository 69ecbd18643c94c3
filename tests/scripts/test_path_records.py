"""Chunks of paths are followed once: what was kept before an interruption is found again bit for bit, what is damaged is not."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from critscape.algebra.tracking.batch_engine import BatchTracker
from critscape.algebra.tracking.homotopy import Outcome
from critscape.problems.networks.families.linear import Linear
from critscape.problems.objectives.moments import squared
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.engines import batch
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.path_records import Threads, recorded
from critscape.scripts.studies.start_sets import cache_folder, solved
from tests.algebra.tracking.test_chunks import bits, handed_out, way


@pytest.fixture
def whole(monkeypatch):
    """What becomes of the paths, in one piece; from now on they are followed in chunks of two."""
    found = bits(BatchTracker().track(*way()))
    assert {outcome for outcome, *_ in found} >= {Outcome.FINISHED, Outcome.AT_INFINITY}
    handed_out(monkeypatch, 2)
    return found


class Counting:
    """Follows chunks here, and is interrupted instead of following one more than ``most``."""

    awake = False

    def __init__(self, most=10**9):
        self.most, self.followed = most, 0

    def __call__(self, work, pieces):
        for piece in pieces:
            if self.followed == self.most:
                raise KeyboardInterrupt
            self.followed += 1
            yield piece, work(piece)


def tracked(file, spread):
    with recorded(BatchTracker(1, spread), file) as tracker:
        return bits(tracker.track(*way()))


def interrupted(file, most):
    with pytest.raises(KeyboardInterrupt):
        tracked(file, Counting(most))


@pytest.mark.parametrize("most", [1, 4, 8])
def test_what_was_followed_before_an_interruption_is_not_followed_again(most, whole, tmp_path):
    every = Counting()
    assert tracked(tmp_path / "one", every) == whole
    interrupted(tmp_path / "two", most)
    rest = Counting()
    assert tracked(tmp_path / "two", rest) == whole
    assert rest.followed == every.followed - most
    # A run that ends leaves nothing behind.
    assert list(tmp_path.iterdir()) == []


def test_threads_follow_as_one_does(whole, tmp_path):
    assert tracked(tmp_path / "records", None) == tracked(tmp_path / "records", Threads(3)) == whole


def altered(endings):
    return endings[:-9] + bytes([endings[-9] ^ 1]) + endings[-8:]


@pytest.mark.parametrize("change", [altered, lambda endings: endings[:100], lambda endings: b""])
def test_a_damaged_record_is_followed_again(change, whole, tmp_path):
    interrupted(tmp_path / "records", 5)
    with closing(sqlite3.connect(tmp_path / "records", isolation_level=None)) as connection:
        (endings, name) = connection.execute("SELECT endings, chunk FROM chunks LIMIT 1").fetchone()
        connection.execute("UPDATE chunks SET endings = ? WHERE chunk = ?", (change(endings), name))
    every, rest = Counting(), Counting()
    tracked(tmp_path / "others", every)
    assert tracked(tmp_path / "records", rest) == whole and rest.followed == every.followed - 4


@pytest.mark.parametrize("content", [b"", b"no records", b"SQLite format 3\0" + bytes(4000)])
def test_a_damaged_file_costs_time_only(content, whole, tmp_path):
    (tmp_path / "records").write_bytes(content)
    assert tracked(tmp_path / "records", None) == whole


def test_a_folder_that_cannot_be_written_costs_nothing(whole, tmp_path):
    (tmp_path / "file").touch()
    assert tracked(tmp_path / "file" / "records", None) == whole


def test_records_are_of_one_homotopy(whole, tmp_path):
    interrupted(tmp_path / "records", 5)
    homotopy, starts = way()
    other, rest = replace(homotopy, tilt=homotopy.tilt * (1 + 2.0**-50)), Counting()
    with recorded(BatchTracker(1, rest), tmp_path / "records") as tracker:
        found = bits(tracker.track(other, starts))
    assert found == bits(BatchTracker().track(other, starts)) and rest.followed >= 9


@pytest.mark.usefixtures("whole")
def test_a_search_for_a_start_set_goes_on_within_its_trace_test(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    space, said = squared(Linear((2, 1, 2)), 2), []

    def found(spread, progress=lambda stage, count: None):
        engine = batch(1, spread)
        return solved(space, engine, 0, 1000, progress)

    class Late(Counting):
        def __call__(self, work, pieces):
            for piece, endings in super().__call__(work, pieces):
                if "trace test" in said:
                    self.most = min(self.most, self.followed + 3)
                yield piece, endings

    with pytest.raises(KeyboardInterrupt):
        found(Late(), lambda stage, count: said.append(stage))
    assert list(cache_folder().glob("*.partial.sqlite"))
    # What is left: the last of both lines of the trace test, in chunks of two.
    rest = Counting()
    resumed = found(rest)
    assert 0 < rest.followed <= 2 * 9 - 3
    assert not list(cache_folder().iterdir())
    every = Counting()
    again = found(every)
    assert every.followed > rest.followed
    assert resumed.solutions.tobytes() == again.solutions.tobytes() and resumed.trace.residual == again.trace.residual


@pytest.mark.usefixtures("whole")
def test_an_answer_goes_on_where_it_was_interrupted(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    problem, track = random_problem(Linear((2, 1, 2)), 3, 5), BatchTracker.track
    first = solve(problem, Options(engine="batch", seed=1))

    def interrupted_afterwards(self, *arguments, **keywords):
        track(self, *arguments, **keywords)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(BatchTracker, "track", interrupted_afterwards)
        solve(problem, Options(engine="batch", seed=1))
    (kept,) = (tmp_path / "critscape" / "paths").iterdir()
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT count(*) FROM chunks").fetchone()[0] > 0
    again = solve(problem, Options(engine="batch", seed=1))
    assert again.document["critical_points"] == first.document["critical_points"]
    assert not list((tmp_path / "critscape" / "paths").iterdir())
