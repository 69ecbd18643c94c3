"""The work of a soak test, spread over processes, each record kept as it arrives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from critscape.scripts.studies.counting import counting
from critscape.scripts.studies.executors import interruptible, spread, workers_of
from critscape.scripts.studies.soak.case import Case, DataSet, Elimination, doubtful, eliminated, enumerated
from critscape.scripts.studies.soak.records import Records

Task = tuple[Callable[[str, int], DataSet | Elimination], str, int]


def run(cases: Sequence[Case], seeds: Sequence[int], eliminate: int, jobs: int, records: Records) -> None:
    """Enumerates the data sets of all cases and eliminates the first ``eliminate`` of each, then (unless that is 0) the doubtful.

    What there is a record of is not done again.

    Raises
    ------
    Interrupted : by the keyboard, or because a process ended.
    """
    missing = [absent(enumerated, c, seeds, records.data_sets(c.name)) for c in cases]
    exact = [task for c in cases for task in absent(eliminated, c, seeds[:eliminate], records.eliminations(c.name))]
    workers = workers_of(None, jobs)
    # The first of each case makes its start set (and compiles), once and not in every process.
    first = [tasks[0] for tasks in missing if tasks]
    rest = exact + [task for tasks in missing for task in tasks[1:]]
    with interruptible("soak test"):
        with counting("soak", len(first) + len(rest)) as count:
            for task in first:
                count(task[1], 0)
                records.add(done(task))
                count(task[1], 1)
            for _, record in spread(done, rest, workers):
                records.add(record)
                count(record.name, 1)
        sample = {c: eliminated_seeds(c, seeds, eliminate, records) for c in cases}
        second = [task for c in cases for task in absent(eliminated, c, sample[c], records.eliminations(c.name))]
        if second:
            with counting("elimination of doubtful data sets", len(second)) as count:
                for _, record in spread(done, second, workers):
                    records.add(record)
                    count(record.name, 1)


def eliminated_seeds(case: Case, seeds: Sequence[int], eliminate: int, records: Records) -> list[int]:
    """The seeds of one case, all enumerated, that are eliminated: the first ones and the doubtful ones."""
    kept = records.data_sets(case.name)
    questions = doubtful([kept[seed] for seed in seeds]) if eliminate else []
    return sorted({*seeds[:eliminate], *questions})


def absent(work: Callable, case: Case, seeds: Sequence[int], kept: Mapping[int, object]) -> list[Task]:
    """The tasks of one case that have no record."""
    return [(work, case.name, seed) for seed in seeds if seed not in kept]


def done(task: Task) -> DataSet | Elimination:
    """The record of a task."""
    work, name, seed = task
    return work(name, seed)
