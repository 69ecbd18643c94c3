"""How many of many tasks are done, on stderr: a bar with rate and time left on a terminal, elsewhere a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from critscape.scripts.studies.progress import QUIET

SECONDS_BETWEEN_LINES = 30.0


Count = Callable[..., None]
"""``count(name, number, left=None)``: adds ``number`` finished tasks; ``left`` is about how many seconds the others take, in a guess
that is right up to a factor: the time that passes tells it. None: as long as there are tasks."""


@contextmanager
def counting(title: str, total: int, before: int = 0) -> Iterator[Count]:
    """Yields a Count of ``total`` tasks of which ``before`` were finished earlier."""
    if QUIET.get():
        yield lambda name, number, left=None: None
        return
    if not sys.stderr.isatty():
        yield plain_count(title, total, before)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.fields[pace]}"),
    )  # fmt: skip
    # The file is named because standard error is redirected while a data set is solved.
    with Progress(*columns, console=Console(file=sys.stderr)) as progress:
        bar = progress.add_task(title, total=total, completed=before, pace="")
        paced = pacing(total - before)

        def count(name: str, number: int, left: float | None = None) -> None:
            progress.update(bar, description=f"{title} {name}", advance=number, pace=paced(number, left).removeprefix(", "))

        yield count


def plain_count(title: str, total: int, before: int) -> Count:
    """A ``count`` that prints at the start, at most every half minute, and at the end."""
    finished, last, stream = before, float("-inf"), sys.stderr
    paced = pacing(total - before)

    def count(name: str, number: int, left: float | None = None) -> None:
        nonlocal finished, last
        finished += number
        now, speed = time.monotonic(), paced(number, left)
        if now - last >= SECONDS_BETWEEN_LINES or finished == total:
            last = now
            print(f"{title}: {finished} of {total}, {name}{speed}", file=stream, flush=True)

    return count


def pacing(total: int) -> Callable[[int, float | None], str]:
    """Returns ``paced(number, left)``: rate and time left when ``number`` more of the ``total`` tasks are finished."""
    finished, began = 0, time.monotonic()
    first: float | None = None

    def paced(number: int, left: float | None) -> str:
        nonlocal finished, first
        finished += number
        seconds = time.monotonic() - began
        if left is None:
            return pace(finished, seconds, finished, total - finished)
        first = left if first is None else first
        # Until work is done its guess is taken for seconds.
        return pace(finished, seconds, first - left, left) or (f", about {spoken(left)}" if left else "")

    return paced


def pace(finished: int, seconds: float, done: float, left: float) -> str:
    """Rate and time left, as a line goes on with them: so many tasks are finished, so much work is ``done`` and ``left``.

    >>> pace(30, 60.0, 30, 120), pace(30, 60.0, 20.0, 80.0), pace(30, 60.0, 30, 0), pace(0, 1.0, 0, 5)
    (', 0.5/s, 4 min left', ', 0.5/s, 4 min left', ', 0.5/s', '')
    """
    if not finished or seconds <= 0 or done <= 0:
        return ""
    return f", {finished / seconds:.3g}/s" + (f", {spoken(left * seconds / done)} left" if left > 0 else "")


def spoken(seconds: float) -> str:
    """A time, no finer than it can be told.

    >>> spoken(0.2), spoken(90), spoken(720.2), spoken(8000)
    ('1 s', '90 s', '12 min', '2 h')
    """
    unit, size = next((u for u in (("h", 3600), ("min", 60)) if seconds >= 2 * u[1]), ("s", 1))
    return f"{max(1.0, seconds / size):.0f} {unit}"
