"""What files of records have in common: one SQLite file, the tables in it, and the code that a record belongs to."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from critscape import algebra, problems
from critscape.algebra.critical.result import versions
from critscape.problems.input.bad_input import BadInput

ANSWERS = ("cells", "smooth", "splitting")
"""The rooms in which problems are answered; files beside the rooms answer the others, and are what all of them share."""


@lru_cache
def fingerprint(*further: str) -> str:
    """What a record rests on, in 16 hexadecimal digits: all source from problems to answers, rooms of ``further`` studies, libraries."""
    digest = hashlib.sha256(json.dumps(versions(), sort_keys=True).encode())
    for file in sources(*further):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def sources(*further: str) -> list[Path]:
    """The files that answers and the ``further`` rooms of studies consist of, in order."""
    studies = Path(__file__).parent
    folders = [Path(folder) for package in (algebra, problems) for folder in package.__path__]
    rooms = [*folders, *(studies / room for room in (*ANSWERS, *further))]
    return sorted({*studies.glob("*.py"), *(file for room in rooms for file in room.rglob("*.py"))})


@contextmanager
def connected(file: Path, tables: Mapping[str, tuple[Sequence[str], Sequence[str]]]) -> Iterator[sqlite3.Connection]:
    """A connection to ``file``, made if it is not there, with ``tables``: name → (columns, primary key).

    Each statement is a transaction of its own: what is recorded stays.

    Raises
    ------
    BadInput : the file cannot be written, or has other tables; it is left as it is.
    """
    connection = None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(file, timeout=60, isolation_level=None)
        present = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in present:
            found = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            if table not in tables or found != list(tables[table][0]):
                raise BadInput("--records", "a file that this version of critscape made, or a new one", str(file))
        for table, (columns, key) in tables.items():
            connection.execute(f"CREATE TABLE IF NOT EXISTS {table} ({', '.join(columns)}, PRIMARY KEY ({', '.join(key)}))")
        yield connection
    except (OSError, sqlite3.Error) as error:
        raise BadInput("--records", f"a file for records that can be written ({error})", str(file)) from None
    finally:
        if connection is not None:
            connection.close()
