"""The records of a long sweep in one SQLite file of the cache folder: an interrupted sweep goes on from there.

A file belongs to one problem and one version of the code, and is removed when the sweep is done.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from critscape.algebra.cells.stationary import Support
from critscape.scripts.studies.records import connected, fingerprint

Supports = list[tuple[Support, tuple[float, ...]]]
TABLES = {"pieces": (("first", "supports"), ("first",))}


@dataclass(frozen=True)
class Records:
    """An open file of records."""

    connection: sqlite3.Connection

    def add(self, first: int, found: Supports) -> None:
        """Keeps what the sweep left of the sets with least kernel ``first``."""
        self.connection.execute("INSERT OR IGNORE INTO pieces VALUES (?, ?)", (first, json.dumps(found)))

    def done(self) -> dict[int, Supports]:
        """Least kernel → what the sweep left, of all that is done."""
        rows = self.connection.execute("SELECT first, supports FROM pieces")
        return {first: [(tuple(support), tuple(start)) for support, start in json.loads(text)] for first, text in rows}


def file_of(problem: dict) -> Path:
    """The file of a problem's document and this version of the code."""
    name = hashlib.sha256(json.dumps([problem, fingerprint()], sort_keys=True).encode()).hexdigest()[:16]
    return user_cache_path("critscape") / "sweeps" / f"{name}.sqlite"


@contextmanager
def opened(problem: dict) -> Iterator[Records]:
    """The records of a problem; the file is removed when the block ends without an exception."""
    file = file_of(problem)
    with connected(file, TABLES) as connection:
        yield Records(connection)
    file.unlink(missing_ok=True)
