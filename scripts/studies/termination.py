"""SIGTERM, which ``kill`` and the schedulers of clusters send, ends a command as Ctrl-C does: what is kept is kept, workers end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

STATUS = 128 + signal.SIGTERM
"""Exit status of a command that was terminated."""


class Terminated(KeyboardInterrupt):
    """This process was sent SIGTERM."""


@contextmanager
def terminable() -> Iterator[None]:
    """SIGTERM raises Terminated, where a signal has no other handler yet; only a main thread can say so."""

    def leave(number: int, frame: object) -> None:
        raise Terminated

    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
