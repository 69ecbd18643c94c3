"""Where work is done: this process, processes of this machine, a Dask cluster or MPI; what a lost worker had is done again.

Every kind is an executor of the shape of `concurrent.futures`. FLINT's precision is global, so workers are processes, not threads.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any

import click

from critscape.problems.input.bad_input import BadInput
from critscape.scripts.studies.engines import EngineUnavailable
from critscape.scripts.studies.termination import STATUS, Terminated, terminable

MOST_BREAKS = 5
"""Times that the same piece of work may be under way when workers are lost, before the run stops."""
AHEAD = 2
"""Pieces of work that are handed out for each worker, so that none waits."""
CONNECT_SECONDS = 10.0
COUNT_SECONDS = 1.0
"""Between two questions to a cluster how many workers it has."""
PATIENCE = 10.0
"""Seconds without a result after which it is looked whether there are workers at all."""
EXPECTED = "dask://HOST:PORT or mpi"


class Interrupted(RuntimeError):
    """The run stopped before its end, with an exit ``status``."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


@contextmanager
def interruptible(title: str) -> Iterator[None]:
    """Ctrl-C, SIGTERM, or the end of one of the processes, becomes Interrupted.

    ``kill`` and the schedulers of clusters send SIGTERM, and a shell lets its background jobs ignore Ctrl-C.
    """
    try:
        with terminable():
            yield
    except Terminated:
        raise Interrupted("terminated", STATUS) from None
    except KeyboardInterrupt:
        raise Interrupted("interrupted", 128 + signal.SIGINT) from None
    except BrokenExecutor:
        raise Interrupted(f"a process of the {title} ended unexpectedly", 1) from None


Opened = tuple[Executor, Callable[[], int]]
"""An executor and a function that tells its present number of workers; 0: it waits for some."""


@dataclass(frozen=True)
class Workers:
    """How to start an executor, and what its futures raise when a worker, or all of it, is lost.

    ``missing`` says where there are no workers and how to start some, if that may be; ``awake`` whether they are there, or start at once.
    """

    start: Callable[[], AbstractContextManager[Opened]]
    lost: tuple[type[BaseException], ...] = (BrokenExecutor,)
    missing: str = ""
    awake: Callable[[], bool] = lambda: True


