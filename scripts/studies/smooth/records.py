"""The pieces of a search that are done, on disk: a search that was interrupted goes on from there.

A piece is a function of the problem and of its number, so a record is as good as doing it again; a record that is not whole is done
again. The folder is named by the problem and by the code, and goes when the search is over.
"""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

from critscape.algebra.boxes.regression import Regression
from critscape.algebra.boxes.search import PIECES, PORTIONS, Outcome
from critscape.algebra.whole_file import whole_file
from critscape.scripts.studies.records import fingerprint


@dataclass(frozen=True)
class Records:
    """The records of one search in ``folder``; none are kept where it is None."""

    folder: Path | None

    def find(self, number: tuple[int, int, int]) -> Outcome | None:
        """The outcome of a piece by its number (round, place, budget), if it is there whole."""
        path = self._path(number)
        if path is None or not path.is_file():
            return None
        try:
            with np.load(path, allow_pickle=False) as stored:
                arrays = [stored[name] for name in ("rest", "cells", "left")]
                if str(stored["digest"]) != digest(arrays):
                    return None
                rest, cells, left = arrays
                return Outcome(rest, cells, left, int(stored["examined"]))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def keep(self, number: tuple[int, int, int], outcome: Outcome) -> None:
        """Writes the outcome of a piece; where nothing can be written the search goes on without."""
        path = self._path(number)
        if path is None:
            return
        arrays = [outcome.rest, outcome.cells, outcome.left]
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with whole_file(path) as file:
                np.savez(
                    file,
                    examined=np.array(outcome.examined),
                    digest=np.array(digest(arrays)),
                    rest=outcome.rest,
                    cells=outcome.cells,
                    left=outcome.left,
                )
        except OSError:
            return

    def forget(self) -> None:
        """Removes the records, when the search is over."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, number: tuple[int, int, int]) -> Path | None:
        return None if self.folder is None else self.folder / f"{'-'.join(map(str, number))}.npz"


def digest(arrays: list[np.ndarray]) -> str:
    """A digest of arrays of doubles and their shapes."""
    found = hashlib.sha256()
    for array in arrays:
        found.update(repr(array.shape).encode() + np.ascontiguousarray(array, dtype=float).tobytes())
    return found.hexdigest()


def records_of(regression: Regression) -> Records:
    """The records of the search of a regression, in the cache of the user."""
    found = hashlib.sha256(repr((fingerprint(), regression, PIECES, PORTIONS)).encode())
    return Records(user_cache_path("critscape") / "searches" / found.hexdigest()[:24])
