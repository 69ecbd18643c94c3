"""The records of soak tests, in one SQLite file: an interrupted run goes on where it stopped.

A record belongs to the code that made it: after a change of the project or its libraries all is run again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from platformdirs import user_cache_path

from critscape.scripts.studies.records import connected, fingerprint
from critscape.scripts.studies.soak.case import DataSet, Elimination

TABLES = {DataSet: "data_sets", Elimination: "eliminations"}


def default_file() -> Path:
    """The file in the user's cache folder."""
    return user_cache_path("critscape") / "soak.sqlite"


@dataclass(frozen=True)
class Records:
    """An open file of records; those of other code are left alone and not seen."""

    connection: sqlite3.Connection
    code: str

    def add(self, record: DataSet | Elimination) -> None:
        """Keeps a record, at once."""
        marks = ", ".join("?" * (1 + len(fields(record))))
        self.connection.execute(f"INSERT OR REPLACE INTO {TABLES[type(record)]} VALUES ({marks})", (self.code, *astuple(record)))

    def data_sets(self, name: str) -> dict[int, DataSet]:
        """Seed → record of a case."""
        return self._of(DataSet, name)

    def eliminations(self, name: str) -> dict[int, Elimination]:
        """Seed → record of a case."""
        return self._of(Elimination, name)

    def _of(self, kind: type, name: str) -> dict:
        rows = self.connection.execute(f"SELECT * FROM {TABLES[kind]} WHERE code = ? AND name = ?", (self.code, name))
        return {record.seed: record for record in (kind(*row[1:]) for row in rows)}


@contextmanager
def opened(file: Path) -> Iterator[Records]:
    """The records in ``file``, which is made if it is not there.

    Raises
    ------
    BadInput : the file cannot be written, or is not one of ours.
    """
    columns = {table: ("code", *(field.name for field in fields(kind))) for kind, table in TABLES.items()}
    with connected(file, {table: (names, ("code", "name", "seed")) for table, names in columns.items()}) as connection:
        yield Records(connection, fingerprint("soak"))
