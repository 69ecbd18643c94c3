"""Workers of every kind: each piece of work is done once, whatever becomes of the workers."""

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from critscape.problems.input.bad_input import BadInput
from critscape.scripts.studies import executors
from critscape.scripts.studies.engines import EngineUnavailable
from critscape.scripts.studies.executors import Interrupted, Workers, lasting, spread, workers_of

KILL = "__import__('os').kill(__import__('os').getpid(), 9)"


def once(folder, name):
    """An expression that kills its process the first time that it is evaluated."""
    flag = os.path.join(folder, name)
    return f"'survived' if __import__('os').path.exists({flag!r}) else (__import__('os').mkdir({flag!r}), {KILL})"


def evaluated(pieces, found):
    # Workers import what they are sent by its name, and know `eval`.
    results = list(spread(eval, pieces, found))
    assert sorted(map(str, pieces)) == sorted(piece for piece, _ in results)
    return dict(results)


def test_without_workers_the_work_is_done_here_in_order():
    assert list(spread(str, iter([3, 1, 2]), workers_of(None, 1))) == [(3, "3"), (1, "1"), (2, "2")]


def test_a_killed_worker_costs_nothing_but_time(tmp_path):
    pieces = [f"{k} ** 2" for k in range(12)] + [once(tmp_path, "first"), once(tmp_path, "second")] + [f"-{k} - 1" for k in range(12)]
    found = evaluated(pieces, workers_of(None, 2))
    assert [found[f"{k} ** 2"] for k in range(12)] == [k**2 for k in range(12)] and found["-11 - 1"] == -12
    assert list(found.values()).count("survived") == 2


def test_work_that_always_kills_its_worker_ends_the_run(monkeypatch):
    monkeypatch.setattr(executors, "MOST_BREAKS", 2)
    with pytest.raises(Interrupted, match="workers ended unexpectedly 2 times") as ended:
        list(spread(eval, [KILL], workers_of(None, 2)))
    assert ended.value.status == 1


def test_an_error_of_the_work_is_an_error_of_the_run():
    with pytest.raises(ZeroDivisionError):
        list(spread(eval, ["1 / 0"], workers_of(None, 2)))


@pytest.mark.parametrize("cluster", ["dask", "dask://", "tcp://localhost:1", "", "slurm"])
def test_another_cluster_is_refused(cluster):
    with pytest.raises(BadInput, match="--cluster: expected dask://HOST:PORT or mpi"):
        workers_of(cluster, 1)


@pytest.mark.parametrize(("cluster", "package"), [("dask://localhost:1", "distributed"), ("mpi", "mpi4py")])
def test_a_missing_library_is_named(cluster, package, monkeypatch):
    monkeypatch.setattr(executors, "find_spec", lambda name: None)
    with pytest.raises(EngineUnavailable, match=f"--cluster.*pip install {package}"):
        workers_of(cluster, 1)


def test_a_scheduler_that_does_not_answer_is_refused(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(executors, "CONNECT_SECONDS", 0.5)
    with pytest.raises(BadInput, match="--cluster: expected a Dask scheduler that answers"):
        workers_of("dask://127.0.0.1:1", 1)


@pytest.mark.slow
def test_dask_with_a_killed_worker(tmp_path):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster:
        address = cluster.scheduler_address.replace("tcp://", "dask://")
        pieces = [f"{k} ** 2" for k in range(40)] + [once(tmp_path, "first")]
        found = evaluated(pieces, workers_of(address, 1))
        assert sorted(value for value in found.values() if value != "survived") == sorted(k**2 for k in range(40))
        assert list(found.values()).count("survived") == 1


MPI_PROGRAM = """
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from critscape.scripts.studies.executors import spread, workers_of
if __name__ == "__main__":
    pieces = ["1 + 1", "2 ** 5", "__import__('os').getpid()"]
    found = dict(spread(eval, pieces, workers_of("mpi", 1)))
    print(found["1 + 1"], found["2 ** 5"], found[pieces[2]] != __import__("os").getpid())
"""


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("mpiexec") is None, reason="there is no mpiexec")
def test_mpi(tmp_path):
    pytest.importorskip("mpi4py")
    (tmp_path / "program.py").write_text(MPI_PROGRAM)
    command = ["mpiexec", "-n", "3", sys.executable, "-m", "mpi4py.futures", str(tmp_path / "program.py")]
    # Open MPI would count cores, and refuse the superuser of a container.
    allowed = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1"}
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, env={**os.environ, **allowed}, check=False)
    assert (ran.returncode, ran.stdout.strip()) == (0, "2 32 True"), ran.stderr


class Fleeting(RuntimeError):
    """A worker was lost."""


def test_workers_stay_from_one_call_to_the_next_and_lost_ones_are_started_anew():
    started, ended = [], []

    @contextmanager
    def start():
        started.append(len(started))
        with ThreadPoolExecutor(2) as pool:
            yield pool, lambda: 2
        ended.append(len(ended))

    struck = set()

    def work(piece):
        if piece == "lost" and not struck:
            struck.add(piece)
            raise Fleeting
        return piece * 2

    with lasting(Workers(start, (Fleeting,))) as workers:
        assert started == []
        assert dict(spread(work, ["a", "b"], workers)) == {"a": "aa", "b": "bb"}
        assert dict(spread(work, ["c"], workers)) == {"c": "cc"}
        assert (started, ended) == ([0], [])
        assert dict(spread(work, ["d", "lost", "e"], workers)) == {"d": "dd", "lost": "lostlost", "e": "ee"}
        assert (started, ended) == ([0, 1], [0])
    assert ended == [0, 1]


@pytest.mark.parametrize(("present", "said"), [(0, 1), (2, 0)])
def test_where_there_are_no_workers_it_is_said_how_to_start_some(present, said, monkeypatch, capsys):
    monkeypatch.setattr(executors, "PATIENCE", 0.05)

    @contextmanager
    def start():
        with ThreadPoolExecutor(2) as pool:
            yield pool, lambda: present

    assert list(spread(slow, ["a"], Workers(start, missing="no workers: start some"))) == [("a", "aa")]
    assert capsys.readouterr().err.count("critscape: no workers: start some") == said


def slow(piece):
    time.sleep(0.3)
    return piece * 2


def test_workers_that_are_gone_for_good_end_the_run_and_not_the_argument():
    started = []

    @contextmanager
    def start():
        started.append(len(started))
        if len(started) > 1:
            raise BadInput("--cluster", "a Dask scheduler that answers", "dask://localhost:1")
        with ThreadPoolExecutor(2) as pool:
            yield pool, lambda: 2

    def work(piece):
        raise Fleeting

    with pytest.raises(Interrupted, match="the workers are gone") as ended:
        list(spread(work, ["a"], Workers(start, (Fleeting,))))
    assert ended.value.status == 1 and started == [0, 1]
    # At the first time it is the argument that is wrong.
    with pytest.raises(BadInput):
        list(spread(work, ["a"], Workers(start, (Fleeting,))))


def test_who_leaves_before_the_end_leaves_the_workers_to_others():
    with lasting(workers_of(None, 2)) as workers:
        first = next(spread(eval, ["1 + 1"] * 9, workers))
        assert first == ("1 + 1", 2) and dict(spread(eval, ["2 + 2"], workers)) == {"2 + 2": 4}
