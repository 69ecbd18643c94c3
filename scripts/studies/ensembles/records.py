"""The records of an ensemble in one SQLite file, which belongs to one ensemble, one seed and one version of the code.

Only the process that runs the ensemble writes; draws are keyed by their number, so none is there twice.
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

from critscape.problems.input.bad_input import BadInput
from critscape.problems.recipes.ensemble import Ensemble
from critscape.scripts.studies.ensembles.draw import Draw, code
from critscape.scripts.studies.records import connected


@dataclass(frozen=True)
class Climbed:
    """Where one climb came to: ``goal``, the draw that it started from, ``steps``, and the value and the problem (JSON) there."""

    goal: str
    number: int
    steps: int
    value: str
    problem: str


IDENTITY = ("code", "seed", "ensemble")
TABLES = {
    "identity": (IDENTITY, IDENTITY),
    "draws": (tuple(f.name for f in fields(Draw)), ("number",)),
    "climbs": (tuple(f.name for f in fields(Climbed)), ("goal", "number", "steps")),
}


@dataclass(frozen=True)
class Records:
    """An open file of records."""

    connection: sqlite3.Connection

    def add(self, rows: Sequence[Draw] | Sequence[Climbed]) -> None:
        """Keeps records of one kind, all or none; those that are there stay."""
        table = "draws" if isinstance(rows[0], Draw) else "climbs"
        marks = ", ".join("?" * len(TABLES[table][0]))
        self.connection.execute("BEGIN")
        self.connection.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", map(astuple, rows))
        self.connection.execute("COMMIT")

    def numbers(self) -> set[int]:
        """The draws that are done."""
        return {number for (number,) in self.connection.execute("SELECT number FROM draws")}

    def draws(self, count: int) -> list[Draw]:
        """The records of draws 0, …, ``count`` − 1 that are done, in this order."""
        return [Draw(*row) for row in self.connection.execute("SELECT * FROM draws WHERE number < ? ORDER BY number", (count,))]

    def climbs(self, goal: str, steps: int) -> dict[int, Climbed]:
        """Draw → the climb from there."""
        rows = self.connection.execute("SELECT * FROM climbs WHERE goal = ? AND steps = ?", (goal, steps))
        return {climbed.number: climbed for climbed in (Climbed(*row) for row in rows)}


def identity(ensemble: Ensemble, seed: int) -> tuple[str, int, str]:
    """What all records of a file have in common, in the order of IDENTITY."""
    return code(), seed, json.dumps(ensemble.document(), sort_keys=True)


def default_file(ensemble: Ensemble, seed: int) -> Path:
    """A file in the user's cache folder, another one for each ensemble, seed and version of the code."""
    name = hashlib.sha256(json.dumps(identity(ensemble, seed)).encode()).hexdigest()[:16]
    return user_cache_path("critscape") / "ensembles" / f"{name}.sqlite"


@contextmanager
def opened(file: Path, ensemble: Ensemble, seed: int) -> Iterator[Records]:
    """The records in ``file``, which is made if it is not there.

    Raises
    ------
    BadInput : the file cannot be written, is not one of ours, or belongs to another ensemble, seed or version.
    """
    own = identity(ensemble, seed)
    with connected(file, TABLES) as connection:
        found = connection.execute("SELECT * FROM identity").fetchone()
        if found is None:
            connection.execute("INSERT INTO identity VALUES (?, ?, ?)", own)
        elif found != own:
            version = "another version of critscape or its libraries"
            of = {"code": version, "seed": f"seed {found[1]}", "ensemble": "another ensemble"}
            difference = next(of[name] for name, here, there in zip(IDENTITY, own, found) if here != there)
            raise BadInput("--records", f"a new file, or one of this ensemble, seed and version ({file.name} is of {difference})")
        yield Records(connection)
