"""Progress on standard error: a live line on a terminal; elsewhere one line per stage, and one now and then while it lasts."""

from __future__ import annotations

import io
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from contextvars import ContextVar

QUIET: ContextVar[bool] = ContextVar("quiet", default=False)
"""Whether progress is kept to oneself: the answer and what is wrong are all that is said."""
SECONDS = 10.0
"""Between two lines where there is no terminal."""


@contextmanager
def reporting(title: str) -> Iterator[Callable[[str, int], None]]:
    """Yields a callable ``progress(stage, count)``; it says nothing where that is asked for (:data:`QUIET`)."""
    if QUIET.get():
        yield lambda stage, count: None
        return
    if not sys.stderr.isatty():
        with lines(title, SECONDS) as plain:
            yield plain
        return
    from rich.console import Console

    with Console(stderr=True).status(title) as status:
        yield lambda stage, count: status.update(f"{title}: {described(stage, count)}")


@contextmanager
def lines(title: str, seconds: float) -> Iterator[Callable[[str, int], None]]:
    """Yields a callable that prints a line for each new stage, and the current state after so many ``seconds`` without a line."""
    seen: set[str] = set()
    state, printed, over = ("", 0), time.monotonic(), threading.Event()

    def show(text: str) -> None:
        nonlocal printed
        printed = time.monotonic()
        print(f"{title}: {text}", file=sys.stderr, flush=True)

    def plain(stage: str, count: int) -> None:
        nonlocal state
        state = (stage, count)
        if stage not in seen:
            seen.add(stage)
            show(stage)

    def beat() -> None:
        # A stage may be silent for minutes.
        while not over.wait(seconds if not seen else max(0.0, printed + seconds - time.monotonic())):
            if seen and time.monotonic() >= printed + seconds:
                show(described(*state))

    watch = threading.Thread(target=beat, daemon=True)
    watch.start()
    try:
        yield plain
    finally:
        over.set()
        watch.join()


@contextmanager
def silent() -> Iterator[None]:
    """Without progress: one of many data sets would report its stages, each of them."""
    with redirect_stderr(io.StringIO()):
        yield


def described(stage: str, count: int) -> str:
    """A stage and how many points it has come to.

    >>> described("monodromy", 1225), described("root counts", 0)
    ('monodromy, 1,225 points', 'root counts')
    """
    return f"{stage}, {count:,} points" if count else stage
