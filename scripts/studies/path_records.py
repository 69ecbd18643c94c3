"""What became of chunks of paths, kept in a file while a command runs: one that was interrupted goes on from there.

Each path is followed on its own and each search is fixed by its seed, so that the same command asks for the same chunks: a chunk is
known by all that decides its end, and found again bit for bit.
"""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from critscape.algebra.polynomial.loss import Family
from critscape.algebra.polynomial.straight_line import Program, programs
from critscape.algebra.starts.start_set import UNREADABLE
from critscape.algebra.tracking.batch_engine import BatchTracker
from critscape.algebra.tracking.chunks import Chunk
from critscape.algebra.tracking.endgame import Ending
from critscape.algebra.tracking.homotopy import Outcome, Spread, Tracker
from critscape.scripts.studies.records import fingerprint

OUTCOMES = tuple(Outcome)
NO_WINDING = -1

Followed = Callable[[Chunk], list[Ending]]


@contextmanager
def recorded(tracker: Tracker, file: Path) -> Iterator[Tracker]:
    """The tracker, which takes from ``file`` what it has followed already; the file is gone when the block ends, and stays when it raises.

    A file that cannot be written costs time after an interruption, not the answer now.
    """
    if not isinstance(tracker, BatchTracker):
        yield tracker
        return
    with ExitStack() as stack:

        @cache
        def records() -> sqlite3.Connection:
            return stack.enter_context(closing(opened(file)))

        yield replace(tracker, spread=Remembering(records, tracker.spread or Threads(tracker.jobs)))
    with suppress(OSError):
        file.unlink(missing_ok=True)


def opened(file: Path) -> sqlite3.Connection:
    """The records in a file, or none, in a new one or in memory."""
    for place in (file, file, ":memory:"):
        try:
            if place == file:
                file.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(place, timeout=60, isolation_level=None)
            # A record that is lost with the machine costs time only.
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("CREATE TABLE IF NOT EXISTS chunks (chunk TEXT PRIMARY KEY, digest TEXT, endings BLOB)")
            connection.execute("SELECT chunk, digest, endings FROM chunks LIMIT 1").fetchone()
            return connection
        except (OSError, sqlite3.Error):
            # A damaged file is no loss but of time.
            with suppress(OSError):
                file.unlink(missing_ok=True)
    raise AssertionError("there is always memory")


@dataclass(frozen=True)
class Threads:
    """Follows chunks in this process, on so many threads."""

    count: int
    awake: ClassVar[bool] = False
    """Paths that are few are followed together."""

    def __call__(self, work: Callable[[Chunk], Any], pieces: Iterable[Chunk]) -> Iterator[tuple[Chunk, Any]]:
        pool, every = ThreadPoolExecutor(self.count), list(pieces)
        try:
            yield from zip(every, pool.map(work, every))
        finally:
            pool.shutdown(cancel_futures=True)


@dataclass(frozen=True)
class Remembering:
    """Hands to ``spread`` only the chunks that have no record, and records what comes back at once."""

    records: Callable[[], sqlite3.Connection]
    spread: Spread

    @property
    def awake(self) -> bool:
        return self.spread.awake

    def __call__(self, work: Followed, pieces: Iterable[Chunk]) -> Iterator[tuple[Chunk, list[Ending]]]:
        connection, found = self.records(), list[tuple[Chunk, list[Ending]]]()
        names: dict[int, str] = {}

        def missing() -> Iterator[Chunk]:
            for piece in pieces:
                name = name_of(piece)
                row = connection.execute("SELECT digest, endings FROM chunks WHERE chunk = ?", (name,)).fetchone()
                endings = None if row is None or digest(row[1]) != row[0] else read(row[1], piece)
                if endings is None:
                    names[piece.first] = name
                    yield piece
                else:
                    found.append((piece, endings))

        # Whoever follows a chunk writes its record: a file of arrays is shorter on the way than its endings one by one.
        for piece, text in self.spread(partial(followed_in_writing, work), missing()):
            endings = read(text, piece)
            assert endings is not None  # It was written this moment.
            with suppress(sqlite3.Error):
                connection.execute("INSERT OR REPLACE INTO chunks VALUES (?, ?, ?)", (names.pop(piece.first), digest(text), text))
            yield piece, endings
        yield from found


def name_of(chunk: Chunk) -> str:
    """A digest of all that decides what becomes of the paths of a chunk."""
    homotopy = chunk.homotopy
    parts = [homotopy.parameters, homotopy.tilt, chunk.unit, chunk.starts]
    settings = [fingerprint(), name_of_family(homotopy.family), chunk.stiffness.hex(), chunk.endgame, *map(repr, chunk.caution)]
    return digest(json.dumps(settings).encode() + b"".join(map(in_bytes, parts)))


@lru_cache(maxsize=16)
def name_of_family(family: Family) -> str:
    """A digest of the programs of a family."""
    compiled = programs(family)
    parts = [part for program in (compiled.gradient_hessian, compiled.rate) for part in arrays(program)]
    return digest(b"".join(map(in_bytes, parts)))


def in_bytes(array: np.ndarray) -> bytes:
    """An array with its type and shape."""
    return f"{array.dtype}{array.shape}".encode() + np.ascontiguousarray(array).tobytes()


def arrays(program: Program) -> list[np.ndarray]:
    """A program as arrays."""
    constants = np.array([str(constant) for constant in program.constants], dtype=str)
    return [constants, program.opcode, program.left, program.right, program.target, program.outputs]


def digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def followed_in_writing(work: Followed, piece: Chunk) -> bytes:
    """What becomes of the paths of a chunk, as a record."""
    return written(work(piece), piece.starts.shape[1])


def written(endings: list[Ending], n: int) -> bytes:
    """The endings of a chunk as a file in memory."""
    file = io.BytesIO()
    np.savez(
        file,
        outcomes=np.array([OUTCOMES.index(ending.outcome) for ending in endings], dtype=int),
        arrived=np.array([ending.end is not None for ending in endings], dtype=bool),
        ends=np.array([np.zeros(n) if ending.end is None else ending.end for ending in endings], dtype=complex).reshape(-1, n),
        windings=np.array([NO_WINDING if ending.winding is None else ending.winding for ending in endings], dtype=int),
        t=np.array([ending.t for ending in endings], dtype=float),
        steps=np.array([ending.steps for ending in endings], dtype=int),
    )
    return file.getvalue()


def read(text: bytes, chunk: Chunk) -> list[Ending] | None:
    """The endings in such a file, if they are those of a chunk."""
    try:
        with np.load(io.BytesIO(text), allow_pickle=False) as stored:
            outcomes, arrived, ends, windings, t, steps = (
                stored[name] for name in ("outcomes", "arrived", "ends", "windings", "t", "steps")
            )
        if ends.shape != chunk.starts.shape or any(len(part) != len(ends) for part in (outcomes, arrived, windings, t, steps)):
            return None
        return [
            Ending(OUTCOMES[outcome], end if there else None, None if winding == NO_WINDING else winding, at, tried)
            for outcome, there, end, winding, at, tried in zip(
                outcomes.tolist(), arrived.tolist(), ends, windings.tolist(), t.tolist(), steps.tolist()
            )
        ]
    except UNREADABLE:
        return None
