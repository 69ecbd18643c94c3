"""How many of many tasks are done, on stderr: a bar with rate and time left on a terminal, elsewhere a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from critscape.scripts.studies.progress import QUIET

SECONDS_BETWEEN_LINES = 30.0


@contextmanager
def counting(title: str, total: int, before: int = 0) -> Iterator[Callable[[str, int], None]]:
    """Yields ``count(name, number)``, which adds ``number`` finished tasks; ``before`` of ``total`` were finished earlier."""
    if QUIET.get():
        yield lambda name, number: None
        return
    if not sys.stderr.isatty():
        yield plain_count(title, total, before)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[pace]}"),
        TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    # The file is named because standard error is redirected while a data set is solved.
    with Progress(*columns, console=Console(file=sys.stderr)) as progress:
        bar = progress.add_task(title, total=total, completed=before, pace="")
        finished, began = 0, time.monotonic()

        def count(name: str, number: int) -> None:
            nonlocal finished
            finished += number
            rate = f"{finished / (time.monotonic() - began):.1f}/s" if finished else ""
            progress.update(bar, description=f"{title} {name}", advance=number, pace=rate)

        yield count


def plain_count(title: str, total: int, before: int) -> Callable[[str, int], None]:
    """A ``count`` that prints at the start, at most every half minute, and at the end."""
    finished, began, last, stream = before, time.monotonic(), float("-inf"), sys.stderr

    def count(name: str, number: int) -> None:
        nonlocal finished, last
        finished += number
        now = time.monotonic()
        if now - last >= SECONDS_BETWEEN_LINES or finished == total:
            last = now
            speed = pace(finished - before, total - finished, now - began)
            print(f"{title}: {finished} of {total}, {name}{speed}", file=stream, flush=True)

    return count


def pace(finished: int, left: int, seconds: float) -> str:
    """Rate and time left, as a line goes on with them.

    >>> pace(30, 120, 60.0), pace(30, 0, 60.0), pace(0, 5, 1.0)
    (', 0.5/s, 4 min left', ', 0.5/s', '')
    """
    if not finished or seconds <= 0:
        return ""
    rate = finished / seconds
    remaining = left / rate
    unit, size = next((u for u in (("h", 3600), ("min", 60)) if remaining >= 2 * u[1]), ("s", 1))
    return f", {rate:.3g}/s" + (f", {remaining / size:.0f} {unit} left" if left else "")