@dataclass(frozen=True)
class Spreading:
    """:func:`spread` with the same workers every time it is called (a `critscape.algebra.tracking.homotopy.Spread`)."""

    workers: Workers

    @property
    def awake(self) -> bool:
        return self.workers.awake()

    def __call__(self, work: Callable[[Any], Any], pieces: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        return spread(work, pieces, self.workers)


def workers_of(cluster: str | None, jobs: int) -> Workers | None:
    """The workers that the flags ``--cluster`` and ``--jobs`` mean; None: this process.

    Raises
    ------
    BadInput : another cluster, or one that does not answer.
    EngineUnavailable : its library is not installed.
    """
    if cluster is None:
        return Workers(lambda: counted_processes(jobs), awake=lambda: False) if jobs > 1 else None
    if cluster == "mpi":
        required("mpi4py", "--cluster mpi: mpi4py is not installed; install it with `pip install mpi4py` (it needs an MPI library)")
        return Workers(lambda: mpi(jobs))
    scheme, separator, address = cluster.partition("://")
    if scheme != "dask" or not separator or not address:
        raise BadInput("--cluster", EXPECTED, cluster)
    required("distributed", "--cluster dask://…: Dask is not installed; install it with `pip install distributed`")
    from distributed import KilledWorker
    from distributed.comm import CommClosedError

    with dask(address):
        # Whether it answers is known before any work is done.
        pass
    missing = f"no workers at dask://{address}: waiting for some, which `dask worker tcp://{address} --nthreads 1` starts"
    return Workers(lambda: dask(address), (BrokenExecutor, CancelledError, KilledWorker, CommClosedError), missing)


@contextmanager
def spreading(cluster: str | None, jobs: int) -> Iterator[Spreading | None]:
    """Work is spread over the workers that the flags mean, the same ones within the block; None: this process.

    Raises
    ------
    BadInput, EngineUnavailable : as :func:`workers_of`.
    """
    workers = workers_of(cluster, jobs)
    if workers is None:
        yield None
        return
    with lasting(workers) as those:
        yield Spreading(those)


@contextmanager
def lasting(workers: Workers) -> Iterator[Workers]:
    """Workers that start when they are first asked for and stay until the block ends; new ones start when some are lost."""
    present: Opened | None = None
    with ExitStack() as stack:

        @contextmanager
        def start() -> Iterator[Opened]:
            nonlocal present
            if present is None:
                present = stack.enter_context(workers.start())
            try:
                yield present
            except workers.lost:
                present = None
                stack.close()
                raise

        yield replace(workers, start=start, awake=lambda: present is not None or workers.awake())


def required(module: str, message: str) -> None:
    if find_spec(module) is None:
        raise EngineUnavailable(message)


def spread(work: Callable[[Any], Any], pieces: Iterable[Any], workers: Workers | None) -> Iterator[tuple[Any, Any]]:
    """Pairs of a piece and ``work(piece)`` as they arrive, each piece once; pieces are asked for as workers become free.

    Raises
    ------
    Interrupted : workers were lost MOST_BREAKS times during the same piece, or cannot be started again.
    """
    if workers is None:
        yield from ((piece, work(piece)) for piece in pieces)
        return
    fresh, again, breaks = iter(pieces), deque[Any](), Counter[Any]()
    while True:
        running: dict[Future, Any] = {}
        try:
            with opened(workers, again=bool(breaks)) as (executor, width):
                while True:
                    while len(running) < AHEAD * max(1, width()):
                        if not again:
                            piece = next(fresh, None)
                            if piece is None:
                                break
                            again.append(piece)
                        # The piece stays there until it is handed over: a broken executor takes none.
                        running[executor.submit(work, again[0])] = again[0]
                        again.popleft()
                    if not running:
                        return
                    for future in arrived(running, width, workers.missing):
                        result = future.result()
                        yield running.pop(future), result
        except workers.lost as error:
            for piece in running.values():
                breaks[str(piece)] += 1
                if breaks[str(piece)] >= MOST_BREAKS:
                    raise Interrupted(f"workers ended unexpectedly {MOST_BREAKS} times ({type(error).__name__})", 1) from None
            again.extend(running.values())
        finally:
            # Whoever asked may have gone, and the workers stay.
            for future in running:
                future.cancel()


@contextmanager
def opened(workers: Workers, again: bool) -> Iterator[Opened]:
    """The executor of workers, which may have to start ``again``.

    Raises
    ------
    BadInput : it does not answer the first time.
    Interrupted : it does not answer again.
    """
    with ExitStack() as stack:
        try:
            found = stack.enter_context(workers.start())
        except BadInput as error:
            if not again:
                raise
            raise Interrupted(f"the workers are gone ({error})", 1) from None
        yield found


def arrived(running: Iterable[Future], width: Callable[[], int], missing: str) -> set[Future]:
    """The futures that are done, of which there is one at least; it is said, once, when it takes long as there are no workers."""
    said = False
    while True:
        done = wait(running, None if said else PATIENCE, FIRST_COMPLETED).done
        if done:
            return done
        if not said and missing and not width():
            said = True
            click.echo(f"critscape: {missing}", err=True)


@contextmanager
def processes(count: int) -> Iterator[ProcessPoolExecutor]:
    """Spawned processes of this machine that leave Ctrl-C to this one, and end with it, however it ends."""
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), _settle_in)
    try:
        yield pool
    except BaseException:
        # Nobody waits for the long ones.
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _settle_in() -> None:
    serve_parent(lambda: os._exit(1))


def serve_parent(leave: Callable[[], None]) -> None:
    """Makes this process leave Ctrl-C to its parent, and calls ``leave`` when that has ended.

    A parent that is killed tells nobody, and its workers would wait for work for ever.
    """
    parent = multiprocessing.parent_process()
    assert parent is not None  # Only workers call this.

    def end_with_parent() -> None:
        parent.join()
        leave()

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()


@contextmanager
def counted_processes(count: int) -> Iterator[Opened]:
    """``processes`` with their number."""
    with processes(count) as pool:
        yield pool, lambda: count


@contextmanager
def dask(address: str) -> Iterator[Opened]:
    """The workers of a Dask scheduler; it hands the tasks of a lost worker to others itself.

    Raises
    ------
    BadInput : no scheduler answers there.
    """
    from distributed import Client

    try:
        client = Client(f"tcp://{address}", timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise BadInput("--cluster", f"a Dask scheduler that answers ({reason})", f"dask://{address}") from None
    asked, known = 0.0, 0

    def width() -> int:
        nonlocal asked, known
        # Each question takes milliseconds, and workers come and go slowly.
        if not known or time.monotonic() > asked + COUNT_SECONDS:
            asked, known = time.monotonic(), len(client.scheduler_info(n_workers=-1)["workers"])
        return known

    with client, client.get_executor(pure=False) as executor:
        try:
            yield executor, width
        except BaseException:
            executor.shutdown(wait=False)
            raise


@contextmanager
def mpi(jobs: int) -> Iterator[Opened]:
    """The MPI processes that ``mpiexec -n K python -m mpi4py.futures …`` started besides this one; or else ``jobs`` new ones."""
    from mpi4py.futures import MPIPoolExecutor

    with MPIPoolExecutor(max_workers=jobs) as executor:
        try:
            yield executor, lambda: max(1, executor.num_workers)
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            raise
