"""The work behind a table, spread over processes within a time limit; what is done is kept for the next run."""

from __future__ import annotations

import heapq
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from math import ceil
from pathlib import Path

from critscape.algebra.bounds.root_counts import best_multihomogeneous_bezout
from critscape.problems.networks.closed_counts import closed_counts
from critscape.problems.networks.network import block_partition, weight_count
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.table_file import COMPONENTS, DRAWN, Row, Table
from critscape.scripts.studies.counting import counting
from critscape.scripts.studies.engines import TooLarge, refuse_hopeless
from critscape.scripts.studies.executors import interruptible
from critscape.scripts.studies.kept import keep, kept, place
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.records import fingerprint
from critscape.scripts.studies.tables.work import GRACE, Setting, counted, drawn, listed, prepare_process, volume

COUNT, VOLUME, DRAWS, LISTED = "N_C", "BKK", "draws", "components"
DRAWS_EACH = 10
"""Draws in one task."""


@dataclass(frozen=True, order=True)
class Task:
    """A piece of work for row number ``row``; ``cost`` is a rough guess of its seconds, for the order only."""

    cost: float
    row: int
    kind: str
    first: int = 0
    last: int = 0


@dataclass(frozen=True)
class Plan:
    """The tasks of a table: ``done`` are results by (row, kind, first draw), ``waiting`` is a heap of tasks that can be handed out.

    ``later`` are, by row, the draws that need the start set that is made when the row's first draw is counted.
    """

    done: dict[tuple, dict]
    waiting: list[Task]
    later: dict[int, list[Task]]

    def release(self, row: int) -> None:
        """The first draw of a row is counted: its start set is there now, or there is none."""
        reason = self.done[row, COUNT, 0].get("reason")
        for task in self.later.pop(row, ()):
            if reason:
                self.done[key(task)] = {"reason": reason}
            else:
                heapq.heappush(self.waiting, task)


def run(table: Table, options: Options, seconds: float) -> dict[tuple, dict]:
    """What each task of the table returned, by (row, kind, first draw): cheap rows first, until ``seconds`` have passed.

    A task that was not finished has no entry; one that could not be done has a ``reason``.

    Raises
    ------
    Interrupted : by the keyboard, or because a process ended.
    """
    deadline = time.monotonic() + seconds
    # Each task has one process.
    alone = replace(options, jobs=1)
    settings = [Setting(row.network, row.samples, table.recipe, alone) for row in table.rows]
    plan = planned(table, settings, seconds)
    if plan.waiting:
        with interruptible("table"):
            work_off(plan, settings, options.jobs, deadline)
    return plan.done


def planned(table: Table, settings: Sequence[Setting], seconds: float) -> Plan:
    """The tasks of all rows, what is kept from earlier runs, hopeless or too long for ``seconds`` being done."""
    plan = Plan({}, [], {})
    for k, (row, setting) in enumerate(zip(table.rows, settings)):
        hopeless = refusal(setting)
        for task in row_tasks(k, row, table, setting):
            found = hopeless or kept(cache_file(task, setting)) or too_long(task, weight_count(row.network), seconds)
            if found is not None:
                plan.done[key(task)] = found
            elif task.kind == DRAWS and setting.polynomial:
                plan.later.setdefault(k, []).append(task)
            else:
                heapq.heappush(plan.waiting, task)
        if (k, COUNT, 0) in plan.done:
            plan.release(k)
    return plan


def work_off(plan: Plan, settings: Sequence[Setting], jobs: int, deadline: float) -> None:
    """Does the tasks of a plan until none is left or the time of the ``deadline`` has come."""
    done, waiting = plan.done, plan.waiting
    total = len(done) + len(waiting) + sum(map(len, plan.later.values()))
    with counting("table", total, len(done)) as count, processes(jobs) as submit:
        count("beginning", 0)
        running: dict[Future, Task] = {}
        while waiting or running:
            while waiting and len(running) < jobs and time.monotonic() < deadline:
                task = heapq.heappop(waiting)
                running[submit(work(task, settings[task.row], deadline - time.monotonic()))] = task
            finished, _ = wait(running, max(0.0, deadline - time.monotonic()), FIRST_COMPLETED)
            if not finished:
                break
            for future in finished:
                task, before = running.pop(future), len(done)
                done[key(task)] = found = future.result()
                if "reason" not in found:
                    keep(cache_file(task, settings[task.row]), found)
                if task.kind == COUNT:
                    plan.release(task.row)
                count(f"{settings[task.row].network.title}, {task.kind}", len(done) - before)


