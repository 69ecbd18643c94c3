"""Progress on standard error: a live line on a terminal; elsewhere one line per stage, and one now and then while it lasts."""

from __future__ import annotations

import io
import logging
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
        with lines(title, SECONDS) as plain, heard(title):
            yield plain
        return
    from rich.console import Console

    rate = rates()
    with Console(stderr=True).status(title) as status, heard(title):
        yield lambda stage, count: status.update(f"{title}: {described(stage, count, rate(stage, count))}")


def announce(title: str, sentence: str) -> None:
    """A line that stays, above what is live."""
    if not QUIET.get():
        print(f"{title}: {sentence}", file=sys.stderr, flush=True)  # noqa: T201 (standard error)


@contextmanager
def heard(title: str) -> Iterator[None]:
    """What the mathematics logs, announced: kernels that have to be compiled."""
    handler, logger = logging.Handler(), logging.getLogger("critscape.algebra")
    handler.emit = lambda record: announce(title, record.getMessage())  # type: ignore[method-assign]
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def rates(clock: Callable[[], float] = time.monotonic) -> Callable[[str, int], float | None]:
    """Returns ``rate(stage, count)``, how many points a second a stage has come to; None while that is not known."""
    began: dict[str, tuple[int, float]] = {}

    def rate(stage: str, count: int) -> float | None:
        now = clock()
        first, since = began.setdefault(stage, (count, now))
        return (count - first) / (now - since) if count > first and now > since else None

    return rate


@contextmanager
def lines(title: str, seconds: float) -> Iterator[Callable[[str, int], None]]:
    """Yields a callable that prints a line for each new stage, and the current state after so many ``seconds`` without a line."""
    seen: set[str] = set()
    rate = rates()
    state, printed, over = ("", 0), time.monotonic(), threading.Event()

    def show(text: str) -> None:
        nonlocal printed
        printed = time.monotonic()
        print(f"{title}: {text}", file=sys.stderr, flush=True)  # noqa: T201 (standard error)

    def plain(stage: str, count: int) -> None:
        nonlocal state
        state = (stage, count)
        rate(stage, count)
        if stage not in seen:
            seen.add(stage)
            show(stage)

    def beat() -> None:
        # A stage may be silent for minutes.
        while not over.wait(seconds if not seen else max(0.0, printed + seconds - time.monotonic())):
            if seen and time.monotonic() >= printed + seconds:
                show(described(*state, rate(*state)))

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


def described(stage: str, count: int, rate: float | None = None) -> str:
    """A stage, how many points it has come to and how many a second.

    >>> described("monodromy", 1225, 61.2), described("root counts", 0)
    ('monodromy, 1,225 points, 61 points/s', 'root counts')
    """
    pace = "" if rate is None else f", {rate:,.0f} points/s" if rate >= 10 else f", {rate:.2g} points/s"
    return f"{stage}, {count:,} points{pace}" if count else stage
