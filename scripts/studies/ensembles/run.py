"""The work of an ensemble, spread over workers: what has no record is drawn, what arrives is recorded at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import partial

from critscape.problems.input.bad_input import BadInput
from critscape.problems.recipes.ensemble import Ensemble
from critscape.scripts.studies.counting import counting
from critscape.scripts.studies.engines import batch, refuse_hopeless
from critscape.scripts.studies.ensembles.draw import code, draws
from critscape.scripts.studies.ensembles.records import Records
from critscape.scripts.studies.executors import Interrupted, Workers, interruptible, spread
from critscape.scripts.studies.progress import reporting
from critscape.scripts.studies.start_sets import start_set

SECONDS_OF_WORK = 2.0
"""Draws are handed out in batches of about this many seconds: long beside the hand-over, short beside what a lost worker costs."""
LARGEST_BATCH = 200


def run(ensemble: Ensemble, seed: int, count: int, workers: Workers | None, most_paths: int, records: Records) -> None:
    """Records draws 0, …, ``count`` − 1.

    Raises
    ------
    TooLarge : before any work is done, the problem is too large.
    Interrupted : by the keyboard, because workers were lost, or because there is no complete start set.
    BadInput : the workers run other code.
    """
    done = records.numbers()
    missing = deque(number for number in range(count) if number not in done)
    if not missing:
        return
    with interruptible("ensemble"):
        make_ready(ensemble, seed, most_paths)
        seconds: list[float] = []

        def batches() -> Iterator[list[int]]:
            while missing:
                mean = sum(seconds[-1000:]) / len(seconds[-1000:]) if seconds else SECONDS_OF_WORK
                size = int(min(max(SECONDS_OF_WORK / mean, 1), LARGEST_BATCH))
                yield [missing.popleft() for _ in range(min(size, len(missing)))]

        with counting("ensemble", count, count - len(missing)) as tell:
            tell(ensemble.title, 0)
            for _, (theirs, rows) in spread(partial(draws, ensemble, seed, most_paths), batches(), workers):
                same_code(theirs)
                records.add(rows)
                seconds += [row.seconds for row in rows]
                tell(ensemble.title, len(rows))


def make_ready(ensemble: Ensemble, seed: int, most_paths: int) -> None:
    """Finds the start set (compiling on the way), once and not in every process.

    Raises
    ------
    TooLarge : the problem is too large.
    Interrupted : there is no complete start set.
    """
    if not ensemble.polynomial:
        return
    problem = ensemble.problem(seed, 0)
    refuse_hopeless(problem)
    with reporting(ensemble.title) as progress:
        starts = start_set(problem, batch(1), seed, most_paths, progress)
    if not starts.complete:
        raise Interrupted("no complete start set was found; try another --seed", 1)


def same_code(theirs: str) -> None:
    """Refuses records of other code.

    Raises
    ------
    BadInput : the code is not this process's.
    """
    if theirs != code():
        raise BadInput("workers", f"the version of critscape and its libraries that runs here, {code()}", theirs)