def refusal(setting: Setting) -> dict | None:
    """Why the row is too large to be tried, as the result of its tasks; None if it is not."""
    if not setting.polynomial:
        # The search of a draw says so itself.
        return None
    try:
        refuse_hopeless(setting.problem(0))
    except TooLarge as error:
        return {"reason": str(error)}
    return None


def key(task: Task) -> tuple:
    return task.row, task.kind, task.first


def row_tasks(k: int, row: Row, table: Table, setting: Setting) -> list[Task]:
    """The tasks of one row, as far as the table's columns ask for them."""
    columns, tasks = set(table.columns), []
    if not setting.polynomial:
        columns &= set(DRAWN)
    paths, weights = expected_paths(row, setting), weight_count(row.network)
    each = 2e-5 * paths * weights
    drawing = columns & set(DRAWN)
    if setting.polynomial and (drawing or columns & {"N_C", "N_C_torus"}):
        tasks.append(Task(50 * each, k, COUNT))
    if columns & set(COMPONENTS):
        tasks.append(Task(500 * each, k, LISTED))
    if "bkk" in columns:
        tasks.append(Task(volume_seconds(weights), k, VOLUME))
    if drawing:
        for first in range(0, table.draws, DRAWS_EACH):
            last = min(first + DRAWS_EACH, table.draws)
            tasks.append(Task((last - first) * each, k, DRAWS, first, last))
    return tasks


def volume_seconds(weights: int) -> float:
    """About how long PHCpack takes for a mixed volume, as measured: 0.1 s for 8 weights, half a minute for 12, half an hour for 15."""
    return 0.1 * 4.0 ** (weights - 8)


def too_long(task: Task, weights: int, seconds: float) -> dict | None:
    """Why a mixed volume is not begun in a table that may take so many ``seconds``; None for what is."""
    if task.kind != VOLUME or task.cost <= seconds:
        return None
    time = f"{task.cost / 60:.0f} min" if task.cost >= 120 else f"{task.cost:.0f} s"
    return {"reason": f"the mixed volume of {weights} weights takes about {time}: --seconds {ceil(task.cost):.0f} tries it"}


@lru_cache(maxsize=1024)
def expected_paths(row: Row, setting: Setting) -> float:
    """A rough guess of N_C."""
    if not setting.polynomial:
        return 100.0
    theorem = closed_counts(row.network, row.samples).complex if setting.recipe.squares else None
    known = theorem or dict(row.published).get("N_C")
    if known:
        return float(known)
    if refusal(setting):
        return 1e9
    return best_multihomogeneous_bezout(loss(setting.problem(0)), [block_partition(row.network)])[0] ** 0.6


def work(task: Task, setting: Setting, seconds: float) -> Callable[[], dict]:
    """The task as a call that a process can be sent."""
    if task.kind == DRAWS:
        return partial(drawn, setting, task.first, task.last)
    if task.kind == VOLUME:
        return partial(volume, setting, seconds)
    if task.kind == LISTED:
        return partial(listed, setting)
    return partial(counted, setting)


@contextmanager
def processes(jobs: int) -> Iterator[Callable[[Callable], Future]]:
    """Yields ``submit(call)`` to up to ``jobs`` processes, which end with the block, whatever they do."""
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), prepare_process)
    try:
        yield pool.submit
    finally:
        workers = [process for process in multiprocessing.active_children() if process.is_alive()]
        for process in workers:
            process.terminate()
        last = time.monotonic() + GRACE
        for process in workers:
            process.join(max(0.0, last - time.monotonic()))
            process.kill()
        pool.shutdown(cancel_futures=True)


def cache_file(task: Task, setting: Setting) -> Path:
    """Where a task's result is kept: its name rests on what was computed and on the code."""
    what = {
        "code": fingerprint("tables/work", "parameter_homotopy", "smooth/run"),
        "task": [task.kind, task.first, task.last],
        "architecture": setting.network.document(),
        "samples": setting.samples,
        "recipe": setting.recipe.document(),
        "flags": [setting.options.engine, setting.options.seed, setting.options.max_paths],
    }
    return place("tables", what)
