"""The records of basin runs, in one SQLite file: an interrupted command goes on where it stopped.

A record belongs to its experiment and to the code that made it; those of others are left alone and not seen.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from platformdirs import user_cache_path

from critscape.scripts.studies.records import connected


@dataclass(frozen=True)
class Run:
    """How one run ended.

    ``tolerance`` is the error of one step of the flow, 0 for gradient descent; ``outcome`` the name of an
    `critscape.algebra.landscape.arrival.Outcome`, ``position`` the critical point that it is at or nearest to, ``proved`` whether ball arithmetic
    proves that it is trapped there; ``point`` (JSON) where it was last, ``loss`` L there (None: too large for double precision),
    ``steps`` how many it took.
    """

    number: int
    tolerance: float
    outcome: str
    position: int
    proved: bool
    point: str
    loss: float | None
    steps: int


COLUMNS = ("experiment", *(field.name for field in fields(Run)))
KEY = ("experiment", "number", "tolerance")


@dataclass(frozen=True)
class Records:
    """An open file of records, as far as they belong to one ``experiment``."""

    connection: sqlite3.Connection
    experiment: str

    def add(self, runs: Sequence[Run]) -> None:
        """Keeps records, all or none; those that are there stay."""
        marks = ", ".join("?" * len(COLUMNS))
        self.connection.execute("BEGIN")
        rows = [(self.experiment, *astuple(run)) for run in runs]
        self.connection.executemany(f"INSERT OR IGNORE INTO runs VALUES ({marks})", rows)
        self.connection.execute("COMMIT")

    def runs(self, tolerance: float, count: int) -> list[Run]:
        """The records of runs 0, …, ``count`` − 1 at a tolerance that are done, in this order."""
        chosen = "experiment = ? AND tolerance = ? AND number < ? ORDER BY number"
        rows = self.connection.execute(f"SELECT * FROM runs WHERE {chosen}", (self.experiment, tolerance, count))
        runs = (Run(*row[1:]) for row in rows)
        return [Run(**{**vars(run), "proved": bool(run.proved)}) for run in runs]


def default_file() -> Path:
    """The file in the user's cache folder."""
    return user_cache_path("critscape") / "basins.sqlite"


@contextmanager
def opened(file: Path, identity: dict) -> Iterator[Records]:
    """The records in ``file``, made if it is not there, of the experiment that ``identity`` (JSON-ready) describes.

    Raises
    ------
    BadInput : the file cannot be written, or is not one of ours.
    """
    digest = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()
    with connected(file, {"runs": (COLUMNS, KEY)}) as connection:
        yield Records(connection, digest)
