"""Progress on standard error: a live line on a terminal, one line per stage elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def reporting(title: str) -> Iterator[Callable[[str, int], None]]:
    """Yields a callable ``progress(stage, count)``."""
    if not sys.stderr.isatty():
        seen = set()

        def plain(stage: str, count: int) -> None:
            if stage not in seen:
                seen.add(stage)
                print(f"{title}: {stage}", file=sys.stderr, flush=True)

        yield plain
        return
    from rich.console import Console

    with Console(stderr=True).status(title) as status:
        yield lambda stage, count: status.update(f"{title}: {stage}, {count:,} points" if count else f"{title}: {stage}")
