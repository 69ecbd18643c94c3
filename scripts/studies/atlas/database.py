"""An atlas as a database: one table of rows, one of their cells."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from critscape.problems.files.writing import json_text
from critscape.problems.input.bad_input import BadInput

ROWS = ("name", "title", "family", "architecture", "loss", "samples", "weights", "draws", "typical", "command", "example", "points")
SHARES = ("typical_share", "more_share", "spurious_share")
"""Each with the ends of its interval in columns of the same name with _low and _high."""
CELLS = ("name", "column", "value", "level", "published", "notes")


def write_database(document: dict, file: Path) -> None:
    """Writes tables ``atlas`` (one line for each architecture and number of samples) and ``cells``; a file that is there is replaced.

    Raises
    ------
    BadInput : the file cannot be written.
    """
    beside = file.with_name(file.name + ".part")
    try:
        beside.unlink(missing_ok=True)
        with closing(sqlite3.connect(beside)) as connection, connection:
            columns = (*ROWS, *(f"{share}{end}" for share in SHARES for end in ("", "_low", "_high")))
            connection.execute(f"CREATE TABLE atlas ({', '.join(columns)}, PRIMARY KEY (name))")
            connection.execute(f"CREATE TABLE cells ({', '.join(CELLS)}, PRIMARY KEY (name, column))")
            for row in document["rows"]:
                shares = [row[share][end] for share in SHARES for end in ("share", "low", "high")]
                connection.execute(
                    f"INSERT INTO atlas VALUES ({', '.join('?' * len(columns))})", [plain(row[name]) for name in ROWS] + shares
                )
                for column, cell in row["cells"].items():
                    values = row["name"], column, cell["value"], cell.get("level"), cell.get("published"), cell.get("notes")
                    connection.execute("INSERT INTO cells VALUES (?, ?, ?, ?, ?, ?)", [plain(value) for value in values])
        beside.replace(file)
    except (OSError, sqlite3.Error) as error:
        raise BadInput("--output", f"a file that can be written ({error})", str(file)) from None


def plain(value: object) -> object:
    """What SQLite holds: numbers and text; lists and objects as JSON, numbers beyond 64 bits as text."""
    if isinstance(value, (list, dict)):
        return json_text(value)
    return str(value) if isinstance(value, int) and abs(value) >= 2**63 else value
