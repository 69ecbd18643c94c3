"""The records of soak tests, in one SQLite file: an interrupted run goes on where it stopped.

A record belongs to the code that made it: after a change of the project or its libraries all is run again.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from functools import lru_cache
from pathlib import Path

from platformdirs import user_cache_path

import algebra
import problems
from algebra.result import versions
from problems.bad_input import BadInput
from scripts import answer, engines, start_sets
from scripts.soak_case import DataSet, Elimination

TABLES = {DataSet: "data_sets", Elimination: "eliminations"}


def default_file() -> Path:
    """The file in the user's cache folder."""
    return user_cache_path("critscape") / "soak.sqlite"


@lru_cache
def fingerprint() -> str:
    """What a record rests on, in 16 hexadecimal digits: the source below an answer and the versions of its libraries."""
    digest = hashlib.sha256(json.dumps(versions(), sort_keys=True).encode())
    modules = [Path(module.__file__) for module in (answer, engines, start_sets)]
    packages = [file for package in (algebra, problems) for file in Path(package.__file__).parent.rglob("*.py")]
    for file in sorted(modules + packages):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


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
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Each statement is a transaction of its own: what is recorded stays.
        connection = sqlite3.connect(file, timeout=60, isolation_level=None)
        for kind, table in TABLES.items():
            columns = ", ".join(field.name for field in fields(kind))
            connection.execute(f"CREATE TABLE IF NOT EXISTS {table} (code, {columns}, PRIMARY KEY (code, name, seed))")
            present = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            if present != ["code", *(field.name for field in fields(kind))]:
                raise BadInput("--records", "a file that this version of critscape made, or a new one", str(file))
    except (OSError, sqlite3.Error) as error:
        raise BadInput("--records", f"a file for records that can be written ({error})", str(file)) from None
    try:
        yield Records(connection, fingerprint())
    finally:
        connection.close()
