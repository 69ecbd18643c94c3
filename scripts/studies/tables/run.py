"""The work behind a table, spread over processes within a time limit; what is done is kept for the next run."""

from __future__ import annotations

import heapq
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

from critscape.problems.networks.network import weight_count
from critscape.problems.recipes.table_file import COMPONENTS, DRAWN, Row, Table
from critscape.scripts.studies.components_run import obstacle
from critscape.scripts.studies.counting import counting
from critscape.scripts.studies.executors import interruptible
from critscape.scripts.studies.kept import keep, kept, place
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.records import fingerprint
from critscape.scripts.studies.tables.estimate import Allowance, components_seconds, count_seconds, draw_seconds, hopeless, volume_seconds
from critscape.scripts.studies.tables.work import GRACE, Setting, counted, drawn, listed, prepare_process, volume

COUNT, VOLUME, DRAWS, LISTED = "N_C", "BKK", "draws", "components"
DRAWS_EACH = 10
"""Draws in one task."""


@dataclass(frozen=True, order=True)
class Task:
    """A piece of work for row number ``row``; ``cost`` is a rough guess of its seconds on one core."""

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

    @property
    def left(self) -> float:
        """About how many seconds of one core the tasks take that are not handed out."""
        return sum(task.cost for task in chain(self.waiting, *self.later.values()))

    def release(self, row: int) -> None:
        """The first draw of a row is counted: its start set is there now, or there is none."""
        reason = self.done[row, COUNT, 0].get("reason")
        for task in self.later.pop(row, ()):
            if reason:
                self.done[key(task)] = {"reason": reason}
            else:
                heapq.heappush(self.waiting, task)


def run(tables: Sequence[Table], options: Options, seconds: float, allowance: Allowance, title: str = "table") -> list[dict[tuple, dict]]:
    """What each task of each table returned, by (row, kind, first draw): cheap rows first, until ``seconds`` have passed.

    A task that was not finished has no entry; one that could not be done, or is more than the ``allowance``, has a ``reason``.

    Raises
    ------
    Interrupted : by the keyboard, or because a process ended.
    """
    deadline = time.monotonic() + seconds
    # Each task has one process.
    alone = replace(options, jobs=1)
    rows = [(table, row, Setting(row.network, row.samples, table.recipe, alone)) for table in tables for row in table.rows]
    plan = planned(rows, allowance)
    if plan.waiting:
        with interruptible(title):
            work_off(plan, [setting for *_, setting in rows], options.jobs, deadline, title)
    found, first = [], 0
    for table in tables:
        last = first + len(table.rows)
        found.append({(k - first, *rest): result for (k, *rest), result in plan.done.items() if first <= k < last})
        first = last
    return found


def planned(rows: Sequence[tuple[Table, Row, Setting]], allowance: Allowance) -> Plan:
    """The tasks of all rows; what is kept from earlier runs, hopeless or more than the ``allowance`` is done."""
    plan = Plan({}, [], {})
    for k, (table, row, setting) in enumerate(rows):
        reason = hopeless(setting)
        for task in row_tasks(k, row, table, setting):
            found = {"reason": reason} if reason else kept(cache_file(task, setting)) or too_much(task, row, setting, allowance)
            if found is not None:
                plan.done[key(task)] = found
            elif task.kind == DRAWS and setting.polynomial:
                plan.later.setdefault(k, []).append(task)
            else:
                heapq.heappush(plan.waiting, task)
        if (k, COUNT, 0) in plan.done:
            plan.release(k)
    return plan


def work_off(plan: Plan, settings: Sequence[Setting], jobs: int, deadline: float, title: str) -> None:
    """Does the tasks of a plan until none is left or the time of the ``deadline`` has come."""
    done, waiting = plan.done, plan.waiting
    ahead = len(waiting) + sum(map(len, plan.later.values()))
    with counting(title, len(done) + ahead, len(done)) as count, processes(jobs) as submit:
        count("beginning", 0, plan.left / jobs)
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
                done[key(task)] = found = result_of(future)
                if "reason" not in found:
                    keep(cache_file(task, settings[task.row]), found)
                if task.kind == COUNT:
                    plan.release(task.row)
                left = plan.left + sum(task.cost for task in running.values())
                count(f"{settings[task.row].network.title}, {task.kind}", len(done) - before, left / jobs)


def result_of(future: Future) -> dict:
    """What a task returned. A fault in one leaves the others their results: its own is a reason, which is not kept.

    Raises
    ------
    BrokenExecutor : the process of the task ended.
    """
    try:
        return future.result()
    except BrokenExecutor:
        raise
    except Exception as error:  # noqa: BLE001 (whatever it is, it is told)
        return {"reason": f"a fault of critscape ({type(error).__name__}: {error}): please report it with the problem"}


def key(task: Task) -> tuple:
    return task.row, task.kind, task.first


def row_tasks(k: int, row: Row, table: Table, setting: Setting) -> list[Task]:
    """The tasks of one row, as far as the table's columns ask for them."""
    columns, tasks = set(table.columns), []
    if not setting.polynomial:
        columns &= set(DRAWN)
    drawing = columns & set(DRAWN)
    if setting.polynomial and (drawing or columns & {"N_C", "N_C_torus"}):
        tasks.append(Task(count_seconds(row, setting), k, COUNT))
    if columns & set(COMPONENTS):
        tasks.append(Task(components_seconds(row, setting), k, LISTED))
    if "bkk" in columns:
        tasks.append(Task(volume_seconds(row, setting), k, VOLUME))
    if drawing:
        for first in range(0, table.draws, DRAWS_EACH):
            last = min(first + DRAWS_EACH, table.draws)
            tasks.append(Task(draw_seconds(row, setting, last - first), k, DRAWS, first, last))
    return tasks


def too_much(task: Task, row: Row, setting: Setting, allowance: Allowance) -> dict | None:
    """Why a task is not begun, as its result; None for what is."""
    if task.kind not in allowance.kinds or task.cost <= allowance.seconds:
        return None
    if task.kind == LISTED and (why := obstacle(setting.problem(0))):
        # No time is enough.
        return {"reason": why}
    what = {
        COUNT: "one data set",
        VOLUME: "the mixed volume",
        DRAWS: f"{task.last - task.first} data sets",
        LISTED: "the list of components",
    }[task.kind]
    return {"reason": allowance.refusal(f"{what} of {weight_count(row.network)} weights", task.cost)}


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
        "code": fingerprint("tables"),
        "task": [task.kind, task.first, task.last],
        "architecture": setting.network.document(),
        "samples": setting.samples,
        "recipe": setting.recipe.document(),
        "flags": [setting.options.engine, setting.options.seed, setting.options.max_paths],
    }
    return place("tables", what)
